"""Exporters of a section that read back too little, use the wrong clock, or sign wrongly."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

from conformance.exporters.kit.wire import Answer, Request
from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.decisions import Decisions
from conformance.exporters.schoology.model import Held, Section
from conformance.exporters.schoology.mutants.flawed import flawed
from conformance.exporters.schoology.signing import Signer


class ReadsTwoPages(Decisions):
    def next_page(self, url: str, link: str) -> str:
        return "" if "start" in asked(url) else link


class ReadsPagesOf20(Decisions):
    """Counts in twenties, although the SIS decides the length of its pages."""

    def next_page(self, url: str, link: str) -> str:
        if not link:
            return ""
        query = asked(url)
        query["start"] = str(int(query.get("start", "0")) + 20)
        return f"?{urlencode(query)}"


def asked(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


class AsksByItsOwnClock(Decisions):
    def cursor(self, section: Section, held: Iterable[Held], now: float) -> int | None:  # noqa: ARG002
        return int(now)


class AlwaysReadsAll(Decisions):
    def since(self, section: Section, now: float) -> int | None:  # noqa: ARG002
        return None


class RepeatsItsNonce(Signer):
    def nonce(self) -> str:
        return "6f8a57b1c2"


class SignsOnce(Client):
    """Reuses the first signature of a conversation for the target of a redirect."""

    async def followed(self, request: Request) -> Answer:
        return await super().followed(super().signed(request))

    def signed(self, request: Request) -> Request:
        return request


MUTANTS = (
    flawed(
        "section-two-pages",
        "Reads only the first two pages.",
        ("SC-PAGES", "SC-RATE"),
        decisions=ReadsTwoPages,
    ),
    flawed(
        "section-pages-of-20",
        "Assumes that every page has twenty rows.",
        ("SC-PAGES",),
        decisions=ReadsPagesOf20,
    ),
    flawed(
        "section-own-clock",
        "Asks for changes by its own clock instead of the SIS's.",
        ("SC-PAGES", "SC-TIMESTAMP"),
        decisions=AsksByItsOwnClock,
    ),
    flawed(
        "section-reads-all-again",
        "Reads everything again instead of only the changes.",
        ("SC-TIMESTAMP",),
        decisions=AlwaysReadsAll,
    ),
    flawed(
        "section-repeats-its-nonce",
        "Signs all requests with one nonce.",
        ("SC-NONCE",),
        signer=RepeatsItsNonce,
    ),
    flawed(
        "section-signs-once",
        "Reuses a signature for the target of a redirect.",
        ("SC-NONCE",),
        client=SignsOnce,
    ),
)
