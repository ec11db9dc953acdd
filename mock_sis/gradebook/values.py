"""The rows of a gradebook: people, scales, sections, enrollments, scores."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from mock_sis.formats.numbers import decimal, digits

Identifier = int | str
"""An id as the SIS writes it. 1001 and "1001" are the same person; see `key`."""

SectionState = Literal["open", "closed"]
EnrollmentState = Literal["active", "withdrawn"]
Role = Literal["student", "teacher"]


def key(identifier: Identifier) -> str:
    """The text under which an id is stored: the same for 1001 and "1001"."""
    return str(identifier)


class Person(msgspec.Struct, frozen=True, gc=False):
    """A person that the SIS knows."""

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


class ScaleLevel(msgspec.Struct, frozen=True):
    """One mark of a scale and its value."""

    mark: str
    value: float


class Range(msgspec.Struct, frozen=True):
    """The bounds of a numeric scale, both included."""

    min: float
    max: float

    def holds(self, number: float, text: str) -> bool:
        """Whether the decimal `text`, whose nearest double is `number`, is within the bounds."""
        if self.min < number < self.max:
            return True
        # A decimal just outside rounds to the bound, and only there.
        return number in (self.min, self.max) and (
            Decimal(digits(self.min)) <= Decimal(text) <= Decimal(digits(self.max))
        )


class Scale(msgspec.Struct, frozen=True):
    """The marks that an assignment may be given: named levels, a numeric range, or both.

    `number` is the id that assignments refer to, 0 if they cannot refer to the scale. `type` is
    the vendor's type, `kind` the type that a client gave it. `section` is the only section that may
    use the scale, "" if all may.
    """

    id: str
    title: str
    levels: tuple[ScaleLevel, ...] = ()
    range: Range | None = None
    number: int = 0
    type: int = 0
    kind: str = ""
    section: str = ""

    def mark(self, value: float) -> str | None:
        """The mark with exactly this value, if any."""
        return next((level.mark for level in self.levels if level.value == value), None)

    def value(self, mark: str) -> float | None:
        """The value of a mark; None if the mark is not on the scale."""
        for level in self.levels:
            if level.mark == mark:
                return level.value
        if self.range is None:
            return None
        number = decimal(mark)
        return number if number is not None and self.range.holds(number, mark) else None


class Dates(msgspec.Struct, frozen=True):
    """A period of time, both ends as RFC 3339 text."""

    start: str = ""
    end: str = ""


class Flow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an exam system reads about a section that is examined as a flow."""

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
    """A class that is taught or examined.

    `scale` is the id of its exam's scale, None if every mark is allowed. `exam_assignment` is the
    id of the assignment that shows the exam's marks, 0 if none does (see coursework/exam.py).
    `integration`: an integration created the section; `pass_back`: it may write grades back.
    """

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
        """The id of the exam that a flow's marks are registered on."""
        return f"{self.id}/exam"


class Enrollment(msgspec.Struct, frozen=True, gc=False):
    """A person in a section. `id` is unique in the gradebook, which replaces 0 by a free id."""

    person: str
    state: EnrollmentState = "active"
    unique_exam_id: str = ""
    id: int = 0
    role: Role = "student"


class Score(msgspec.Struct, frozen=True, gc=False):
    """A registered result.

    `mark` is the markers' grade and `admin_grade` the alternative grade, "" if absent. `value` is
    the value on the scale of the one that counts, None without a scale. `at` is the Unix time and
    `by` the operation of the registration.
    """

    person: str
    mark: str
    admin_grade: str
    value: float | None
    at: float
    by: str

    @property
    def counts(self) -> str:
        """The grade that counts: the alternative grade if present, otherwise the mark."""
        return self.admin_grade or self.mark
