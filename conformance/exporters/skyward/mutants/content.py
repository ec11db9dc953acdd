"""Exporters of a course that send wrong facts about an item, or leave some out."""

from __future__ import annotations

import html
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace as replaced
from typing import Any

from msgspec.structs import replace

from conformance.exporters.skyward.client import GRADEBOOK
from conformance.exporters.skyward.decisions import Decisions
from conformance.exporters.skyward.model import (
    Course,
    Item,
    ItemPlace,
    LineItem,
    Mark,
    RunKind,
    SisBook,
    joined,
)
from conformance.exporters.skyward.mutants.flawed import flawed
from conformance.exporters.skyward.transfers import FAILURES, Transfers

Fields = dict[str, Any]

# Id, section, title, due date, category, maximum of points


class SharesAnId(Decisions):
    def line_item_name(self, course: Course, place: ItemPlace) -> str:
        return joined(course.id, place.item)


class NamesTheCourse(Decisions):
    def line_item_fields(
        self, course: Course, place: ItemPlace, said: LineItem, school: str, now: float
    ) -> Fields:
        fields = super().line_item_fields(course, place, said, school, now)
        return {**fields, "class": {"sourcedId": course.id}}


class EscapesTitles(Decisions):
    def line_item(self, item: Item, place: ItemPlace, book: SisBook, name: str) -> LineItem:
        said = super().line_item(item, place, book, name)
        return replace(said, title=html.escape(said.title))


class LeavesOutDueDates(Decisions):
    left_out = "dueDate"

    def line_item_fields(
        self, course: Course, place: ItemPlace, said: LineItem, school: str, now: float
    ) -> Fields:
        fields = super().line_item_fields(course, place, said, school, now)
        return {name: value for name, value in fields.items() if name != self.left_out}


class LeavesOutMostPoints(LeavesOutDueDates):
    left_out = "resultValueMax"


class LeavesOutCategories(LeavesOutDueDates):
    left_out = "category"


class ForgetsDeadlines(Decisions):
    def due(self, item: Item, book: SisBook) -> str:
        return book.last_days[item.term]


# The category


class ChoosesACategory(Decisions):
    def chosen(self, place: ItemPlace, book: SisBook) -> str:
        return place.category or next(iter(book.categories))


class NumbersCategories(Decisions):
    """Assumes that categories are numbered alike in all sections."""

    def category(self, place: ItemPlace, book: SisBook) -> str:
        found = super().category(place, book)
        return found and f"cat-{place.section}-1"


class ReadsAllCategories(Transfers):
    """Uses the categories of other sections too."""

    async def look(self, section: str) -> SisBook:
        book = await super().look(section)
        found = await self.client.listed(f"{GRADEBOOK}/categories", "categories")
        everywhere = {str(each["title"]): str(each["sourcedId"]) for each in found}
        return replaced(book, categories={**everywhere, **book.categories})


class MovesToTheNextCategory(Decisions):
    def line_item(self, item: Item, place: ItemPlace, book: SisBook, name: str) -> LineItem:
        said = super().line_item(item, place, book, name)
        if place.written is None:
            return said
        others = [each for each in book.categories.values() if each != place.written.category]
        return replace(said, category=others[0])

    def needs_item(self, place: ItemPlace, said: LineItem) -> bool:
        return place.written != said


class ObeysASecondChoice(Decisions):
    def is_pushed(self, place: ItemPlace) -> bool:  # noqa: ARG002
        return False

    def kept_category(self, place: ItemPlace, book: SisBook, name: str) -> str:  # noqa: ARG002
        return self.category(place, book)

    def needs_item(self, place: ItemPlace, said: LineItem) -> bool:
        return place.written != said


# Without a due date


class IsDueOnTheDayItIsSent(Decisions):
    def due(self, item: Item, book: SisBook) -> str:  # noqa: ARG002
        return item.due

    def line_item_fields(
        self, course: Course, place: ItemPlace, said: LineItem, school: str, now: float
    ) -> Fields:
        fields = super().line_item_fields(course, place, said, school, now)
        return fields if said.due else {**fields, "dueDate": fields["assignDate"]}


class IsDueAtTheEndOfTheYear(Decisions):
    def due(self, item: Item, book: SisBook) -> str:
        return item.due or max(book.last_days.values())


# What the SIS calculates


class SendsWeights(Decisions):
    def line_item_fields(
        self, course: Course, place: ItemPlace, said: LineItem, school: str, now: float
    ) -> Fields:
        fields = super().line_item_fields(course, place, said, school, now)
        return {**fields, "metadata": {"weight": 0.25}}


class WeightsCategories(Transfers):
    async def look(self, section: str) -> SisBook:
        book = await super().look(section)
        for title, name in book.categories.items():
            fields = {"sourcedId": name, "title": title, "weight": 50}
            with suppress(*FAILURES):
                await self.client.put("categories", name, "category", fields)
        return book


class SendsTotals(Transfers):
    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.totalled: set[str] = set()

    async def carry_out_in(self, section: str, places: list[ItemPlace], kind: RunKind) -> None:
        await super().carry_out_in(section, places, kind)
        if section not in self.totalled:
            self.totalled.add(section)
            with suppress(*FAILURES):
                await self.send_total(ItemPlace("total", section), await self.look(section))

    async def send_total(self, place: ItemPlace, book: SisBook) -> None:
        term, due = list(book.last_days.items())[-1]
        said = LineItem("Total", next(iter(book.categories.values())), due, term, 100)
        await self.write_item(place, said, book.school)
        totals: defaultdict[Any, float] = defaultdict(float)
        for mark in self.register.marks:
            totals[mark.student] += mark.score or 0
        for student, total in totals.items():
            if self.register.course.section_of(student) == place.section:
                mark = Mark("total", student, place.section, total)
                await self.write_score(mark, self.name(place, book))


MUTANTS = (
    flawed(
        "course-shares-an-id",
        "Gives an item the same sourcedId in every section.",
        ("SK-ITEM",),
        hides=(),
        decisions=SharesAnId,
    ),
    flawed(
        "course-names-the-course",
        "Sends the course's id as the class of a line item.",
        ("SK-CLOSED", "SK-ITEM", "SK-SECTIONS"),
        hides=(
            "SK-AUTH-LOOP",
            "SK-CATEGORY-FROZEN",
            "SK-CLEARED",
            "SK-DUE-DEFAULT",
            "SK-FOREIGN",
            "SK-LAG",
            "SK-NO-DUPLICATE",
            "SK-NO-LATE",
            "SK-ON-TRANSFER",
            "SK-PAGES",
            "SK-SIS-WINS",
            "SK-TEACHER",
            "SK-TOKEN",
            "SK-UNGRADED",
        ),
        decisions=NamesTheCourse,
    ),
    flawed(
        "course-escapes-titles",
        "Escapes titles as for a web page.",
        ("SK-VALUE",),
        decisions=EscapesTitles,
    ),
    flawed(
        "course-no-due-dates",
        "Leaves out due dates.",
        ("SK-DUE-DEFAULT", "SK-ITEM"),
        decisions=LeavesOutDueDates,
    ),
    flawed(
        "course-no-deadlines",
        "Sends the end of the grading period as every due date.",
        ("SK-VALUE",),
        decisions=ForgetsDeadlines,
    ),
    flawed(
        "course-no-categories",
        "Leaves out the chosen category.",
        ("SK-ITEM",),
        hides=(),
        decisions=LeavesOutCategories,
    ),
    flawed(
        "course-no-most-points",
        "Leaves out the maximum of points.",
        ("SK-ITEM",),
        decisions=LeavesOutMostPoints,
    ),
    flawed(
        "course-chooses-itself",
        "Uses the first category if none was chosen.",
        ("SK-CATEGORY",),
        decisions=ChoosesACategory,
    ),
    flawed(
        "course-first-category",
        "Puts every item into the first category of the section.",
        ("SK-CATEGORY",),
        decisions=NumbersCategories,
    ),
    flawed(
        "course-any-sections-category",
        "Uses a category that only another section has.",
        ("SK-CATEGORY",),
        transfers=ReadsAllCategories,
    ),
    flawed(
        "course-moves-items",
        "Moves an item to another category when it sends it again.",
        ("SK-CATEGORY-FROZEN",),
        hides=(),
        decisions=MovesToTheNextCategory,
    ),
    flawed(
        "course-obeys-a-second-choice",
        "Lets the category be chosen again after the item was sent.",
        ("SK-CATEGORY-FROZEN",),
        decisions=ObeysASecondChoice,
    ),
    flawed(
        "course-due-at-once",
        "Makes an item without a due date due on the day it is sent.",
        ("SK-DUE-DEFAULT",),
        decisions=IsDueOnTheDayItIsSent,
    ),
    flawed(
        "course-due-at-the-very-end",
        "Makes an item without a due date due when the last of all terms ends.",
        ("SK-DUE-DEFAULT",),
        decisions=IsDueAtTheEndOfTheYear,
    ),
    flawed(
        "course-sends-weights",
        "Sends a weight with every item.",
        ("SK-NO-TOTALS",),
        decisions=SendsWeights,
    ),
    flawed(
        "course-weights-categories",
        "Sends weights of the categories.",
        ("SK-NO-TOTALS", "SK-TEACHER"),
        transfers=WeightsCategories,
    ),
    flawed(
        "course-sends-totals",
        "Sends each student's total as one more item.",
        ("SK-NO-TOTALS",),
        transfers=SendsTotals,
    ),
)
