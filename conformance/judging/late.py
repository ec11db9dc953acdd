"""Late requests: what an exporter sends unasked when its case is over."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from conformance.model.evidence import Evidence
from mock_sis.journal.entry import Entry


@dataclass(frozen=True, slots=True)
class Late:
    """The late writes of one case: their journal numbers, the first of them in words, and how many
    real seconds after the end of the case it came."""

    scenario: str
    entries: tuple[int, ...]
    first: str
    after: float

    def __str__(self) -> str:
        others = len(self.entries) - 1
        more = f", and {others} more request{'s' * (others != 1)}" if others else ""
        return (
            f"{self.first} (#{self.entries[0]}) came {self.after:.1f} s after {self.scenario} was"
            f" over{more}: the exporter works by a hidden timer"
        )


def late_writes(evidence: Evidence) -> Late | None:
    """The requests after the end of the case that may change the SIS; None without any. Reading
    changes nothing, and neither does a request for a token."""
    if evidence.late_from is None:
        return None
    late = [
        entry for entry in evidence.requests if entry.number > evidence.late_from and writes(entry)
    ]
    if not late:
        return None
    call, noted = late[0].call, dict(evidence.noted)
    return Late(
        scenario=evidence.scenario,
        entries=tuple(entry.number for entry in late),
        first=f"{call.method or 'a connection'} {call.target}".rstrip(),
        after=noted.get(late[0].number, evidence.ended) - evidence.ended,
    )


def writes(entry: Entry) -> bool:
    """Whether a request may change what the SIS holds."""
    return entry.call.method not in ("GET", "HEAD") and not fnmatchcase(entry.operation, "*.token")
