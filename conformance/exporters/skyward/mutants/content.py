"""Courses that say of an item what it is not, or leave out what it is."""

from __future__ import annotations

import html
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace as replaced
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.skyward.client import GRADEBOOK
from conformance.exporters.skyward.model import (
    Book,
    Course,
    Item,
    LineItem,
    Mark,
    Place,
    RunKind,
    joined,
)
from conformance.exporters.skyward.parts import Parts
from conformance.exporters.skyward.rules import Rules
from conformance.exporters.skyward.transfers import FAILURES, Transfers

Fields = dict[str, Any]

# Id, section, title, due date, category, most points


class SharesAnId(Rules):
    def line_item_name(self, course: Course, place: Place) -> str:
        return joined(course.id, place.item)


class NamesTheCourse(Rules):
    def line_item_fields(
        self, course: Course, place: Place, said: LineItem, school: str, now: float
    ) -> Fields:
        fields = super().line_item_fields(course, place, said, school, now)
        return {**fields, "class": {"sourcedId": course.id}}


class EscapesTitles(Rules):
    def line_item(self, item: Item, place: Place, book: Book, name: str) -> LineItem:
        said = super().line_item(item, place, book, name)
        return replace(said, title=html.escape(said.title))


class LeavesOutDueDates(Rules):
    left_out = "dueDate"

    def line_item_fields(
        self, course: Course, place: Place, said: LineItem, school: str, now: float
    ) -> Fields:
        fields = super().line_item_fields(course, place, said, school, now)
        return {name: value for name, value in fields.items() if name != self.left_out}


class LeavesOutMostPoints(LeavesOutDueDates):
    left_out = "resultValueMax"


class LeavesOutCategories(LeavesOutDueDates):
    left_out = "category"


class ForgetsDeadlines(Rules):
    def due(self, item: Item, book: Book) -> str:
        return book.last_days[item.term]


# The category


class ChoosesACategory(Rules):
    def chosen(self, place: Place, book: Book) -> str:
        return place.category or next(iter(book.categories))


class NumbersCategories(Rules):
    """Takes what has one number in one section to be the same in the other."""

    def category(self, place: Place, book: Book) -> str:
        found = super().category(place, book)
        return found and f"cat-{place.section}-1"


class ReadsAllCategories(Transfers):
    """Takes those of other sections for the section's too."""

    async def look(self, section: str) -> Book:
        book = await super().look(section)
        found = await self.client.listed(f"{GRADEBOOK}/categories", "categories")
        everywhere = {str(each["title"]): str(each["sourcedId"]) for each in found}
        return replaced(book, categories={**everywhere, **book.categories})


class MovesToTheNextCategory(Rules):
    def line_item(self, item: Item, place: Place, book: Book, name: str) -> LineItem:
        said = super().line_item(item, place, book, name)
        if place.written is None:
            return said
        others = [each for each in book.categories.values() if each != place.written.category]
        return replace(said, category=others[0])

    def needs_item(self, place: Place, said: LineItem) -> bool:
        return place.written != said


class ObeysASecondChoice(Rules):
    def is_pushed(self, place: Place) -> bool:  # noqa: ARG002
        return False

    def kept_category(self, place: Place, book: Book, name: str) -> str:  # noqa: ARG002
        return self.category(place, book)

    def needs_item(self, place: Place, said: LineItem) -> bool:
        return place.written != said


# Without a due date


class IsDueOnTheDayItIsSent(Rules):
    def due(self, item: Item, book: Book) -> str:  # noqa: ARG002
        return item.due

    def line_item_fields(
        self, course: Course, place: Place, said: LineItem, school: str, now: float
    ) -> Fields:
        fields = super().line_item_fields(course, place, said, school, now)
        return fields if said.due else {**fields, "dueDate": fields["assignDate"]}


class IsDueAtTheEndOfTheYear(Rules):
    def due(self, item: Item, book: Book) -> str:
        return item.due or max(book.last_days.values())


# What the SIS works out


class SendsWeights(Rules):
    def line_item_fields(
        self, course: Course, place: Place, said: LineItem, school: str, now: float
    ) -> Fields:
        fields = super().line_item_fields(course, place, said, school, now)
        return {**fields, "metadata": {"weight": 0.25}}


class WeightsCategories(Transfers):
    async def look(self, section: str) -> Book:
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

    async def carry_out_in(self, section: str, places: list[Place], kind: RunKind) -> None:
        await super().carry_out_in(section, places, kind)
        if section not in self.totalled:
            self.totalled.add(section)
            with suppress(*FAILURES):
                await self.send_total(Place("total", section), await self.look(section))

    async def send_total(self, place: Place, book: Book) -> None:
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
    Mutant(
        "course-shares-an-id",
        "Gives an item the same sourcedId in every section.",
        (
            "SK-CLOSED",
            "SK-DROPPED",
            "SK-ITEM",
            "SK-LAG",
            "SK-NO-DUPLICATE",
            "SK-ON-TRANSFER",
            "SK-SECTIONS",
            "SK-SIS-WINS",
            "SK-TOKEN",
        ),
        course=Parts(rules=SharesAnId),
    ),
    Mutant(
        "course-names-the-course",
        "Gives the course for the class.",
        ("SK-CLOSED", "SK-ITEM", "SK-SECTIONS"),
        hides=(
            "SK-CATEGORY",
            "SK-DROPPED",
            "SK-FOREIGN",
            "SK-LAG",
            "SK-NO-DUPLICATE",
            "SK-NO-LATE",
            "SK-ON-TRANSFER",
            "SK-SIS-WINS",
            "SK-TOKEN",
            "SK-UNGRADED",
        ),
        course=Parts(rules=NamesTheCourse),
    ),
    Mutant(
        "course-escapes-titles",
        "Escapes titles as for a web page.",
        (
            "SK-CLOSED",
            "SK-DROPPED",
            "SK-ITEM",
            "SK-KIND",
            "SK-NO-DUPLICATE",
            "SK-ON-TRANSFER",
            "SK-SECTIONS",
            "SK-SIS-WINS",
            "SK-TOKEN",
        ),
        course=Parts(rules=EscapesTitles),
    ),
    Mutant(
        "course-no-due-dates",
        "Leaves out due dates.",
        ("SK-DUE-DEFAULT", "SK-ITEM"),
        course=Parts(rules=LeavesOutDueDates),
    ),
    Mutant(
        "course-no-deadlines",
        "Takes the end of the grading period for every deadline.",
        ("SK-ITEM",),
        course=Parts(rules=ForgetsDeadlines),
    ),
    Mutant(
        "course-no-categories",
        "Leaves out the category that was chosen.",
        ("SK-CATEGORY", "SK-CLOSED", "SK-ITEM", "SK-SECTIONS"),
        hides=(
            "SK-DROPPED",
            "SK-FOREIGN",
            "SK-LAG",
            "SK-NO-DUPLICATE",
            "SK-NO-LATE",
            "SK-ON-TRANSFER",
            "SK-SIS-WINS",
            "SK-TOKEN",
            "SK-UNGRADED",
        ),
        course=Parts(rules=LeavesOutCategories),
    ),
    Mutant(
        "course-no-most-points",
        "Leaves out the most points.",
        ("SK-ITEM",),
        course=Parts(rules=LeavesOutMostPoints),
    ),
    Mutant(
        "course-chooses-itself",
        "Takes the first category where none was chosen.",
        ("SK-CATEGORY",),
        course=Parts(rules=ChoosesACategory),
    ),
    Mutant(
        "course-first-category",
        "Puts everything into the first category of the section.",
        ("SK-CATEGORY",),
        course=Parts(rules=NumbersCategories),
    ),
    Mutant(
        "course-any-sections-category",
        "Takes a category that only another section has.",
        ("SK-CATEGORY",),
        course=Parts(transfers=ReadsAllCategories),
    ),
    Mutant(
        "course-moves-items",
        "Puts what it sends again into another category.",
        ("SK-CATEGORY-FROZEN", "SK-LAG", "SK-NO-DUPLICATE", "SK-ON-TRANSFER", "SK-SIS-WINS"),
        course=Parts(rules=MovesToTheNextCategory),
    ),
    Mutant(
        "course-obeys-a-second-choice",
        "Lets the category be chosen again after the item was pushed.",
        ("SK-CATEGORY-FROZEN",),
        course=Parts(rules=ObeysASecondChoice),
    ),
    Mutant(
        "course-due-at-once",
        "Makes what has no due date due on the day it is sent.",
        ("SK-DUE-DEFAULT",),
        course=Parts(rules=IsDueOnTheDayItIsSent),
    ),
    Mutant(
        "course-due-at-the-very-end",
        "Makes what has no due date due when the last of all terms ends.",
        ("SK-DUE-DEFAULT",),
        course=Parts(rules=IsDueAtTheEndOfTheYear),
    ),
    Mutant(
        "course-sends-weights",
        "Sends a weight with every item.",
        ("SK-NO-TOTALS",),
        course=Parts(rules=SendsWeights),
    ),
    Mutant(
        "course-weights-categories",
        "Sends weights of the categories.",
        ("SK-NO-TOTALS",),
        course=Parts(transfers=WeightsCategories),
    ),
    Mutant(
        "course-sends-totals",
        "Sends everybody's total as one more item.",
        ("SK-ITEM", "SK-NO-TOTALS"),
        course=Parts(transfers=SendsTotals),
    ),
)
