"""The XML Schemas below schemas/: the form that XML bodies keep, for those who have no JSON.

They say of each body what its JSON Schema says, as far as XML Schema 1.0 can: conditions between
members are left to JSON Schema, and elements that a reader ignores are not named.
"""

from __future__ import annotations

import re
from functools import cache

from lxml import etree

from mock_sis.contracts import MOST_PROBLEMS, abbreviate, more_than, pointer
from mock_sis.decimals import LARGEST, whole_number
from mock_sis.errors import Problem
from mock_sis.shipped import shipped
from mock_sis.xmlmedia import parse_xml


def problems(name: str, body: bytes, most: int = MOST_PROBLEMS) -> list[Problem]:
    """What is wrong with an XML body by the schema at that path below schemas/, at most `most`
    places; empty when nothing is.

    Pointers lead to the place in the plain data, as for JSON. Raises Malformed where the body is
    not XML at all. The name is like "schoology/grades.xsd".
    """
    schema = _compiled(name)
    if schema.validate(parse_xml(body)):
        return []
    found = list(schema.error_log)  # type: ignore[call-overload]
    told = [Problem(_pointer(each.path), abbreviate(each.message)) for each in found[:most]]
    if len(found) > most:
        told.append(more_than(most))
    return told


@cache
def _compiled(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(shipped("schemas") / name)))


_STEP = re.compile(r"/([^/\[]+)(?:\[([0-9]+)\])?")


def _pointer(path: str | None) -> str:
    """ "/result/grades/grade[2]" as the JSON pointer "/grades/grade/1"."""
    steps: list[str | int] = []
    for name, number in _STEP.findall(path or "")[1:]:
        position = whole_number(number, 1, LARGEST)
        steps += [name] if position is None else [name, position - 1]
    return pointer(steps)
