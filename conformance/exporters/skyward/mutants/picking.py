"""Exporters of a course that do not heed what a teacher picks, or that confuse ids."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState, NotAllowed
from conformance.exporters.kit.wire import Request
from conformance.exporters.skyward.client import GRADEBOOK, Client, judged
from conformance.exporters.skyward.decisions import Decisions
from conformance.exporters.skyward.model import Course, ItemPlace, Mark
from conformance.exporters.skyward.mutants.flawed import flawed
from conformance.exporters.skyward.register import Register
from conformance.exporters.skyward.transfers import Transfers

# What is ticked


class IgnoresTickedItems(Decisions):
    def is_ticked(
        self,
        course: Course,
        place: ItemPlace,
        sections: Collection[str],
        items: Collection[str],  # noqa: ARG002
    ) -> bool:
        return super().is_ticked(course, place, sections, ())


class KeepsSectionsInSync(Decisions):
    """Sends scores to sections that are not ticked, if the item is there."""

    def is_ticked(
        self, course: Course, place: ItemPlace, sections: Collection[str], items: Collection[str]
    ) -> bool:
        there = () if place.written else sections
        return super().is_ticked(course, place, there, items)


class SendsScoresToTheFirstSection(Transfers):
    async def write_score(self, mark: Mark, name: str) -> None:
        course = self.register.course
        places = [each for each in self.register.places if str(each.item) == str(mark.item)]
        name = self.decisions.line_item_name(course, places[0]) if places[0].written else name
        await super().write_score(mark, name)


class SendsToEverySection(Register):
    """Has each item in all sections, with one choice of a category for them."""

    def load(self, subject: Course, members: Iterable[ItemPlace | Mark]) -> None:
        places = [ItemPlace(i.id, section) for i in subject.items for section in subject.sections]
        marks = [each for each in members if isinstance(each, Mark)]
        super().load(subject, [*places, *marks])

    def keep(self, *documents: Course | ItemPlace | Mark) -> None:
        super().keep(*documents)
        for each in documents:
            if isinstance(each, ItemPlace) and each.category:
                same = (e for e in self.places if str(e.item) == str(each.item) and not e.category)
                super().keep(*(replace(other, category=each.category) for other in same))


# Categories


class OffersASecondChoice(Decisions):
    """Lets the category be chosen again after the transfer, and does not send it."""

    def is_pushed(self, place: ItemPlace) -> bool:  # noqa: ARG002
        return False


class OffersACategoryOnce(Register):
    """Does not offer a category of a section again once an item has it."""

    def keep(self, *documents: Course | ItemPlace | Mark) -> None:
        match documents:
            case (ItemPlace(written=None, state=ExportState.NOT_EXPORTED, message=None) as place,):
                others = (e for e in self.places if e.section == place.section)
                if any(e.category == place.category and e.key != place.key for e in others):
                    raise NotAllowed("The category is taken.")
        super().keep(*documents)


# Ids


class MakesSlugsOfIds(Decisions):
    def line_item_name(self, course: Course, place: ItemPlace) -> str:
        slug = "".join(each for each in str(place.item).lower() if each.isalnum())
        return super().line_item_name(course, replace(place, item=slug))


class CutsIds(Decisions):
    def line_item_name(self, course: Course, place: ItemPlace) -> str:
        return super().line_item_name(course, replace(place, item=str(place.item)[:40]))


class NamesLikeTheSis(Decisions):
    def line_item_name(self, course: Course, place: ItemPlace) -> str:  # noqa: ARG002
        return f"li-{place.section}-{place.item}"


class NamesByTheItemOnly(Decisions):
    """Uses the item's id as it is where one section has it."""

    def line_item_name(self, course: Course, place: ItemPlace) -> str:
        item = course.item(place.item)
        alone = item is not None and len(item.sections) == 1
        return str(place.item) if alone else super().line_item_name(course, place)


class SpeaksPlainPaths(Client):
    async def put(self, collection: str, name: str, kind: str, fields: Mapping[str, Any]) -> None:
        body = json.dumps({kind: fields}).encode()
        headers = self.accepting() | {"Content-Type": self.content_type()}
        url = f"{self.base()}{GRADEBOOK}/{collection}/{name}"
        judged(await self.converse(Request("PUT", url, headers, body)))


# A removed score


class ShowsRemovedAsExported(Register):
    def keep(self, *documents: Course | ItemPlace | Mark) -> None:
        super().keep(*map(self.shown, documents))

    def shown(self, each: Course | ItemPlace | Mark) -> Course | ItemPlace | Mark:
        if isinstance(each, Mark) and each.score is None and each.taken is not None:
            return replace(each, state=ExportState.EXPORTED)
        return each


MUTANTS = (
    flawed(
        "course-ignores-ticked-items",
        "Sends items that are not ticked.",
        ("SK-ON-TRANSFER",),
        decisions=IgnoresTickedItems,
    ),
    flawed(
        "course-keeps-sections-in-sync",
        "Sends scores to sections that are not ticked, if the item is there.",
        ("SK-SECTIONS",),
        decisions=KeepsSectionsInSync,
    ),
    flawed(
        "course-scores-to-the-first-section",
        "Sends the scores of all sections for the line item of the first.",
        ("SK-SECTIONS",),
        transfers=SendsScoresToTheFirstSection,
    ),
    flawed(
        "course-to-every-section",
        "Sends each item to every section of the course.",
        ("SK-SECTIONS",),
        register=SendsToEverySection,
    ),
    flawed(
        "course-offers-a-second-choice",
        "Lets the category be chosen again after the transfer, and does not send it.",
        ("SK-CATEGORY-FROZEN",),
        decisions=OffersASecondChoice,
    ),
    flawed(
        "course-offers-a-category-once",
        "Does not offer a category again once an item of the section has it.",
        ("SK-CATEGORY",),
        register=OffersACategoryOnce,
    ),
    flawed(
        "course-slugs",
        "Leaves out signs and case of ids.",
        ("SK-COMPLETE", "SK-ITEM", "SK-VALUE"),
        decisions=MakesSlugsOfIds,
    ),
    flawed(
        "course-cuts-ids",
        "Leaves out the end of long ids.",
        ("SK-COMPLETE", "SK-ITEM", "SK-VALUE"),
        decisions=CutsIds,
    ),
    flawed(
        "course-names-like-the-sis",
        "Names line items as the SIS does.",
        ("SK-CATEGORY", "SK-FOREIGN"),
        decisions=NamesLikeTheSis,
    ),
    flawed(
        "course-names-by-the-item",
        "Names a line item by the id of the item only, where one section has it.",
        ("SK-CATEGORY", "SK-FOREIGN"),
        decisions=NamesByTheItemOnly,
    ),
    flawed(
        "course-plain-paths",
        "Does not percent-encode names in paths.",
        ("SK-ITEM",),
        client=SpeaksPlainPaths,
    ),
    flawed(
        "course-removed-is-exported",
        "Shows a score as exported that was removed in the course and not in the SIS.",
        ("SK-TRUTH",),
        register=ShowsRemovedAsExported,
    ),
)
