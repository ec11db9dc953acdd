"""Lists and single objects of the roster and of small collections: all of them by one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mock_sis.dialects.oneroster.fields import fields_of
from mock_sis.dialects.oneroster.finders import Finder
from mock_sis.dialects.oneroster.query import read, read_one, select
from mock_sis.dialects.oneroster.roster import Row, Rows
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Handler, Params, Reply
from mock_sis.media import json_reply
from mock_sis.world import Context

Source = Callable[[Rows, Params], Iterable[Row]]
"""All rows of a collection, below the objects that the path names. Raises NotFound."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object: the name of one and of many in envelopes, and that of its schema."""

    one: str
    many: str
    schema: str


ORGS = Kind("org", "orgs", "org")
SESSIONS = Kind("academicSession", "academicSessions", "academic-session")
COURSES = Kind("course", "courses", "course")
CLASSES = Kind("class", "classes", "class")
USERS = Kind("user", "users", "user")
ENROLLMENTS = Kind("enrollment", "enrollments", "enrollment")
CATEGORIES = Kind("category", "categories", "category")
LINE_ITEMS = Kind("lineItem", "lineItems", "line-item")
RESULTS = Kind("result", "results", "result")
SCALES = Kind("scoreScale", "scoreScales", "score-scale")


def rows_of(context: Context) -> Rows:
    """The makers of rows for this world."""
    settings = context.world.settings
    return Rows(context.world.gradebook, settings.public_url + settings.oneroster.base_path)


def url_of(context: Context, call: Call) -> str:
    """The public URL of a request, without its query; never by the Host header."""
    return context.world.settings.public_url + call.path


def listing(kind: Kind, source: Source) -> Handler:
    """The handler that lists a collection."""

    def handler(context: Context, call: Call, params: Params) -> Reply:
        query = read(call, fields_of(kind.schema))
        found, total = select(query, source(rows_of(context), params))
        return json_reply({kind.many: found}, headers=query.headers(url_of(context, call), total))

    return handler


def single(kind: Kind, finder: Finder) -> Handler:
    """The handler that shows one object of a collection."""

    def handler(context: Context, call: Call, params: Params) -> Reply:
        query = read_one(call, fields_of(kind.schema))
        wanted = params[kind.one]
        row = finder(rows_of(context), wanted)
        if row is None:
            raise NotFound(f"There is no {kind.one} {wanted[:200]!r}.")
        return json_reply({kind.one: query.shown(row)})

    return handler
