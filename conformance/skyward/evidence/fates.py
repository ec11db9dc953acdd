"""What an exporter can know of a request from the answer that reached it."""

from __future__ import annotations

from enum import Enum

import orjson

from mock_sis.exchange import PLAIN, Reply
from mock_sis.journal.entry import Entry


class Fate(Enum):
    """The outcome of a request, as the exporter sees it.

    `FAILED` was not carried out, `UNKNOWN` may have been, and `ODD` may be taken for a success or
    for a failure.
    """

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    ODD = "odd"


SUCCESSES = (200, 201, 204)
FAILURES = (408, 425, 429)
"""Statuses that say nothing against the row: the request was not carried out."""


def fate_of(entry: Entry, timeout: float) -> Fate:
    """The fate of a request of an exporter that waits `timeout` seconds for an answer."""
    reply = entry.outcome
    if not isinstance(reply, Reply) or reply.status >= 500:
        return Fate.UNKNOWN
    if not _arrived(entry, reply):
        return Fate.UNKNOWN
    if reply.delivery.delay >= timeout or reply.delivery.drip is not None or _is_cut(reply):
        return Fate.ODD
    if reply.status >= 400:
        return Fate.FAILED if reply.status in FAILURES else Fate.REFUSED
    if reply.status not in SUCCESSES or not _readable(entry, reply):
        return Fate.ODD
    return Fate.REFUSED if _is_failure(reply) else Fate.CONFIRMED


def _arrived(entry: Entry, reply: Reply) -> bool:
    """Whether the whole answer reached the exporter."""
    if entry.delivered is None:
        return reply.delivery == PLAIN
    return entry.delivered.how == "complete" or (_is_cut(reply) and not reply.body)


def _is_cut(reply: Reply) -> bool:
    """Whether the connection ends badly. Without a body, the head may have been read first."""
    return reply.delivery.ending != "keep"


def _readable(entry: Entry, reply: Reply) -> bool:
    """Whether the body says what such an answer says. Only those to PUT and DELETE need none."""
    if not reply.body:
        return entry.call.method in ("PUT", "DELETE")
    try:
        return isinstance(orjson.loads(reply.body), dict)
    except orjson.JSONDecodeError:
        return False


def _is_failure(reply: Reply) -> bool:
    """Whether a success says in its body that it is a failure, as some providers do."""
    found = orjson.loads(reply.body) if reply.body else {}
    info = found.get("imsx_StatusInfo", found)
    return isinstance(info, dict) and info.get("imsx_codeMajor") == "failure"
