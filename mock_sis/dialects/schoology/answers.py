"""Render answers in the requested format, and refusals tersely.

Source: the public documentation and the clients that talk to the real system; what neither says
(the text of a 400, say) is our inference.
"""

from __future__ import annotations

from typing import Any

from mock_sis.errors import Refused
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.formats.negotiation import accepted_format

TEXT: Headers = (("Content-Type", "text/plain; charset=utf-8"),)
SILENT = frozenset({403, 404})
"""Statuses that are answered without a body."""


def answer(call: Call, data: Any, status: int = 200, headers: Headers = ()) -> Reply:
    """Data in the format that the request prefers; JSON by default."""
    chosen = accepted_format(call)
    kind = (("Content-Type", f"{chosen.media_type}; charset=utf-8"),)
    return Reply(status, (*kind, *headers), chosen.encode(data))


def nothing(status: int, headers: Headers = ()) -> Reply:
    """An answer without a body."""
    return Reply(status, headers)


def refuse(refused: Refused) -> Reply:
    """An error: 401 and the other 4xx as text, 403 and 404 empty."""
    # The interface knows no 422: a body that breaks the schema is a bad request.
    status = 400 if refused.status == 422 else refused.status
    if status in SILENT:
        return nothing(status, refused.headers)
    places = "".join(f"\n{each.pointer or '/'}: {each.message}" for each in refused.problems)
    body = f"{refused}{places}\n".encode(errors="replace")
    return Reply(status, (*TEXT, *refused.headers), body)
