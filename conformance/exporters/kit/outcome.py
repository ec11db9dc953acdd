"""What becomes of an export, and how an exporter refuses: the terms that all dialects share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class NotAllowed(Exception):
    """A person's request was refused; the text tells that person why."""


class Unreadable(Exception):
    """An answer does not say what happened to the grades; the text says why."""


class ExportState(IntEnum):
    """The state of one grade's export, by the numbers the field uses."""

    NOT_EXPORTED = 0
    QUEUED = 1
    EXPORTED = 2
    FAILED = 3


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one grade that was sent, and the text to show beside it."""

    state: ExportState
    message: str | None = None


def unknown(reason: str) -> str:
    """The text for a grade whose outcome this side cannot know."""
    return (
        f"The outcome is unknown: {reason}. The SIS may or may not have registered the grade;"
        " check there before you retry."
    )
