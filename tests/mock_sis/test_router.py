"""A call finds its route by method and raw path, and an error finds its interface by path alone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
            _route("later", "GET", "/flows/{code}/grades"),
        ),
        _mount("posting", "/a/post", _route("only", "POST", "/only")),
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
    ("HEAD", "/", "top", {}),
    ("HEAD", "/a/sis/flows/a%2Fb", "get", {"code": "a/b"}),
    ("GET", "/a/sis/flows/y/grades", "pair", {"one": "flows", "two": "y", "three": "grades"}),
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
    ("PUT", "/a/sis/flows", ("GET", "HEAD")),
    ("get", "/a/sis/flows", ("GET", "HEAD")),
    ("head", "/a/sis/flows", ("GET", "HEAD")),
    ("HEAD", "/a/post/only", ("POST",)),
    ("DELETE", "/a/sis/flows/x/grades", ("GET", "HEAD", "PATCH", "POST")),
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


SEGMENTS = st.lists(st.sampled_from(["a", "b", "{x}", "{y}"]), max_size=4, unique=True)
PATTERNS = st.tuples(st.sampled_from(["GET", "PUT"]), SEGMENTS.map("/".join))
TABLES = st.tuples(st.sampled_from(["/", "/a", "/a/b"]), st.lists(PATTERNS, max_size=6))


@given(st.lists(TABLES, max_size=3), st.lists(st.sampled_from(["a", "b", "c%2F"]), max_size=5))
def test_the_first_route_below_the_longest_base_is_found_whatever_the_tables(
    tables: list[tuple[str, list[tuple[str, str]]]], path: list[str]
) -> None:
    mounts = [
        _mount(
            f"{number}",
            base,
            *(_route(f"{number}{m}{p}{n}", m, p) for n, (m, p) in enumerate(rows)),
        )
        for number, (base, rows) in enumerate(tables)
    ]
    fits = []
    for mount in sorted(mounts, key=lambda mount: -len(mount.base.strip("/"))):
        base = tuple(filter(None, mount.base.split("/")))
        if tuple(path[: len(base)]) == base:
            found = [(each, each.match(tuple(path[len(base) :]))) for each in mount.routes]
            fits += [(mount.interface, *each) for each in found if each[1] is not None]
    router, target = Router(mounts), "/" + "/".join(path)
    for method in ("GET", "PUT"):
        right = [each for each in fits if each[1].method == method]
        with suppress(NotFound, MethodNotAllowed):
            match = router.find(method, target)
            assert (match.interface, match.route, match.params) == right[0]
            continue
        assert not right
