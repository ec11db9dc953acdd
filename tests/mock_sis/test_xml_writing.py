"""Encoding of XML: the written form, and that it decodes to the same data."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import isfinite
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mock_sis.formats.xml_text import decode_xml, encode_xml, escape, parse_xml

WRITTEN: dict[str, tuple[Any, str]] = {
    "null": (None, "<result />"),
    "a text": ("x", "<result>x</result>"),
    "nothing, four ways": (
        {"a": None, "b": "", "c": [], "d": {}},
        "<result><a /><b /><c /><d /></result>",
    ),
    "truth": ({"a": True, "b": False}, "<result><a>1</a><b>0</b></result>"),
    "integers": ({"a": 0, "b": -7, "c": 2**70}, f"<a>0</a><b>-7</b><c>{2**70}</c>"),
    "whole floats": ({"a": 80.0, "b": -0.5, "c": 1e22}, "<a>80</a><b>-0.5</b><c>1" + "0" * 22),
    "small floats": ({"a": 1e-7, "b": 99.99}, "<a>0.0000001</a><b>99.99</b>"),
    "what is no number": ({"a": float("nan"), "b": float("inf")}, "<a /><b />"),
    "a list": ({"a": [1, None, {"b": []}]}, "<a>1</a><a /><a><b /></a>"),
    "rows of whole numbers": (
        {"a": [{"b": 1, "c": -2}, {"b": 2**70, "c": 0}]},
        f"<a><b>1</b><c>-2</c></a><a><b>{2**70}</b><c>0</c></a>",
    ),
    "one row of whole numbers": ({"a": [{"b": 1}]}, "<result><a><b>1</b></a></result>"),
    "rows of other names": ({"a": [{"b": 1}, {"c": 2}]}, "<a><b>1</b></a><a><c>2</c></a>"),
    "rows of the same names in another order": (
        {"a": [{"b": 1, "c": 2}, {"c": 3, "b": 4}]},
        "<a><b>1</b><c>2</c></a><a><c>3</c><b>4</b></a>",
    ),
    "rows of numbers and something else": (
        {"a": [{"b": 1}, {"b": 2.5}, {"b": True}, {"b": "%d"}, {}, 3]},
        "<a><b>1</b></a><a><b>2.5</b></a><a><b>1</b></a><a><b>%d</b></a><a /><a>3</a>",
    ),
    "rows of nothing": ({"a": [{}, {}]}, "<result><a /><a /></result>"),
    "a list of nothing": ({"a": [[], ""]}, "<result><a /><a /></result>"),
    "special characters": ({"a": "<&>\"'\r\n\t"}, "<a>&lt;&amp;&gt;\"'&#13;\n\t</a>"),
    "other scripts": ({"a": "Åsa 成績 😀"}, "<a>Åsa 成績 😀</a>"),
    "characters that XML cannot carry": (
        {"a": "\x00\x0b\x1f\ud800\udfff\ufffe\uffff|\x7f\x85\ufdd0"},
        "<a>" + "\ufffd" * 7 + "|\x7f\x85\ufdd0</a>",
    ),
}


@pytest.mark.parametrize(("data", "text"), WRITTEN.values(), ids=WRITTEN)
def test_plain_data_is_written_as_the_interface_shows_it(data: Any, text: str) -> None:
    body = encode_xml(data)
    assert body.startswith(b'<?xml version="1.0" encoding="utf-8" ?>\n<result')
    assert text in body.decode()
    assert etree.fromstring(body).tag == "result"


UNWRITABLE: dict[str, tuple[Any, type[Exception]]] = {
    "an empty name": ({"": 1}, ValueError),
    "a name with a space": ({"a b": 1}, ValueError),
    "a name that is markup": ({"a><b": 1}, ValueError),
    "a name that starts with a digit": ({"1": 1}, ValueError),
    "a name with a colon": ({"p:a": 1}, ValueError),
    "a name that ends a line": ({"a\n": 1}, ValueError),
    "a name inside a list": ({"a": [{"<": 1}]}, ValueError),
    "a list of lists": ({"a": [[1]]}, ValueError),
    "bytes": ({"a": b"x"}, TypeError),
    "a number that JSON has no form for": ({"a": Decimal("1.5")}, TypeError),
    "a bare list": ([1], TypeError),
}


@pytest.mark.parametrize(("data", "error"), UNWRITABLE.values(), ids=UNWRITABLE)
def test_data_that_xml_cannot_express_is_refused(data: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        encode_xml(data)


def test_the_root_has_the_name_it_is_given() -> None:
    assert encode_xml({"a": 1}, "body").endswith(b"<body><a>1</a></body>")
    with pytest.raises(ValueError, match="not a name"):
        encode_xml({}, "a b")


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True)
ANY_TEXT = st.text(st.characters(codec=None), max_size=20)
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects of leaves, objects and lists of either, as a Schoology body is."""

    def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        items = inner.filter(lambda item: not isinstance(item, list))
        return st.dictionaries(NAMES, inner, max_size=4) | st.lists(items, max_size=4)

    return st.dictionaries(NAMES, st.recursive(leaves, grown, max_leaves=12), max_size=4)


def known(data: Any, leaf: Callable[[Any], str]) -> Any:
    """Plain data less what XML does not carry: emptiness of one kind, lists of one, types."""
    if isinstance(data, dict) and data:
        return {name: known(value, leaf) for name, value in data.items()}
    if isinstance(data, list) and data:
        items = [known(item, leaf) for item in data]
        return items if len(items) > 1 else items[0]
    return "" if data is None or data in ([], {}) else leaf(data)


def as_text(value: Any) -> str:
    if isinstance(value, str):
        return "".join(map(carried, value))
    if isinstance(value, float):
        return "" if value - value != 0 else str(value)
    return str(int(value))


def carried(character: str) -> str:
    """By the table of XML 1.0, production 2."""
    code = ord(character)
    ranges = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    fits = character in "\t\n\r" or any(low <= code <= high for low, high in ranges)
    return character if fits else "\ufffd"


def loose(data: Any) -> Any:
    """With numbers in one spelling, so that 1e-07 and 0.0000001 are the same."""
    if isinstance(data, dict):
        return {name: loose(value) for name, value in data.items()}
    if isinstance(data, list):
        return [loose(item) for item in data]
    try:
        number = float(data)
    except ValueError:
        return data
    return number if isfinite(number) else data


@given(trees(VALUES))
def test_every_written_document_is_xml_and_reads_as_the_same_data(data: Any) -> None:
    body = encode_xml(data)
    assert etree.fromstring(body).tag == "result"
    assert loose(decode_xml(body)) == loose(known(data, as_text))


@given(trees(ANY_TEXT))
def test_layout_never_changes_a_value(data: Any) -> None:
    body = encode_xml(data)
    root = parse_xml(body)
    etree.indent(root)
    indented = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    assert decode_xml(indented) == decode_xml(indented + b"<!-- -->") == decode_xml(body)


@given(ANY_TEXT)
def test_escaped_text_reads_as_itself_except_characters_xml_forbids(text: str) -> None:
    assert decode_xml(f"<a>{escape(text)}</a>".encode()) == as_text(text)
