"""Which format a body is in, and which one the answer is in."""

from __future__ import annotations

import pytest

from mock_sis.errors import Malformed, WrongType
from mock_sis.exchange import Call
from mock_sis.formats.negotiation import (
    JSON_TYPE,
    XML_TEXT_TYPE,
    XML_TYPE,
    accepted_format,
    request_format,
)

BOTH = (JSON_TYPE, XML_TYPE, XML_TEXT_TYPE)

CHOICES: dict[str, str] = {
    "*/*": JSON_TYPE,
    "": JSON_TYPE,
    "application/json": JSON_TYPE,
    "application/xml": XML_TYPE,
    "text/xml": XML_TEXT_TYPE,
    "TEXT/XML": XML_TEXT_TYPE,
    "text/*": XML_TEXT_TYPE,
    "application/*": JSON_TYPE,
    "text/html": JSON_TYPE,
    "text/html, application/xml;q=0.9, */*;q=0.8": XML_TYPE,
    "application/json;q=0.5, application/xml": XML_TYPE,
    "application/json;q=0.5, text/xml;q=0.501": XML_TEXT_TYPE,
    "application/json;q=0.1, text/xml;q= 0.2": XML_TEXT_TYPE,
    "application/json ; Q=0.5 , text/xml ; q=0.4": JSON_TYPE,
    "application/xml, application/json": JSON_TYPE,
    "application/json;q=0, */*": XML_TYPE,
    "application/*;q=0.1, */*;q=0.2": XML_TEXT_TYPE,
    "application/json;q=0": JSON_TYPE,
    "application/xml;charset=utf-8;q=0.3, application/json;q=0.2": XML_TYPE,
    "application/xml;q=high, application/json;q=0.1": JSON_TYPE,
    "application/xml;q=nan, application/json;q=0.1": JSON_TYPE,
    "application/xml;q=2, application/json;q=0.1": JSON_TYPE,
    "application/xml;q=-1, application/json;q=0.1": JSON_TYPE,
    "application/xml;q=, application/json;q=0.1": JSON_TYPE,
    ",,;;=, application/xml": XML_TYPE,
}


@pytest.mark.parametrize(("accept", "chosen"), CHOICES.items())
def test_the_format_that_weighs_most_is_chosen(accept: str, chosen: str) -> None:
    call = Call("GET", "/", (("accept", accept),))
    assert accepted_format(call, BOTH).media_type == chosen


def test_without_a_wish_the_first_format_is_chosen() -> None:
    assert accepted_format(Call("GET", "/")).media_type == JSON_TYPE
    assert accepted_format(put(XML_TYPE)).media_type == JSON_TYPE
    assert accepted_format(Call("GET", "/"), (XML_TYPE, JSON_TYPE)).media_type == XML_TYPE


def test_a_header_in_several_lines_is_one() -> None:
    lines = (("Accept", "application/json;q=0.1"), ("ACCEPT", "application/xml"))
    for each in (lines, lines[::-1]):
        assert accepted_format(Call("GET", "/", each), BOTH).media_type == XML_TYPE


def test_only_what_is_offered_is_chosen() -> None:
    call = Call("GET", "/", (("Accept", "application/xml"),))
    assert accepted_format(call, (JSON_TYPE,)).media_type == JSON_TYPE


def put(content_type: str, body: bytes = b"") -> Call:
    return Call("PUT", "/", (("Content-Type", content_type),), body)


@pytest.mark.parametrize("media_type", [XML_TYPE, XML_TEXT_TYPE, "Text/XML"])
def test_xml_is_read_by_its_content_type(media_type: str) -> None:
    chosen = request_format(put(media_type), BOTH)
    assert chosen.media_type == media_type.lower()
    assert chosen.decode(b"<body><a>1</a></body>") == {"a": "1"}
    assert chosen.encode({"a": 1}).endswith(b"<result><a>1</a></result>")


def test_xml_is_not_read_where_it_is_not_taken() -> None:
    with pytest.raises(WrongType, match="send application/json"):
        request_format(put(XML_TYPE))


@pytest.mark.parametrize("charset", ["iso-8859-1", '"ISO-8859-1"', "latin1"])
def test_a_charset_reads_the_body(charset: str) -> None:
    chosen = request_format(put(f"text/xml; charset={charset}"), BOTH)
    assert chosen.decode(b"<a>\xe9</a>") == "é"


def test_without_a_charset_the_body_says_its_encoding() -> None:
    with pytest.raises(Malformed):
        request_format(put("text/xml"), BOTH).decode(b"<a>\xe9</a>")


UNKNOWN = [
    *("klingon", "utf-8//IGNORE", "utf-8/", "unicode_escape", "x" * 999, "é"),
    "utf-8\udcff",  # a byte of the header that is not UTF-8
]


@pytest.mark.parametrize("charset", UNKNOWN)
def test_an_unknown_charset_is_a_wrong_type(charset: str) -> None:
    with pytest.raises(WrongType, match="The charset is") as caught:
        request_format(put(f"{XML_TYPE};charset={charset}"), BOTH)
    assert len(str(caught.value)) < 100


def test_a_charset_of_xml_is_none_of_json() -> None:
    with pytest.raises(WrongType, match="send UTF-8"):
        request_format(put(f"{JSON_TYPE};charset=iso-8859-1"), BOTH)
