"""What the SIS's answer means. Only here can a participant become Exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.exporters.kit import strict
from conformance.exporters.kit.outcome import ExportState, Fate, Unreadable, unknown
from conformance.exporters.kit.wire import Answer
from conformance.exporters.wiseflow.model import SentRow, key_of


@dataclass(frozen=True, slots=True)
class SisReport:
    """What the SIS says it did: the counts, and the text of each error by participant key."""

    successes: int
    failures: int
    errors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What became of each participant in one call, by key, and the summary for the manager."""

    fates: Mapping[str, Fate]
    summary: str


def all_failed(rows: Sequence[SentRow], text: str) -> CallOutcome:
    return CallOutcome({row.key: Fate(ExportState.FAILED, text) for row in rows}, text)


class Reader:
    """Reads answers. Stateless; a flaw is a subclass that believes too much or too little."""

    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        """What became of these rows, according to the SIS's answer."""
        if not self.is_success(answer.status):
            return all_failed(rows, self.refused(answer))
        try:
            report = self.report(self.document(answer.body))
            self.reconcile(report, rows)
        except Unreadable as error:
            return all_failed(rows, unknown(str(error)))
        return self.outcome(report, rows)

    def is_success(self, status: int) -> bool:
        """Only 200 carries a report; another 2xx says nothing about any participant."""
        return status == 200

    def refused(self, answer: Answer) -> str:
        """The text for an answer other than 200."""
        status = answer.status
        if 300 <= status < 400:
            return (
                f"The SIS redirected the export (HTTP {status}), which grades do not follow."
                " Not exported."
            )
        if status == 401:
            return "The SIS did not accept the credentials (HTTP 401). Not exported."
        if status == 429:
            return "The SIS asks for fewer requests (HTTP 429). Not exported; retry later."
        if 400 <= status < 500:
            return f"The SIS refused the export (HTTP {status}). Not exported."
        return unknown(f"the SIS answered HTTP {status}")

    def document(self, body: bytes) -> Any:
        """Plain data from strict JSON. Raises Unreadable."""
        try:
            return strict.decode(body)
        except ValueError as error:
            raise Unreadable("the SIS's answer is not readable as JSON") from error

    def report(self, data: Any) -> SisReport:
        """Raises Unreadable if the data does not have the shape of a report."""
        if not isinstance(data, dict):
            raise Unreadable("the SIS's answer is not a report")
        return SisReport(
            successes=_count(data, "numberOfSuccess"),
            failures=_count(data, "numberOfErrors"),
            errors=tuple(_error(each) for each in _list(data.get("errors"))),
        )

    def reconcile(self, report: SisReport, rows: Sequence[SentRow]) -> None:
        """Raises Unreadable unless the report accounts for each participant that was sent, once."""
        if report.successes + report.failures != len(rows):
            raise Unreadable("the SIS's counts do not add up to the number sent")
        if report.failures != len(report.errors):
            raise Unreadable("the SIS's number of errors differs from its list")
        named = [key for key, _ in report.errors]
        if len(set(named)) != len(named):
            raise Unreadable("the SIS's errors name a participant twice")
        if not set(named) <= {row.key for row in rows}:
            raise Unreadable("the SIS's errors name a participant who was not sent")

    def outcome(self, report: SisReport, rows: Sequence[SentRow]) -> CallOutcome:
        """Participants in the errors failed, with the SIS's own text; the others are exported."""
        texts = dict(report.errors)
        fates = {row.key: self.fate(texts.get(row.key)) for row in rows}
        failed = f"; {len(texts)} failed" if texts else ""
        return CallOutcome(fates, f"Exported {len(rows) - len(texts)} of {len(rows)}{failed}.")

    def fate(self, error: str | None) -> Fate:
        """`error` is the SIS's text; None for a participant that it accepted."""
        return Fate(ExportState.EXPORTED) if error is None else Fate(ExportState.FAILED, error)

    def flow_problem(self, answer: Answer) -> str:
        """Why a synchronisation failed; "" if it succeeded."""
        if answer.status != 200:
            return f"The SIS answered HTTP {answer.status}."
        try:
            data = self.document(answer.body)
        except Unreadable as error:
            return f"Not synchronised: {error}."
        if not isinstance(data, dict) or not isinstance(data.get("participants"), list):
            return "Not synchronised: the SIS's answer is not a flow."
        return ""


def _error(data: Any) -> tuple[str, str]:
    user_id = data.get("userId") if isinstance(data, dict) else None
    if isinstance(user_id, bool) or not isinstance(user_id, int | str):
        raise Unreadable("one of the SIS's errors names no participant")
    text = data.get("errorInfo")
    said = text if isinstance(text, str) and text else "The SIS refused the grade without a reason."
    # Escapes in JSON can make lone surrogates, which neither a file nor a page can hold.
    return key_of(user_id), said.encode(errors="replace").decode()


def _count(data: dict[str, Any], name: str) -> int:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Unreadable(f"the SIS's answer lacks a usable {name}")
    return value


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable("the SIS's errors are not a list")
    return value
