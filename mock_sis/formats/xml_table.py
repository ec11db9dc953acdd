"""Many elements of one shape, read as a table: what makes reading a bulk body fast.

Each element that Python looks at costs an object of its own, and a bulk body has tens of thousands.
Here lxml says in a few questions whether all rows are alike, and gives the texts of all their
fields in one list. Rows that are not alike are read one by one, by whoever asked.
"""

from __future__ import annotations

import re
from itertools import cycle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element

MANY = 100
"""Of fewer rows, asking costs more than it saves."""

_MOST_FIELDS = 12
"""Of more fields, finding each by its place costs more than reading the rows one by one."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")  # short, and a name in XPath too


def table(element: _Element) -> list[dict[str, str]] | None:
    """The children of an element as rows, where there are many and all have the same name and the
    same fields in the same order, each with a text and nothing else; None for all others."""
    if len(element) < MANY:
        return None
    first = element[0]
    fields = [str(field.tag) for field in first if field.text]
    if not 0 < len(fields) == len(set(fields)) == len(first) <= _MOST_FIELDS:
        return None
    if (texts := _texts(element, str(first.tag), fields)) is None:
        return None
    cells = zip(cycle(fields), texts, strict=False)
    return [dict(row) for row in zip(*[cells] * len(fields), strict=True)]


def _texts(element: _Element, row: str, fields: list[str]) -> list[str] | None:
    """The texts of all fields, row after row; None where the rows are not alike."""
    from lxml.etree import XPathEvalError  # see xmlmedia.parse_xml

    try:
        texts: Any = element.xpath("*/*/text()", smart_strings=False)
        whole = len(texts) == len(element) * len(fields) and _alike(element, row, fields)
    except XPathEvalError:  # more than the 10,000,000 nodes that libxml2 looks at in one question
        return None
    return texts if whole else None


def _alike(element: _Element, row: str, fields: list[str]) -> bool:
    """Whether there is nothing but rows, nothing in them but these fields, and no field holds two
    nodes. Then as many texts as fields are one text in each."""
    if not all(map(_NAME.fullmatch, (row, *fields))):
        return False
    conditions = (
        f"count(node()) = $rows and count({row}) = $rows",
        f"count(*/node()) = $rows * {len(fields)}",
        *(f"count(*/*[{place}]/self::{field}) = $rows" for place, field in enumerate(fields, 1)),
        "not(*/*/node()[2])",
    )
    return bool(element.xpath(" and ".join(conditions), rows=len(element)))
