"""What each row of a course is worth now, and whether the documents let it be sent at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from difflib import get_close_matches
from html import unescape
from typing import Any

from conformance.skyward.evidence.record import KINDS, item_in_words, score_in_words
from mock_sis.clock import day

Row = tuple[str, ...]
"""An item in a section, (item, section), or a score, (item, section, student)."""

ALIKE = 0.6
"""How similar a title that no item has must be to that of an item to be taken for it."""


def item_of(row: Row) -> Row:
    """The row of the item that a row is about."""
    return row[:2]


def in_words(row: Row) -> str:
    """A row in the words of reports."""
    return item_in_words((row[0], row[1])) if len(row) == 2 else score_in_words((row[0], row[2]))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field of a line item that is not as entered, and the rule that it breaks."""

    rule: str
    name: str
    said: Any
    due: Any


@dataclass
class Course:
    """A course as its teacher sees it at one moment of a fold.

    `scores` are by row; None is ungraded. `chosen` maps an item in a section to the title of the
    category that was chosen for it, and `options` has the sourcedIds of such categories then.
    `edits` counts the edits of a score. `cleared` are the scores that were removed after there was
    one. `zone` is the time zone of the SIS, in which due dates have their days.
    """

    about: Mapping[str, Any] = field(default_factory=dict)
    items: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    section_of: dict[str, str] = field(default_factory=dict)
    scores: dict[Row, float | None] = field(default_factory=dict)
    chosen: dict[Row, str] = field(default_factory=dict)
    options: dict[Row, set[str]] = field(default_factory=dict)
    edits: dict[Row, int] = field(default_factory=dict)
    cleared: set[Row] = field(default_factory=set)
    zone: tzinfo = UTC

    def load(self, course: Mapping[str, Any]) -> None:
        """The course is loaded."""
        self.about = course
        self.items = {str(each["id"]): each for each in course["items"]}
        self.section_of = {str(each["user_id"]): each["section"] for each in course["students"]}
        for each in course["scores"]:
            self.scores[self.score_row(str(each["item"]), str(each["student"]))] = each["score"]

    def act(self, action: str, fields: Mapping[str, Any]) -> None:
        """The teacher does something that the product accepts."""
        if action == "choose_category":
            self.chosen[str(fields["item"]), fields["section"]] = fields["category"]
        if action == "edit_score":
            row = self.score_row(str(fields["item"]), str(fields["student"]))
            before, self.scores[row] = self.scores.get(row), fields["score"]
            self.edits[row] = self.edits.get(row, 0) + 1
            self.cleared.discard(row)
            if fields["score"] is None and before is not None:
                self.cleared.add(row)

    def score_row(self, item: str, student: str) -> Row:
        """The row of a student's score; the section is "" for a stranger."""
        return (item, self.section_of.get(student, ""), student)

    def item_rows(self) -> Iterator[Row]:
        """Each item in each section that has it."""
        return ((name, where) for name, each in self.items.items() for where in each["sections"])

    def scores_on(self, item: Row) -> Iterator[Row]:
        """The scores on an item in a section, ungraded ones included."""
        return (row for row in self.scores if item_of(row) == item)

    def forbidden(self, row: Row) -> tuple[str, str] | None:
        """The rule against sending a row at all, and its reason in words; None if it may be sent.

        Sources: introduction, limitations 1 and 3, and step 3 (only sections that have the item).
        """
        item = self.items[row[0]]
        if not self.about["integration"]:
            return "SK-COURSE", "although the course was created by hand"
        if not self.about["pass_back"]:
            return "SK-COURSE", "although pass-back is off"
        if item["kind"] not in KINDS:
            kinds = ", ".join(KINDS)
            return "SK-KIND", f"whose kind is {item['kind']!r}; expected one of {kinds}"
        if item["term"] is None:
            return "SK-TERM", "which has no term"
        if item["scale"] != "score":
            return "SK-SCALE", f"which uses the {item['scale']} scale"
        if row[1] not in item["sections"]:
            return "SK-SECTIONS", "which does not have the item"
        return None

    def item_titled(self, title: Any, section: str, sent: Mapping[str, Any]) -> str:
        """The id of the item that a line item is about; "" if no item is like it.

        Of several items of that title it is one that the section has, with most of the same fields.
        """
        titles = {each["title"] for each in self.items.values()}
        readable = unescape(str(title))
        near = [title] if title in titles else get_close_matches(readable, titles, 1, ALIKE)
        found = [name for name, each in self.items.items() if each["title"] in near]

        def fits(name: str) -> tuple[bool, int]:
            item = self.items[name]
            same = (
                item["max_points"] == sent.get("resultValueMax"),
                item["due"] == self.due_day(sent),
            )
            return section in item["sections"], sum(same)

        return max(found, key=fits, default="")

    def wrong_fields(self, item: str, sent: Mapping[str, Any]) -> Iterator[Wrong]:
        """The fields of a line item that are not as entered. Missing ones are left to SK-ITEM, but
        for the due date of an item without one, which is the last day of its grading period."""
        about, most = self.items[item], sent.get("resultValueMax")
        if sent.get("title") != about["title"]:
            yield Wrong("SK-VALUE", "title", sent.get("title"), about["title"])
        if most is not None and not same_number(most, about["max_points"]):
            yield Wrong("SK-VALUE", "resultValueMax", most, about["max_points"])
        due, last = self.due_day(sent), self.last_day(item)
        if about["due"] and due and due != about["due"]:
            yield Wrong("SK-VALUE", "due date", due, about["due"])
        if not about["due"] and last and due != last:
            yield Wrong("SK-DUE-DEFAULT", "due date", due, last)

    def due_day(self, sent: Mapping[str, Any]) -> str:
        """The day of a due date in the SIS; the due date as sent if it is no date."""
        given = str(sent.get("dueDate") or "")
        return day(given, self.zone) or given

    def last_day(self, item: str) -> str:
        """The last day of an item's term; "" without a term."""
        ends = {each["id"]: str(each["end"]) for each in self.about["terms"]}
        return ends.get(self.items[item]["term"], "")


def same_number(sent: Any, due: Any) -> bool:
    """Whether a value is this number as JSON carries numbers: the text "44" is not 44."""
    return isinstance(sent, int | float) and not isinstance(sent, bool) and sent == due


def score_said(sent: Mapping[str, Any]) -> Any:
    """What a result says of the work: a score, a text, an exemption, a flag; None for nothing."""
    for name in ("score", "textScore"):
        if sent.get(name) not in (None, ""):
            return sent[name]
    if sent.get("scoreStatus") == "exempt":
        return "exempt"
    flags = [name for name in ("missing", "incomplete") if str(sent.get(name)) == "true"]
    return flags[0] if flags else None


def is_score(sent: Mapping[str, Any], allowed: Collection[Any]) -> bool:
    """Whether a result carries one of these scores, and nothing that takes its place."""
    if sent.get("textScore") or sent.get("scoreStatus") == "exempt":
        return False
    return any(same_number(sent.get("score"), due) for due in allowed)
