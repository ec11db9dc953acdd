"""Exporters of a course that lose, change or invent values on the way to the SIS."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState
from conformance.exporters.kit.wire import Answer, Lost, NotSent, Request
from conformance.exporters.skyward.client import Client, Refused, judged, rows
from conformance.exporters.skyward.decisions import Decisions
from conformance.exporters.skyward.model import (
    Item,
    ItemPlace,
    LineItem,
    Mark,
    Run,
    RunKind,
    SisBook,
)
from conformance.exporters.skyward.mutants.flawed import flawed
from conformance.exporters.skyward.transfers import DONE, FAILED, Transfers

FIRST_PAGE = 100

# Values


class RoundsScores(Decisions):
    def result_fields(self, line_item: str, mark: Mark, now: float) -> dict[str, Any]:
        fields = super().result_fields(line_item, mark, now)
        return {**fields, "score": round(fields["score"], 1)}


class CapsScores(Transfers):
    """Sends no score above the maximum of the item."""

    async def write_score(self, mark: Mark, name: str) -> None:
        item = self.register.course.item(mark.item)
        assert item is not None
        assert mark.score is not None
        await super().write_score(replace(mark, score=min(mark.score, item.max_points)), name)


class MakesDoublesOfIds(Decisions):
    """Keeps ids that are numbers as doubles, which are not exact above 2^53."""

    def result_fields(self, line_item: str, mark: Mark, now: float) -> dict[str, Any]:
        fields = super().result_fields(line_item, mark, now)
        who = int(float(mark.student)) if isinstance(mark.student, int) else mark.student
        return {**fields, "student": {"sourcedId": str(who)}}


class DropsAccents(Decisions):
    def line_item(self, item: Item, place: ItemPlace, book: SisBook, name: str) -> LineItem:
        said = super().line_item(item, place, book, name)
        plain = unicodedata.normalize("NFKD", said.title)
        kept = "".join(each for each in plain if not unicodedata.combining(each))
        return replace(said, title=kept)


class ComposesAccents(Decisions):
    def line_item(self, item: Item, place: ItemPlace, book: SisBook, name: str) -> LineItem:
        said = super().line_item(item, place, book, name)
        return replace(said, title=unicodedata.normalize("NFC", said.title))


class CutsTitles(Decisions):
    """Cuts a title that is too long for the SIS."""

    def line_item(self, item: Item, place: ItemPlace, book: SisBook, name: str) -> LineItem:
        said = super().line_item(item, place, book, name)
        return replace(said, title=said.title[:49])


class SendsOldScores(Transfers):
    """Sends again what failed as it was then, not as it is now."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.failed: dict[str, float | None] = {}

    async def write_score(self, mark: Mark, name: str) -> None:
        score = self.failed.pop(mark.key, mark.score)
        try:
            await super().write_score(replace(mark, score=score), name)
        except (Lost, NotSent, Refused):
            self.failed[mark.key] = mark.score
            raise


# Completeness


class SendsAHundred(Transfers):
    """Sends the first hundred scores of an item only."""

    def concerned(self, place: ItemPlace, kind: RunKind) -> list[Mark]:
        return super().concerned(place, kind)[:FIRST_PAGE]


class GivesFailuresUp(Decisions):
    """Never sends a score of the course again that failed once."""

    def needs_result(self, mark: Mark) -> bool:
        return super().needs_result(mark) and mark.state is not ExportState.FAILED


class RetriesEverything(Transfers):
    """Sends what is new or changed at a retry too."""

    def concerned(self, place: ItemPlace, kind: RunKind) -> list[Mark]:  # noqa: ARG002
        return super().concerned(place, "transfer")

    def has_failed(self, place: ItemPlace) -> bool:
        return place.state is not ExportState.QUEUED


class ForgetsARetry(Transfers):
    """Takes the press of retry and does nothing."""

    async def carry_out(self, run: Run) -> None:
        if run.kind == "transfer":
            await super().carry_out(run)
        else:
            places = [place for key in run.places if (place := self.register.place(key))]
            self.register.keep(*(replace(each, state=FAILED) for each in places))
            self.register.finish(run, self.clock.now())


# Pages


class ReadsOnePage(Client):
    async def listed(self, path: str, kind: str) -> list[Mapping[str, Any]]:
        url = f"{self.base()}{path}?limit={FIRST_PAGE}"
        return rows(judged(await self.converse(Request("GET", url, self.accepting()))), kind)


# The work of a teacher


class PutsItemsBack(Decisions):
    """Sends an item again in the category that was chosen in the product."""

    def kept_category(self, place: ItemPlace, book: SisBook, name: str) -> str:  # noqa: ARG002
        accepted = place.written.category if place.written else ""
        return accepted or self.category(place, book)

    def needs_item(self, place: ItemPlace, said: LineItem) -> bool:  # noqa: ARG002
        return True


class ClearsLateFlags(Decisions):
    def result_fields(self, line_item: str, mark: Mark, now: float) -> dict[str, Any]:
        return {**super().result_fields(line_item, mark, now), "late": "false"}


class MakesItemsAgain(Transfers):
    """Creates a line item again that a teacher removed in the SIS."""

    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        if place.written is not None and self.name(place, book) not in book.items:
            place = replace(place, written=None, seen=False)
        await super().push(place, book, kind)


class KeepsWeights(Transfers):
    """Sets the weights of categories as they were when it read them first."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.known: set[str] = set()

    async def look(self, section: str) -> SisBook:
        book = await super().look(section)
        for title, name in book.categories.items():
            if name in self.known:
                fields = {"sourcedId": name, "title": title, "weight": 0}
                await self.client.put("categories", name, "category", fields)
        self.known |= set(book.categories.values())
        return book


# Cleared scores


class SendsZeroForCleared(Transfers):
    async def push_scores(self, place: ItemPlace, name: str, kind: RunKind) -> None:
        gone = [e for e in self.register.on(place) if e.score is None and e.taken is not None]
        self.register.keep(*(replace(each, score=0.0) for each in gone))
        await super().push_scores(place, name, kind)


class SendsTheLastScore(Transfers):
    """Sends the score before for one that was removed."""

    async def push_scores(self, place: ItemPlace, name: str, kind: RunKind) -> None:
        await super().push_scores(place, name, kind)
        for mark in self.register.on(place):
            if mark.score is None and mark.taken is not None:
                await self.write_score(replace(mark, score=mark.taken), name)


# What is shown


class ShowsEverythingAsExported(Transfers):
    async def carry_out(self, run: Run) -> None:
        await super().carry_out(run)
        self.register.keep(
            *(replace(each, state=DONE, message=None) for each in self.register.marks)
        )


class TakesSilenceForSuccess(Client):
    """Treats a lost answer about the course as a success."""

    async def put(self, collection: str, name: str, kind: str, fields: Mapping[str, Any]) -> None:
        try:
            await super().put(collection, name, kind, fields)
        except Lost:
            return


class ShowsRefusalsAsOpen(Transfers):
    """Shows what the SIS refused as not exported yet."""

    async def carry_out(self, run: Run) -> None:
        await super().carry_out(run)
        open_ = ExportState.NOT_EXPORTED
        shown: list[ItemPlace | Mark] = [*self.register.places, *self.register.marks]
        self.register.keep(*(replace(each, state=open_) for each in shown if each.state is FAILED))


# Tokens


class RenewsForEver(Client):
    """Repeats a request with one new token after another; here, ten times."""

    async def converse(self, request: Request) -> Answer:
        answer = await super().converse(request)
        for _ in range(10):
            if answer.status != 401 or not self.may_renew():
                break
            self._token = ""
            answer = await self.exchange(await self.authorized(request))
        return answer


MUTANTS = (
    flawed("course-rounds", "Rounds scores to a tenth.", ("SK-VALUE",), decisions=RoundsScores),
    flawed(
        "course-caps-scores",
        "Sends the maximum for a score above it.",
        ("SK-VALUE",),
        transfers=CapsScores,
    ),
    flawed(
        "course-doubles-of-ids",
        "Rounds large ids to doubles.",
        ("SK-COMPLETE", "SK-VALUE", "SK-SECTIONS"),
        decisions=MakesDoublesOfIds,
    ),
    flawed(
        "course-drops-accents",
        "Drops the accents of titles.",
        ("SK-VALUE",),
        decisions=DropsAccents,
    ),
    flawed(
        "course-composes-accents",
        "Composes the accents of titles.",
        ("SK-VALUE",),
        decisions=ComposesAccents,
    ),
    flawed(
        "course-cuts-titles",
        "Cuts titles that are too long for the SIS.",
        ("SK-VALUE",),
        hides=(),
        decisions=CutsTitles,
    ),
    flawed(
        "course-sends-old-scores",
        "Sends a score that failed as it was then, although it was changed since.",
        ("SK-VALUE",),
        transfers=SendsOldScores,
    ),
    flawed(
        "course-a-hundred",
        "Sends the first hundred scores of an item only.",
        ("SK-COMPLETE",),
        transfers=SendsAHundred,
    ),
    flawed(
        "course-gives-failures-up",
        "Never sends a score of the course again that failed once.",
        ("SK-COMPLETE", "SK-ON-TRANSFER", "SK-TRUTH"),
        decisions=GivesFailuresUp,
    ),
    flawed(
        "course-retries-everything",
        "Sends what is new or changed when retry is pressed.",
        ("SK-ON-TRANSFER",),
        transfers=RetriesEverything,
    ),
    flawed(
        "course-forgets-a-retry",
        "Does nothing when retry is pressed.",
        ("SK-ON-TRANSFER",),
        transfers=ForgetsARetry,
    ),
    flawed(
        "course-one-page",
        "Reads the first page of a list only.",
        ("SK-COMPLETE", "SK-PAGES"),
        hides=(),
        client=ReadsOnePage,
    ),
    flawed(
        "course-puts-items-back",
        "Puts an item back into the category that it was sent with.",
        ("SK-LAG", "SK-TEACHER"),
        decisions=PutsItemsBack,
    ),
    flawed(
        "course-clears-late-flags",
        "Sends every result as not late.",
        ("SK-TEACHER",),
        decisions=ClearsLateFlags,
    ),
    flawed(
        "course-makes-items-again",
        "Creates a line item again that was removed in the SIS.",
        ("SK-LAG", "SK-TEACHER"),
        transfers=MakesItemsAgain,
    ),
    flawed(
        "course-resets-weights",
        "Sets the weights of categories at each transfer after the first.",
        ("SK-NO-TOTALS", "SK-TEACHER"),
        transfers=KeepsWeights,
    ),
    flawed(
        "course-cleared-is-zero",
        "Sends zero for a score that was removed.",
        ("SK-CLEARED",),
        transfers=SendsZeroForCleared,
    ),
    flawed(
        "course-cleared-is-the-last",
        "Sends the last score for one that was removed.",
        ("SK-CLEARED",),
        transfers=SendsTheLastScore,
    ),
    flawed(
        "course-all-exported",
        "Shows every score as exported after a transfer.",
        ("SK-TRUTH",),
        transfers=ShowsEverythingAsExported,
    ),
    flawed(
        "course-silence-is-success",
        "Treats a lost answer about the course as a success.",
        ("SK-ON-TRANSFER", "SK-TRUTH"),
        client=TakesSilenceForSuccess,
    ),
    flawed(
        "course-refused-is-open",
        "Shows what the SIS refused as not exported.",
        ("SK-CLOSED", "SK-DROPPED"),
        transfers=ShowsRefusalsAsOpen,
    ),
    flawed(
        "course-renews-for-ever",
        "Asks for one token after another if the SIS refuses them all.",
        ("SK-AUTH-LOOP",),
        client=RenewsForEver,
    ),
)
