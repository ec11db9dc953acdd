"""A result that is read straight into typed values is what the schema's way makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest import mock

import msgspec
import pytest

from helpers.simulator.oneroster_asks import RESULT, ref
from mock_sis.clock import Clock
from mock_sis.dialects.oneroster.writing import sent
from mock_sis.dialects.oneroster.writing.sent import SentResult, one_result
from mock_sis.errors import Refused
from mock_sis.exchange import Call
from mock_sis.faults.plan import NO_EFFECTS
from mock_sis.simulator import Simulator
from mock_sis.world import Context

NAME = "r/1"
JSON = (("Content-Type", "application/json"),)
WHOLE: dict[str, Any] = {
    "sourcedId": NAME,
    "status": "active",
    "dateLastModified": "2026-11-21T10:00:00.000Z",
    "lineItem": {"href": "https://lms.example/li", "sourcedId": "lms/17 ½", "type": "lineItem"},
    "student": {"href": "https://lms.example/u", "sourcedId": "2001", "type": "user"},
    "class": ref("alg-1"),
    "scoreScale": ref("scale-1"),
    "scoreStatus": "fully graded",
    "score": 18,
    "textScore": "",
    "scoreDate": "2026-11-21",
    "comment": 'Well "argued"\\',
    "inProgress": "false",
    "incomplete": "false",
    "late": "true",
    "missing": "false",
}


def context(profile: str = "lenient") -> Context:
    simulator = Simulator(clock=Clock("virtual", 0.0))
    simulator.load({"oneroster": {"profile": profile}})
    policy = simulator.world.settings.policies["oneroster"]
    return Context(simulator.world, "oneroster.gradebook.results.put", NO_EFFECTS, policy)


LENIENT = context()


def quick(body: bytes, headers: Any = JSON, made: Context = LENIENT) -> Any:
    return sent._usual(made, Call("PUT", "/", headers, body), NAME)


def told(body: bytes) -> Any:
    """What a body is read as, or the refusal of it."""
    try:
        found = one_result(LENIENT, Call("PUT", "/", JSON, body), NAME)
    except Refused as refused:
        return type(refused), refused.status, str(refused), list(refused.problems)
    read = {name: getattr(found, name) for name in SentResult.__struct_fields__}
    kept = {name: value for name, value in read.items() if value is not msgspec.UNSET}
    return msgspec.to_builtins(kept), repr(found.metadata)  # where 1 is not 1.0


def carefully(body: bytes) -> Any:
    """The same by the schema alone."""
    with mock.patch.object(sent, "_usual", return_value=None):
        return told(body)


VALUES: list[Any] = [
    *["true", "false", "active", "tobedeleted", "exempt", "ext:own", "", NAME, "x", "2026-11-21"],
    *[None, True, 0, -1, -0.0, 18.0, 17.5, 2**53, 10**30, [], [1], {}, {"a": 1.0}, {"a": "b"}],
    *[ref(""), ref("a"), {"sourcedId": 1}, {"sourcedId": "a", "type": 1}, {"type": "user"}],
    *[{"sourcedId": "a", "href": "b", "more": 1}, {"sourcedId": "a", "more": {"b": ["c"]}}],
]
NAMES = [*WHOLE, "metadata", "learningObjectiveSet", "unknown"]


def both(result: dict[str, Any], form: Callable[[str], str] = str) -> tuple[Any, Any]:
    body = form(json.dumps({"result": result})).encode(errors="surrogatepass")
    return told(body), carefully(body)


@pytest.mark.parametrize("name", NAMES)
def test_both_ways_say_the_same_whatever_a_field_holds(name: str) -> None:
    for value in VALUES:
        read, right = both({**WHOLE, name: value})
        assert read == right, value
    read, right = both({other: value for other, value in WHOLE.items() if other != name})
    assert read == right


DAYS = ["2026-11-21", "2026-02-28", "2026-02-29", "2028-02-29", "0000-01-01", "2026-1-1", "", "x"]
CLOCKS = """
    T10:00:00Z T10:00:00.123456+01:00 T24:00:00Z T23:59:60Z T10:00Z Z t10:00:00z T10:00:00
    T10:00:00.Z T10:00:00+24:00 T10:00:00-0100 T10:00:00.1234567Z T1\uff10:00:00Z T10:00:00ZZ
"""
DATES = [day + clock for day in DAYS for clock in ("", " 10:00:00Z", "\n", *CLOCKS.split())]


@pytest.mark.parametrize("name", ["scoreDate", "dateLastModified"])
def test_both_ways_say_the_same_of_dates(name: str) -> None:
    for date in DATES:
        read, right = both({**WHOLE, name: date})
        assert read == right, date


FORMS: dict[str, Callable[[str], str]] = {
    "a twin": lambda text: text.replace('"score"', '"score": 1, "score"'),
    "a twin in another spelling": lambda text: text.replace('"score"', '"\\u0073core": 1, "score"'),
    "a twin further in": lambda text: text.replace('"sourcedId"', '"sourcedId": "a", "sourcedId"'),
    "two results": lambda text: text.replace('{"result"', '{"result": {}, "result"'),
    "something beside it": lambda text: text.replace('{"result"', '{"other": 1, "result"'),
    "a whole fraction": lambda text: text.replace("18", "18.0"),
    "a zero below zero": lambda text: text.replace("18", "-0.0"),
    "a number no double holds": lambda text: text.replace("18", "1e400"),
    "400 digits": lambda text: text.replace("18", "9" * 400),
    "no number": lambda text: text.replace("18", "NaN"),
    "half a surrogate pair": lambda text: text.replace("Well", "\\ud800"),
    "a mark before it": lambda text: f"\ufeff{text}",
    "cut short": lambda text: text[:-1],
    "more after it": lambda text: f"{text} 1",
    "nothing": lambda text: "",
    "a list": lambda text: f"[{text}]",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_both_ways_say_the_same_whatever_the_form(form: Callable[[str], str]) -> None:
    read, right = both(WHOLE, form)
    assert read == right


USUAL = {
    "as our tests send it": RESULT,
    "with everything": WHOLE,
    "without a name": {name: value for name, value in WHOLE.items() if name != "sourcedId"},
    "exempt": {**WHOLE, "scoreStatus": "exempt"},
    "a fraction": {**WHOLE, "score": 17.5},
    "the last of a leap February": {**WHOLE, "scoreDate": "2028-02-29"},
}


@pytest.mark.parametrize("result", USUAL.values(), ids=USUAL)
def test_the_usual_is_read_at_once(result: dict[str, Any]) -> None:
    assert quick(json.dumps({"result": result}).encode()) is not None


UNUSUAL: dict[str, tuple[Any, Any, Any]] = {
    "compressed": ((*JSON, ("Content-Encoding", "gzip")), WHOLE, LENIENT),
    "another type": ((("Content-Type", "text/plain"),), WHOLE, LENIENT),
    "a charset": ((("Content-Type", "application/json; charset=utf-8"),), WHOLE, LENIENT),
    "the strict profile": (JSON, WHOLE, context("strict")),
    "another's name": (JSON, {**WHOLE, "sourcedId": "r/2"}, LENIENT),
}


@pytest.mark.parametrize(("headers", "result", "made"), UNUSUAL.values(), ids=UNUSUAL)
def test_what_else_there_is_to_judge_is_left_to_the_schemas_way(
    headers: Any, result: Any, made: Context
) -> None:
    assert quick(json.dumps({"result": result}).encode(), headers, made) is None
