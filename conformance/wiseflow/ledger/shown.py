"""What the product shows, held against what it can know and what the SIS has.

A product may show a row as exported only if an answer that it got says so. Which rule it breaks
otherwise depends on what it got instead; WRONGLY_EXPORTED is that table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance.model.account import Breach, Notes
from conformance.model.evidence import Done, Evidence
from conformance.model.states import named
from conformance.wiseflow.evidence import FLOW_STATES
from conformance.wiseflow.ledger.exchanges import LOST, Exchange, Fate
from conformance.wiseflow.ledger.values import Person, who

WRONGLY_EXPORTED: Mapping[Fate, tuple[str, str]] = {
    Fate.NONE: ("WF-TRUTH", "who was never sent"),
    Fate.UNSENT: ("WF-TRUTH", "who was never sent"),
    Fate.OPEN: ("WF-TRUTH", "although the SIS has not answered yet"),
    Fate.FAILED: ("WF-TRUTH", "although the SIS answered"),
    Fate.UNKNOWN: (LOST, "although the answer of the SIS was lost"),
}
"""The rule that "exported" breaks, and why, by fate. Other fates allow it."""


@dataclass(frozen=True)
class State:
    """One answer to `state`, and what the fold knew at that moment."""

    evidence: Evidence
    done: Done
    people: Mapping[str, Person]
    seen: Sequence[Exchange]
    lost: bool

    @cached_property
    def answer(self) -> Mapping[str, Any]:
        """The answer of the adapter."""
        return self.done.answer or {}

    @cached_property
    def shown(self) -> Mapping[str, str]:
        """The state shown of each participant."""
        rows = self.answer.get("participants", ())
        return {str(each["user_id"]): named(each["state"]) for each in rows}

    @cached_property
    def flow(self) -> str:
        """The state shown of the flow."""
        return named(self.answer.get("flow"), FLOW_STATES)

    @cached_property
    def messages(self) -> Mapping[str, str]:
        """The text shown beside each participant."""
        rows = self.answer.get("participants", ())
        return {str(each["user_id"]): each.get("message") or "" for each in rows}

    def breach(self, rule: str, name: str, message: str, exchange: Exchange | None) -> Breach:
        """A breach about a participant, or about the flow if `name` is ""."""
        label = self.done.step.label
        entries = (exchange.number,) if exchange else ()
        return Breach(
            rule, who(name) if name else "", message, entries, (label,) if label else (), rule
        )


def judge_state(state: State, notes: Notes) -> None:
    """Note what is wrong with a state that the product shows, and what this tried."""
    whole = list(_whole(state, notes))
    for name, person in state.people.items():
        notes.tried(*_tries(person))
        for breach in (*_participant(state, name, person), *_message(state, name, person, notes)):
            notes.breach(breach)
    for exchange in state.seen:
        if exchange.fate is Fate.ODD:
            notes.tried(_odd_rule(exchange))
            for breach in _more_than_counted(state, exchange):
                notes.breach(breach)
    for breach in whole:
        notes.breach(breach)


def _tries(person: Person) -> Iterator[str]:
    if person.exchange is not None:
        yield "WF-TRUTH"
    match person.fate:
        case Fate.FAILED:
            yield "WF-FAILED-STATE"
        case Fate.REFUSED:
            yield "WF-PARTIAL"
        case Fate.UNKNOWN:
            yield LOST if person.exchange and person.exchange.cause == LOST else "WF-TRUTH"
        case Fate.CONFIRMED if person.exchange is not None and person.exchange.refused:
            yield "WF-PARTIAL"


def _participant(state: State, name: str, person: Person) -> Iterator[Breach]:
    shows, fate, sent = state.shown.get(name, "absent"), person.fate, person.exchange
    number = f"#{sent.number}" if sent else ""
    if shows == "exported" and fate in WRONGLY_EXPORTED:
        rule, why = WRONGLY_EXPORTED[fate]
        if fate is Fate.UNKNOWN and sent is not None and sent.cause != LOST:
            rule = "WF-TRUTH" if not person.killed else LOST
        said = f" {sent.request.answer.summary}" if fate is Fate.FAILED and sent else ""
        about = f" ({number})" if number else ""
        text = f"shows {who(name)} as exported, {why}{said}{about}"
        yield state.breach(rule, name, text, sent)
    elif fate is Fate.CONFIRMED and shows != "exported":
        rule = "WF-PARTIAL" if sent and sent.refused else "WF-TRUTH"
        text = f"shows {who(name)} as {shows}, but the SIS confirmed the grade ({number})"
        yield state.breach(rule, name, text, sent)
    elif fate in (Fate.FAILED, Fate.REFUSED) and shows != "failed":
        rule = "WF-FAILED-STATE" if fate is Fate.FAILED else "WF-PARTIAL"
        said = sent.request.answer.summary if sent else "nothing"
        text = f"shows {who(name)} as {shows} after the SIS answered {said} ({number});"
        yield state.breach(rule, name, f"{text} expected failed", sent)


def _message(state: State, name: str, person: Person, notes: Notes) -> Iterator[Breach]:
    """Whether the errorInfo of a refused participant is shown, for an exporter that shows texts."""
    features, sent = state.evidence.exporter.features, person.exchange
    if person.fate is not Fate.REFUSED or sent is None or "participant.messages" not in features:
        return
    notes.tried("WF-PARTIAL-SHOWN")
    cause, shown = sent.refused.get(name, ""), state.messages.get(name, "")
    if cause not in shown:
        text = f"shows {who(name)} with the message {shown!r}; expected the errorInfo {cause!r}"
        yield state.breach("WF-PARTIAL-SHOWN", name, text, sent)


def _odd_rule(exchange: Exchange) -> str:
    return "WF-FOREIGN-ERROR" if exchange.foreign else "WF-COUNTS"


def _more_than_counted(state: State, exchange: Exchange) -> Iterator[Breach]:
    """More participants of an odd answer are shown as exported than it counted."""
    exported = [
        name
        for name in exchange.request.user_ids
        if state.shown.get(name) == "exported"
        and name in state.people
        and state.people[name].exchange is exchange
    ]
    if exchange.most is not None and len(exported) > exchange.most:
        text = (
            f"shows {len(exported)} participants of #{exchange.number} as exported; expected at"
            f" most {exchange.most} after the SIS answered {exchange.request.answer.summary}"
        )
        yield state.breach(_odd_rule(exchange), "", text, exchange)


def _whole(state: State, notes: Notes) -> Iterator[Breach]:
    """What is wrong with the state of the flow as a whole, and with the setting."""
    if state.lost:
        notes.tried("WF-INSTANT-OFF")
        if state.answer.get("instant_export"):
            text = "shows instant export as on after the setup changed; expected off"
            yield state.breach("WF-INSTANT-OFF", "", text, None)
    sent = {name: each for name, each in state.people.items() if each.exchange is not None}
    unresolved = list(_unresolved(sent))
    notes.tried(*(rule for rule, _, _ in unresolved))
    if notes.breached() & {who(name) for name in sent}:
        return  # what is wrong with a participant makes the flow wrong too
    for rule, fate, exchange in unresolved:
        if state.flow == "exported":
            said = exchange.request.answer.summary
            text = f"shows the flow as exported after the SIS answered {said} (#{exchange.number})"
            yield state.breach(rule, "", text, exchange)
            return
        if fate is Fate.FAILED and state.flow not in _after_failure(sent):
            text = f"shows the flow as {state.flow} after a failed export (#{exchange.number});"
            expected = " or ".join(_after_failure(sent))
            yield state.breach("WF-FAILED-STATE", "", f"{text} expected {expected}", exchange)
            return


def _unresolved(sent: Mapping[str, Person]) -> Iterator[tuple[str, Fate, Exchange]]:
    """What stands against showing the whole flow as exported: the rule, the fate, the exchange."""
    for person in sent.values():
        exchange = person.exchange
        if exchange is None:
            continue
        match person.fate:
            case Fate.REFUSED:
                yield "WF-200-IS-NOT-SUCCESS", person.fate, exchange
            case Fate.FAILED:
                yield "WF-TRUTH", person.fate, exchange
            case Fate.ODD:
                yield _odd_rule(exchange), person.fate, exchange
            case Fate.UNKNOWN:
                lost = exchange.cause == LOST or person.killed
                yield LOST if lost else "WF-TRUTH", person.fate, exchange
            case Fate.OPEN:
                yield "WF-TRUTH", person.fate, exchange


def _after_failure(sent: Mapping[str, Person]) -> tuple[str, ...]:
    """The states of a flow that has a failed export. Others may have been exported."""
    fates = {each.fate for each in sent.values()}
    return ("failed",) if fates <= {Fate.FAILED} else ("failed", "partly_exported", "queued")
