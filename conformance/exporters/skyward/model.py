"""A course's gradebook as frozen values: the items, the scores, and their transfer."""

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
    """One name from several parts. Other parts never give the same name."""
    return ":".join(quote(str(each), safe="") for each in parts)


class Item(msgspec.Struct, frozen=True):
    """What students are graded on. `term` and `due` (a day) may be ""."""

    id: Id
    title: str
    kind: str
    scale: str
    term: str
    due: str
    max_points: float
    sections: tuple[str, ...]


class Course(Document, frozen=True):
    """One course, made of classes of the SIS (its sections). `students` pairs each student with a
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
        """None if the course has no such item."""
        return next((each for each in self.items if str(each.id) == str(wanted)), None)

    def section_of(self, student: Id) -> str | None:
        """The class of a student; None if the course has no such student."""
        return next((section for who, section in self.students if str(who) == str(student)), None)


class LineItem(msgspec.Struct, frozen=True):
    """What is sent for an item. `category` is the sourcedId, `due` a day."""

    title: str
    category: str
    due: str
    period: str
    max_points: float


class ItemPlace(Document, frozen=True):
    """An item in one section. `category` is the title that the teacher chose, `written` what the
    SIS accepted last, and `seen` whether the SIS has shown the line item."""

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

    `taken` is the score that the SIS accepted last. `ours` are all scores that it may show because
    we sent them, newest last. `kept` says that the score was changed in the SIS, which keeps it.
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
    """One transfer, with the keys of the items that it sends. A retry sends only what failed."""

    kind: RunKind
    places: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return self.places


@dataclass(frozen=True, slots=True)
class SisBook:
    """What the SIS has in one class: the sourcedId of the school, the sourcedIds of the categories
    by title, the last day of each grading period, and the line items by sourcedId."""

    school: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)
    last_days: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
