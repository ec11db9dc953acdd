"""The requests that the exporter sent, and the answers of the SIS.

A PUT carries one object and a POST a list. Both are read as SentObjects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

import orjson

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

SERVICE = "oneroster.gradebook"
ITEM_WRITES = f"{SERVICE}.*lineItems.p*"
RESULT_WRITES = f"{SERVICE}.*results.p*"
"""The operations that write line items and results, by PUT or by POST."""


@dataclass(frozen=True, slots=True)
class SentObject:
    """A line item or a result in a request that writes.

    `id_chosen` says whether the exporter chose the sourcedId; otherwise the SIS allocated it.
    `status` (None without an answer) and `description` are those of the answer of the SIS.
    """

    number: int
    sourced_id: str
    id_chosen: bool
    raw: Mapping[str, Any]
    status: int | None
    description: str

    @property
    def accepted(self) -> bool:
        """Whether the SIS answered with a 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the SIS answered with another status."""
        return self.status is not None and not self.accepted

    def ref(self, name: str) -> str:
        """The sourcedId in a reference such as class or student; "" if it is missing."""
        found = self.raw.get(name)
        return str(found.get("sourcedId", "")) if isinstance(found, dict) else ""

    @property
    def members(self) -> dict[str, Any]:
        """All members of the object, including those of its metadata."""
        metadata = self.raw.get("metadata")
        return {**self.raw, **(metadata if isinstance(metadata, dict) else {})}


def line_items(evidence: Evidence, *, since: str = "", until: str = "") -> list[SentObject]:
    """The line items sent between two labelled steps, in order."""
    found = evidence.calls(ITEM_WRITES, since=since, until=until)
    return [each for entry in found for each in _objects(entry, "lineItem")]


def results(evidence: Evidence, *, since: str = "", until: str = "") -> list[SentObject]:
    """The results sent between two labelled steps, in order."""
    found = evidence.calls(RESULT_WRITES, since=since, until=until)
    return [each for entry in found for each in _objects(entry, "result")]


def line_items_in(entry: Entry) -> list[SentObject]:
    """The line items that one request writes; [] if it writes none."""
    return list(_objects(entry, "lineItem")) if fnmatchcase(entry.operation, ITEM_WRITES) else []


def results_in(entry: Entry) -> list[SentObject]:
    """The results that one request writes; [] if it writes none."""
    return list(_objects(entry, "result")) if fnmatchcase(entry.operation, RESULT_WRITES) else []


def require_line_items(evidence: Evidence) -> list[SentObject]:
    """All line items that were sent. Raises NotTestable if none was sent."""
    found = line_items(evidence)
    if not found:
        raise NotTestable("the exporter transferred no item, so this rule cannot be judged")
    return found


def _objects(entry: Entry, kind: str) -> Iterator[SentObject]:
    """The object of a PUT, or those in the list of a POST."""
    reply = entry.outcome if isinstance(entry.outcome, Reply) else None
    status, answer = (reply.status, _object(reply.body)) if reply else (None, {})
    description = str(answer.get("imsx_description", ""))
    data = _object(entry.call.body)
    if entry.operation.endswith(".put"):
        listed: Any = [data.get(kind)]
        ids = [unquote(entry.call.path.rpartition("/")[2])]
    else:
        listed = data.get(f"{kind}s")
        pairs = answer.get("sourcedIdPairs") or []
        ids = [str(pair.get("allocatedSourcedId", "")) for pair in pairs]
    for index, raw in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(raw, dict):
            id_chosen = entry.operation.endswith(".put") or bool(raw.get("sourcedId"))
            sourced_id = ids[index] if index < len(ids) else str(raw.get("sourcedId", ""))
            yield SentObject(entry.number, sourced_id, id_chosen, raw, status, description)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
