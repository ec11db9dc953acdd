"""Reading the grades that the SIS holds: all at first, later the changes, always every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from msgspec.structs import replace

from conformance.exporters.kit.background import Background
from conformance.exporters.kit.outcome import NotAllowed, Unreadable
from conformance.exporters.kit.times import Clock
from conformance.exporters.kit.wire import Lost, NotSent
from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.decisions import Decisions
from conformance.exporters.schoology.model import Held, SentRow
from conformance.exporters.schoology.reader import Reader
from conformance.exporters.schoology.register import Register


class Pulls:
    """Reads grades in the background of the running event loop, one reading at a time."""

    def __init__(
        self,
        decisions: Decisions,
        reader: Reader,
        client: Client,
        register: Register,
        clock: Clock,
        work: Background,
    ) -> None:
        self.decisions = decisions
        self.reader = reader
        self.client = client
        self.register = register
        self.clock = clock
        self.work = work
        self._is_reading = False
        self._is_known = False
        self._outcome = ""

    async def pull(self) -> str:
        """Read what is new; the text to show. Raises NotAllowed if the reading failed, or waits: a
        SIS may ask for a longer wait than a person has patience."""
        section = self.register.section
        if self._is_reading:
            raise NotAllowed("The grades are being read already.")
        self._is_reading = True
        self.work.start(self._carry_out())
        waiting = await self.work.settle()
        if self._is_reading:
            raise NotAllowed(f"The grades are still being read: {'; '.join(waiting)}.")
        if self._outcome:
            raise NotAllowed(self._outcome)
        return f"The grades of {section.title} are read."

    async def _carry_out(self) -> None:
        self._outcome = await self.outcome()
        self._is_reading = False
        if self._outcome:
            self.register.keep(replace(self.register.section, message=self._outcome))

    async def outcome(self) -> str:
        """Why the reading failed; "" if it succeeded."""
        try:
            if refusal := await self.rejected():
                return refusal
            now = self.clock.now()
            section = self.register.section
            held = await self.read(timestamp=self.decisions.since(section, now))
        except (Lost, NotSent, Unreadable) as error:
            return f"The grades were not read: {error}."
        self.record(held, now)
        return ""

    async def rejected(self) -> str:
        """Why the SIS rejects the credentials; "" if it accepts them or names no users. Asked once,
        and only by an exporter with credentials."""
        if self._is_known or not self.client.signer.signs:
            return ""
        answer = await self.client.introduce()
        if answer.status == 401:
            return "The SIS did not accept the credentials (HTTP 401)."
        self._is_known = True
        return ""

    async def look(self, rows: Sequence[SentRow]) -> dict[str, Held]:
        """What the SIS holds of the items of these rows, by key. Raises as `read` does."""
        held = await self.read()
        # Final comments come only with students who have a grade on the page, unless asked for.
        asked = {row.enrollment_id for row in rows if row.kind == "final_comment"}
        for enrollment_id in sorted(asked, key=str):
            held += await self.read(enrollment_id=enrollment_id)
        return {each.key: each for each in held}

    async def read(self, **narrowed: Any) -> list[Held]:
        """The grades of all pages. Raises Lost, NotSent or Unreadable if one of them fails."""
        url = self.client.grades_url(self.register.section.id, **narrowed)
        held: list[Held] = []
        seen: set[str] = set()
        while url:
            seen.add(url)
            page = self.reader.page(await self.client.fetch(url))
            held += page.held
            url = self.following(url, page.link)
            if url in seen:
                raise Unreadable("the SIS's pages lead in a circle")
        return held

    def following(self, url: str, link: str) -> str:
        """The URL of the next page; "" after the last. Raises Unreadable if the link leads to
        another host, which may not be the SIS."""
        link = self.decisions.next_page(url, link)
        if not link:
            return ""
        try:
            target = urljoin(url, link)
            if self.decisions.may_follow(url, target):
                return target
        except ValueError:
            pass
        raise Unreadable("the SIS's next page is not on its own host")

    def record(self, held: list[Held], now: float) -> None:
        """Commit what was read, and up to which time by the SIS's clock."""
        section = self.register.section
        cursor = self.decisions.cursor(section, held, now)
        grades = [each for each in held if each.kind == "grade"]
        self.register.keep(replace(section, cursor=cursor), *grades)
