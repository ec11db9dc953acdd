"""Exporters of a flow that retry by themselves: at once, later, at night, or after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from conformance.exporters.kit.outcome import ExportState, Unreadable
from conformance.exporters.kit.wire import Answer, Lost
from conformance.exporters.wiseflow.answers import CallOutcome, Reader
from conformance.exporters.wiseflow.client import Client
from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.model import Run, SentRow
from conformance.exporters.wiseflow.mutants.flawed import flawed
from conformance.exporters.wiseflow.runs import Runs

A_WHILE = 0.3
"""Real seconds until a hidden timer fires, within the suite's quiet window."""


class TriesTwice(Runs):
    async def send(self, rows: Sequence[SentRow]) -> CallOutcome:
        first = await super().send(rows)
        failed = all(fate.state is ExportState.FAILED for fate in first.fates.values())
        return await super().send(rows) if failed else first


class SendsAgain(Client):
    """Sends a second time if `is_worth_it` says so about the first answer."""

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
        later = answer.headers.get("retry-after")
        if answer.status != 429 or later is None:
            return False
        await asyncio.sleep(float(later))
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
    """Uses a timer that neither the work list nor the exporter's clock shows."""

    _timer: asyncio.TimerHandle | None = None

    async def carry_out(self, run: Run) -> None:
        await super().carry_out(run)
        if run.kind != "retry":
            self._timer = asyncio.get_running_loop().call_later(A_WHILE, self.start_over)

    def start_over(self) -> None:
        people = self.decisions.to_retry(self.register.flow, self.register.people)
        if people:
            self.start("retry", people)

    def abandon(self) -> None:
        super().abandon()
        if self._timer:
            self._timer.cancel()


class RetriesAtNight(WiseflowExporter):
    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        people = self.decisions.to_retry(self.flow, self.people)
        if people:
            self.runs.start("retry", people)


class RetriesOnRestart(Runs):
    def recover(self) -> None:
        super().recover()
        if self.register.people:
            people = self.decisions.to_retry(self.register.flow, self.register.people)
            if people:
                self.start("retry", people)


_EVERY_FAILURE = (
    "WF-NORETRY-STATUS",
    "WF-NORETRY-THROTTLED",
    "WF-NORETRY-TIMEOUT",
    "WF-NORETRY-RESET",
    "WF-NORETRY-BODY",
    "WF-NORETRY-AUTH",
    "WF-NORETRY-REFUSED",
    "WF-NORETRY-RETRY",
    "WF-INSTANT-NORETRY",
    "WF-ONCE-AMBIGUOUS",
)


class AnnouncesARetry(Runs):
    async def settle(self) -> tuple[str, ...]:
        pending = await super().settle()
        failed = any(each.state is ExportState.FAILED for each in self.register.people)
        return (*pending, "retry in 180 s") if failed else pending


MUTANTS = (
    flawed(
        "tries-twice",
        "Sends a failed export once more by itself.",
        _EVERY_FAILURE,
        ("WF-FAILED-STATE", "WF-RETRY-CURRENT"),
        runs=TriesTwice,
    ),
    flawed(
        "retries-server-errors",
        "Retries by itself at once after a 5xx.",
        ("WF-INSTANT-NORETRY", "WF-NORETRY-STATUS"),
        ("WF-RETRY-CURRENT",),
        client=RetriesServerErrors,
    ),
    flawed(
        "obeys-retry-after",
        "Retries by itself after a 429, when the time in Retry-After is over.",
        ("WF-NORETRY-THROTTLED",),
        client=ObeysRetryAfter,
    ),
    flawed(
        "retries-unreadable",
        "Retries by itself after a 200 that it cannot read.",
        (
            "WF-NORETRY-BODY",
            "WF-INSTANT-NORETRY",
            "WF-NORETRY-REFUSED",
            "WF-NORETRY-RETRY",
            "WF-ONCE",
        ),
        client=RetriesUnreadable,
    ),
    flawed(
        "retries-with-a-fresh-token",
        "Retries by itself after a 401, with new credentials.",
        ("WF-NORETRY-AUTH", "WF-INSTANT-NORETRY", "WF-NORETRY-RETRY"),
        client=RetriesWithAFreshToken,
    ),
    flawed(
        "retries-timeouts",
        "Retries by itself after a timeout.",
        ("WF-NORETRY-TIMEOUT",),
        client=RetriesTimeouts,
    ),
    flawed(
        "retries-lost-connections",
        "Retries by itself on a new connection after the old one broke.",
        ("WF-NORETRY-RESET", "WF-ONCE-AMBIGUOUS", "WF-INSTANT-NORETRY", "WF-NORETRY-RETRY"),
        client=RetriesLostConnections,
    ),
    flawed(
        "retries-in-a-while",
        "Retries by itself from a timer, and lists no pending work.",
        _EVERY_FAILURE,
        runs=RetriesInAWhile,
    ),
    flawed(
        "retries-at-night",
        "Retries by itself every night.",
        (*_EVERY_FAILURE, "WF-ONCE-RESTART"),
        exporter=RetriesAtNight,
    ),
    flawed(
        "retries-on-restart",
        "Retries by itself after a restart.",
        (
            "WF-INSTANT-NORETRY",
            "WF-NORETRY-AUTH",
            "WF-NORETRY-STATUS",
            "WF-NORETRY-THROTTLED",
            "WF-ONCE-RESTART",
            "WF-NORETRY-REFUSED",
            "WF-NORETRY-RETRY",
        ),
        runs=RetriesOnRestart,
    ),
    flawed(
        "announces-a-retry",
        "Plans to send a failed export again in three minutes.",
        ("WF-NORETRY-PENDING",),
        runs=AnnouncesARetry,
    ),
)
