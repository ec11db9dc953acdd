"""The SIS as the exporter sees it: where things are, who we are, and how long we wait."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from conformance.exporters.kit.background import Background
from conformance.exporters.kit.times import Clock
from conformance.exporters.kit.wire import Answer, Lost, NotSent, Request
from conformance.exporters.schoology.formats import Format
from conformance.exporters.schoology.rules import Rules
from conformance.exporters.schoology.signing import Signer

MOST_HOPS = 5
KEEPS_METHOD = (307, 308)


@dataclass(frozen=True, slots=True)
class Settings:
    """How one exporter is set up.

    `sis_url` ends in the version ("…/v1"); `credentials` are shaped as in
    schemas/adapter/configure.schema.json; `timeout` is seconds for one request; `most_rows` is how
    many rows one call carries; `resume` keeps what `state_dir` holds, else it is cleared.
    """

    sis_url: str
    state_dir: Path
    clock: Clock
    credentials: Mapping[str, Any]
    format: str = "json"
    timeout: float = 30.0
    most_rows: int = 200
    resume: bool = True


class Client:
    """Speaks to the SIS. Repeats a request only where the SIS asked for it, and never lets an
    exception but NotSent and Lost escape."""

    def __init__(
        self, settings: Settings, rules: Rules, written: Format, signer: Signer, work: Background
    ) -> None:
        self._settings = settings
        self.rules = rules
        self.format = written
        self.signer = signer
        self.work = work
        self._not_before = 0.0

    async def fetch(self, url: str) -> Answer:
        """What the SIS has at one of its own URLs."""
        return await self.converse(Request("GET", url, self.accepting()))

    async def deliver(self, section_id: str, body: bytes) -> Answer:
        """The SIS's answer to one bulk call."""
        headers = self.accepting() | {"Content-Type": self.content_type()}
        return await self.converse(Request("PUT", self.grades_url(section_id), headers, body))

    async def introduce(self) -> Answer:
        """Who the SIS takes us for. It points at the user's own URL, which needs a signature of its
        own."""
        return await self.fetch(f"{self.base()}/users/me")

    def grades_url(self, section_id: str, **narrowed: Any) -> str:
        """The grades of a section, narrowed by what the SIS filters by; None narrows nothing."""
        given = {name: value for name, value in narrowed.items() if value is not None}
        query = f"?{urlencode(given)}" if given else ""
        return f"{self.base()}/sections/{quote(section_id, safe='')}/grades{query}"

    def base(self) -> str:
        return self._settings.sis_url.rstrip("/")

    def content_type(self) -> str:
        return self.format.media_type

    def accepting(self) -> dict[str, str]:
        return {"Accept": self.format.media_type, "User-Agent": "reference-exporter"}

    async def converse(self, request: Request) -> Answer:
        """The answer, after as many waits as the SIS asks for: what it put off it has not done.
        Everybody waits who has something to ask."""
        for times in range(self.rules.patience()):
            await self.take_turn()
            answer = await self.followed(request)
            if not self.is_put_off(answer):
                break
            wait = self.rules.putting_off(asked_for(answer), times)
            self._not_before = max(self._not_before, self._settings.clock.now() + wait)
        return answer

    async def take_turn(self) -> None:
        """Returns when the SIS may be asked again."""
        wait = self._not_before - self._settings.clock.now()
        await self.work.sleep(wait, "the SIS asked for fewer requests")

    def is_put_off(self, answer: Answer) -> bool:
        return answer.status == 429

    async def followed(self, request: Request) -> Answer:
        """The answer at the end of the redirects that may be followed."""
        answer = await self.exchange(request)
        for _ in range(MOST_HOPS):
            target = self.target(request, answer)
            if not target:
                break
            request = replace(request, url=target)
            answer = await self.exchange(request)
        return answer

    def target(self, request: Request, answer: Answer) -> str:
        """Where to go on; "" where the answer points nowhere that this request may follow."""
        follows = request.method == "GET" or answer.status in KEEPS_METHOD
        if not 300 <= answer.status < 400 or not answer.location or not follows:
            return ""
        try:
            target = urljoin(request.url, answer.location)
            return target if self.rules.may_follow(request.url, target) else ""
        except ValueError:
            return ""

    async def exchange(self, request: Request) -> Answer:
        """One signed request and its answer. Raises NotSent or Lost."""
        # aiohttp takes most of a second start-up's time, and an exporter that is restarted after a
        # crash may have nothing to send: it must not pay for what it does not use.
        from conformance.exporters.kit.transport import exchange

        try:
            async with asyncio.timeout(self.deadline()):
                return await exchange(self.signed(request))
        except TimeoutError as error:
            late = f"the SIS did not answer within {self._settings.timeout:g} seconds"
            raise Lost(late) from error

    def deadline(self) -> float | None:
        """Seconds for one request."""
        return self._settings.timeout

    def signed(self, request: Request) -> Request:
        """The request with a signature of its own. Raises NotSent."""
        try:
            signature = self.signer.headers(request, self._settings.clock.now())
        except ValueError as error:
            raise NotSent(f"the SIS gave a URL that cannot be signed ({error})") from error
        return replace(request, headers={**request.headers, **signature})


def asked_for(answer: Answer) -> float | None:
    """The seconds in Retry-After; None where there are none that can be read.

    A date is held against the SIS's own Date: this side's clock may be off.
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        return max(0.0, (until - parsedate_to_datetime(answer.headers["date"])).total_seconds())
    except (KeyError, TypeError, ValueError):
        return None
