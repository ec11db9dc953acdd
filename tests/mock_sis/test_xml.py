"""XML to plain data: what is refused, by which name, and what is not."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.errors import Malformed
from mock_sis.formats.depth import DEEPEST
from mock_sis.formats.xml_text import decode_xml, encode_xml

SECRET = "topsecret"  # never to be seen in an error
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGH = f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a b="&l9;">&l9;</a>'
QUADRATIC = f'<!DOCTYPE a [<!ENTITY l "{"x" * 100_000}">]><a>{"&l;" * 100_000}</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "{}">]><a>&x;</a>'
SIXTEEN_BITS = '<?xml version="1.0" encoding="utf-16"?>'
SEVEN_BITS = '<?xml version="1.0" encoding="utf-7"?>'


def named(encoding: str, text: str, written: str = "") -> bytes:
    """A document that says it is in one encoding, written in that one or another."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    return f"{head}<a>{text}</a>".encode(written or encoding)


DOCTYPES: dict[str, bytes] = {
    "the billion laughs": LAUGH.encode(),
    "the laughs in UTF-16": LAUGH.encode("utf-16"),
    "the laughs in UTF-16 without a mark": (SIXTEEN_BITS + LAUGH).encode("utf-16-be"),
    "the laughs in UTF-32": LAUGH.encode("utf-32"),
    "a quadratic blow-up": QUADRATIC.encode(),
    "an entity in a file": OUTSIDE.format("file:///etc/passwd").encode(),
    "an entity elsewhere": OUTSIDE.format("http://127.0.0.1:9/x").encode(),
    "a parameter entity": b'<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///x"> %p;]><a/>',
    "an external subset": b'<!DOCTYPE a SYSTEM "file:///dev/zero"><a/>',
    "a public identifier": b'<!DOCTYPE a PUBLIC "-//X//EN" "http://127.0.0.1:9/x.dtd"><a/>',
    "an internal subset": b"<!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
    "the bare declaration": b"<!DOCTYPE a><a/>",
    "a default attribute": b'<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>',
    "behind the declaration": b'<?xml version="1.0"?>\n\n<!DOCTYPE a><a/>',
    "behind a mark": b"\xef\xbb\xbf<!DOCTYPE a><a/>",
    "behind comments and instructions": b"<?p q?><!-- <a> -->\n<!-- --><!DOCTYPE a><a/>",
    "in seven bits": (SEVEN_BITS + "+ADwAIQ-DOCTYPE a+AD4-<a/>").encode(),
}


@pytest.mark.parametrize("body", DOCTYPES.values(), ids=DOCTYPES)
def test_no_document_type_declaration_is_read(body: bytes) -> None:
    with pytest.raises(Malformed, match="document type declaration"):
        decode_xml(body)


def test_a_document_type_declaration_is_told_with_its_line() -> None:
    with pytest.raises(Malformed, match="line 3;"):
        decode_xml(b'<?xml version="1.0"?>\n\n<!DOCTYPE a><a/>')


def test_laughs_that_hide_in_an_encoding_are_not_read_either() -> None:
    body = SEVEN_BITS + LAUGH.replace("<", "+ADw-").replace("&", "+ACY-").replace("!", "+ACE-")
    with pytest.raises(Malformed):
        decode_xml(body.encode())


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "white space": (b" \n\t\r\n ", "no element was found, line 3"),
    "a mark alone": (b"\xef\xbb\xbf", "no element was found"),
    "text": (SECRET.encode(), "no element was found"),
    "JSON": (b'{"grades": {}}', "no element was found"),
    "two documents": (b"<a/><b/>", "something follows the root element, line 1, column 5"),
    "text behind": (b"<a/>topsecret", "something follows"),
    "an end that does not match": (b"<a>\n<topsecret></a>", "does not match.*line 2, column 16"),
    "truncated": (b"<a><b>topsecret", "ends inside an element"),
    "an open CDATA": (b"<a><![CDATA[topsecret</a>", "cdata not finished"),
    "an undefined entity": (b"<a>&topsecret;</a>", "an entity is not defined"),
    "an HTML entity": (b"<a>&nbsp;</a>", "an entity is not defined"),
    "a bare ampersand": (b"<a>you & topsecret</a>", "line 1, column 9"),
    "a control character": (b"<a>topsecret\x01</a>", "not allowed in XML"),
    "a NUL": (b"<a>\x00</a>", "not XML"),
    "a reference to a NUL": (b"<a>&#0;</a>", "not allowed in XML"),
    "a reference to a control character": (b"<a>&#x1f;</a>", "not allowed in XML"),
    "a reference to a surrogate": (b"<a>&#xd800;</a>", "not allowed in XML"),
    "a noncharacter": ("<a>\ufffe</a>".encode(), "not allowed in XML"),
    "a lone surrogate": (b"<a>\xed\xa0\x80</a>", "do not fit its encoding"),
    "an overlong form": (b"<a>\xc0\xaf</a>", "do not fit its encoding"),
    "white space before the declaration": (b' <?xml version="1.0"?><a/>', "line 1"),
    "XML 2.0": (b'<?xml version="2.0"?><a/>', "unknown version"),
    "a prefix that is not declared": (b"<topsecret:a/>", "prefix is not declared"),
    "a prefix that is not declared, and a warning": (
        b'<topsecret:a><b xmlns="u"/></topsecret:a>',
        "prefix is not declared, line 1, column 13",
    ),
    "a prefix that is not declared, and very many warnings": (
        b"<a>\n<topsecret:b/>" + b'<b xmlns="u"/>' * 999 + b"</a>",
        "prefix is not declared, line 2",
    ),
    "the name of a namespace that is as long as a book": (
        b'<a xmlns="u">\n<b xmlns="topsecret' + b"x" * 1992 + b'"/></a>',
        "a namespace of more than 2000 characters, line 2",
    ),
    "an attribute twice": (b'<a b="1" b="topsecret"/>', "attribute redefined"),
    "a hundred thousand levels": (b"<a>" * 100_000, "the nesting too deep"),
    "a hundred thousand closed levels": (b"<a>" * 10**5 + b"</a>" * 10**5, "nesting too deep"),
    "more text than is read": (b"<a>" + b"x" * 10_000_001 + b"</a>", "a text is too long"),
    "text before an element": (b"<a>\n<b>topsecret<c/></b></a>", "text beside elements, line 2"),
    "text between elements": (b"<a><b/>topsecret<b/></a>", "text beside elements, line 1"),
    "text behind an element": (b"<a><b/>topsecret</a>", "text beside elements"),
    "a space that is none in XML": ("<a>\u00a0<b/></a>".encode(), "text beside elements"),
    "CDATA beside an element": (b"<a><![CDATA[topsecret]]><b/></a>", "text beside elements"),
    "text around a comment": (b"<a>topsecret<!-- --><b/></a>", "text beside elements"),
    "an encoding nobody knows": (named("topsecret", "", "ascii"), "encoding is not known"),
    "an encoding of Python's": (named("unicode_escape", "", "ascii"), "encoding is not known"),
    "Latin-1 without a word": ("<a>é</a>".encode("latin-1"), "do not fit its encoding"),
    "Latin-1 called UTF-8": (named("utf-8", "é", "latin-1"), "do not fit its encoding"),
    "UTF-8 called ASCII": (named("us-ascii", "é", "utf-8"), "do not fit its encoding"),
    "UTF-8 called UTF-16": (named("utf-16", "x", "utf-8"), "not XML"),
    "half of a UTF-16 character": ("<a>é</a>".encode("utf-16")[:-1], "not XML"),
}


@pytest.mark.parametrize(("body", "cause"), REFUSED.values(), ids=REFUSED)
def test_a_bad_body_is_refused_by_its_defect_and_not_quoted(body: bytes, cause: str) -> None:
    with pytest.raises(Malformed, match=cause) as caught:
        decode_xml(body)
    assert SECRET not in str(caught.value)
    assert len(str(caught.value)) < 120


READ: dict[str, tuple[bytes, Any]] = {
    "an empty root": (b"<result />", ""),
    "a text": (b"<result> a\nb </result>", " a\nb "),
    "any root": (b"<whatever><a>1</a></whatever>", {"a": "1"}),
    "an object": (b"<r><a>1</a><b><c>2</c></b></r>", {"a": "1", "b": {"c": "2"}}),
    "a list": (b"<r><a>1</a><a/><a><b/></a></r>", {"a": ["1", "", {"b": ""}]}),
    "a list with others between": (b"<r><a>1</a><b/><a>2</a></r>", {"a": ["1", "2"], "b": ""}),
    "nothing, three ways": (b"<r><a/><b></b><c ></c></r>", {"a": "", "b": "", "c": ""}),
    "indentation": (b"\n<r>\r\n\t<a> </a>\r\n <b>\n </b>\n</r>\n", {"a": " ", "b": "\n "}),
    "attributes": (b'<r x="1"><a id="2" nil="true">3</a></r>', {"a": "3"}),
    "comments": (b"<!-- x --><r><!-- <a/> --><a>1<!-- y -->2</a></r><!-- z -->", {"a": "12"}),
    "instructions": (b"<?p q?><r><?p <a/>?><a>1<?p q?>2</a></r><?p q?>", {"a": "12"}),
    "white space beside an instruction": (b"<r><a> <?p q?>1</a></r>", {"a": " 1"}),
    "space before a comment": (b"<r><a> <!-- -->x</a></r>", {"a": " x"}),
    "space before CDATA": (b"<r><a> <![CDATA[x]]></a></r>", {"a": " x"}),
    "CDATA": (b"<r><a>&lt;<![CDATA[<b>&amp;]]>]]<![CDATA[>]]></a></r>", {"a": "<<b>&amp;]]>"}),
    "CDATA that speaks of a DOCTYPE": (b"<a><![CDATA[<!DOCTYPE a>]]></a>", "<!DOCTYPE a>"),
    "the five entities": (b"<a>&lt;&gt;&amp;&quot;&apos;</a>", "<>&\"'"),
    "character references": (b"<a>&#233;&#x1F600;&#13;&#9;</a>", "é😀\r\t"),
    "line ends": (b"<a>1\r\n2\r3\n4</a>", "1\n2\n3\n4"),
    "nothing but line ends": (b"<a>\n\r\n</a>", "\n\n"),
    "prefixes": (b'<p:r xmlns:p="u" xmlns:q="v"><p:a>1</p:a><q:a>2</q:a></p:r>', {"a": ["1", "2"]}),
    "a default namespace": (b'<r xmlns="u"><a>1</a><b xmlns=""/></r>', {"a": "1", "b": ""}),
    "a namespace of 2000 characters": (b'<r xmlns="' + b"u" * 2000 + b'"><a>1</a></r>', {"a": "1"}),
    "the prefix that needs no declaration": (b"<r><xml:a>1</xml:a></r>", {"a": "1"}),
    "a namespace in UTF-16": ('<r xmlns="u"><a>1</a></r>'.encode("utf-16"), {"a": "1"}),
    "a namespace behind a declaration": (
        b'<?xml version="1.0" encoding="utf-8"?>\n<r><p:a xmlns:p="u">1</p:a></r>',
        {"a": "1"},
    ),
    "an inclusion, as what it looks like": (
        b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>',
        "",
    ),
    "a style sheet, not followed": (b'<?xml-stylesheet href="file:///x"?><a>1</a>', "1"),
    "names of other scripts": ("<r><größe>1</größe></r>".encode(), {"größe": "1"}),
    "standalone": (b'<?xml version="1.0" standalone="yes"?><a>1</a>', "1"),
    "XML 1.1": (b'<?xml version="1.1"?><a>1</a>', "1"),
    "preserved space": (b'<r xml:space="preserve"> <a> 1 </a> </r>', {"a": " 1 "}),
}


@pytest.mark.parametrize(("body", "data"), READ.values(), ids=READ)
def test_what_is_xml_is_read(body: bytes, data: Any) -> None:
    assert decode_xml(body) == data


TEXT = "é€ 1"
ENCODED: dict[str, tuple[bytes, str]] = {
    "no declaration": (f"<a>{TEXT}</a>".encode(), TEXT),
    "UTF-8": (named("UTF-8", TEXT), TEXT),
    "UTF-8 with a mark": (f"<a>{TEXT}</a>".encode("utf-8-sig"), TEXT),
    "UTF-16, little end first": (b"\xff\xfe" + named("utf-16", TEXT, "utf-16-le"), TEXT),
    "UTF-16, big end first": (b"\xfe\xff" + named("utf-16", TEXT, "utf-16-be"), TEXT),
    "UTF-16 by its mark alone": (f"<a>{TEXT}</a>".encode("utf-16"), TEXT),
    "UTF-16 by its declaration alone": (named("utf-16", TEXT, "utf-16-le"), TEXT),
    "UTF-32": (f"<a>{TEXT}</a>".encode("utf-32"), TEXT),
    "Latin-1": (named("iso-8859-1", "é"), "é"),
    "Latin-1 in other letters": (named("ISO-8859-1", "é"), "é"),
    "Latin-9": (named("iso-8859-15", TEXT), TEXT),
    "Windows": (named("windows-1252", TEXT), TEXT),
    "Cyrillic": (named("koi8-r", "оценка"), "оценка"),
    "Japanese": (named("shift_jis", "成績"), "成績"),
    "ASCII": (named("us-ascii", "e"), "e"),
    "the mark goes before the declaration": (named("iso-8859-1", TEXT, "utf-8-sig"), TEXT),
    "and so does that of UTF-16": (named("utf-8", TEXT, "utf-16"), TEXT),
}


@pytest.mark.parametrize(("body", "text"), ENCODED.values(), ids=ENCODED)
def test_every_encoding_is_read_by_its_mark_or_its_declaration(body: bytes, text: str) -> None:
    assert decode_xml(body) == text


CHARSETS: dict[str, tuple[bytes, str, Any]] = {
    "it goes before the declaration": (named("iso-8859-1", TEXT, "utf-8"), "utf-8", TEXT),
    "also against UTF-8": (named("utf-8", "é", "latin-1"), "iso-8859-1", "é"),
    "it does for the declaration": ("<a>é</a>".encode("latin-1"), "iso-8859-1", "é"),
    "a namespace it hides": (b'<a +AHg-mlns="u"><b>1</b></a>', "utf-7", {"b": "1"}),
    "one with a shift in its midst": (b'<a xm\x1b(Blns="u"><b/></a>', "iso-2022-jp", {"b": ""}),
    "a mark goes before it": (f"<a>{TEXT}</a>".encode("utf-8-sig"), "iso-8859-1", TEXT),
    "and so does that of UTF-16": (f"<a>{TEXT}</a>".encode("utf-16"), "utf-8", TEXT),
    "whichever end comes first": (f"\ufeff<a>{TEXT}</a>".encode("utf-16-be"), "utf-8", TEXT),
    "or that of UTF-32": (f"\ufeff<a>{TEXT}</a>".encode("utf-32-be"), "utf-8", TEXT),
}


@pytest.mark.parametrize(("body", "charset", "data"), CHARSETS.values(), ids=CHARSETS)
def test_the_charset_of_the_content_type_decides_but_for_a_mark(
    body: bytes, charset: str, data: Any
) -> None:
    assert decode_xml(body, charset) == data


def test_bytes_that_do_not_fit_the_charset_are_refused() -> None:
    with pytest.raises(Malformed, match="do not fit"):
        decode_xml(named("iso-8859-1", "é"), "utf-8")


SAMPLE = (
    '<?xml version="1.0" encoding="utf-8" ?>\n<!-- é --><body xmlns:p="u" a="é&lt;">\n <p:grades>'
    "<grade>\n<id>1</id><c><![CDATA[<é>]]>&#233;</c></grade><grade/></p:grades>\n<?p é?></body>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_a_body_cut_anywhere_is_malformed(encoding: str) -> None:
    body = SAMPLE.encode(encoding)
    whole = {"grades": {"grade": [{"id": "1", "c": "<é>é"}, ""]}}
    assert decode_xml(body) == whole
    for length in range(len(body)):
        with pytest.raises(Malformed):
            decode_xml(body[:length])


@given(st.binary(max_size=60), st.integers(0, len(SAMPLE)), st.sampled_from(["", "utf-16"]))
def test_any_bytes_give_a_value_or_malformed(noise: bytes, at: int, charset: str) -> None:
    for body in (noise, SAMPLE.encode()[:at] + noise + SAMPLE.encode()[at:]):
        with suppress(Malformed):
            assert isinstance(decode_xml(body, charset), (dict, str))


def test_the_deepest_body_is_read_and_the_next_is_not() -> None:
    tree: Any = "x"
    for _ in range(DEEPEST):
        tree = {"a": tree}
    assert decode_xml(encode_xml(tree)) == tree
    with pytest.raises(Malformed, match=f"nested more than {DEEPEST} levels deep, line 2"):
        decode_xml(encode_xml({"a": tree}))


def test_ten_million_characters_and_a_hundred_thousand_attributes_are_read() -> None:
    attributes = " ".join(f'a{number}="x"' for number in range(100_000))
    assert decode_xml(f"<a><b {attributes}/></a>".encode()) == {"b": ""}
    assert decode_xml(b"<a>" + b"x" * 10_000_000 + b"</a>") == "x" * 10_000_000


def test_no_file_is_opened_by_a_body(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(f"<a>{SECRET}</a>")
    for form in (OUTSIDE, '<!DOCTYPE a SYSTEM "{}"><a>&x;</a>', '<?xml-model href="{}"?><a>1</a>'):
        assert SECRET not in told(form.format(secret.as_uri()).encode())


HIDDEN = {
    "an external subset": '<!\x1b(BDOCTYPE a SYSTEM "{}"><a/>',
    "a parameter entity": '<!\x1b(BDOCTYPE a [<!ENTITY % p SYSTEM "{}"> %p;]><a/>',
    "an entity": '<!\x1b(BDOCTYPE a [<!ENTITY x SYSTEM "{}">]><a>&x;</a>',
}
"""Shifts of ISO-2022-JP that change nothing keep these from being seen in the bytes."""


@pytest.mark.parametrize("form", HIDDEN.values(), ids=HIDDEN)
def test_no_file_is_opened_for_what_an_encoding_hides(form: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.dtd"
    broken.write_text("<!ENTITY")  # whoever reads it has something to say of it
    for url in (broken.as_uri(), "http://127.0.0.1:9/x.dtd"):
        with pytest.raises(Malformed, match="has a document type declaration"):
            decode_xml(form.format(url).encode(), "iso-2022-jp")


def told(body: bytes) -> str:
    """What a body comes to, whether it is read or refused."""
    try:
        return str(decode_xml(body))
    except Malformed as error:
        return str(error)
