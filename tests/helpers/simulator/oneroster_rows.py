"""Line items, and what a client may ask of their list."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from mock_sis.dialects.oneroster.fields import fields_of
from mock_sis.dialects.oneroster.query import Query, read
from mock_sis.exchange import Call

LINE_ITEM = fields_of("line-item")
URL = "https://sis.example/ims/oneroster/gradebook/v1p2/lineItems"


def row(sourced_id: str, **fields: Any) -> dict[str, Any]:
    return {"sourcedId": sourced_id, **fields}


ITEMS = [
    row("a", title="Essay", resultValueMax=9, dueDate="2026-06-15T22:00:00Z", **{"class": {}}),
    row("b", title="essay II", resultValueMax=10, dueDate="2026-06-16T09:00:00.000+02:00"),
    row("c", title="O'Neill", resultValueMax=9.5, **{"class": {"sourcedId": "math/1"}}),
    row("d", title="Übung ½", resultValueMax=None, metadata={"late-days": 2, "hidden": True}),
    row("e", metadata={"tags": ["x", "y"], "deep": [{"er": "z"}]}),
]


def ask(**parameters: str) -> Query:
    """What a request with these query parameters asks of a list of line items."""
    pairs = "&".join(f"{name}={quote(text)}" for name, text in parameters.items())
    return read(Call("GET", f"/lineItems?{pairs}"), LINE_ITEM)


def pages(query: Query, total: int) -> dict[str, int]:
    """The offsets of the Link header by rel; each link asks for what the query asked for."""
    headers = dict(query.headers(URL, total))
    assert headers["X-Total-Count"] == str(total)
    offsets = {}
    for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', headers["Link"]):
        assert url.startswith(f"{URL}?")
        asked = read(Call("GET", url), LINE_ITEM)
        assert (asked.limit, asked.filter, asked.sort, asked.descending, asked.selection) == (
            query.limit,
            query.filter,
            query.sort,
            query.descending,
            query.selection,
        )
        offsets[rel] = asked.offset
    return offsets
