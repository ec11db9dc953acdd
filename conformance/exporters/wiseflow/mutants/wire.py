"""Exporters of a flow whose request is wrong, goes to the wrong place, or never ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from conformance.exporters.kit.wire import Answer, Request
from conformance.exporters.wiseflow.answers import CallOutcome
from conformance.exporters.wiseflow.client import Client
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.model import SentRow
from conformance.exporters.wiseflow.mutants.flawed import flawed
from conformance.exporters.wiseflow.runs import Runs

FEW = 2
"""Participants in one call."""


class PostsAlways(Client):
    def method(self) -> str:
        return "POST"


class PutsForPatch(Client):
    def method(self) -> str:
        return "PUT" if super().method() == "PATCH" else "POST"


class SendsPlainText(Client):
    def content_type(self) -> str:
        return "text/plain"


class EncodesAsLatin1(Decisions):
    def body(self, rows: Sequence[SentRow]) -> bytes:
        return super().body(rows).decode().encode("latin-1", errors="replace")


class MarksTheByteOrder(Decisions):
    def body(self, rows: Sequence[SentRow]) -> bytes:
        return super().body(rows).decode().encode("utf-8-sig")


class SendsNumbers(Decisions):
    def entry(self, row: SentRow) -> dict[str, Any]:
        mark = int(row.mark) if row.mark.isdecimal() else row.mark
        return {**super().entry(row), "mark": mark}


class SendsNull(Decisions):
    def entry(self, row: SentRow) -> dict[str, Any]:
        return {**super().entry(row), "mark": row.mark or None}


class NamesTheFieldItsWay(Decisions):
    def entry(self, row: SentRow) -> dict[str, Any]:
        sent = super().entry(row)
        return {"user_id": sent.pop("userId"), **sent}


class AddsAField(Decisions):
    def entry(self, row: SentRow) -> dict[str, Any]:
        return {**super().entry(row), "system": "reference-exporter"}


class CarriesARoster(Client):
    roster = ""

    def accepting(self) -> dict[str, str]:
        return {**super().accepting(), "X-Flow-Roster": self.roster}


class WritesTheRoster(Runs):
    async def send(self, rows: Sequence[SentRow]) -> CallOutcome:
        names = (f"{each.family_name} {each.number}" for each in self.register.people)
        if isinstance(self.client, CarriesARoster):
            self.client.roster = "; ".join(names).encode("ascii", "ignore").decode()
        return await super().send(rows)


class SendsOneByOne(Decisions):
    def batches(self, rows: Sequence[SentRow]) -> list[Sequence[SentRow]]:
        return [[row] for row in rows]


class SendsAFewAtATime(Decisions):
    def batches(self, rows: Sequence[SentRow]) -> list[Sequence[SentRow]]:
        return [rows[place : place + FEW] for place in range(0, len(rows), FEW)]


class SendsTwoRowsForTwoGrades(Decisions):
    def body(self, rows: Sequence[SentRow]) -> bytes:
        doubled = []
        for row in rows:
            if row.mark and row.admin_grade:
                doubled += [
                    SentRow(row.user_id, row.mark, ""),
                    SentRow(row.user_id, "", row.admin_grade),
                ]
            else:
                doubled.append(row)
        return super().body(doubled)


class FollowsRedirects(Client):
    def may_follow(self, request: Request, answer: Answer, target: str) -> bool:  # noqa: ARG002
        return True


class FetchesWhereItIsSent(Client):
    """Turns a POST into a GET as browsers do, and keeps the headers."""

    async def exchange(self, request: Request) -> Answer:
        answer = await super().exchange(request)
        if answer.status in (301, 302, 303) and answer.location:
            there = replace(request, method="GET", url=answer.location, body=None)
            return await super().exchange(there)
        return answer


class NeverGivesUp(Client):
    def deadline(self) -> float | None:
        return None


_UNTAKEN = (
    "WF-ONCE",
    "WF-RETRY",
    "WF-RETRY-ONLY-FAILED",
    "WF-PARTIAL",
    "WF-PARTIAL-SHOWN",
    "WF-200-IS-NOT-SUCCESS",
    "WF-COUNTS",
    "WF-FOREIGN-ERROR",
    "WF-TRUTH",
    "WF-UNLOCKED",
    "WF-ALT-FROZEN",
)
"""The rules that cannot be tried if the SIS accepts nothing."""

_UNREADABLE = (
    "WF-ONCE-CONCURRENT",
    "WF-ONCE-RESTART",
    "WF-GRADED-ONLY",
    "WF-SIS-ONLY",
    "WF-CONFLICT",
    "WF-PARTLY",
    "WF-ALT",
    "WF-CANARY",
    "WF-INSTANT",
    "WF-INSTANT-NO-ALT",
    "WF-INSTANT-LATE",
    "WF-INSTANT-OFF",
    "WF-INSTANT-NORETRY",
    "WF-NO-DUPLICATES",
)
"""The rules that cannot be tried if a body does not show whom it is about."""


class PastesTheCode(Client):
    def flow_url(self, sis_code: str) -> str:
        return f"{self.base()}/flows/{sis_code}"


class KeepsSlashes(Client):
    def flow_url(self, sis_code: str) -> str:
        return f"{self.base()}/flows/{quote(sis_code)}"


_HIDDEN_BY_UNREADABLE = (
    "WF-ALT-FROZEN",
    "WF-CANARY",
    "WF-CONFLICT",
    "WF-COUNTS",
    "WF-FAILED-STATE",
    "WF-FOREIGN-ERROR",
    "WF-NORETRY-RETRY",
    "WF-ONCE",
    "WF-ONCE-AMBIGUOUS",
    "WF-ONCE-CONCURRENT",
    "WF-ONCE-RESTART",
    "WF-PARTLY",
    "WF-RETRY-CURRENT",
    "WF-RETRY-ONLY-FAILED",
)
"""The rules that cannot be tried if no export names its participants."""

MUTANTS = (
    flawed(
        "posts-always",
        "Sends by POST although PATCH is configured.",
        ("WF-METHOD",),
        client=PostsAlways,
    ),
    flawed(
        "puts-for-patch",
        "Sends by PUT although PATCH is configured.",
        ("WF-METHOD", "WF-COMPLETE"),
        client=PutsForPatch,
    ),
    flawed(
        "sends-plain-text",
        "Declares its JSON as text/plain.",
        ("WF-MAPPING", "WF-TYPE"),
        (
            "WF-200-IS-NOT-SUCCESS",
            "WF-ALT-FROZEN",
            "WF-COUNTS",
            "WF-FOREIGN-ERROR",
            "WF-ONCE",
            "WF-PARTIAL",
            "WF-PARTIAL-SHOWN",
            "WF-RETRY-ONLY-FAILED",
            "WF-NORETRY-REFUSED",
        ),
        client=SendsPlainText,
    ),
    flawed(
        "encodes-as-latin1",
        "Sends JSON in Latin-1, the encoding of its platform.",
        ("WF-BODY", "WF-TYPE", "WF-VALUE"),
        (),
        decisions=EncodesAsLatin1,
    ),
    flawed(
        "marks-the-byte-order",
        "Puts a byte-order mark before the JSON.",
        ("WF-BODY",),
        _HIDDEN_BY_UNREADABLE,
        decisions=MarksTheByteOrder,
    ),
    flawed(
        "sends-numbers",
        "Sends a mark that looks like a number as a number.",
        ("WF-BODY", "WF-VALUE"),
        decisions=SendsNumbers,
    ),
    flawed(
        "sends-null",
        "Sends null as the mark of a participant with only an alternative grade.",
        ("WF-BODY",),
        decisions=SendsNull,
    ),
    flawed(
        "names-the-field-its-way",
        "Sends user_id instead of userId.",
        ("WF-BODY",),
        _HIDDEN_BY_UNREADABLE,
        decisions=NamesTheFieldItsWay,
    ),
    flawed(
        "adds-a-field",
        "Sends a field that the interface does not have.",
        ("WF-BODY",),
        ("WF-ALT-FROZEN", "WF-COUNTS", "WF-FOREIGN-ERROR", "WF-ONCE", "WF-RETRY-ONLY-FAILED"),
        decisions=AddsAField,
    ),
    flawed(
        "carries-a-roster",
        "Names all participants of the flow in a header, exported or not.",
        ("WF-CANARY",),
        client=CarriesARoster,
        runs=WritesTheRoster,
    ),
    flawed(
        "sends-one-by-one",
        "Makes one call for each participant.",
        ("WF-BULK",),
        decisions=SendsOneByOne,
    ),
    flawed(
        "sends-a-few-at-a-time",
        "Splits an export into calls of two participants.",
        ("WF-BULK",),
        decisions=SendsAFewAtATime,
    ),
    flawed(
        "sends-two-rows-for-two-grades",
        "Sends the mark and the alternative grade of a participant in two rows.",
        ("WF-NO-DUPLICATES", "WF-PARTIAL"),
        ("WF-ALT-FROZEN",),
        decisions=SendsTwoRowsForTwoGrades,
    ),
    flawed(
        "follows-redirects",
        "Sends grades and credentials to any host that a redirect names.",
        ("WF-REDIRECT",),
        client=FollowsRedirects,
    ),
    flawed(
        "fetches-where-it-is-sent",
        "Follows a 302 by GET, and so gives its credentials to another host.",
        ("WF-REDIRECT",),
        client=FetchesWhereItIsSent,
    ),
    flawed(
        "never-gives-up",
        "Waits for a stalled SIS for ever.",
        ("WF-TIMEOUT",),
        client=NeverGivesUp,
    ),
    flawed(
        "pastes-the-code",
        "Puts the code of the flow into the path as it is, which no SIS can read.",
        ("WF-COMPLETE", "WF-PATH"),
        client=PastesTheCode,
    ),
    flawed(
        "keeps-slashes",
        "Percent-encodes the code of the flow, but for its slashes.",
        ("WF-PATH", "WF-COMPLETE"),
        client=KeepsSlashes,
    ),
)
