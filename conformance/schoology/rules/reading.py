"""Rules about reading grades from the SIS."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.schoology import sources
from conformance.schoology.evidence.content import number_or_text, whole_number
from conformance.schoology.evidence.wire import list_requests, read_body, rows_in
from conformance.schoology.ledger import carried
from conformance.schoology.scenarios import reading
from mock_sis.clock import iso
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

OVERLAP = 600.0
"""Seconds by which a query for changes may overlap the previous one."""


def asks_by_the_servers_time(evidence: Evidence) -> Iterator[Violation]:
    """The second pull asks for changes since a time given by the SIS."""
    before, after = list_requests(evidence, until="second"), list_requests(evidence, since="second")
    if not before or not after:
        raise NotTestable("the exporter did not list grades twice, so this rule cannot be judged")
    asked = number_or_text(after[0].call.query.get("timestamp"))
    first, newest = before[0].received, max(map(_newest, before))
    if not isinstance(asked, float):
        yield Violation(
            f"listed all grades again (#{after[0].number}); expected a query for changes",
            (after[0].number,),
            ("second",),
        )
    elif not newest - OVERLAP <= asked <= first + 1:
        yield Violation(
            f"asked for changes since {_in_words(asked)} (#{after[0].number}); expected a time"
            f" between {_in_words(newest)}, the timestamp of the newest grade so far, and"
            f" {_in_words(first)}, when the first pull began by the SIS's clock",
            (before[0].number, after[0].number),
            ("second",),
        )


def _in_words(seconds: float) -> str:
    try:
        return iso(seconds)
    except (OverflowError, ValueError, OSError):
        return f"{seconds:g}"


def _newest(entry: Entry) -> int:
    """The highest timestamp on a page, or 0 if the page has no grade."""
    if not isinstance(entry.outcome, Reply):
        return 0
    rows = rows_in(read_body(entry.outcome), "grades", "grade")
    return max((whole_number(row.get("timestamp")) for row in rows), default=0)


RULES = (
    Rule(
        id="SC-PAGES",
        level=Level.MUST_INFERRED,
        title="must read every grade that the SIS lists: all pages, of any size, and all changes",
        sources=(sources.PAGES,),
        scenarios=(
            *reading.PAGED,
            *reading.PAGED_SHORT,
            *reading.KINDS,
            *reading.FAILED,
            *reading.FAILED_PAGE,
            *reading.CHANGED_TWICE,
        ),
        proofs=(Proof.COUNT,),
        check=carried("SC-PAGES"),
        fix="Follow links.next until a page has none. Do not rely on the page size you asked for.",
        everywhere=True,
    ),
    Rule(
        id="SC-TIMESTAMP",
        level=Level.SHOULD,
        title="should ask for changes by the server's time, not by the exporter's",
        sources=(sources.CHANGED_SINCE,),
        scenarios=(*reading.SIS_BEHIND, *reading.SIS_AHEAD),
        proofs=(Proof.COUNT,),
        check=asks_by_the_servers_time,
        fix="Store the highest timestamp or the Date that the SIS has given, and ask from there.",
    ),
)
