"""A flow as frozen values: the exam, its assessors, its participants, and their export."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from conformance.exporters.kit import register
from conformance.exporters.kit.outcome import ExportState
from conformance.exporters.kit.register import Document

UserId = int | str
Role = Literal["assessor", "co_assessor", "reviewer"]
RunKind = Literal["export", "retry", "instant"]
Change = Literal["participants", "assessors", "distribution"]

LICENCE_ADMINISTRATOR = "licence_administrator"
"""The role of those who may set alternative grades."""


class MarkingStatus(StrEnum):
    """How far the marking of one participant is."""

    NONE = "none"
    CONFLICT = "conflict"
    PARTLY = "partly"
    SUBMITTED = "submitted"


class Assessor(msgspec.Struct, frozen=True):
    """A person who marks or, as a reviewer, approves."""

    id: str
    role: Role
    name: str


class Assessment(msgspec.Struct, frozen=True):
    """One assessor's grade for one participant.

    A "reopened" grade was submitted once. It stays registered but does not count until it is
    submitted again.
    """

    assessor: str
    grade: str
    state: Literal["draft", "submitted", "reopened"]


class SentRow(msgspec.Struct, frozen=True):
    """What is sent for one participant: `mark` is the markers' grade, `admin_grade` the alternative
    grade. Either may be ""."""

    user_id: UserId
    mark: str
    admin_grade: str

    @property
    def key(self) -> str:
        """The participant's key in the register."""
        return key_of(self.user_id)


class Participant(Document, frozen=True):
    """A person who is examined, and the state of the export of their grade.

    `sent` is the last row that the SIS confirmed; `exported_at` is in Unix seconds by the
    exporter's clock.
    """

    user_id: UserId
    given_name: str
    family_name: str
    number: str
    source: Literal["sis", "manual"]
    assessments: tuple[Assessment, ...] = ()
    alternative_grade: str = ""
    approved: bool = False
    handed_in: str = ""
    late: bool = False
    state: ExportState = ExportState.NOT_EXPORTED
    exported_at: float | None = None
    message: str | None = None
    sent: SentRow | None = None

    @property
    def key(self) -> str:
        """The participant's key in the register."""
        return key_of(self.user_id)


class Flow(Document, frozen=True):
    """One exam. The marking period is in Unix seconds; `instant_lost` says that a change turned
    instant export off, and `message` is the latest text on exports for the manager."""

    sis_code: str
    title: str
    marking_start: float
    marking_end: float
    scale: tuple[str, ...]
    sis_sources: tuple[str, ...]
    assessors: tuple[Assessor, ...]
    instant_export: bool = False
    instant_lost: bool = False
    synchronised: bool = False
    grades_shown: bool = False
    message: str = ""

    @property
    def key(self) -> str:
        """The flow's key in the register."""
        return self.sis_code

    def ids(self, *roles: Role) -> frozenset[str]:
        """The ids of those who have one of these roles."""
        return frozenset(each.id for each in self.assessors if each.role in roles)


class Notice(Document, frozen=True):
    """A message to an assessor."""

    assessor: str
    participant: UserId
    text: str


class Run(register.Run, frozen=True):
    """One export with exactly the rows that it sends."""

    kind: RunKind
    rows: tuple[SentRow, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(row.key for row in self.rows)


def key_of(user_id: UserId) -> str:
    """1001 and "1001" are one person: no SIS distinguishes people by JSON type."""
    return str(user_id)
