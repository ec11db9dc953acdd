"""Writes that were accepted and are not posted yet: a SIS may show them only minutes later.

A write is a value, applied when its time has come; what is pending is part of the gradebook's
state. The SIS may have moved on by then. What a teacher did meanwhile stands: a write that finds
its line item, its category or its grading period gone is dropped, and so is a result whose score
was changed by hand after it was accepted.
Source: "Skyward Grade Write-Back", the transfer takes several minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Any, Protocol

import msgspec

from mock_sis.aliases import Aliases
from mock_sis.coursework import Assignment, Coursework, Grade
from mock_sis.errors import NotFound

BY_HAND = "control."
"""How the author of a change begins that was made in the SIS."""


class Book(Protocol):
    """What writes are applied to."""

    aliases: Aliases

    def coursework(self, section_id: str, /) -> Coursework: ...
    def put_grades(self, section_id: str, grades: tuple[Grade, ...], /) -> None: ...


class PutItem(msgspec.Struct, frozen=True, tag=True):
    """Make a line item, or replace it: `new` says which of the two."""

    section: str
    item: Assignment
    new: bool = True

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """The line item that it is about."""
        return ((self.section, self.item.id),)

    def apply(self, book: Book) -> None:
        """Write it."""
        work = book.coursework(self.section)
        try:
            work.refuse_dangling(self.item)
        except NotFound:
            return
        if self.item.id in work.assignments:
            work.change_assignment(self.item)
        elif self.new:
            work.add_assignment(self.item)


class PutResults(msgspec.Struct, frozen=True, tag=True):
    """Write results of one section."""

    section: str
    grades: tuple[Grade, ...]

    @property
    def places(self) -> tuple[tuple[str, int, int], ...]:
        """The results that it is about."""
        return tuple((self.section, each.assignment, each.enrollment) for each in self.grades)

    def apply(self, book: Book) -> None:
        """Write them."""
        work = book.coursework(self.section)
        kept = tuple(each for each in self.grades if _still_fits(work, each))
        book.put_grades(self.section, kept)


def _still_fits(work: Coursework, grade: Grade) -> bool:
    there = work.grade(grade.assignment, grade.enrollment)
    changed_since = there is not None and there.by.startswith(BY_HAND) and there.at > grade.at
    return grade.assignment in work.assignments and not changed_since


class DropItem(msgspec.Struct, frozen=True, tag=True):
    """Take a line item away, the results on it, and what clients called them."""

    section: str
    assignment: int

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """None: it makes nothing."""
        return ()

    def apply(self, book: Book) -> None:
        """Write it."""
        work = book.coursework(self.section)
        if self.assignment not in work.assignments:
            return
        for grade in work.of_assignment(self.assignment):
            book.aliases.forget("result", (self.section, self.assignment, grade.enrollment))
        work.remove_assignment(self.assignment)
        book.aliases.forget("lineItem", (self.section, self.assignment))


class DropResult(msgspec.Struct, frozen=True, tag=True):
    """Take a result away."""

    section: str
    assignment: int
    enrollment: int

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """None: it makes nothing."""
        return ()

    def apply(self, book: Book) -> None:
        """Write it."""
        work = book.coursework(self.section)
        there = work.grade(self.assignment, self.enrollment)
        if there is None:
            return
        # An empty grade first: it takes away the mark that an exam's grade stands for, too.
        book.put_grades(self.section, (msgspec.structs.replace(there, grade=None),))
        work.remove_grade(self.assignment, self.enrollment)
        book.aliases.forget("result", (self.section, self.assignment, self.enrollment))


Write = PutItem | PutResults | DropItem | DropResult
Place = tuple[str, int] | tuple[str, int, int]


class Posting:
    """What is accepted and not yet posted: by its time, then in the order of acceptance."""

    def __init__(self) -> None:
        self._pending: list[tuple[float, int, Write]] = []
        self._accepted = 0
        self._newest: dict[Place, tuple[int, Write]] = {}

    def accept(self, book: Book, writes: Iterable[Write], now: float, lag: float) -> None:
        """Apply writes `lag` seconds from now (Unix time); at once where that is 0."""
        for write in writes:
            if lag <= 0:
                write.apply(book)
            else:
                self._accepted += 1
                heappush(self._pending, (now + lag, self._accepted, write))
                self._newest.update((place, (self._accepted, write)) for place in write.places)

    def settle(self, book: Book, now: float) -> None:
        """Apply what has come due."""
        while self._pending and self._pending[0][0] <= now:
            _, number, write = heappop(self._pending)
            for place in write.places:
                if self._newest.get(place, (0,))[0] == number:
                    del self._newest[place]
            write.apply(book)

    def pending_item(self, section: str, assignment: int) -> Assignment | None:
        """The newest accepted form of a line item that is not posted yet."""
        _, write = self._newest.get((section, assignment), (0, None))
        return write.item if isinstance(write, PutItem) else None

    def awaits_result(self, section: str, assignment: int, enrollment: int) -> bool:
        """Whether a result there is accepted and not posted yet."""
        return (section, assignment, enrollment) in self._newest

    def snapshot(self) -> list[Any]:
        """What is pending, as plain data."""
        return [[at, msgspec.to_builtins(write)] for at, _, write in sorted(self._pending)]
