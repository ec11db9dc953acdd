"""The table of dialects: where each is served, what it answers, who may call it.

A dialect is imported by the first call to it: the others would make every start slower, and a
simulator is started for each test that uses one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from mock_sis.errors import Refused
from mock_sis.exchange import Headers, Reply, Route
from mock_sis.formats.negotiation import problem_reply
from mock_sis.settings import Settings


@dataclass(frozen=True, slots=True)
class Dialect:
    """One interface: the module its routes are in, where its policies put it, the credentials they
    ask for, the form in which it tells an error, and the headers it sends with every answer."""

    name: str
    module: str
    base: Callable[[Settings], str]
    auth: Callable[[Settings], Mapping[str, Any]]
    refuse: Callable[[Refused], Reply]
    marks: Headers = ()

    @property
    def routes(self) -> tuple[Route, ...]:
        """The operations, in the order of the documentation."""
        routes: tuple[Route, ...] = import_module(self.module).ROUTES
        return routes


def _refusing(module: str) -> Callable[[Refused], Reply]:
    """The `refuse` of a module that is imported by the first refusal."""

    def refuse(refused: Refused) -> Reply:
        reply: Reply = import_module(module).refuse(refused)
        return reply

    return refuse


DIALECTS: tuple[Dialect, ...] = (
    Dialect(
        "wiseflow",
        "mock_sis.dialects.wiseflow.routes",
        lambda settings: settings.wiseflow.base_path,
        lambda settings: settings.wiseflow.auth,
        problem_reply,
    ),
    Dialect(
        "schoology",
        "mock_sis.dialects.schoology.routes",
        lambda settings: settings.schoology.base_path,
        lambda settings: settings.schoology.auth,
        _refusing("mock_sis.dialects.schoology.answers"),
        (("X-Schoology", "API"),),
    ),
    Dialect(
        "oneroster",
        "mock_sis.dialects.oneroster.routes",
        lambda settings: settings.oneroster.base_path,
        lambda settings: settings.oneroster.auth,
        _refusing("mock_sis.dialects.oneroster.statusinfo"),
    ),
    Dialect(
        "oneroster",
        "mock_sis.dialects.oneroster.token_route",
        lambda _settings: "/",
        lambda settings: settings.oneroster.auth,
        _refusing("mock_sis.dialects.oneroster.statusinfo"),
    ),
)
