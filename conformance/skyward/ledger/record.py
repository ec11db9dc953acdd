"""What an exchange changed in the SIS, held against what only the SIS may change."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.model.account import Breach
from conformance.skyward.evidence.held import Fields, Holding, Key, is_of_the_sis
from conformance.skyward.ledger.due import Row, in_words
from conformance.skyward.ledger.judging import Moment, Teacher
from mock_sis.journal.entry import Entry

Change = tuple[Key, Fields | None, Fields | None]

AFTER_A_TRANSFER = {
    *("SK-ON-TRANSFER", "SK-SIS-WINS", "SK-FOREIGN", "SK-TEACHER", "SK-CLEARED"),
    *("SK-UNGRADED", "SK-NO-DUPLICATE"),
}
"""Rules of which nothing is known before the SIS has accepted an item."""


def foreign_items(sis: Holding) -> set[Key]:
    """The line items that were made in the SIS."""
    return {key for key, row in sis.rows.items() if key[0] == "item" and is_of_the_sis(row)}


def judge(now: Moment, entry: Entry, changes: Iterable[Change]) -> None:
    """The changes of one exchange: those of a teacher are noted, those of the exporter judged."""
    for key, before, after in changes:
        if entry.operation.startswith("control.gradebook."):
            now.teacher.acted_on[key] = entry.number
            _note(now.teacher, key, before, after)
        elif not _lands_late(now, entry, key):
            row = _words(now, key, before or {})
            for rule, what in _undone(now, key, before, after, row):
                text = f"{what} in the SIS (#{entry.number})"
                steps = (now.press.label,) if now.press and now.press.label else ()
                now.notes.breach(Breach(rule, row, text, (entry.number,), steps))
    _judge_write(now, entry)


def _lands_late(now: Moment, entry: Entry, key: Key) -> bool:
    """Whether the clock brings what the exporter had sent before a user of the SIS acted."""
    row = _row(now, key)
    sent = now.known.last.get(row) if row else None
    if not entry.operation.startswith("control.") or sent is None:
        return False
    return sent.sent.number < now.teacher.acted_on.get(key, 0)


def _judge_write(now: Moment, entry: Entry) -> None:
    """A write of the exporter, accepted or not."""
    operation, method = entry.operation, entry.call.method
    if not operation.startswith("oneroster.gradebook.") or method == "GET":
        return
    said = f"sent {method} {entry.call.path} (#{entry.number})"
    if ".categories." in operation:
        text = f"{said}; only the SIS may change categories"
        now.notes.breach(Breach("SK-NO-TOTALS", "", text, (entry.number,)))
    if now.press is None and (method == "DELETE" or ".categories." in operation):
        text = f"{said} outside of a transfer"
        now.notes.breach(Breach("SK-ON-TRANSFER", "", text, (entry.number,)))


def _note(teacher: Teacher, key: Key, before: Fields | None, after: Fields | None) -> None:
    """Note what a user of the SIS did."""
    match key[0], before, after:
        case "item", None, _:
            teacher.foreign.add(key)
        case "item", {"title": title}, None:
            teacher.removed.add((key[1], title))
        case "item", {"category": old, "weight": weight}, {"category": new, **kept}:
            if old != new or weight != kept["weight"]:
                teacher.moved[key] = new
        case "score", old_score, {"late": True}:
            if not (old_score or {}).get("late"):
                teacher.late.add(key)
        case "category", _, _:
            teacher.categories.add(key)
        case _:
            pass


def _undone(
    now: Moment, key: Key, before: Fields | None, after: Fields | None, words: str
) -> list[tuple[str, str]]:
    """What the exporter changed that only the SIS may change: rules, and the deed in words."""
    teacher, found = now.teacher, []
    if key[0] == "item":
        if key in teacher.foreign:
            found.append(("SK-FOREIGN", f"changed {words}, which was created there,"))
        elif before is None and after and (key[1], after["title"]) in teacher.removed:
            found.append(("SK-TEACHER", f"created {words} again, which a teacher had removed"))
        elif key in teacher.moved and after and after["category"] != teacher.moved[key]:
            found.append(("SK-TEACHER", f"changed the category of {words} that a teacher had set"))
        elif before and after is None:
            found.append(("SK-COMPLETE", f"removed {words}, which is in the course,"))
    elif key[0] == "score":
        if ("item", *key[1:3]) in teacher.foreign:
            found.append(("SK-FOREIGN", f"changed {words}, which was created there,"))
        elif before is not None and is_of_the_sis(before):
            score = "no score" if before["grade"] is None else f"the score {before['grade']:g}"
            found.append(("SK-SIS-WINS", f"overwrote {score} of {words}, which a teacher entered"))
        elif key in teacher.late and not (after or {}).get("late"):
            found.append(("SK-TEACHER", f"cleared the late flag of {words} that a teacher had set"))
        elif before and after is None and _is_due(now, key):
            found.append(("SK-COMPLETE", f"removed {words}, which is in the course,"))
    elif key in teacher.categories and before and after and before != after:
        found.append(("SK-TEACHER", f"changed {words} that a teacher had set"))
    return found


def _is_due(now: Moment, key: Key) -> bool:
    row = _row(now, key)
    return row is not None and now.course.scores.get(row) is not None


def _row(now: Moment, key: Key) -> Row | None:
    """The row of the course that a row of the SIS was made for."""
    if key[0] not in ("item", "score"):
        return None
    item = now.sis.rows.get(("item", *key[1:3]))
    for row in now.known.items.get(item["name"], ()) if item else ():
        if row[1] == key[1]:
            return row if key[0] == "item" else (*row, key[3])
    return None


def _words(now: Moment, key: Key, fields: Fields) -> str:
    """A row of the SIS in the words of reports. `fields` are those before the change; those after
    it are in the SIS."""
    row = _row(now, key)
    if row is not None:
        return in_words(row)
    item = now.sis.rows.get(("item", *key[1:3]), fields)
    title = f"the line item {item.get('title', key[2])!r} in section {key[1]}"
    if key[0] == "score":
        return f"the score of student {key[3]} on {title}"
    return title if key[0] == "item" else f"the {key[0]} {fields.get('title')!r} of {key[1]}"
