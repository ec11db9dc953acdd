"""The state of one row during the fold, and what the SIS held of it at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from conformance.model.evidence import Evidence
from conformance.schoology.evidence.content import Content, GradeKey, grade_in_words, key_in_words
from conformance.schoology.evidence.held import content_of, contents, key_of
from conformance.schoology.evidence.wire import RowAnswer
from conformance.schoology.ledger.due import NOTHING, agrees, in_a_sis, sendable, takes_back


class Fate(Enum):
    """What the exporter can know of the last request with a row."""

    NEVER = "it was never sent"
    CONFIRMED = "the SIS confirmed it"
    REFUSED = "the SIS refused it"
    FAILED = "the SIS refused the request"
    PUT_OFF = "the SIS answered 429"
    UNKNOWN = "no readable answer arrived"


DOUBTS = (Fate.FAILED, Fate.PUT_OFF, Fate.UNKNOWN)
"""After these the exporter has to find out or to try again."""

LOST_BY = {Fate.PUT_OFF: "SC-RATE", Fate.UNKNOWN: "SC-LOST-REPLY", Fate.FAILED: "SC-LOST-REPLY"}
"""The rule that a row breaks if it is lost after this fate."""

Owed = Literal["", "may", "must"]
"""Whether the latest press asks for the row: not at all, or it may or must be sent."""


@dataclass(slots=True)
class Row:
    """A grade or final comment during the fold.

    `entered` is its content in the gradebook. `allowed` are the contents that may be sent now: what
    is due, and while work of an earlier press goes on, what was due then. `model` is what the SIS
    has confirmed. `reach` is what the SIS holds if the last request since the press arrived,
    `number` is that request, and `first` says that the SIS had confirmed nothing of the row before
    it. `since` is the first request that carried what is due. `doubt` is the last fate that left
    the exporter in doubt. `ours` says whether a request ever carried something for the row, so that
    the SIS may hold it because of the exporter. `missed` says that a press asked for the row and
    that it was not sent, because something else went wrong. `withheld` says that the exporter
    finished without sending it, which is right for a comment that XML cannot carry if the exporter
    says so. `pressed` says whether a press of export followed the last edit, and `again` whether a
    press followed the last doubt. `rule` is what is broken if the latest press sends nothing of the
    row.
    """

    key: GradeKey
    entered: Content
    letters: Sequence[str] = ()
    final: bool = False
    allowed: list[Content] = field(default_factory=list)
    model: Content = NOTHING
    reach: Content | None = None
    fate: Fate = Fate.NEVER
    answer: RowAnswer | None = None
    number: int = 0
    first: bool = False
    since: int = 0
    owed: Owed = ""
    ours: bool = False
    missed: bool = False
    pressed: bool = False
    again: bool = False
    doubt: Fate | None = None
    rule: str = "SC-COMPLETE"
    withheld: bool = False

    @property
    def due(self) -> Content:
        """The content that the SIS should hold."""
        return in_a_sis(self.entered)

    @property
    def name(self) -> str:
        """The row in words."""
        return key_in_words(self.key)

    @property
    def sendable(self) -> bool:
        """Whether the SIS can take what is due."""
        return sendable(self.due, self.letters)

    @property
    def arrives(self) -> bool:
        """Whether the SIS has confirmed what is due, or was sent it since the press."""
        return self.due in (self.model, self.reach)

    @property
    def lost_by(self) -> str:
        """The rule that is broken if nothing more is sent. Only a row that was not sent since the
        press is lost by its fate; of the others a part is missing."""
        if self.reach is None and self.fate in LOST_BY:
            return LOST_BY[self.fate]
        held = self.reach or self.model
        if takes_back(self.due, held):
            return "SC-TAKEN-BACK"
        if held.visible and not self.due.visible:
            return "SC-FINAL-HIDDEN" if self.final else "SC-COMMENT-HIDDEN"
        return "SC-ZERO" if self.due.grade == 0 != held.grade else "SC-COMPLETE"


class Record:
    """What the SIS held, by the changes of each exchange and the gradebook at the end."""

    def __init__(self, evidence: Evidence) -> None:
        self._final = contents(evidence.gradebook)
        self._changes: dict[GradeKey, list[tuple[int, Content | None]]] = {}
        for each in evidence.held:
            change = each.number, content_of(each.value)
            self._changes.setdefault(key_of(each.key), []).append(change)

    def at(self, key: GradeKey, number: int) -> Content | None:
        """What it held after this exchange; None for nothing. Before the first change of a row,
        nothing is known of it, so it counts as nothing."""
        changes = self._changes.get(key)
        if changes is None:
            return self._final.get(key)
        return next((held for n, held in reversed(changes) if n <= number), None)

    def keys(self) -> set[GradeKey]:
        """The rows that it ever held."""
        return {*self._final, *self._changes}

    def since(self, key: GradeKey, first: int, last: int) -> list[Content | None]:
        """All that it held from one exchange until another."""
        changes = self._changes.get(key, [])
        later = [held for n, held in changes if first < n <= last]
        return [self.at(key, first), *later]

    def settled(self, key: GradeKey, number: int) -> bool:
        """Whether the record of a row at this exchange is known."""
        changes = self._changes.get(key)
        return changes is None or changes[0][0] <= number

    def cleared(self, key: GradeKey, number: int) -> bool:
        """Whether this exchange removed the grade of a row."""
        changes = self._changes.get(key, [])
        return any(n == number and (held or NOTHING).grade is None for n, held in changes)

    def holds(self, row: Row, number: int) -> bool:
        """Whether it held what is due. A letter in place of another letter counts only if the row
        changed since it was first sent, because the SIS shows a number for either."""
        if not agrees(row.due, self.at(row.key, number)):
            return False
        letters = isinstance(row.due.grade, str) and isinstance(row.model.grade, str)
        if not letters or row.due.grade == row.model.grade:
            return True
        return any(row.since <= n <= number for n, _ in self._changes.get(row.key, []))


def in_words(content: Content | None) -> str:
    """A content in words, for messages."""
    if content is None or content == NOTHING:
        return "nothing"
    grade = "" if content.grade is None else f"the grade {grade_in_words(content.grade)}"
    exception = f"the exception {content.exception}" if content.exception else ""
    shown = "visible" if content.visible else "hidden"
    comment = f"the {shown} comment {content.comment!r}" if content.comment else ""
    return " and ".join(part for part in (grade, exception, comment) if part)
