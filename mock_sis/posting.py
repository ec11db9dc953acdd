"""Writes that were accepted and are not posted yet: a SIS may show them only minutes later.

A write is a value, applied when its time has come; what is pending is part of the gradebook's
state. Source: "Skyward Grade Write-Back", the transfer takes several minutes.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from mock_sis.coursework import Assignment, Coursework, Grade


class Book(Protocol):
    """What writes are applied to."""

    def coursework(self, section_id: str, /) -> Coursework: ...
    def put_grades(self, section_id: str, grades: tuple[Grade, ...], /) -> None: ...


class PutItem(msgspec.Struct, frozen=True, tag=True):
    """Make a line item, or replace it."""

    section: str
    item: Assignment

    def apply(self, book: Book) -> None:
        """Write it."""
        work = book.coursework(self.section)
        if self.item.id in work.assignments:
            work.change_assignment(self.item)
        else:
            work.add_assignment(self.item)


class PutResult(msgspec.Struct, frozen=True, tag=True):
    """Write a result; nothing where its line item has gone meanwhile."""

    section: str
    grade: Grade

    def apply(self, book: Book) -> None:
        """Write it."""
        if self.grade.assignment in book.coursework(self.section).assignments:
            book.put_grades(self.section, (self.grade,))


class DropItem(msgspec.Struct, frozen=True, tag=True):
    """Take a line item away, and the results on it."""

    section: str
    assignment: int

    def apply(self, book: Book) -> None:
        """Write it."""
        work = book.coursework(self.section)
        if self.assignment in work.assignments:
            work.remove_assignment(self.assignment)


class DropResult(msgspec.Struct, frozen=True, tag=True):
    """Take a result away."""

    section: str
    assignment: int
    enrollment: int

    def apply(self, book: Book) -> None:
        """Write it."""
        book.coursework(self.section).remove_grade(self.assignment, self.enrollment)


Write = PutItem | PutResult | DropItem | DropResult


class Posting:
    """What is accepted and not yet posted, in the order of acceptance."""

    def __init__(self) -> None:
        self._pending: list[tuple[float, Write]] = []

    def accept(self, book: Book, write: Write, now: float, lag: float) -> None:
        """Apply a write `lag` seconds from now (Unix time); at once where that is 0."""
        if lag <= 0:
            write.apply(book)
        else:
            self._pending.append((now + lag, write))

    def settle(self, book: Book, now: float) -> None:
        """Apply what has come due."""
        if not self._pending:
            return
        due = [write for at, write in self._pending if at <= now]
        self._pending = [each for each in self._pending if each[0] > now]
        for write in due:
            write.apply(book)

    def pending_item(self, section: str, assignment: int) -> Assignment | None:
        """The newest accepted form of a line item that is not posted yet."""
        for _, write in reversed(self._pending):
            if isinstance(write, PutItem) and (write.section, write.item.id) == (
                section,
                assignment,
            ):
                return write.item
        return None

    def snapshot(self) -> list[Any]:
        """What is pending, as plain data."""
        return [[at, msgspec.to_builtins(write)] for at, write in self._pending]
