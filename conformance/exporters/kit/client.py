"""The HTTP client that every dialect's own client builds on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import urljoin

from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.kit.wire import Answer, Lost, Request, origin

MOST_HOPS = 5


class SisClient:
    """Exchanges requests with one SIS. Repeats none by itself, and raises only NotSent and Lost."""

    def __init__(self, settings: SisSettings) -> None:
        self._settings = settings

    def base(self) -> str:
        """The URL of the SIS, without a slash at its end."""
        return self._settings.sis_url.rstrip("/")

    def media_type(self) -> str:
        """The media type of all answers and, unless `content_type` differs, of all bodies sent."""
        return "application/json"

    def content_type(self) -> str:
        """What a body that is sent is declared as."""
        return self.media_type()

    def accepting(self) -> dict[str, str]:
        """The headers of every request."""
        return {"Accept": self.media_type(), "User-Agent": "reference-exporter"}

    def deadline(self) -> float | None:
        """Seconds to wait for the SIS; None to wait for ever."""
        return self._settings.timeout

    def late(self) -> str:
        """The text after the deadline."""
        return f"the SIS did not answer within {self._settings.timeout:g} seconds"

    async def exchange(self, request: Request) -> Answer:
        """One request and its answer, within the deadline. Raises NotSent or Lost."""
        try:
            async with asyncio.timeout(self.deadline()):
                return await self.transmit(request)
        except TimeoutError as error:
            raise Lost(self.late()) from error

    async def transmit(self, request: Request) -> Answer:
        """One request and its answer, without a deadline. Raises NotSent or Lost."""
        # aiohttp takes most of a second to import. An exporter restarted after a crash may have
        # nothing to send, and should not pay for what it does not use.
        from conformance.exporters.kit.transport import exchange

        return await exchange(request)

    async def followed(self, request: Request) -> Answer:
        """The answer after the redirects that `may_follow` allows. Raises NotSent or Lost."""
        answer = await self.exchange(request)
        for _ in range(MOST_HOPS):
            target = self.target(request, answer)
            if not target:
                break
            request = replace(request, url=target)
            answer = await self.exchange(request)
        return answer

    def target(self, request: Request, answer: Answer) -> str:
        """The URL to follow; "" if the answer is not a redirect or must not be followed."""
        if not 300 <= answer.status < 400 or not answer.location:
            return ""
        try:
            target = urljoin(request.url, answer.location)
            origin(target)
        except ValueError:
            return ""
        return target if self.may_follow(request, answer, target) else ""

    def may_follow(self, request: Request, answer: Answer, target: str) -> bool:  # noqa: ARG002
        """Whether a redirect may be followed: reads only, and only on the host they were meant
        for, so that grades and credentials reach no other."""
        return request.method == "GET" and origin(request.url) == origin(target)
