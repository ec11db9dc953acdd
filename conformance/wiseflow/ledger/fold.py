"""The fold: every request, state and settled press of a case, held against what was allowed.

Theory of operation. Steps are taken in order. A press of export or retry, or a grade that becomes
final under instant export, gives licences: who may be sent, who must, and with which values. The
requests up to the end of the next settling use them up. A row without a licence is a breach, and
the fate of the participant's last row decides of which rule: "confirmed" means sent twice, "failed"
means retried by itself. Time, a synchronisation, a restart and an answer of the SIS give none.

- An action is applied before the requests of its step, because an exporter may send within it.
- A request that fails, or a kill, may keep the rest of a press from being sent. What is left of its
  licences is dropped, and those participants count as perhaps not sent.
- What must be sent is checked once the press has settled undisturbed.
- A fate holds from the end of the step in which the answer was sent; until then it is OPEN.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from conformance.model import steps
from conformance.model.account import Account, Breach, Notes
from conformance.model.evidence import Done, Evidence
from conformance.wiseflow.evidence import NOTHING_SENT, SentGrade
from conformance.wiseflow.ledger import classes
from conformance.wiseflow.ledger.due import Exam, acted, loaded
from conformance.wiseflow.ledger.exchanges import Exchange, Fate, exchanges
from conformance.wiseflow.ledger.licences import gate, licences
from conformance.wiseflow.ledger.shown import State, judge_state
from conformance.wiseflow.ledger.statuses import RULES as ON_STATUSES
from conformance.wiseflow.ledger.statuses import judge_statuses
from conformance.wiseflow.ledger.values import Licence, Person, Press, press_of, who
from mock_sis.exchange import Reply

WAITING = frozenset({Fate.FAILED, Fate.REFUSED, Fate.UNKNOWN})
"""Fates after which a careless exporter plans another attempt."""

REFUSED_CONNECTION = "WF-NORETRY-RESET"
"""The rule against sending again what a closed port kept from being sent."""

RELATIVE = ("who", "on whose")
"""How the words begin that describe a participant, and are set off by a comma."""


@dataclass
class Fold:
    """The state of the fold. `open` are the licences not used yet, `flying` the exchanges whose
    answers are outstanding, `seen` all exchanges so far."""

    evidence: Evidence
    exam: Exam
    people: dict[str, Person]
    synced: bool
    notes: Notes = field(default_factory=Notes)
    press: Press = field(default_factory=Press)
    open: dict[str, Licence] = field(default_factory=dict)
    flying: list[Exchange] = field(default_factory=list)
    seen: list[Exchange] = field(default_factory=list)
    resync_failed: bool = False
    ended: bool = False
    unplugged: bool = False
    now: float = 0.0

    @property
    def over(self) -> bool:
        """Whether the assessment period is over, by the exporter's clock or because it was told."""
        return self.ended or self.now >= self.exam.end

    def begin(self, done: Done) -> None:
        """Apply a step, before its requests."""
        self.now = done.at - self.evidence.skew
        match done.step:
            case steps.Export() | steps.Retry() | steps.Act():
                self._pressed(done)
            case steps.EndPeriod():
                self.ended, self.press = True, Press()
            case steps.Kill():
                self._killed()
            case steps.Quiet() | steps.Advance() | steps.Restart() if not self.press.kind:
                self.notes.tried("WF-ASKED", times=self.over)
            case steps.Unplug() | steps.Plug():
                self.unplugged = isinstance(done.step, steps.Unplug)

    def _pressed(self, done: Done) -> None:
        before, press = self.exam, press_of(done)
        if isinstance(done.step, steps.Act) and press.accepted:
            self.exam = acted(before, done.step.action, done.step.fields, self.now)
            for name in self.exam.people.keys() - self.people.keys():
                self.people[name] = Person(late=bool(self.seen))
        press.blocked = gate(self.exam, press, synced=self.synced, over=self.over)
        press.sure = not self.resync_failed
        press.disturbed = REFUSED_CONNECTION if self.unplugged else ""
        self.press = press
        self.open = licences(before, self.exam, self.people, press, over=self.over)
        self.notes.tried(*classes.tempted(self.exam, self.people, press, self.open))
        if self.unplugged:
            self._drop()

    def _killed(self) -> None:
        for exchange in self.flying:
            for person in self._carried(exchange):
                person.fate = Fate.UNKNOWN
        self.flying.clear()
        self.press.disturbed = "WF-ASKED"
        self._drop()
        self.press = Press()
        for person in self.people.values():
            person.killed = person.killed or person.exchange is not None

    def request(self, exchange: Exchange, open_at_end: tuple[int, ...]) -> None:
        """Judge the rows of a request, and note what became of them."""
        self.seen.append(exchange)
        if not exchange.request.rows:
            self._unreadable(exchange)
        else:
            self.notes.tried("WF-NO-DUPLICATES")
            self.notes.tried(*classes.chosen(self.exam, self.people, self.press))
        times = Counter(exchange.request.user_ids)
        for name in (name for name, count in times.items() if count > 1):
            text = f"in {times[name]} rows of one request"
            self._breach(("WF-NO-DUPLICATES", text), name, exchange)
        for row in {row.user_id: row for row in exchange.request.rows}.values():
            self._row(row, exchange)
        if exchange.fate is not Fate.CONFIRMED:
            self.press.disturbed = exchange.cause
        if exchange.number in open_at_end:
            self.flying.append(exchange)
        else:
            self._land(exchange)

    def _row(self, row: SentGrade, exchange: Exchange) -> None:
        person = self.people.get(row.user_id)
        if person is None:
            self.press.disturbed = exchange.cause  # the id stands for somebody in the flow
            self._breach(("WF-VALUE", "who is not in the flow"), row.user_id, exchange)
            return
        licence = self.open.pop(row.user_id, None)
        if licence is None:
            wrong: classes.Why | None = self._unlicensed(row.user_id)
        else:
            self.notes.tried(*classes.value_rules(licence, person.row))
            wrong = classes.wrong_value(row, licence, person.row)
        if wrong:
            self._breach(wrong, row.user_id, exchange)
        person.fate, person.exchange, person.press = Fate.OPEN, exchange, self.press
        person.row, person.killed = row, False

    def _unlicensed(self, name: str) -> classes.Why:
        """What is wrong with sending a participant for whom there is no licence."""
        gates = gate(self.exam, Press("export"), synced=self.synced, over=self.over)
        return classes.unlicensed(self.exam, name, self.people[name], self.press, gates)

    def _unreadable(self, exchange: Exchange) -> None:
        """A body that names nobody may name anybody: it uses up all licences. Where there is none,
        it counts as sending again those who were sent before."""
        sent = [name for name, person in self.people.items() if person.exchange is not None]
        if not self.open and sent:
            self._breach(self._unlicensed(sent[0]), "", exchange)
        self.press.disturbed = exchange.cause
        self._drop()

    def _land(self, exchange: Exchange) -> None:
        """The answer has been sent, or will never be."""
        for name in exchange.request.user_ids:
            person = self.people.get(name)
            if person is not None and person.exchange is exchange:
                person.fate = exchange.fate_of(name)
                kind = person.press.kind
                self.notes.tried(*classes.obligations(person.fate, exchange, kind))

    def _carried(self, exchange: Exchange) -> list[Person]:
        return [person for person in self.people.values() if person.exchange is exchange]

    def _breach(self, why: classes.Why, name: str, exchange: Exchange) -> None:
        rule, because = why
        what = f"sent {who(name)}" if name else "sent an export request"
        comma = "," if name and because.startswith(RELATIVE) else ""
        text = f"{what}{comma} {because} (#{exchange.number})"
        row = who(name) if name else ""
        self.notes.breach(Breach(rule, row, text, (exchange.number,), fault=rule))

    def end(self, done: Done) -> None:
        """Judge what a step shows, after its requests."""
        landed = [each for each in self.flying if each.number not in done.open]
        self.flying = [each for each in self.flying if each.number in done.open]
        for exchange in landed:
            self._land(exchange)
        match done.step:
            case steps.Sync():
                self._synchronised(done)
            case steps.Settle() if not done.missed and not self.flying:
                self._settled(done)
            case steps.State():
                state = self._state(done)
                judge_state(state, self.notes)
                if not self.press.kind:  # else an action may still be at work
                    judge_statuses(state, self.exam, self.notes)

    def _synchronised(self, done: Done) -> None:
        heard = [each for each in self.evidence.requests if done.first < each.number <= done.last]
        fetched = any(
            entry.operation == "wiseflow.flows.get"
            and isinstance(entry.outcome, Reply)
            and entry.outcome.status == 200
            and not entry.faults
            for entry in heard
        )
        disturbed = self.unplugged or any(entry.faults for entry in heard)
        if self.exam.has_source and not (fetched or self.synced or disturbed):
            message = "did not fetch the flow from the SIS, so that nobody could be exported"
            self.notes.breach(Breach("WF-COMPLETE", "", message, tuple(e.number for e in heard)))
        self.resync_failed = self.synced and not fetched
        self.synced = self.synced or fetched

    def _settled(self, done: Done) -> None:
        self._announced(done)
        if self.press.kind and not self.press.disturbed:
            where = (self.press.label,) if self.press.label else ()
            for name, licence in self.open.items():
                if licence.must:
                    rule, message = classes.left_out(name, licence, self.press)
                    self.notes.breach(Breach(rule, who(name), message, (), where, "left out"))
        self._drop()
        self.press = Press()

    def _announced(self, done: Done) -> None:
        """Work that is still planned when everything has settled will send without a press."""
        pending = (done.answer or {}).get("pending")
        if pending is None or not any(each.fate in WAITING for each in self.people.values()):
            return
        self.notes.tried("WF-NORETRY-PENDING")
        for text in pending:
            message = f"still had work planned after a failed export: {text!r}"
            self.notes.breach(Breach("WF-NORETRY-PENDING", "", message))

    def _drop(self) -> None:
        """What is left of a press is not sent any more."""
        for name in self.open:
            person = self.people[name]
            if self.press.disturbed and person.fate is Fate.NONE:
                person.fate, person.press = Fate.UNSENT, self.press
                self.notes.tried(classes.by_itself(person, self.press.disturbed))
        self.open.clear()

    def _state(self, done: Done) -> State:
        state = State(self.evidence, done, self.people, self.seen, self.exam.lost)
        for name, shown in state.shown.items():
            if name in self.people:
                self.people[name].shown = shown
        return state


def ledger(evidence: Evidence) -> Account:
    """The account of one case."""
    fold: Fold | None = None
    for event, done in _events(evidence):
        if fold is None:
            fold = _started(evidence, done) if event == "begin" else None
        elif isinstance(event, Exchange):
            fold.request(event, done.open)
        elif event == "begin":
            fold.begin(done)
        else:
            fold.end(done)
    if fold is None:
        return Account(untried=NOTHING_SENT)
    return fold.notes.account() if fold.seen else _silent(fold.notes.account())


def _silent(account: Account) -> Account:
    """The account of an exporter that sent nothing, so that it could not send too much. Only a flow
    without a source demands that, and what it shows of the marking is judged all the same."""
    told = {each.rule for each in account.breaches} | {"WF-SOURCE", *ON_STATUSES}
    tried = {rule: times for rule, times in account.tried.items() if rule in told}
    return Account(account.breaches, tried, NOTHING_SENT)


def _started(evidence: Evidence, done: Done) -> Fold | None:
    if not isinstance(done.step, steps.Load) or done.message is None:
        return None
    exam = loaded(done.message["flow"])
    synced = "sync" not in evidence.exporter.features
    return Fold(evidence, exam, {name: Person() for name in exam.people}, synced)


def _events(evidence: Evidence) -> Iterator[tuple[Exchange | str, Done]]:
    """The steps that were taken and the exports, in order: each step begins, is followed by its
    exports, and ends."""
    sent = list(exchanges(evidence))
    for done in evidence.steps:
        if done.skipped:
            continue
        yield "begin", done
        while sent and sent[0].number <= done.last:
            yield sent.pop(0), done
        yield "end", done
    for late in sent:
        yield late, evidence.steps[-1]
