"""Exporters that try again by themselves: at once, in a while, at night, or after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.kit.wire import Answer, Lost
from conformance.exporters.wiseflow.answers import Reader, Unreadable, Verdict
from conformance.exporters.wiseflow.client import Client
from conformance.exporters.wiseflow.exporter import ReferenceExporter
from conformance.exporters.wiseflow.model import ExportState, Row, Run
from conformance.exporters.wiseflow.parts import Parts
from conformance.exporters.wiseflow.runs import Runs

A_WHILE = 0.3
"""Real seconds after which a hidden timer goes off, within the suite's quiet window."""


class TriesTwice(Runs):
    async def send(self, rows: Sequence[Row]) -> Verdict:
        first = await super().send(rows)
        failed = all(fate.state is ExportState.FAILED for fate in first.fates.values())
        return await super().send(rows) if failed else first


class SendsAgain(Client):
    """Sends a second time where `is_worth_it` says so of the first answer."""

    async def deliver(self, sis_code: str, body: bytes) -> Answer:
        answer = await super().deliver(sis_code, body)
        return await super().deliver(sis_code, body) if await self.is_worth_it(answer) else answer

    async def is_worth_it(self, answer: Answer) -> bool:
        raise NotImplementedError


class RetriesServerErrors(SendsAgain):
    async def is_worth_it(self, answer: Answer) -> bool:
        return answer.status >= 500


class ObeysRetryAfter(SendsAgain):
    async def is_worth_it(self, answer: Answer) -> bool:
        if answer.status != 429:
            return False
        await asyncio.sleep(float(answer.headers["retry-after"]))
        return True


class RetriesUnreadable(SendsAgain):
    async def is_worth_it(self, answer: Answer) -> bool:
        try:
            Reader().document(answer.body)
        except Unreadable:
            return answer.status == 200
        return False


class RetriesWithAFreshToken(SendsAgain):
    async def is_worth_it(self, answer: Answer) -> bool:
        return answer.status == 401


class RetriesTimeouts(Client):
    async def deliver(self, sis_code: str, body: bytes) -> Answer:
        try:
            return await super().deliver(sis_code, body)
        except Lost as error:
            if not isinstance(error.__cause__, TimeoutError):
                raise
            return await super().deliver(sis_code, body)


class RetriesLostConnections(Client):
    async def deliver(self, sis_code: str, body: bytes) -> Answer:
        try:
            return await super().deliver(sis_code, body)
        except Lost as error:
            if isinstance(error.__cause__, TimeoutError):
                raise
            return await super().deliver(sis_code, body)


class RetriesInAWhile(Runs):
    """A timer of the operating system, which neither the work list nor the exporter's clock
    shows."""

    _timer: asyncio.TimerHandle | None = None

    async def carry_out(self, run: Run) -> None:
        await super().carry_out(run)
        if run.kind != "retry":
            self._timer = asyncio.get_running_loop().call_later(A_WHILE, self.start_over)

    def start_over(self) -> None:
        people = self.rules.to_retry(self.register.flow, self.register.people)
        if people:
            self.start("retry", people)

    def abandon(self) -> None:
        super().abandon()
        if self._timer:
            self._timer.cancel()


class RetriesAtNight(ReferenceExporter):
    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        people = self.rules.to_retry(self.flow, self.people)
        if people:
            self.runs.start("retry", people)


class RetriesOnRestart(Runs):
    def recover(self) -> None:
        super().recover()
        if self.register.people:
            people = self.rules.to_retry(self.register.flow, self.register.people)
            if people:
                self.start("retry", people)


_EVERY_FAILURE = (
    "WF-ONCE-AMBIGUOUS",
    "WF-NORETRY-STATUS",
    "WF-NORETRY-THROTTLED",
    "WF-NORETRY-TIMEOUT",
    "WF-NORETRY-RESET",
    "WF-NORETRY-BODY",
    "WF-NORETRY-AUTH",
    "WF-INSTANT-NORETRY",
)

MUTANTS = (
    Mutant(
        "tries-twice",
        "Sends a failed export once more by itself.",
        (*_EVERY_FAILURE, "WF-FAILED-STATE", "WF-200-IS-NOT-SUCCESS"),
        ("WF-RETRY",),
        Parts(runs=TriesTwice),
    ),
    Mutant(
        "retries-server-errors",
        "Sends again at once after a 5xx.",
        ("WF-NORETRY-STATUS", "WF-INSTANT-NORETRY", "WF-FAILED-STATE"),
        ("WF-RETRY",),
        Parts(client=RetriesServerErrors),
    ),
    Mutant(
        "obeys-retry-after",
        "Waits after a 429 as long as Retry-After says, and sends again.",
        ("WF-NORETRY-THROTTLED",),
        parts=Parts(client=ObeysRetryAfter),
    ),
    Mutant(
        "retries-unreadable",
        "Sends again after a 200 that it cannot read.",
        ("WF-NORETRY-BODY",),
        parts=Parts(client=RetriesUnreadable),
    ),
    Mutant(
        "retries-with-a-fresh-token",
        "Fetches new credentials after a 401, and sends again.",
        ("WF-NORETRY-AUTH",),
        parts=Parts(client=RetriesWithAFreshToken),
    ),
    Mutant(
        "retries-timeouts",
        "Sends again when the SIS did not answer in time.",
        ("WF-NORETRY-TIMEOUT",),
        parts=Parts(client=RetriesTimeouts),
    ),
    Mutant(
        "retries-lost-connections",
        "Sends again on a new connection when the old one broke.",
        ("WF-ONCE-AMBIGUOUS", "WF-NORETRY-RESET"),
        parts=Parts(client=RetriesLostConnections),
    ),
    Mutant(
        "retries-in-a-while",
        "Sets a timer that sends what failed once more, and lists no pending work.",
        _EVERY_FAILURE,
        parts=Parts(runs=RetriesInAWhile),
    ),
    Mutant(
        "retries-at-night",
        "Has a nightly job that sends what failed.",
        (*_EVERY_FAILURE, "WF-ONCE-RESTART"),
        exporter=RetriesAtNight,
    ),
    Mutant(
        "retries-on-restart",
        "Sends what failed when it starts anew.",
        (*_EVERY_FAILURE, "WF-ONCE-RESTART"),
        parts=Parts(runs=RetriesOnRestart),
    ),
)
