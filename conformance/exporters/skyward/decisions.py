"""What may be sent from a course, and in which form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from conformance.exporters.skyward.model import (
    Course,
    Item,
    ItemPlace,
    LineItem,
    Mark,
    SisBook,
    joined,
)

KINDS = ("assignment", "test", "task")
CHANGED_THERE = "The score was changed in the SIS, which keeps it."


class Decisions:
    """The decisions of a transfer as pure functions. Stateless; a flaw is a subclass."""

    # What may be sent

    def refusal(self, course: Course) -> str:
        """Why nothing of this course may be sent; "" if it may."""
        if not course.integration:
            return "This course was not made by the integration."
        return "" if course.pass_back else "Grade pass-back is off for this course."

    def unfit(self, item: Item) -> str:
        """Why an item may not be sent; "" if it may."""
        if not self.is_of_a_kind(item):
            return "Only assignments, tests and tasks can be sent."
        if not self.is_tagged(item):
            return "Tag the item to a term first."
        return "" if self.is_scored(item) else "Only items on the Score scale can be sent."

    def is_of_a_kind(self, item: Item) -> bool:
        return item.kind in KINDS

    def is_tagged(self, item: Item) -> bool:
        return bool(item.term)

    def is_scored(self, item: Item) -> bool:
        return item.scale == "score"

    def is_ticked(
        self, course: Course, place: ItemPlace, sections: Collection[str], items: Collection[str]
    ) -> bool:
        """Whether a transfer sends this item; without a choice of items and sections it sends
        all."""
        return (
            place.section in course.sections
            and (not sections or place.section in sections)
            and (not items or str(place.item) in items)
        )

    def is_graded(self, mark: Mark) -> bool:
        """Zero is a grade."""
        return mark.score is not None

    # The content of an item

    def problem(self, item: Item, place: ItemPlace, book: SisBook, name: str) -> str:
        """Why an item cannot be sent to this section as it is; "" if it can. The chosen category
        does not matter once the item was sent: it may have been renamed in the SIS."""
        if item.term not in book.last_days:
            return f"The SIS has no term {item.term!r}."
        if self.kept_category(place, book, name):
            return ""
        if not self.chosen(place, book):
            return "Choose a category for this section first."
        return f"The section has no category {place.category!r}."

    def is_pushed(self, place: ItemPlace) -> bool:
        """Whether the item was sent, so that its category can only be changed in the SIS."""
        return place.written is not None

    def chosen(self, place: ItemPlace, book: SisBook) -> str:  # noqa: ARG002
        """The title of the category that the teacher chose."""
        return place.category

    def category(self, place: ItemPlace, book: SisBook) -> str:
        """The sourcedId of the chosen category among those of the section, or ""."""
        return book.categories.get(self.chosen(place, book), "")

    def line_item(self, item: Item, place: ItemPlace, book: SisBook, name: str) -> LineItem:
        """What is sent for an item. An item that the SIS has keeps its category."""
        return LineItem(
            title=item.title,
            category=self.kept_category(place, book, name),
            due=self.due(item, book),
            period=item.term,
            max_points=item.max_points,
        )

    def kept_category(self, place: ItemPlace, book: SisBook, name: str) -> str:
        """The category of the line item: the one that the SIS shows, else the one that it accepted,
        else the teacher's choice, else ""."""
        shown = reference(book.items.get(name, {}), "category")
        accepted = place.written.category if place.written else ""
        return shown or accepted or self.category(place, book)

    def due(self, item: Item, book: SisBook) -> str:
        """The deadline; without one, the last day of the grading period."""
        return item.due or book.last_days[item.term]

    def line_item_name(self, course: Course, place: ItemPlace) -> str:
        """The sourcedId of an item in a section, the same whenever it is sent."""
        return joined(course.id, place.item, place.section)

    def result_name(self, line_item: str, mark: Mark) -> str:
        """The sourcedId of a student's result, the same whenever it is sent."""
        return f"{line_item}:{quote(str(mark.student), safe='')}"

    def line_item_fields(
        self, course: Course, place: ItemPlace, said: LineItem, school: str, now: float
    ) -> dict[str, Any]:
        """The line item as sent."""
        return {
            "sourcedId": self.line_item_name(course, place),
            "status": "active",
            "dateLastModified": moment(now),
            "title": said.title,
            "assignDate": moment(now),
            "dueDate": f"{said.due}T23:59:59.000Z",
            "class": {"sourcedId": place.section},
            "school": {"sourcedId": school},
            "category": {"sourcedId": said.category},
            "gradingPeriod": {"sourcedId": said.period},
            "resultValueMin": 0,
            "resultValueMax": said.max_points,
        }

    def result_fields(self, line_item: str, mark: Mark, now: float) -> dict[str, Any]:
        """The result as sent: the score, and nothing that the SIS calculates or decides."""
        return {
            "sourcedId": self.result_name(line_item, mark),
            "status": "active",
            "dateLastModified": moment(now),
            "lineItem": {"sourcedId": line_item},
            "student": {"sourcedId": str(mark.student)},
            "class": {"sourcedId": mark.section},
            "scoreStatus": "fully graded",
            "score": mark.score,
            "scoreDate": moment(now)[:10],
        }

    # What need not be sent again

    def needs_item(self, place: ItemPlace, said: LineItem) -> bool:
        """Whether the SIS lacks the item as it is now. It does not lack what it accepted but does
        not show yet."""
        known = place.written
        return known is None or replace(known, category=said.category) != said

    def needs_result(self, mark: Mark) -> bool:
        return mark.taken != mark.score

    def compared(self, mark: Mark, held: Mapping[str, float | None]) -> Mark:
        """The mark after a look at the scores that the SIS shows. A score that was never sent was
        entered in the SIS."""
        if str(mark.student) not in held:
            return mark
        shown = held[str(mark.student)]
        if shown not in mark.ours:
            return replace(mark, kept=True)
        if shown == mark.ours[-1]:
            return replace(mark, ours=(shown,), taken=shown)
        return mark


def moment(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def reference(row: Mapping[str, Any], name: str) -> str:
    """The sourcedId of a reference; "" if the row has none."""
    found = row.get(name)
    return str(found.get("sourcedId", "")) if isinstance(found, dict) else ""
