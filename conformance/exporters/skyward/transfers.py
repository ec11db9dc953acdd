"""The steps of a transfer: claim, read, write what is new, commit what became of it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from msgspec.structs import replace

from conformance.exporters.kit.background import Background
from conformance.exporters.kit.outcome import ExportState, NotAllowed
from conformance.exporters.kit.times import Clock
from conformance.exporters.kit.wire import Lost, NotSent
from conformance.exporters.skyward.client import (
    GRADEBOOK,
    ROSTERING,
    UNREADABLE,
    Client,
    Refused,
    said,
)
from conformance.exporters.skyward.decisions import CHANGED_THERE, Decisions, reference
from conformance.exporters.skyward.model import (
    Course,
    Item,
    ItemPlace,
    LineItem,
    Mark,
    Run,
    RunKind,
    SisBook,
)
from conformance.exporters.skyward.register import Register

FAILURES = (Lost, NotSent, Refused)
DONE, FAILED, LEFT = ExportState.EXPORTED, ExportState.FAILED, ExportState.NOT_EXPORTED


class Transfers:
    """Carries out transfers in the background of the running event loop.

    Each object keeps its name, so one whose outcome is unknown can be written again. No `await`
    separates choosing the items from the claim.
    """

    def __init__(
        self,
        decisions: Decisions,
        client: Client,
        register: Register,
        clock: Clock,
        work: Background,
    ) -> None:
        self.decisions = decisions
        self.client = client
        self.register = register
        self.clock = clock
        self.work = work

    def transfer(self, sections: Collection[str] = (), items: Collection[str] = ()) -> str:
        """Start a transfer of the ticked items; the text to show. Raises NotAllowed."""
        course = self.open_course()
        ticked = [
            each
            for each in self.register.places
            if self.decisions.is_ticked(course, each, sections, items)
            and each.state is not ExportState.QUEUED
        ]
        unfit = {each.key: self.decisions.unfit(self.item(each)) for each in ticked}
        self.register.keep(*(replace(each, message=unfit[each.key] or None) for each in ticked))
        fit = [each for each in ticked if not unfit[each.key]]
        if not fit:
            raise NotAllowed("Nothing can be transferred.")
        self.start("transfer", fit)
        return f"Transferring {len(fit)} of {len(ticked)}."

    def retry(self) -> str:
        """Start a transfer of what failed; the text to show. What is new or changed since waits for
        the Transfer button. Raises NotAllowed."""
        self.open_course()
        failed = [each for each in self.register.places if self.has_failed(each)]
        if not failed:
            raise NotAllowed("Nothing has failed.")
        self.start("retry", failed)
        return f"Retrying {len(failed)}."

    def start(self, kind: RunKind, places: Collection[ItemPlace]) -> None:
        """Claim these items and send them in the background."""
        claim = Run(0, kind, tuple(each.key for each in places))
        self.work.start(self.carry_out(self.register.begin(claim, self.clock.now())))

    def open_course(self) -> Course:
        """The course. Raises NotAllowed if nothing of it may be sent."""
        course = self.register.course
        if refusal := self.decisions.refusal(course):
            raise NotAllowed(refusal)
        return course

    def has_failed(self, place: ItemPlace) -> bool:
        """Whether an item or a score on it failed and is not being sent."""
        if place.state is ExportState.QUEUED:
            return False
        return FAILED in (place.state, *(each.state for each in self.register.on(place)))

    def recover(self) -> None:
        """After a start, go on with transfers that a kill cut short. Needs a running event loop."""
        for run in self.register.unfinished():
            self.work.start(self.carry_out(run))

    async def carry_out(self, run: Run) -> None:
        """Send the claimed items, section by section, and record what became of them."""
        places = [place for key in run.places if (place := self.register.place(key))]
        for section in dict.fromkeys(each.section for each in places):
            these = [each for each in places if each.section == section]
            await self.carry_out_in(section, these, run.kind)
        self.register.finish(run, self.clock.now())

    async def carry_out_in(self, section: str, places: list[ItemPlace], kind: RunKind) -> None:
        """The same in one section, after reading what the SIS has there."""
        try:
            book = await self.look(section)
        except FAILURES as error:
            for each in places:
                self.fail(each, f"The SIS could not be read: {error}")
            return
        for each in places:
            await self.push(each, book, kind)

    async def look(self, section: str) -> SisBook:
        """What the SIS has in a class. Raises one of FAILURES."""
        within = f"{GRADEBOOK}/classes/{quote(section, safe='')}"
        categories = await self.client.listed(f"{within}/categories", "categories")
        periods = await self.client.listed(f"{ROSTERING}/gradingPeriods", "academicSessions")
        items = await self.client.listed(f"{within}/lineItems", "lineItems")
        klass = await self.client.one(f"{ROSTERING}/classes/{quote(section, safe='')}", "class")
        if not (school := reference(klass, "school")):
            raise Lost(UNREADABLE)
        return SisBook(
            school,
            {said(each, "title"): said(each, "sourcedId") for each in categories},
            {said(each, "sourcedId"): said(each, "endDate")[:10] for each in periods},
            {said(each, "sourcedId"): each for each in items},
        )

    async def push(self, place: ItemPlace, book: SisBook, kind: RunKind) -> None:
        """Send an item to its section, then its scores."""
        item, name = self.item(place), self.name(place, book)
        if problem := self.decisions.problem(item, place, book, name):
            self.fail(place, problem)
            return
        if place.seen and name not in book.items:
            self.fail(place, "The line item was deleted in the SIS.")
            return
        place = replace(place, seen=name in book.items)
        wanted = self.decisions.line_item(item, place, book, name)
        try:
            if self.decisions.needs_item(place, wanted):
                await self.write_item(place, wanted, book.school)
        except FAILURES as error:
            self.fail(place, failure_text(error))
            return
        place = replace(place, written=wanted, state=DONE, message=None)
        self.register.keep(replace(place, state=ExportState.QUEUED))
        await self.push_scores(place, name, kind)
        self.register.keep(place)

    def name(self, place: ItemPlace, book: SisBook) -> str:  # noqa: ARG002
        """The sourcedId of the line item."""
        return self.decisions.line_item_name(self.register.course, place)

    async def write_item(self, place: ItemPlace, wanted: LineItem, school: str) -> None:
        """One PUT of a line item. Raises one of FAILURES."""
        course, now = self.register.course, self.clock.now()
        fields = self.decisions.line_item_fields(course, place, wanted, school, now)
        await self.client.put("lineItems", fields["sourcedId"], "lineItem", fields)

    async def push_scores(self, place: ItemPlace, name: str, kind: RunKind) -> None:
        """Send the scores that the SIS lacks, after reading those that it has."""
        marks = self.concerned(place, kind)
        try:
            held = await self.held(place, name) if place.seen else {}
        except FAILURES as error:
            self.register.keep(
                *(replace(each, state=FAILED, message=failure_text(error)) for each in marks)
            )
            return
        for mark in marks:
            await self.push_score(self.decisions.compared(mark, held), name)

    def concerned(self, place: ItemPlace, kind: RunKind) -> list[Mark]:
        """The scores that a transfer may send. A retry may send those that failed and, after a
        kill, those that were under way."""
        marks = [each for each in self.register.on(place) if self.decisions.is_graded(each)]
        if kind == "transfer":
            return marks
        return [each for each in marks if each.state in (FAILED, ExportState.QUEUED)]

    async def held(self, place: ItemPlace, name: str) -> dict[str, float | None]:
        """The scores that the SIS shows on a line item, by student. Raises one of FAILURES."""
        line_item = f"lineItems/{quote(name, safe='')}"
        within = f"{GRADEBOOK}/classes/{quote(place.section, safe='')}"
        found = await self.client.listed(f"{within}/{line_item}/results", "results")
        return {reference(each, "student"): each.get("score") for each in found}

    async def push_score(self, mark: Mark, name: str) -> None:
        """Send one score if the SIS lacks it, and commit what became of it."""
        if mark.kept:
            self.register.keep(replace(mark, state=LEFT, message=CHANGED_THERE))
            return
        if not self.decisions.needs_result(mark):
            self.register.keep(replace(mark, state=DONE, message=None))
            return
        assert mark.score is not None
        before, mark = mark, replace(mark, ours=(*mark.ours, mark.score), state=ExportState.QUEUED)
        self.register.keep(mark)
        try:
            await self.write_score(mark, name)
        except Lost as error:
            self.settle(mark, replace(mark, state=FAILED, message=failure_text(error)))
        except (NotSent, Refused) as error:
            self.settle(mark, replace(before, state=FAILED, message=failure_text(error)))
        else:
            self.settle(mark, replace(mark, taken=mark.score, state=DONE, message=None))

    async def write_score(self, mark: Mark, name: str) -> None:
        """One PUT of a result. Raises one of FAILURES."""
        fields = self.decisions.result_fields(name, mark, self.clock.now())
        await self.client.put("results", fields["sourcedId"], "result", fields)

    def settle(self, sent: Mark, fate: Mark) -> None:
        """Commit what became of a score. A score that the teacher changed meanwhile is not sent."""
        now = self.register.mark(sent.key)
        assert now is not None
        if now.score != sent.score:
            fate = replace(fate, score=now.score, state=LEFT, message=None)
        self.register.keep(fate)

    def item(self, place: ItemPlace) -> Item:
        found = self.register.course.item(place.item)
        assert found is not None
        return found

    def fail(self, place: ItemPlace, reason: str) -> None:
        """Commit the failure of an item, and so of its scores."""
        waiting = [each for each in self.register.on(place) if self.decisions.is_graded(each)]
        self.register.keep(
            replace(place, state=FAILED, message=reason),
            *(
                replace(each, state=FAILED, message=f"The item was not accepted: {reason}")
                for each in waiting
                if self.decisions.needs_result(each)
            ),
        )


def failure_text(error: Exception) -> str:
    """The text about a failure, for the teacher."""
    if isinstance(error, Refused):
        return f"The SIS refused it: {error}"
    if isinstance(error, NotSent):
        return f"Nothing was sent: {error}."
    return f"It is not known whether the SIS accepted it ({error}); press Transfer again."
