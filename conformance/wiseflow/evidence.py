"""Export requests and their answers, as the SIS's journal has them.

- A participant is identified by the userId as text, since exporters may send 1001, 1001.0 or
  "1001" for the same person.
- Requests and steps share the numbers of the journal, so `since` and `until` select the requests
  between two labelled steps. A number such as #5 in a message is a journal number.
- A fault may stop an answer, or make it lie. `ExportRequest.confirmed` therefore counts only
  answers that arrived and said what the SIS had done (see TRUTHFUL_FAULTS).
- Bodies and answers are read by the institution's mapping, which is in the policies of the case.
- A body that cannot be read has no rows. Rules about participants are then not testable: WF-BODY
  already fails, and a second failure would only repeat it.

What was due, and what the product shows, is compared with these by the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
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
