"""The fate of one row of a bulk write: the answer for it, and whether it is stored.

A dialect judges all rows, commits those to be stored, and then renders the answer. Between judging
and committing, a fault can change the answer, the storing, or both.
"""

from __future__ import annotations

import msgspec


class RowFate(msgspec.Struct, frozen=True, gc=False):
    """The verdict on one row.

    `subject` is the id of the person in the row, as text. `error` is the cause in the answer, None
    for an accepted row. `stored`: whether the row is committed.
    """

    subject: str
    error: str | None
    stored: bool

    @classmethod
    def accepted(cls, subject: str) -> RowFate:
        """A row that is answered as accepted, and committed."""
        return cls(subject, None, True)

    @classmethod
    def refused(cls, subject: str, error: str) -> RowFate:
        """A row that is answered as refused with this cause, and not committed."""
        return cls(subject, error, False)
