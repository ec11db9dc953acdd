"""The codes that rows of a bulk answer carry: inference, since the documentation shows none."""

from __future__ import annotations

OK, BAD, FORBIDDEN, MISSING = 200, 400, 403, 404


class RowRefused(Exception):
    """A row that cannot be taken, with its code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
