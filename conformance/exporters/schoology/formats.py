"""Bodies in JSON or XML, written from plain data and read back into it.

In XML a name that repeats is a list, and one that does not may be a list of one; all values are
text, and an empty element is None. Whoever reads what comes of it has to bear both.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance.exporters.kit import strict

if TYPE_CHECKING:
    from lxml.etree import _Element

UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML, or UTF-8, cannot carry."""


class Format:
    """One of the two ways to write a body."""

    name: str
    media_type: str

    def write(self, data: dict[str, Any]) -> bytes:
        """A request's body. Raises ValueError where something cannot be written."""
        raise NotImplementedError

    def read(self, body: bytes) -> Any:
        """Plain data. Raises ValueError where the body is not of this format."""
        raise NotImplementedError


class Json(Format):
    name = "json"
    media_type = "application/json"

    def write(self, data: dict[str, Any]) -> bytes:
        return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()

    def read(self, body: bytes) -> Any:
        return strict.decode(body)


class Xml(Format):
    name = "xml"
    media_type = "application/xml"

    def write(self, data: dict[str, Any]) -> bytes:
        # lxml takes as long to import as the rest of the exporter, and most cases are JSON.
        from lxml import etree

        root = etree.Element("body")
        for name, value in data.items():
            self.add(root, name, value)
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    def add(self, parent: _Element, name: str, value: Any) -> None:
        """Adds a value, element by element where it is a list."""
        from lxml import etree

        for each in value if isinstance(value, list) else [value]:
            element = etree.SubElement(parent, name)
            if isinstance(each, dict):
                for inner, content in each.items():
                    self.add(element, inner, content)
            else:
                element.text = self.text(each)

    def text(self, value: Any) -> str:
        """Nothing as nothing, a number in plain digits, since not every reader knows exponents, and
        text as it is."""
        if value is None:
            return ""
        return f"{Decimal(repr(value)):f}" if isinstance(value, float) else str(value)

    def read(self, body: bytes) -> Any:
        from lxml import etree

        try:
            root = etree.fromstring(body, _strict_parser())
        except etree.XMLSyntaxError as error:
            raise ValueError("not XML") from error
        if root.getroottree().docinfo.doctype:
            raise ValueError("a document type where none belongs")
        return _plain(root)


def format_named(name: str) -> Format:
    """The format "json" or "xml". Raises KeyError."""
    return {"json": Json, "xml": Xml}[name]()


def speakable(text: str) -> str:
    """The text with a mark in place of every character that cannot travel."""
    return UNSPEAKABLE.sub("\ufffd", text)


def storable(text: str) -> str:
    """The text with a mark in place of lone surrogates, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _strict_parser() -> Any:
    """Nothing of a SIS's answer is expanded or fetched."""
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _plain(element: _Element) -> Any:
    if not len(element):
        return element.text or None
    found: dict[str, Any] = {}
    for child in element:
        value = _plain(child)
        if child.tag not in found:
            found[child.tag] = value
        elif isinstance(found[child.tag], list):
            found[child.tag].append(value)
        else:
            found[child.tag] = [found[child.tag], value]
    return found
