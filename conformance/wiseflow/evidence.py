"""Five accounts of a WISEflow-style grade: entered, sent, answered, shown and stored.

Theory of operation. Evidence holds five accounts of each participant's grade. A correct exporter
keeps them consistent, and most rules compare two of them:

    entered    the `load` message that gave the exporter its flow       `entered`
    sent       the rows of each export request in the SIS's journal     `exports`, rows
    answered   the reply of the SIS to that request                     `exports`, answer
    shown      what the product shows at a labelled State step          `shown`
    stored     the gradebook of the SIS when the scenario has ended     `stored`

- A participant is identified by the userId as text, since exporters may send 1001, 1001.0 or
  "1001" for the same person.
- The grade that counts is the alternative grade if one is set. Otherwise it is the mark that the
  submitted assessments agree on. If they disagree, `entered` has no grade for that participant.
- `entered` ignores actions after Load. Scenarios that change a grade later do not compare it.
- Requests and steps share the numbers of the journal, so `since` and `until` select the requests
  between two labelled steps. A number such as #5 in a message is a journal number.
- A fault may stop an answer, or make it lie. `ExportRequest.confirmed` therefore counts only
  answers that arrived and said what the SIS had done (see TRUTHFUL_FAULTS).
- `disagreements` compares shown with the SIS: "exported" is wrong unless the SIS stored that
  grade, "failed" and "not_exported" are wrong if the SIS confirmed it. "queued" claims neither.
- Bodies and answers are read by the institution's mapping, which is in the policies of the case.
- A body that cannot be read has no rows. Rules about participants are then not testable: WF-BODY
  already fails, and a second failure would only repeat it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Violation
from conformance.model.states import named
from conformance.model.steps import Load
from conformance.wiseflow.forms import Forms, forms_of
from conformance.wiseflow.mapped import recommended_report, sent_rows
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

GRADES = "wiseflow.flows.grades.*"
"""The operations that receive exports, by any method."""

TRUTHFUL_FAULTS = frozenset({"rows_fail", "rows_all_fail", "delay", "drip"})
"""Faults that leave the answer intact: it reaches the exporter and says what the SIS did."""

UNREADABLE_BODY = (
    "an export request names no participants, so this rule cannot be judged (see WF-BODY)"
)
"""Why a rule about participants is not testable if ExportRequest.rows is empty."""

NOTHING_SENT = "the exporter sent no export request, so this rule cannot be judged"

SUCCESSES = (200, 204)
"""The statuses of an answer that may say what the SIS did."""

FLOW_STATES = ("not_exported", "queued", "exported", "failed", "partly_exported")


@dataclass(frozen=True, slots=True)
class SentGrade:
    """One participant's row in an export body. `user_id` is the userId as text, `raw` the row as
    sent. The grades are as sent, with "" for null and for none."""

    user_id: str
    mark: Any
    admin_grade: Any
    raw: Any


@dataclass(frozen=True, slots=True)
class ExportAnswer:
    """The answer of the SIS to an export.

    `status` and the counts are None if the answer, or the counts in it, are missing.
    `refused` gives the errorInfo of each userId in `errors`; `repeated` says that one is there
    twice.
    """

    status: int | None
    successes: int | None = None
    errors: int | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    repeated: bool = False

    @property
    def summary(self) -> str:
        """The answer in words that follow "the SIS answered"."""
        if self.status is None:
            return "nothing"
        if self.errors is None:
            return str(self.status)
        listed = f"errors for {', '.join(self.refused)}" if self.refused else "no errors listed"
        counts = f"numberOfSuccess {self.successes}, numberOfErrors {self.errors}"
        return f"{self.status} with {counts} and {listed}"

    @property
    def full_success(self) -> bool:
        """Whether this is a 200, or a 204 of an institution without reports, without errors."""
        return self.status in SUCCESSES and self.errors == 0 and not self.refused


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """One export request. `rows` is empty if the body names no participants."""

    number: int
    at: float
    method: str
    rows: tuple[SentGrade, ...]
    answer: ExportAnswer
    faults: tuple[str, ...]

    @property
    def user_ids(self) -> tuple[str, ...]:
        """The participants in the body, in order."""
        return tuple(row.user_id for row in self.rows)

    @property
    def confirmed(self) -> frozenset[str]:
        """The participants that a truthful answer reported as registered."""
        if (
            self.answer.status not in SUCCESSES
            or self.answer.successes is None
            or set(self.faults) - TRUTHFUL_FAULTS
        ):
            return frozenset()
        return frozenset(self.user_ids) - frozenset(self.answer.refused)


def exports(evidence: Evidence, *, since: str = "", until: str = "") -> tuple[ExportRequest, ...]:
    """The export requests between two labelled steps, in order."""
    forms = forms_of(evidence.policies)
    return tuple(_sent(entry, forms) for entry in evidence.calls(GRADES, since=since, until=until))


def require_exports(evidence: Evidence, *, until: str = "") -> tuple[ExportRequest, ...]:
    """The export requests up to a labelled step. Raises NotTestable if none was sent."""
    found = exports(evidence, until=until)
    if not found:
        raise NotTestable(NOTHING_SENT)
    return found


def who_was_sent(sent: ExportRequest) -> str:
    """The participants in a request, in words."""
    return participants(sent.user_ids) if sent.user_ids else "an export request"


def participants(user_ids: Sequence[str]) -> str:
    """These participants, in words."""
    return f"participant{'s' * (len(user_ids) != 1)} {', '.join(user_ids)}"


def first_success(evidence: Evidence, *, until: str = "") -> ExportRequest:
    """The first export that the SIS confirmed in full. Raises NotTestable if it confirmed none."""
    for sent in exports(evidence, until=until):
        if sent.answer.full_success:
            return sent
    raise NotTestable(
        "the SIS accepted no export in full, so the state after a success was not reached"
    )


def faulted_export(evidence: Evidence) -> ExportRequest:
    """The first export that met a fault. Raises NotTestable if no export did."""
    for sent in exports(evidence):
        if sent.faults:
            return sent
    raise NotTestable("no export met the fault, so the exporter's reaction to it is unknown")


def _sent(entry: Entry, forms: Forms) -> ExportRequest:
    rows = _rows(entry.call.body) if forms.standard else _mapped_rows(entry, forms)
    return ExportRequest(
        number=entry.number,
        at=entry.received,
        method=entry.call.method,
        rows=rows,
        answer=_answer(entry, forms, len(rows)),
        faults=entry.faults,
    )


def _rows(body: bytes) -> tuple[SentGrade, ...]:
    data = _json(body)
    listed = data.get("participants") if isinstance(data, dict) else None
    rows = [_row(item, item) for item in listed] if isinstance(listed, list) else []
    return tuple(rows) if all(row.user_id for row in rows) else ()


def _mapped_rows(entry: Entry, forms: Forms) -> tuple[SentGrade, ...]:
    """The rows of a body in the institution's own form."""
    rows = [_row(named, raw) for named, raw in sent_rows(entry.call, forms.body)]
    return tuple(rows) if all(row.user_id for row in rows) else ()


def _row(item: Any, raw: Any) -> SentGrade:
    row = item if isinstance(item, dict) else {}
    return SentGrade(_user_id(row), _grade(row, "mark"), _grade(row, "adminGrade"), raw)


def _user_id(row: Mapping[str, Any]) -> str:
    """The userId as text. 1001.0 is the integer 1001 in JSON Schema and for most readers."""
    user_id = row.get("userId", "")
    whole = isinstance(user_id, float) and user_id.is_integer()
    return str(int(user_id) if whole else user_id)


def _grade(row: Mapping[str, Any], name: str) -> Any:
    value = row.get(name)
    return "" if value is None else value


def _answer(entry: Entry, forms: Forms, sent: int) -> ExportAnswer:
    if not isinstance(entry.outcome, Reply):
        return ExportAnswer(None)
    data = (
        _json(entry.outcome.body)
        if forms.standard
        else recommended_report(entry.outcome, forms.answer, sent)
    )
    if not isinstance(data, dict) or "numberOfErrors" not in data:
        return ExportAnswer(entry.outcome.status)
    named = data.get("errors")
    listed = [each for each in (named if isinstance(named, list) else []) if isinstance(each, dict)]
    refused = {str(each.get("userId")): str(each.get("errorInfo")) for each in listed}
    return ExportAnswer(
        entry.outcome.status,
        data.get("numberOfSuccess"),
        data.get("numberOfErrors"),
        refused,
        repeated=len(refused) < len(listed),
    )


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the product showed at one moment. States are the names that `named` gives."""

    flow: str
    message: str
    instant_export: bool | None
    synchronised: bool | None
    states: Mapping[str, str]
    messages: Mapping[str, str]


def shown(evidence: Evidence, label: str) -> Shown:
    """What the product showed at the State step with this label."""
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
    """The grades that the SIS holds at the end, by userId."""
    return {
        score["person"]: score["admin_grade"] or score["mark"]
        for section in evidence.gradebook.get("sections", [])
        for score in section["scores"]
    }


def entered(evidence: Evidence) -> Mapping[str, str]:
    """The final grades that the exporter was loaded with, by userId. A participant without a final
    grade is left out."""
    loaded = next((done for done in evidence.steps if isinstance(done.step, Load)), None)
    flow = ((loaded and loaded.message) or {}).get("flow", {})
    grades = {str(each["user_id"]): _entered_grade(each) for each in flow.get("participants", [])}
    return {user_id: grade for user_id, grade in grades.items() if grade}


def _entered_grade(participant: Mapping[str, Any]) -> str:
    grades = {each["grade"] for each in participant["assessments"] if each["submitted"]}
    return participant["alternative_grade"] or (grades.pop() if len(grades) == 1 else "")


def disagreements(evidence: Evidence, label: str) -> list[Violation]:
    """The participants whose shown state contradicts the SIS.

    `label` names a State step. The gradebook is read at the end of the scenario, so no request
    may follow that step.
    """
    held, grades = stored(evidence), entered(evidence)
    confirmed = {user_id: sent.number for sent in exports(evidence) for user_id in sent.confirmed}
    found = []
    for user_id, state in shown(evidence, label).states.items():
        if state == "exported" and user_id not in held:
            text = f"shows participant {user_id} as exported, but the SIS holds no grade for them"
            found.append(Violation(text, steps=(label,)))
        elif state == "exported" and held[user_id] != grades.get(user_id, held[user_id]):
            text = (
                f"shows participant {user_id} as exported, but the SIS holds the grade"
                f" {held[user_id]!r} instead of {grades[user_id]!r}"
            )
            found.append(Violation(text, steps=(label,)))
        if state in ("failed", "not_exported") and user_id in confirmed:
            number = confirmed[user_id]
            text = f"shows participant {user_id} as {state}, but the SIS confirmed it (#{number})"
            found.append(Violation(text, (number,), (label,)))
    return found
