"""Rows that are made only when somebody looks at them, so that a page costs a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Generic, TypeVar

from mock_sis.dialects.oneroster.roster import JsonObject
from mock_sis.gradebook.values import Section

T = TypeVar("T")


class Rowed(Generic[T]):
    """Rows made of things, in the order of these."""

    def __init__(self, things: Sequence[T], make: Callable[[T], JsonObject]) -> None:
        self._things, self._make = things, make

    def __len__(self) -> int:
        return len(self._things)

    def __iter__(self) -> Iterator[JsonObject]:
        return map(self._make, self._things)

    def page(self, start: int, limit: int) -> list[JsonObject]:
        """So many rows from there."""
        return [self._make(thing) for thing in self._things[start : start + limit]]


class ByClass(Generic[T]):
    """Rows made of what classes have, one class after the other: those before a page are counted,
    and not looked into."""

    def __init__(
        self,
        parts: Sequence[tuple[Section, Mapping[int, T]]],
        make: Callable[[Section, T], JsonObject],
    ) -> None:
        self._parts, self._make = parts, make

    def __len__(self) -> int:
        return sum([len(things) for _, things in self._parts])

    def __iter__(self) -> Iterator[JsonObject]:
        return (self._make(part, each) for part, things in self._parts for each in things.values())

    def page(self, start: int, limit: int) -> list[JsonObject]:
        """So many rows from there."""
        found: list[JsonObject] = []
        for section, things in self._parts:
            if start < len(things):
                for thing in islice(things.values(), start, start + limit - len(found)):
                    found.append(self._make(section, thing))
                if len(found) == limit:
                    break
            start = max(0, start - len(things))
        return found
