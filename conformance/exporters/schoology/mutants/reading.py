"""Exporters of a section that read back too little, use the wrong clock, or sign wrongly."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState
from conformance.exporters.kit.wire import Answer, Request
from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.decisions import Decisions
from conformance.exporters.schoology.model import Held, Section
from conformance.exporters.schoology.mutants.flawed import flawed
from conformance.exporters.schoology.pulls import Pulls
from conformance.exporters.schoology.reader import Page, Reader
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


class ReadsNoZeroes(Reader):
    def page(self, answer: Answer) -> Page:
        page = super().page(answer)
        held = tuple(replace(each, grade=each.grade or None) for each in page.held)
        return Page(held, page.link)


class ReadsExceptionsAsZeroes(Reader):
    def page(self, answer: Answer) -> Page:
        page = super().page(answer)
        held = tuple(replace(each, grade=0) if each.exception else each for each in page.held)
        return Page(held, page.link)


class SkipsWhatHasNoGrade(Reader):
    def page(self, answer: Answer) -> Page:
        page = super().page(answer)
        return Page(tuple(each for each in page.held if each.grade is not None), page.link)


class TakesAFailureForTheEnd(Reader):
    def page(self, answer: Answer) -> Page:
        return super().page(answer) if answer.status == 200 else Page((), "")


class AsksFromTheNextSecond(Decisions):
    def since(self, section: Section, now: float) -> int | None:
        since = super().since(section, now)
        return None if since is None else since + 1


class KeepsTheOldGrades(Pulls):
    """Leaves what it has read once as it was."""

    def record(self, held: list[Held], now: float) -> None:
        known = {each.key for each in self.register.pulled}
        super().record([each for each in held if each.key not in known], now)


class TakesWhatItReads(Pulls):
    """Takes the grades of the SIS over into the gradebook, as if they had been exported."""

    def record(self, held: list[Held], now: float) -> None:
        super().record(held, now)
        for each in held:
            item = self.register.find(each.key)
            if item is not None and item.content.grade is not None and each.grade is not None:
                taken = replace(item.content, grade=each.grade)
                exported = replace(item, content=taken, sent=taken, state=ExportState.EXPORTED)
                self.register.keep(exported)


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
        "section-reads-no-zeroes",
        "Reads a zero in the SIS as no grade.",
        ("SC-PAGES", "SC-LOST-REPLY"),
        reader=ReadsNoZeroes,
    ),
    flawed(
        "section-reads-exceptions-as-zeroes",
        "Reads an excused grade in the SIS as a zero.",
        ("SC-PAGES",),
        reader=ReadsExceptionsAsZeroes,
    ),
    flawed(
        "section-skips-exceptions",
        "Skips grades in the SIS that have an exception instead of a number.",
        ("SC-PAGES",),
        reader=SkipsWhatHasNoGrade,
    ),
    flawed(
        "section-takes-a-failure-for-the-end",
        "Takes a page that cannot be read for the end of the list.",
        ("SC-PAGES",),
        reader=TakesAFailureForTheEnd,
    ),
    flawed(
        "section-asks-from-the-next-second",
        "Asks for changes from the second after the newest one that it knows.",
        ("SC-PAGES",),
        decisions=AsksFromTheNextSecond,
    ),
    flawed(
        "section-keeps-old-grades",
        "Does not replace a grade that it has read before.",
        ("SC-PAGES",),
        pulls=KeepsTheOldGrades,
    ),
    flawed(
        "section-takes-what-it-reads",
        "Replaces grades of the gradebook by those that it reads, so that they are never sent.",
        ("SC-COMPLETE", "SC-ZERO"),
        pulls=TakesWhatItReads,
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
