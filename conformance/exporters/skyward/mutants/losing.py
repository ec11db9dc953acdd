"""Exporters of a course that lose track of what they sent: pressed again, killed, unanswered."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState, NotAllowed
from conformance.exporters.kit.strict import decode
from conformance.exporters.kit.wire import Lost, Request
from conformance.exporters.skyward.client import GRADEBOOK, Client, Refused, judged
from conformance.exporters.skyward.decisions import Decisions
from conformance.exporters.skyward.model import (
    Course,
    ItemPlace,
    LineItem,
    Mark,
    Run,
    RunKind,
    SisBook,
)
from conformance.exporters.skyward.mutants.flawed import flawed
from conformance.exporters.skyward.register import Register
from conformance.exporters.skyward.transfers import DONE, Transfers

# Names


class NamesAnew(Decisions):
    """Names a line item for one transfer only."""

    times = 0

    def line_item_name(self, course: Course, place: ItemPlace) -> str:
        return f"{super().line_item_name(course, place)}:{self.times}"

    def needs_item(self, place: ItemPlace, said: LineItem) -> bool:  # noqa: ARG002
        return True


class CountsItsTransfers(Transfers):
    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        assert isinstance(self.decisions, NamesAnew)
        self.decisions.times += 1
        await super().push(replace(place, seen=False), book, kind)


class NamesScoresByTheirPoints(Decisions):
    def result_name(self, line_item: str, mark: Mark) -> str:
        return f"{super().result_name(line_item, mark)}:{mark.score:g}"


class NamesAfterALoss(Decisions):
    """Renames a line item if the first attempt got no answer."""

    def __init__(self) -> None:
        self.lost: set[str] = set()

    def line_item_name(self, course: Course, place: ItemPlace) -> str:
        name = super().line_item_name(course, place)
        return f"{name}:again" if place.key in self.lost else name


class NotesALoss(Transfers):
    async def write_item(self, place: ItemPlace, wanted: LineItem, school: str) -> None:
        assert isinstance(self.decisions, NamesAfterALoss)
        try:
            await super().write_item(place, wanted, school)
        except Lost:
            self.decisions.lost.add(place.key)
            raise


class LetsTheSisName(Transfers):
    """Posts line items without a sourcedId, and keeps the SIS's names in memory."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.names: dict[str, str] = {}

    def name(self, place: ItemPlace, book: SisBook) -> str:
        return self.names.get(place.key) or super().name(place, book)

    async def write_item(self, place: ItemPlace, wanted: LineItem, school: str) -> None:
        course, now = self.register.course, self.clock.now()
        fields = self.decisions.line_item_fields(course, place, wanted, school, now)
        del fields["sourcedId"]
        body = json.dumps({"lineItems": [fields]}).encode()
        url = f"{self.client.base()}{GRADEBOOK}/classes/{place.section}/lineItems"
        headers = self.client.accepting() | {"Content-Type": "application/json"}
        answer = judged(await self.client.converse(Request("POST", url, headers, body)))
        self.names[place.key] = decode(answer.body)["sourcedIdPairs"][0]["allocatedSourcedId"]

    async def push_scores(self, place: ItemPlace, name: str, kind: RunKind) -> None:
        await super().push_scores(place, self.names.get(place.key, name), kind)


class TakesSilenceForARefusal(Transfers):
    """And so treats the score that the SIS shows as entered there."""

    async def write_score(self, mark: Mark, name: str) -> None:
        try:
            await super().write_score(mark, name)
        except Lost as error:
            raise Refused(str(error)) from error


# A kill


class NamesAtRandom(Decisions):
    """Names line items for one process only."""

    def __init__(self) -> None:
        self.life = uuid4().hex

    def line_item_name(self, course: Course, place: ItemPlace) -> str:
        return f"{super().line_item_name(course, place)}:{self.life}"


class ForgetsWhatItSent(Register):
    """Knows the course and the claims after a start, but not what became of them."""

    def __init__(self, state_dir: Path, *, resume: bool) -> None:
        super().__init__(state_dir, resume=resume)
        blank = ExportState.NOT_EXPORTED
        places = [replace(each, state=blank, written=None, seen=False) for each in self.places]
        marks = [replace(each, state=blank, taken=None, ours=(), kept=False) for each in self.marks]
        self._adopt([*places, *marks])


class NeverGoesOn(Transfers):
    def recover(self) -> None:
        return


# Sent again


class SendsAtTheStart(Transfers):
    """Transfers what is new, changed or failed when it is started again."""

    def recover(self) -> None:
        super().recover()
        with suppress(NotAllowed):
            self.transfer()


class SendsEverything(Decisions):
    def needs_item(self, place: ItemPlace, said: LineItem) -> bool:  # noqa: ARG002
        return True

    def needs_result(self, mark: Mark) -> bool:  # noqa: ARG002
        return True


class SendsWhatDoesNotShow(Transfers):
    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        shows = self.name(place, book) in book.items
        if not shows and not place.seen:
            place = replace(place, written=None)
            on = (replace(each, taken=None) for each in self.register.on(place))
            self.register.keep(place, *on)
        await super().push(place, book, kind)


class DropsWhatItCannotSee(Transfers):
    """Treats a score that changed before the SIS shows the line item as sent."""

    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        if place.written is None or self.name(place, book) in book.items:
            await super().push(place, book, kind)
            return
        marks = self.concerned(place, kind)
        sent = [replace(e, taken=e.score, ours=(e.score or 0,), state=DONE) for e in marks]
        self.register.keep(replace(place, state=DONE), *sent)


class NumbersItsSendings(Decisions):
    sent = 0

    def line_item_fields(
        self, course: Course, place: ItemPlace, said: LineItem, school: str, now: float
    ) -> dict[str, Any]:
        fields = super().line_item_fields(course, place, said, school, now)
        return {**fields, "description": self.next()}

    def result_fields(self, line_item: str, mark: Mark, now: float) -> dict[str, Any]:
        return {**super().result_fields(line_item, mark, now), "comment": self.next()}

    def next(self) -> str:
        self.sent += 1
        return f"Sending {self.sent}"


# A token


class CountsItsTokens(Client):
    tokens = 0

    async def new_token(self) -> str:
        self.tokens += 1
        return await super().new_token()


class NamesByRound(NamesAnew):
    def needs_item(self, place: ItemPlace, said: LineItem) -> bool:
        return Decisions.needs_item(self, place, said)


class BeginsAgainWithANewToken(Transfers):
    async def carry_out(self, run: Run) -> None:
        await super().carry_out(run)
        assert isinstance(self.client, CountsItsTokens)
        assert isinstance(self.decisions, NamesByRound)
        if self.client.tokens > 1 and not self.decisions.times:
            self.decisions.times = 1
            self.register.keep(
                *(replace(each, written=None, seen=False) for each in self.register.places),
                *(replace(each, taken=None) for each in self.register.marks),
            )
            await super().carry_out(run)


MUTANTS = (
    flawed(
        "course-sends-at-the-start",
        "Transfers by itself what is new, changed or failed when it is started again.",
        ("SK-ON-TRANSFER",),
        transfers=SendsAtTheStart,
    ),
    flawed(
        "course-names-anew",
        "Gives its line items new names at each transfer.",
        ("SK-NO-DUPLICATE", "SK-TEACHER"),
        decisions=NamesAnew,
        transfers=CountsItsTransfers,
    ),
    flawed(
        "course-names-scores-anew",
        "Gives a changed score a new name.",
        ("SK-NO-DUPLICATE",),
        decisions=NamesScoresByTheirPoints,
    ),
    flawed(
        "course-renames-what-got-lost",
        "Sends a line item under another name if the first attempt got no answer.",
        ("SK-NO-DUPLICATE",),
        decisions=NamesAfterALoss,
        transfers=NotesALoss,
    ),
    flawed(
        "course-lets-the-sis-name",
        "Lets the SIS name line items, and keeps the names only in memory.",
        ("SK-ITEM", "SK-NO-DUPLICATE", "SK-ON-TRANSFER"),
        transfers=LetsTheSisName,
    ),
    flawed(
        "course-disowns-what-got-lost",
        "Treats a score whose answer was lost as entered in the SIS.",
        ("SK-ON-TRANSFER",),
        transfers=TakesSilenceForARefusal,
    ),
    flawed(
        "course-forgets-over-a-kill",
        "Forgets in a kill what it sent, and under which names.",
        ("SK-NO-DUPLICATE",),
        decisions=NamesAtRandom,
        register=ForgetsWhatItSent,
    ),
    flawed(
        "course-forgets-whose-it-is",
        "Treats what it sent before a kill as entered in the SIS.",
        ("SK-ON-TRANSFER",),
        register=ForgetsWhatItSent,
    ),
    flawed(
        "course-never-goes-on",
        "Does not finish a transfer that a kill cut short.",
        ("SK-COMPLETE",),
        hides=(),
        transfers=NeverGoesOn,
    ),
    flawed(
        "course-sends-everything",
        "Sends everything at each transfer.",
        ("SK-LAG", "SK-TEACHER"),
        decisions=SendsEverything,
    ),
    flawed(
        "course-sends-what-does-not-show",
        "Sends again what the SIS does not show yet.",
        ("SK-LAG", "SK-TEACHER"),
        transfers=SendsWhatDoesNotShow,
    ),
    flawed(
        "course-drops-what-it-cannot-see",
        "Does not send a score that changed before the SIS shows the item.",
        ("SK-ON-TRANSFER",),
        transfers=DropsWhatItCannotSee,
    ),
    flawed(
        "course-says-it-otherwise",
        "Sends what the SIS does not show yet again, with other content.",
        ("SK-LAG", "SK-TEACHER"),
        decisions=NumbersItsSendings,
        transfers=SendsWhatDoesNotShow,
    ),
    flawed(
        "course-begins-again",
        "Starts a transfer again, under other names, when it has a new token.",
        ("SK-NO-DUPLICATE",),
        decisions=NamesByRound,
        client=CountsItsTokens,
        transfers=BeginsAgainWithANewToken,
    ),
)
