"""A course's gradebook as frozen values: its items, and what became of them in the SIS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from conformance.exporters.kit import register
from conformance.exporters.kit.outcome import ExportState
from conformance.exporters.kit.register import Document

Id = int | str
RunKind = Literal["transfer", "retry"]


def joined(*parts: Id) -> str:
    """One name for several; no others give the same."""
    return ":".join(quote(str(each), safe="") for each in parts)


class Item(msgspec.Struct, frozen=True):
    """What students are graded on. `term` and `due` (a day) are "" where there is none."""

    id: Id
    title: str
    kind: str
    scale: str
    term: str
    due: str
    max_points: float
    sections: tuple[str, ...]


class Course(Document, frozen=True):
    """One course and the classes of the SIS that it was made of. `students` pairs each with their
    class."""

    id: str
    title: str
    integration: bool
    pass_back: bool
    sections: tuple[str, ...]
    items: tuple[Item, ...]
    students: tuple[tuple[Id, str], ...]

    @property
    def key(self) -> str:
        """The course's key in the register."""
        return self.id

    def item(self, wanted: Id) -> Item | None:
        """None where the course has no such item."""
        return next((each for each in self.items if str(each.id) == str(wanted)), None)

    def section_of(self, student: Id) -> str | None:
        """The class that somebody is in; None where they are in none."""
        return next((place for who, place in self.students if str(who) == str(student)), None)


class LineItem(msgspec.Struct, frozen=True):
    """What the SIS is told of an item. `category` is the sourcedId, `due` a day."""

    title: str
    category: str
    due: str
    period: str
    max_points: float


class ItemPlace(Document, frozen=True):
    """An item in one section. `category` is as the teacher chose it, by its title; `written` what
    the SIS accepted; `seen` is whether the SIS has shown it."""

    item: Id
    section: str
    category: str = ""
    state: ExportState = ExportState.NOT_EXPORTED
    message: str | None = None
    written: LineItem | None = None
    seen: bool = False

    @property
    def key(self) -> str:
        """The place's key in the register."""
        return joined(self.item, self.section)


class Mark(Document, frozen=True):
    """A student's score on an item; None is ungraded.

    `taken` is what the SIS accepted last; `ours` all scores that it may show because we sent them,
    the newest last; `kept` says that the score was changed there, and is the SIS's from then on.
    """

    item: Id
    student: Id
    section: str
    score: float | None
    late: bool = False
    state: ExportState = ExportState.NOT_EXPORTED
    message: str | None = None
    taken: float | None = None
    ours: tuple[float, ...] = ()
    kept: bool = False

    @property
    def key(self) -> str:
        """The mark's key in the register."""
        return joined(self.item, self.student)


class Run(register.Run, frozen=True):
    """One transfer under way or done: the keys of the places that it is about. A retry is a
    transfer of what failed there, and of nothing else."""

    kind: RunKind
    places: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return self.places


@dataclass(frozen=True, slots=True)
class SisBook:
    """What the SIS has in one class: the sourcedId of its school and, by title, of its categories,
    the last day of each grading period, and its line items by sourcedId."""

    school: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)
    last_days: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
