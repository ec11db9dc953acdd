"""Bulk bodies in XML: the table reader gives the same rows as reading them one by one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mock_sis.errors import Malformed
from mock_sis.formats import xml_table
from mock_sis.formats.depth import DEEPEST
from mock_sis.formats.xml_text import decode_xml, parse_xml

ROW = "<row><id>{0}</id><grade>{0}.5</grade><note>n {0}</note></row>"


def many(row: str = ROW) -> list[str]:
    """As many rows as are read as a table."""
    return [row.format(number) for number in range(xml_table.MANY)]


def body(rows: list[str], sep: str = "") -> bytes:
    return f"<body><rows>{sep.join(rows)}</rows></body>".encode()


def one_by_one(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a body comes to where no row is read as part of a table."""
    with monkeypatch.context() as patch:
        patch.setattr(xml_table, "MANY", 10**9)
        return read(sent)


def read(sent: bytes) -> Any:
    try:
        return decode_xml(sent)
    except Malformed as error:
        return str(error)


def is_table(sent: bytes) -> bool:
    return xml_table.table(parse_xml(sent)[0]) is not None


ALIKE = {
    "as they are": (ROW, ""),
    "indented": ("<row>\n\t<id>{0}</id> <note>{0}</note>\n</row>", "\n  "),
    "of one field": ("<row><id>{0}</id></row>", ""),
    "with what is escaped": ("<row><id>&lt;{0}&gt;&amp;&#65;</id><note>é</note></row>", ""),
    "with attributes": ('<row n="{0}"><id a="b">{0}</id><note>x</note></row>', ""),
    "with blanks around a text": ("<row><id> {0}\n</id><note>\t{0}</note></row>", ""),
    "named as parts of XPath are": ("<text><node>{0}</node><self>x</self><or>y</or></text>", ""),
    "with names of every kind": ("<a.b-c_1><_d>{0}</_d><e-f>x</e-f><div.>y</div.></a.b-c_1>", ""),
    "of a field named as the row": ("<row><row>{0}</row><id>{0}</id></row>", ""),
}


@pytest.mark.parametrize(("row", "sep"), ALIKE.values(), ids=ALIKE)
def test_rows_of_the_same_shape_are_a_table(
    row: str, sep: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = body(many(row), sep)
    assert is_table(sent)
    assert read(sent) == one_by_one(sent, monkeypatch)
    assert not is_table(body(many(row)[1:], sep))  # too few to be worth it


UNLIKE = {
    "an empty field": "<row><id>1</id><grade/><note>n</note></row>",
    "an empty field and one too many": "<row><id>1</id><grade/><note>n</note><more>5</more></row>",
    "an empty field and a text beside": "<row><id>1</id><grade/><note>n</note>beside</row>",
    "a field of white space": "<row><id>1</id><grade> </grade><note>n</note></row>",
    "one field less": "<row><id>1</id><grade>2</grade></row>",
    "one field more": "<row><id>1</id><grade>2</grade><note>n</note><more>5</more></row>",
    "one empty field more": "<row><id>1</id><grade>2</grade><note>n</note><more/></row>",
    "another order": "<row><grade>2</grade><id>1</id><note>n</note></row>",
    "another name": "<row><id>1</id><Grade>2</Grade><note>n</note></row>",
    "a name in a namespace": '<row><id>1</id><grade xmlns="u">2</grade><note>n</note></row>',
    "a prefix": '<row xmlns:p="u"><id>1</id><p:grade>2</p:grade><note>n</note></row>',
    "a field twice": "<row><id>1</id><grade>2</grade><grade>3</grade></row>",
    "a field within a field": "<row><id>1</id><grade><x>2</x></grade><note>n</note></row>",
    "an empty one within a field": "<row><id>1</id><grade>2<x/></grade><note>n</note></row>",
    "a field of more, and an empty one": "<row><id>1</id><grade>2<x/>3</grade><note/></row>",
    "no field": "<row/>",
    "no field but a text": "<row>1</row>",
    "a text before": "<row>0<id>1</id><grade>2</grade><note>n</note></row>",
    "a text behind": "<row><id>1</id><grade>2</grade><note>n</note>3</row>",
    "a text behind the row": ROW.format(1) + "beside",
    "another row": "<other><id>1</id><grade>2</grade><note>n</note></other>",
    "a comment in a field": "<row><id>1</id><grade>2<!-- x -->3</grade><note>n</note></row>",
    "an instruction in a row": "<row><id>1</id><?p q?><grade>2</grade><note>n</note></row>",
    "CDATA": "<row><id>1</id><grade>2<![CDATA[<3>]]>4</grade><note>n</note></row>",
    "empty CDATA": "<row><id>1</id><grade><![CDATA[]]></grade><note>n</note></row>",
}


@pytest.mark.parametrize("odd", UNLIKE.values(), ids=UNLIKE)
@pytest.mark.parametrize("place", [0, 1, xml_table.MANY])
def test_a_row_of_another_shape_is_read_correctly(
    odd: str, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = many()
    rows.insert(place, odd)
    for sep in ("", "\n"):
        sent = body(rows, sep)
        assert read(sent) == one_by_one(sent, monkeypatch)


PIECES = st.sampled_from([*UNLIKE.values(), *(ROW.format(number) for number in range(5))])


@given(st.lists(PIECES, max_size=4), st.integers(0, xml_table.MANY), st.sampled_from(["", "\n "]))
def test_any_rows_give_the_same_data_as_read_one_by_one(
    odd: list[str], place: int, sep: str
) -> None:
    rows = many()
    rows[place:place] = odd
    sent = body(rows, sep)
    with pytest.MonkeyPatch.context() as patch:
        assert read(sent) == one_by_one(sent, patch)


def test_equal_rows_of_an_unusual_shape_are_read_correctly(monkeypatch: pytest.MonkeyPatch) -> None:
    for odd in UNLIKE.values():
        sent = body(many(odd.replace("{", "")))
        assert read(sent) == one_by_one(sent, monkeypatch)


@pytest.mark.parametrize("name", ["é", "成績", "a" * 101])
def test_rows_with_names_unsafe_in_xpath_are_read_one_by_one(name: str) -> None:
    sent = body(many(f"<row><{name}>{{0}}</{name}></row>"))
    assert not is_table(sent)
    assert decode_xml(sent)["rows"]["row"][7] == {name: "7"}
    assert not is_table(body(many(f"<{name}><id>{{0}}</id></{name}>")))


def test_the_texts_of_a_table_are_plain_and_hold_nothing_of_the_body() -> None:
    rows = decode_xml(body(many()))["rows"]["row"]
    assert {type(text) for row in rows for text in row.values()} == {str}


def test_rows_of_very_many_fields_are_read_one_by_one() -> None:
    fields = "".join(f"<f{number}>x</f{number}>" for number in range(13))
    sent = body(many(f"<row>{fields}</row>"))
    assert not is_table(sent)
    assert len(decode_xml(sent)["rows"]["row"][0]) == 13


class TooWide(etree.ElementBase):
    """An element with more descendants than libxml2 looks at: it takes 40 MB to write one."""

    def xpath(self, *_: Any, **__: Any) -> Any:
        raise etree.XPathEvalError("growing nodeset hit limit")


def test_more_nodes_than_xpath_visits_are_read_one_by_one() -> None:
    parser = etree.XMLParser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=TooWide))
    assert xml_table.table(etree.fromstring(body(many()), parser)[0]) is None


@pytest.mark.parametrize(("level", "read_whole"), [(DEEPEST - 1, True), (DEEPEST, False)])
def test_rows_may_be_as_deep_as_any_element(level: int, read_whole: bool) -> None:
    sent = ("<a>" * level + "".join(many()) + "</a>" * level).encode()
    told = read(sent)
    assert bool(re.search("nested more than", str(told))) is not read_whole


def test_two_tables_and_the_elements_between_them_are_read() -> None:
    rows = "".join(many())
    sent = f"<body><a>{rows}</a><b>1</b><c>{rows}</c></body>".encode()
    found = decode_xml(sent)
    assert found["a"] == found["c"] == {"row": found["a"]["row"]}
    assert found["b"] == "1"
    assert found["a"]["row"][3] == {"id": "3", "grade": "3.5", "note": "n 3"}
