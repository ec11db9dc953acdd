"""Rules about reading grades back."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.schoology import sources
from conformance.schoology.evidence.content import code, points
from conformance.schoology.evidence.record import misread
from conformance.schoology.evidence.wire import body, listed, listings
from conformance.schoology.scenarios import reading
from mock_sis.clock import iso
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

OVERLAP = 600.0
"""Seconds that an exporter may ask further back than it has to, so as to miss nothing."""


def reads_every_page(evidence: Evidence) -> Iterator[Violation]:
    """What the product shows of the SIS is what the SIS holds, place by place."""
    if not listings(evidence):
        raise NotTestable("no grades were asked for, which the rule presupposes")
    yield from misread(evidence, "end")


def asks_by_the_servers_time(evidence: Evidence) -> Iterator[Violation]:
    """The second look asks for what changed since a time that the SIS has given, and finds it."""
    before, after = listings(evidence, until="second"), listings(evidence, since="second")
    if not before or not after:
        raise NotTestable("grades were not asked for twice, which the rule presupposes")
    asked = points(after[0].call.query.get("timestamp"))
    first, newest = before[0].received, max(map(_newest, before))
    if not isinstance(asked, float):
        yield Violation(
            f"asked for all grades once more (#{after[0].number}), not for what had changed",
            (after[0].number,),
            ("second",),
        )
    elif not newest - OVERLAP <= asked <= first + 1:
        yield Violation(
            f"asked for changes since {_spelled(asked)} (#{after[0].number}); by the SIS's clock"
            f" its first look was at {_spelled(first)}, and the newest grade then from"
            f" {_spelled(newest)}",
            (before[0].number, after[0].number),
            ("second",),
        )
    yield from reads_every_page(evidence)


def _spelled(seconds: float) -> str:
    try:
        return iso(seconds)
    except (OverflowError, ValueError, OSError):
        return f"{seconds:g}"


def _newest(entry: Entry) -> int:
    """The highest timestamp on a page; 0 where there is none."""
    if not isinstance(entry.outcome, Reply):
        return 0
    rows = listed(body(entry.outcome), "grades", "grade")
    return max((code(row.get("timestamp")) for row in rows), default=0)


RULES = (
    Rule(
        id="SC-PAGES",
        level=Level.MUST_INFERRED,
        title="follows pages to the end, whatever the page size given",
        sources=(sources.PAGES,),
        scenarios=(reading.PAGED, reading.PAGED_SHORT),
        proofs=(Proof.COUNT,),
        check=reads_every_page,
        mend="Follow links.next until there is none, and never reckon with the size you asked for.",
    ),
    Rule(
        id="SC-TIMESTAMP",
        level=Level.SHOULD,
        title="asks for changes by the server's time, not its own",
        sources=(sources.CHANGED_SINCE,),
        scenarios=(reading.SIS_BEHIND, reading.SIS_AHEAD),
        proofs=(Proof.COUNT,),
        check=asks_by_the_servers_time,
        mend="Keep the highest timestamp that the SIS has given, or its Date, and ask from there.",
    ),
)
