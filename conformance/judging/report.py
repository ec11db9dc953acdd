"""The result of a run, as a value; reports/ turns it into text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from conformance.judging.verdicts import Status, Verdict
from conformance.model.evidence import Evidence, Identity

__all__ = ["Exit", "Report", "Status", "Verdict"]


class Exit(IntEnum):
    """The exit codes of `conformance run`."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    USAGE = 2
    BROKEN = 3


@dataclass(frozen=True)
class Report:
    """All verdicts of one run, in the order of the rules.

    `identity` is None if the adapter did not answer hello. `evidence` is by scenario name;
    `started` is RFC 3339 and `took` in seconds; `remarks` are about the adapter and change no
    verdict.
    """

    spec: str
    suite: str
    identity: Identity | None
    verdicts: tuple[Verdict, ...]
    started: str
    took: float
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[Status, int]:
        """How many rules have each status that occurs, in the order of Status."""
        found = Counter(each.status for each in self.verdicts)
        return {status: found[status] for status in Status if found[status]}

    @property
    def exit(self) -> Exit:
        """A failure counts most, then an adapter that broke. A run in which no rule was tried is
        not a success either."""
        statuses = {each.status for each in self.verdicts}
        if any(status.red for status in statuses):
            return Exit.NOT_CONFORMANT
        if Status.ERROR in statuses or statuses <= {Status.NOT_APPLICABLE}:
            return Exit.BROKEN
        return Exit.CONFORMANT
