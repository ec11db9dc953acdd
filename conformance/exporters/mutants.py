"""Exporters with one flaw each: the reference with one decision taken wrongly.

They prove that the rules can fail. Each names what it does wrong and the rules this breaks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from conformance.exporters.mutant import Mutant
from conformance.exporters.reference.answers import Reader, Report, Verdict
from conformance.exporters.reference.model import ExportState, Flow, Participant, Row
from conformance.exporters.reference.parts import Parts
from conformance.exporters.reference.rules import Rules
from conformance.exporters.reference.runs import Runs
from conformance.exporters.reference.sis import Client
from conformance.exporters.reference.wire import Request
from conformance.exporters.schoology_mutants import GRADEBOOK

__all__ = ["MUTANTS", "Mutant"]


class SendsUngraded(Rules):
    def is_graded(self, flow: Flow, participant: Participant) -> bool:  # noqa: ARG002
        return True


class SendsManual(Rules):
    def is_from_sis(self, participant: Participant) -> bool:  # noqa: ARG002
        return True


class IgnoresTheClaim(Rules):
    def is_untried(self, participant: Participant) -> bool:
        return participant.state in (ExportState.NOT_EXPORTED, ExportState.QUEUED)


class BelievesAnyCounts(Reader):
    def reconcile(self, report: Report, rows: Sequence[Row]) -> None:
        pass


class FollowsRedirects(Client):
    def may_follow(self, request: Request, target: str) -> bool:  # noqa: ARG002
        return True


class NeverGivesUp(Client):
    def deadline(self) -> float | None:
        return None


class TriesTwice(Runs):
    async def send(self, rows: Sequence[Row]) -> Verdict:
        first = await super().send(rows)
        failed = all(fate.state is ExportState.FAILED for fate in first.fates.values())
        return await super().send(rows) if failed else first


class LooksBeforeItWaits(Runs):
    async def export(self, by: str) -> str:
        people = self.rules.to_export(self.register.flow, self.register.people)
        await asyncio.sleep(0)
        if not people or self.rules.refusal(self.register.flow, by, self.clock.now()):
            return await super().export(by)
        return self.start("export", people)


class SendsAgainAfterRestart(Runs):
    def recover(self) -> None:
        for run in self.register.unfinished():
            self.finish(run)
            people = [self.register.find(row.user_id) for row in run.rows]
            self.start(run.kind, people)


_ALL = (
    Mutant(
        "sends-ungraded",
        "Sends participants who have no grade.",
        ("WF-GRADED-ONLY", "WF-CONFLICT", "WF-PARTLY", "WF-UNLOCKED", "WF-RETRY"),
        Parts(rules=SendsUngraded),
    ),
    Mutant(
        "sends-manual",
        "Sends participants who were added by hand.",
        ("WF-SIS-ONLY", "WF-CANARY"),
        Parts(rules=SendsManual),
    ),
    Mutant(
        "ignores-the-claim",
        "Sends those who are being sent already.",
        ("WF-ONCE-CONCURRENT",),
        Parts(rules=IgnoresTheClaim),
    ),
    Mutant(
        "looks-before-it-waits",
        "Chooses whom to send, waits, and only then claims them.",
        ("WF-ONCE-CONCURRENT",),
        Parts(runs=LooksBeforeItWaits),
    ),
    Mutant(
        "believes-any-counts",
        "Takes an answer whose counts do not add up for a success.",
        ("WF-COUNTS", "WF-FOREIGN-ERROR"),
        Parts(reader=BelievesAnyCounts),
    ),
    Mutant(
        "follows-redirects",
        "Sends grades and credentials wherever a redirect points.",
        ("WF-REDIRECT",),
        Parts(client=FollowsRedirects),
    ),
    Mutant(
        "never-gives-up",
        "Waits for a stalled SIS for ever.",
        ("WF-TIMEOUT",),
        Parts(client=NeverGivesUp),
    ),
    Mutant(
        "tries-twice",
        "Sends a failed export once more by itself.",
        (
            "WF-NORETRY-STATUS",
            "WF-NORETRY-THROTTLED",
            "WF-NORETRY-TIMEOUT",
            "WF-NORETRY-RESET",
            "WF-NORETRY-BODY",
            "WF-NORETRY-AUTH",
            "WF-ONCE-AMBIGUOUS",
            "WF-INSTANT-NORETRY",
            "WF-FAILED-STATE",
            "WF-200-IS-NOT-SUCCESS",
        ),
        Parts(runs=TriesTwice),
    ),
    Mutant(
        "sends-again-after-restart",
        "Repeats, after a crash, the export that was under way.",
        ("WF-ONCE-RESTART",),
        Parts(runs=SendsAgainAfterRestart),
    ),
)
MUTANTS = {each.name: each for each in (*_ALL, *GRADEBOOK)}
