"""The domain behind every dialect: people, sections, enrollments, scales, assignments, scores.

A WISEflow flow, a OneRoster class and a Schoology section are the same Section seen through three
dialects. The Gradebook alone changes; what it holds are frozen rows. Every change carries its time
and its author, and nothing here reads a clock: replaying the same changes gives the same snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any, Literal

import msgspec

from mock_sis.aliases import Aliases
from mock_sis.coursework import Coursework, Exam, Grade, exam_of
from mock_sis.decimals import decimal
from mock_sis.errors import Conflict, NotFound
from mock_sis.posting import Posting

Identifier = int | str
"""An id as the SIS spells it. 1001 and "1001" are the same person; see `key`."""

SectionState = Literal["open", "closed"]
EnrollmentState = Literal["active", "withdrawn"]
Role = Literal["student", "teacher"]


def key(identifier: Identifier) -> str:
    """The text under which an id is looked up, whichever way it was spelled."""
    return str(identifier)


class Person(msgspec.Struct, frozen=True, gc=False):
    """Somebody the SIS knows."""

    id: Identifier
    given_name: str
    family_name: str
    number: str = ""
    organisation_id: str = ""

    @property
    def name(self) -> str:
        """The display name."""
        return f"{self.given_name} {self.family_name}".strip()


class Level(msgspec.Struct, frozen=True):
    """One mark of a scale and the number it is worth."""

    mark: str
    value: float


class Range(msgspec.Struct, frozen=True):
    """The bounds of a numeric scale, both included."""

    min: float
    max: float


class Scale(msgspec.Struct, frozen=True):
    """The marks an assignment may be given: named levels, a numeric range, or both. `number` is
    the id under which assignments name it, 0 where they cannot; `type` is the vendor's kind, `kind`
    a client's word for it; `section` is the one that it was made for, "" for all."""

    id: str
    title: str
    levels: tuple[Level, ...] = ()
    range: Range | None = None
    number: int = 0
    type: int = 0
    kind: str = ""
    section: str = ""

    def mark(self, value: float) -> str | None:
        """The mark worth exactly this, or None."""
        return next((level.mark for level in self.levels if level.value == value), None)

    def value(self, mark: str) -> float | None:
        """What a mark is worth, or None where the scale does not define it."""
        for level in self.levels:
            if level.mark == mark:
                return level.value
        if self.range is None:
            return None
        number = decimal(mark)
        if number is None or not self.range.min <= number <= self.range.max:
            return None
        return number


class Dates(msgspec.Struct, frozen=True):
    """A period, both ends as RFC 3339 text."""

    start: str = ""
    end: str = ""


class Flow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an exam system learns of a section that is examined as a flow."""

    exam_id: str = ""
    subtitle: str = ""
    term: str = ""
    exam_type: str = ""
    code: str = ""
    module: str = ""
    room: str = ""
    ects: float = 0
    participation: Dates = Dates()
    marking: Dates = Dates()


class Section(msgspec.Struct, frozen=True):
    """A class that is taught or examined. `scale` names the scale of its exam, None any mark;
    `exam_assignment` is the assignment its exam marks show up on, 0 for none; `integration` says
    that it was made by an integration, `pass_back` that this may write grades back."""

    id: str
    title: str
    sis_code: str = ""
    scale: str | None = None
    state: SectionState = "open"
    flow: Flow = Flow()
    course_title: str = ""
    exam_assignment: int = 0
    integration: bool = False
    pass_back: bool = False

    @property
    def exam(self) -> str:
        """The id of the assignment that a flow's marks are registered on."""
        return f"{self.id}/exam"


class Enrollment(msgspec.Struct, frozen=True, gc=False):
    """A person in a section. `id` is unique; 0 lets the gradebook choose one."""

    person: str
    state: EnrollmentState = "active"
    unique_exam_id: str = ""
    id: int = 0
    role: Role = "student"


class Score(msgspec.Struct, frozen=True, gc=False):
    """A registered result.

    `mark` is the markers' grade and `admin_grade` the alternative one, "" where absent; `value` is
    what the one that counts is worth on the scale, None without a scale. `at` is Unix seconds and
    `by` the operation that registered it.
    """

    person: str
    mark: str
    admin_grade: str
    value: float | None
    at: float
    by: str

    @property
    def counts(self) -> str:
        """The grade that counts: the alternative one where there is one."""
        return self.admin_grade or self.mark


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
        self._by_enrollment: dict[int, tuple[str, str]] = {}
        self._sections_of: dict[str, list[str]] = {}
        self._last_assignment = 0
        self.aliases = Aliases()
        self.posting = Posting()

    def add_person(self, person: Person) -> None:
        """Add somebody. Raises Conflict where the id is taken, whichever way it is spelled."""
        _add(self.people, key(person.id), person, "person")

    def add_scale(self, scale: Scale) -> None:
        """Add a grading scale. Raises Conflict where its id or its number is taken."""
        if scale.number and scale.number in self._by_number:
            raise Conflict(f"The scale number {scale.number} is taken.")
        _add(self.scales, scale.id, scale, "scale")
        if scale.number:
            self._by_number[scale.number] = scale

    def put_scale(self, scale: Scale) -> None:
        """Add a grading scale, or replace the one of that id and number."""
        self.scales[scale.id] = scale
        if scale.number:
            self._by_number[scale.number] = scale

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
        self._coursework[section.id] = coursework or Coursework()

    def enroll(self, section_id: str, enrollment: Enrollment) -> None:
        """Put a person into a section. Raises NotFound, or Conflict where they are in it or the
        enrollment's id is taken."""
        if enrollment.person not in self.people:
            raise NotFound(f"There is no person {enrollment.person!r}.")
        roster = self._enrollments[self.section(section_id).id]
        if not enrollment.id:
            chosen = self._free_enrollment_id(section_id, enrollment.person)
            enrollment = msgspec.structs.replace(enrollment, id=chosen)
        if enrollment.id in self._by_enrollment:
            raise Conflict(f"The enrollment id {enrollment.id} is taken.")
        _add(roster, enrollment.person, enrollment, "enrollment")
        self._by_enrollment[enrollment.id] = (section_id, enrollment.person)
        self._sections_of.setdefault(enrollment.person, []).append(section_id)

    def _free_enrollment_id(self, section_id: str, person: str) -> int:
        """An id that depends on who and where alone, so that the order of enrolling shows in
        none."""
        name = f"{section_id}/{person}".encode(errors="surrogatepass")
        candidate = int.from_bytes(blake2b(name, digest_size=6).digest())
        while candidate in self._by_enrollment or not candidate:
            candidate += 1
        return candidate

    def coursework(self, section_id: str) -> Coursework:
        """What a section is graded by. Raises NotFound."""
        return self._coursework[self.section(section_id).id]

    def free_assignment_id(self) -> int:
        """An id that no assignment of any section has or will have."""
        if not self._last_assignment:
            works = self._coursework.values()
            self._last_assignment = max((n for work in works for n in work.assignments), default=0)
        self._last_assignment += 1
        return self._last_assignment

    def enrollment_by_id(self, section_id: str, enrollment_id: int) -> Enrollment | None:
        """The enrollment of that id, None where the section has none."""
        found = self.enrollment_of(enrollment_id)
        return found[1] if found and found[0].id == section_id else None

    def enrollment_of(self, enrollment_id: int) -> tuple[Section, Enrollment] | None:
        """The enrollment of that id, with its section; None where there is none."""
        section, person = self._by_enrollment.get(enrollment_id, ("", ""))
        return (self.sections[section], self._enrollments[section][person]) if section else None

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

    def put_grades(self, section_id: str, grades: Sequence[Grade]) -> None:
        """Write grades on a section's assignments. One on its exam is registered as a mark too, so
        that every dialect reads what another wrote. Raises NotFound."""
        section = self.section(section_id)
        self._coursework[section.id].put_grades(grades)
        if not (exam := self._exam(section)):
            return
        scores = self._scores.setdefault(section.exam, {})
        for grade in (each for each in grades if each.assignment == exam.item.id):
            person, points = self._by_enrollment[grade.enrollment][1], grade.grade
            before = scores.get(person)
            if points is None:
                scores.pop(person, None)
            elif before is None or exam.points(before.counts, before.value) != points:
                mark, value = exam.mark(points), exam.value(points)
                scores[person] = Score(person, mark, "", value, grade.at, grade.by)

    def _exam(self, section: Section) -> Exam | None:
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
        state: EnrollmentState = "active" if back else "withdrawn"
        self._enrollments[section_id][found.person] = msgspec.structs.replace(found, state=state)

    def set_state(self, section_id: str, state: SectionState) -> None:
        """Close a section to further results, or open it again. Raises NotFound."""
        section = self.section(section_id)
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
