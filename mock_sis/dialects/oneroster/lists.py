"""Lists and single objects of the roster and of small collections: all of them by one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mock_sis.dialects.oneroster.fields import fields_of
from mock_sis.dialects.oneroster.finders import Finder
from mock_sis.dialects.oneroster.paged import Rowed
from mock_sis.dialects.oneroster.query import Pages, Query, read, read_one, select, turn
from mock_sis.dialects.oneroster.roster import Rows
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Handler, Params, Reply
from mock_sis.formats.negotiation import json_reply
from mock_sis.world import Context

Source = Callable[[Rows, Params], Pages]
"""All rows of a collection, below the objects that the path names, or a filter. Raises NotFound."""


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A kind of object: the name of one and of many in envelopes, and that of its schema; and the
    fields by which a filter can name what a source would take from a path."""

    one: str
    many: str
    schema: str
    narrowed: tuple[tuple[str, str], ...] = ()


ORGS = ObjectType("org", "orgs", "org")
SESSIONS = ObjectType("academicSession", "academicSessions", "academic-session")
COURSES = ObjectType("course", "courses", "course")
CLASSES = ObjectType("class", "classes", "class")
USERS = ObjectType("user", "users", "user")
ENROLLMENTS = ObjectType(
    "enrollment",
    "enrollments",
    "enrollment",
    (("class.sourcedId", "class"), ("user.sourcedId", "user")),
)
CATEGORIES = ObjectType(
    "category", "categories", "category", (("metadata.classSourcedId", "class"),)
)
LINE_ITEMS = ObjectType("lineItem", "lineItems", "line-item", (("class.sourcedId", "class"),))
RESULTS = ObjectType("result", "results", "result")
SCALES = ObjectType("scoreScale", "scoreScales", "score-scale")


def rows_of(context: Context) -> Rows:
    """The makers of rows for this world."""
    return Rows(context.world.gradebook, context.base_url)


def url_of(context: Context, call: Call) -> str:
    """The public URL of a request, without its query; never by the Host header."""
    return context.world.settings.public_url + call.path


def listing(kind: ObjectType, source: Source, finder: Finder | None = None) -> Handler:
    """The handler that lists a collection; `finder` finds one object of it by its sourcedId."""

    def handler(context: Context, call: Call, params: Params) -> Reply:
        query = read(call, fields_of(kind.schema))
        rows = rows_of(context)
        name = query.equal("sourcedId")
        if finder is not None and name is not None:
            only = finder(rows, name)
            found, total = select(query, [] if only is None else [only])
        else:
            known = _named(kind, query, params)
            left = query.without({field: value for field, _, value in known})
            found, total = turn(left, _below(source, rows, params, known))
        return json_reply({kind.many: found}, headers=query.headers(url_of(context, call), total))

    return handler


Named = list[tuple[str, str, str]]
"""A field, the name that a path has for it, and the value that a filter asks for."""


def _named(kind: ObjectType, query: Query, params: Params) -> Named:
    """What a filter names that a source takes, and the path does not name."""
    asked = ((field, name, query.equal(field)) for field, name in kind.narrowed)
    return [
        (field, name, value)
        for field, name, value in asked
        if value is not None and name not in params
    ]


def _below(source: Source, rows: Rows, params: Params, known: Named) -> Pages:
    """The rows below what the path and a filter name."""
    try:
        return source(rows, {**params, **{name: value for _, name, value in known}})
    except NotFound:
        if not known:
            raise
        return Rowed((), dict)  # a filter may name what there is not


def single(kind: ObjectType, finder: Finder) -> Handler:
    """The handler that shows one object of a collection."""

    def handler(context: Context, call: Call, params: Params) -> Reply:
        query = read_one(call, fields_of(kind.schema))
        wanted = params[kind.one]
        row = finder(rows_of(context), wanted)
        if row is None:
            raise NotFound(f"There is no {kind.one} {wanted[:200]!r}.")
        return json_reply({kind.one: query.shown(row)})

    return handler
