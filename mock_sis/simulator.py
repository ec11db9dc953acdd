"""The simulator without its socket: a call goes in, an outcome comes out, the journal remembers.

``find the route -> check the credentials -> strike with faults -> handle -> spoil -> journal``

Nothing below reads a clock or an unseeded source of chance: the journal's calls, answered again in
order by a fresh simulator, rebuild the same gradebook.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

from mock_sis import credentials, seeds
from mock_sis.clock import Clock
from mock_sis.control import CONTROL_ROUTES
from mock_sis.control.access import authorise
from mock_sis.credentials import TokenStore
from mock_sis.dialects import DIALECTS, Dialect
from mock_sis.errors import (
    FaultError,
    Malformed,
    Problem,
    Refused,
    ReplayError,
    SeedError,
    Stalled,
    TooLarge,
)
from mock_sis.exchange import Call, Feed, Hangup, Headers, Outcome, Reply, Route
from mock_sis.faults.plan import NO_EFFECTS, Effects, Plan
from mock_sis.faults.spec import inline
from mock_sis.faults.what import What
from mock_sis.gradebook import Gradebook
from mock_sis.journal import Entry, Journal
from mock_sis.media import JSON_TYPE, decode_json, encode_json, problem_reply
from mock_sis.router import Match, Mount, Router
from mock_sis.settings import Settings
from mock_sis.world import Context, World

CONTROL = "control"
UNROUTED = "unrouted"
CONNECTION = "connection"
FAULT_HEADER = "X-Mock-Fault"
REDACTED = "(redacted)"

_log = logging.getLogger("mock_sis")
_DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in DIALECTS}


class Exchange(msgspec.Struct, frozen=True):
    """An outcome, and the journal's entry of it; None where nothing was journaled."""

    outcome: Outcome
    entry: Entry | None


class _Served:
    """What follows from settings alone, worked out once: the routes as mounted, and the credentials
    that each dialect asks for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.router = _mounted(settings)
        self.schemes = {
            name: credentials.scheme_of(dialect.auth(settings))
            for name, dialect in _DIALECTS.items()
        }


class Simulator:
    """A student information system, sans-io.

    `public_url` is the root that links start with; `body_limit` is bytes; the journal is bounded by
    entries and by bytes. It is empty until a seed document is loaded.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        public_url: str = "",
        control_token: str | None = None,
        body_limit: int = 64 * 2**20,
        allow_fault_header: bool = False,
        journal_entries: int = 10_000,
        journal_bytes: int = 256 * 2**20,
    ) -> None:
        settings = Settings(b"{}", public_url, control_token, allow_fault_header, body_limit)
        journal = Journal(journal_entries, journal_bytes)
        self.world = World(Gradebook(), Plan(), journal, clock or Clock(), TokenStore(), settings)
        self._served = _Served(settings)
        self._repeating = False

    def load(self, document: Mapping[str, Any]) -> None:
        """Start over from a seed document, as a call in the journal. Raises SeedError."""
        token = self.world.settings.control_token
        secret: Headers = (("Authorization", f"Bearer {token}"),) if token else ()
        headers = (("Content-Type", JSON_TYPE), *secret)
        now = self.world.clock.now()
        try:
            body = encode_json(document)
        except TypeError as error:
            raise SeedError(f"The seed document is not something JSON can say: {error}.") from error
        call = Call("PUT", "/_control/seed", headers, body, now)
        outcome = self.answer(call)
        if isinstance(outcome, Reply) and outcome.status != 200:
            told = decode_json(outcome.body)
            problems = [Problem(row["pointer"], row["detail"]) for row in told.get("errors", ())]
            raise seeds.wrong(problems) if problems else SeedError(told["detail"])

    def answer(self, call: Call) -> Outcome:
        """Answer a call and journal it."""
        return self.exchange(call).outcome

    def exchange(self, call: Call) -> Exchange:
        """Answer a call and journal it, and give the journal's entry too."""
        started = time.perf_counter()
        served = self._served_now()
        match, outcome, effects = self._outcome(call, served)
        outcome = _marked(outcome, match.interface if match else served.router.interface(call.path))
        if isinstance(outcome, Feed) or (match and not match.route.journaled):
            return Exchange(outcome, None)
        entry = self.world.journal.append(
            match.route.operation if match else UNROUTED,
            _as_kept(call, match, served.settings),
            outcome,
            faults=effects.names,
            took=time.perf_counter() - started,
        )
        return Exchange(outcome, entry)

    def refuses_connection(self, peer: str, now: float) -> bool:
        """Whether a fault refuses the connection that was just made; journaled when one does."""
        struck = self.world.plan.connect(peer, now)
        if struck is None:
            return False
        call = Call("", "", received=now, peer=peer)
        self.world.journal.append(CONNECTION, call, Hangup("reset"), faults=(struck.kind,))
        return True

    def listens_at(self, url: str) -> None:
        """Let links start with this root, unless a public one was given."""
        if not self.world.settings.public_url:
            self.world.settings = replace(self.world.settings, public_url=url)

    @property
    def routes(self) -> tuple[tuple[str, Route], ...]:
        """Every route, with the base path it is served below."""
        return tuple(
            (mount.base, route)
            for mount in self._served_now().router.mounts
            for route in mount.routes
        )

    @classmethod
    def replay(cls, journal: Journal, *, allow_fault_header: bool = False) -> Simulator:
        """A fresh simulator that has answered a journal's calls again. Raises ReplayError where
        the journal has lost entries. `allow_fault_header` is as it was for the journal's."""
        if not journal.complete:
            raise ReplayError(
                "The journal has lost entries (it is bounded, or was cleared), so what came before "
                "cannot be rebuilt; give it a larger bound."
            )
        fresh = cls(
            clock=Clock("virtual", 0.0),
            journal_entries=journal.last + 1,
            allow_fault_header=allow_fault_header,
        )
        fresh.repeat(journal.select())
        return fresh

    def repeat(self, entries: Iterable[Entry]) -> None:
        """Answer these entries' calls, in order, each at the time it was received. Who was let in
        to the control interface is let in again: the journal does not keep the token."""
        self._repeating = True
        try:
            for entry in entries:
                if entry.operation == CONNECTION:
                    self.refuses_connection(entry.call.peer, entry.received)
                elif not _locked_out(entry):
                    self.answer(entry.call)
        finally:
            self._repeating = False

    def _served_now(self) -> _Served:
        """What follows from the settings as they are; a new seed document brings others."""
        if self._served.settings is not self.world.settings:
            self._served = _Served(self.world.settings)
        return self._served

    def _outcome(self, call: Call, served: _Served) -> tuple[Match | None, Outcome, Effects]:
        """What a call comes to, with the route it took and the faults that struck it."""
        match, effects, router = None, NO_EFFECTS, served.router
        if call.defect == "disconnected":
            return None, Hangup("close"), NO_EFFECTS
        try:
            if not call.method:
                raise Malformed("What was sent cannot be read as an HTTP/1.1 request.")
            match = router.find(call.method, call.path)
            _refuse_defect(call, served.settings.body_limit)
            self._admit(call, match, served)
            if match.route.journaled:
                self.world.gradebook.posting.settle(self.world.gradebook, call.received)
            effects = self._strike(call, match)
            if effects.before is not None:
                return match, effects.before, effects
            context = Context(self.world, match.route.operation, effects)
            answer = match.route.handler(context, call, match.params)
        except Refused as refused:
            interface = match.interface if match else router.interface(call.path)
            answer = _refusal(interface, refused)
        except Exception:
            _log.exception("%s %s could not be answered", call.method, call.path)
            answer = _defective()
        return match, answer if isinstance(answer, Feed) else effects.spoil(answer), effects

    def _admit(self, call: Call, match: Match, served: _Served) -> None:
        """Raise Unauthorised unless the call may use this route."""
        if match.route.public:
            return
        if match.interface == CONTROL:
            if not self._repeating:
                authorise(served.settings.control_token, call, served.settings.public_url)
            return
        scheme = served.schemes[match.interface]
        token = scheme.check(call, self.world.tokens, call.received)
        credentials.require_scope(scheme, token, match.route.scopes)

    def _strike(self, call: Call, match: Match) -> Effects:
        world, route = self.world, match.route
        # What is not journaled must not use up a fault either: a replay would not see it do so.
        if match.interface == CONTROL or not route.journaled:
            return NO_EFFECTS
        asked = call.header(FAULT_HEADER) if world.settings.allow_fault_header else None
        if asked is None and world.plan.idle:
            return NO_EFFECTS
        return world.plan.strike(
            route.operation,
            call,
            lambda: route.subjects(world, call) if route.subjects else frozenset(),
            extra=() if asked is None else (_asked_for(asked, route.operation),),
        )


def _mounted(settings: Settings) -> Router:
    served = [Mount(row.name, row.base(settings), partial(_routes, row)) for row in DIALECTS]
    return Router([Mount(CONTROL, "/", lambda: CONTROL_ROUTES), *served])


def _routes(dialect: Dialect) -> tuple[Route, ...]:
    return dialect.routes


def _asked_for(header: str, operation: str) -> What:
    try:
        return inline(header, operation)
    except FaultError as error:
        raise Malformed(f"{FAULT_HEADER}: {error}.") from error


def _refuse_defect(call: Call, limit: int) -> None:
    """Raise what a body that is not whole amounts to."""
    if call.defect == "too_large":
        raise TooLarge(f"The body is larger than {limit} bytes, the limit of this server.")
    if call.defect == "stalled":
        raise Stalled("The body was not sent in time; nothing of it was used.")
    if call.defect == "unreadable":
        raise Malformed("The body's framing or content encoding cannot be read.")


def _marked(outcome: Outcome, interface: str | None) -> Outcome:
    """A reply with the headers that its interface sends with every one, a fault's included."""
    dialect = _DIALECTS.get(interface or "")
    if dialect is None or not dialect.marks or not isinstance(outcome, Reply):
        return outcome
    return replace(outcome, headers=(*outcome.headers, *dialect.marks))


def _refusal(interface: str | None, refused: Refused) -> Reply:
    """An error in the form of the interface it occurred in."""
    dialect = _DIALECTS.get(interface or "")
    return dialect.refuse(refused) if dialect else problem_reply(refused)


def _defective() -> Reply:
    body = {
        "type": "about:blank",
        "title": "Internal error",
        "status": 500,
        "detail": "This is a defect of mock-sis itself; its log says more. Please report it.",
    }
    return Reply(500, (("Content-Type", "application/problem+json"),), encode_json(body))


def _locked_out(entry: Entry) -> bool:
    """Whether a control call was not let in; a repeated one would be."""
    outcome = entry.outcome
    locked = isinstance(outcome, Reply) and outcome.status == 401
    return locked and entry.operation.startswith(f"{CONTROL}.")


def _as_kept(call: Call, match: Match | None, settings: Settings) -> Call:
    """A call as the journal keeps it: without the control token, unless that is a credential of the
    route's dialect too, or a replay would be refused."""
    token, own = settings.control_token, False
    if token is None:
        return call
    if match is not None and match.interface != CONTROL:
        own = token in _DIALECTS[match.interface].auth(settings).values()
    return call if own else _without_secret(call, token)


def _without_secret(call: Call, token: str) -> Call:
    """A call without the control token, wherever it was sent to."""
    if not any(_ends_with(value, token) for _, value in call.headers):
        return call
    kept = [
        (name, value.strip().removesuffix(token) + REDACTED if _ends_with(value, token) else value)
        for name, value in call.headers
    ]
    return replace(call, headers=tuple(kept))


def _ends_with(value: str, token: str) -> bool:
    """Whether a header's value is this token, alone or after a scheme. One that merely contains
    the same letters is kept: a replay needs it."""
    before, found, after = value.strip().rpartition(token)
    return bool(found) and not after and (not before or before[-1].isspace())
