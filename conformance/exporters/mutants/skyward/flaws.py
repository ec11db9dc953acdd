"""The flaws: the write-back face with one decision taken wrongly each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from msgspec.structs import replace

from conformance.exporters.reference.model import ExportState, NotAllowed
from conformance.exporters.reference.wire import NotSent, Request
from conformance.exporters.writeback.client import GRADEBOOK, Client, Refused
from conformance.exporters.writeback.model import Book, Course, Item, LineItem, Mark, Place, RunKind
from conformance.exporters.writeback.register import Register
from conformance.exporters.writeback.rules import Rules
from conformance.exporters.writeback.transfers import Transfers

# What may leave


class SendsFromAnyCourse(Rules):
    def refusal(self, course: Course) -> str:  # noqa: ARG002
        return ""


class ForgetsPassBack(Rules):
    def refusal(self, course: Course) -> str:
        return "" if course.integration else super().refusal(course)


class SendsUntagged(Rules):
    def is_tagged(self, item: Item) -> bool:  # noqa: ARG002
        return True

    def problem(self, item: Item, place: Place, book: Book, name: str) -> str:
        return super().problem(in_any_term(item, book), place, book, name)

    def line_item(self, item: Item, place: Place, book: Book, name: str) -> LineItem:
        return super().line_item(in_any_term(item, book), place, book, name)


def in_any_term(item: Item, book: Book) -> Item:
    return replace(item, term=item.term or list(book.last_days)[-1])


class SendsLetters(Rules):
    def is_scored(self, item: Item) -> bool:  # noqa: ARG002
        return True


class SendsAnyKind(Rules):
    def is_of_a_kind(self, item: Item) -> bool:  # noqa: ARG002
        return True


class SendsNoTasks(Rules):
    def is_of_a_kind(self, item: Item) -> bool:
        return item.kind != "task" and super().is_of_a_kind(item)


class IgnoresTheTicks(Rules):
    def is_ticked(
        self,
        course: Course,
        place: Place,
        sections: Collection[str],  # noqa: ARG002
        items: Collection[str],
    ) -> bool:
        return super().is_ticked(course, place, (), items)


class SendsToOneSection(Rules):
    def is_ticked(
        self, course: Course, place: Place, sections: Collection[str], items: Collection[str]
    ) -> bool:
        return super().is_ticked(course, place, sections or course.sections[:1], items)


# What is said of an item


class ChoosesACategory(Rules):
    def chosen(self, place: Place, book: Book) -> str:
        return place.category or next(iter(book.categories))


class NumbersCategories(Rules):
    """Takes what has one number in one section to be the same in the other."""

    def category(self, place: Place, book: Book) -> str:
        found = super().category(place, book)
        return found and f"cat-{place.section}-1"


class MovesToTheNextCategory(Rules):
    def line_item(self, item: Item, place: Place, book: Book, name: str) -> LineItem:
        said = super().line_item(item, place, book, name)
        if place.written is None:
            return said
        others = [each for each in book.categories.values() if each != place.written.category]
        return replace(said, category=others[0])

    def needs_item(self, place: Place, said: LineItem) -> bool:
        return place.written != said


class LeavesOutMostPoints(Rules):
    def line_item_fields(
        self, course: Course, place: Place, said: LineItem, school: str, now: float
    ) -> dict[str, Any]:
        fields = super().line_item_fields(course, place, said, school, now)
        return {name: value for name, value in fields.items() if name != "resultValueMax"}


class ForgetsDeadlines(Rules):
    def due(self, item: Item, book: Book) -> str:
        return book.last_days[item.term]


class IsDueOnTheDayItIsSent(Rules):
    def due(self, item: Item, book: Book) -> str:  # noqa: ARG002
        return item.due

    def line_item_fields(
        self, course: Course, place: Place, said: LineItem, school: str, now: float
    ) -> dict[str, Any]:
        fields = super().line_item_fields(course, place, said, school, now)
        return fields if said.due else {**fields, "dueDate": fields["assignDate"]}


class SendsWeights(Rules):
    def line_item_fields(
        self, course: Course, place: Place, said: LineItem, school: str, now: float
    ) -> dict[str, Any]:
        fields = super().line_item_fields(course, place, said, school, now)
        return {**fields, "metadata": {"weight": 0.25}}


# What is said of a score


class FlagsLateWork(Rules):
    def result_fields(self, line_item: str, mark: Mark, now: float) -> dict[str, Any]:
        fields = super().result_fields(line_item, mark, now)
        return {**fields, "late": "true" if mark.late else "false"}


class TakesZeroForNothing(Rules):
    def is_graded(self, mark: Mark) -> bool:
        return bool(mark.score)


class TakesNothingForZero(Transfers):
    async def push_scores(self, place: Place, name: str, kind: RunKind) -> None:
        empty = [each for each in self.register.on(place) if each.score is None]
        self.register.keep(*(replace(each, score=0.0) for each in empty))
        await super().push_scores(place, name, kind)


class OverwritesTheSis(Rules):
    def compared(self, mark: Mark, held: Mapping[str, float | None]) -> Mark:  # noqa: ARG002
        return mark


class SendsOnlyNewScores(Rules):
    def needs_result(self, mark: Mark) -> bool:
        return mark.taken is None


# Names


class NamesAnew(Rules):
    """Has a name for a line item that is good for one transfer only."""

    times = 0

    def line_item_name(self, course: Course, place: Place) -> str:
        return f"{super().line_item_name(course, place)}:{self.times}"

    def needs_item(self, place: Place, said: LineItem) -> bool:  # noqa: ARG002
        return True


class CountsItsTransfers(Transfers):
    async def push(self, place: Place, book: Book, kind: RunKind) -> None:
        assert isinstance(self.rules, NamesAnew)
        self.rules.times += 1
        await super().push(replace(place, seen=False), book, kind)


class KnowsItemsByTitle(Transfers):
    def name(self, place: Place, book: Book) -> str:
        title = self.item(place).title
        same = [name for name, each in book.items.items() if each.get("title") == title]
        return same[0] if same else super().name(place, book)

    async def write_item(self, place: Place, wanted: LineItem, school: str) -> None:
        path = f"{GRADEBOOK}/classes/{place.section}/lineItems"
        there = await self.client.listed(path, "lineItems")
        if not any(each.get("title") == wanted.title for each in there):
            await super().write_item(place, wanted, school)

    async def held(self, place: Place, name: str) -> dict[str, float | None]:  # noqa: ARG002
        return {}


# When, and what is made of the answer


class SendsWhatIsEntered(Register):
    """Presses Transfer by itself once there is something to add."""

    entered: Callable[[], None]

    def keep(self, *rows: Place | Mark, course: Course | None = None) -> None:
        super().keep(*rows, course=course)
        edited = len(rows) == 1 and isinstance(rows[0], Mark) and rows[0].message is None
        if edited and rows[0].state is ExportState.NOT_EXPORTED:
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


class StopsAtARefusal(Client):
    """Sends nothing more once the SIS has said no."""

    stopped = False

    async def put(self, collection: str, name: str, kind: str, fields: Mapping[str, Any]) -> None:
        if self.stopped:
            raise NotSent("the transfer was stopped")
        try:
            await super().put(collection, name, kind, fields)
        except Refused:
            self.stopped = True
            raise


class TakesRefusalsForAcceptance(Client):
    async def put(self, collection: str, name: str, kind: str, fields: Mapping[str, Any]) -> None:
        try:
            await super().put(collection, name, kind, fields)
        except Refused:
            return


class KeepsReasonsToItself(Client):
    async def put(self, collection: str, name: str, kind: str, fields: Mapping[str, Any]) -> None:
        try:
            await super().put(collection, name, kind, fields)
        except Refused as error:
            raise Refused("failed") from error


class SendsWhatDoesNotShow(Transfers):
    async def push(self, place: Place, book: Book, kind: RunKind) -> None:
        shows = self.name(place, book) in book.items
        if not shows and not place.seen:
            place = replace(place, written=None)
            on = (replace(each, taken=None) for each in self.register.on(place))
            self.register.keep(place, *on)
        await super().push(place, book, kind)


class NeverRenews(Client):
    def may_renew(self) -> bool:
        return False


class AsksForATokenEachTime(Client):
    async def authorized(self, request: Request) -> Request:
        self._token = ""
        return await super().authorized(request)
