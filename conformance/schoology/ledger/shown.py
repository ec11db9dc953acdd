"""Each `state` answer, held against what the exporter can know and what the SIS holds.

A row that the SIS confirmed is shown as exported, and one that it refused as failed, with the text
of the SIS. Where the exporter cannot know, the record of the SIS decides: "exported" is wrong if
the SIS does not hold what is due. "failed" and "not exported" are wrong if it does, but only after
a press that followed the doubt: until then an exporter may wait for its user. "exported" is the
only wrong word for a row that a disturbed press did not come to send, or that cannot be sent. A
row that was edited and not exported since, and one that is ungraded, may be shown in any way. A row
that was not sent because XML cannot carry its comment is shown as failed, with a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.model.account import Breach, Notes
from conformance.model.evidence import Done, Identity
from conformance.model.states import named
from conformance.schoology.evidence.content import (
    Content,
    GradeKey,
    comment_key,
    content_in_words,
    grade_key,
    key_in_words,
    number_or_text,
)
from conformance.schoology.ledger.due import NOTHING
from conformance.schoology.ledger.row import DOUBTS, LOST_BY, Fate, Record, Row, in_words

ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Moment:
    """One State step: the answer, the record of the SIS up to the request `seen`, whether the
    exporter had finished all work, and the newest request that listed grades (0 without one)."""

    done: Done
    record: Record
    notes: Notes
    seen: int
    idle: bool
    exporter: Identity
    listed: int = 0

    @property
    def steps(self) -> tuple[str, ...]:
        """The label of the step, for breaches."""
        return (self.done.step.label,) if self.done.step.label else ()


def judge_states(moment: Moment, rows: Iterable[Row]) -> None:
    """Hold the shown state of each row against its fate."""
    answer = moment.done.answer or {}
    shown = {
        **{grade_key(row): row for row in answer.get("rows", [])},
        **{comment_key(row): row for row in answer.get("final_comments", [])},
    }
    for row in rows:
        if row.due == NOTHING or not row.pressed:
            continue
        found = shown.get(row.key, {})
        state = named(found["state"]) if found else ABSENT
        for rule, text, fault in _wrongs(moment, row, state, found.get("message") or ""):
            entries = (row.number,) if row.number else ()
            text = f"shows {row.name} {text}"
            moment.notes.breach(Breach(rule, row.name, text, entries, moment.steps, fault))


def _wrongs(moment: Moment, row: Row, state: str, said: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a shown state: the rule, the words after the row, and the fault."""
    if row.number in moment.done.open:
        yield from _in_flight(moment, row, state)
        return
    if row.doubt is not None:
        moment.notes.tried(LOST_BY[row.doubt])
    if row.withheld:
        yield from _withheld(moment, state, said)
        return
    answered = row.fate is Fate.CONFIRMED or (row.fate is Fate.REFUSED and row.since)
    if answered and not row.missed:
        yield from _by_answer(moment, row, state, said)
        return
    holds = moment.record.holds(row, moment.seen)
    unsure = row.fate is not Fate.FAILED and row.again and moment.idle and not row.missed
    wrong = ("failed", "not_exported") if holds and unsure else () if holds else ("exported",)
    if row.fate in DOUBTS and moment.idle:
        wrong = (*wrong, "queued")  # nothing is under way any more
    if state in wrong:
        rule = LOST_BY.get(row.fate, "SC-COMPLETE")
        held = in_words(moment.record.at(row.key, moment.seen))
        text = f"as {state}, but the SIS holds {held}; {row.fate.value}"
        yield rule, text, f"{state} {row.fate.name}"


def _in_flight(moment: Moment, row: Row, state: str) -> Iterator[tuple[str, str, str]]:
    """The same for a row whose answer is not there yet, or for which the exporter has given up
    waiting. A row that was exported before may still be shown so."""
    rule = "SC-LOST-REPLY" if moment.idle else "SC-ROWS"
    moment.notes.tried(rule)
    if state == "exported" and row.first:
        text = f"as exported, although the SIS has not answered yet (#{row.number})"
        yield rule, text, "exported in flight"


def _withheld(moment: Moment, state: str, said: str) -> Iterator[tuple[str, str, str]]:
    """The same for a row that was not sent because XML cannot carry its comment."""
    moment.notes.tried("SC-XML")
    why = "it was not sent, because XML cannot carry a character of its comment"
    if state != "failed":
        yield "SC-XML", f"as {state}; {why}", f"withheld {state}"
    elif "row.messages" in moment.exporter.features and not said:
        yield "SC-XML", f"without a message; {why}", "withheld silently"


def _by_answer(moment: Moment, row: Row, state: str, said: str) -> Iterator[tuple[str, str, str]]:
    """The same for a row whose code reached the exporter."""
    assert row.answer is not None
    refused = row.fate is Fate.REFUSED
    if refused:
        moment.notes.tried("SC-ROWS")
    elif row.model != row.due:
        return
    if state == "queued" and not moment.idle:
        return  # it is being sent again
    # A product that has read the grades since then may show what it read.
    if moment.listed > row.number and state == "exported" and moment.record.holds(row, moment.seen):
        return
    if state != ("failed" if refused else "exported"):
        text = f"as {state}; the SIS answered {row.answer.status} for it (#{row.number})"
        yield "SC-ROWS", text, f"{state} {row.fate.name}"
    elif refused and "row.messages" in moment.exporter.features and row.answer.message not in said:
        text = f"with the message {said!r}; the SIS said {row.answer.message!r} (#{row.number})"
        yield "SC-ROWS", text, "message"


def judge_pulled(moment: Moment, read: int, *, put_off: bool) -> None:
    """Hold the grades that the product read against what the SIS held at the request `read`, the
    last one of the pull, or has held since, because a product may read again by itself. Nothing is
    compared if `read` is 0."""
    answer = moment.done.answer or {}
    if not read or "pulled" not in answer:
        return
    rule = "SC-RATE" if put_off else "SC-PAGES"
    moment.notes.tried(rule)
    held, pulled = _held(moment.record, read), _pulled(answer)
    for key, content in pulled.items():
        there = moment.record.since(key, read, moment.seen)
        read_there = content.grade in [(each or NOTHING).grade for each in there]
        if moment.record.settled(key, read) and not read_there:
            text = f"shows {key_in_words(key)} with {content_in_words(content)}, but the SIS held"
            text += f" {content_in_words(held.get(key))}"
            moment.notes.breach(
                Breach(rule, "", text, steps=moment.steps, fault="a grade read wrongly")
            )
    now = _held(moment.record, moment.seen)
    missing = [key for key in held if key in now and key not in pulled]
    if missing:
        text = f"shows {len(pulled)} grades of the SIS, which held {len(held)}; the first missing"
        text += f" one is {key_in_words(missing[0])}"
        moment.notes.breach(Breach(rule, "", text, steps=moment.steps))


def _pulled(answer: Mapping[str, Any]) -> dict[GradeKey, Content]:
    return {
        grade_key(row): Content(number_or_text(row["grade"]), row.get("exception", 0))
        for row in answer["pulled"]
    }


def _held(record: Record, number: int) -> dict[GradeKey, Content]:
    """The grades that the SIS held after a request."""
    found = {key: record.at(key, number) for key in sorted(record.keys())}
    return {key: held for key, held in found.items() if held is not None and held.graded}
