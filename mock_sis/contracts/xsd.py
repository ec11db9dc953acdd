"""Validate XML bodies by the XML Schemas in schemas/, for users who work with XML alone.

They define the same bodies as the JSON Schemas, as far as XML Schema 1.0 can: it has no conditions
between members, and does not name the elements that a reader ignores.
"""

from __future__ import annotations

import re
from functools import cache

from lxml import etree

from mock_sis.contracts.contract import MOST_PROBLEMS, abbreviate, more_than, pointer
from mock_sis.contracts.package_files import package_folder
from mock_sis.errors import Problem
from mock_sis.formats.numbers import LARGEST, whole_number
from mock_sis.formats.xml_text import parse_xml


def problems(name: str, body: bytes, most: int = MOST_PROBLEMS) -> list[Problem]:
    """What is wrong with an XML body, at most `most` problems; empty if it is valid.

    `name` is the schema's path below schemas/, such as "schoology/grades.xsd". Pointers refer to
    the plain data, as for JSON. Raises Malformed if the body is not XML.
    """
    schema = _compiled(name)
    if schema.validate(parse_xml(body)):
        return []
    found = list(schema.error_log)  # type: ignore[call-overload]
    listed = [
        Problem(_pointer(each.path), abbreviate(each.message), each.line) for each in found[:most]
    ]
    if len(found) > most:
        listed.append(more_than(most))
    return listed


@cache
def _compiled(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(package_folder("schemas") / name)))


_STEP = re.compile(r"/([^/\[]+)(?:\[([0-9]+)\])?")


def _pointer(path: str | None) -> str:
    """ "/result/grades/grade[2]" as the JSON pointer "/grades/grade/1"."""
    steps: list[str | int] = []
    for name, number in _STEP.findall(path or "")[1:]:
        position = whole_number(number, 1, LARGEST)
        steps += [name] if position is None else [name, position - 1]
    return pointer(steps)
