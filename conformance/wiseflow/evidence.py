"""The WISEflow-style export as it shows in evidence: what was sent, answered, shown and stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Violation
from conformance.model.states import named
from conformance.model.steps import Load
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

GRADES = "wiseflow.flows.grades.*"
HONEST = frozenset({"rows_fail", "rows_all_fail", "delay", "drip"})
"""Faults after which the answer still reaches the exporter and says what was done."""

UNREADABLE = "a body does not say who is in it, so nobody can be found there (see WF-BODY)"
"""Why a rule about people is not testable where Sent.rows is empty."""

FLOW_STATES = ("not_exported", "queued", "exported", "failed", "partly_exported")


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One participant in an export body; `subject` is the userId as text, `raw` the row as
    sent."""

    subject: str
    mark: str
    admin_grade: str
    raw: Any


@dataclass(frozen=True, slots=True)
class Told:
    """What the SIS answered about an export: the status (None where it gave no answer) and,
    where it gave counts, who was refused and why."""

    status: int | None
    successes: int | None = None
    errors: int | None = None
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """The answer in a few words."""
        if self.status is None:
            return "nothing"
        if self.errors is None:
            return str(self.status)
        named = f", errors about {', '.join(self.refused)}" if self.refused else ", no errors named"
        counts = f"numberOfSuccess {self.successes} and numberOfErrors {self.errors}"
        return f"{self.status} with {counts}{named}"

    @property
    def clean(self) -> bool:
        """Whether it is a 200 that confirms every row."""
        return self.status == 200 and self.errors == 0 and not self.refused


@dataclass(frozen=True, slots=True)
class Sent:
    """One export request. `rows` is empty where the body does not say who is in it."""

    number: int
    at: float
    method: str
    rows: tuple[ExportRow, ...]
    told: Told
    faults: tuple[str, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose grades were sent, in order, as text."""
        return tuple(row.subject for row in self.rows)

    @property
    def confirmed(self) -> frozenset[str]:
        """Whom an answer that came through and was true called a success."""
        if self.told.status != 200 or self.told.successes is None or set(self.faults) - HONEST:
            return frozenset()
        return frozenset(self.subjects) - frozenset(self.told.refused)


def exports(evidence: Evidence, *, since: str = "", until: str = "") -> tuple[Sent, ...]:
    """The export requests between two labelled steps, in order."""
    return tuple(_sent(entry) for entry in evidence.calls(GRADES, since=since, until=until))


def people(sent: Sent) -> str:
    """Who was sent, in words."""
    return participants(sent.subjects) if sent.subjects else "a request"


def participants(subjects: Sequence[str]) -> str:
    """They, in words."""
    return f"participant{'s' * (len(subjects) != 1)} {', '.join(subjects)}"


def first_success(evidence: Evidence, *, until: str = "") -> Sent:
    """The first export that the SIS confirmed in full. Raises NotTestable where there is none."""
    for sent in exports(evidence, until=until):
        if sent.told.clean:
            return sent
    raise NotTestable("no export was accepted by the SIS in full, which the rule presupposes")


def disturbed(evidence: Evidence) -> Sent:
    """The export that met the fault. Raises NotTestable where none did."""
    for sent in exports(evidence):
        if sent.faults:
            return sent
    raise NotTestable("no export met the fault, which the rule presupposes")


def _sent(entry: Entry) -> Sent:
    return Sent(
        number=entry.number,
        at=entry.received,
        method=entry.call.method,
        rows=_rows(entry.call.body),
        told=_told(entry),
        faults=entry.faults,
    )


def _rows(body: bytes) -> tuple[ExportRow, ...]:
    data = _json(body)
    listed = data.get("participants") if isinstance(data, dict) else None
    rows = [_row(item) for item in listed] if isinstance(listed, list) else []
    return tuple(rows) if all(row.subject for row in rows) else ()


def _row(item: Any) -> ExportRow:
    row = item if isinstance(item, dict) else {}
    return ExportRow(_key(row), _text(row, "mark"), _text(row, "adminGrade"), item)


def _key(row: Mapping[str, Any]) -> str:
    """The userId as text; 1001.0 is the integer 1001, by JSON Schema and for most readers."""
    user_id = row.get("userId", "")
    whole = isinstance(user_id, float) and user_id.is_integer()
    return str(int(user_id) if whole else user_id)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _told(entry: Entry) -> Told:
    if not isinstance(entry.outcome, Reply):
        return Told(None)
    data = _json(entry.outcome.body)
    if not isinstance(data, dict) or "numberOfErrors" not in data:
        return Told(entry.outcome.status)
    named = data.get("errors")
    refused = {
        str(each.get("userId")): str(each.get("errorInfo"))
        for each in (named if isinstance(named, list) else [])
        if isinstance(each, dict)
    }
    return Told(
        entry.outcome.status, data.get("numberOfSuccess"), data.get("numberOfErrors"), refused
    )


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the product showed at one moment. Words are as `named` has them."""

    flow: str
    message: str
    instant_export: bool | None
    synchronised: bool | None
    states: Mapping[str, str]
    messages: Mapping[str, str]


def shown(evidence: Evidence, label: str) -> Shown:
    """What the product showed at the State step of that label."""
    answer = evidence.step(label).answer or {}
    people = answer.get("participants", [])
    return Shown(
        flow=named(answer.get("flow"), FLOW_STATES),
        message=answer.get("message", ""),
        instant_export=answer.get("instant_export"),
        synchronised=answer.get("synchronised"),
        states={str(each["user_id"]): named(each["state"]) for each in people},
        messages={str(each["user_id"]): each.get("message") or "" for each in people},
    )


def stored(evidence: Evidence) -> Mapping[str, str]:
    """The grade that counts of everybody the SIS holds one of at the end, by userId as text."""
    return {
        score["person"]: score["admin_grade"] or score["mark"]
        for section in evidence.gradebook.get("sections", [])
        for score in section["scores"]
    }


def given(evidence: Evidence) -> Mapping[str, str]:
    """The grade that counts of everybody on whose grade nothing is open, as the exporter was loaded
    with it, by userId as text."""
    loaded = next((done for done in evidence.steps if isinstance(done.step, Load)), None)
    flow = ((loaded and loaded.message) or {}).get("flow", {})
    grades = {str(each["user_id"]): _given(each) for each in flow.get("participants", [])}
    return {subject: grade for subject, grade in grades.items() if grade}


def _given(participant: Mapping[str, Any]) -> str:
    grades = {each["grade"] for each in participant["assessments"] if each["submitted"]}
    return participant["alternative_grade"] or (grades.pop() if len(grades) == 1 else "")


def disagreements(evidence: Evidence, label: str) -> list[Violation]:
    """Where what the product shows and what the SIS has differ: exported that the SIS does not
    hold, or not with that grade, and failed or not exported that the SIS confirmed. The State step
    of that label must be the last in which anything happened."""
    held, grades = stored(evidence), given(evidence)
    confirmed = {subject: sent.number for sent in exports(evidence) for subject in sent.confirmed}
    found = []
    for subject, state in shown(evidence, label).states.items():
        if state == "exported" and subject not in held:
            text = f"shows participant {subject} as exported, and the SIS holds no grade of them"
            found.append(Violation(text, steps=(label,)))
        elif state == "exported" and held[subject] != grades.get(subject, held[subject]):
            text = (
                f"shows participant {subject}, whose grade is {grades[subject]!r}, as exported, and"
                f" the SIS holds {held[subject]!r}"
            )
            found.append(Violation(text, steps=(label,)))
        if state in ("failed", "not_exported") and subject in confirmed:
            number = confirmed[subject]
            text = f"shows participant {subject} as {state}, and the SIS confirmed them (#{number})"
            found.append(Violation(text, (number,), (label,)))
    return found
