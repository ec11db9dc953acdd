"""Delayed writes: what the SIS has accepted but posts only minutes later.

Source: "Skyward Grade Write-Back", the transfer takes several minutes.

A write is a frozen value with an `apply` method. `Gradebook.accept` applies it at once or, if the
SIS has a posting lag, keeps it until it is due; every journaled call, and every move of the clock,
first applies what is due by then (`Gradebook.settle`). Nothing runs in the background, so a replay
of the journal applies the same writes between the same calls.

Reads and writes see different states:

- Reads (GET, and the other dialects) see only what is posted.
- Checks of further OneRoster writes see the accepted state: a line item that waits to be posted can
  be given results, and one that waits to be deleted is unknown. `pending_item`, `awaits_result`
  and `drops` answer for these checks.

Rules for the order of writes:

- No write overtakes an earlier one about the same place, or a result its line item, even if its own
  lag is shorter. `_newest` maps each place to the write accepted last for it; a new write is due no
  earlier than those it `follows`. Writes due at the same time apply in the order of acceptance.
- What is in the SIS when a write is due decides. A write that does not fit any more is dropped: its
  line item, category or grading period was removed meanwhile.
- A write that `yields` does not change or delete a score that was changed by hand meanwhile (the
  policy `override: sis_wins`). Changes by hand have an author that starts with `BY_HAND`.
- Removing a line item removes the pending writes about it too (`forget`).

Pending writes are part of the gradebook's snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from itertools import chain
from typing import Any, Protocol

import msgspec

from mock_sis.errors import NotFound
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import Assignment, Grade, by_place

BY_HAND = "control."
"""The start of the author (`by`) of changes made in the SIS by hand."""


class Book(Protocol):
    """The part of the Gradebook that writes are applied to."""

    def coursework(self, section_id: str, /) -> Coursework: ...
    def add_assignment(self, section_id: str, assignment: Assignment, /) -> None: ...
    def change_assignment(self, section_id: str, assignment: Assignment, /) -> None: ...
    def remove_assignment(self, section_id: str, assignment_id: int, /) -> None: ...
    def put_grades(self, section_id: str, grades: Mapping[tuple[int, int], Grade], /) -> None: ...
    def remove_grade(self, section_id: str, assignment_id: int, enrollment: int, /) -> None: ...


class PutItem(msgspec.Struct, frozen=True, tag=True):
    """Create a line item or, if it is not `new`, replace it."""

    section: str
    item: Assignment
    new: bool = True

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """The line item it is about."""
        return ((self.section, self.item.id),)

    @property
    def follows(self) -> Iterable[WritePlace]:
        """The places whose earlier writes it must not overtake."""
        return self.places

    def apply(self, book: Book, yields: bool = False) -> None:  # noqa: ARG002  no score is in it
        """Write it, unless its category or grading period is gone."""
        known = self.item.id in book.coursework(self.section).assignments
        try:
            if known:
                book.change_assignment(self.section, self.item)
            elif self.new:
                book.add_assignment(self.section, self.item)
        except NotFound:
            if not known:  # it will never exist, nor will the results on it
                book.remove_assignment(self.section, self.item.id)


class PutResults(msgspec.Struct, frozen=True, tag=True):
    """Write results of one section."""

    section: str
    grades: tuple[Grade, ...]

    @property
    def places(self) -> tuple[tuple[str, int, int], ...]:
        """The results it is about."""
        return tuple((self.section, each.assignment, each.enrollment) for each in self.grades)

    @property
    def follows(self) -> Iterable[WritePlace]:
        """The places whose earlier writes it must not overtake."""
        items = {(self.section, each.assignment) for each in self.grades}
        return chain(items, self.places)

    def apply(self, book: Book, yields: bool = False) -> None:
        """Write them, except over scores changed by hand if it `yields`."""
        work = book.coursework(self.section)
        kept = (each for each in self.grades if _still_fits(work, each, yields))
        book.put_grades(self.section, by_place(kept))


def _still_fits(work: Coursework, grade: Grade, yields: bool) -> bool:
    held = work.grade(grade.assignment, grade.enrollment)
    changed = yields and held is not None and held.by.startswith(BY_HAND)
    return grade.assignment in work.assignments and not changed


class DropItem(msgspec.Struct, frozen=True, tag=True):
    """Delete a line item and everything attached to it."""

    section: str
    assignment: int

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """The line item it is about."""
        return ((self.section, self.assignment),)

    @property
    def follows(self) -> Iterable[WritePlace]:
        """The places whose earlier writes it must not overtake."""
        return self.places

    def apply(self, book: Book, yields: bool = False) -> None:
        """Delete it, unless it `yields` and a score on it was changed by hand."""
        grades = book.coursework(self.section).of_assignment(self.assignment)
        if not (yields and any(grade.by.startswith(BY_HAND) for grade in grades)):
            book.remove_assignment(self.section, self.assignment)


class DropResult(msgspec.Struct, frozen=True, tag=True):
    """Delete a result."""

    section: str
    assignment: int
    enrollment: int

    @property
    def places(self) -> tuple[tuple[str, int, int], ...]:
        """The result it is about."""
        return ((self.section, self.assignment, self.enrollment),)

    @property
    def follows(self) -> Iterable[WritePlace]:
        """The places whose earlier writes it must not overtake."""
        return self.places

    def apply(self, book: Book, yields: bool = False) -> None:
        """Delete it, unless it `yields` and the score was changed by hand."""
        held = book.coursework(self.section).grade(self.assignment, self.enrollment)
        if held is not None and not (yields and held.by.startswith(BY_HAND)):
            book.remove_grade(self.section, self.assignment, self.enrollment)


Write = PutItem | PutResults | DropItem | DropResult
WritePlace = tuple[str, int] | tuple[str, int, int]
Pending = tuple[float, int, Write, bool]
"""When a write is due, its number in the order of acceptance, the write, and whether it yields."""


class Posting:
    """The writes that are accepted and not yet posted, to be read."""

    def __init__(self) -> None:
        self._pending: list[Pending] = []
        """A heap."""
        self._accepted = 0
        self._newest: dict[WritePlace, Pending] = {}

    def pending_item(self, section: str, assignment: int) -> Assignment | None:
        """The newest accepted form of a line item, if it is not posted yet."""
        write = self._newest and self._write((section, assignment))
        return write.item if isinstance(write, PutItem) else None

    def pending_items(self, section: str) -> list[Assignment]:
        """The newest accepted forms of a section's line items that are not posted yet."""
        writes = (entry[2] for entry in self._newest.values())
        return [
            each.item for each in writes if isinstance(each, PutItem) if each.section == section
        ]

    def awaits_result(self, section: str, assignment: int, enrollment: int) -> bool:
        """Whether a result is accepted at this place and not posted yet."""
        if not self._newest:
            return False
        return isinstance(self._write((section, assignment, enrollment)), PutResults)

    def drops(self, place: WritePlace) -> bool:
        """Whether the write accepted last for this place deletes the object there."""
        return bool(self._newest) and isinstance(self._write(place), DropItem | DropResult)

    def due(self, write: Write, now: float, lag: float) -> float:
        """The time at which a write that is accepted at `now` is applied (Unix time)."""
        due = now + lag
        if self._newest:
            due = max([due, *(self._due(place) for place in write.follows)])
        return due

    def snapshot(self) -> list[Any]:
        """The pending writes with their times, as plain data."""
        return [[at, msgspec.to_builtins(write)] for at, _, write, _ in sorted(self._pending)]

    def _due(self, place: WritePlace) -> float:
        entry = self._newest.get(place)
        return 0 if entry is None else entry[0]

    def _write(self, place: WritePlace) -> Write | None:
        entry = self._newest.get(place)
        return None if entry is None else entry[2]


class MutablePosting(Posting):
    """Delayed writes that can be changed, which only the Gradebook does."""

    def accept(
        self, book: Book, writes: Iterable[Write], now: float, lag: float, *, yields: bool
    ) -> None:
        """Apply writes `lag` seconds after `now` (Unix time), or when the writes they follow are
        due if that is later; at once if neither is in the future."""
        for write in writes:
            due = self.due(write, now, lag)
            if due <= now:
                write.apply(book, yields)
                continue
            self._accepted += 1
            self._add((due, self._accepted, write, yields))

    def settle(self, book: Book, now: float) -> None:
        """Apply the writes that are due at `now` (Unix time)."""
        while self._pending and self._pending[0][0] <= now:
            entry = heappop(self._pending)
            _, _, write, yields = entry
            for place in write.places:
                if self._newest.get(place) is entry:
                    del self._newest[place]
            write.apply(book, yields)

    def forget(self, section: str, assignment: int) -> None:
        """Drop the pending writes about a line item and about results on it."""
        pending = sorted(self._pending, key=lambda entry: entry[1])
        self._pending, self._newest = [], {}
        for due, number, write, yields in pending:
            kept = _without(write, (section, assignment))
            if kept is not None:
                self._add((due, number, kept, yields))

    def _add(self, entry: Pending) -> None:
        heappush(self._pending, entry)
        self._newest.update((place, entry) for place in entry[2].places)


def _without(write: Write, item: tuple[str, int]) -> Write | None:
    """The part of a write that is not about this line item; None if no part is left."""
    if not isinstance(write, PutResults):
        return None if any(place[:2] == item for place in write.places) else write
    kept = tuple(grade for grade in write.grades if (write.section, grade.assignment) != item)
    return PutResults(write.section, kept) if kept else None
