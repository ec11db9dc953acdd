"""Exporters of a course that send items they must not, or leave out some they must send."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from conformance.exporters.skyward.decisions import Decisions
from conformance.exporters.skyward.model import Course, Item, ItemPlace, LineItem, RunKind, SisBook
from conformance.exporters.skyward.mutants.flawed import flawed
from conformance.exporters.skyward.transfers import LEFT, Transfers


class SendsFromAnyCourse(Decisions):
    def refusal(self, course: Course) -> str:  # noqa: ARG002
        return ""


class ForgetsPassBack(Decisions):
    def refusal(self, course: Course) -> str:
        return "" if course.integration else super().refusal(course)


class ForgetsWhoMadeTheCourse(Decisions):
    def refusal(self, course: Course) -> str:
        return "" if course.pass_back else super().refusal(course)


class SendsUntagged(Decisions):
    def is_tagged(self, item: Item) -> bool:  # noqa: ARG002
        return True

    def problem(self, item: Item, place: ItemPlace, book: SisBook, name: str) -> str:
        return super().problem(in_any_term(item, book), place, book, name)

    def line_item(self, item: Item, place: ItemPlace, book: SisBook, name: str) -> LineItem:
        return super().line_item(in_any_term(item, book), place, book, name)


def in_any_term(item: Item, book: SisBook) -> Item:
    return replace(item, term=item.term or list(book.last_days)[-1])


class SendsLetters(Decisions):
    def is_scored(self, item: Item) -> bool:  # noqa: ARG002
        return True


class SendsAnyKind(Decisions):
    def is_of_a_kind(self, item: Item) -> bool:  # noqa: ARG002
        return True


class SendsNoAssignments(Decisions):
    kind = "assignment"

    def is_of_a_kind(self, item: Item) -> bool:
        return item.kind != self.kind and super().is_of_a_kind(item)


class SendsNoTests(SendsNoAssignments):
    kind = "test"


class SendsNoTasks(SendsNoAssignments):
    kind = "task"


class SkipsAwkwardTitles(Decisions):
    def is_of_a_kind(self, item: Item) -> bool:
        return "<" not in item.title and super().is_of_a_kind(item)


class WaitsForScores(Transfers):
    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        if any(map(self.decisions.is_graded, self.register.on(place))):
            await super().push(place, book, kind)
        else:
            self.register.keep(replace(place, state=LEFT))


class IgnoresTheTicks(Decisions):
    def is_ticked(
        self,
        course: Course,
        place: ItemPlace,
        sections: Collection[str],  # noqa: ARG002
        items: Collection[str],
    ) -> bool:
        return super().is_ticked(course, place, (), items)


class SendsToOneSection(Decisions):
    def is_ticked(
        self, course: Course, place: ItemPlace, sections: Collection[str], items: Collection[str]
    ) -> bool:
        return super().is_ticked(course, place, sections or course.sections[:1], items)


MUTANTS = (
    flawed(
        "course-any-course",
        "Sends from any course, also one that may not send.",
        ("SK-COURSE",),
        decisions=SendsFromAnyCourse,
    ),
    flawed(
        "course-forgets-pass-back",
        "Does not check whether pass-back is on.",
        ("SK-COURSE",),
        decisions=ForgetsPassBack,
    ),
    flawed(
        "course-forgets-who-made-it",
        "Does not check whether the integration made the course.",
        ("SK-COURSE",),
        decisions=ForgetsWhoMadeTheCourse,
    ),
    flawed(
        "course-sends-untagged",
        "Puts items without a term into the last one.",
        ("SK-TERM",),
        decisions=SendsUntagged,
    ),
    flawed(
        "course-sends-letters",
        "Sends items on a letter scale.",
        ("SK-SCALE",),
        decisions=SendsLetters,
    ),
    flawed(
        "course-any-kind",
        "Sends items of every kind.",
        ("SK-KIND",),
        decisions=SendsAnyKind,
    ),
    flawed(
        "course-no-assignments",
        "Sends no assignments.",
        ("SK-CLOSED", "SK-COMPLETE", "SK-KIND", "SK-DROPPED"),
        hides=("SK-CATEGORY-FROZEN", "SK-PAGES", "SK-SIS-WINS"),
        decisions=SendsNoAssignments,
    ),
    flawed(
        "course-no-tests",
        "Sends no tests.",
        ("SK-CLOSED", "SK-COMPLETE", "SK-KIND", "SK-DROPPED"),
        hides=(),
        decisions=SendsNoTests,
    ),
    flawed(
        "course-no-tasks",
        "Sends no tasks.",
        ("SK-CLOSED", "SK-COMPLETE", "SK-DROPPED", "SK-KIND"),
        hides=(),
        decisions=SendsNoTasks,
    ),
    flawed(
        "course-skips-awkward-titles",
        "Leaves out items with markup in their titles.",
        ("SK-CLOSED", "SK-COMPLETE", "SK-KIND", "SK-DROPPED"),
        decisions=SkipsAwkwardTitles,
    ),
    flawed(
        "course-waits-for-scores",
        "Creates a line item only once a student has a score.",
        ("SK-COMPLETE", "SK-KIND", "SK-SECTIONS", "SK-DROPPED"),
        transfers=WaitsForScores,
    ),
    flawed(
        "course-ignores-the-ticks",
        "Sends to sections that are not ticked.",
        ("SK-SECTIONS",),
        decisions=IgnoresTheTicks,
    ),
    flawed(
        "course-first-section",
        "Sends only to the first section of a merged course.",
        ("SK-COMPLETE", "SK-DROPPED", "SK-KIND", "SK-SECTIONS", "SK-CLOSED"),
        decisions=SendsToOneSection,
    ),
)
