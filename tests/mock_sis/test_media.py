"""Decoding and encoding of JSON: which bodies are refused, and with which reason."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.errors import Invalid, Malformed, MethodNotAllowed, Problem, WrongType
from mock_sis.exchange import Call
from mock_sis.formats.depth import DEEPEST
from mock_sis.formats.json_text import decode_json, encode_json
from mock_sis.formats.negotiation import (
    content_type,
    defect_reply,
    json_reply,
    problem_reply,
    request_format,
)

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "The body is empty"),
    "a byte-order mark": (b"\xef\xbb\xbf{}", "byte-order mark"),
    "UTF-16, little end first": ("{}".encode("utf-16"), "UTF-16"),
    "UTF-16, big end first": (b"\xfe\xff\x00{\x00}", "UTF-16"),
    "UTF-16 without a mark": ('{"a":1}'.encode("utf-16-le"), "not JSON"),
    "Latin-1": ('"é"'.encode("latin-1"), "byte 1"),
    "a lone continuation byte": (b'"\x80"', "not UTF-8"),
    "an overlong form": (b'"\xc0\xaf"', "not UTF-8"),
    "a surrogate in UTF-8": (b'"\xed\xa0\x80"', "not UTF-8"),
    "truncated": (b'{"a": [1, 2', "not JSON"),
    "two documents": (b"{} {}", "not JSON"),
    "a trailing comma": (b"[1,]", "not JSON"),
    "a comment": (b"{} // x", "not JSON"),
    "single quotes": (b"{'a': 1}", "not JSON"),
    "NaN": (b"[NaN]", "not JSON"),
    "Infinity": (b"[-Infinity]", "not JSON"),
    "a number no double holds": (b"[1e400]", "not JSON"),
    "an integer of 5000 digits": (b"[" + b"9" * 5000 + b"]", "not JSON"),
    "a leading zero": (b"[01]", "not JSON"),
    "a plus sign": (b"[+1]", "not JSON"),
    "a lone high surrogate": (b'["\\ud800"]', "not JSON"),
    "a lone low surrogate": (b'["\\udc00x"]', "not JSON"),
    "a bare control character": (b'["a\tb"]', "not JSON"),
    "a NUL at the end": (b"{}\x00", "not JSON"),
    "a non-breaking space": ("\u00a0{}".encode(), "not JSON"),
    "a twin": (b'{"a": 1, "a": 2}', "'a' occurs twice"),
    "a twin in another spelling": (b'{"a": 1, "\\u0061": 1}', "'a' occurs twice"),
    "a twin far down": (b'[{"x": [{"b": 1, "c": 2, "b": 1}]}]', "'b' occurs twice"),
    "a hundred thousand arrays": (b"[" * 100_000, "nested more than 64"),
    "a hundred thousand objects": (b'{"a":' * 100_000, "nested more than 64"),
    "too deep behind an escaped quote": (b'["\\"",' + b"[" * 64 + b"]" * 65, "nested more"),
    "too deep behind a backslash": (b'["\\\\",' + b"[" * 64 + b"]" * 65, "nested more"),
    "too deep behind many shallow ones": (b"[" + b"[]," * 99 + b"[" * 64, "nested more"),
    "brackets that never match": (b"]" * 99 + b"[" * 60, "not JSON"),
}


@pytest.mark.parametrize(("body", "cause"), REFUSED.values(), ids=REFUSED)
def test_an_invalid_body_is_refused_with_its_defect(body: bytes, cause: str) -> None:
    with pytest.raises(Malformed, match=cause):
        decode_json(body)


def test_naming_a_duplicate_takes_time_in_proportion_to_reading() -> None:
    names = b",".join(b'"%d":0' % number for number in range(30_000))
    started = time.process_time()
    decode_json(b"{" + names + b"}")
    read = time.process_time() - started
    with pytest.raises(Malformed, match="'29999' occurs twice"):
        decode_json(b"{" + names + b',"29999":0}')
    assert time.process_time() - started < 50 * read


READ: dict[str, tuple[bytes, Any]] = {
    "white space around": (b" \t\r\n{} \n", {}),
    "brackets inside a string": (b'["' + b"[" * 999 + b'"]', ["[" * 999]),
    "quotes and backslashes before brackets": (b'["\\\\\\"[[{"]', ['\\"[[{']),
    "the deepest nesting": (b"[" * 64 + b"]" * 64, None),
    "the deepest nesting beside a shallow one": (b"[[]," + b"[" * 63 + b"]" * 64, None),
    "many shallow objects": (b"[" + b'{"a":[]},' * 99 + b"{}]", None),
    "a pair of surrogates": (b'"\\ud83d\\ude00"', "😀"),
    "a NUL that is escaped": (b'"\\u0000"', "\0"),
    "the same name in two objects": (b'[{"a":1},{"a":1}]', [{"a": 1}, {"a": 1}]),
    "the largest double": (b"1.7976931348623157e308", 1.7976931348623157e308),
}


@pytest.mark.parametrize(("body", "data"), READ.values(), ids=READ)
def test_good_json_is_read(body: bytes, data: Any) -> None:
    assert decode_json(body) == (json.loads(body) if data is None else data)


LISTS = b"[" + b"[]," * 200_000 + b"[]]"


@pytest.fixture
def collections() -> Iterator[list[str]]:
    """Each start of the garbage collector, and each stop."""
    seen: list[str] = []

    def told(phase: str, _: dict[str, int]) -> None:
        seen.append(phase)

    gc.callbacks.append(told)
    yield seen
    gc.callbacks.remove(told)


def test_garbage_collection_pauses_while_a_body_is_decoded(collections: list[str]) -> None:
    assert len(decode_json(LISTS)) == 200_001
    assert len(collections) < 10  # and not one for each 700 lists, each looking at ever more
    assert gc.isenabled()


def test_garbage_collection_resumes_after_a_refused_body() -> None:
    with pytest.raises(Malformed):
        decode_json(LISTS[:-1])
    assert gc.isenabled()


def test_disabled_garbage_collection_stays_disabled() -> None:
    gc.disable()
    try:
        decode_json(LISTS)
        assert not gc.isenabled()
    finally:
        gc.enable()


NUMBERS: dict[bytes, int | float] = {
    b"1.0": 1,
    b"-2e2": -200,
    b"-0.0": 0,
    b"1.5": 1.5,
    b"9007199254740991.0": 2**53 - 1,
    b"9007199254740993.0": 2**53 + 1,
    b"9007199254740992.5": 2.0**53,
    b"9223372036854775807.0": 2**63 - 1,
    b"922337203685477580.7e1": 2**63 - 1,
    b"1.00000000000000000000001": 1.0,
    b"0e-99999999999999999999": 0.0,
    b"1e300": 1e300,
    b"12345678901234567890": 12345678901234567890,
}


@pytest.mark.parametrize(("body", "number"), NUMBERS.items())
def test_a_whole_number_is_an_integer_however_it_is_spelled(
    body: bytes, number: int | float
) -> None:
    assert repr(decode_json(body)) == repr(number)


TEXTS = st.text(alphabet='[]{}"\\a', max_size=6)
TREES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)


def _depth(data: Any) -> int:
    if isinstance(data, dict):
        return 1 + max((_depth(value) for value in data.values()), default=0)
    return 1 + max(map(_depth, data), default=0) if isinstance(data, list) else 0


@given(TREES, st.integers(50, 70), st.sampled_from([("[", "]"), ('{"}":', "}")]))
def test_nesting_is_counted_without_brackets_in_strings(
    tree: Any, wraps: int, wrap: tuple[str, str]
) -> None:
    body = (wrap[0] * wraps + json.dumps(tree) + wrap[1] * wraps).encode()
    if wraps + _depth(tree) <= DEEPEST:
        decode_json(body)
    else:
        with pytest.raises(Malformed, match="nested"):
            decode_json(body)


CONTENT_TYPES: dict[str, tuple[str, str]] = {
    "application/json": ("application/json", ""),
    "Application/JSON; Charset=UTF-8": ("application/json", "utf-8"),
    ' application/json ;q=1; charset = "utf-8" ': ("application/json", "utf-8"),
    "application/json; profile=utf-16": ("application/json", ""),
    "": ("", ""),
    ";": ("", ""),
}


@pytest.mark.parametrize(("header", "parts"), CONTENT_TYPES.items())
def test_a_content_type_is_read_in_any_case(header: str, parts: tuple[str, str]) -> None:
    assert content_type(Call("POST", "/", (("CONTENT-type", header),))) == parts


WRONG_TYPES: dict[str, tuple[tuple[str, str], ...]] = {
    "none": (),
    "a form": (("Content-Type", "application/x-www-form-urlencoded"),),
    "text": (("Content-Type", "text/plain"),),
    "XML": (("Content-Type", "application/xml"),),
    "something that starts alike": (("Content-Type", "application/json-seq"),),
    "another charset": (("Content-Type", "application/json; charset=latin-1"),),
    "compressed": (("Content-Type", "application/json"), ("Content-Encoding", "gzip")),
}


@pytest.mark.parametrize("headers", WRONG_TYPES.values(), ids=WRONG_TYPES)
def test_a_body_of_another_type_is_refused(headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(WrongType):
        request_format(Call("POST", "/", headers))


@pytest.mark.parametrize(("sent", "told"), [("", "missing"), ("text/plain", "'text/plain'")])
def test_a_wrong_content_type_is_reported_with_the_accepted_ones(sent: str, told: str) -> None:
    with pytest.raises(WrongType, match=f"The Content-Type is {told}; send application/json"):
        request_format(Call("POST", "/", (("Content-Type", sent),)))


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", '"utf-8"'])
@pytest.mark.parametrize("coding", ["identity", " Identity "])
def test_json_in_utf_8_is_accepted(charset: str, coding: str) -> None:
    headers = (
        ("Content-Type", f"application/json; charset={charset}"),
        ("Content-Encoding", coding),
    )
    assert request_format(Call("POST", "/", headers)).decode(b"[1]") == [1]


def test_an_error_becomes_a_problem_document() -> None:
    reply = problem_reply(Invalid("Off.", problems=[Problem("/a~1b", "is missing")]))
    assert (reply.status, reply.header("content-type")) == (422, "application/problem+json")
    assert decode_json(reply.body) == {
        "type": "about:blank",
        "title": "Schema violation",
        "status": 422,
        "detail": "Off.",
        "errors": [{"pointer": "/a~1b", "detail": "is missing"}],
    }


def test_an_error_adds_its_headers() -> None:
    assert problem_reply(MethodNotAllowed("No.", allowed=["GET", "PUT"])).header("Allow") == (
        "GET, PUT"
    )


def test_an_answer_is_json_and_says_so() -> None:
    assert json_reply({}).status == 200
    reply = json_reply({"å": 1}, 201, (("X-A", "b"),))
    assert reply.status == 201
    assert reply.body == '{"å":1}'.encode()
    assert reply.headers == (("Content-Type", "application/json"), ("X-A", "b"))


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**400])
def test_whole_numbers_of_any_size_are_written(number: int) -> None:
    assert encode_json({"å": [number]}) == f'{{"å":[{number}]}}'.encode()


@pytest.mark.parametrize("number", [1, 2**64])
def test_json_is_indented_for_people(number: int) -> None:
    told = f'{{\n  "å": [\n    {number}\n  ]\n}}'
    assert encode_json({"å": [number]}, indent=True) == told.encode()
    assert encode_json({"å": number, "b": 1}) == f'{{"å":{number},"b":1}}'.encode()


def test_values_that_json_does_not_have_are_refused() -> None:
    with pytest.raises(TypeError):
        encode_json({"a": object()})


@given(TREES)
def test_encoded_data_decodes_to_itself(tree: Any) -> None:
    assert decode_json(encode_json(tree)) == tree


def test_a_defect_says_what_happened_where_its_traceback_is_and_where_to_report_it() -> None:
    answer = defect_reply()
    told = json.loads(answer.body)
    assert (answer.status, told["status"]) == (500, 500)
    assert answer.header("Content-Type") == "application/problem+json"
    for part in ("a defect in mock-sis itself", "traceback", "log", "report", "CONTRIBUTING.md"):
        assert part in told["detail"]
