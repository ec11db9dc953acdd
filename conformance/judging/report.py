"""The result of a run, as a value; reports/ turns it into text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from conformance.judging.coverage import Coverage, coverage
from conformance.judging.late import Late
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
    verdict. `unmet` and `lost` are sentences about what should have been tried: by --require, and
    by the baseline. All SISs were `watched` for so many real seconds after the last case (None if
    no case was played to its end); `late` is what came after its case was over.
    """

    spec: str
    suite: str
    identity: Identity | None
    verdicts: tuple[Verdict, ...]
    started: str
    took: float
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    watched: float | None = None
    late: tuple[Late, ...] = ()

    @property
    def counts(self) -> dict[Status, int]:
        """How many rules have each status that occurs, in the order of Status."""
        found = Counter(each.status for each in self.verdicts)
        return {status: found[status] for status in Status if found[status]}

    @property
    def coverage(self) -> tuple[Coverage, ...]:
        """What was tried of each profile, and what was not."""
        return coverage(self.verdicts, self.identity)

    @property
    def exit(self) -> Exit:
        """A failure counts most, then an adapter that broke, then what should have been tried. A
        run in which no rule was tried is not a success either."""
        statuses = {each.status for each in self.verdicts}
        if self.late or any(status.red for status in statuses):
            return Exit.NOT_CONFORMANT
        if Status.ERROR in statuses:
            return Exit.BROKEN
        if self.unmet or self.lost:
            return Exit.NOT_CONFORMANT
        return Exit.BROKEN if statuses <= {Status.NOT_APPLICABLE} else Exit.CONFORMANT
