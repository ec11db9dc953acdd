"""The story of a case, line by line, for readers who have never seen the exporter's code.

Each step is followed by what the exporter answered and, with a journal number, by what it sent and
what the SIS answered. What a violation points at is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from conformance.model import steps
from conformance.model.evidence import Done, Evidence
from conformance.model.profile import Profile
from conformance.model.rule import Violation
from conformance.model.state_answer import StateAnswer, StateList
from mock_sis.clock import iso
from mock_sis.contracts.contract import abbreviate
from mock_sis.exchange import Hangup, Reply
from mock_sis.journal.entry import Entry

BODY = 240
"""Characters of a body that are shown."""

ROWS = 12
"""Rows of what a product shows that are listed."""

STDERR_LINES = 12


def story(
    evidence: Evidence, profile: Profile, violations: Collection[Violation] = ()
) -> list[str]:
    """The lines. A ">" in the first column marks what a violation points at."""
    entries = {number for each in violations for number in each.entries}
    labels = {label for each in violations for label in each.steps}
    lines: list[str] = []
    told = 0
    for done in evidence.steps:
        marked = bool(done.step.label) and done.step.label in labels
        lines.append(_mark(marked) + _step(done, profile))
        lines += _heard(evidence, told, done.last, entries)
        told = done.last
    over = evidence.late_from
    lines += _heard(evidence, told, over, entries)
    if over is not None and (late := _heard(evidence, over, None, entries)):
        lines += ["  the case was over; later came", *late]
    return lines + _stderr(evidence.stderr)


def _heard(evidence: Evidence, after: int, upto: int | None, marked: set[int]) -> list[str]:
    return [
        _mark(entry.number in marked) + line
        for entry in evidence.requests
        if after < entry.number and (upto is None or entry.number <= upto)
        for line in _exchange(entry)
    ]


def _mark(pointed_at: bool) -> str:
    return "> " if pointed_at else "  "


def _step(done: Done, profile: Profile) -> str:
    told = done.skipped and f"skipped: {done.skipped}"
    told = told or (done.missed and f"not reached: {done.missed}")
    told = told or answered(done.answer, profile)
    return f"{iso(done.at)[:19]}Z  {describe(done.step)}{' -> ' + told if told else ''}"


def answered(answer: dict[str, Any] | None, profile: Profile) -> str:
    """What the exporter answered, in words."""
    if answer is None:
        return ""
    if any(each.name in answer for each in profile.state_answer.lists):
        return _shown(answer, profile.state_answer)
    said = (_said(name, value) for name, value in answer.items() if name not in ("id", "status"))
    return abbreviate(", ".join(said) or "ok")


def _said(name: str, value: Any) -> str:
    """One member of an answer; for several presses, what each was answered."""
    if name != "answers":
        return f"{name} {value}"
    presses = (f"{'accepted' if each['accepted'] else 'refused'}{_beside(each)}" for each in value)
    return f"one press each {' and '.join(presses)}"


def _shown(answer: dict[str, Any], shape: StateAnswer) -> str:
    """What a product shows: the state of the whole, and of the first of its rows."""
    whole = f"{shape.whole} {answer[shape.whole]}" if shape.whole in answer else ""
    text = f"({answer['message']})" if answer.get("message") else ""
    lists = [
        each.heading + _rows(answer[each.name], each)
        for each in shape.lists
        if answer.get(each.name)
    ]
    counted = [
        f"{len(answer[name])} {words}" for name, words in shape.counted.items() if name in answer
    ]
    parts = (" ".join(filter(None, (whole, text))), *lists, *counted)
    return "; ".join(filter(None, parts)) or "nothing"


def _rows(rows: list[dict[str, Any]], listed: StateList) -> str:
    more = f" and {len(rows) - ROWS} more" if len(rows) > ROWS else ""
    shown = (f"{listed.phrase.format_map(row)} {row['state']}{_beside(row)}" for row in rows[:ROWS])
    return ", ".join(shown) + more


def _beside(row: dict[str, Any]) -> str:
    return f" ({abbreviate(row['message'], 80)})" if row.get("message") else ""


def _exchange(entry: Entry) -> list[str]:
    sent = f"    #{entry.number} {entry.call.method or 'connection'} {entry.call.target}"
    fault = f"  [fault: {', '.join(entry.faults)}]" if entry.faults else ""
    lines = [f"{sent} at {iso(entry.received)[:19]}Z{fault}"]
    if entry.call.body:
        lines.append(f"         sent: {body_text(entry.call.body)}")
    return [*lines, f"         the SIS answered: {_outcome(entry.outcome)}{_unheard(entry)}"]


def _unheard(entry: Entry) -> str:
    gone = entry.delivered is not None and entry.delivered.how == "client_gone"
    return " (but the exporter had closed the connection)" if gone else ""


def _outcome(outcome: Reply | Hangup) -> str:
    if isinstance(outcome, Hangup):
        held = f" after {outcome.hold:g} s" if outcome.hold else ""
        return (
            f"nothing; the connection was {'reset' if outcome.how == 'reset' else 'closed'}{held}"
        )
    there = outcome.header("Location")
    text = f"-> {body_text(there.encode())}" if there else body_text(outcome.body)
    return f"{outcome.status} {text}".rstrip()


def body_text(body: bytes) -> str:
    """A body on one line, abbreviated; bytes that are not UTF-8 are escaped."""
    text = body[: 64 * 1024].decode(errors="backslashreplace")
    return abbreviate(" ".join(text.split()), BODY)


def _stderr(text: str) -> list[str]:
    lines = [f"    {abbreviate(line, BODY)}" for line in text.strip().splitlines()[-STDERR_LINES:]]
    return ["  the last lines that the adapter wrote to stderr:", *lines] if lines else []


def describe(step: steps.Step) -> str:
    """A step in words."""
    return _WORDS[type(step)](step)


_WORDS: dict[type[Any], Callable[[Any], str]] = {
    steps.Load: lambda _: "the exporter is loaded",
    steps.Sync: lambda _: "the exporter synchronises with the SIS",
    steps.Pull: lambda _: "the exporter reads the grades back from the SIS",
    steps.Act: lambda step: f"a user acts: {step.action} {_fields(step.fields)}".rstrip(),
    steps.Export: lambda step: _button(step),
    steps.Retry: lambda step: f"the {step.by} presses retry",
    steps.Settle: lambda _: "the exporter finishes all work",
    steps.EndPeriod: lambda _: "the assessment period ends",
    steps.Advance: lambda step: _pass(step.days),
    steps.State: lambda _: "the product shows",
    steps.Arm: lambda step: f"the SIS will fail: {_fault(step.fault)}",
    steps.Officer: lambda step: f"at the SIS: {step.method} {step.path} {_fields(step.body)}",
    steps.Unplug: lambda _: "the port of the SIS closes: connections are refused",
    steps.Plug: lambda _: "the port of the SIS opens again",
    steps.WaitForExchange: lambda step: f"the SIS receives {step.count} of {step.operation}",
    steps.Kill: lambda _: "the exporter is killed",
    steps.Restart: lambda _: "the exporter starts again",
    steps.Quiet: lambda _: "the suite does nothing for a while",
}


def _pass(days: float) -> str:
    number, unit = (days, "day") if days >= 1 else (days * 24, "hour")
    return f"{number:g} {unit} passes" if round(number, 6) == 1 else f"{number:g} {unit}s pass"


def _button(step: steps.Export) -> str:
    twice = ", and another person at the same time" if step.presses == 2 else ""
    return f"the {step.by} presses export{twice}"


def _fault(fault: dict[str, Any]) -> str:
    what = fault.get("fault", {})
    return f"{what.get('kind')} at {fault.get('operation', 'any operation')}"


def _fields(fields: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in fields.items())
