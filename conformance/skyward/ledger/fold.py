"""The fold over the steps and requests of a case, in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from conformance.model.account import Account, Breach, Notes
from conformance.model.evidence import Done, Evidence, Held
from conformance.model.steps import (
    Act,
    Advance,
    Export,
    Kill,
    Load,
    Plug,
    Quiet,
    Restart,
    Retry,
    Settle,
    Unplug,
)
from conformance.model.steps import State as StateStep
from conformance.skyward.evidence.fates import Fate, fate_of
from conformance.skyward.evidence.held import Holding
from conformance.skyward.evidence.wire import SentObject, line_items_in, results_in
from conformance.skyward.ledger import choosing, record, shown
from conformance.skyward.ledger.due import Course, Row
from conformance.skyward.ledger.judging import Moment, Teacher, judge_item, judge_place, judge_score
from conformance.skyward.ledger.licences import Known, Press, Sending, owed, retriable, ticked
from conformance.skyward.ledger.settling import refused_press, settle
from mock_sis.clock import day_at, time_zone
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

PATIENCE = 5.0
"""Seconds that an exporter waits for an answer if neither it nor the suite says."""

UNTRIED = "the SIS accepted no item, so this rule cannot be judged"
"""Why nothing is known of an exporter that transfers nothing."""


def fold(evidence: Evidence) -> Account:
    """The account of one case."""
    state = Fold(evidence)
    for done, entries, later in in_order(evidence):
        state.begin(done)
        for entry in entries:
            state.exchange(entry)
        state.end(done)
        for entry in later:
            state.exchange(entry)
    return state.account()


def in_order(evidence: Evidence) -> Iterator[tuple[Done, list[Entry], list[Entry]]]:
    """Each step with the exchanges during it, and those between it and the next step."""
    steps = evidence.steps
    for place, done in enumerate(steps):
        after = steps[place + 1].first if place + 1 < len(steps) else float("inf")
        numbered = [entry for entry in evidence.journal if done.first < entry.number]
        yield (
            done,
            [entry for entry in numbered if entry.number <= done.last],
            [entry for entry in numbered if done.last < entry.number <= after],
        )


class Fold:
    """The state of the ledger between two events."""

    def __init__(self, evidence: Evidence) -> None:
        zone = time_zone(evidence.gradebook.get("time_zone", "UTC"))
        self.course, self.sis, self.known = Course(zone=zone), Holding(), Known()
        self.notes = Notes()
        self.press: Press | None = None
        self.unplugged = False
        self.reads: list[int] = []
        self.messages = "row.messages" in evidence.exporter.features
        self.oauth2 = evidence.configured.get("credentials", {}).get("type") == "oauth2"
        said = evidence.exporter.timeout or evidence.configured.get("timeout")
        self.timeout = float(said or PATIENCE)
        self.teacher = Teacher()
        self.changes: dict[int, list[Held]] = {}
        for each in evidence.held:
            self.changes.setdefault(each.number, []).append(each)
        self.sis.apply(self.changes.pop(0, ()))
        self.teacher.foreign = record.foreign_items(self.sis)

    def account(self) -> Account:
        """What was found. Breaches of one rule with one fault point to the first of them."""
        found = self.notes.account()
        breaches = tuple(_pointing_to_the_first(found.breaches))
        if any(len(row) == 2 for row in self.known.confirmed):
            return Account(breaches, found.tried)
        unknown = record.AFTER_A_TRANSFER - {each.rule for each in breaches}
        tried = {rule: times for rule, times in found.tried.items() if rule not in unknown}
        return Account(breaches, tried, UNTRIED)

    # Steps

    def begin(self, done: Done) -> None:
        """What a step says before its requests."""
        step = done.step
        if done.skipped:
            return
        match step:
            case Load() if done.message and "course" in done.message:
                self.course.load(done.message["course"])
            case Act():
                self.act(step, (done.answer or {}).get("done") is True)
            case Export() | Retry():
                self.pressed(done)
            case Unplug() | Plug():
                self.unplugged = isinstance(step, Unplug)
            case Kill() if self.press:
                self.press.excused = "the exporter was killed"
                self.known.disturbed = done.last
            case Advance() | Quiet() | Restart() if self.press is None and self.waiting():
                self.notes.tried("SK-ON-TRANSFER")

    def end(self, done: Done) -> None:
        """What a step has come to."""
        if done.skipped or done.missed:
            return
        match done.step:
            case Settle() if self.press:
                settle(self.moment(self.press), self.press)
                self.press = None
            case Act(action="choose_category") as step if done.answer is not None:
                self.not_chosen(step, done)
            case StateStep():
                shown.judge(self.moment(self.press), done, self.reads, messages=self.messages)

    def act(self, step: Act, accepted: bool) -> None:
        """The teacher did something in the product."""
        if step.action == "choose_category":
            row = (str(step.fields["item"]), step.fields["section"])
            if accepted:
                choosing.judge_accepted(self.moment(self.press), row, step.fields["category"])
            if row in self.known.confirmed:
                self.teacher.chose_again.add(row)
            options = self.sis.categories(row[1], step.fields["category"])
            self.course.options[row] = options if accepted else self.course.options.get(row, set())
        if accepted:
            self.course.act(step.action, step.fields)

    def not_chosen(self, step: Act, done: Done) -> None:
        """The product may have refused a category. A failed exchange excuses that."""
        accepted = (done.answer or {}).get("done") is True
        if not (accepted or self.unplugged or self.known.disturbed > done.first):
            row = (str(step.fields["item"]), step.fields["section"])
            choosing.judge_refused(self.moment(self.press), row, step.fields["category"])

    def pressed(self, done: Done) -> None:
        """Transfer or retry was pressed."""
        course, step, retry = self.course, done.step, isinstance(done.step, Retry)
        fields: Mapping[str, Any] = step.fields if isinstance(step, Export) else {}
        press = Press(
            step.label,
            ticked(fields, "sections", iter(course.about["sections"])),
            ticked(fields, "items", iter(course.items)),
            retry,
            scores=dict(course.scores),
            retriable=frozenset(retriable(self.known)) if retry else frozenset(),
            first=done.first,
        )
        press.must = owed(course, self.sis, self.known, press, day_at(done.at, self.course.zone))
        if done.answer is not None and not done.answer.get("accepted", True):
            if self.press is None and not self.unplugged:
                refused_press(self.moment(press), press)
            return
        press.before = frozenset(self.known.last)
        press.unposted = any(
            not self.known.is_posted(self.sis, row)
            for row in self.known.confirmed
            if press.has(row)
        )
        if self.press is not None:  # pressed again before it had settled
            press.must += [row for row in self.press.must if row not in press.must]
            press.sent |= self.press.sent
            press.excused = self.press.excused
        self.press = press
        if self.unplugged:
            self.stop(press, "the port of the SIS was closed")
        rows = (*course.item_rows(), *course.scores)
        self.known.pressed |= {row: course.scores.get(row) for row in rows if press.has(row)}

    def waiting(self) -> bool:
        """Whether something is new or changed, so that it must wait for Transfer."""
        return any(
            due is not None and (row not in self.known.last or self.known.last[row].value != due)
            for row, due in self.course.scores.items()
        )

    def moment(self, press: Press | None) -> Moment:
        """All that a judgement needs."""
        return Moment(self.course, self.sis, self.known, press, self.notes, self.teacher)

    # Exchanges

    def exchange(self, entry: Entry) -> None:
        """One request of the exporter, or one call of the suite. Its rows are held against what was
        known before it."""
        fate = fate_of(entry, self.timeout)
        sendings = [
            *(self.sent_item(entry, sent, fate) for sent in line_items_in(entry)),
            *(self.sent_score(entry, sent, fate) for sent in results_in(entry)),
        ]
        changes = self.sis.apply(self.changes.pop(entry.number, ()))
        record.judge(self.moment(self.press), entry, changes)
        if entry.operation.startswith("control."):
            return
        for row, sending in filter(None, sendings):
            self.learn(row, sending, entry)
        if entry.call.method == "GET" and fate is Fate.CONFIRMED:
            self.reads.append(entry.number)
        written = bool(sendings)
        if not written and _has_failed(entry, fate):
            self.known.disturbed = entry.number
        if self.press is not None:
            self.follow(self.press, entry, fate, written=written)

    def follow(self, press: Press, entry: Entry, fate: Fate, *, written: bool) -> None:
        """What an exchange means for the rest of the press."""
        if entry.operation == "oneroster.token":
            press.tokens.append(entry.number)
        status = entry.outcome.status if isinstance(entry.outcome, Reply) else None
        if status == 401 and self.oauth2:
            press.expired.append(entry.number)
            if len(press.expired) > 1:
                self.stop(press, "the SIS refused a new token")
        elif status == 401:
            self.stop(press, "the SIS refused the credentials")
        elif _has_failed(entry, fate) and not (written and fate is Fate.REFUSED):
            self.stop(press, f"#{entry.number} failed")

    def stop(self, press: Press, why: str) -> None:
        """The exporter may stop here. What it had sent before this press may be shown as failed."""
        press.excused = press.excused or why
        self.known.stopped = press.first

    def sent_item(self, entry: Entry, sent: SentObject, fate: Fate) -> tuple[Row, Sending] | None:
        """A line item was sent: its row, unless it is not of the course."""
        item = self.resolve(sent)
        row: Row = (item, sent.ref("class"))
        moment = self.moment(self.press)
        if not item:
            title = sent.raw.get("title")
            text = f"sent a line item with the title {title!r} (#{sent.number})"
            if self.course.items:
                text = f"{text}, which is not an item of the course"
                self.notes.breach(Breach("SK-NO-TOTALS", "", text, (sent.number,)))
            return None
        judge_item(moment, row, sent)
        return row, Sending(sent, fate, sent.ref("category"), entry.received)

    def resolve(self, sent: SentObject) -> str:
        """The item that a line item is about: by its title, or else by its sourcedId."""
        section = sent.ref("class")
        known = self.known.items.get(sent.sourced_id, ())
        named = [row[0] for row in known if row[1] == section]
        title = sent.raw.get("title")
        if named and self.course.items[named[0]]["title"] == title:
            return named[0]
        return self.course.item_titled(title, section, sent.raw) or (named[0] if named else "")

    def sent_score(self, entry: Entry, sent: SentObject, fate: Fate) -> tuple[Row, Sending] | None:
        """A result was sent: its row, unless its line item is not of the course."""
        student = sent.ref("student")
        where = self.course.section_of.get(student, "")
        about = self.known.items.get(sent.ref("lineItem"), [])
        if not about:
            return None  # a line item that was never made, or one of the SIS: see record.judge
        item = next((row for row in about if row[1] == where), about[-1])
        row: Row = (item[0], where, student)
        judge_place(self.moment(self.press), row, item[1], sent)
        judge_score(self.moment(self.press), row, sent)
        value = sent.raw.get("score")
        edits = self.course.edits.get(row, 0)
        return row, Sending(sent, fate, value, entry.received, edits)

    def learn(self, row: Row, sending: Sending, entry: Entry) -> None:
        """What the exporter knows of a row now."""
        sending = replace(sending, faulted=bool(entry.faults))
        status = sending.sent.status
        if status == 401 and self.oauth2:
            if self.press is not None:
                self.press.unauthorized.add(row)
            return  # it had no effect, and is repeated with a new token
        self.known.last[row] = sending
        self.known.passed_over.discard(row)
        if sending.fate is Fate.CONFIRMED:
            self.known.confirmed[row] = sending
        if not sending.sent.refused:
            self.known.name(row, sending.sent.sourced_id)
        if self.press is not None:
            self.press.sent[row] = entry.number
            if sending.fate is Fate.REFUSED:
                self.press.refused[row] = entry.number


def _has_failed(entry: Entry, fate: Fate) -> bool:
    """Whether the SIS or the connection let an exporter down. A refusal that no fault decided is
    the answer to a wrong request, or to the question whether something is there; a 401 or a 403
    may be about the credentials."""
    status = entry.outcome.status if isinstance(entry.outcome, Reply) else None
    if fate is Fate.REFUSED and not entry.faults:
        return status in (401, 403)
    return fate is not Fate.CONFIRMED


def _pointing_to_the_first(breaches: Iterable[Breach]) -> Iterator[Breach]:
    """Breaches of one rule and fault point to the entries of the first of them."""
    first: dict[tuple[str, str, tuple[str, ...]], Breach] = {}
    for each in breaches:
        same = first.setdefault((each.rule, each.fault or each.message, each.steps), each)
        yield replace(each, entries=same.entries)
