"""What a simulator serves: its dialects, its options, and the policies of its seed document.

A dialect is one interface of a student information system, as one value. The simulator, the seed
documents and the control API read a table of these values (dialects/table.py) and name no dialect.
Tests add dialects, or second receivers of one, by passing another table to Simulator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_sis.contracts.bodies import Body
from mock_sis.errors import Problem, Refused
from mock_sis.exchange import Headers, Reply, Route
from mock_sis.formats.negotiation import problem_reply

Routes = Callable[[], tuple[Route, ...]]
"""Gives the routes. The module that defines them is imported by the first call: every start of a
simulator would otherwise pay for all dialects."""


def _nothing(_policy: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Dialect:
    """One interface, with all that the rest of the simulator needs to know of it.

    `name` is its key in a seed document. `policy` is the msgspec Struct that this part of the
    document becomes; it has at least `base_path` and `auth` (an object of
    schemas/control/auth.schema.json). `policy_schema` is the JSON Schema of that part, with
    references relative to schemas/.

    `routes` are served below the base path, `root_routes` at the root of the server. `refuse`
    renders an error; `headers` go out with every reply. `problems` gives what is wrong with a
    policy beyond its schema, with pointers relative to it; `standing_faults` the faults that a
    policy keeps armed, in their plain form. `bodies` are the kinds of body that clients send and
    get, by name.
    """

    name: str
    policy: type[Any]
    policy_schema: Mapping[str, Any]
    routes: Routes
    root_routes: Routes = tuple
    refuse: Callable[[Refused], Reply] = problem_reply
    headers: Headers = ()
    problems: Callable[[Any], Iterable[Problem]] = _nothing
    standing_faults: Callable[[Any], Iterable[Mapping[str, Any]]] = _nothing
    bodies: Mapping[str, Body] = field(default_factory=dict)

    def mounts(self, policy: Any) -> Iterator[tuple[str, Routes]]:
        """Each base path, with the routes that are served below it."""
        yield policy.base_path, self.routes
        if self.root_routes is not tuple:
            yield "/", self.root_routes

    def served(self, policy: Any) -> Iterator[tuple[str, Route]]:
        """Each route, with the base path that it is served below."""
        for base, routes in self.mounts(policy):
            for route in routes():
                yield base, route


@dataclass(frozen=True)
class Settings:
    """The options of one simulator, and the seed document that it is loaded with.

    `document` is compact JSON: as objects it would take as much memory as the gradebook that was
    built from it. `public_url` is the root that links start with, without a trailing slash;
    `body_limit` is bytes; `policies` holds each dialect's policy by the dialect's name.
    """

    document: bytes = b"{}"
    public_url: str = ""
    control_token: str | None = None
    allow_fault_header: bool = False
    body_limit: int = 64 * 2**20
    policies: Mapping[str, Any] = field(default_factory=dict)
