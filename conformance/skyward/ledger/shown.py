"""What the product shows, held against what the exporter can know and what the SIS holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from conformance.model.account import Breach
from conformance.model.evidence import Done
from conformance.model.states import named
from conformance.skyward.evidence.fates import Fate
from conformance.skyward.evidence.held import is_of_the_sis
from conformance.skyward.ledger.due import Row, in_words, item_of
from conformance.skyward.ledger.judging import Moment
from conformance.skyward.ledger.licences import Sending, would_refuse


def judge(now: Moment, done: Done, reads: Sequence[int], *, messages: bool) -> None:
    """One answer to `state`. `reads` are the numbers of the reads that succeeded, and `messages`
    says whether the product shows the texts of the SIS."""
    label = (done.step.label,) if done.step.label else ()
    for row, state, message in _rows(now, done.answer or {}):
        if row[0] not in now.course.items:
            text = f"shows {in_words(row)}, which is not an item of the course"
            now.notes.breach(Breach("SK-FOREIGN", in_words(row), text, (), label, "foreign"))
            continue
        for rule, what, fault in _wrong(
            now, done, row, state, message if messages else None, reads
        ):
            last = now.known.last.get(row)
            entries = (last.sent.number,) if last else ()
            text = f"shows {in_words(row)} as {state}{what}"
            now.notes.breach(Breach(rule, in_words(row), text, entries, label, fault))


def _rows(now: Moment, answer: dict[str, Any]) -> Iterator[tuple[Row, str, str]]:
    """Each row with its state and its message."""
    for each in answer.get("items", ()):
        row: Row = (str(each["item"]), str(each["section"]))
        yield row, named(each["state"]), each.get("message") or ""
    for each in answer.get("scores", ()):
        row = now.course.score_row(str(each["item"]), str(each["student"]))
        yield row, named(each["state"]), each.get("message") or ""


def _wrong(
    now: Moment, done: Done, row: Row, state: str, message: str | None, reads: Sequence[int]
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the state of a row: a rule, what to add to the state, and the fault."""
    last = now.known.last.get(row)
    if row in now.known.pressed:
        now.notes.tried("SK-TRUTH")
    if state == "exported" and not _may_be_exported(now, done, row, last, reads):
        why = " although " + _why_not(last)
        yield "SK-TRUTH", why, "exported and not confirmed"
    elif state == "exported" and _is_left(now, row):
        why = " although it was removed and the SIS still has it"
        yield "SK-TRUTH", why, "exported and removed"
    if state == "failed" and last and last.fate is Fate.CONFIRMED and _is_settled(now, row, last):
        yield "SK-TRUTH", " although the SIS accepted it", "failed and confirmed"
    if last and last.fate is Fate.REFUSED and _is_settled(now, row, last):
        why = "" if row in now.known.passed_over else last.sent.description
        yield from _refusal(now, row, state, message, why)
    if last is None and now.press is None and _is_kept_back(now, row):
        yield from _refusal(now, row, state, message, "")


def _refusal(
    now: Moment, row: Row, state: str, message: str | None, reason: str
) -> Iterator[tuple[str, str, str]]:
    """A refused row is shown as failed, with the reason of the SIS."""
    rule = "SK-CLOSED" if len(row) == 2 else "SK-DROPPED"
    now.notes.tried(rule)
    if state not in ("failed", "exported"):
        yield rule, "; expected failed, since the SIS refuses it", "refused and not shown"
    elif state == "failed" and message is not None and (not message or reason not in message):
        expected = f"the SIS said {reason!r}" if reason else "expected a reason"
        yield rule, f" with the message {message!r}; {expected}", "no reason"


def _is_kept_back(now: Moment, row: Row) -> bool:
    """Whether the last press did not try what the SIS would refuse, then and now."""
    if now.known.kept_back.get(row) != now.course.edits.get(row, 0):
        return False
    return would_refuse(now.course, now.sis, now.known, row)


def _is_left(now: Moment, row: Row) -> bool:
    """Whether the SIS still has a score of the exporter's that was removed before the last press.
    The documents do not say that it must be removed there; shown as exported, it seems to be."""
    held = now.known.score_in(now.sis, row) if len(row) == 3 else None
    if held is None or held["grade"] is None or is_of_the_sis(held) or now.press is not None:
        return False
    return now.known.left.get(row) == now.course.edits.get(row, 0)


def _is_settled(now: Moment, row: Row, last: Sending) -> bool:
    """Whether nothing has happened since that lets the product show another state.

    That is an edit, a press at work or cut short, a failure of the item or of a score on it, or a
    change in the SIS.
    """
    if now.press is not None or last.edits != now.course.edits.get(row, 0):
        return False
    if last.sent.number <= now.known.stopped:
        return False
    if now.known.disturbed > last.sent.number or _is_taken_over(now, row):
        return False
    related = [item_of(row)] if len(row) == 3 else [*now.course.scores_on(row)]
    fates = {now.known.last[each].fate for each in related if each in now.known.last}
    if last.fate is Fate.REFUSED:
        item = now.known.last.get(item_of(row), last)
        return item.fate is Fate.CONFIRMED or item.sent.number <= last.sent.number
    return fates <= {Fate.CONFIRMED}


def _is_taken_over(now: Moment, row: Row) -> bool:
    """Whether a teacher changed the score or removed the item in the SIS."""
    held = now.known.score_in(now.sis, row) if len(row) == 3 else None
    return now.is_removed(row) or (held is not None and is_of_the_sis(held))


def _may_be_exported(
    now: Moment, done: Done, row: Row, last: Sending | None, reads: Sequence[int]
) -> bool:
    """Whether the exporter can know that the SIS has the row, as it is or as it was pressed."""
    if last is None:
        return False
    if last.sent.number in done.open:
        return False
    if last.fate in (Fate.CONFIRMED, Fate.ODD):
        return True
    held = now.known.shown_by(now.sis, row)
    was_read = any(number > last.sent.number for number in reads)
    if was_read and held is not None and (len(row) == 2 or held["grade"] == last.value):
        return True
    return _is_taken_over(now, row)


def _why_not(last: Sending | None) -> str:
    """Why the exporter cannot know that the SIS has a row."""
    if last is None:
        return "it was never sent"
    if last.fate is Fate.REFUSED:
        return f"the SIS refused it (#{last.sent.number})"
    return f"no answer confirmed it (#{last.sent.number})"
