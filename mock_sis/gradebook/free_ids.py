"""Chooses ids for new objects."""

from __future__ import annotations

from itertools import count

_HIGH = 2**62
"""Ids are counted up from the largest one below this: one more than 2^63-1 would not be an id."""


class FreeIds:
    """Ids that no object of one kind has or has had."""

    def __init__(self) -> None:
        self._last = 0
        self._high: set[int] = set()

    def note(self, taken: int) -> None:
        """Remember an id that an object has."""
        if taken < _HIGH:
            self._last = max(self._last, taken)
        else:
            self._high.add(taken)

    def next(self) -> int:
        """The id that comes next; the same one until it is noted."""
        return next(number for number in count(self._last + 1) if number not in self._high)
