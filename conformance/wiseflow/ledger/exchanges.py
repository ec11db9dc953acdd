"""One export as the SIS's journal has it, and what the exporter can know from its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from conformance.model.evidence import Evidence
from conformance.wiseflow.evidence import ExportRequest, exports
from conformance.wiseflow.forms import forms_of
from mock_sis.exchange import Reply


class Fate(Enum):
    """What the exporter can know of a participant.

    NONE: never sent. UNSENT: export was pressed, but a failure or a kill may have kept the request
    from being sent. OPEN: sent, not answered yet. EITHER: confirmed by an answer that the documents
    do not describe. ODD: the counts of the answer contradict it.
    """

    NONE = "not sent"
    UNSENT = "perhaps not sent"
    OPEN = "not answered"
    CONFIRMED = "confirmed"
    EITHER = "perhaps confirmed"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    ODD = "contradicted"


LOST = "WF-ONCE-AMBIGUOUS"
"""The cause of an unknown fate: the SIS stored the grades, but its answer did not arrive."""

REFUSED = "WF-NORETRY-REFUSED"
_FAMILIES: Mapping[int, str] = {
    401: "WF-NORETRY-AUTH",
    403: "WF-NORETRY-AUTH",
    429: "WF-NORETRY-THROTTLED",
}
"""The rule against sending again after a status; WF-NORETRY-STATUS for all others."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """An export request with its outcome.

    `fate` is that of each row, unless `refused` names it. `cause` is the rule against sending the
    rows again. `most` is how many of them may be shown as exported if the answer is odd; `foreign`
    says that its errors name an unknown participant, or one twice.
    """

    request: ExportRequest
    fate: Fate
    cause: str
    most: int | None = None
    foreign: bool = False

    @property
    def number(self) -> int:
        """The number in the journal."""
        return self.request.number

    @property
    def redirected(self) -> bool:
        """Whether the SIS answered with a redirect."""
        status = self.request.answer.status
        return status is not None and 300 <= status < 400

    @property
    def refused(self) -> Mapping[str, str]:
        """The errorInfo of each participant in the errors."""
        return self.request.answer.refused

    def fate_of(self, user_id: str) -> Fate:
        """What the exporter can know of one row."""
        report = self.fate in (Fate.CONFIRMED, Fate.EITHER)
        return Fate.REFUSED if report and user_id in self.refused else self.fate


def exchanges(evidence: Evidence) -> tuple[Exchange, ...]:
    """The exports of a case, in order."""
    stored = {held.number for held in evidence.held}
    documented = forms_of(evidence.policies).answer.status
    entries = {entry.number: entry for entry in evidence.requests}
    return tuple(
        _exchange(sent, entries[sent.number], documented, stored=sent.number in stored)
        for sent in exports(evidence)
    )


def _exchange(sent: ExportRequest, entry: Any, documented: int, *, stored: bool) -> Exchange:
    arrived = entry.delivered is not None and entry.delivered.how == "complete"
    if not isinstance(entry.outcome, Reply) or not arrived:
        gone = entry.delivered is not None and entry.delivered.how == "client_gone"
        gone = gone or "stall" in entry.faults
        broken = "WF-NORETRY-TIMEOUT" if gone else "WF-NORETRY-RESET"
        return Exchange(sent, Fate.UNKNOWN, LOST if stored and not gone else broken)
    answer, status = sent.answer, entry.outcome.status
    if status >= 300 or status < 200:
        return Exchange(sent, Fate.FAILED, _FAMILIES.get(status, "WF-NORETRY-STATUS"))
    if not isinstance(answer.successes, int) or not isinstance(answer.errors, int):
        return Exchange(sent, Fate.UNKNOWN, "WF-NORETRY-BODY")
    foreign = answer.repeated or not set(answer.refused) <= set(sent.user_ids)
    counted = answer.successes + answer.errors == len(sent.rows)
    if foreign or not counted or answer.errors != len(answer.refused):
        return Exchange(sent, Fate.ODD, REFUSED, max(answer.successes, 0), foreign)
    return Exchange(sent, Fate.CONFIRMED if status == documented else Fate.EITHER, REFUSED)
