"""The catalogue: every kind of fault, what a client sees of it, and an example.

schemas/control/fault.schema.json and docs/faults.md are generated from it (schema.py, docs.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Union

import msgspec

from mock_sis.faults import body, http, load, oneroster, rows, schoology, transport, wiseflow
from mock_sis.faults.what import Phase, What


class FaultKind(msgspec.Struct, frozen=True):
    """One row of the catalogue. `example` is a complete fault."""

    what: type[What]
    family: str
    title: str
    sees: str
    example: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of the kind, as in the plain form."""
        return str(self.what.__struct_config__.tag)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases in which it can act; the first is the default."""
        return self.what.phases

    @property
    def reach(self) -> str:
        """The operations that it can act on, as a pattern."""
        return self.what.reach


def _example(kind: str, /, on: str = "", **parameters: Any) -> dict[str, Any]:
    where = {"operation": on} if on else {}
    return {**where, "fault": {"kind": kind, **parameters}}


TRANSPORT = (
    FaultKind(
        transport.RefuseConnection,
        "Transport",
        "The connection is refused",
        "A connection that is reset before anything can be sent.",
        _example("refuse_connection"),
    ),
    FaultKind(
        transport.ResetBefore,
        "Transport",
        "Reset before the call is carried out",
        "A reset connection after the request was sent, without an answer. Nothing was stored.",
        _example("reset_before", on="wiseflow.*.post"),
    ),
    FaultKind(
        transport.ResetAfter,
        "Transport",
        "Reset after the call was carried out",
        "The same reset as with `reset_before`. Everything was stored.",
        _example("reset_after", on="wiseflow.*.post"),
    ),
    FaultKind(
        transport.CloseWithoutAnswer,
        "Transport",
        "Closed without an answer",
        "A connection that is closed instead of an answer.",
        _example("close_without_answer", phase="after"),
    ),
    FaultKind(
        transport.ResetMidBody,
        "Transport",
        "Reset in the middle of the body",
        "A true head, part of the body, then a reset connection.",
        _example("reset_mid_body", keep=0.25),
    ),
    FaultKind(
        transport.Stall,
        "Transport",
        "Stalled",
        "Silence instead of the answer (or of its body, after a true head), then a closed "
        "connection.",
        _example("stall", seconds=120, part="body", phase="after"),
    ),
    FaultKind(
        transport.Drip,
        "Transport",
        "Dripping",
        "The true answer, a few bytes at a time.",
        _example("drip", bytes_per_second=20),
    ),
    FaultKind(
        transport.Delay,
        "Transport",
        "Delayed",
        "The true answer, late.",
        _example("delay", lognormal={"median": 0.2, "sigma": 0.8}, seed=7),
    ),
)

HTTP = (
    FaultKind(
        http.Status,
        "HTTP",
        "Any status",
        "An answer with that status, those headers and that body.",
        _example("status", on="wiseflow.*.post", status=429, retry_after=30),
    ),
    FaultKind(
        http.ExpiredToken,
        "HTTP",
        "Expired token",
        'A 401 whose WWW-Authenticate says `error="invalid_token"`, although the credentials are '
        "good.",
        _example("expired_token", on="wiseflow.flows.*"),
    ),
    FaultKind(
        http.Redirect,
        "HTTP",
        "Redirect",
        "A 3xx with that Location.",
        _example("redirect", location="https://elsewhere.example/grades", status=308),
    ),
    FaultKind(
        http.WrongContentType,
        "HTTP",
        "Wrong Content-Type",
        "The true body with another Content-Type.",
        _example("wrong_content_type", value="text/html"),
    ),
    FaultKind(
        http.WrongContentLength,
        "HTTP",
        "Wrong Content-Length",
        "Fewer or more bytes than announced, then a closed connection.",
        _example("wrong_content_length", delta=-3),
    ),
    FaultKind(
        http.ChunkedGarbage,
        "HTTP",
        "Chunked garbage",
        "Chunked framing in which no chunk size is a number.",
        _example("chunked_garbage"),
    ),
    FaultKind(
        http.BadGzip,
        "HTTP",
        "False gzip",
        "`Content-Encoding: gzip` over a body that is not compressed.",
        _example("bad_gzip"),
    ),
)

BODY = (
    FaultKind(
        body.EmptyBody,
        "Body",
        "Empty",
        "The true status and headers, and no body.",
        _example("empty_body"),
    ),
    FaultKind(
        body.TruncatedBody,
        "Body",
        "Truncated",
        "A body that is cut short, with a Content-Length that agrees.",
        _example("truncated_body", keep=12),
    ),
    FaultKind(
        body.HtmlPage,
        "Body",
        "A web page",
        "An HTML page, by default with status 200.",
        _example("html_page", phase="after"),
    ),
    FaultKind(
        body.ByteOrderMark,
        "Body",
        "Byte-order mark",
        "The true body after the three bytes EF BB BF.",
        _example("byte_order_mark"),
    ),
    FaultKind(
        body.NotUtf8,
        "Body",
        "Not UTF-8",
        "A body with one byte of another encoding in it.",
        _example("not_utf8"),
    ),
    FaultKind(
        body.DuplicateKeys,
        "Body",
        "Duplicate keys",
        "A JSON object that names its first member twice, the second time as null.",
        _example("duplicate_keys"),
    ),
    FaultKind(
        body.MissingOuterBraces,
        "Body",
        "Missing outer braces",
        "The members of a JSON object without the braces around them.",
        _example("missing_outer_braces"),
    ),
)

VERDICT = (
    FaultKind(
        wiseflow.WrongCounts,
        "Verdict",
        "Wrong counts",
        "A wrong numberOfSuccess or numberOfErrors.",
        _example("wiseflow_wrong_counts", success_by=-1),
    ),
    FaultKind(
        wiseflow.UnknownUser,
        "Verdict",
        "An error for a userId that was not sent",
        "One error more, and one success less, for a userId that was not in the call.",
        _example("wiseflow_unknown_user", user="nobody"),
    ),
    FaultKind(
        wiseflow.RepeatedUser,
        "Verdict",
        "The same userId twice in the errors",
        "One userId in two errors. Without `user`, the fault waits for an answer with an error.",
        _example("wiseflow_repeated_user", user=1001),
    ),
    FaultKind(
        wiseflow.ErrorsWithoutUser,
        "Verdict",
        "Errors without userId",
        "Errors that do not name a person.",
        _example("wiseflow_errors_without_user"),
    ),
    FaultKind(
        rows.RowsAllFail,
        "Verdict",
        "All rows fail",
        "A 200 in which every row is an error. Nothing was stored.",
        _example("rows_all_fail", text="The register is closed"),
    ),
    FaultKind(
        rows.RowsFail,
        "Verdict",
        "These rows fail",
        "Errors for these people, whose rows were not stored; the others are judged as usual.",
        _example("rows_fail", subjects=[1001, 1003], text="Not on the class list"),
    ),
    FaultKind(
        rows.RowsToldStoredButNot,
        "Verdict",
        "Success that was not stored",
        "Successes for rows that were not stored.",
        _example("rows_told_stored_but_not", subjects=[1002]),
    ),
    FaultKind(
        rows.RowsStoredButToldFailed,
        "Verdict",
        "Stored but reported as an error",
        "Errors for rows that were stored.",
        _example("rows_stored_but_told_failed"),
    ),
    FaultKind(
        schoology.RowCodes,
        "Verdict",
        "Row codes that differ from what was stored",
        "A report with that code for every row.",
        _example("schoology_row_codes", code=403),
    ),
    FaultKind(
        schoology.RowsMissing,
        "Verdict",
        "A report with rows missing",
        "A report with fewer rows than were sent. All rows were judged and stored as usual.",
        _example("schoology_rows_missing", rows=2),
    ),
    FaultKind(
        schoology.ErrorObject,
        "Verdict",
        "A 200 with an error object",
        "A 200 with `error` instead of the report.",
        _example("schoology_error_object", phase="after"),
    ),
    FaultKind(
        oneroster.SwappedStatus,
        "Verdict",
        "Another success status",
        "A 200, 201 or 202 instead of another of them. The write was carried out.",
        _example("oneroster_swapped_status", status=202),
    ),
    FaultKind(
        oneroster.StatusInfoInSuccess,
        "Verdict",
        "Status information in a 200",
        "A 200 with `imsx_codeMajor` failure in the body.",
        _example("oneroster_status_info_in_200", on="oneroster.gradebook.*.put"),
    ),
    FaultKind(
        oneroster.CategoryRenamed,
        "Verdict",
        "A category renamed between reading and writing",
        "A category with the same sourcedId and another title, after a write that names it.",
        _example("oneroster_category_renamed", title="Homework (old)"),
    ),
    FaultKind(
        oneroster.PostingLag,
        "Verdict",
        "Posting lag",
        "Success, and for some time no list that shows the write.",
        _example("oneroster_posting_lag", seconds=180),
    ),
)

LOAD = (
    FaultKind(
        load.TokenLifetime,
        "Load",
        "Token lifetime",
        "Tokens with that lifetime, announced and real.",
        _example("token_lifetime", seconds=5),
    ),
    FaultKind(
        load.RateLimit,
        "Load",
        "Rate limit",
        "A 429 for calls above the limit, by default with a Retry-After in seconds.",
        _example("rate_limit", requests=10, seconds=60),
    ),
    FaultKind(
        load.SlowStart,
        "Load",
        "Slow start",
        "Late answers at first, then less and less late.",
        _example("slow_start", seconds=30, delay=2),
    ),
    FaultKind(
        load.Capacity,
        "Load",
        "Capacity",
        "A 503 while that many requests are under way.",
        _example("capacity", in_flight=4),
    ),
)

FAULTS: tuple[FaultKind, ...] = (*TRANSPORT, *HTTP, *BODY, *VERDICT, *LOAD)

ANY_KIND: Any = Union[tuple(kind.what for kind in FAULTS)]  # noqa: UP007  built from the table
"""The type of any plain fault; `kind` names the struct."""
