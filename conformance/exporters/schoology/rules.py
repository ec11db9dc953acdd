"""What is sent and in which words, and what is asked for: a method for every decision, and no
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


class Rules:
    """The rules of grade pass-back as pure functions. Stateless; a subclass is an exporter with a
    flaw."""

    # What a place of the gradebook says

    def content(self, section: Section, item: GradebookItem) -> Content:
        """The teacher's words as they are sent."""
        said = item.content
        comment = self.comment(said)
        return Content(
            grade=self.grade(section, item),
            exception=said.exception,
            comment=comment,
            visible=self.is_visible(said) and comment != "",
        )

    def grade(self, section: Section, item: GradebookItem) -> Points:
        """The grade to send; None where there is none, or an exception stands in its place."""
        if item.content.exception:
            return None
        return self.points(section, item)

    def points(self, section: Section, item: GradebookItem) -> Points:
        """The grade itself: a letter of the scale as it is, and any number as one."""
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
        """Without the characters that cannot travel: one of them must not hold up a whole call."""
        return speakable(said.comment)

    def is_visible(self, said: Content) -> bool:
        return said.visible

    def problem(self, section: Section, item: GradebookItem) -> str:
        """Why this cannot be sent, for the teacher; "" where it can."""
        grade = self.grade(section, item)
        if isinstance(grade, str) and not self.is_on_scale(section, item, grade):
            return f"Not sent: the assignment's scale has no {grade!r}."
        if isinstance(grade, float | int) and not 0 <= grade < math.inf:
            return f"Not sent: {grade} is not a number of points."
        return ""

    # Who is sent

    def row(self, section: Section, item: GradebookItem) -> SentRow:
        assignment = section.assignment(item.place)
        kind = "assignment" if assignment is None else assignment.type
        content = self.content(section, item)
        return SentRow(item.kind, item.place, item.enrollment_id, content, item.sent, kind)

    def says_something(self, row: SentRow) -> bool:
        """Whether there is anything to send: an ungraded place says nothing, and zero is a
        grade."""
        return bool(self.fields(row))

    def is_news(self, row: SentRow) -> bool:
        """Whether it differs from what the SIS confirmed."""
        return row.content != row.before

    def is_due(self, section: Section, item: GradebookItem) -> bool:
        """Whether an export takes this place. One that is being sent is left alone, which is what
        makes of two presses one export."""
        if item.state is ExportState.QUEUED:
            return False
        row = self.row(section, item)
        return self.is_news(row) and self.says_something(row)

    def to_export(self, section: Section, items: Iterable[GradebookItem]) -> list[GradebookItem]:
        """All that is graded and changed since the SIS last took it."""
        return [each for each in items if self.is_due(section, each)]

    def to_retry(self, section: Section, items: Iterable[GradebookItem]) -> list[GradebookItem]:
        """What had failed, and nothing else."""
        failed = (each for each in items if each.state is ExportState.FAILED)
        return self.to_export(section, failed)

    # The words of a call

    def fields(self, row: SentRow) -> dict[str, Any]:
        """What a row says beyond where it belongs.

        What the SIS has and is to lose is said too: an exception or a comment taken back. A grade
        taken back is not; an ungraded place never stands for one.
        """
        return {**self.grade_fields(row), **self.comment_fields(row)}

    def grade_fields(self, row: SentRow) -> dict[str, Any]:
        """A grade or an exception, and never both."""
        content = row.content
        if content.exception:
            return {"exception": content.exception}
        if content.grade is not None:
            return {"grade": content.grade, "exception": 0}
        return {"exception": 0} if row.before is not None and row.before.exception else {}

    def comment_fields(self, row: SentRow) -> dict[str, Any]:
        """The comment, hidden from the student unless it was released."""
        taken_back = row.before is not None and row.before.comment != ""
        if not row.content.comment and not taken_back:
            return {}
        return {"comment": row.content.comment, "comment_status": int(row.content.visible)}

    def entry(self, row: SentRow) -> dict[str, Any]:
        """One row of a call, names and all."""
        if row.kind == "final_comment":
            return {
                "enrollment_id": row.enrollment_id,
                "period_id": self.period_id(row),
                **self.comment_fields(row),
            }
        where = {"assignment_id": row.place, "enrollment_id": row.enrollment_id}
        return {"type": row.type, **where, **self.fields(row)}

    def period_id(self, row: SentRow) -> str:
        """A grading period by its bare number, or "final" for the course."""
        return str(row.place).removeprefix("p")

    def document(self, rows: Sequence[SentRow]) -> dict[str, Any]:
        """The body of one call: grades and final comments each under their own name."""
        grades = [self.entry(row) for row in rows if row.kind == "grade"]
        comments = [self.entry(row) for row in rows if row.kind == "final_comment"]
        parts = {"grades": {"grade": grades}, "final_comments": {"final_comment": comments}}
        return {name: part for name, part in parts.items() if any(part.values())}

    most_rows = 200
    """How many rows one call carries at most."""

    def batches(self, rows: Sequence[SentRow]) -> list[list[SentRow]]:
        """The calls of an export, grades first; the two kinds never share one."""
        kinds = ("grade", "final_comment")
        most = self.most_rows
        return [
            part[start : start + most]
            for part in ([row for row in rows if row.kind == kind] for kind in kinds)
            for start in range(0, len(part), most)
        ]

    # Reading

    def since(self, section: Section, now: float) -> int | None:  # noqa: ARG002
        """From when on changes are asked for, None for everything: by the SIS's clock, since the
        exporter's own (`now`) may be hours off."""
        return section.cursor

    def cursor(self, section: Section, held: Iterable[Held], now: float) -> int | None:  # noqa: ARG002
        """The newest moment of which the SIS has told; None while it has told of none."""
        times = [each.timestamp for each in held if each.timestamp > 0]
        return max([*times, section.cursor or 0]) or None

    def next_page(self, url: str, link: str) -> str:  # noqa: ARG002
        """Where the list goes on after the page at `url`; "" after the last. Only the SIS knows
        how long its pages are, so its link alone decides."""
        return link

    def may_follow(self, url: str, target: str) -> bool:
        """Neither a link nor a redirect leads away from the host that the teacher's institution
        named."""
        return origin(url) == origin(target)

    # Persistence

    def attempts(self) -> int:
        """How often one row is sent before it counts as failed. A PUT of the same grade changes
        nothing, so that sending it again does no harm."""
        return 3

    def delay(self, attempt: int) -> float:
        """Seconds before an attempt, the first being 0: the second follows at once, for what was
        lost was most often a single answer."""
        return 30.0 if attempt > 1 else 0.0

    def patience(self) -> int:
        """How often one call may be put off by the SIS."""
        return 20

    def putting_off(self, asked: float | None, times: int) -> float:
        """Seconds to wait where the SIS asks for fewer requests: what it asked for, or else longer
        each time."""
        return asked if asked is not None else min(5.0 * 2**times, 300.0)
