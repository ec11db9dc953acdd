"""The WISEflow-style export receiver: its operations, and the handlers behind them."""

from __future__ import annotations

from mock_sis.auth.token_endpoint import token_endpoint
from mock_sis.contracts.openapi import bundle
from mock_sis.dialects.wiseflow import flows, receiver
from mock_sis.dialects.wiseflow.body import reader
from mock_sis.dialects.wiseflow.settings import WiseflowPolicy
from mock_sis.errors import MethodNotAllowed, NotFound, Refused
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.json_text import require_utf8
from mock_sis.formats.mapping.rows import MEDIA_TYPES, Given
from mock_sis.formats.negotiation import content_type, json_reply, request_type
from mock_sis.gradebook.values import Section, key
from mock_sis.world import Context, World


def list_flows(context: Context, _call: Call, _params: Params) -> Reply:
    """Every section that has a SIS code."""
    sections = context.world.gradebook.sections.values()
    return json_reply([flows.summary(section) for section in sections if section.sis_code])


def get_flow(context: Context, _call: Call, params: Params) -> Reply:
    """One flow with its participants."""
    return json_reply(flows.whole(context.world.gradebook, _section(context.world, params)))


def receive(context: Context, call: Call, params: Params) -> Reply:
    """Judge an export, store what is accepted, and report."""
    world = context.world
    policy: WiseflowPolicy = context.policy
    if call.method not in policy.methods:
        raise MethodNotAllowed(
            f"This receiver takes {' or '.join(policy.methods)}.", allowed=policy.methods
        )
    _, charset = request_type(call, MEDIA_TYPES[policy.mapping.format])
    if policy.mapping.format != "xml":
        require_utf8(charset)
    section = _section(world, params)
    given = reader(policy.mapping).read(call.body, charset)
    rows = receiver.judge(receiver.desk(world.gradebook, section, policy.overwrite), given)
    rows = list(context.effects.rows(rows))
    reported = policy.answer.format != "none"
    stored = rows if reported else receiver.all_or_none(rows)
    receiver.store(world.gradebook, section, given, stored, call.received, context.operation)
    if not reported:
        receiver.refuse_some(rows, policy.mapping.list_path)
    return receiver.report(given, rows, policy.answer)


def issue_token(context: Context, call: Call, _params: Params) -> Reply:
    """Issue an OAuth 2 token, or say why not."""
    effects = context.effects
    return token_endpoint(
        context.policy.auth,
        call,
        context.world.tokens,
        lambda usual: effects.token_lifetime(usual).act(),
    )


def openapi(context: Context, call: Call, _params: Params) -> Reply:
    """This interface's OpenAPI document, with the URL that it is served at."""
    settings, base = context.world.settings, context.policy.base_path
    whole = bundle("wiseflow/openapi.json")
    whole["servers"] = [{"url": context.base_url}]
    # Unlike a server's, a token endpoint's URL cannot be relative.
    root = settings.public_url or f"http://{call.header('Host') or '127.0.0.1:8080'}"
    oauth2 = whole["components"]["securitySchemes"]["oauth2"]
    oauth2["flows"]["clientCredentials"]["tokenUrl"] = f"{root}{base}/oauth/token"
    return json_reply(whole)


def subjects(context: Context, call: Call) -> frozenset[str]:
    """The participants that an export is about; empty if it cannot be read."""
    _, charset = content_type(call)
    try:
        given: list[Given] = list(reader(context.policy.mapping).read(call.body, charset))
    except Refused:
        return frozenset()
    return frozenset(key(row.user_id) for row in given)


def _section(world: World, params: Params) -> Section:
    code = params["sisCode"]
    section = world.gradebook.section_by_sis_code(code)
    if section is None:
        raise NotFound(
            f"The SIS has no flow {code[:200]!r}; GET /flows lists the flows that it has."
        )
    return section


ROUTES = (
    Route("wiseflow.flows.list", "GET", "/flows", list_flows, "List the flows"),
    Route("wiseflow.flows.get", "GET", "/flows/{sisCode}", get_flow, "Fetch a flow to synchronise"),
    Route(
        "wiseflow.flows.grades.post",
        "POST",
        "/flows/{sisCode}/grades",
        receive,
        "Receive an export",
        subjects,
    ),
    Route(
        "wiseflow.flows.grades.patch",
        "PATCH",
        "/flows/{sisCode}/grades",
        receive,
        "Receive an export",
        subjects,
    ),
    Route(
        "wiseflow.token",
        "POST",
        "/oauth/token",
        issue_token,
        "Issue an OAuth 2 token",
        public=True,
    ),
    Route(
        "wiseflow.openapi",
        "GET",
        "/openapi.json",
        openapi,
        "This OpenAPI document",
        public=True,
        journaled=False,
    ),
)
