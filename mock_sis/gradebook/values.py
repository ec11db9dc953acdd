"""The rows of a gradebook: people, scales, sections, enrollments, scores."""

from __future__ import annotations

from typing import Literal

import msgspec

from mock_sis.formats.numbers import decimal

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
    username: str = ""
    email: str = ""

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
