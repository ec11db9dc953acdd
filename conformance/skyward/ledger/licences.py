"""Which rows a press of Transfer or of retry must, may or must not send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.skyward.evidence.fates import Fate
from conformance.skyward.evidence.held import Fields, Holding, is_of_the_sis
from conformance.skyward.evidence.wire import SentObject
from conformance.skyward.ledger.due import Course, Row, item_of

LONGEST_TITLE = 50
"""Titles of line items are shorter than this (Skyward's own limit)."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One row in a request. `value` is the score, or the category of a line item; `edits` counts
    the edits of the score before it; `faulted` says that a fault decided the answer."""

    sent: SentObject
    fate: Fate
    value: Any
    at: float
    edits: int = 0
    faulted: bool = False


@dataclass
class Press:
    """One press and what it licenses, until its work has settled.

    `must` are the rows that are owed, and `scores` are the scores at the press. `excused` says why
    the rest need not be sent. `sent` has the rows that were sent, and `refused` those that the SIS
    refused, each with the number of the last request; `unauthorized` are rows that met an expired
    token. `tokens` and `expired` are the numbers of token requests and of requests refused with
    401. `before` are the rows that were sent before it, and `unposted` whether the SIS did not show
    all of them yet. `first` is the number of the last exchange before it.
    """

    label: str
    sections: frozenset[str]
    items: frozenset[str]
    retry: bool = False
    must: list[Row] = field(default_factory=list)
    scores: dict[Row, Any] = field(default_factory=dict)
    retriable: frozenset[Row] = frozenset()
    excused: str = ""
    sent: dict[Row, int] = field(default_factory=dict)
    refused: dict[Row, int] = field(default_factory=dict)
    unauthorized: set[Row] = field(default_factory=set)
    tokens: list[int] = field(default_factory=list)
    expired: list[int] = field(default_factory=list)
    before: frozenset[Row] = frozenset()
    unposted: bool = False
    first: int = 0

    def has(self, row: Row) -> bool:
        """Whether a row is ticked, or may be retried."""
        if self.retry:
            return row in self.retriable
        return row[1] in self.sections and row[0] in self.items


@dataclass
class Known:
    """What is known of the rows that were sent.

    `last` is the latest sending of a row and `confirmed` the latest that was confirmed. `names` are
    the sourcedIds under which a row was sent and not refused, and `pressed` the rows that a press
    licensed, with the score at the last one (None for items). `disturbed` is the number of the last
    failed exchange that wrote no row, and `stopped` that of the last exchange before the last press
    that could be cut short. `kept_back` are rows that the SIS would refuse, each with its edits
    before the press, and `passed_over` rows that the SIS had refused and that a later press did not
    send. `left` are cleared scores that the last press left in the SIS, each with its edits.
    `items` has the items by their sourcedIds.
    """

    last: dict[Row, Sending] = field(default_factory=dict)
    confirmed: dict[Row, Sending] = field(default_factory=dict)
    names: dict[Row, list[str]] = field(default_factory=dict)
    pressed: dict[Row, Any] = field(default_factory=dict)
    disturbed: int = 0
    stopped: int = 0
    kept_back: dict[Row, int] = field(default_factory=dict)
    passed_over: set[Row] = field(default_factory=set)
    left: dict[Row, int] = field(default_factory=dict)
    items: dict[str, list[Row]] = field(default_factory=dict)

    def name(self, row: Row, sourced_id: str) -> None:
        """A row was sent under this name, and not refused."""
        names = self.names.setdefault(row, [])
        if sourced_id not in names:
            names.append(sourced_id)
            if len(row) == 2:
                self.items.setdefault(sourced_id, []).append(row)

    def item_in(self, sis: Holding, row: Row) -> tuple[str, Fields] | None:
        """The line item in the SIS that a row is about, or was made for."""
        item = item_of(row)
        return sis.item(item[1], self.names.get(item, ()))

    def score_in(self, sis: Holding, row: Row) -> Fields | None:
        """The score in the SIS that a row is about."""
        item = self.item_in(sis, row)
        return None if item is None else sis.score(row[1], item[0], row[2])

    def is_posted(self, sis: Holding, row: Row) -> bool:
        """Whether the SIS shows the row as it accepted it last, or something newer."""
        accepted = self.confirmed.get(row)
        found = self.shown_by(sis, row)
        if accepted is None or (found is not None and is_of_the_sis(found)):
            return True
        return found is not None and found["at"] >= accepted.at

    def shown_by(self, sis: Holding, row: Row) -> Fields | None:
        """What the SIS shows of a row."""
        if len(row) == 3:
            return self.score_in(sis, row)
        item = self.item_in(sis, row)
        return item and item[1]


def owed(course: Course, sis: Holding, known: Known, press: Press, today: str) -> list[Row]:
    """The rows that the press must send, each item before its scores."""
    found: list[Row] = []
    for item in course.item_rows():
        if course.forbidden(item) or not may_go(course, sis, known, item, today):
            continue
        is_there = known.item_in(sis, item) is not None
        if press.has(item) and _lacks_item(known, press, item, is_there):
            found.append(item)
        if not (is_there or item in found):
            continue
        for row in course.scores_on(item):
            is_graded = course.scores[row] is not None
            if press.has(row) and is_graded and _owes(course, sis, known, press, row):
                found.append(row)
    return found


def _lacks_item(known: Known, press: Press, item: Row, is_there: bool) -> bool:
    last = known.last.get(item)
    if is_there or item in known.confirmed:
        return False
    return not press.retry if last is None else _counts_as_lacking(last)


def _counts_as_lacking(last: Sending) -> bool:
    """Whether what was sent last must be sent again: the SIS refused it by a fault, or lost it."""
    if last.fate is Fate.REFUSED:
        return last.faulted
    return last.fate is not Fate.ODD


def may_go(course: Course, sis: Holding, known: Known, item: Row, today: str) -> bool:
    """Whether the SIS would take an item and what is on it, as far as both sides can know."""
    about, section = course.items[item[0]], item[1]
    pushed = known.item_in(sis, item) is not None
    if not pushed and item in known.confirmed:
        return False  # removed by a teacher, or accepted and not shown yet
    if not pushed and not sis.categories(section, course.chosen.get(item, "")):
        return False
    period = sis.of("period", section).get(str(about["term"]))
    if period is None or period["closed"] or str(period["end"])[:10] < today:
        return False
    return len(about["title"]) < LONGEST_TITLE and float(about["max_points"]).is_integer()


def _owes(course: Course, sis: Holding, known: Known, press: Press, row: Row) -> bool:
    """Whether a score that is due must be sent: the exporter knows no success, and the SIS lacks
    it, or it changed since."""
    due, held, last = course.scores[row], known.score_in(sis, row), known.last.get(row)
    if sis.of("student", row[1]).get(row[2], {}).get("state") == "withdrawn":
        return False
    if held is not None and (is_of_the_sis(held) or held["grade"] == due):
        return False
    if row in known.confirmed and not known.is_posted(sis, row):
        return False
    if last is None or last.value != due:
        return not press.retry  # what was not sent, or has changed since, may wait for Transfer
    return last.fate is not Fate.CONFIRMED and _counts_as_lacking(last)


def would_refuse(course: Course, sis: Holding, known: Known, row: Row) -> bool:
    """Whether an exporter can know that the SIS would refuse a row: an item in a closed period, or
    the score of a dropped student. An item without a category is not sent for that reason."""
    item = item_of(row)
    if course.forbidden(row):
        return False
    if item not in known.confirmed and not sis.categories(item[1], course.chosen.get(item, "")):
        return False
    if len(row) == 2:
        period = sis.of("period", row[1]).get(str(course.items[row[0]]["term"]))
        return bool(period and period["closed"])
    student = sis.of("student", row[1]).get(row[2], {})
    return student.get("state") == "withdrawn" and course.scores.get(row) is not None


def retriable(known: Known) -> Iterator[Row]:
    """The rows that a retry may send: licensed before, and not confirmed as they were then."""
    for row, due in known.pressed.items():
        last = known.last.get(row)
        changed = last is not None and due is not None and last.value != due
        if last is None or last.fate is not Fate.CONFIRMED or changed:
            yield row


def ticked(fields: Mapping[str, Any], name: str, everything: Iterator[str]) -> frozenset[str]:
    """The sections or items that a press selects; all of them if it names none."""
    return frozenset(map(str, fields.get(name) or everything))
