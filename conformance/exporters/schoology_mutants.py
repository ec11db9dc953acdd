"""Gradebooks with one flaw each, for the rules of grade pass-back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as replaced
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec.structs import replace

from conformance.exporters.mutant import Mutant
from conformance.exporters.reference.answers import Fate
from conformance.exporters.reference.model import ExportState
from conformance.exporters.reference.wire import Answer, Request
from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.formats import Format, Json, Xml
from conformance.exporters.schoology.model import Content, Held, Item, Points, Row, Section
from conformance.exporters.schoology.parts import Parts
from conformance.exporters.schoology.reader import Reader, Told, Verdict, all_failed
from conformance.exporters.schoology.rules import Rules
from conformance.exporters.schoology.runs import Runs
from conformance.exporters.schoology.signing import Signer

# What is said


class SendsUserNames(Rules):
    def entry(self, row: Row) -> dict[str, Any]:
        said = super().entry(row)
        return {**said, "enrollment_id": f"enrollment {said['enrollment_id']}"}


class SendsGradesBesideExceptions(Rules):
    def grade(self, section: Section, item: Item) -> Points:
        return self.points(section, item)

    def grade_fields(self, row: Row) -> dict[str, Any]:
        if row.content.grade is None:
            return super().grade_fields(row)
        return {"grade": row.content.grade, "exception": row.content.exception}


class DropsExceptions(Rules):
    def grade_fields(self, row: Row) -> dict[str, Any]:
        grade = row.content.grade
        return {} if grade is None else {"grade": grade, "exception": 0}


class SendsAnyLetter(Rules):
    def problem(self, section: Section, item: Item) -> str:
        text = isinstance(self.grade(section, item), str)
        return "" if text else super().problem(section, item)


class ShowsAllComments(Rules):
    def is_visible(self, said: Content) -> bool:  # noqa: ARG002
        return True


class NeverHidesAgain(Rules):
    def comment_fields(self, row: Row) -> dict[str, Any]:
        said = super().comment_fields(row)
        if not row.content.visible:
            said.pop("comment_status", None)
        return said


class SendsOneFinalComment(Rules):
    def period_id(self, row: Row) -> str:  # noqa: ARG002
        return "final"


class ForgetsThePeriod(Rules):
    def entry(self, row: Row) -> dict[str, Any]:
        said = super().entry(row)
        said.pop("period_id", None)
        return said


class TakesZeroForNothing(Rules):
    def grade(self, section: Section, item: Item) -> Points:
        return super().grade(section, item) or None


class TakesNothingForZero(Rules):
    def grade(self, section: Section, item: Item) -> Points:
        found = super().grade(section, item)
        is_empty = found is None and item.kind == "grade" and not item.content.exception
        return 0 if is_empty else found


class WipesUngraded(Rules):
    def grade_fields(self, row: Row) -> dict[str, Any]:
        said = super().grade_fields(row)
        return said or ({"grade": ""} if row.kind == "grade" else {})


# XML


class PastesXml(Xml):
    """Writes XML as text, and escapes nothing."""

    def write(self, data: dict[str, Any]) -> bytes:
        return f'<?xml version="1.0" encoding="utf-8"?><body>{_pasted(data)}</body>'.encode()


class DeclaresLatin(Xml):
    """Says one encoding and writes another."""

    def write(self, data: dict[str, Any]) -> bytes:
        return super().write(data).replace(b"encoding='utf-8'", b"encoding='iso-8859-1'", 1)


def _pasted(data: Mapping[str, Any]) -> str:
    pieces = []
    for name, value in data.items():
        for each in value if isinstance(value, list) else [value]:
            inner = _pasted(each) if isinstance(each, dict) else each
            pieces.append(f"<{name}>{inner}</{name}>")
    return "".join(pieces)


class KeepsControlCharacters(Rules):
    def comment(self, said: Content) -> str:
        return said.comment


def pasting(name: str) -> Format:
    return PastesXml() if name == "xml" else Json()


def latin(name: str) -> Format:
    return DeclaresLatin() if name == "xml" else Json()


# Answers


class BelievesTheStatus(Reader):
    def verdict(self, told: Sequence[Told], rows: Sequence[Row]) -> Verdict:  # noqa: ARG002
        return Verdict({row.key: Fate(ExportState.EXPORTED) for row in rows})


class FailsTheWholeCall(Reader):
    def verdict(self, told: Sequence[Told], rows: Sequence[Row]) -> Verdict:
        verdict = super().verdict(told, rows)
        failed = [fate for fate in verdict.fates.values() if fate.state is ExportState.FAILED]
        return Verdict({row.key: failed[0] for row in rows}) if failed else verdict


class SaysOnlyThatItFailed(Reader):
    def fate(self, told: Told) -> Fate:
        fate = super().fate(told)
        return replaced(fate, message="Failed." if fate.message else None)


class TakesALostAnswerForSuccess(Runs):
    def lost(self, rows: Sequence[Row], reason: str) -> Verdict:  # noqa: ARG002
        return Verdict({row.key: Fate(ExportState.EXPORTED) for row in rows})


class TakesALostAnswerForFailure(Runs):
    """And takes what failed off its list, as if it had never changed."""

    def lost(self, rows: Sequence[Row], reason: str) -> Verdict:
        return all_failed(rows, f"Not exported: {reason}.")

    def fated(self, row: Row, fate: Fate) -> Item:
        return replace(super().fated(row, fate), sent=row.content)


# Patience


class ComesBackNever(Client):
    def is_put_off(self, answer: Answer) -> bool:  # noqa: ARG002
        return False


class TakesPatienceForAcceptance(Reader):
    """Has no idea that what was put off has to be sent again."""

    def judge(self, answer: Answer, rows: Sequence[Row]) -> Verdict:
        if answer.status == 429:
            return Verdict({row.key: Fate(ExportState.EXPORTED) for row in rows})
        return super().judge(answer, rows)


class DoesNotWait(Rules):
    def putting_off(self, asked: float | None, times: int) -> float:  # noqa: ARG002
        return 0.0


# Reading


class ReadsTwoPages(Rules):
    def next_page(self, url: str, link: str) -> str:
        return "" if "start" in asked(url) else link


class ReadsPagesOf20(Rules):
    """Counts in twenties, however long the SIS's pages are."""

    def next_page(self, url: str, link: str) -> str:
        if not link:
            return ""
        query = asked(url)
        query["start"] = str(int(query.get("start", "0")) + 20)
        return f"?{urlencode(query)}"


def asked(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


class AsksByItsOwnClock(Rules):
    def cursor(self, section: Section, held: Iterable[Held], now: float) -> int | None:  # noqa: ARG002
        return int(now)


class AlwaysReadsAll(Rules):
    def since(self, section: Section, now: float) -> int | None:  # noqa: ARG002
        return None


# Signatures


class RepeatsItsNonce(Signer):
    def nonce(self) -> str:
        return "6f8a57b1c2"


class SignsOnce(Client):
    """Takes the first signature of a conversation along wherever a redirect points."""

    async def followed(self, request: Request) -> Answer:
        return await super().followed(super().signed(request))

    def signed(self, request: Request) -> Request:
        return request


GRADEBOOK = (
    Mutant(
        "section-names-by-text",
        "Spells an enrollment's id with words around it.",
        (
            "SC-BODY",
            "SC-COMMENT-HIDDEN",
            "SC-EXCEPTION",
            "SC-FINAL-COMMENT",
            "SC-LOST-REPLY",
            "SC-RATE",
            "SC-ROWS",
            "SC-XML",
            "SC-ZERO",
        ),
        gradebook=Parts(rules=SendsUserNames),
    ),
    Mutant(
        "section-pastes-xml",
        "Pastes comments into XML as they are.",
        ("SC-BODY", "SC-XML"),
        gradebook=Parts(written=pasting),
    ),
    Mutant(
        "section-declares-latin",
        "Declares an encoding that its XML is not in.",
        ("SC-XML",),
        gradebook=Parts(written=latin),
    ),
    Mutant(
        "section-control-characters",
        "Lets control characters through to XML.",
        ("SC-XML",),
        gradebook=Parts(rules=KeepsControlCharacters),
    ),
    Mutant(
        "section-grade-and-exception",
        "Sends a grade together with an exception.",
        ("SC-EXCEPTION",),
        gradebook=Parts(rules=SendsGradesBesideExceptions),
    ),
    Mutant(
        "section-drops-exceptions",
        "Sends no exceptions.",
        ("SC-EXCEPTION",),
        gradebook=Parts(rules=DropsExceptions),
    ),
    Mutant(
        "section-any-letter",
        "Sends letters that the scale does not have.",
        ("SC-LETTER",),
        gradebook=Parts(rules=SendsAnyLetter),
    ),
    Mutant(
        "section-shows-comments",
        "Makes every comment visible to its student.",
        ("SC-COMMENT-HIDDEN",),
        gradebook=Parts(rules=ShowsAllComments),
    ),
    Mutant(
        "section-never-hides",
        "Says nothing where a visible comment is to be hidden.",
        ("SC-COMMENT-HIDDEN",),
        gradebook=Parts(rules=NeverHidesAgain),
    ),
    Mutant(
        "section-one-final-comment",
        "Sends comments on a period as comments on the course.",
        ("SC-FINAL-COMMENT",),
        gradebook=Parts(rules=SendsOneFinalComment),
    ),
    Mutant(
        "section-no-period",
        "Sends final comments without their period.",
        ("SC-BODY", "SC-FINAL-COMMENT"),
        gradebook=Parts(rules=ForgetsThePeriod),
    ),
    Mutant(
        "section-zero-is-nothing",
        "Takes a zero for no grade.",
        ("SC-ZERO",),
        gradebook=Parts(rules=TakesZeroForNothing),
    ),
    Mutant(
        "section-nothing-is-zero",
        "Sends zero for those without a grade.",
        ("SC-ZERO",),
        gradebook=Parts(rules=TakesNothingForZero),
    ),
    Mutant(
        "section-wipes-ungraded",
        "Sends an empty grade for those without one.",
        ("SC-ZERO",),
        gradebook=Parts(rules=WipesUngraded),
    ),
    Mutant(
        "section-believes-the-status",
        "Takes any 2xx for a success of every row.",
        ("SC-ROWS",),
        gradebook=Parts(reader=BelievesTheStatus),
    ),
    Mutant(
        "section-fails-the-whole-call",
        "Shows every row as failed where one was refused.",
        ("SC-ROWS",),
        gradebook=Parts(reader=FailsTheWholeCall),
    ),
    Mutant(
        "section-hides-the-reason",
        "Keeps the SIS's words about a refused row to itself.",
        ("SC-ROWS",),
        gradebook=Parts(reader=SaysOnlyThatItFailed),
    ),
    Mutant(
        "section-asks-again-at-once",
        "Comes back before the time that the SIS asked for.",
        ("SC-RATE",),
        gradebook=Parts(rules=DoesNotWait),
    ),
    Mutant(
        "section-drops-what-waits",
        "Takes a call that the SIS put off for one that it took.",
        ("SC-RATE",),
        gradebook=Parts(client=ComesBackNever, reader=TakesPatienceForAcceptance),
    ),
    Mutant(
        "section-lost-is-success",
        "Takes a lost answer for a success.",
        ("SC-LOST-REPLY",),
        gradebook=Parts(runs=TakesALostAnswerForSuccess),
    ),
    Mutant(
        "section-lost-is-failure",
        "Takes a lost answer for a failure, for good.",
        ("SC-LOST-REPLY",),
        gradebook=Parts(runs=TakesALostAnswerForFailure),
    ),
    Mutant(
        "section-two-pages",
        "Reads the first two pages only.",
        ("SC-PAGES", "SC-RATE", "SC-TIMESTAMP"),
        gradebook=Parts(rules=ReadsTwoPages),
    ),
    Mutant(
        "section-pages-of-20",
        "Takes every page for one of twenty.",
        ("SC-PAGES",),
        gradebook=Parts(rules=ReadsPagesOf20),
    ),
    Mutant(
        "section-own-clock",
        "Asks for changes by its own clock.",
        ("SC-TIMESTAMP",),
        gradebook=Parts(rules=AsksByItsOwnClock),
    ),
    Mutant(
        "section-reads-all-again",
        "Never asks for changes only.",
        ("SC-TIMESTAMP",),
        gradebook=Parts(rules=AlwaysReadsAll),
    ),
    Mutant(
        "section-repeats-its-nonce",
        "Signs everything with one nonce.",
        ("SC-NONCE",),
        gradebook=Parts(signer=RepeatsItsNonce),
    ),
    Mutant(
        "section-signs-once",
        "Takes a signature along to where a redirect points.",
        ("SC-NONCE",),
        gradebook=Parts(client=SignsOnce),
    ),
)
