"""The one owner of everything in a gradebook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, tzinfo
from functools import cache, partial
from typing import Any

import msgspec

from mock_sis.errors import Conflict, NotFound
from mock_sis.gradebook.client_names import Aliases, Key, MutableAliases, NamedType
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.exam import Exam, exam_of
from mock_sis.gradebook.coursework.index import BY_PLACE, BY_TIME, Index, Span
from mock_sis.gradebook.coursework.mutable import MutableCoursework
from mock_sis.gradebook.coursework.values import (
    Assignment,
    Category,
    FinalComment,
    Grade,
    GradePlace,
    Override,
    Period,
    Policy,
)
from mock_sis.gradebook.delayed_writes import MutablePosting, Posting, Write
from mock_sis.gradebook.free_ids import FreeIds
from mock_sis.gradebook.roster import Roster, add
from mock_sis.gradebook.values import Identifier, Scale, Score, Section, key

Anywhere = tuple[str, int, int]
"""(section, assignment, enrollment)"""


class _Everywhere:
    """The index of the grades of all sections, created by the first listing of them.

    The sections report their writes to it. It refers to neither sections nor gradebook, so that a
    gradebook is freed with the last reference to it.
    """

    def __init__(self) -> None:
        self.index: Index[Anywhere] | None = None

    def note(self, section: str, places: Collection[GradePlace]) -> None:
        """Note that grades of a section were written or removed."""
        if self.index is not None:
            self.index.note((section, *place) for place in places)


class Gradebook(Roster):
    """The owner of people, sections, scales, coursework, marks, delayed writes and client-chosen
    names.

    Every change is a method of this class; what it hands out is read-only, by its type.
    """

    def __init__(self, zone: tzinfo = UTC) -> None:
        super().__init__()
        self.zone = zone
        """The time zone of the SIS, in which moments have their days."""
        self._scales: dict[str, Scale] = {}
        self._scales_by_number: dict[int, Scale] = {}
        self._scores: dict[str, dict[str, Score]] = {}
        self._coursework: dict[str, MutableCoursework] = {}
        self._assignment_ids = FreeIds()
        self._scale_numbers = FreeIds()
        self._everywhere = _Everywhere()
        self._aliases = MutableAliases()
        self._posting = MutablePosting()
        self.scales: Mapping[str, Scale] = self._scales
        """By id."""
        self.aliases: Aliases = self._aliases
        self.posting: Posting = self._posting

    # Scales

    def add_scale(self, scale: Scale) -> None:
        """Add a grading scale. Raises Conflict if its id or its number is taken."""
        if scale.number and scale.number in self._scales_by_number:
            raise Conflict(f"The scale number {scale.number} is taken.")
        add(self._scales, scale.id, scale, "scale")
        self._number(scale)

    def put_scale(self, scale: Scale) -> None:
        """Add a grading scale, or replace the one with the same id and number."""
        self._scales[scale.id] = scale
        self._number(scale)

    def _number(self, scale: Scale) -> None:
        if scale.number:
            self._scales_by_number[scale.number] = scale
            self._scale_numbers.note(scale.number)

    def remove_scale(self, scale_id: str) -> None:
        """Remove a grading scale and the name a client chose for it. No assignment or section may
        use it."""
        self._scales_by_number.pop(self._scales.pop(scale_id).number, None)
        self._aliases.forget("scoreScale", (scale_id,))

    def free_scale_number(self) -> int:
        """A number that no scale has or has had."""
        return self._scale_numbers.next()

    def scale_by_number(self, number: int) -> Scale | None:
        """The scale that assignments refer to by this number, if any."""
        return self._scales_by_number.get(number)

    def scale_of(self, section: Section) -> Scale | None:
        """The scale of a section's exam; None if every mark is allowed."""
        return None if section.scale is None else self._scales[section.scale]

    # Sections and their coursework

    def add_section(self, section: Section, policy: Policy | None = None) -> None:
        """Add a section that grades by this policy. Raises Conflict if its id or its SIS code is
        taken, NotFound if its scale is unknown."""
        if section.scale is not None and section.scale not in self._scales:
            raise NotFound(f"The scale {section.scale!r} does not exist.")
        super().add_section(section)
        work = self._coursework[section.id] = MutableCoursework(policy)
        work.tell(partial(self._everywhere.note, section.id))

    def coursework(self, section_id: str) -> Coursework:
        """A section's assignments, grades and so on, to be read. Raises NotFound."""
        return self._work(section_id)

    def _work(self, section_id: str) -> MutableCoursework:
        work = self._coursework.get(section_id)
        return self._coursework[self.section(section_id).id] if work is None else work

    def add_period(self, section_id: str, period: Period) -> None:
        """Add a grading period to a section. Raises NotFound, or Conflict if its id is taken."""
        self._work(section_id).add_period(period)

    def put_period(self, section_id: str, period: Period) -> None:
        """Replace a grading period of a section. Raises NotFound."""
        self._work(section_id).put_period(period)

    def add_category(self, section_id: str, category: Category) -> None:
        """Add a grading category to a section. Raises NotFound, or Conflict if its id is taken."""
        self._work(section_id).add_category(category)

    def put_category(self, section_id: str, category: Category) -> None:
        """Add a grading category, or replace the one with the same id. Raises NotFound."""
        self._work(section_id).put_category(category)

    def remove_category(self, section_id: str, category_id: int) -> None:
        """Remove a grading category, if present, and the name a client chose for it. No assignment
        may be in it. Raises NotFound."""
        self._work(section_id).remove_category(category_id)
        self._aliases.forget("category", (section_id, category_id))

    def free_assignment_id(self) -> int:
        """Reserve an id that no assignment of any section has or has had."""
        free = self._assignment_ids.next()
        self._assignment_ids.note(free)
        return free

    def add_assignment(self, section_id: str, assignment: Assignment) -> None:
        """Add an assignment to a section. Raises Conflict if its id is taken, NotFound if its
        category or grading period is unknown."""
        self._work(section_id).add_assignment(assignment)
        self._assignment_ids.note(assignment.id)

    def change_assignment(self, section_id: str, assignment: Assignment) -> None:
        """Replace an assignment of a section. Raises NotFound."""
        self._work(section_id).change_assignment(assignment)

    def remove_assignment(self, section_id: str, assignment_id: int) -> None:
        """Remove an assignment, if present, and everything attached to it.

        Afterwards its grades and their index entries, the delayed writes about it, the names that
        clients chose for it and for results on it, and the link from the section's exam are gone.
        Marks registered on the exam stay. Raises NotFound.
        """
        section, work = self.section(section_id), self._work(section_id)
        if assignment_id in work.assignments:
            work.remove_assignment(assignment_id)
        if section.exam_assignment == assignment_id:
            self._change_section(msgspec.structs.replace(section, exam_assignment=0))
        self._posting.forget(section_id, assignment_id)
        self._aliases.forget("lineItem", (section_id, assignment_id))
        self._aliases.forget_within("result", (section_id, assignment_id))

    def put_comment(self, section_id: str, comment: FinalComment) -> None:
        """Write a final comment, replacing the one at its place. Raises NotFound."""
        self._work(section_id).put_comment(comment)

    def put_override(self, section_id: str, override: Override) -> None:
        """Set a final grade by hand. Raises NotFound."""
        self._work(section_id).put_override(override)

    # Grades and marks; see coursework/exam.py for how the two are kept equal

    def scores(self, assignment_id: str) -> Mapping[str, Score]:
        """The marks registered on an exam, by person key."""
        return self._scores.get(assignment_id, {})

    def register(
        self, section_id: str, person: Identifier, mark: str, admin_grade: str, at: float, by: str
    ) -> Score:
        """Register a mark on a section's exam, replacing the person's previous one.

        Raises NotFound if the section does not exist or the person is not enrolled. The dialects
        decide beforehand whether a mark may be replaced and whether it is on the scale.
        """
        return self.register_all(section_id, [(person, mark, admin_grade)], at, by)[0]

    def register_all(
        self, section_id: str, results: Iterable[tuple[Identifier, str, str]], at: float, by: str
    ) -> list[Score]:
        """Register results (person, mark, alternative grade) on a section's exam. Raises NotFound
        and registers none if one of the people is not enrolled."""
        section = self.section(section_id)
        scale, roster = self.scale_of(section), self._enrollments[section_id]
        worth = cache(scale.value) if scale else lambda _: None
        made = []
        for person, mark, admin_grade in results:
            name = key(person)
            if name not in roster:
                raise NotFound(f"{name[:200]!r} is not enrolled in {section_id!r}.")
            made.append(Score(name, mark, admin_grade, worth(admin_grade or mark), at, by))
        self._scores.setdefault(section.exam, {}).update((each.person, each) for each in made)
        if exam := self._exam(section):
            work = self._coursework[section_id]
            ids = ((roster[each.person].id, each.counts, each.value) for each in made)
            work.put_grades(exam.grades(work.grades, ids, at, by))
        return made

    def put_grades(self, section_id: str, grades: Mapping[GradePlace, Grade]) -> None:
        """Write grades on a section's assignments; those on its exam are registered as marks too.
        Raises NotFound."""
        section = self.section(section_id)
        self._coursework[section.id].put_grades(grades)
        if not (exam := self._exam(section)):
            return
        scores = self._scores.setdefault(section.exam, {})
        enrolled = self._enrollments_by_id[section.id]
        for grade in (each for each in grades.values() if each.assignment == exam.item.id):
            person, points = enrolled[grade.enrollment].person, grade.grade
            before = scores.get(person)
            if points is None:
                scores.pop(person, None)
            elif before is None or exam.points(before.counts, before.value) != points:
                mark, value = exam.mark(points), exam.value(points)
                scores[person] = Score(person, mark, "", value, grade.at, grade.by)

    def remove_grade(self, section_id: str, assignment_id: int, enrollment: int) -> None:
        """Remove a grade, if present; on the exam, the mark too. Raises NotFound.

        The name that a client chose for the result is forgotten, unless a delayed write under that
        name is going to write the result again.
        """
        section, work = self.section(section_id), self._work(section_id)
        if section.exam_assignment == assignment_id and work.grade(assignment_id, enrollment):
            person = self._enrollments_by_id[section_id][enrollment].person
            self._scores.get(section.exam, {}).pop(person, None)
        work.remove_grade(assignment_id, enrollment)
        if not self._posting.awaits_result(section_id, assignment_id, enrollment):
            self._aliases.forget("result", (section_id, assignment_id, enrollment))

    def page(
        self, start: int, limit: int, span: Span | None = None
    ) -> tuple[list[tuple[Section, Grade]], int]:
        """Return one page of the grades of all sections and the number of all of them.

        They are sorted by section, assignment and enrollment, or by time if a span is given.
        """
        index = self._everywhere.index
        if index is None:
            index = self._everywhere.index = Index(
                {
                    (name, *place): grade.at
                    for name in sorted(self._coursework)  # sorting is faster on sorted input
                    for place, grade in self._coursework[name].grades.items()
                }
            )
        order = BY_TIME if span else BY_PLACE
        found, total = index.page(self._time_of, order, (), span, start, limit)
        grades = [
            (self._sections[name], self._coursework[name].grades[(assignment, enrollment)])
            for name, assignment, enrollment in found
        ]
        return grades, total

    def _time_of(self, place: Anywhere) -> float | None:
        section, assignment, enrollment = place
        grade = self._coursework[section].grade(assignment, enrollment)
        return None if grade is None else grade.at

    def _exam(self, section: Section) -> Exam | None:
        if not section.exam_assignment:
            return None
        scale = self.scale_of(section)
        worth = {level.mark: level.value for level in scale.levels} if scale else {}
        number = scale.number if scale else 0
        return exam_of(self._coursework[section.id], section.exam_assignment, worth, number)

    # Client-chosen names and delayed writes

    def give_name(self, kind: NamedType, place: Key, name: str) -> None:
        """Record the name that a client chose for an object."""
        self._aliases.give(kind, place, name)

    def accept(self, writes: Iterable[Write], now: float, lag: float, *, yields: bool) -> None:
        """Apply writes `lag` seconds after `now` (Unix time), at once if the lag is 0; see
        delayed_writes.py. `yields` makes changes by hand win over them."""
        self._posting.accept(self, writes, now, lag, yields=yields)

    def settle(self, now: float) -> None:
        """Apply the writes that are due at `now` (Unix time)."""
        self._posting.settle(self, now)

    def snapshot(self) -> dict[str, Any]:
        """The whole content as plain data in a fixed order: equal gradebooks give equal bytes."""
        return {
            "time_zone": str(self.zone),
            "people": [_plain(self._people[name]) for name in sorted(self._people)],
            "scales": [_plain(self._scales[name]) for name in sorted(self._scales)],
            "sections": [self._section_snapshot(name) for name in sorted(self._sections)],
            "aliases": self._aliases.snapshot(),
            "posting": self._posting.snapshot(),
        }

    def _section_snapshot(self, section_id: str) -> dict[str, Any]:
        section, roster = self._sections[section_id], self._enrollments[section_id]
        scores = self.scores(section.exam)
        return {
            **_plain(section),
            "enrollments": [_plain(roster[person]) for person in sorted(roster)],
            "scores": [_plain(scores[person]) for person in sorted(scores)],
            "coursework": self._coursework[section_id].snapshot(),
        }


def _plain(row: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(row)
    return plain
