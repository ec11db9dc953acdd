"""Faults of the report that a Schoology-style gradebook gives on a bulk PUT of grades, in JSON and
XML alike.

These change only the report; rows.py has the faults that change what is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from mock_sis.errors import Malformed
from mock_sis.exchange import Call, Reply
from mock_sis.faults.parameters import StatusCode
from mock_sis.faults.what import Memory, OwnAnswer, Phase, What
from mock_sis.formats.negotiation import FORMATS, JSON_TYPE, Format, accepted_format

PUT = "schoology.sections.grades.put"
KINDS = {"grades": "grade", "final_comments": "final_comment"}
"""The parts of a report, and the name of the rows of each."""

Message = Annotated[str, Meta(max_length=10_000)]
Report = dict[str, Any]
Rows = list[dict[str, Any]]


class ReportFault(What, frozen=True):
    """A kind that rewrites the rows of a report, and leaves other answers alone."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)
    reach: ClassVar[str] = PUT

    def retold(self, rows: Rows) -> Rows:
        """The rows to report."""
        raise NotImplementedError

    def after(self, reply: Reply) -> Reply:
        chosen = format_of(reply)
        before = report(reply, chosen)
        if chosen is None or before is None:
            return reply
        told = with_rows(before, self.retold)
        return reply if told == before else replace(reply, body=chosen.encode(told))


class RowsMissing(ReportFault, frozen=True, tag="schoology_rows_missing"):
    """The report lacks its last `rows` rows, of grades and of final comments; what is stored
    does not change."""

    rows: Annotated[
        int,
        Meta(
            ge=1,
            le=10**9,
            description="The number of rows that are missing, of grades and of final comments "
            "each.",
        ),
    ] = 1

    def retold(self, rows: Rows) -> Rows:
        return rows[: -self.rows]


class RowCodes(ReportFault, frozen=True, tag="schoology_row_codes"):
    """The report gives this code for every row, stored or not."""

    code: Annotated[StatusCode, Meta(description="The response_code of every row.")] = 500
    text: Annotated[
        Message, Meta(description="The message of the rows whose code changes, from 400 on.")
    ] = "The grade could not be saved"

    def retold(self, rows: Rows) -> Rows:
        return [
            row if str(row.get("response_code")) == str(self.code) else self._told(row)
            for row in rows
        ]

    def _told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        names = {name: value for name, value in row.items() if name != "message"}
        message = {"message": self.text} if self.code >= 400 else {}
        return names | {"response_code": self.code} | message


class ErrorObject(OwnAnswer, frozen=True, tag="schoology_error_object"):
    """A 200 with an error object instead of a report."""

    reach: ClassVar[str] = PUT

    code: Annotated[StatusCode, Meta(description="The code in the error object.")] = 500
    text: Annotated[Message, Meta(description="The message in the error object.")] = (
        "The grades could not be saved"
    )

    def before(self, call: Call, memory: Memory) -> Reply:  # noqa: ARG002  a hook's signature
        return self._in(accepted_format(call))

    def after(self, reply: Reply) -> Reply:
        return self._in(format_of(reply) or FORMATS[JSON_TYPE])

    def _in(self, chosen: Format) -> Reply:
        error = {"error": {"code": self.code, "message": self.text}}
        kind = (("Content-Type", f"{chosen.media_type}; charset=utf-8"),)
        return Reply(200, kind, chosen.encode(error))


def format_of(reply: Reply) -> Format | None:
    """The format that an answer states; None if it is not one of ours."""
    return FORMATS.get((reply.header("Content-Type") or "").partition(";")[0].strip().lower())


def report(reply: Reply, chosen: Format | None) -> Report | None:
    """The report in an answer, its rows as lists; None if the answer is not a report."""
    if chosen is None or not 200 <= reply.status < 300:
        return None
    try:
        told = chosen.decode(reply.body)
    except Malformed:
        return None
    if not isinstance(told, dict) or not told.keys() <= KINDS.keys():
        return None
    return with_rows(told, lambda rows: rows) if all(map(_is_part, told.values())) else None


def _is_part(part: Any) -> bool:
    """Whether this is a part of a report; a part without rows is an empty element in XML."""
    return part == "" or (isinstance(part, dict) and part.keys() <= set(KINDS.values()))


def with_rows(told: Report, retold: Callable[[Rows], Rows]) -> Report:
    """The report with its rows rewritten."""
    return {
        kind: {KINDS[kind]: retold(_listed((part or {}).get(KINDS[kind])))}
        for kind, part in told.items()
    }


def _listed(rows: Any) -> Rows:
    """Rows as a list of objects; XML gives a single row without its list."""
    given = rows if isinstance(rows, list) else [rows]
    return [row for row in given if isinstance(row, dict)]
