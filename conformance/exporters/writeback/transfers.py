"""The order of things in a transfer: claim, read, write what is new, commit what became of it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from msgspec.structs import replace

from conformance.exporters.reference.model import ExportState, NotAllowed
from conformance.exporters.reference.times import Clock
from conformance.exporters.reference.wire import Lost, NotSent
from conformance.exporters.schoology.background import Background
from conformance.exporters.writeback.client import GRADEBOOK, ROSTERING, Client, Refused
from conformance.exporters.writeback.model import Book, Item, LineItem, Mark, Place, Run
from conformance.exporters.writeback.register import Register
from conformance.exporters.writeback.rules import CHANGED_THERE, Rules, reference

FAILURES = (Lost, NotSent, Refused)
DONE, FAILED, LEFT = ExportState.EXPORTED, ExportState.FAILED, ExportState.NOT_EXPORTED


class Transfers:
    """Carries out transfers in the background of the running event loop.

    All is written under names that stay the same, so that what is in doubt can be written again.
    There is no `await` between the look at what can be sent and the claim.
    """

    def __init__(
        self, rules: Rules, client: Client, register: Register, clock: Clock, work: Background
    ) -> None:
        self.rules = rules
        self.client = client
        self.register = register
        self.clock = clock
        self.work = work

    def transfer(self, sections: Collection[str] = (), items: Collection[str] = ()) -> str:
        """Starts a transfer of what is ticked; the text to show. Raises NotAllowed."""
        course = self.register.course
        if refusal := self.rules.refusal(course):
            raise NotAllowed(refusal)
        ticked = [
            each
            for each in self.register.places
            if self.rules.is_ticked(course, each, sections, items)
            and each.state is not ExportState.QUEUED
        ]
        unfit = {each.key: self.rules.unfit(self.item(each)) for each in ticked}
        self.register.keep(
            *(replace(each, message=unfit[each.key]) for each in ticked if unfit[each.key])
        )
        fit = [each for each in ticked if not unfit[each.key]]
        if not fit:
            raise NotAllowed("There is nothing to transfer.")
        self.work.start(self.carry_out(self.register.begin(fit)))
        return f"Transferring {len(fit)} of {len(ticked)}."

    def recover(self) -> None:
        """After a start, goes on with what a kill cut short. Needs a running event loop."""
        for run in self.register.unfinished():
            self.work.start(self.carry_out(run))

    async def carry_out(self, run: Run) -> None:
        """Sends what was claimed, section by section, and records what became of it."""
        places = [place for key in run.places if (place := self.register.place(key))]
        for section in dict.fromkeys(each.section for each in places):
            await self.carry_out_in(section, [each for each in places if each.section == section])
        self.register.finish(run, self.clock.now())

    async def carry_out_in(self, section: str, places: list[Place]) -> None:
        """The same in one section, after a look at what the SIS has there."""
        try:
            book = await self.look(section)
        except FAILURES as error:
            for each in places:
                self.fail(each, f"The SIS could not be read: {error}")
            return
        for each in places:
            await self.push(each, book)

    async def look(self, section: str) -> Book:
        """What the SIS has in a class. Raises one of FAILURES."""
        within = f"{GRADEBOOK}/classes/{quote(section, safe='')}"
        categories = await self.client.listed(f"{within}/categories", "categories")
        periods = await self.client.listed(f"{ROSTERING}/gradingPeriods", "academicSessions")
        items = await self.client.listed(f"{within}/lineItems", "lineItems")
        klass = await self.client.one(f"{ROSTERING}/classes/{quote(section, safe='')}", "class")
        return Book(
            reference(klass, "school"),
            {str(each["title"]): str(each["sourcedId"]) for each in categories},
            {str(each["sourcedId"]): str(each["endDate"]) for each in periods},
            {str(each["sourcedId"]): each for each in items},
        )

    async def push(self, place: Place, book: Book) -> None:
        """Sends an item to its section, and then the scores."""
        item, name = self.item(place), self.name(place, book)
        if problem := self.rules.problem(item, place, book):
            self.fail(place, problem)
            return
        if place.seen and name not in book.items:
            self.fail(place, "The line item was taken away in the SIS.")
            return
        place = replace(place, seen=name in book.items)
        said = self.rules.line_item(item, place, book, name)
        try:
            if self.rules.needs_item(place, said):
                await self.write_item(place, said, book.school)
        except FAILURES as error:
            self.fail(place, told(error))
            return
        place = replace(place, written=said, state=DONE, message=None)
        self.register.keep(replace(place, state=ExportState.QUEUED))
        await self.push_scores(place, name)
        self.register.keep(place)

    def name(self, place: Place, book: Book) -> str:  # noqa: ARG002
        """The sourcedId of the line item."""
        return self.rules.line_item_name(self.register.course, place)

    async def write_item(self, place: Place, said: LineItem, school: str) -> None:
        """One PUT of a line item. Raises one of FAILURES."""
        course, now = self.register.course, self.clock.now()
        fields = self.rules.line_item_fields(course, place, said, school, now)
        await self.client.put("lineItems", fields["sourcedId"], "lineItem", fields)

    async def push_scores(self, place: Place, name: str) -> None:
        """Sends the scores that the SIS lacks, after a look at those it has."""
        marks = [each for each in self.register.on(place) if self.rules.is_graded(each)]
        try:
            held = await self.held(place, name) if place.seen else {}
        except FAILURES as error:
            self.register.keep(
                *(replace(each, state=FAILED, message=told(error)) for each in marks)
            )
            return
        for mark in marks:
            await self.push_score(self.rules.compared(mark, held), name)

    async def held(self, place: Place, name: str) -> dict[str, float | None]:
        """The scores that the SIS shows on a line item, by student. Raises one of FAILURES."""
        line_item = f"lineItems/{quote(name, safe='')}"
        within = f"{GRADEBOOK}/classes/{quote(place.section, safe='')}"
        found = await self.client.listed(f"{within}/{line_item}/results", "results")
        return {reference(each, "student"): each.get("score") for each in found}

    async def push_score(self, mark: Mark, name: str) -> None:
        """Sends one score where the SIS lacks it, and commits what became of it."""
        if mark.kept:
            self.register.keep(replace(mark, state=LEFT, message=CHANGED_THERE))
            return
        if not self.rules.needs_result(mark):
            self.register.keep(replace(mark, state=DONE, message=None))
            return
        assert mark.score is not None
        before, mark = mark, replace(mark, ours=(*mark.ours, mark.score), state=ExportState.QUEUED)
        self.register.keep(mark)
        try:
            await self.write_score(mark, name)
        except Lost as error:
            self.settle(mark, replace(mark, state=FAILED, message=told(error)))
        except (NotSent, Refused) as error:
            self.settle(mark, replace(before, state=FAILED, message=told(error)))
        else:
            self.settle(mark, replace(mark, taken=mark.score, state=DONE, message=None))

    async def write_score(self, mark: Mark, name: str) -> None:
        """One PUT of a result. Raises one of FAILURES."""
        fields = self.rules.result_fields(name, mark, self.clock.now())
        await self.client.put("results", fields["sourcedId"], "result", fields)

    def settle(self, sent: Mark, fate: Mark) -> None:
        """Commits what became of a score. What the teacher changed meanwhile is not sent yet."""
        now = self.register.mark(sent.key) or sent
        if now.score != sent.score:
            fate = replace(fate, score=now.score, state=LEFT, message=None)
        self.register.keep(fate)

    def item(self, place: Place) -> Item:
        found = self.register.course.item(place.item)
        assert found is not None
        return found

    def fail(self, place: Place, reason: str) -> None:
        """Commits that an item did not get there, and so none of its scores."""
        waiting = [each for each in self.register.on(place) if self.rules.is_graded(each)]
        self.register.keep(
            replace(place, state=FAILED, message=reason),
            *(
                replace(each, state=FAILED, message=f"The item was not taken: {reason}")
                for each in waiting
                if self.rules.needs_result(each)
            ),
        )


def told(error: Exception) -> str:
    """A failure in the teacher's words."""
    if isinstance(error, Refused):
        return f"The SIS refused it: {error}"
    if isinstance(error, NotSent):
        return f"Nothing was sent: {error}."
    return f"It is not known whether the SIS took it ({error}); press Transfer again."
