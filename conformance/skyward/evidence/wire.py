"""What an exporter sent of a course: line items, results, and whatever else writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
from conformance.model.steps import Export, Settle
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

SERVICE = "oneroster.gradebook"
ITEM_WRITES = f"{SERVICE}.*lineItems.p*"
RESULT_WRITES = f"{SERVICE}.*results.p*"
"""Operations that write, whether by PUT or by POST."""


@dataclass(frozen=True, slots=True)
class Written:
    """One object in a request that writes; `name` is its sourcedId, and `given` whether the
    exporter chose it. `status` is None where the SIS gave no answer, and `told` what it said."""

    number: int
    name: str
    given: bool
    raw: Mapping[str, Any]
    status: int | None
    told: str

    @property
    def taken(self) -> bool:
        """Whether the SIS said that it took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the SIS said that it did not take it."""
        return self.status is not None and not self.taken

    def ref(self, name: str) -> str:
        """The sourcedId that a reference names; "" where there is none."""
        found = self.raw.get(name)
        return str(found.get("sourcedId", "")) if isinstance(found, dict) else ""

    @property
    def members(self) -> dict[str, Any]:
        """All that it says, in its metadata too."""
        metadata = self.raw.get("metadata")
        return {**self.raw, **(metadata if isinstance(metadata, dict) else {})}


def line_items(evidence: Evidence, *, since: str = "", until: str = "") -> list[Written]:
    """The line items that were sent, between two labelled steps, in order."""
    found = evidence.calls(ITEM_WRITES, since=since, until=until)
    return [each for entry in found for each in _objects(entry, "lineItem")]


def results(evidence: Evidence, *, since: str = "", until: str = "") -> list[Written]:
    """The results that were sent, between two labelled steps, in order."""
    found = evidence.calls(RESULT_WRITES, since=since, until=until)
    return [each for entry in found for each in _objects(entry, "result")]


def some_line_items(evidence: Evidence) -> list[Written]:
    """The line items of all of the case. Raises NotTestable where there is none."""
    found = line_items(evidence)
    if not found:
        raise NotTestable("no item was transferred, which the rule presupposes")
    return found


def presuppose_transfer(evidence: Evidence) -> None:
    """Raises NotTestable where the SIS accepted no item at all."""
    if not any(each.taken for each in some_line_items(evidence)):
        raise NotTestable("the SIS accepted no item, which the rule presupposes")


def writes(evidence: Evidence, *, since: str = "") -> list[Entry]:
    """Every request that could change something in the gradebook, from a labelled step on."""
    found = evidence.calls(f"{SERVICE}.*", since=since)
    return [entry for entry in found if entry.call.method != "GET"]


def unasked(evidence: Evidence) -> list[Entry]:
    """The writes that came while no transfer was at work: before Transfer was pressed, or when all
    that it had started was over."""
    asked: list[tuple[int, int]] = []
    begun: int | None = None
    for done in evidence.steps:
        if isinstance(done.step, Export) and begun is None:
            begun = done.first
        elif isinstance(done.step, Settle) and begun is not None:
            asked.append((begun, done.last))
            begun = None
    return [
        entry
        for entry in writes(evidence)
        if not any(first < entry.number <= last for first, last in asked)
    ]


def _objects(entry: Entry, kind: str) -> Iterator[Written]:
    """The objects of a request: the one that a PUT names, or those of a POST's list."""
    reply = entry.outcome if isinstance(entry.outcome, Reply) else None
    status, answer = (reply.status, _object(reply.body)) if reply else (None, {})
    told = str(answer.get("imsx_description", ""))
    data = _object(entry.call.body)
    if entry.operation.endswith(".put"):
        listed: Any = [data.get(kind)]
        names = [unquote(entry.call.path.rpartition("/")[2])]
    else:
        listed = data.get(f"{kind}s")
        pairs = answer.get("sourcedIdPairs") or []
        names = [str(pair.get("allocatedSourcedId", "")) for pair in pairs]
    for place, raw in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(raw, dict):
            given = entry.operation.endswith(".put") or bool(raw.get("sourcedId"))
            name = names[place] if place < len(names) else str(raw.get("sourcedId", ""))
            yield Written(entry.number, name, given, raw, status, told)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
