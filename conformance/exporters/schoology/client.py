"""The SIS as the exporter of a section sees it: its URLs, the signatures, and the waits."""

from __future__ import annotations

from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

from conformance.exporters.kit.background import Background
from conformance.exporters.kit.client import SisClient
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.kit.wire import Answer, NotSent, Request
from conformance.exporters.schoology.decisions import Decisions
from conformance.exporters.schoology.formats import Format
from conformance.exporters.schoology.signing import Signer

KEEPS_METHOD = (307, 308)


class Client(SisClient):
    """Signs every request. Repeats one only after a 429, when the wait that the SIS asked for is
    over."""

    def __init__(
        self,
        settings: SisSettings,
        decisions: Decisions,
        written: Format,
        signer: Signer,
        work: Background,
    ) -> None:
        super().__init__(settings)
        self.decisions = decisions
        self.format = written
        self.signer = signer
        self.work = work
        self._not_before = 0.0

    async def fetch(self, url: str) -> Answer:
        """The SIS's answer at one of its URLs."""
        return await self.converse(Request("GET", url, self.accepting()))

    async def deliver(self, section_id: str, body: bytes) -> Answer:
        """The SIS's answer to one bulk call."""
        headers = self.accepting() | {"Content-Type": self.content_type()}
        return await self.converse(Request("PUT", self.grades_url(section_id), headers, body))

    async def introduce(self) -> Answer:
        """The user that the SIS takes the exporter for. The SIS redirects to the user's URL, which
        needs another signature."""
        return await self.fetch(f"{self.base()}/users/me")

    def grades_url(self, section_id: str, **narrowed: Any) -> str:
        """The URL of a section's grades, with the SIS's filters; None is no filter."""
        given = {name: value for name, value in narrowed.items() if value is not None}
        query = f"?{urlencode(given)}" if given else ""
        return f"{self.base()}/sections/{quote(section_id, safe='')}/grades{query}"

    def media_type(self) -> str:
        return self.format.media_type

    async def converse(self, request: Request) -> Answer:
        """The answer, after the waits that the SIS asks for. A request that it put off had no
        effect. All requests wait, not only this one."""
        for times in range(self.decisions.patience()):
            await self.take_turn()
            answer = await self.followed(request)
            if not self.is_put_off(answer):
                break
            wait = self.decisions.putting_off(asked_for(answer), times)
            self._not_before = max(self._not_before, self._settings.clock.now() + wait)
        return answer

    async def take_turn(self) -> None:
        """Return when the SIS may be asked again."""
        wait = self._not_before - self._settings.clock.now()
        await self.work.sleep(wait, "the SIS asked for fewer requests")

    def is_put_off(self, answer: Answer) -> bool:
        return answer.status == 429

    def may_follow(self, request: Request, answer: Answer, target: str) -> bool:
        follows = request.method == "GET" or answer.status in KEEPS_METHOD
        return follows and self.decisions.may_follow(request.url, target)

    async def exchange(self, request: Request) -> Answer:
        """One signed request and its answer, within the deadline. Raises NotSent or Lost."""
        return await super().exchange(self.signed(request))

    def signed(self, request: Request) -> Request:
        """The request with a new signature. Raises NotSent."""
        try:
            signature = self.signer.headers(request, self._settings.clock.now())
        except ValueError as error:
            raise NotSent(f"the SIS gave a URL that cannot be signed ({error})") from error
        return replace(request, headers={**request.headers, **signature})


def asked_for(answer: Answer) -> float | None:
    """The seconds in Retry-After; None if it is missing or unreadable.

    A date is compared with the SIS's own Date, because the exporter's clock may be wrong.
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        return max(0.0, (until - parsedate_to_datetime(answer.headers["date"])).total_seconds())
    except (KeyError, TypeError, ValueError):
        return None
