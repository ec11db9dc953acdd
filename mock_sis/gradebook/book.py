"""The owner of everything that a gradebook holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from functools import cache, partial
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

from mock_sis.errors import Conflict, NotFound
from mock_sis.gradebook.client_names import Aliases
from mock_sis.gradebook.coursework import (
    BY_PLACE,
    BY_TIME,
    Coursework,
    Exam,
    Grade,
    Index,
    Place,
    Span,
    exam_of,
)
from mock_sis.gradebook.delayed_writes import Posting
from mock_sis.gradebook.values import (
    Enrollment,
    Identifier,
    Person,
    Scale,
    Score,
    Section,
    SectionState,
    key,
)

T = TypeVar("T")
Anywhere = tuple[str, int, int]
"""(section, assignment, enrollment)"""


class _Everywhere:
    """An index of the grades of all sections, once there has been a list of them. The sections tell
    it what is written; it knows nobody, so that a gradebook goes with its last user."""

    def __init__(self) -> None:
        self.index: Index[Anywhere] | None = None

    def note(self, section: str, places: Collection[Place]) -> None:
        """Note that grades of a section were written or removed."""
        if self.index is not None:
            self.index.note((section, *place) for place in places)


class Gradebook:
    """The owner of everything above. Lookups are by id; nothing is scanned per request."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.scales: dict[str, Scale] = {}
        self.sections: dict[str, Section] = {}
        self._by_code: dict[str, str] = {}
        self._by_number: dict[int, Scale] = {}
        self._enrollments: dict[str, dict[str, Enrollment]] = {}
        self._scores: dict[str, dict[str, Score]] = {}
        self._coursework: dict[str, Coursework] = {}
        self._enrollments_by_id: dict[str, dict[int, Enrollment]] = {}
        self._section_of_enrollment: dict[int, str] = {}
        self._sections_of: dict[str, list[str]] = {}
        self._last_assignment = 0
        self._last_scale = 0
        self._everywhere = _Everywhere()
        self._remembered: dict[Hashable, Any] = {}
        self.aliases = Aliases()
        self.posting = Posting()

    def add_person(self, person: Person) -> None:
        """Add somebody. Raises Conflict where the id is taken, whichever way it is spelled."""
        _add(self.people, key(person.id), person, "person")
        self._remembered.clear()

    def add_scale(self, scale: Scale) -> None:
        """Add a grading scale. Raises Conflict where its id or its number is taken."""
        if scale.number and scale.number in self._by_number:
            raise Conflict(f"The scale number {scale.number} is taken.")
        _add(self.scales, scale.id, scale, "scale")
        self._number(scale)

    def put_scale(self, scale: Scale) -> None:
        """Add a grading scale, or replace the one of that id and number."""
        self.scales[scale.id] = scale
        self._number(scale)

    def _number(self, scale: Scale) -> None:
        if scale.number:
            self._by_number[scale.number] = scale
            self._last_scale = max(self._last_scale, scale.number)

    def free_scale_number(self) -> int:
        """A number that no scale has or had."""
        return self._last_scale + 1

    def remove_scale(self, scale_id: str) -> None:
        """Take a grading scale away, where there is one; nothing may use it."""
        self._by_number.pop(self.scales.pop(scale_id).number, None)

    def scale_by_number(self, number: int) -> Scale | None:
        """The scale that assignments name by this number, or None."""
        return self._by_number.get(number)

    def add_section(self, section: Section, coursework: Coursework | None = None) -> None:
        """Add a section. Raises Conflict where its id or its SIS code is taken, NotFound for a
        scale that is not there."""
        if section.scale is not None and section.scale not in self.scales:
            raise NotFound(f"There is no scale {section.scale!r}.")
        if section.sis_code and section.sis_code in self._by_code:
            raise Conflict(f"The SIS code {section.sis_code!r} is taken.")
        _add(self.sections, section.id, section, "section")
        if section.sis_code:
            self._by_code[section.sis_code] = section.id
        self._enrollments[section.id] = {}
        self._enrollments_by_id[section.id] = {}
        work = self._coursework[section.id] = coursework or Coursework()
        self._remembered.clear()
        work.tell(partial(self._everywhere.note, section.id))
        self._everywhere.note(section.id, work.grades)

    def enroll(self, section_id: str, enrollment: Enrollment) -> None:
        """Put a person into a section. Raises NotFound, or Conflict where they are in it or the
        enrollment's id is taken."""
        if enrollment.person not in self.people:
            raise NotFound(f"There is no person {enrollment.person!r}.")
        roster = self._enrollments[self.section(section_id).id]
        if not enrollment.id:
            chosen = self._free_enrollment_id(section_id, enrollment.person)
            enrollment = msgspec.structs.replace(enrollment, id=chosen)
        if enrollment.id in self._section_of_enrollment:
            raise Conflict(f"The enrollment id {enrollment.id} is taken.")
        _add(roster, enrollment.person, enrollment, "enrollment")
        self._enrollments_by_id[section_id][enrollment.id] = enrollment
        self._section_of_enrollment[enrollment.id] = section_id
        self._sections_of.setdefault(enrollment.person, []).append(section_id)
        self._remembered.clear()

    def _free_enrollment_id(self, section_id: str, person: str) -> int:
        """An id that depends on who and where alone, so that the order of enrolling shows in
        none."""
        name = f"{section_id}/{person}".encode(errors="surrogatepass")
        candidate = int.from_bytes(blake2b(name, digest_size=6).digest())
        while candidate in self._section_of_enrollment or not candidate:
            candidate += 1
        return candidate

    def coursework(self, section_id: str) -> Coursework:
        """What a section is graded by. Raises NotFound."""
        work = self._coursework.get(section_id)
        return self._coursework[self.section(section_id).id] if work is None else work

    def free_assignment_id(self) -> int:
        """An id that no assignment of any section has or will have."""
        if not self._last_assignment:
            works = self._coursework.values()
            self._last_assignment = max((n for work in works for n in work.assignments), default=0)
        self._last_assignment += 1
        return self._last_assignment

    def enrollments_by_id(self, section_id: str) -> Mapping[int, Enrollment]:
        """A section's enrollments by their ids. Not to be changed."""
        return self._enrollments_by_id[section_id]

    def enrollment_by_id(self, section_id: str, enrollment_id: int) -> Enrollment | None:
        """The enrollment of that id, None where the section has none."""
        return self._enrollments_by_id[section_id].get(enrollment_id)

    def enrollment_of(self, enrollment_id: int) -> tuple[Section, Enrollment] | None:
        """The enrollment of that id, with its section; None where there is none."""
        found = self._section_of_enrollment.get(enrollment_id)
        if found is None:
            return None
        return self.sections[found], self._enrollments_by_id[found][enrollment_id]

    def sections_of(self, person: Identifier) -> list[Section]:
        """The sections somebody is enrolled in, in the order of enrolling."""
        return [self.sections[name] for name in self._sections_of.get(key(person), ())]

    def section(self, section_id: str) -> Section:
        """The section of that id. Raises NotFound."""
        if section_id not in self.sections:
            raise NotFound(f"There is no section {section_id[:200]!r}.")
        return self.sections[section_id]

    def section_by_sis_code(self, code: str) -> Section | None:
        """The section of that SIS code, or None."""
        return self.sections.get(self._by_code.get(code, ""))

    def roster(self, section_id: str) -> dict[str, Enrollment]:
        """A section's enrollments by person key, in the order of enrolling. Not to be changed."""
        return self._enrollments[section_id]

    def scores(self, assignment_id: str) -> dict[str, Score]:
        """An assignment's scores by person key. Not to be changed."""
        return self._scores.get(assignment_id, {})

    def scale_of(self, section: Section) -> Scale | None:
        """The scale of a section's exam, None where any mark will do."""
        return None if section.scale is None else self.scales[section.scale]

    def register(
        self, section_id: str, person: Identifier, mark: str, admin_grade: str, at: float, by: str
    ) -> Score:
        """Register a result on a section's exam, replacing the one that is there.

        Raises NotFound where the section or the enrollment is not there. Whether a result may be
        replaced or a mark is on the scale is the dialect's judgement, made before this.
        """
        return self.register_all(section_id, [(person, mark, admin_grade)], at, by)[0]

    def register_all(
        self, section_id: str, results: Iterable[tuple[Identifier, str, str]], at: float, by: str
    ) -> list[Score]:
        """Register results (person, mark, alternative grade) on a section's exam, all or, where
        one of them raises NotFound, none."""
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
            ids = ((roster[each.person].id, each.counts, each.value) for each in made)
            exam.register(ids, at, by)
        return made

    def put_grades(self, section_id: str, grades: Mapping[Place, Grade]) -> None:
        """Write grades on a section's assignments. One on its exam is registered as a mark too, so
        that every dialect reads what another wrote. Raises NotFound."""
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

    def page(
        self, start: int, limit: int, span: Span | None = None
    ) -> tuple[list[tuple[Section, Grade]], int]:
        """One page of the grades of all sections, and how many there are; by section, assignment
        and enrollment, or by time where a span is given."""
        index = self._everywhere.index
        if index is None:
            index = self._everywhere.index = Index(
                {
                    (name, *place): grade.at
                    for name in sorted(self._coursework)  # what is in order is sorted soon
                    for place, grade in self._coursework[name].grades.items()
                }
            )
        order = BY_TIME if span else BY_PLACE
        found, total = index.page(self._time_of, order, (), span, start, limit)
        grades = [
            (self.sections[name], self._coursework[name].grades[(assignment, enrollment)])
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

    def enrollment(self, section_id: str, person: Identifier) -> Enrollment:
        """A person's enrollment in a section. Raises NotFound."""
        found = self.roster(self.section(section_id).id).get(key(person))
        if found is None:
            raise NotFound(f"{key(person)[:200]!r} is not enrolled in {section_id!r}.")
        return found

    def withdraw(self, section_id: str, person: Identifier, *, back: bool = False) -> None:
        """Withdraw a participant, or take them back. Raises NotFound."""
        found = self.enrollment(section_id, person)
        changed = msgspec.structs.replace(found, state="active" if back else "withdrawn")
        self._enrollments[section_id][found.person] = changed
        self._enrollments_by_id[section_id][found.id] = changed
        self._remembered.clear()

    def remembered(self, what: Hashable, find: Callable[[], T]) -> T:
        """What `find` makes of people, sections and enrollments, found again only once one of them
        was added or changed."""
        if what not in self._remembered:
            self._remembered[what] = find()
        found: T = self._remembered[what]
        return found

    def set_state(self, section_id: str, state: SectionState) -> None:
        """Close a section to further results, or open it again. Raises NotFound."""
        section = self.section(section_id)
        self._remembered.clear()
        self.sections[section_id] = msgspec.structs.replace(section, state=state)

    def snapshot(self) -> dict[str, Any]:
        """Everything, as plain data in a fixed order: equal gradebooks give equal bytes."""
        return {
            "people": [_plain(self.people[name]) for name in sorted(self.people)],
            "scales": [_plain(self.scales[name]) for name in sorted(self.scales)],
            "sections": [self._section_snapshot(name) for name in sorted(self.sections)],
            "aliases": self.aliases.snapshot(),
            "posting": self.posting.snapshot(),
        }

    def _section_snapshot(self, section_id: str) -> dict[str, Any]:
        section, roster = self.sections[section_id], self._enrollments[section_id]
        scores = self.scores(section.exam)
        return {
            **_plain(section),
            "enrollments": [_plain(roster[person]) for person in sorted(roster)],
            "scores": [_plain(scores[person]) for person in sorted(scores)],
            "coursework": self._coursework[section_id].snapshot(),
        }


def _add(table: dict[str, Any], name: str, row: Any, kind: str) -> None:
    if name in table:
        raise Conflict(f"The {kind} {name!r} is there already.")
    table[name] = row


def _plain(row: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(row)
    return plain
