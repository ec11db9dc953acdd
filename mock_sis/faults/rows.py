"""Faults on the rows of a bulk write, on any interface: what the answer says of a row, and what is
stored of it."""

from __future__ import annotations

from typing import ClassVar

from mock_sis.faults.what import Phase, UserId, What
from mock_sis.verdict import Row


class RowFault(What, frozen=True):
    """A kind that bends the verdict on single rows, before they are committed."""

    phases: ClassVar[tuple[Phase, ...]] = ("rows",)
    reach: ClassVar[str] = "*.grades.p*"  # post, patch, put: a reading call has no rows


class RowsAllFail(RowFault, frozen=True, tag="rows_all_fail"):
    """Every row is refused with this text, and none is stored."""

    text: str = "The grade could not be registered"

    def row(self, row: Row) -> Row:
        return Row.refused(row.subject, self.text)


class RowsFail(RowFault, frozen=True, tag="rows_fail"):
    """The rows of these people are refused with this text, and not stored."""

    subjects: tuple[UserId, ...]
    text: str = "The grade could not be registered"

    def row(self, row: Row) -> Row:
        return Row.refused(row.subject, self.text)


class RowsToldStoredButNot(RowFault, frozen=True, tag="rows_told_stored_but_not"):
    """Rows that would be accepted are called a success and thrown away."""

    subjects: tuple[UserId, ...] | None = None

    def row(self, row: Row) -> Row:
        return Row(row.subject, None, False) if row.error is None else row


class RowsStoredButToldFailed(RowFault, frozen=True, tag="rows_stored_but_told_failed"):
    """Rows that would be accepted are stored and called an error with this text."""

    subjects: tuple[UserId, ...] | None = None
    text: str = "The grade could not be registered"

    def row(self, row: Row) -> Row:
        return Row(row.subject, self.text, True) if row.stored else row
