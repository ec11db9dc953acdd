"""Writes that were accepted and are not posted yet: a SIS may show them only minutes later.

A write is a value, applied when its time has come; what is pending is part of the gradebook's
state. No write overtakes an earlier one about the same thing or about its line item, however short
its own lag. The SIS may have moved on by then. What a teacher did meanwhile stands: a write that
finds its line item, its category or its grading period gone is dropped, and so is, where the SIS
wins, one that would change or take away a score that was changed by hand.
Source: "Skyward Grade Write-Back", the transfer takes several minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from itertools import chain
from typing import Any, Protocol

import msgspec

from mock_sis.aliases import Aliases
from mock_sis.coursework import Assignment, Coursework, Grade, by_place
from mock_sis.errors import NotFound

BY_HAND = "control."
"""How the author of a change begins that was made in the SIS."""


class Book(Protocol):
    """What writes are applied to."""

    aliases: Aliases
    posting: Posting

    def coursework(self, section_id: str, /) -> Coursework: ...
    def put_grades(self, section_id: str, grades: Mapping[tuple[int, int], Grade], /) -> None: ...


class PutItem(msgspec.Struct, frozen=True, tag=True):
    """Make a line item, or replace it: `new` says which of the two."""

    section: str
    item: Assignment
    new: bool = True

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """The line item that it is about."""
        return ((self.section, self.item.id),)

    @property
    def follows(self) -> Iterable[Place]:
        """What it may not overtake the writes about."""
        return self.places

    def apply(self, book: Book, yields: bool = False) -> None:  # noqa: ARG002  no score is in it
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

    @property
    def follows(self) -> Iterable[Place]:
        """What it may not overtake the writes about."""
        items = {(self.section, each.assignment) for each in self.grades}
        return chain(items, self.places)

    def apply(self, book: Book, yields: bool = False) -> None:
        """Write them; those of scores that were changed by hand not, where it `yields`."""
        work = book.coursework(self.section)
        kept = (each for each in self.grades if _still_fits(work, each, yields))
        book.put_grades(self.section, by_place(kept))


def _still_fits(work: Coursework, grade: Grade, yields: bool) -> bool:
    there = work.grade(grade.assignment, grade.enrollment)
    changed = yields and there is not None and there.by.startswith(BY_HAND)
    return grade.assignment in work.assignments and not changed


class DropItem(msgspec.Struct, frozen=True, tag=True):
    """Take a line item away, the results on it, and what clients called them."""

    section: str
    assignment: int

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """The line item that it is about."""
        return ((self.section, self.assignment),)

    @property
    def follows(self) -> Iterable[Place]:
        """What it may not overtake the writes about."""
        return self.places

    def apply(self, book: Book, yields: bool = False) -> None:
        """Write it; not where it `yields` and a score on it was changed by hand."""
        work = book.coursework(self.section)
        grades = work.of_assignment(self.assignment)
        changed = yields and any(grade.by.startswith(BY_HAND) for grade in grades)
        if self.assignment not in work.assignments or changed:
            return
        for grade in grades:
            book.aliases.forget("result", (self.section, self.assignment, grade.enrollment))
        work.remove_assignment(self.assignment)
        book.aliases.forget("lineItem", (self.section, self.assignment))


class DropResult(msgspec.Struct, frozen=True, tag=True):
    """Take a result away."""

    section: str
    assignment: int
    enrollment: int

    @property
    def places(self) -> tuple[tuple[str, int, int], ...]:
        """The result that it is about."""
        return ((self.section, self.assignment, self.enrollment),)

    @property
    def follows(self) -> Iterable[Place]:
        """What it may not overtake the writes about."""
        return self.places

    def apply(self, book: Book, yields: bool = False) -> None:
        """Write it; not where it `yields` and the score was changed by hand."""
        work = book.coursework(self.section)
        there = work.grade(self.assignment, self.enrollment)
        if there is None or (yields and there.by.startswith(BY_HAND)):
            return
        # An empty grade first: it takes away the mark that an exam's grade stands for, too.
        book.put_grades(self.section, by_place([msgspec.structs.replace(there, grade=None)]))
        work.remove_grade(self.assignment, self.enrollment)
        (place,) = self.places
        if not book.posting.awaits_result(*place):  # which a client may have made anew meanwhile
            book.aliases.forget("result", place)


Write = PutItem | PutResults | DropItem | DropResult
Place = tuple[str, int] | tuple[str, int, int]
Pending = tuple[float, int, Write, bool]
"""When a write is due, its number in the order of acceptance, the write, and whether it yields."""


class Posting:
    """What is accepted and not yet posted: by its time, then in the order of acceptance."""

    def __init__(self) -> None:
        self._pending: list[Pending] = []
        self._accepted = 0
        self._newest: dict[Place, Pending] = {}

    def accept(
        self, book: Book, writes: Iterable[Write], now: float, lag: float, *, yields: bool
    ) -> None:
        """Apply writes `lag` seconds from now (Unix time), or when what they follow is due if that
        is later; at once where both are now. `yields` says that what a teacher changes meanwhile
        stands."""
        for write in writes:
            due = self.due(write, now, lag)
            if due <= now:
                write.apply(book, yields)
                continue
            self._accepted += 1
            entry = (due, self._accepted, write, yields)
            heappush(self._pending, entry)
            self._newest.update((place, entry) for place in write.places)

    def due(self, write: Write, now: float, lag: float) -> float:
        """The time at which a write that is accepted now would be applied."""
        due = now + lag
        if self._newest:
            due = max([due, *(self._due(place) for place in write.follows)])
        return due

    def settle(self, book: Book, now: float) -> None:
        """Apply what has come due."""
        while self._pending and self._pending[0][0] <= now:
            entry = heappop(self._pending)
            _, _, write, yields = entry
            for place in write.places:
                if self._newest.get(place) is entry:
                    del self._newest[place]
            write.apply(book, yields)

    def pending_item(self, section: str, assignment: int) -> Assignment | None:
        """The newest accepted form of a line item that is not posted yet."""
        write = self._newest and self._write((section, assignment))
        return write.item if isinstance(write, PutItem) else None

    def pending_items(self, section: str) -> list[Assignment]:
        """The newest accepted forms of all line items of a section that are not posted yet."""
        writes = (entry[2] for entry in self._newest.values())
        return [
            each.item for each in writes if isinstance(each, PutItem) if each.section == section
        ]

    def awaits_result(self, section: str, assignment: int, enrollment: int) -> bool:
        """Whether a result there is accepted and not posted yet."""
        if not self._newest:
            return False
        return isinstance(self._write((section, assignment, enrollment)), PutResults)

    def drops(self, place: Place) -> bool:
        """Whether what is there will be taken away, by what was accepted last."""
        return bool(self._newest) and isinstance(self._write(place), DropItem | DropResult)

    def snapshot(self) -> list[Any]:
        """What is pending, as plain data."""
        return [[at, msgspec.to_builtins(write)] for at, _, write, _ in sorted(self._pending)]

    def _write(self, place: Place) -> Write | None:
        entry = self._newest.get(place)
        return None if entry is None else entry[2]

    def _due(self, place: Place) -> float:
        entry = self._newest.get(place)
        return 0 if entry is None else entry[0]
