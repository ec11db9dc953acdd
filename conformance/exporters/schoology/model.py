"""A section's gradebook as frozen values: the assignments, the grades and comments, and their
export."""

from __future__ import annotations

from typing import Literal

import msgspec

from conformance.exporters.kit import register
from conformance.exporters.kit.outcome import ExportState
from conformance.exporters.kit.register import Document

Id = int | str
ItemKind = Literal["grade", "final_comment"]
"""A final comment belongs to a grading period or the whole course, a grade to an assignment."""

Points = int | float | str | None
"""Points, or a letter of the assignment's scale; None is ungraded."""

RunKind = Literal["export", "retry"]


class Assignment(msgspec.Struct, frozen=True):
    """What a grade is for. `letters` are those of its scale; without any, it takes points only."""

    assignment_id: Id
    title: str
    max_points: float
    letters: tuple[str, ...]
    type: str = "assignment"


class Section(Document, frozen=True):
    """One course section. `cursor` is the time, by the SIS's clock, up to which its grades were
    read; None before the first reading. `message` is the latest text for the teacher."""

    id: str
    title: str
    enrollments: tuple[Id, ...]
    assignments: tuple[Assignment, ...]
    cursor: int | None = None
    message: str = ""

    @property
    def key(self) -> str:
        """The section's key in the register."""
        return self.id

    def assignment(self, assignment_id: Id) -> Assignment | None:
        """None if the section has no such assignment."""
        wanted = str(assignment_id)
        found = (each for each in self.assignments if str(each.assignment_id) == wanted)
        return next(found, None)

    def enrolls(self, enrollment_id: Id) -> bool:
        return str(enrollment_id) in map(str, self.enrollments)


class Content(msgspec.Struct, frozen=True):
    """What the teacher entered: a grade or an exception (0 none, 1 excused, 2 incomplete,
    3 missing), and perhaps a comment, which the student sees if `visible`."""

    grade: Points = None
    exception: int = 0
    comment: str = ""
    visible: bool = False


class GradebookItem(Document, frozen=True):
    """One student's grade or final comment: `place` is the assignment's id or the comment's period.

    `sent` is the content that the SIS confirmed last.
    """

    kind: ItemKind
    place: Id
    enrollment_id: Id
    content: Content
    state: ExportState = ExportState.NOT_EXPORTED
    message: str | None = None
    sent: Content | None = None

    @property
    def key(self) -> str:
        """The item's key in the register."""
        return key_of(self.kind, self.place, self.enrollment_id)


class SentRow(msgspec.Struct, frozen=True):
    """What is sent for one item. `before` is the content that the SIS confirmed before."""

    kind: ItemKind
    place: Id
    enrollment_id: Id
    content: Content
    before: Content | None = None
    type: str = "assignment"

    @property
    def key(self) -> str:
        """The item's key in the register."""
        return key_of(self.kind, self.place, self.enrollment_id)


class Held(Document, frozen=True):
    """What the SIS says it holds of one item. `comment_status` is None if it does not say who sees
    the comment; `timestamp` is the last change by the SIS's clock."""

    kind: ItemKind
    place: Id
    enrollment_id: Id
    grade: Points = None
    exception: int = 0
    comment: str = ""
    comment_status: int | None = None
    timestamp: int = 0

    @property
    def key(self) -> str:
        """The item's key in the register."""
        return key_of(self.kind, self.place, self.enrollment_id)


class Run(register.Run, frozen=True):
    """One export with exactly the rows that it sends."""

    kind: RunKind
    rows: tuple[SentRow, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(row.key for row in self.rows)


def key_of(kind: ItemKind, place: Id, enrollment_id: Id) -> str:
    """5 and "5" are one id, and the period 13011 is also written p13011."""
    name = str(place).removeprefix("p") if kind == "final_comment" else str(place)
    return f"{kind}:{name}:{enrollment_id}"
