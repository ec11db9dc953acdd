"""Plain data from XML that comes from outside.

A repeated name is a list, a single one may be a list of one, all values are text, and an empty
element is None. A reader of the data has to accept both forms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element


def read(body: bytes) -> Any:
    """Plain data from an XML document. Raises ValueError if it is none, or has a document type."""
    # lxml takes as long to import as the rest of the exporter, and most cases use JSON.
    from lxml import etree

    try:
        root = etree.fromstring(body, _strict_parser())
    except etree.XMLSyntaxError as error:
        raise ValueError("invalid XML") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("XML with a document type")
    return _plain(root)


def _strict_parser() -> Any:
    """A parser that expands and fetches nothing: the answer comes from outside."""
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
