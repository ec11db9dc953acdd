"""The fate of one row of a bulk write: what the exporter is told, and whether it is kept.

A dialect judges every row first, commits those to be stored, and only then renders the answer; a
fault may stand between judging and committing and change either half.
"""

from __future__ import annotations

import msgspec


class RowFate(msgspec.Struct, frozen=True, gc=False):
    """The verdict on one row. `subject` is the id of the person it is about, as text; `error` is
    the cause told to the exporter, None where it is told "accepted"; `stored` says whether the row
    is committed."""

    subject: str
    error: str | None
    stored: bool

    @classmethod
    def accepted(cls, subject: str) -> RowFate:
        """Told accepted, and committed."""
        return cls(subject, None, True)

    @classmethod
    def refused(cls, subject: str, error: str) -> RowFate:
        """Told refused with this cause, and not committed."""
        return cls(subject, error, False)
