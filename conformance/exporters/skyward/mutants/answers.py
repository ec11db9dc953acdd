"""Exporters of a course that misread the SIS's answer, or hide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as replaced
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.wire import Answer, NotSent, Request
from conformance.exporters.skyward.client import Client, Refused
from conformance.exporters.skyward.model import ItemPlace, Mark, Run
from conformance.exporters.skyward.mutants.flawed import flawed
from conformance.exporters.skyward.transfers import DONE, FAILED, Transfers


class StopsAtARefusal(Client):
    """Sends nothing more after a refusal."""

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


class FailsTheWholeTransfer(Transfers):
    """Shows everything as failed after one failure."""

    async def carry_out(self, run: Run) -> None:
        await super().carry_out(run)
        places, marks = self.register.places, self.register.marks
        if FAILED in (*(each.state for each in places), *(each.state for each in marks)):
            self.register.keep(
                *(replace(each, state=FAILED) for each in places),
                *(replace(each, state=FAILED) for each in marks),
            )


class ForgetsTheScoresOfARefusedItem(Transfers):
    def fail(self, place: ItemPlace, reason: str) -> None:
        super().fail(place, reason)
        on = self.register.on(place)
        self.register.keep(*(replace(each, state=DONE, message=None) for each in on))


class NeverRenews(Client):
    def may_renew(self) -> bool:
        return False


class AsksForATokenEachTime(Client):
    async def authorized(self, request: Request) -> Request:
        self._token = ""
        return await super().authorized(request)


class RenewsAndGoesOn(Client):
    """Fetches a new token after a 401, but does not repeat the request."""

    async def converse(self, request: Request) -> Answer:
        answer = await self.exchange(await self.authorized(request))
        if answer.status != 401 or not self.may_renew():
            return answer
        self._token = ""
        await self.authorized(request)
        return replaced(answer, status=200)


class SaysExportedOnSending(Transfers):
    """Shows a score as transferred as soon as it sends it, and corrects it by the answer."""

    async def write_score(self, mark: Mark, name: str) -> None:
        self.register.keep(replace(mark, state=DONE))
        await super().write_score(mark, name)


MUTANTS = (
    flawed(
        "course-exported-on-sending",
        "Shows a score as transferred before the SIS has answered.",
        ("SK-TRUTH",),
        transfers=SaysExportedOnSending,
    ),
    flawed(
        "course-stops-at-a-refusal",
        "Sends nothing more after a refusal.",
        ("SK-CLOSED", "SK-COMPLETE", "SK-DROPPED", "SK-ON-TRANSFER"),
        client=StopsAtARefusal,
    ),
    flawed(
        "course-believes-refusals",
        "Treats a refusal as a success.",
        ("SK-TRUTH",),
        client=TakesRefusalsForAcceptance,
    ),
    flawed(
        "course-hides-the-reason",
        "Does not show the SIS's text about a refusal.",
        ("SK-CLOSED", "SK-DROPPED"),
        client=KeepsReasonsToItself,
    ),
    flawed(
        "course-fails-as-a-whole",
        "Shows everything as failed after a refusal.",
        ("SK-ON-TRANSFER", "SK-TRUTH"),
        transfers=FailsTheWholeTransfer,
    ),
    flawed(
        "course-exports-without-an-item",
        "Shows the scores of a refused item as exported.",
        ("SK-TRUTH",),
        transfers=ForgetsTheScoresOfARefusedItem,
    ),
    flawed(
        "course-never-renews",
        "Gives up when its token has expired.",
        ("SK-TOKEN",),
        hides=("SK-AUTH-LOOP",),
        client=NeverRenews,
    ),
    flawed(
        "course-a-token-each",
        "Fetches a new token for every request.",
        ("SK-TOKEN",),
        client=AsksForATokenEachTime,
    ),
    flawed(
        "course-renews-and-goes-on",
        "Renews an expired token, but does not repeat the request that it was refused.",
        ("SK-TOKEN", "SK-TRUTH"),
        hides=("SK-AUTH-LOOP",),
        client=RenewsAndGoesOn,
    ),
)
