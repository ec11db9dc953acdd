"""Checks of the requests that an exporter reads with: pages, and repetitions after a 401."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import orjson

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Violation
from conformance.model.steps import Export, Retry
from conformance.skyward.evidence.wire import SERVICE
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

MOST_TRIES = 2
"""How often the same request may be refused with 401 in one transfer: with the old token, and with
a new one."""

LOOKS = ("0", "1")
"""Limits with which an exporter looks whether there are any rows, and does not read a list."""

Reading = tuple[int, str, str]
"""The transfer, the path and the filter of a list that was read."""


def reads_every_page(evidence: Evidence) -> Iterator[Violation]:
    """Each list that was read in a transfer was read to its end, in pages of any size."""
    read: dict[Reading, dict[int, int]] = defaultdict(dict)
    totals: dict[Reading, int] = {}
    last: dict[Reading, Entry] = {}
    for entry in evidence.calls("oneroster.*.list"):
        reading = (_transfer(evidence, entry), entry.call.path, entry.call.query.get("filter", ""))
        page = _page(entry)
        if page is None or entry.call.query.get("limit") in LOOKS:
            continue
        offset, rows, totals[reading] = page
        read[reading][offset] = rows
        last[reading] = entry
    paged = [name for name, pages in read.items() if totals[name] > max(pages.values())]
    if not paged:
        raise NotTestable("no list that was read had a second page, so this rule cannot be judged")
    for name in paged:
        found, total = sum(read[name].values()), totals[name]
        if found < total:
            entry = last[name]
            text = f"read {found} of the {total} rows of {name[1]} (#{entry.number})"
            yield Violation(text, (entry.number,))


def _page(entry: Entry) -> tuple[int, int, int] | None:
    """The offset of a page, its number of rows, and that of the list; None if it was not given."""
    reply = entry.outcome
    total = reply.header("X-Total-Count") if isinstance(reply, Reply) else None
    if not isinstance(reply, Reply) or reply.status != 200 or not total or not total.isdigit():
        return None
    try:
        (rows,) = orjson.loads(reply.body).values()
        return int(entry.call.query.get("offset") or 0), len(rows), int(total)
    except (ValueError, AttributeError, TypeError):
        return None


def stops_when_new_tokens_are_refused(evidence: Evidence) -> Iterator[Violation]:
    """No request is repeated after it was refused with an old token and with a new one."""
    tries: dict[tuple[int, str, str], list[Entry]] = defaultdict(list)
    for entry in evidence.calls(f"{SERVICE}.*"):
        if isinstance(entry.outcome, Reply) and entry.outcome.status == 401:
            name = (_transfer(evidence, entry), entry.call.method, entry.call.path)
            tries[name].append(entry)
    if not any(len(refused) >= MOST_TRIES for refused in tries.values()):
        raise NotTestable("the SIS refused no renewed token, so this rule cannot be judged")
    for (_, method, path), refused in tries.items():
        if len(refused) > MOST_TRIES:
            numbers = tuple(entry.number for entry in refused)
            text = f"sent {method} {path} {len(refused)} times (#{numbers[-1]}), each time to a 401"
            yield Violation(f"{text}; expected at most {MOST_TRIES}", numbers)


def _transfer(evidence: Evidence, entry: Entry) -> int:
    """The number of presses before a request."""
    pressed = (done for done in evidence.steps if isinstance(done.step, Export | Retry))
    return sum(1 for done in pressed if done.first < entry.number)
