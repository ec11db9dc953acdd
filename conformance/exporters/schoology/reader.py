"""What the SIS's answers mean. Only here, and by reading back, can an item become Exported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.exporters.kit.outcome import ExportState, Fate, Unreadable, unknown
from conformance.exporters.kit.wire import Answer
from conformance.exporters.schoology import plain
from conformance.exporters.schoology.formats import Format
from conformance.exporters.schoology.model import Held, SentRow, key_of


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What became of the rows of a call, by key; the rows in doubt; and the reason for the doubt.

    `answered` is whether the SIS accepted the call, but its answer names no row.
    """

    fates: Mapping[str, Fate]
    doubtful: tuple[SentRow, ...] = ()
    reason: str = ""
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the grades that the SIS holds. `link` leads to the next; "" after the last."""

    held: tuple[Held, ...]
    link: str


@dataclass(frozen=True, slots=True)
class RowReport:
    """What the SIS says about one row. `code` is None if it is unreadable."""

    key: str
    code: int | None
    message: str


def all_failed(rows: Iterable[SentRow], text: str) -> CallOutcome:
    return CallOutcome({row.key: Fate(ExportState.FAILED, text) for row in rows})


def all_doubtful(rows: Iterable[SentRow], reason: str) -> CallOutcome:
    return CallOutcome({}, tuple(rows), reason)


class Reader:
    """Reads answers. A flaw is a subclass that believes too much or too little."""

    def __init__(self, written: Format) -> None:
        self.format = written

    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        """What became of these rows, according to the SIS's answer."""
        if answer.status >= 500:
            return all_doubtful(rows, f"the SIS answered HTTP {answer.status}")
        if not 200 <= answer.status < 300:
            return all_failed(rows, self.refused(answer))
        if not answer.body.strip():
            return self.silent(rows)
        try:
            return self.outcome(self.reports(answer.body), rows)
        except Unreadable as error:
            return all_doubtful(rows, str(error))

    def refused(self, answer: Answer) -> str:
        """The text for an answer that refuses the whole call."""
        status = answer.status
        if 300 <= status < 400:
            return (
                f"The SIS redirected the export (HTTP {status}), which grades do not follow."
                " Not exported."
            )
        if status == 401:
            return "The SIS did not accept the credentials (HTTP 401). Not exported."
        if status == 429:
            return "The SIS goes on asking for fewer requests (HTTP 429). Not exported."
        return f"The SIS refused the call (HTTP {status}). Not exported."

    def silent(self, rows: Sequence[SentRow]) -> CallOutcome:
        """The outcome of an empty answer (such as 204): the SIS may have skipped any row."""
        return CallOutcome({}, tuple(rows), "the SIS's answer names no row", answered=True)

    def reports(self, body: bytes) -> list[RowReport]:
        """The codes of the rows. Raises Unreadable if the answer has none."""
        data = plain.mapping(self.document(body))
        grades = plain.items(plain.mapping(data.get("grades")).get("grade"))
        comments = plain.items(plain.mapping(data.get("final_comments")).get("final_comment"))
        reports = [
            _report(each, key_of("grade", *_place(each, "assignment_id"))) for each in grades
        ]
        reports += [
            _report(each, key_of("final_comment", *_place(each, "period_id"))) for each in comments
        ]
        if not reports:
            raise Unreadable("the SIS's answer names no row")
        return reports

    def outcome(self, reports: Sequence[RowReport], rows: Sequence[SentRow]) -> CallOutcome:
        """A row that the answer names once has the fate that it says; any other row is in doubt."""
        by_key: dict[str, list[RowReport]] = {}
        for each in reports:
            by_key.setdefault(each.key, []).append(each)
        fates: dict[str, Fate] = {}
        doubtful: list[SentRow] = []
        for row in rows:
            match by_key.get(row.key, []):
                case [RowReport(code=int()) as one]:
                    fates[row.key] = self.fate(one)
                case _:
                    doubtful.append(row)
        return CallOutcome(fates, tuple(doubtful), "the SIS's answer does not name every row once")

    def fate(self, report: RowReport) -> Fate:
        """A row code of 2xx is a success; any other is a failure with the SIS's own text."""
        if report.code is not None and 200 <= report.code < 300:
            return Fate(ExportState.EXPORTED)
        said = report.message or f"The SIS refused this (code {report.code}) without a reason."
        return Fate(ExportState.FAILED, said)

    def holds(self, there: Held | None, said: Mapping[str, Any], *, answered: bool) -> bool:
        """Whether the SIS has what was sent, as far as it shows.

        For a letter it shows the number that it stored. If it `answered` the call, any number will
        do; if the answer was lost, the number may be that of an earlier grade.
        """
        if there is None:
            return False
        for name, value in said.items():
            found = getattr(there, name)
            is_stored_letter = answered and name == "grade" and isinstance(value, str)
            if not (found is not None if is_stored_letter else self.agree(name, found, value)):
                return False
        return True

    def agree(self, name: str, found: Any, said: Any) -> bool:
        """Whether a field has the value that was sent, white space in comments aside."""
        if name == "comment":
            return bool(found.split() == said.split())
        return found == said or (name == "comment_status" and found is None)

    def page(self, answer: Answer) -> Page:
        """One page of grades. Raises Unreadable for any other answer."""
        if answer.status != 200:
            raise Unreadable(f"the SIS answered HTTP {answer.status}")
        data = self.document(answer.body)
        if not isinstance(data, dict) or "grades" not in data:
            raise Unreadable("the SIS's answer is not a list of grades")
        grades = plain.items(plain.mapping(data["grades"]).get("grade"))
        held = [_held_grade(each) for each in grades]
        for final in plain.items(data.get("final_grade")):
            held += _held_comments(final)
        link = plain.mapping(data.get("links")).get("next")
        return Page(tuple(held), link if isinstance(link, str) else "")

    def document(self, body: bytes) -> Any:
        """Plain data. Raises Unreadable."""
        try:
            return self.format.read(body)
        except ValueError as error:
            text = f"the SIS's answer is not readable as {self.format.name.upper()}"
            raise Unreadable(text) from error

    def gave_up(self, reason: str) -> str:
        """The text after the last attempt without a readable answer."""
        return unknown(reason)


def _report(data: dict[str, Any], key: str) -> RowReport:
    return RowReport(key, plain.whole(data.get("response_code")), plain.text(data.get("message")))


def _place(data: dict[str, Any], name: str) -> tuple[int | str, int | str]:
    return plain.identity(data, name), plain.identity(data, "enrollment_id")


def _held_grade(data: dict[str, Any]) -> Held:
    place, enrollment_id = _place(data, "assignment_id")
    return Held(
        "grade",
        place,
        enrollment_id,
        grade=plain.number(data.get("grade")),
        exception=plain.whole(data.get("exception")) or 0,
        comment=plain.text(data.get("comment")),
        comment_status=plain.whole(data.get("comment_status")),
        timestamp=plain.whole(data.get("timestamp")) or 0,
    )


def _held_comments(data: dict[str, Any]) -> list[Held]:
    enrollment_id = plain.identity(data, "enrollment_id")
    return [
        Held(
            "final_comment",
            plain.identity(each, "period_id"),
            enrollment_id,
            comment=plain.text(each.get("comment")),
            comment_status=plain.whole(each.get("comment_status")),
        )
        for each in plain.items(data.get("period"))
    ]
