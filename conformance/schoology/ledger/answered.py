"""What the exporter can know from the answers that reached it, and whether it waited when asked."""

from __future__ import annotations

from conformance.model.account import Breach, Notes
from conformance.model.evidence import Evidence
from conformance.model.steps import Kill
from conformance.schoology.evidence.content import GradeKey
from conformance.schoology.evidence.wire import GradesRequest
from conformance.schoology.ledger.row import Fate
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

READABLE = ("status", "rows_", "schoology_", "rate_limit")
"""What the faults begin with that leave an answer readable and in time. After any other, readers
disagree about what they got."""

SLACK = 0.05
"""Seconds by which an exporter's timer may fire early."""

PUT_OFF = 429

LONG = 3600.0
"""Seconds for which an exporter may wait after a 429 that does not say how long."""

NOT_ITS_FAULT = (401, 408, PUT_OFF)
"""Statuses below 500 that say nothing against the request itself."""


def unheard(evidence: Evidence) -> frozenset[int]:
    """The exchanges that were under way when the exporter was killed."""
    pairs = zip(evidence.steps, evidence.steps[1:], strict=False)
    killed = [each for pair in pairs if isinstance(pair[1].step, Kill) for each in pair]
    return frozenset(number for done in killed for number in done.open)


def arrived(entry: Entry) -> bool:
    """Whether a whole answer reached the exporter in time."""
    whole = entry.delivered is None or entry.delivered.how == "complete"
    readable = all(fault.startswith(READABLE) for fault in entry.faults)
    return isinstance(entry.outcome, Reply) and whole and readable


def disturbed(entry: Entry) -> bool:
    """Whether the SIS disturbed this exchange. Refusing a request or a row does not."""
    if not arrived(entry) or entry.faults:
        return True
    status = _status(entry)
    return status >= 500 or 300 <= status < 400 or status in NOT_ITS_FAULT


def fate_of(entry: Entry, sent: GradesRequest, key: GradeKey) -> Fate:
    """The fate of a row of this request."""
    status = _status(entry)
    if not arrived(entry) or status >= 500:
        return Fate.UNKNOWN
    if status == PUT_OFF:
        return Fate.PUT_OFF
    if not 200 <= status < 300:
        return Fate.FAILED
    answer = sent.answers.get(key)
    if answer is not None and answer.stored:
        return Fate.CONFIRMED
    refused = answer is not None and 400 <= answer.status < 600
    return Fate.REFUSED if refused else Fate.UNKNOWN


def _status(entry: Entry) -> int:
    return entry.outcome.status if isinstance(entry.outcome, Reply) else 0


class Waits:
    """Whether requests respect the Retry-After of a 429. A press of a user ends the wait, and so
    does a kill, because an exporter need not store it.

    `until` is the time, by the SIS's clock, before which an exporter may refuse a press because of
    a 429.
    """

    def __init__(self, evidence: Evidence, notes: Notes) -> None:
        self._evidence, self._notes = evidence, notes
        self._asked: Entry | None = None
        self.ever = False
        self.until = 0.0

    def over(self) -> None:
        """The next request need not wait."""
        self._asked = None

    def request(self, entry: Entry) -> None:
        """Judge one request, and remember what its answer asks for."""
        if self._asked is not None:
            self._judge(self._asked, entry)
        if isinstance(entry.outcome, Reply) and entry.outcome.status == PUT_OFF:
            self.ever = True
            self.until = max(self.until, entry.received + (_seconds(entry) or LONG))
            if _seconds(entry):
                self._notes.tried("SC-RATE")
                self._asked = entry

    def _judge(self, refused: Entry, entry: Entry) -> None:
        if entry.call.in_flight > 1:
            return  # it may have been on its way before the answer arrived
        waited, asked = self._evidence.waited(refused, entry), _seconds(refused)
        if waited < asked - SLACK:
            text = f"sent a request (#{entry.number}) {waited:.1f} s after a 429"
            text += f" (#{refused.number}); Retry-After was {asked} s"
            self._notes.breach(Breach("SC-RATE", "", text, (refused.number, entry.number)))


def _seconds(entry: Entry) -> int:
    """The seconds in Retry-After; 0 if it does not give any."""
    assert isinstance(entry.outcome, Reply)
    text = (entry.outcome.header("Retry-After") or "").strip()
    return int(text) if text.isascii() and text.isdigit() else 0
