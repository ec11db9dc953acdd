"""Bodies in JSON or XML, from plain data and to it.

In XML a repeated name is a list, a single one may be a list of one, all values are text, and an
empty element is None. A reader of the data has to accept both forms.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance.exporters.kit import markup, strict

if TYPE_CHECKING:
    from lxml.etree import _Element

UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML or UTF-8 cannot carry."""


class Format:
    """A format of bodies."""

    name: str
    media_type: str

    def write(self, data: dict[str, Any]) -> bytes:
        """The body of a request. Raises ValueError for data that cannot be written."""
        raise NotImplementedError

    def read(self, body: bytes) -> Any:
        """Plain data from a body. Raises ValueError if it is not of this format."""
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
        # lxml takes as long to import as the rest of the exporter, and most cases use JSON.
        from lxml import etree

        root = etree.Element("body")
        for name, value in data.items():
            self.add(root, name, value)
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    def add(self, parent: _Element, name: str, value: Any) -> None:
        """Add a value; each member of a list is an element."""
        from lxml import etree

        for each in value if isinstance(value, list) else [value]:
            element = etree.SubElement(parent, name)
            if isinstance(each, dict):
                for inner, content in each.items():
                    self.add(element, inner, content)
            else:
                element.text = self.text(each)

    def text(self, value: Any) -> str:
        """None as "", a number in plain digits, because not every reader knows exponents, and text
        unchanged."""
        if value is None:
            return ""
        return f"{Decimal(repr(value)):f}" if isinstance(value, float) else str(value)

    def read(self, body: bytes) -> Any:
        return markup.read(body)


def format_named(name: str) -> Format:
    """The format "json" or "xml". Raises KeyError."""
    return {"json": Json, "xml": Xml}[name]()


def speakable(text: str) -> str:
    """The text with U+FFFD for every character that XML or UTF-8 cannot carry."""
    return UNSPEAKABLE.sub("\ufffd", text)


def storable(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
