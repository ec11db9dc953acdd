"""The gradebook over the control interface, as an officer of the SIS sees and changes it."""

from __future__ import annotations

import msgspec

from mock_sis.control.inputs import body, nonsense, only
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.negotiation import json_reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.values import Section
from mock_sis.world import Context

SECTION = "/_control/gradebook/sections/{section}"
BY_HAND = "control.gradebook.scores.put"
"""The author of results that an officer registers by hand."""


def get_gradebook(context: Context, call: Call, _params: Params) -> Reply:
    """Show the whole gradebook in a fixed order."""
    only(call, ())
    return json_reply(context.world.gradebook.snapshot())


def put_score(context: Context, call: Call, params: Params) -> Reply:
    """Register a result by hand, even if one is registered or the section is closed.

    An officer is bound by the scale only.
    """
    given = body(call, "control/score-edit.schema.json")
    book = context.world.gradebook
    section = section_of(book, params["section"])
    _refuse_off_scale(book, section, given)
    score = book.register(
        section.id,
        params["person"],
        given.get("mark", ""),
        given.get("admin_grade", ""),
        call.received,
        BY_HAND,
    )
    return json_reply(msgspec.to_builtins(score))


def _refuse_off_scale(book: Gradebook, section: Section, given: dict[str, str]) -> None:
    scale = book.scale_of(section)
    for name, mark in given.items():
        if scale is not None and scale.value(mark) is None:
            raise nonsense(
                f"/{name}",
                f"{name} must be a mark of the scale {scale.title!r} (got {mark[:80]!r}).",
            )


def put_enrollment(context: Context, call: Call, params: Params) -> Reply:
    """Withdraw a participant, or enrol them again."""
    state = body(call, "control/enrollment-edit.schema.json")["state"]
    book = context.world.gradebook
    section = section_of(book, params["section"])
    book.withdraw(section.id, params["person"], back=state == "active")
    return json_reply(msgspec.to_builtins(book.enrollment(section.id, params["person"])))


def put_section(context: Context, call: Call, params: Params) -> Reply:
    """Close a section to further results, or reopen it."""
    state = body(call, "control/section-edit.schema.json")["state"]
    book = context.world.gradebook
    section = section_of(book, params["section"])
    book.set_state(section.id, state)
    return json_reply(msgspec.to_builtins(book.section(section.id)))


def section_of(book: Gradebook, name: str) -> Section:
    """The section with that id or else with that SIS code. Raises NotFound."""
    if name in book.sections:
        return book.sections[name]
    return book.section_by_sis_code(name) or book.section(name)


ROUTES = (
    Route(
        "control.gradebook.get",
        "GET",
        "/_control/gradebook",
        get_gradebook,
        "Show the whole gradebook",
        journaled=False,
    ),
    Route(
        "control.gradebook.sections.put",
        "PUT",
        f"{SECTION}/state",
        put_section,
        "Close a section to results, or reopen it",
    ),
    Route(
        "control.gradebook.enrollments.put",
        "PUT",
        f"{SECTION}/enrollments/{{person}}/state",
        put_enrollment,
        "Withdraw a participant, or enrol them again",
    ),
    Route(BY_HAND, "PUT", f"{SECTION}/scores/{{person}}", put_score, "Register a result by hand"),
)
