"""The WISEflow-style export as it shows in evidence: what was sent, answered, shown and stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from conformance.evidence import Evidence
from conformance.rule import NotTestable, Violation
from conformance.states import named
from mock_sis.entry import Entry
from mock_sis.exchange import Reply

GRADES = "wiseflow.flows.grades.*"
HONEST = frozenset({"rows_fail", "rows_all_fail", "delay", "drip"})
"""Faults after which the answer still reaches the exporter and says what was done."""

FLOW_STATES = ("not_exported", "queued", "exported", "failed", "partly_exported")


@dataclass(frozen=True, slots=True)
class Row:
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
        return f"{self.status} with {self.successes} successes and {self.errors} errors{named}"

    @property
    def clean(self) -> bool:
        """Whether it is a 200 that confirms every row."""
        return self.status == 200 and self.errors == 0 and not self.refused


@dataclass(frozen=True, slots=True)
class Sent:
    """One export request. `rows` is empty where the body could not be read."""

    number: int
    at: float
    method: str
    rows: tuple[Row, ...]
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
    return f"participants {', '.join(sent.subjects)}" if sent.subjects else "a request"


def first_success(evidence: Evidence, *, until: str = "") -> Sent:
    """The first export that the SIS confirmed in full. Raises NotTestable where there is none."""
    for sent in exports(evidence, until=until):
        if sent.told.clean:
            return sent
    raise NotTestable("no export was accepted by the SIS in full, which the rule presupposes")


def _sent(entry: Entry) -> Sent:
    return Sent(
        number=entry.number,
        at=entry.received,
        method=entry.call.method,
        rows=_rows(entry.call.body),
        told=_told(entry),
        faults=entry.faults,
    )


def _rows(body: bytes) -> tuple[Row, ...]:
    data = _json(body)
    listed = data.get("participants") if isinstance(data, dict) else None
    return tuple(_row(item) for item in listed) if isinstance(listed, list) else ()


def _row(item: Any) -> Row:
    row = item if isinstance(item, dict) else {}
    return Row(
        str(row.get("userId", "")), str(row.get("mark", "")), str(row.get("adminGrade", "")), item
    )


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
    """What the product showed at one moment. Unknown states are "unknown"."""

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


def disagreements(evidence: Evidence, label: str) -> list[Violation]:
    """Where what the product shows and what the SIS has differ: exported that the SIS does not
    hold, and failed or not exported that the SIS confirmed. The State step of that label must be
    the last in which anything happened."""
    held = stored(evidence)
    confirmed = {subject: sent.number for sent in exports(evidence) for subject in sent.confirmed}
    found = []
    for subject, state in shown(evidence, label).states.items():
        if state == "exported" and subject not in held:
            text = f"shows participant {subject} as exported, and the SIS holds no grade of them"
            found.append(Violation(text, steps=(label,)))
        if state in ("failed", "not_exported") and subject in confirmed:
            number = confirmed[subject]
            text = f"shows participant {subject} as {state}, and the SIS confirmed them (#{number})"
            found.append(Violation(text, (number,), (label,)))
    return found
