"""Who may be sent by a press, and who must.

Tolerances. Each is a "may": a correct exporter may do it or leave it.

- One button for export and retry: pressing export again may send what is known to have failed, and
  a retry may send those who were never sent. Neither sends what was confirmed.
- A retry may send what is unknown: the manager decided.
- A failed instant export may be retried before the period ends. What failed under instant export
  may be sent when it is submitted again, or wait.
- Once instant export has turned itself off, a manager's retry may send what failed, or nothing; an
  administrator's must.
- Who is added through a SIS source after an export may be sent by the next press, or wait.
- A grade that is submitted again without unlocking may be sent as if it became final just then.
- What a failure or a kill kept from being sent may be sent by the next press.
- A synchronisation that fails after one that succeeded neither forbids nor demands an export.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.wiseflow.ledger.due import Exam, due, perhaps_final, surely_final
from conformance.wiseflow.ledger.exchanges import Fate
from conformance.wiseflow.ledger.values import Licence, Person, Press

MUST, MAY = True, False

BY_EXPORT: Mapping[Fate, bool] = {
    Fate.NONE: MUST,
    Fate.UNSENT: MAY,
    Fate.FAILED: MAY,
    Fate.REFUSED: MAY,
    Fate.EITHER: MAY,
}
"""Whom export may and must send, by fate. A fate that is missing gives no licence."""

BY_RETRY: Mapping[Fate, bool] = {
    Fate.NONE: MAY,
    Fate.UNSENT: MAY,
    Fate.FAILED: MUST,
    Fate.REFUSED: MUST,
    Fate.UNKNOWN: MAY,
    Fate.EITHER: MAY,
    Fate.ODD: MAY,
}

BY_FINAL_GRADE: Mapping[Fate, bool] = {
    **BY_RETRY,
    Fate.NONE: MUST,
    Fate.FAILED: MAY,
    Fate.REFUSED: MAY,
}
"""Whether instant export sends the participant whose grade has just become final."""

TABLES: Mapping[str, Mapping[Fate, bool]] = {
    "export": BY_EXPORT,
    "retry": BY_RETRY,
    "instant": BY_FINAL_GRADE,
}
"""Whom each kind of press may and must send."""


def gate(exam: Exam, press: Press, *, synced: bool, over: bool) -> str:
    """The rule that forbids everything that this press could send; "" if none does."""
    if press.kind == "instant":
        return _instant_gate(exam, synced=synced)
    if not exam.has_source:
        return "WF-SOURCE"
    if not synced:
        return "WF-SYNC"
    if press.kind == "export" and not over:
        return "WF-PERIOD"
    if press.kind == "export" and exam.lost and press.by != "administrator":
        return "WF-INSTANT-ADMIN"
    return ""


def _instant_gate(exam: Exam, *, synced: bool) -> str:
    if exam.lost:
        return "WF-INSTANT-OFF"
    if not exam.instant:
        return "WF-ASKED"
    if not exam.has_source:
        return "WF-SOURCE"
    return "" if synced else "WF-INSTANT-SYNC"


def licences(
    before: Exam, exam: Exam, people: Mapping[str, Person], press: Press, *, over: bool
) -> dict[str, Licence]:
    """The licences that a press gives, by participant. `before` is the exam before the action."""
    if press.blocked or (press.kind == "instant" and not press.accepted):
        return {}
    return dict(_given(before, exam, people, press, over=over))


def _given(
    before: Exam, exam: Exam, people: Mapping[str, Person], press: Press, *, over: bool
) -> Iterator[tuple[str, Licence]]:
    table = TABLES[press.kind]
    for name, person in people.items():
        owed = due(exam, name)
        if person.fate not in table or owed.why_not:
            continue
        if press.kind == "instant" and not _became_final(before, exam, name, press):
            continue
        if press.kind == "retry" and person.fate is Fate.NONE and (not over or exam.lost):
            continue
        owes = owed.sure and press.sure and _owes(before, exam, name, person, press, over=over)
        yield name, Licence(press.kind, owed, owes, early=name in exam.early)


def _owes(before: Exam, exam: Exam, name: str, person: Person, press: Press, *, over: bool) -> bool:
    """Whether a press must send this participant, as far as the kind of press decides."""
    must = TABLES[press.kind][person.fate]
    if press.kind == "instant":
        return must and not perhaps_final(before, before.people[name])
    if press.kind == "export":
        return must and not person.late
    waits = person.press.kind == "instant" and not over
    allowed = not exam.lost or press.by == "administrator"
    shown = person.fate is Fate.UNSENT and person.shown == "failed"
    return (must or shown) and not waits and allowed


def _became_final(before: Exam, exam: Exam, name: str, press: Press) -> bool:
    """Whether the action made this participant's grade final in any reading. A participant with an
    alternative grade is not exported instantly."""
    marks = exam.people[name]
    return (
        name == press.participant
        and press.action in ("submit_assessment", "approve")
        and not marks.alternative
        and perhaps_final(exam, marks) != ""
        and (press.action == "submit_assessment" or surely_final(before, before.people[name]) == "")
    )
