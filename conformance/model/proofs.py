"""The six proofs that something did not happen, and which of them a case can offer.

No single proof catches every faulty exporter, so a verdict says which it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from conformance.model.evidence import Done, Evidence
from conformance.model.steps import Advance, Arm, Kill, Quiet, Restart, Settle

LONG = 30
"""Days that must pass for the proof LATER."""


class Proof(Enum):
    """A way to show that an exporter did not do something unseen."""

    ONE_SHOT = "one-shot fault"
    COUNT = "request count"
    WITNESS = "witness"
    LATER = "30 days later"
    RESTART = "restart"
    QUIET = "quiet window"


@dataclass(frozen=True, slots=True)
class Offered:
    """One proof as a case offers it: `detail` says what was done, or why it is missing."""

    proof: Proof
    used: bool
    detail: str


def offered(evidence: Evidence, wanted: tuple[Proof, ...]) -> tuple[Offered, ...]:
    """What the case offers of the proofs that a rule rests on, in the order of the enum."""
    return tuple(_OFFERS[proof](evidence) for proof in Proof if proof in wanted)


def _one_shot(evidence: Evidence) -> Offered:
    armed = [done.step for done in evidence.steps if isinstance(done.step, Arm)]
    once = [step for step in armed if "next" in step.fault.get("when", {"next": 1})]
    detail = "the fault was for one exchange, so that a silent second attempt would succeed"
    return Offered(Proof.ONE_SHOT, bool(once), detail if once else "no one-shot fault was armed")


def _count(evidence: Evidence) -> Offered:
    heard = len(evidence.requests)
    detail = f"the SIS counted {heard} request{'s' * (heard != 1)}"
    if not evidence.complete:
        detail = "the journal of the SIS was full"
    return Offered(Proof.COUNT, evidence.complete, detail)


def _witness(evidence: Evidence) -> Offered:
    fired = [use for use in evidence.faults if use.fired]
    detail = ", ".join(f"{use.name} fired {_times(use.fired)}" for use in fired)
    return Offered(Proof.WITNESS, bool(fired), detail or "no fault fired")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _later(evidence: Evidence) -> Offered:
    moved = [done for done in evidence.steps if _long_wait(done)]
    settled = any(isinstance(done.step, Settle) and not done.skipped for done in evidence.steps)
    if moved and settled:
        return Offered(Proof.LATER, True, "settled, and 30 virtual days passed")
    why = next((done.skipped for done in evidence.steps if isinstance(done.step, Advance)), "")
    return Offered(Proof.LATER, False, why or "the clock was not moved")


def _long_wait(done: Done) -> bool:
    return isinstance(done.step, Advance) and done.step.days >= LONG and not done.skipped


def _restart(evidence: Evidence) -> Offered:
    kinds = {type(done.step) for done in evidence.steps if not done.skipped}
    used = {Kill, Restart} <= kinds
    detail = "killed, and started again on the same state" if used else "it was not restarted"
    return Offered(Proof.RESTART, used, detail)


def _quiet(evidence: Evidence) -> Offered:
    used = any(isinstance(done.step, Quiet) and not done.skipped for done in evidence.steps)
    detail = f"{evidence.quiet_seconds:g} s of real time" if used else "the case has none"
    return Offered(Proof.QUIET, used, detail)


_OFFERS = {
    Proof.ONE_SHOT: _one_shot,
    Proof.COUNT: _count,
    Proof.WITNESS: _witness,
    Proof.LATER: _later,
    Proof.RESTART: _restart,
    Proof.QUIET: _quiet,
}
