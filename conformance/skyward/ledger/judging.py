"""Each row of a request, held against what is due and what is licensed."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.model.account import Breach, Notes
from conformance.skyward.evidence.fates import Fate
from conformance.skyward.evidence.held import Holding, Key, is_of_the_sis
from conformance.skyward.evidence.wire import SentObject
from conformance.skyward.ledger.due import (
    Course,
    Row,
    in_words,
    is_score,
    score_said,
)
from conformance.skyward.ledger.licences import Known, Press


@dataclass
class Teacher:
    """What the users of the SIS did there, by the keys of its rows.

    `foreign` are the line items made there, and `categories` those whose title or weight was
    changed. `moved` maps a line item to the category that it was put into, `late` are results
    flagged as late, and `removed` the sections and titles of removed line items. `chose_again` are
    items whose category was chosen in the product after their transfer. `acted_on` has the number
    of the last change of each row.
    """

    foreign: set[Key] = field(default_factory=set)
    categories: set[Key] = field(default_factory=set)
    moved: dict[Key, int] = field(default_factory=dict)
    late: set[Key] = field(default_factory=set)
    removed: set[tuple[str, str]] = field(default_factory=set)
    chose_again: set[Row] = field(default_factory=set)
    acted_on: dict[Key, int] = field(default_factory=dict)

    @property
    def acted(self) -> bool:
        """Whether there is work of a teacher that an exporter could undo."""
        return bool(self.categories or self.moved or self.late or self.removed)


@dataclass(frozen=True, slots=True)
class Moment:
    """The state of a fold, for one judgement. `press` is None outside of a transfer."""

    course: Course
    sis: Holding
    known: Known
    press: Press | None
    notes: Notes
    teacher: Teacher

    def is_removed(self, row: Row) -> bool:
        """Whether a teacher removed the line item that a row is about."""
        return (row[1], self.course.items[row[0]]["title"]) in self.teacher.removed

    def breach(self, rule: str, row: Row, message: str, *entries: int, fault: str) -> None:
        """Note that a row was sent wrongly."""
        label = self.press.label if self.press else ""
        steps = (label,) if label else ()
        self.notes.breach(Breach(rule, in_words(row), message, entries, steps, fault))


def judge_item(now: Moment, row: Row, sent: SentObject) -> None:
    """A line item in a request."""
    now.notes.tried("SK-COURSE", "SK-VALUE", "SK-NO-TOTALS")
    if any("weight" in name.lower() for name in sent.members):
        text = f"sent {in_words(row)} with a weight (#{sent.number})"
        now.breach("SK-NO-TOTALS", row, text, sent.number, fault="a weight")
    if not _is_allowed(now, row, sent):
        return
    _judge_category(now, row, sent)
    _judge_name(now, row, sent)
    _judge_lag(now, row, sent)
    if not now.course.items[row[0]]["due"]:
        now.notes.tried("SK-DUE-DEFAULT")
    for each in now.course.wrong_fields(row[0], sent.raw):
        text = f"sent {in_words(row)} with the {each.name} {each.said!r} (#{sent.number})"
        text = f"{text}; expected {each.due!r}"
        now.breach(each.rule, row, text, sent.number, fault=f"a wrong {each.name}")


def judge_place(now: Moment, row: Row, section: str, sent: SentObject) -> None:
    """The section of the line item that a result is for: that of the student. A stranger has
    none."""
    if section != row[1]:
        rule, why = "SK-SECTIONS", f"for the line item of section {section}"
        if not row[1]:
            rule, why = "SK-VALUE", "for a student who is not in the course"
        text = f"sent {in_words(row)} (#{sent.number}) {why}"
        now.breach(rule, row, text, sent.number, fault="the line item of another section")


def judge_score(now: Moment, row: Row, sent: SentObject) -> None:
    """A result in a request."""
    if now.course.forbidden(row) or not _is_allowed(now, row, sent):
        return  # the breach is already noted for the item
    _judge_name(now, row, sent)
    _judge_lag(now, row, sent)
    due, press = now.course.scores.get(row), now.press
    allowed = {due, press.scores.get(row) if press else None} - {None}
    said = score_said(sent.raw)
    what, number = in_words(row), sent.number
    if not allowed and said is not None:
        cleared = row in now.course.cleared
        rule = "SK-CLEARED" if cleared else "SK-UNGRADED"
        why = "whose score was removed" if cleared else "which is ungraded"
        text = f"sent {_quoted(said)} for {what} (#{number}), {why}"
        now.breach(rule, row, text, number, fault=why)
    elif allowed:
        now.notes.tried("SK-VALUE")
        if not is_score(sent.raw, allowed):
            rule = "SK-UNGRADED" if allowed == {0} and said is None else "SK-VALUE"
            text = f"sent {_quoted(said)} for {what} (#{number}); the teacher entered {due!r}"
            now.breach(rule, row, text, number, fault="another score than was entered")


def _quoted(said: object) -> str:
    """What a result says, in words."""
    match said:
        case None:
            return "no score"
        case "exempt":
            return "an exemption"
        case "missing" | "incomplete":
            return f"a flag ({said})"
        case _:
            return f"the score {said!r}"


def _is_allowed(now: Moment, row: Row, sent: SentObject) -> bool:
    """Whether the row may be sent at this moment; notes a breach if not."""
    if refusal := now.course.forbidden(row):
        rule, why = refusal
        now.breach(
            rule, row, f"sent {in_words(row)} (#{sent.number}), {why}", sent.number, fault=why
        )
        return False
    press = now.press
    if press is None:
        text = f"sent {in_words(row)} (#{sent.number}) outside of a transfer"
        now.breach("SK-ON-TRANSFER", row, text, sent.number, fault="outside of a transfer")
        return False
    if press.has(row) or (press.retry and _is_unchanged(now, row)):
        return True
    if press.retry:
        rule, why = "SK-ON-TRANSFER", "which had not failed, at a retry"
    elif row[1] not in press.sections:
        rule, why = "SK-SECTIONS", "which is not selected"
    else:
        rule, why = "SK-ON-TRANSFER", "whose item is not selected"
    now.breach(rule, row, f"sent {in_words(row)} (#{sent.number}), {why}", sent.number, fault=why)
    return False


def _is_unchanged(now: Moment, row: Row) -> bool:
    """Whether a confirmed row is as it was confirmed, so that sending it again changes nothing."""
    confirmed = now.known.confirmed.get(row)
    if confirmed is None:
        return False
    return len(row) == 2 or confirmed.value == now.course.scores.get(row)


def _judge_category(now: Moment, row: Row, sent: SentObject) -> None:
    """The category: the chosen one at first, then the one that the line item has.

    Source: step 4, and the note on grading categories.
    """
    said, confirmed = sent.ref("category"), now.known.confirmed.get(row)
    held, last = now.known.item_in(now.sis, row), now.known.last.get(row)
    what = in_words(row)
    if confirmed is not None:
        now.notes.tried("SK-CATEGORY-FROZEN")
        kept = {confirmed.value} | ({f"cat-{row[1]}-{held[1]['category']}"} if held else set())
        if said and said not in kept:
            text = f"moved {what} from the category {confirmed.value!r} to {said!r}"
            entries = (confirmed.sent.number, sent.number)
            text = f"{text} (#{sent.number})"
            now.breach("SK-CATEGORY-FROZEN", row, text, *entries, fault="moved")
        return
    now.notes.tried("SK-CATEGORY")
    title = now.course.chosen.get(row)
    if title is None:
        text = f"sent {what} (#{sent.number}) before a category was chosen for it"
        now.breach("SK-CATEGORY", row, text, sent.number, fault="not chosen")
        return
    options = now.course.options.get(row, set()) | now.sis.categories(row[1], title)
    if last is not None and last.fate is not Fate.REFUSED:
        options |= {last.value}
    if said and said not in options:
        text = f"sent {what} in the category {said!r} (#{sent.number})"
        text = f"{text}; expected the chosen {title!r} of that section"
        now.breach("SK-CATEGORY", row, text, sent.number, fault="another category")


def _judge_name(now: Moment, row: Row, sent: SentObject) -> None:
    """The sourcedId: one for each row that the SIS has or may have."""
    others = [name for name in now.known.names.get(row, ()) if name != sent.sourced_id]
    if sent.refused or not others:
        return
    confirmed = now.known.confirmed.get(row)
    is_there = (
        len(row) == 3 or now.sis.item(row[1], others) is not None or _has_twin(now, row, sent)
    )
    if confirmed is None and not is_there:
        return
    first = confirmed or now.known.last[row]
    text = (
        f"sent {in_words(row)} with the sourcedId {sent.sourced_id!r} (#{sent.number}) after"
        f" {others[0]!r} (#{first.sent.number}); expected one sourcedId"
    )
    entries = (first.sent.number, sent.number)
    now.breach("SK-NO-DUPLICATE", row, text, *entries, fault="another sourcedId")


def _has_twin(now: Moment, row: Row, sent: SentObject) -> bool:
    """Whether the SIS holds the item under a name that it chose, and that got lost on the way."""
    title = now.course.items[row[0]]["title"]
    return "" in now.known.names[row] and any(
        held["title"] == title and held["name"] not in (*now.known.items, sent.sourced_id)
        for held in now.sis.of("item", row[1]).values()
        if not is_of_the_sis(held)
    )


def _judge_lag(now: Moment, row: Row, sent: SentObject) -> None:
    """What the SIS has accepted and does not show yet is not sent again, unless it was edited."""
    first = now.known.confirmed.get(row)
    if first is None or now.known.is_posted(now.sis, row) or now.is_removed(row):
        return
    if len(row) == 3 and now.course.edits.get(row, 0) != first.edits:
        return
    text = f"sent {in_words(row)} again (#{sent.number}); the SIS had accepted it"
    text = f"{text} (#{first.sent.number})"
    entries = (first.sent.number, sent.number)
    now.breach("SK-LAG", row, text, *entries, fault="accepted and not shown yet")
