"""Read many XML elements of the same shape as a table: the fast path for bulk bodies.

A bulk body has tens of thousands of rows such as

    <grade><enrollment_id>44783001</enrollment_id><grade>9</grade></grade>

lxml creates a Python object for each element that Python code looks at, and creating those objects
takes most of the time that reading the body costs. `table` avoids them:

1. The first row gives the name of the rows, and the names and the order of their fields.
2. One XPath expression returns the texts of all fields as one list of strings.
3. Another expression, evaluated inside libxml2, checks that every row has that name, exactly those
   fields in that order, and one text in each field. It compares counts: if there are only rows, and
   only those fields in them, and no field has two nodes, then rows x fields texts are one in each.
4. The list is cut into rows of equal length.

If a check fails, `table` returns None and the caller reads the rows one by one. Both ways give the
same rows, and differ only in time. Tests compare them.
"""

from __future__ import annotations

import re
from itertools import cycle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element

MANY = 100
"""For fewer rows, the checks cost more time than they save."""

_MOST_FIELDS = 12
"""With more fields, checking the position of each costs more than reading rows one by one."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")  # can be written into an XPath expression


def table(element: _Element) -> list[dict[str, str]] | None:
    """The children of an element as rows, or None unless there are many, all with the same name and
    the same fields in the same order, each field holding one text and nothing else."""
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
    """The texts of all fields, row after row, or None if the rows differ in shape."""
    from lxml.etree import XPathEvalError  # imported here as in xml_text.parse_xml

    try:
        texts: Any = element.xpath("*/*/text()", smart_strings=False)
        complete = len(texts) == len(element) * len(fields) and _same_shape(element, row, fields)
    except XPathEvalError:  # more nodes than libxml2 visits in one expression (10,000,000)
        return None
    return texts if complete else None


def _same_shape(element: _Element, row: str, fields: list[str]) -> bool:
    """Whether the element holds only rows, each row only these fields in this order, and no field
    more than one node."""
    if not all(map(_NAME.fullmatch, (row, *fields))):
        return False
    conditions = (
        f"count(node()) = $rows and count({row}) = $rows",
        f"count(*/node()) = $rows * {len(fields)}",
        *(f"count(*/*[{place}]/self::{field}) = $rows" for place, field in enumerate(fields, 1)),
        "not(*/*/node()[2])",
    )
    return bool(element.xpath(" and ".join(conditions), rows=len(element)))
