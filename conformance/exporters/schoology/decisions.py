"""What to send and in which form, and what to ask for: one method for each decision, and no
effects."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from conformance.exporters.kit.outcome import ExportState
from conformance.exporters.kit.wire import origin
from conformance.exporters.schoology.formats import speakable
from conformance.exporters.schoology.model import (
    Content,
    GradebookItem,
    Held,
    Points,
    Section,
    SentRow,
)

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


class Decisions:
    """The decisions of a grade pass-back as pure functions. Stateless; a flaw is a subclass."""

    # The content of an item

    def content(self, section: Section, item: GradebookItem) -> Content:
        """What the teacher entered, as it is sent."""
        said = item.content
        comment = self.comment(said)
        return Content(
            grade=self.grade(section, item),
            exception=said.exception,
            comment=comment,
            visible=self.is_visible(said) and comment != "",
        )

    def grade(self, section: Section, item: GradebookItem) -> Points:
        """The grade to send; None for an ungraded item and for one with an exception."""
        if item.content.exception:
            return None
        return self.points(section, item)

    def points(self, section: Section, item: GradebookItem) -> Points:
        """The grade itself: a letter of the scale unchanged, and a number as a number."""
        grade = item.content.grade
        if isinstance(grade, str):
            if self.is_on_scale(section, item, grade):
                return grade
            if not NUMBER.fullmatch(grade.strip()):
                return grade or None
            grade = float(grade)
        return int(grade) if isinstance(grade, float) and grade.is_integer() else grade

    def is_on_scale(self, section: Section, item: GradebookItem, letter: str) -> bool:
        assignment = section.assignment(item.place)
        return assignment is not None and letter in assignment.letters

    def comment(self, said: Content) -> str:
        """Without characters that XML cannot carry: one of them must not block a whole call."""
        return speakable(said.comment)

    def is_visible(self, said: Content) -> bool:
        return said.visible

    def problem(self, section: Section, item: GradebookItem) -> str:
        """Why this cannot be sent, for the teacher; "" if it can."""
        grade = self.grade(section, item)
        if isinstance(grade, str) and not self.is_on_scale(section, item, grade):
            return f"Not sent: the assignment's scale has no {grade!r}."
        if isinstance(grade, float | int) and not 0 <= grade < math.inf:
            return f"Not sent: points must be a finite number of at least 0 (got {grade})."
        return ""

    # What is due

    def row(self, section: Section, item: GradebookItem) -> SentRow:
        assignment = section.assignment(item.place)
        kind = "assignment" if assignment is None else assignment.type
        content = self.content(section, item)
        return SentRow(item.kind, item.place, item.enrollment_id, content, item.sent, kind)

    def says_something(self, row: SentRow) -> bool:
        """Whether there is anything to send: not for an ungraded item. Zero is a grade."""
        return bool(self.fields(row))

    def is_news(self, row: SentRow) -> bool:
        """Whether the row differs from what the SIS confirmed."""
        return row.content != row.before

    def is_due(self, section: Section, item: GradebookItem) -> bool:
        """Whether an export takes this item. An item that is being sent is not due, so that two
        presses are one export."""
        if item.state is ExportState.QUEUED:
            return False
        row = self.row(section, item)
        return self.is_news(row) and self.says_something(row)

    def to_export(self, section: Section, items: Iterable[GradebookItem]) -> list[GradebookItem]:
        """The graded items that changed since the SIS last accepted them."""
        return [each for each in items if self.is_due(section, each)]

    def to_retry(self, section: Section, items: Iterable[GradebookItem]) -> list[GradebookItem]:
        """Only the items that failed."""
        failed = (each for each in items if each.state is ExportState.FAILED)
        return self.to_export(section, failed)

    # The body of a call

    def fields(self, row: SentRow) -> dict[str, Any]:
        """The fields of a row besides its ids.

        They include what the SIS has to remove: a grade, an exception or a comment that it
        confirmed and that was withdrawn since. Of an item that was never graded nothing is sent.
        """
        return {**self.grade_fields(row), **self.comment_fields(row)}

    def grade_fields(self, row: SentRow) -> dict[str, Any]:
        """A grade or an exception, never both."""
        content = row.content
        if content.exception:
            return {"exception": content.exception}
        if content.grade is not None:
            return {"grade": content.grade, "exception": 0}
        if row.before is not None and row.before.grade is not None:
            return {"grade": None, "exception": 0}
        return {"exception": 0} if row.before is not None and row.before.exception else {}

    def comment_fields(self, row: SentRow) -> dict[str, Any]:
        """The comment, hidden from the student unless it was released."""
        taken_back = row.before is not None and row.before.comment != ""
        if not row.content.comment and not taken_back:
            return {}
        return {"comment": row.content.comment, "comment_status": int(row.content.visible)}

    def entry(self, row: SentRow) -> dict[str, Any]:
        """One row of a call, with its ids."""
        if row.kind == "final_comment":
            return {
                "enrollment_id": row.enrollment_id,
                "period_id": self.period_id(row),
                **self.comment_fields(row),
            }
        where = {"assignment_id": row.place, "enrollment_id": row.enrollment_id}
        return {"type": row.type, **where, **self.fields(row)}

    def period_id(self, row: SentRow) -> str:
        """A grading period by its number, or "final" for the course."""
        return str(row.place).removeprefix("p")

    def document(self, rows: Sequence[SentRow]) -> dict[str, Any]:
        """The body of one call, with grades and final comments under separate names."""
        grades = [self.entry(row) for row in rows if row.kind == "grade"]
        comments = [self.entry(row) for row in rows if row.kind == "final_comment"]
        parts = {"grades": {"grade": grades}, "final_comments": {"final_comment": comments}}
        return {name: part for name, part in parts.items() if any(part.values())}

    most_rows = 200
    """How many rows one call carries at most."""

    def batches(self, rows: Sequence[SentRow]) -> list[list[SentRow]]:
        """The calls of an export, grades first. No call has both kinds."""
        kinds = ("grade", "final_comment")
        most = self.most_rows
        return [
            part[start : start + most]
            for part in ([row for row in rows if row.kind == kind] for kind in kinds)
            for start in range(0, len(part), most)
        ]

    # Reading

    def since(self, section: Section, now: float) -> int | None:  # noqa: ARG002
        """The time from which changes are asked for; None for everything. It is by the SIS's clock,
        because the exporter's own (`now`) may be hours off."""
        return section.cursor

    def cursor(self, section: Section, held: Iterable[Held], now: float) -> int | None:  # noqa: ARG002
        """The newest time that the SIS has given; None before it has given one."""
        times = [each.timestamp for each in held if each.timestamp > 0]
        return max([*times, section.cursor or 0]) or None

    def next_page(self, url: str, link: str) -> str:  # noqa: ARG002
        """The link from the page at `url` to the next; "" after the last. Only the SIS knows the
        length of its pages, so its own link decides."""
        return link

    def may_follow(self, url: str, target: str) -> bool:
        """Whether a link or redirect may be followed: only on the host that the institution
        configured."""
        return origin(url) == origin(target)

    # Attempts

    def attempts(self) -> int:
        """How often a row is sent before it counts as failed. A second PUT of the same grade
        changes nothing, so it does no harm."""
        return 3

    def delay(self, attempt: int) -> float:
        """Seconds before an attempt, counted from 0. The second follows at once, because most often
        only one answer was lost."""
        return 30.0 if attempt > 1 else 0.0

    def patience(self) -> int:
        """How often the SIS may put one call off."""
        return 20

    def putting_off(self, asked: float | None, times: int) -> float:
        """Seconds to wait if the SIS asks for fewer requests: what it asked for, or else longer
        each time."""
        return asked if asked is not None else min(5.0 * 2**times, 300.0)
