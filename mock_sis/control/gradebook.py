"""The gradebook over the control interface: what a SIS officer sees, and changes by hand."""

from __future__ import annotations

import msgspec

from mock_sis.control.inputs import body, nonsense, only
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.negotiation import json_reply
from mock_sis.gradebook import Gradebook, Section
from mock_sis.world import Context

SECTION = "/_control/gradebook/sections/{section}"
BY_HAND = "control.gradebook.scores.put"
"""The author of results that were registered by hand."""


def get_gradebook(context: Context, call: Call, _params: Params) -> Reply:
    """Everything, in a fixed order."""
    only(call, ())
    return json_reply(context.world.gradebook.snapshot())


def put_score(context: Context, call: Call, params: Params) -> Reply:
    """Register a result by hand, whatever is registered already, closed or not.

    An officer may do what an exporter may not, but not give a mark the scale does not have.
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
            raise nonsense(f"/{name}", f"{mark[:80]!r} is not on the scale {scale.title!r}.")


def put_enrollment(context: Context, call: Call, params: Params) -> Reply:
    """Withdraw a participant, or take them back."""
    state = body(call, "control/enrollment-edit.schema.json")["state"]
    book = context.world.gradebook
    section = section_of(book, params["section"])
    book.withdraw(section.id, params["person"], back=state == "active")
    return json_reply(msgspec.to_builtins(book.enrollment(section.id, params["person"])))


def put_section(context: Context, call: Call, params: Params) -> Reply:
    """Close a section to further results, or open it again."""
    state = body(call, "control/section-edit.schema.json")["state"]
    book = context.world.gradebook
    section = section_of(book, params["section"])
    book.set_state(section.id, state)
    return json_reply(msgspec.to_builtins(book.section(section.id)))


def section_of(book: Gradebook, name: str) -> Section:
    """The section of that id or, failing that, of that SIS code. Raises NotFound."""
    if name in book.sections:
        return book.sections[name]
    return book.section_by_sis_code(name) or book.section(name)


ROUTES = (
    Route(
        "control.gradebook.get",
        "GET",
        "/_control/gradebook",
        get_gradebook,
        "Show everything the SIS knows",
        journaled=False,
    ),
    Route(
        "control.gradebook.sections.put",
        "PUT",
        f"{SECTION}/state",
        put_section,
        "Close a section to results, or open it again",
    ),
    Route(
        "control.gradebook.enrollments.put",
        "PUT",
        f"{SECTION}/enrollments/{{person}}/state",
        put_enrollment,
        "Withdraw a participant, or take them back",
    ),
    Route(BY_HAND, "PUT", f"{SECTION}/scores/{{person}}", put_score, "Register a result by hand"),
)
