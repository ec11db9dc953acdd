"""The handlers for lists and single objects of every collection except results."""

from __future__ import annotations

from dataclasses import dataclass

from mock_sis.dialects.oneroster.fields import fields_of
from mock_sis.dialects.oneroster.finders import Finder
from mock_sis.dialects.oneroster.paged import LazyRows
from mock_sis.dialects.oneroster.query import Pages, Query, page_of, read, read_one, select
from mock_sis.dialects.oneroster.roster import Rows
from mock_sis.dialects.oneroster.sources import Source
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Handler, Params, Reply
from mock_sis.formats.negotiation import json_reply
from mock_sis.world import Context


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A kind of object: its singular and plural names in bodies, and the name of its schema.

    `narrowed` lists pairs of a field and a path parameter: a filter `field='value'` selects the
    same rows as that parameter does in a path.
    """

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
DEMOGRAPHICS = ObjectType("demographics", "demographics", "demographics")
ASSESSMENT_LINE_ITEMS = ObjectType(
    "assessmentLineItem", "assessmentLineItems", "assessment-line-item"
)
ASSESSMENT_RESULTS = ObjectType("assessmentResult", "assessmentResults", "assessment-result")


def rows_of(context: Context) -> Rows:
    """The row maker for this world's gradebook."""
    return Rows(context.world.gradebook, context.base_url)


def url_of(context: Context, call: Call) -> str:
    """The public URL of a request without its query. It does not depend on the Host header."""
    return context.world.settings.public_url + call.path


def listing(kind: ObjectType, source: Source, finder: Finder | None = None) -> Handler:
    """Make the handler that lists a collection; `finder` serves filters by sourcedId."""

    def handler(context: Context, call: Call, params: Params) -> Reply:
        query = read(call, fields_of(kind.schema), context.policy.page_most)
        rows = rows_of(context)
        name = query.equal("sourcedId")
        if params and query.filter is not None:
            source(rows, params)  # raises NotFound for an unknown object in the path
        if finder is not None and name is not None:
            only = finder(rows, name)
            found, total = select(query, [] if only is None else [only])
        else:
            known = _named(kind, query, params)
            left = query.without({field: value for field, _, value in known})
            found, total = page_of(left, _below(source, rows, params, known))
        return json_reply({kind.many: found}, headers=query.headers(url_of(context, call), total))

    return handler


Named = list[tuple[str, str, str]]
"""(field, path parameter, value in the filter)"""


def _named(kind: ObjectType, query: Query, params: Params) -> Named:
    """The path parameters that the filter determines and the path does not have."""
    asked = ((field, name, query.equal(field)) for field, name in kind.narrowed)
    return [
        (field, name, value)
        for field, name, value in asked
        if value is not None and name not in params
    ]


def _below(source: Source, rows: Rows, params: Params, known: Named) -> Pages:
    """The rows for the parameters of the path and the filter."""
    try:
        return source(rows, {**params, **{name: value for _, name, value in known}})
    except NotFound:
        if not known:
            raise
        return LazyRows((), dict)  # no rows match an unknown name in a filter


def single(kind: ObjectType, finder: Finder) -> Handler:
    """Make the handler that shows one object of a collection."""

    def handler(context: Context, call: Call, params: Params) -> Reply:
        query = read_one(call, fields_of(kind.schema))
        wanted = params[kind.one]
        row = finder(rows_of(context), wanted)
        if row is None:
            raise NotFound(f"No {kind.one} has the sourcedId {wanted[:200]!r}.")
        return json_reply({kind.one: query.shown(row)})

    return handler
