"""Exporters that go about a course otherwise than the reference, and as rightly: no rule is broken
by them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from dataclasses import replace as replaced
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from conformance.dialects import RULES
from conformance.drivers.inprocess import InProcessDriver
from conformance.exporters.dialects import DIALECTS
from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.kit.store import Store
from conformance.exporters.kit.wire import Lost, NotSent, Request
from conformance.exporters.skyward import Parts
from conformance.exporters.skyward.client import GRADEBOOK, ROSTERING, Refused, judged
from conformance.exporters.skyward.face import SkywardFace
from conformance.exporters.skyward.model import ItemPlace, Mark, RunKind, SisBook, joined
from conformance.exporters.skyward.transfers import DONE, FAILED, LEFT, Transfers, failure_text
from conformance.judging.verdicts import Status
from conformance.runner.run import Options, run
from helpers.suite.jumping_loop import run_jumping

SKYWARD = [rule for rule in RULES if rule.profile == "skyward"]


class PostsScoresTogether(Transfers):
    """All scores of an item that are to be sent, in one POST."""

    async def push_scores(self, place: ItemPlace, name: str, kind: RunKind) -> None:
        held = await self.held(place, name) if place.seen else {}
        marks = [self.decisions.compared(each, held) for each in self.concerned(place, kind)]
        self.register.keep(*(replace(each, state=LEFT) for each in marks if each.kept))
        due = [each for each in marks if not each.kept and self.decisions.needs_result(each)]
        due = [replace(each, ours=(*each.ours, each.score)) for each in due]
        self.register.keep(*due)
        if not due:
            return
        try:
            await self.post(place, name, due)
        except Refused as error:
            if len(due) == 1:
                self.register.keep(
                    *(replace(e, state=FAILED, message=failure_text(error)) for e in due)
                )
            else:
                await super().push_scores(place, name, kind)
        except (Lost, NotSent) as error:
            self.register.keep(
                *(replace(e, state=FAILED, message=failure_text(error)) for e in due)
            )
        else:
            self.register.keep(*(replace(each, taken=each.score, state=DONE) for each in due))

    async def post(self, place: ItemPlace, name: str, marks: list[Mark]) -> None:
        rows = [self.decisions.result_fields(name, each, self.clock.now()) for each in marks]
        url = f"{self.client.base()}{GRADEBOOK}/lineItems/{name.replace(':', '%3A')}/results"
        headers = self.client.accepting() | {"Content-Type": "application/json"}
        body = json.dumps({"results": rows}).encode()
        judged(await self.client.converse(Request("POST", url, headers, body)))


class RefusesUntilAllAreChosen(Transfers):
    """The button is grey while one of the items lacks a category."""

    def transfer(self, sections: Collection[str] = (), items: Collection[str] = ()) -> str:
        course = self.register.course
        for place in self.register.places:
            ticked = self.decisions.is_ticked(course, place, sections, items)
            if ticked and not place.category and not self.decisions.unfit(self.item(place)):
                raise NotAllowed("Choose a category for every item first.")
        return super().transfer(sections, items)


class WaitsForThePosting(Transfers):
    """Leaves alone what the SIS has accepted and does not show, changed scores and all."""

    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        if place.written is not None and self.name(place, book) not in book.items:
            self.register.keep(replace(place, state=DONE))
            return
        await super().push(place, book, kind)


class KnowsTheRoster(Transfers):
    """Looks up who is in a class, and does not try to send the scores of others."""

    roster: frozenset[str] = frozenset()

    async def look(self, section: str) -> SisBook:
        found = await self.client.listed(f"{ROSTERING}/classes/{section}/students", "users")
        self.roster = frozenset(str(each["sourcedId"]) for each in found)
        return await super().look(section)

    async def push_score(self, mark: Mark, name: str) -> None:
        if str(mark.student) in self.roster:
            await super().push_score(mark, name)
        else:
            gone = "The student is no longer in the class."
            self.register.keep(replace(mark, state=FAILED, message=gone))


class LeavesWhatIsOver(Transfers):
    """Does not try to send items of a term that has ended by the calendar."""

    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        if book.last_days[self.item(place).term] < "2026-06-15":
            self.fail(place, "The term is over.")
        else:
            await super().push(place, book, kind)


class DeletesClearedScores(Transfers):
    """Deletes the result of a score that was removed."""

    async def push_scores(self, place: ItemPlace, name: str, kind: RunKind) -> None:
        await super().push_scores(place, name, kind)
        for mark in self.register.on(place):
            if mark.score is None and mark.taken is not None:
                sourced = quote(self.decisions.result_name(name, mark), safe="")
                url = f"{self.client.base()}{GRADEBOOK}/results/{sourced}"
                judged(await self.client.converse(Request("DELETE", url, self.client.accepting())))
                self.register.keep(replace(mark, taken=None, ours=()))


class LooksAfterALoss(Transfers):
    """Reads a line item's results after a lost answer, and believes them."""

    async def write_score(self, mark: Mark, name: str) -> None:
        try:
            await super().write_score(mark, name)
        except Lost:
            place = self.register.place(joined(mark.item, mark.section))
            assert place is not None
            if (await self.held(place, name)).get(str(mark.student)) != mark.score:
                raise


class StopsAtALoss(Transfers):
    """Sends nothing more in a transfer once an answer got lost."""

    lost = False

    async def carry_out(self, run: Any) -> None:
        self.lost = False
        await super().carry_out(run)

    async def push_score(self, mark: Mark, name: str) -> None:
        if not self.lost:
            await super().push_score(mark, name)
            now = self.register.mark(mark.key)
            self.lost = now is not None and "not known" in (now.message or "")


class SendsAgainWhatShows(Transfers):
    """Sends every score at each transfer whose line item the SIS shows."""

    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        if self.name(place, book) in book.items and kind == "transfer":
            marks = [each for each in self.register.on(place) if not each.kept]
            self.register.keep(*(replace(each, taken=None) for each in marks))
        await super().push(place, book, kind)


class WritesSecondsLater(Transfers):
    """Answers Transfer at once, and takes its time."""

    async def carry_out(self, *run: Any) -> None:
        await asyncio.sleep(2)  # by the clock of the loop, which jumps
        await super().carry_out(*run)


VARIANTS = (
    PostsScoresTogether,
    RefusesUntilAllAreChosen,
    WaitsForThePosting,
    KnowsTheRoster,
    LeavesWhatIsOver,
    DeletesClearedScores,
    LooksAfterALoss,
    StopsAtALoss,
    SendsAgainWhatShows,
    WritesSecondsLater,
)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
def test_what_is_done_otherwise_and_rightly_breaks_no_rule(
    variant: type[Transfers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "synchronous", "OFF")
    opened = partial(SkywardFace, parts=Parts(transfers=variant))
    dialects = [replaced(each, open=opened) for each in DIALECTS if each.name == "skyward"]
    make = partial(ReferenceAdapter, "variant", dialects)
    found = run_jumping(run(SKYWARD, InProcessDriver(make, 100), "variant", Options()))
    assert {
        each.rule.id: [violation.message for violation in each.violations] or each.reason
        for each in found.verdicts
        if each.status is not Status.PASS
    } == {}
