"""Faults on the rows of a bulk write, on any interface: what the answer says of a row, and what is
stored of it."""

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
    """A kind that bends the verdict on single rows, before they are committed."""

    phases: ClassVar[tuple[Phase, ...]] = ("rows",)
    reach: ClassVar[str] = "*.grades.p*"  # post, patch, put: a reading call has no rows


class RowsAllFail(RowFault, frozen=True, tag="rows_all_fail"):
    """Every row is refused with this text, and none is stored."""

    text: Cause = "The grade could not be registered"

    def row(self, row: RowFate) -> RowFate:
        return RowFate.refused(row.subject, self.text)


class RowsFail(RowFault, frozen=True, tag="rows_fail"):
    """The rows of these people are refused with this text, and not stored."""

    subjects: Annotated[Subjects, Meta(description="The people whose rows fail.")]
    text: Cause = "The grade could not be registered"

    def row(self, row: RowFate) -> RowFate:
        return RowFate.refused(row.subject, self.text)


class RowsToldStoredButNot(RowFault, frozen=True, tag="rows_told_stored_but_not"):
    """Rows that would be accepted are called a success and thrown away."""

    subjects: SomeSubjects = None

    def row(self, row: RowFate) -> RowFate:
        return RowFate(row.subject, None, False) if row.error is None else row


class RowsStoredButToldFailed(RowFault, frozen=True, tag="rows_stored_but_told_failed"):
    """Rows that would be accepted are stored and called an error with this text."""

    subjects: SomeSubjects = None
    text: Cause = "The grade could not be registered"

    def row(self, row: RowFate) -> RowFate:
        return RowFate(row.subject, self.text, True) if row.stored else row
