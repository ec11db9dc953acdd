"""Evidence and rules made by hand, so that judging is tested without playing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from conformance.judging.report import Report
from conformance.judging.verdicts import Verdict
from conformance.model import steps
from conformance.model.evidence import Done, Evidence, Identity
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Scenario, Violation
from conformance.model.steps import Export, State, Step
from conformance.wiseflow.evidence import exports
from conformance.wiseflow.sources import RUNS_ONCE
from conformance.wiseflow.subject import Assessment, Flow, Participant
from mock_sis.exchange import Call, Hangup, Reply
from mock_sis.journal.entry import Entry

POST = "wiseflow.flows.grades.post"
T0 = 1_781_514_000.0

EXPORTER = Identity("mini", "1.0", ("wiseflow",), ("sync", "work.inspect", "clock.virtual"))


def reply(successes: int, *refused: int) -> Reply:
    """The recommended 200."""
    errors = [{"userId": name, "errorInfo": "why"} for name in refused]
    told = {"numberOfSuccess": successes, "numberOfErrors": len(refused), "errors": errors}
    return Reply(200, (), json.dumps(told).encode())


def post(
    number: int,
    marks: dict[int, str] | bytes,
    outcome: Reply | Hangup,
    faults: tuple[str, ...] = (),
) -> Entry:
    """An export; `marks` is by userId, or the body."""
    if isinstance(marks, dict):
        rows = [{"userId": name, "mark": mark} for name, mark in marks.items()]
        marks = json.dumps({"participants": rows}).encode()
    call = Call("POST", "/wiseflow/flows/U/grades", (), marks, received=T0)
    return Entry(number, POST, call, outcome, faults)


def control(number: int) -> Entry:
    """A call of the suite's own."""
    return Entry(number, "control.clock.advance", Call("POST", "/_control/clock"), Reply(200))


def done(step: Step, first: int, last: int, answer: dict[str, Any] | None = None) -> Done:
    """A step that went well."""
    return Done(step, T0, first, last, answer=answer)


def shown(**states: Any) -> dict[str, Any]:
    """A state answer; the names are p1001 and so on."""
    people = [{"user_id": int(name[1:]), "state": state} for name, state in states.items()]
    return {"id": 1, "status": "ok", "flow": "exported", "participants": people}


def evidence(journal: Sequence[Entry] = (), steps: Sequence[Done] = (), **more: Any) -> Evidence:
    """Evidence of the scenario "made"."""
    return Evidence("made", EXPORTER, tuple(steps), journal=tuple(journal), **more)


def pressed_twice(*journal: Entry) -> Evidence:
    """Export with entry 1, then the second press from entry 2 on."""
    last = max((entry.number for entry in journal), default=0)
    steps = (
        done(Export(), 0, 1),
        done(Export(label="again"), 1, last, {"id": 2, "status": "ok", "accepted": True}),
        done(State(label="end"), last, last, shown(p1001="exported")),
    )
    return evidence(journal, steps)


MADE = Scenario("made", "something happens", Flow(()), ())


def sends_nothing_again(found: Evidence) -> Iterable[Violation]:
    """Whatever is sent after the second press is one export too many."""
    first = next((e for e in exports(found, until="again") if e.answer.full_success), None)
    if first is None:
        raise NotTestable("the SIS accepted no export in full")
    for sent in exports(found, since="again"):
        text = f"sent {len(sent.rows)} participants again (#{sent.number})"
        yield Violation(text, (first.number, sent.number), ("again",))


STUDENTS = tuple(
    Participant(1000 + number, "Åsa", "O'Neill", (Assessment("a1", "B"),)) for number in (1, 2, 3)
)

PRESSED_TWICE = Scenario(
    name="pressed-twice",
    title="the button is pressed again after a success",
    subject=Flow(STUDENTS),
    steps=(
        steps.Load(),
        steps.Sync(),
        steps.EndPeriod(),
        steps.Export(),
        steps.Settle(),
        steps.Export(label="again"),
        steps.Settle(),
        steps.Advance(30),
        steps.Settle(),
        steps.Quiet(),
        steps.State(label="end"),
    ),
)


def rule(
    check: Callable[[Evidence], Iterable[Violation]] = lambda _: (),
    *,
    id: str = "WF-MADE",
    level: Level = Level.MUST,
    needs: tuple[str, ...] = (),
    proofs: tuple[Proof, ...] = (Proof.COUNT,),
    scenarios: tuple[Scenario, ...] = (MADE,),
) -> Rule:
    """A rule that needs no more than it must."""
    return Rule(id, level, "does well", (RUNS_ONCE,), scenarios, proofs, check, "do well", needs)


ONCE = rule(
    sends_nothing_again,
    id="WF-AGAIN",
    proofs=(Proof.COUNT, Proof.LATER, Proof.QUIET),
    scenarios=(PRESSED_TWICE,),
)


def report(*verdicts: Verdict, **cases: Evidence) -> Report:
    """A report of these verdicts."""
    return Report("python:mini", "0.1", EXPORTER, verdicts, "2026-06-15T09:00:00Z", 1.5, cases)


EVERY_STEP: tuple[steps.Step, ...] = (
    steps.Load(),
    steps.Sync(),
    steps.Pull(),
    steps.Act("approve", {"participant": 1}),
    steps.Export(presses=2, by="administrator", wait=False, label="x"),
    steps.Retry(),
    steps.Settle(),
    steps.EndPeriod(),
    steps.Advance(30),
    steps.State(),
    steps.Arm({"fault": {"kind": "stall"}}, must_fire=False),
    steps.Officer("PUT", "/gradebook", {"a": 1}),
    steps.Unplug(),
    steps.Plug(),
    steps.WaitForExchange("wiseflow.flows.get"),
    steps.Kill(),
    steps.Restart(),
    steps.Quiet(),
)
