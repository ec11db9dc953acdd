"""What is looked up in a call is what was sent, whatever was looked up before."""

from __future__ import annotations

import pytest

from mock_sis.exchange import Call, Headers

ONCE: Headers = (("Accept", "a"), ("X-Two", "b"))
TWICE: Headers = (*ONCE, ("x-two", "c"))


@pytest.mark.parametrize(
    ("headers", "name", "values"),
    [
        (ONCE, "X-TWO", ["b"]),
        (ONCE, "x-none", []),
        (TWICE, "X-Two", ["b", "c"]),
        (TWICE, "accept", ["a"]),
        (TWICE, "x-none", []),
        ((), "accept", []),
    ],
)
def test_all_headers_of_a_name_are_found(headers: Headers, name: str, values: list[str]) -> None:
    call = Call("GET", "/", headers)
    assert call.headers_of(name) == values
    assert call.header(name) == next(iter(values), None)


def test_what_was_looked_up_is_kept_until_it_is_forgotten() -> None:
    call = Call("GET", "/a?b=c&b=d", ONCE)
    bare = dict(vars(call))
    looked_up = call.path, call.query, call.header("accept")
    assert looked_up == ("/a", {"b": "d"}, "a")
    assert call.query is call.query
    call.forget()
    assert vars(call) == bare
    assert (call.path, call.query, call.header("accept")) == looked_up
