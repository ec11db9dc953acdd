"""Rows that are built on demand, so that the cost of a page does not depend on the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Generic, TypeVar

from mock_sis.dialects.oneroster.roster import JsonObject
from mock_sis.gradebook.values import Section

T = TypeVar("T")


class LazyRows(Generic[T]):
    """One row for each thing, in the same order."""

    def __init__(self, things: Sequence[T], make: Callable[[T], JsonObject]) -> None:
        self._things, self._make = things, make

    def __len__(self) -> int:
        return len(self._things)

    def __iter__(self) -> Iterator[JsonObject]:
        return map(self._make, self._things)

    def page(self, start: int, limit: int) -> list[JsonObject]:
        """At most `limit` rows from index `start`."""
        return [self._make(thing) for thing in self._things[start : start + limit]]


class ByClass(Generic[T]):
    """The rows of several classes, one class after the other. Classes before a page are counted
    without building their rows."""

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
        """At most `limit` rows from index `start`."""
        found: list[JsonObject] = []
        for section, things in self._parts:
            if start < len(things):
                for thing in islice(things.values(), start, start + limit - len(found)):
                    found.append(self._make(section, thing))
                if len(found) == limit:
                    break
            start = max(0, start - len(things))
        return found
