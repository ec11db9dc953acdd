"""What the product shows of the marking, held against what was submitted. Needs feature `status`.

Four statuses are possible: none, conflict, partly and submitted. Where the documents leave open
what follows, `allowed` has several. Tolerances:

- After an unlocking or a conflict, the grades of the other assessors may stand or have to be
  submitted again. A conflict may be shown until all have submitted again.
- A grade that waits for the reviewer may be shown as partly submitted or as submitted.
- A participant with an alternative grade may be shown as submitted.
- A submitted empty grade may count as none, as partly submitted, or as another grade.
- Notices about a conflict must be shown while it lasts. A conflict that was loaded needs none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from conformance.model.account import Breach, Notes
from conformance.wiseflow.ledger.due import CONFLICT, UNLOCKED, Exam, Marks, expected
from conformance.wiseflow.ledger.shown import State
from conformance.wiseflow.ledger.values import who

STATUS, REOPEN, KEEPS = RULES = "WF-STATUS", "WF-REOPEN", "WF-UNLOCK-KEEPS"
"""The rules that are judged here. An exporter that sends nothing can break them too."""

Row = Mapping[str, Any]


def judge_statuses(state: State, exam: Exam, notes: Notes) -> None:
    """Note what is wrong with the statuses that the product shows, and what this tried."""
    if "status" not in state.evidence.exporter.features:
        return
    rows = {str(each["user_id"]): each for each in state.answer.get("participants", ())}
    told = _told(state.answer.get("notices", ()))
    for name, marks in exam.people.items():
        row = rows.get(name, {})
        notes.tried(*_tries(marks))
        for rule, text in (*_conflict(marks, row, told.get(name, frozenset())), *_kept(marks, row)):
            notes.breach(_breach(state, rule, name, text))
        for text in _status(exam, marks, row):
            notes.breach(_breach(state, STATUS, name, text))


def _breach(state: State, rule: str, name: str, text: str) -> Breach:
    return state.breach(rule, name, f"shows {who(name)} {text}", None)


def _told(notices: Collection[Row]) -> Mapping[str, frozenset[str]]:
    """The assessors who were told about each participant."""
    found: dict[str, frozenset[str]] = {}
    for each in notices:
        name = str(each["participant"])
        found[name] = found.get(name, frozenset()) | {each["assessor"]}
    return found


def _tries(marks: Marks) -> Iterator[str]:
    yield STATUS
    if _conflicting(marks):
        yield REOPEN
    if _unlocked(marks):
        yield KEEPS


def _conflicting(marks: Marks) -> bool:
    """Whether an action caused a conflict, and no assessor has submitted again."""
    return bool(marks.told) and marks.reopened == CONFLICT and not marks.fresh


def _unlocked(marks: Marks) -> bool:
    """Whether an action unlocked a final grade, and no assessor has submitted again."""
    return bool(marks.kept) and marks.reopened == UNLOCKED and not marks.fresh


def _conflict(marks: Marks, row: Row, told: frozenset[str]) -> Iterator[tuple[str, str]]:
    if not _conflicting(marks):
        return
    if row.get("reopened") is not True:
        said = row.get("reopened")
        yield REOPEN, f"with reopened {said} after the assessors disagreed; expected True"
    missing = sorted(marks.told - told)
    if missing:
        names = " and ".join(missing)
        yield REOPEN, f"without a notice to {names}, whose assessment a conflict reopened"


def _kept(marks: Marks, row: Row) -> Iterator[tuple[str, str]]:
    said = row.get("registered")
    if _unlocked(marks) and said != marks.kept:
        text = f"with the registered grade {said!r} after a manager unlocked it"
        yield KEEPS, f"{text}; expected {marks.kept!r}"


def _status(exam: Exam, marks: Marks, row: Row) -> Iterator[str]:
    said, right = row.get("status"), allowed(exam, marks)
    if said not in right:
        yield f"with the status {said!r}; expected {' or '.join(sorted(right))}"
    elif row.get("reopened") is True and not marks.reopened:
        yield "with reopened True, although no assessment was reopened"


def allowed(exam: Exam, marks: Marks) -> frozenset[str]:
    """The statuses that the product may show for this participant."""
    words = set(_again(exam, marks) if marks.fresh else _still(marks))
    if "" in marks.standing.values():
        words |= {"none", "partly", "conflict"}
    if marks.alternative:
        words.add("submitted")
    return frozenset(words)


def _still(marks: Marks) -> Iterator[str]:
    """The statuses while no assessor has submitted since the start or the last reopening."""
    if marks.reopened == CONFLICT:
        yield "conflict"
        return
    yield "none"
    if len(marks.standing) > 1:  # one assessor's grade may have been unlocked
        yield "partly"


def _again(exam: Exam, marks: Marks) -> Iterator[str]:
    """The statuses once an assessor has submitted, or submitted again."""
    yield from _of(exam, marks, marks.fresh)
    yield from _of(exam, marks, marks.standing)
    if marks.reopened == CONFLICT and not expected(exam, marks) <= marks.fresh:
        yield "conflict"


def _of(exam: Exam, marks: Marks, names: Collection[str]) -> Iterator[str]:
    """The statuses if the grades of these assessors count."""
    if len({marks.standing[name] for name in names}) > 1:
        yield "conflict"
    elif not expected(exam, marks) <= frozenset(names):
        yield "partly"
    else:
        yield "submitted"
        if exam.reviewed and not marks.approved:
            yield "partly"
