"""The journal over the control interface: read, follow, clear, export as an HTTP archive."""

from __future__ import annotations

from itertools import accumulate

from mock_sis import __version__
from mock_sis.control.inputs import number, only, pattern
from mock_sis.exchange import Call, Feed, Params, Reply, Route
from mock_sis.formats.json_text import encode_json
from mock_sis.formats.negotiation import json_reply
from mock_sis.formats.numbers import LARGEST
from mock_sis.journal.har import har
from mock_sis.journal.journal import Entry, Journal, as_json
from mock_sis.world import Context

PAGE = 1000
LONGEST_PAGE = 10_000
HEAVIEST_PAGE = 32 * 2**20
"""The most bytes of entries in a page, unless its first entry alone has more. Their JSON can be six
times as large, and a few slow readers of a whole journal would exhaust the memory."""


def list_entries(context: Context, call: Call, _params: Params) -> Reply:
    """Show a page of entries, oldest first, and whether more entries follow."""
    journal = context.world.journal
    entries, more = _page(journal, call)
    return json_reply(
        {
            "entries": [as_json(entry) for entry in entries],
            "last": journal.last,
            "complete": journal.complete,
            "more": more,
        }
    )


def archive(context: Context, call: Call, _params: Params) -> Reply:
    """Show the same page as HAR 1.2."""
    entries, _ = _page(context.world.journal, call)
    public_url = context.world.settings.public_url
    return json_reply(har(entries, version=__version__, public_url=public_url))


def clear(context: Context, call: Call, _params: Params) -> Reply:
    """Clear the journal. This call is not journaled, so that the journal is empty afterwards."""
    only(call, ())
    context.world.journal.clear()
    return Reply(204)


def follow(context: Context, call: Call, _params: Params) -> Feed:
    """Stream every entry from now on, or after the last number that the reader has seen."""
    only(call, ("operation", "since"))
    since = call.query.get("since", call.header("Last-Event-ID"))
    if since is None:
        return Feed(context.world.journal.last, pattern(call))
    return Feed(number(since, "since", 0, LARGEST), pattern(call))


def event(entry: Entry) -> bytes:
    """An entry as a server-sent event, with its number as the id."""
    return b"id: %d\nevent: entry\ndata: %b\n\n" % (entry.number, encode_json(as_json(entry)))


def _page(journal: Journal, call: Call) -> tuple[list[Entry], bool]:
    only(call, ("operation", "since", "limit"))
    since = number(call.query.get("since", "0"), "since", 0, LARGEST)
    limit = number(call.query.get("limit", str(PAGE)), "limit", 1, LONGEST_PAGE)
    found = journal.select(pattern(call), since, limit + 1)
    sums = accumulate(entry.weight for entry in found[:limit])
    fitting = sum(weight <= HEAVIEST_PAGE for weight in sums)
    page = found[: max(fitting, 1)]
    return page, len(found) > len(page)


ROUTES = (
    Route(
        "control.journal.list",
        "GET",
        "/_control/journal",
        list_entries,
        "Read the journal",
        journaled=False,
    ),
    Route(
        "control.journal.clear",
        "DELETE",
        "/_control/journal",
        clear,
        "Clear the journal",
        journaled=False,
    ),
    Route(
        "control.journal.har",
        "GET",
        "/_control/journal.har",
        archive,
        "Read the journal as an HTTP Archive",
        journaled=False,
    ),
    Route(
        "control.events",
        "GET",
        "/_control/events",
        follow,
        "Follow the journal as server-sent events",
        journaled=False,
    ),
)
