"""Exporters of a course that send scores at the wrong time, of others, or of a wrong kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState, NotAllowed
from conformance.exporters.skyward.client import GRADEBOOK
from conformance.exporters.skyward.decisions import CHANGED_THERE, Decisions
from conformance.exporters.skyward.model import Course, ItemPlace, LineItem, Mark, RunKind, SisBook
from conformance.exporters.skyward.mutants.flawed import flawed
from conformance.exporters.skyward.register import Register
from conformance.exporters.skyward.transfers import LEFT, Transfers

FORTNIGHT = 14 * 86_400.0


# When


class SendsWhatIsEntered(Register):
    """Presses Transfer by itself when a score was entered."""

    entered: Callable[[], None]

    def keep(self, *documents: Course | ItemPlace | Mark) -> None:
        super().keep(*documents)
        match documents:
            case (Mark(message=None, state=ExportState.NOT_EXPORTED),):
                self.entered()


class WatchesTheRegister(Transfers):
    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        assert isinstance(self.register, SendsWhatIsEntered)
        self.register.entered = self.press

    def press(self) -> None:
        try:
            self.transfer()
        except NotAllowed:
            return


class TransfersEveryFortnight(Transfers):
    begun = False

    def transfer(self, sections: Collection[str] = (), items: Collection[str] = ()) -> str:
        text = super().transfer(sections, items)
        if not self.begun:
            self.begun = True
            self.work.start(self.repeat())
        return text

    async def repeat(self) -> None:
        while True:
            await self.work.sleep(FORTNIGHT, "the next transfer is in a fortnight")
            self.transfer()


class SendsOnlyNewScores(Decisions):
    def needs_result(self, mark: Mark) -> bool:
        return mark.taken is None


class SendsNoNewScores(Transfers):
    """Leaves out students who had no score when the item was first transferred."""

    is_there = False

    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        self.is_there = place.written is not None
        await super().push(place, book, kind)

    def concerned(self, place: ItemPlace, kind: RunKind) -> list[Mark]:
        marks = super().concerned(place, kind)
        return [each for each in marks if each.ours] if self.is_there else marks


# Whose


class OverwritesTheSis(Decisions):
    def compared(self, mark: Mark, held: Mapping[str, float | None]) -> Mark:  # noqa: ARG002
        return mark


class StepsBackOnce(Decisions):
    """Respects a score that was changed in the SIS once, then treats it as its own."""

    def compared(self, mark: Mark, held: Mapping[str, float | None]) -> Mark:
        return replace(mark, kept=False) if mark.kept else super().compared(mark, held)


class KnowsItsLastWordOnly(Decisions):
    """Remembers only the score sent last, not the one that the SIS shows if that was lost."""

    def compared(self, mark: Mark, held: Mapping[str, float | None]) -> Mark:
        return super().compared(replace(mark, ours=mark.ours[-1:]), held)


class GivesTheItemUp(Transfers):
    """Sends no more scores of an item on which one was changed in the SIS."""

    async def push_scores(self, place: ItemPlace, name: str, kind: RunKind) -> None:
        marks = self.concerned(place, kind)
        held = await self.held(place, name) if place.seen else {}
        if any(self.decisions.compared(each, held).kept for each in marks):
            self.register.keep(
                *(replace(each, state=LEFT, message=CHANGED_THERE) for each in marks)
            )
        else:
            await super().push_scores(place, name, kind)


class KnowsItemsByTitle(Transfers):
    def name(self, place: ItemPlace, book: SisBook) -> str:
        title = self.item(place).title
        same = [name for name, each in book.items.items() if each.get("title") == title]
        return same[0] if same else super().name(place, book)

    async def write_item(self, place: ItemPlace, wanted: LineItem, school: str) -> None:
        path = f"{GRADEBOOK}/classes/{place.section}/lineItems"
        there = await self.client.listed(path, "lineItems")
        if not any(each.get("title") == wanted.title for each in there):
            await super().write_item(place, wanted, school)

    async def held(self, place: ItemPlace, name: str) -> dict[str, float | None]:
        is_ours = name == self.decisions.line_item_name(self.register.course, place)
        return await super().held(place, name) if is_ours else {}


class ShowsWhatTheSisHas(Transfers):
    """Adds the line items that it finds in the SIS to the course."""

    async def look(self, section: str) -> SisBook:
        book = await super().look(section)
        ours = {self.name(each, book) for each in self.register.places}
        self.register.keep(*(ItemPlace(name, section) for name in book.items if name not in ours))
        return book


class KnowsItsOwn(Decisions):
    def is_ticked(
        self, course: Course, place: ItemPlace, sections: Collection[str], items: Collection[str]
    ) -> bool:
        own = course.item(place.item) is not None
        return own and super().is_ticked(course, place, sections, items)


# What


class FlagsLateWork(Decisions):
    def result_fields(self, line_item: str, mark: Mark, now: float) -> dict[str, Any]:
        fields = super().result_fields(line_item, mark, now)
        return {**fields, "late": "true" if mark.late else "false"}


class FlagsLateWorkAside(Decisions):
    def result_fields(self, line_item: str, mark: Mark, now: float) -> dict[str, Any]:
        fields = super().result_fields(line_item, mark, now)
        return {**fields, "metadata": {"late": mark.late}}


class TakesZeroForNothing(Decisions):
    def is_graded(self, mark: Mark) -> bool:
        return bool(mark.score)


class TakesNothingForZero(Transfers):
    async def push_scores(self, place: ItemPlace, name: str, kind: RunKind) -> None:
        empty = [each for each in self.register.on(place) if each.score is None]
        self.register.keep(*(replace(each, score=0.0) for each in empty))
        await super().push_scores(place, name, kind)


class TakesNothingForMissing(Transfers):
    async def push_scores(self, place: ItemPlace, name: str, kind: RunKind) -> None:
        await super().push_scores(place, name, kind)
        for mark in self.register.on(place):
            if mark.score is None:
                fields = self.decisions.result_fields(name, mark, self.clock.now())
                fields |= {"scoreStatus": "not submitted", "missing": "true"}
                del fields["score"]
                await self.client.put("results", fields["sourcedId"], "result", fields)


MUTANTS = (
    flawed(
        "course-presses-itself",
        "Transfers a score as soon as it is entered.",
        ("SK-COMPLETE", "SK-ON-TRANSFER"),
        hides=("SK-CATEGORY-FROZEN", "SK-CLEARED", "SK-LAG", "SK-SIS-WINS", "SK-TEACHER"),
        register=SendsWhatIsEntered,
        transfers=WatchesTheRegister,
    ),
    flawed(
        "course-every-fortnight",
        "Transfers by itself a fortnight after Transfer was pressed.",
        ("SK-ON-TRANSFER",),
        transfers=TransfersEveryFortnight,
    ),
    flawed(
        "course-new-scores-only",
        "Sends a score once, but not again when it changes.",
        ("SK-ON-TRANSFER", "SK-SIS-WINS"),
        hides=("SK-CATEGORY-FROZEN",),
        decisions=SendsOnlyNewScores,
    ),
    flawed(
        "course-no-new-scores",
        "Does not send scores that were entered after the first transfer.",
        ("SK-ON-TRANSFER",),
        transfers=SendsNoNewScores,
    ),
    flawed(
        "course-overwrites",
        "Sends its score over one that was changed in the SIS.",
        ("SK-SIS-WINS",),
        decisions=OverwritesTheSis,
    ),
    flawed(
        "course-steps-back-once",
        "Respects a score changed in the SIS at the next transfer, but not later.",
        ("SK-SIS-WINS",),
        decisions=StepsBackOnce,
    ),
    flawed(
        "course-knows-its-last-word-only",
        "Treats an earlier score of its own as the SIS's if the newer one was lost.",
        ("SK-ON-TRANSFER",),
        decisions=KnowsItsLastWordOnly,
    ),
    flawed(
        "course-gives-the-item-up",
        "Sends no more scores of an item once one was changed in the SIS.",
        ("SK-SIS-WINS",),
        transfers=GivesTheItemUp,
    ),
    flawed(
        "course-knows-by-title",
        "Treats a foreign line item with the same title as its own.",
        ("SK-COMPLETE", "SK-FOREIGN", "SK-KIND", "SK-TRUTH", "SK-VALUE"),
        transfers=KnowsItemsByTitle,
    ),
    flawed(
        "course-shows-foreign-items",
        "Adds line items made in the SIS to the course.",
        ("SK-FOREIGN",),
        decisions=KnowsItsOwn,
        transfers=ShowsWhatTheSisHas,
    ),
    flawed(
        "course-flags-late-work",
        "Flags late work.",
        ("SK-NO-LATE",),
        decisions=FlagsLateWork,
    ),
    flawed(
        "course-flags-late-work-aside",
        "Flags late work in the metadata.",
        ("SK-NO-LATE",),
        decisions=FlagsLateWorkAside,
    ),
    flawed(
        "course-zero-is-nothing",
        "Treats the score zero as no score.",
        ("SK-UNGRADED",),
        decisions=TakesZeroForNothing,
    ),
    flawed(
        "course-nothing-is-zero",
        "Sends zero for students without a score.",
        ("SK-CLEARED", "SK-UNGRADED"),
        transfers=TakesNothingForZero,
    ),
    flawed(
        "course-nothing-is-missing",
        "Flags students without a score as missing.",
        ("SK-CLEARED", "SK-UNGRADED"),
        transfers=TakesNothingForMissing,
    ),
)
