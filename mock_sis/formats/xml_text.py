"""Convert XML bodies to plain data and back.

An element with children becomes an object, a repeated name becomes a list, and every other element
becomes its text. The name of the root, attributes, comments, processing instructions and namespace
prefixes are ignored. XML therefore does not distinguish a list of one item from the item, null from
"" or [] or {}, or a number from its digits; a caller that accepts XML must accept either.

Refused, with the reason and the line: document type declarations, and with them all entities except
the five predefined ones; text beside elements; nesting deeper than `DEEPEST`; namespace names
longer than 2,000 characters; and bytes that do not fit the encoding. The encoding comes from the
byte-order mark, else from the `charset` of the Content-Type, else from the XML declaration (RFC
7303 section 3.2). Every encoding that lxml knows is accepted, UTF-16 included.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any

from mock_sis.errors import Malformed, WrongType
from mock_sis.formats.depth import DEEPEST
from mock_sis.formats.xml_table import table

if TYPE_CHECKING:
    from lxml.etree import Resolver, XMLParser, _Element, _LogEntry

DECLARATION = '<?xml version="1.0" encoding="utf-8" ?>\n'

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_MARK = rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?"
_DOCTYPE = re.compile(_MARK + rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_PLAIN_HEAD = re.compile(
    rb"""((?:<\?xml\s+version=["']1\.0["']\s+encoding=["']"""
    rb"""(?i:utf-8|us-ascii|iso-8859-1|windows-1252)["'][^<>]*\?>)?)\s*<\w""",
)
_NAMESPACED = {b"xmlns": b"=", b"<xml:": b":"}
"""Without these, no element of a body in an ASCII-based encoding is in a namespace."""
_TEXT_IN_PIECES = {b"<!": b"!", b"<?": b"?"}
"""The beginnings of comments, CDATA and processing instructions -> the rarest byte of each. Looking
for that byte first is much faster."""
_ENCODING_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")  # XML 1.0, production 81
_BLANKS = " \t\r\n"
_LONGEST_NAMESPACE = 2000
"""Characters. lxml puts the namespace into the tag of each element each time the tag is read."""

_CAUSES = {
    "ERR_DOCUMENT_EMPTY": "no element was found",
    "ERR_DOCUMENT_END": "something follows the root element",
    "ERR_TAG_NAME_MISMATCH": "an end tag does not match its start tag",
    "ERR_TAG_NOT_FINISHED": "it ends inside an element",
    "ERR_INVALID_CHAR": "a character is not allowed in XML",
    "ERR_INVALID_ENCODING": "its bytes do not fit its encoding",
    "ERR_UNSUPPORTED_ENCODING": "its encoding is not known",
    "ERR_UNDECLARED_ENTITY": "an entity is not defined",
    "ERR_RESOURCE_LIMIT": "a text is too long, or the nesting too deep",
    "NS_ERR_UNDEFINED_NAMESPACE": "a namespace prefix is not declared",
}
"""Error type of the parser -> message. The parser's own messages quote parts of the body."""


def decode_xml(body: bytes, charset: str = "") -> Any:
    """Decode an XML body to dicts, lists and strings. Raises Malformed with what is wrong.

    `charset` is that of the Content-Type, or "".
    """
    return read_xml(body, charset)[1]


def read_xml(body: bytes, charset: str = "") -> tuple[str, Any]:
    """The name of the root element, and the data of `decode_xml`."""
    root = parse_xml(body, charset)
    head = _plain_head(body, charset)
    if head is None or _holds(body, _NAMESPACED, head.end(1)):
        _drop_namespaces(root)
    return str(root.tag), _object(root, 1) if len(root) else root.text or ""


def parse_xml(body: bytes, charset: str = "") -> _Element:
    """The root element of an XML body, without its comments and processing instructions."""
    # Importing lxml takes longer than starting the simulator, and most runs receive no XML.
    from lxml import etree

    if not body:
        raise Malformed("The body is empty; send an XML document.")
    _refuse_doctype(body)
    encoding = None if body.startswith(_MARKS) else charset or None
    parser = _parser(encoding, drop_layout=_has_only_layout(body, charset))
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        log: Any = error.error_log
        raise Malformed(_syntax_error(log.last_error, *error.position)) from None
    # lxml only raises if the last message is an error: a warning hides an undeclared prefix.
    for entry in parser.error_log.filter_from_errors():
        raise Malformed(_syntax_error(entry, entry.line, entry.column))
    if root.getroottree().docinfo.internalDTD is not None:  # its encoding hid it until now
        raise Malformed(_HAS_DOCTYPE)
    return root


_HAS_DOCTYPE = "The body has a document type declaration; send XML without one."


def xml_decoder(charset: str) -> Callable[[bytes], Any]:
    """`decode_xml` for the charset of a Content-Type. Raises WrongType if it is unknown."""
    if not charset:
        return decode_xml
    try:
        if not _ENCODING_NAME.fullmatch(charset):
            raise LookupError(charset)
        _parser(charset)
    except LookupError:
        raise WrongType(f"The charset is {charset[:40]!r}; send UTF-8.") from None
    return partial(decode_xml, charset=charset)


def _parser(encoding: str | None, *, drop_layout: bool = False) -> XMLParser:
    """A parser that opens no files, expands no entities and repairs no errors."""
    from lxml import etree  # see parse_xml

    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=drop_layout,
        collect_ids=False,
    )
    parser.resolvers.add(_refusal())
    return parser


@cache
def _refusal() -> Resolver:
    """A resolver that refuses every file that a document type declaration names. Without it, a
    parser with `collect_ids=False` opens those files if an encoding hid the declaration."""
    from lxml import etree  # see parse_xml

    class Refusal(etree.Resolver):
        def resolve(self, *_: Any) -> None:
            raise Malformed(_HAS_DOCTYPE)

    return Refusal()


def _refuse_doctype(body: bytes) -> None:
    """Raise Malformed for a document type declaration, before the parser can act on it."""
    # UTF-16 and UTF-32 write ASCII characters as themselves with NUL bytes around.
    found = _DOCTYPE.match(body.replace(b"\0", b"") if b"\0" in body[:4] else body)
    if found:
        line = found[0].count(b"\n") + 1
        raise Malformed(
            f"The body has a document type declaration, line {line}; send XML without one."
        )


def _plain_head(body: bytes, charset: str) -> re.Match[bytes] | None:
    """The XML declaration, possibly empty, of a body in an encoding that writes markup in ASCII, so
    that searches in its bytes work; None for all other bodies."""
    return _PLAIN_HEAD.match(body) if charset in ("", "utf-8") else None


def _has_only_layout(body: bytes, charset: str) -> bool:
    """Whether all white space between tags is indentation, so that the parser may drop it. The
    parser is then faster by a third.

    With comments, processing instructions or CDATA, it could be the start of a text.
    """
    head = _plain_head(body, charset)
    return head is not None and not _holds(body, _TEXT_IN_PIECES, head.end(1)) and b"\r" not in body


def _holds(body: bytes, signs: dict[bytes, bytes], start: int) -> bool:
    """Whether one of the signs occurs after `start`."""
    return any(
        body.find(rare, start) >= 0 and body.find(sign, start) >= 0 for sign, rare in signs.items()
    )


def _drop_namespaces(root: _Element) -> None:
    for element in root.iter():
        namespace, _, element.tag = element.tag.rpartition("}")
        if len(namespace) > len("{") + _LONGEST_NAMESPACE:
            raise Malformed(
                f"The body has a namespace of more than {_LONGEST_NAMESPACE} characters, "
                f"line {element.sourceline}."
            )


def _object(element: _Element, level: int) -> dict[str, Any]:
    """An element's children by name."""
    if level > DEEPEST:
        raise Malformed(
            f"The body is nested more than {DEEPEST} levels deep, line {element.sourceline}."
        )
    if level < DEEPEST and (rows := table(element)) is not None:
        return {element[0].tag: rows}
    if (text := element.text) and text.strip(_BLANKS):
        raise _mixed(element)
    found: dict[str, Any] = {}
    for child in element:
        value = _object(child, level + 1) if len(child) else child.text or ""
        if (text := child.tail) and text.strip(_BLANKS):
            raise _mixed(element)
        name = child.tag
        if name not in found:
            found[name] = value
        elif type(already := found[name]) is list:
            already.append(value)
        else:
            found[name] = [already, value]
    return found


def _mixed(element: _Element) -> Malformed:
    return Malformed(f"The body has text beside elements, line {element.sourceline}.")


def _syntax_error(entry: _LogEntry | None, line: int, column: int) -> str:
    """What the parser reported, with its place in the body."""
    name = entry.type_name if entry is not None else "ERR_UNKNOWN"
    cause = _CAUSES.get(name) or name.rpartition("ERR_")[2].replace("_", " ").lower()
    return f"The body is not XML: {cause}, line {line}, column {column}."


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_UNFIT = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WRITTEN = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def encode_xml(data: Any, root: str = "result") -> bytes:
    """Plain data as a UTF-8 XML document: the inverse of `decode_xml`.

    None, "", [] and {} become empty elements, true becomes 1 and false 0. Raises ValueError for a
    name that XML does not allow and for a list within a list, which XML cannot express; TypeError
    for values that JSON does not have.
    """
    parts = [DECLARATION]
    _write(parts.append, _Tags()[root], data)
    return "".join(parts).encode()


def escape(text: str) -> str:
    """The text, escaped for an element. Characters that XML does not allow become U+FFFD."""
    return _UNFIT.sub(_fit, text)


def _fit(found: re.Match[str]) -> str:
    return _WRITTEN.get(found[0], "\ufffd")


class _Tags(dict[str, tuple[str, str, str, "_Tags"]]):
    """Name -> start tag, end tag, empty-element tag and this table. Each name is checked once."""

    def __missing__(self, name: str) -> tuple[str, str, str, _Tags]:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name[:80]!r} is not a name that XML allows")
        self[name] = made = (f"<{name}>", f"</{name}>", f"<{name} />", self)
        return made


def _write(write: Callable[[str], None], tag: tuple[str, str, str, _Tags], value: Any) -> None:
    start, end, empty, tags = tag
    if isinstance(value, str):
        write(f"{start}{escape(value)}{end}" if value else empty)
    elif isinstance(value, dict) and value:
        write(start)
        for name, item in value.items():
            if isinstance(item, list) and item:
                _write_list(write, tags[name], item)
            else:
                _write(write, tags[name], item)
        write(end)
    elif value is None or value == [] or value == {}:
        write(empty)
    else:
        text = _number(value)
        write(f"{start}{text}{end}" if text else empty)


def _write_list(write: Callable[[str], None], tag: tuple[str, str, str, _Tags], rows: Any) -> None:
    start, end, _, tags = tag
    if (numbers := _whole_numbers(rows)) is not None:
        fields = "".join(f"{tags[name][0]}%d{tags[name][1]}" for name in rows[0])
        write(f"{start}{fields}{end}" * len(rows) % numbers)
        return
    for each in rows:
        if isinstance(each, list) and each:
            raise ValueError(f"{start} holds a list of lists, which XML cannot express")
        _write(write, tag, each)


def _whole_numbers(rows: list[Any]) -> tuple[int, ...] | None:
    """All values of rows that have the same names and only whole numbers, or None for other rows.
    Most of a bulk answer is such rows, and they are written at once."""
    if set(map(type, rows)) != {dict}:
        return None
    if list(chain.from_iterable(rows)) != list(rows[0]) * len(rows):  # the names, row after row
        return None
    values = tuple(chain.from_iterable(map(dict.values, rows)))
    return values if set(map(type, values)) == {int} else None


def _number(value: Any) -> str:
    """A number without exponent or trailing ".0"; "" for NaN and infinities, null in JSON."""
    if isinstance(value, int):
        return str(int(value))
    if not isinstance(value, float):
        raise TypeError(f"a value of type {type(value).__name__} cannot be written to XML")
    if not isfinite(value):
        return ""
    if value.is_integer():
        return f"{value:.0f}"
    # Imported here because only fractions in XML need it, and it would slow every start.
    from decimal import Decimal

    return f"{Decimal(repr(value)):f}"
