"""Cases of a flow made by hand, step by step, so that its ledger is tested without playing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from conformance.model import steps
from conformance.model.evidence import Done, Evidence, Held, Identity
from conformance.model.subject import Period
from conformance.wiseflow.subject import Flow
from mock_sis.exchange import Call, Hangup, Reply
from mock_sis.journal.entry import Delivered, Entry

T0 = 1_781_514_000.0
DAY = 86_400.0
PERIOD = Period(T0 - 14 * DAY, T0 + DAY)
FEATURES = ("sync", "retry", "work.inspect", "clock.virtual", "participant.messages")

Rows = Mapping[int | str, str | tuple[Any, Any]]
"""The rows of an export by userId: the mark, or the mark and the alternative grade."""


def report(successes: int, **refused: str) -> Reply:
    """The recommended 200; refused participants are called p1001 and so on."""
    return listed(successes, *((int(name[1:]), text) for name, text in refused.items()))


def listed(successes: int, *errors: tuple[int, str], counted: int | None = None) -> Reply:
    """A 200 with these errors, and with this numberOfErrors."""
    body = {
        "numberOfSuccess": successes,
        "numberOfErrors": len(errors) if counted is None else counted,
        "errors": [{"userId": name, "errorInfo": text} for name, text in errors],
    }
    return Reply(200, (), json.dumps(body).encode())


@dataclass(frozen=True)
class Sent:
    """One export that the SIS received.

    `how` is how its answer was delivered (None: not yet), `stored` whether the SIS kept the grades,
    `open` whether the answer was outstanding when the step ended.
    """

    rows: Rows | bytes
    outcome: Reply | Hangup = field(default_factory=lambda: report(1))
    faults: tuple[str, ...] = ()
    how: str | None = "complete"
    stored: bool = True
    open: bool = False


RESET = Hangup("reset")


@dataclass(frozen=True)
class Case:
    """A case so far. Each method returns it with one more step; `sent` arrives within the step."""

    flow: Flow
    features: tuple[str, ...] = FEATURES
    steps: tuple[Done, ...] = ()
    journal: tuple[Entry, ...] = ()
    held: tuple[Held, ...] = ()
    now: float = T0

    @property
    def last(self) -> int:
        """The number of the newest entry."""
        return self.journal[-1].number if self.journal else 0

    def step(self, step: steps.Step, *sent: Sent, answer: Any = None, message: Any = None) -> Case:
        """Any step."""
        journal, held, outstanding = list(self.journal), list(self.held), []
        number = self.last
        for each in sent:
            number += 1
            journal.append(_entry(number, each, self.now))
            if each.stored:
                held.append(Held(number, "somebody", "A"))
            if each.open:
                outstanding.append(number)
        done = Done(step, self.now, self.last, number, message, answer, open=tuple(outstanding))
        return replace(self, steps=(*self.steps, done), journal=tuple(journal), held=tuple(held))

    def load(self) -> Case:
        """The flow is loaded."""
        return self.step(steps.Load(), message=self.flow.load_fields(PERIOD), answer={})

    def sync(self, status: int | None = 200, *faults: str) -> Case:
        """The flow is fetched from the SIS, which answers so (None: it hears nothing)."""
        if status is None:
            return self.step(steps.Sync(), answer={"synchronised": False})
        number = self.last + 1
        call = Call("GET", "/wiseflow/flows/U", received=self.now)
        fetched = Entry(number, "wiseflow.flows.get", call, Reply(status, (), b"{}"), faults)
        done = Done(steps.Sync(), self.now, self.last, number, answer={"synchronised": True})
        return replace(self, steps=(*self.steps, done), journal=(*self.journal, fetched))

    def ended(self) -> Case:
        """The assessment period ends."""
        return replace(self.step(steps.EndPeriod()), now=T0 + 2 * DAY)

    def ready(self) -> Case:
        """Loaded, synchronised, and the period over."""
        return self.load().sync().ended()

    def export(
        self, *sent: Sent, accepted: bool = True, by: Any = "manager", presses: Any = 1
    ) -> Case:
        """Somebody presses export, and everything settles."""
        step = steps.Export(presses=presses, by=by)
        return self.step(step, *sent, answer={"accepted": accepted}).settle()

    def retry(
        self, *sent: Sent, accepted: bool = True, by: Any = "manager", message: Any = None
    ) -> Case:
        """Somebody presses retry, and everything settles."""
        answer = {"accepted": accepted}
        return self.step(steps.Retry(by=by), *sent, answer=answer, message=message).settle()

    def act(self, action: str, *sent: Sent, done: bool = True, **fields: Any) -> Case:
        """Somebody does something, and everything settles."""
        step = steps.Act(action, fields)
        return self.step(step, *sent, answer={"done": done}).settle()

    def submit(self, participant: int, grade: str, *sent: Sent, assessor: str = "a1") -> Case:
        """An assessor submits a grade."""
        fields = {"participant": participant, "assessor": assessor, "grade": grade}
        return self.act("submit_assessment", *sent, **fields)

    def settle(self, *sent: Sent, pending: tuple[str, ...] = ()) -> Case:
        """The exporter finishes all work."""
        return self.step(steps.Settle(), *sent, answer={"pending": list(pending)})

    def later(self, *sent: Sent) -> Case:
        """Thirty days pass, and everything settles."""
        later = replace(self, now=self.now + 30 * DAY)
        return later.step(steps.Advance(30), *sent).settle()

    def killed(self, *sent: Sent) -> Case:
        """The exporter is killed and started again."""
        return self.step(steps.Kill()).step(steps.Restart(), *sent)

    def state(
        self, flow: str, *, instant: bool | None = None, open: tuple[int, ...] = (), **people: Any
    ) -> Case:
        """The product shows this; participants are called p1001, with a state or (state, text).
        `open` are the numbers of requests that have no answer yet."""
        rows = [
            {"user_id": int(name[1:]), "state": said}
            if isinstance(said, str)
            else {"user_id": int(name[1:]), "state": said[0], "message": said[1]}
            for name, said in people.items()
        ]
        answer: dict[str, Any] = {"flow": flow, "participants": rows}
        if instant is not None:
            answer["instant_export"] = instant
        shown = Done(steps.State(label="shown"), self.now, self.last, self.last, None, answer)
        return replace(self, steps=(*self.steps, msgspec.structs.replace(shown, open=open)))

    def evidence(self, **more: Any) -> Evidence:
        """The evidence of the case."""
        who = Identity("made", "1", ("wiseflow",), self.features)
        return Evidence("made", who, self.steps, journal=self.journal, held=self.held, **more)


def _entry(number: int, sent: Sent, now: float) -> Entry:
    body = sent.rows
    if not isinstance(body, bytes):
        rows = [
            {"userId": name, "mark": said, "adminGrade": ""}
            if not isinstance(said, tuple)
            else {"userId": name, "mark": said[0], "adminGrade": said[1]}
            for name, said in body.items()
        ]
        body = json.dumps({"participants": rows}).encode()
    call = Call("POST", "/wiseflow/flows/U/grades", (), body, received=now)
    size = len(sent.outcome.body) if isinstance(sent.outcome, Reply) else 0
    delivered = Delivered(now, size, sent.how) if sent.how else None  # type: ignore[arg-type]
    operation = "wiseflow.flows.grades.post"
    return Entry(number, operation, call, sent.outcome, sent.faults, delivered=delivered)
