"""The profile of the Skyward-style dialect: a course, its items and scores, and the line items that
the SIS makes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conformance.model.profile import Profile
from conformance.model.state_answer import StateAnswer, StateList
from conformance.skyward.evidence.held import held_rows

_ITEMS = StateList(
    "items",
    keys=("item", "section"),
    phrase="{item} in {section}",
    loaded=lambda course: (
        (item["id"], section) for item in course["items"] for section in item["sections"]
    ),
    heading="items: ",
)
_SCORES = StateList(
    "scores",
    keys=("item", "student"),
    phrase="{student} on {item}",
    loaded=lambda course: (
        (each["item"], each["student"]) for each in course["scores"] if each["score"] is not None
    ),
    heading="scores: ",
)

_LINE_ITEM = re.compile(r"/sections/(?P<section>[^/]+)/.*(?P<item>\{item:(?P<title>[^}]*)\})")
"""A line item by its title, because the SIS chooses its number only when it is made."""
_LATE = re.compile(r"/results/(?P<student>[^/]+)/late$")


def with_line_item(path: str, gradebook: Mapping[str, Any]) -> str:
    """The path with `{item:TITLE}` replaced by the number of the line item of that title in the
    section that the path names. Raises LookupError if the section has no such line item, or if the
    path flags a result that the line item does not have."""
    named = _LINE_ITEM.search(path)
    if named is None:
        return path
    for section in gradebook["sections"]:
        for item in section["coursework"]["assignments"]:
            if (section["id"], item["title"]) == named.group("section", "title"):
                _require_result(path, section, item["id"])
                return path.replace(named["item"], str(item["id"]))
    raise LookupError(f"the SIS has no line item {named['title']!r}")


def _require_result(path: str, section: Mapping[str, Any], item: int) -> None:
    """Raises LookupError if the path flags a result that the SIS does not have."""
    flagged = _LATE.search(path)
    if flagged is None:
        return
    people = {each["id"]: str(each["person"]) for each in section["enrollments"]}
    grades = section["coursework"]["grades"]
    there = {(each["assignment"], people[each["enrollment"]]) for each in grades}
    if (item, flagged["student"]) not in there:
        raise LookupError(f"the SIS has no score of student {flagged['student']}")


PROFILE = Profile(
    "skyward",
    "/ims/oneroster",
    "PUT",
    "oneroster",
    "/oauth/token",
    state_answer=StateAnswer((_ITEMS, _SCORES)),
    actions={"choose_category": "categories", "edit_score": ""},
    export_fields={"items": "", "sections": "transfer.sections"},
    fill_in=with_line_item,
    held=held_rows,
)
