"""A call finds its route by method and raw path, and an error finds its interface by path alone."""

from __future__ import annotations

from typing import Any

import pytest

from mock_sis.errors import MethodNotAllowed, NotFound
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.router import Mount, Router


def _handler(_context: Any, _call: Call, _params: Params) -> Reply:
    return Reply(200)


def _route(operation: str, method: str, pattern: str) -> Route:
    return Route(operation, method, pattern, _handler, "")


def _mount(interface: str, base: str, *routes: Route) -> Mount:
    return Mount(interface, base, lambda: routes)


ROUTER = Router(
    [
        _mount("root", "/", _route("health", "GET", "/_c/health"), _route("top", "GET", "/")),
        _mount(
            "sis",
            "/a/sis",
            _route("list", "GET", "/flows"),
            _route("get", "GET", "/flows/{code}"),
            _route("post", "POST", "/flows/{code}/grades"),
            _route("patch", "PATCH", "/flows/{code}/grades"),
            _route("fixed", "POST", "/flows/new/grades"),
            _route("pair", "GET", "/{one}/{two}/{three}"),
        ),
    ]
)

FOUND: list[tuple[str, str, str, dict[str, str]]] = [
    ("GET", "/", "top", {}),
    ("GET", "/_c/health", "health", {}),
    ("GET", "/a/sis/flows", "list", {}),
    ("GET", "/a/sis/flows/", "list", {}),
    ("GET", "/a/sis/flows/UNI%7C%7CX", "get", {"code": "UNI||X"}),
    ("GET", "/a/sis/flows/a%2Fb", "get", {"code": "a/b"}),
    ("GET", "/a/sis/flows/%25%32%46", "get", {"code": "%2F"}),
    ("GET", "/a/sis/flows/+", "get", {"code": "+"}),
    ("GET", "/a/sis/flows/%C3%A5", "get", {"code": "å"}),
    ("GET", "/a/sis/flows/%FF", "get", {"code": "\ufffd"}),
    ("POST", "/a/sis/flows//grades", "post", {"code": ""}),
    ("POST", "/a/sis/flows/new/grades", "post", {"code": "new"}),
    ("PATCH", "/a/sis/flows/new/grades", "patch", {"code": "new"}),
    ("GET", "/a/sis/x/y/z", "pair", {"one": "x", "two": "y", "three": "z"}),
]


@pytest.mark.parametrize(("method", "path", "operation", "params"), FOUND)
def test_a_call_finds_its_route(
    method: str, path: str, operation: str, params: dict[str, str]
) -> None:
    match = ROUTER.find(method, path)
    assert (match.route.operation, dict(match.params)) == (operation, params)


@pytest.mark.parametrize(
    "path",
    [
        "/flows",
        "/a/flows",
        "/a/sis",
        "/A/sis/flows",
        "/a/sis/flow%73",
        "*",
        "/a%2Fsis/flows",
        "/_c",
    ],
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        ROUTER.find("GET", path)


ALLOWED = [
    ("PUT", "/a/sis/flows", ("GET",)),
    ("get", "/a/sis/flows", ("GET",)),
    ("HEAD", "/_c/health", ("GET",)),
    ("DELETE", "/a/sis/flows/x/grades", ("GET", "PATCH", "POST")),
]


@pytest.mark.parametrize(("method", "path", "allowed"), ALLOWED)
def test_another_method_is_told_those_that_are_allowed(
    method: str, path: str, allowed: tuple[str, ...]
) -> None:
    with pytest.raises(MethodNotAllowed) as caught:
        ROUTER.find(method, path)
    assert caught.value.allowed == allowed


INTERFACES = [
    ("/a/sis/nothing/here", "sis"),
    ("/a/sis", "sis"),
    ("/a/sister", "root"),
    ("/a", "root"),
    ("/", "root"),
]


@pytest.mark.parametrize(("path", "interface"), INTERFACES)
def test_an_error_is_told_by_the_closest_interface(path: str, interface: str) -> None:
    assert ROUTER.interface(path) == interface


def test_no_interface_answers_where_none_is_mounted() -> None:
    assert Router([_mount("sis", "/sis")]).interface("/other") is None


def test_routes_are_asked_for_by_the_first_call_below_their_path_and_once() -> None:
    asked: list[str] = []

    def routes() -> tuple[Route, ...]:
        asked.append("routes")
        return (_route("list", "GET", "/flows"),)

    router = Router([Mount("sis", "/sis", routes), _mount("root", "/", _route("top", "GET", "/"))])
    router.find("GET", "/")
    assert asked == []
    assert router.find("GET", "/sis/flows").route.operation == "list"
    assert router.find("GET", "/sis/flows").route.operation == "list"
    assert asked == ["routes"]
