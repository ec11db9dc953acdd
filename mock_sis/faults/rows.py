"""Faults on the rows of a bulk write, on any interface: what the answer reports of a row, and
whether the row is stored."""

from typing import Annotated, ClassVar

from msgspec import Meta

from mock_sis.faults.parameters import Subjects, Text
from mock_sis.faults.row_fate import RowFate
from mock_sis.faults.what import Phase, What

Cause = Annotated[Text, Meta(description="The error text of the rows.")]
SomeSubjects = Annotated[
    Subjects | None, Meta(description="The people whose rows change; by default all.")
]


class RowFault(What, frozen=True):
    """A kind that changes the verdict on single rows before they are committed."""

    phases: ClassVar[tuple[Phase, ...]] = ("rows",)
    reach: ClassVar[str] = "*.grades.p*"  # post, patch, put; reads have no rows


class RowsAllFail(RowFault, frozen=True, tag="rows_all_fail"):
    """Every row is reported as an error with this text, and not stored."""

    text: Cause = "The grade could not be registered"

    def row(self, row: RowFate) -> RowFate:
        return RowFate.refused(row.subject, self.text)


class RowsFail(RowFault, frozen=True, tag="rows_fail"):
    """The rows of these people are reported as errors with this text, and not stored."""

    subjects: Annotated[Subjects, Meta(description="The people whose rows fail.")]
    text: Cause = "The grade could not be registered"

    def row(self, row: RowFate) -> RowFate:
        return RowFate.refused(row.subject, self.text)


class RowsToldStoredButNot(RowFault, frozen=True, tag="rows_told_stored_but_not"):
    """Rows that would be accepted are reported as successes, and not stored."""

    subjects: SomeSubjects = None

    def row(self, row: RowFate) -> RowFate:
        return RowFate(row.subject, None, False) if row.error is None else row


class RowsStoredButToldFailed(RowFault, frozen=True, tag="rows_stored_but_told_failed"):
    """Rows that would be accepted are stored, and reported as errors with this text."""

    subjects: SomeSubjects = None
    text: Cause = "The grade could not be registered"

    def row(self, row: RowFate) -> RowFate:
        return RowFate(row.subject, self.text, True) if row.stored else row
