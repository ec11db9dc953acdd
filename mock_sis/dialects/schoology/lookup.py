"""Finds what a path names."""

from __future__ import annotations

from mock_sis.dialects.schoology.numbers import whole
from mock_sis.errors import NotFound
from mock_sis.exchange import Params
from mock_sis.gradebook.values import Enrollment, Person, Section
from mock_sis.world import Context


def section_of(context: Context, params: Params) -> Section:
    """The section of a path. Raises NotFound."""
    return context.world.gradebook.section(params["section"])


def person_of(context: Context, params: Params) -> Person:
    """The user of a path. Raises NotFound."""
    found = context.world.gradebook.people.get(params["user"])
    if found is None:
        raise NotFound(f"No user has the id {params['user'][:80]!r}.")
    return found


def enrollment_of(context: Context, params: Params) -> Enrollment:
    """The enrollment of a path, in its section. Raises NotFound."""
    section, number = section_of(context, params), whole(params["enrollment"])
    found = None
    if number is not None:
        found = context.world.gradebook.enrollment_by_id(section.id, number)
    if found is None:
        raise NotFound(f"No enrollment of this section has the id {params['enrollment'][:80]!r}.")
    return found


def assignment_number(params: Params) -> int:
    """The assignment's id of a path. Raises NotFound."""
    number = whole(params["assignment"])
    if number is None:
        raise NotFound(f"No assignment has the id {params['assignment'][:80]!r}.")
    return number
