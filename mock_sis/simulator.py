"""The simulator without its socket: it turns a call into an outcome and journals both.

``control access -> find the route -> check the credentials -> strike with faults -> handle ->
spoil -> journal``

Nothing below reads a clock or an unseeded random source, so a fresh simulator that answers the
journal's calls again in order rebuilds the same gradebook.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from mock_sis.auth import schemes
from mock_sis.auth.tokens import TokenStore
from mock_sis.clock import Clock
from mock_sis.control.access import authorise, is_control
from mock_sis.control.table import CONTROL_ROUTES
from mock_sis.dialects.table import DIALECTS
from mock_sis.errors import (
    FaultError,
    HeadTooLarge,
    Malformed,
    Problem,
    Refused,
    ReplayError,
    SeedError,
    Stalled,
    TargetTooLong,
    TooLarge,
    Unauthorised,
    Unreadable,
)
from mock_sis.exchange import (
    BAD_HEADS,
    Call,
    Defect,
    Feed,
    Hangup,
    Headers,
    Outcome,
    Reply,
    Route,
)
from mock_sis.faults.plan import NO_EFFECTS, Effects, Plan
from mock_sis.faults.spec import inline
from mock_sis.faults.what import What
from mock_sis.formats.json_text import decode_json, encode_json
from mock_sis.formats.negotiation import JSON_TYPE, defect_reply, problem_reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.journal.journal import Entry, Journal
from mock_sis.journal.trace import REDACTED, trace
from mock_sis.router import Match, Mount, Router
from mock_sis.seeds.build import policies_of, wrong
from mock_sis.settings import Dialect, Settings
from mock_sis.world import Context, World

CONTROL = "control"
UNROUTED = "unrouted"
CONNECTION = "connection"
FAULT_HEADER = "X-Mock-Fault"

_log = logging.getLogger("mock_sis")


class Exchange(msgspec.Struct, frozen=True):
    """An outcome and its journal entry (None if the exchange is not journaled)."""

    outcome: Outcome
    entry: Entry | None


class _Served:
    """The mounted routes and the credentials of each dialect, computed once per seed document."""

    def __init__(self, settings: Settings, dialects: tuple[Dialect, ...]) -> None:
        self.settings = settings
        self.dialects = {each.name: each for each in dialects}
        self.router = Router(_mounts(settings, dialects))
        self.schemes = {
            name: schemes.scheme_of(policy.auth) for name, policy in settings.policies.items()
        }


class Simulator:
    """A student information system, sans-io.

    `public_url` is the root that links start with; `body_limit` is bytes; the journal is bounded by
    entries and by bytes. It is empty until a seed document is loaded. `dialects` are the interfaces
    that it serves.
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
        dialects: tuple[Dialect, ...] = DIALECTS,
    ) -> None:
        policies = policies_of({}, dialects)
        settings = Settings(
            b"{}", public_url, control_token, allow_fault_header, body_limit, policies
        )
        journal = Journal(journal_entries, journal_bytes)
        self.world = World(
            Gradebook(), Plan(), journal, clock or Clock(), TokenStore(), settings, dialects
        )
        self._served = _Served(settings, dialects)
        self._repeating = False

    def load(self, document: Mapping[str, Any]) -> None:
        """Load a seed document, as a journaled call. Raises SeedError."""
        token = self.world.settings.control_token
        secret: Headers = (("Authorization", f"Bearer {token}"),) if token else ()
        headers = (("Content-Type", JSON_TYPE), *secret)
        now = self.world.clock.now()
        try:
            body = encode_json(document)
        except TypeError as error:
            raise SeedError(f"The seed document must be JSON data ({error}).") from error
        call = Call("PUT", "/_control/seed", headers, body, now)
        outcome = self.answer(call)
        if isinstance(outcome, Reply) and outcome.status != 200:
            told = decode_json(outcome.body)
            problems = [Problem(row["pointer"], row["detail"]) for row in told.get("errors", ())]
            raise wrong(problems) if problems else SeedError(told["detail"])

    def answer(self, call: Call) -> Outcome:
        """Answer a call and journal it."""
        return self.exchange(call).outcome

    def exchange(self, call: Call) -> Exchange:
        """Answer a call, journal it, and return both the outcome and the entry."""
        started = time.perf_counter()
        served = self._served_now()
        match, outcome, effects = self._outcome(call, served)
        interface = match.interface if match else served.router.interface(call.path)
        outcome = _with_headers(outcome, served.dialects.get(interface or ""))
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
        """Return whether a fault refuses the new connection; a refusal is journaled."""
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
        """Every route, with its base path."""
        return tuple(
            (mount.base, route)
            for mount in self._served_now().router.mounts
            for route in mount.routes
        )

    @classmethod
    def replay(
        cls,
        journal: Journal,
        *,
        allow_fault_header: bool = False,
        dialects: tuple[Dialect, ...] = DIALECTS,
    ) -> Simulator:
        """A fresh simulator that has answered a journal's calls again. Raises ReplayError where
        the journal has lost entries. The options are those of the simulator that wrote the
        journal."""
        if not journal.complete:
            raise ReplayError(
                "The journal has lost entries (it is bounded, or was cleared), so what came before "
                "cannot be rebuilt; give it a larger bound."
            )
        fresh = cls(
            clock=Clock("virtual", 0.0),
            journal_entries=journal.last + 1,
            allow_fault_header=allow_fault_header,
            dialects=dialects,
        )
        fresh.repeat(journal.select())
        return fresh

    def repeat(self, entries: Iterable[Entry]) -> None:
        """Answer these entries' calls, in order, each at the time it was received.

        The journal does not keep the control token, so access is taken from the first answer: a
        call that was refused is left out, and any other is let in again.
        """
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
        """The routes and credentials of the current settings; a new seed document changes them."""
        if self._served.settings is not self.world.settings:
            self._served = _Served(self.world.settings, self.world.dialects)
        return self._served

    def _outcome(self, call: Call, served: _Served) -> tuple[Match | None, Outcome, Effects]:
        """The outcome of a call, with its route and the faults that were due on it."""
        match, effects, router = None, NO_EFFECTS, served.router
        if call.defect == "disconnected":
            return None, Hangup("close"), NO_EFFECTS
        try:
            if not self._repeating:
                authorise(call, served.settings)
        except Unauthorised as refused:
            return _named(router, call), problem_reply(refused), NO_EFFECTS
        try:
            if call.defect in BAD_HEADS or not call.method:
                raise _unparsed(call)
            match = router.find(call.method, call.path)
            _refuse_defect(call, served.settings.body_limit)
            self._admit(call, match, served)
            if match.route.journaled:
                self.world.gradebook.settle(call.received)
            policy = served.settings.policies.get(match.interface)
            effects = self._strike(call, match, policy)
            if effects.before is not None:
                return match, effects.before, effects
            context = Context(self.world, match.route.operation, effects, policy)
            answer = match.route.handler(context, call, match.params)
        except Refused as refused:
            interface = match.interface if match else router.interface(call.path)
            answer = _refusal(refused, served.dialects.get(interface or ""))
        except Exception:
            _log.exception("%s %s could not be answered", call.method, call.path)
            answer = defect_reply()
        return match, answer if isinstance(answer, Feed) else effects.spoil(answer), effects

    def _admit(self, call: Call, match: Match, served: _Served) -> None:
        """Raise Unauthorised unless the call may use this route."""
        if match.route.public or match.interface == CONTROL:
            return
        scheme = served.schemes[match.interface]
        token = scheme.check(call, self.world.tokens, call.received)
        schemes.require_scope(scheme, token, match.route.scopes)

    def _strike(self, call: Call, match: Match, policy: Any) -> Effects:
        world, route = self.world, match.route
        # What is not journaled must not use up a fault either: a replay would not see it do so.
        if match.interface == CONTROL or not route.journaled:
            return NO_EFFECTS
        asked = call.header(FAULT_HEADER) if world.settings.allow_fault_header else None
        if asked is None and world.plan.idle:
            return NO_EFFECTS
        untouched = Context(world, route.operation, NO_EFFECTS, policy)
        return world.plan.strike(
            route.operation,
            call,
            lambda: route.subjects(untouched, call) if route.subjects else frozenset(),
            extra=() if asked is None else (_asked_for(asked, route.operation),),
        )


def _mounts(settings: Settings, dialects: tuple[Dialect, ...]) -> Iterator[Mount]:
    yield Mount(CONTROL, "/", lambda: CONTROL_ROUTES)
    for dialect in dialects:
        for base, routes in dialect.mounts(settings.policies[dialect.name]):
            yield Mount(dialect.name, base, routes)


def _asked_for(header: str, operation: str) -> What:
    try:
        return inline(header, operation)
    except FaultError as error:
        raise Malformed(f"{FAULT_HEADER}: {error}.") from error


def _named(router: Router, call: Call) -> Match | None:
    """The route of a call that was refused before routing. Only the journal learns it."""
    try:
        return router.find(call.method, call.path)
    except Refused:
        return None


_BAD_HEADS: Mapping[Defect | None, tuple[type[Refused], str]] = {
    "large_head": (HeadTooLarge, "The headers are too large. Send fewer or shorter ones"),
    "long_target": (TargetTooLong, "The request line is too long. Send a shorter path or query"),
}


def _unparsed(call: Call) -> Refused:
    """The error for a request whose head could not be parsed."""
    unread = (Unreadable, "What was sent cannot be read as an HTTP/1.1 request")
    kind, text = _BAD_HEADS.get(call.defect, unread)
    return kind(f"{text} ({call.cause})." if call.cause else f"{text}.")


def _refuse_defect(call: Call, limit: int) -> None:
    """Raise the error for a body that did not arrive whole."""
    if call.defect == "too_large":
        raise TooLarge(f"The body is larger than {limit} bytes, the limit of this server.")
    if call.defect == "stalled":
        raise Stalled("The body was not sent in time; nothing of it was used.")
    if call.defect == "unreadable":
        cause = f" ({call.cause})" if call.cause else ""
        raise Malformed(f"The body's framing or content encoding cannot be read{cause}.")


def _with_headers(outcome: Outcome, dialect: Dialect | None) -> Outcome:
    """A reply with the headers that its dialect sends with every one, a fault's included."""
    if dialect is None or not dialect.headers or not isinstance(outcome, Reply):
        return outcome
    return replace(outcome, headers=(*outcome.headers, *dialect.headers))


def _refusal(refused: Refused, dialect: Dialect | None) -> Reply:
    """An error in the form of the interface it occurred in; None is the control API."""
    return dialect.refuse(refused) if dialect else problem_reply(refused)


def _locked_out(entry: Entry) -> bool:
    """Whether the control interface was closed to this call."""
    outcome = entry.outcome
    refused = isinstance(outcome, Reply) and outcome.status == 401
    return refused and is_control(entry.call.path)


def _as_kept(call: Call, match: Match | None, settings: Settings) -> Call:
    """A call without the control token, for the journal. A dialect whose credentials equal the
    token keeps it: a replay would be refused without it."""
    token, own = settings.control_token, False
    if call.defect in BAD_HEADS:
        return trace(call, token)
    if token is None:
        return call
    if match is not None and match.interface != CONTROL:
        own = token in settings.policies[match.interface].auth.values()
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
    """Return whether a header's value is this token, alone or after a scheme. A value that merely
    contains the same letters is kept: a replay needs it."""
    before, found, after = value.strip().rpartition(token)
    return bool(found) and not after and (not before or before[-1].isspace())
