"""The parameters of a query: which calls take which, and how each is read.

The pages of the vendor's documentation name more parameters than one call takes. A name that one of
them documents has an effect on a call or is refused there, so that a client never takes an answer
for the one that it asked for. Names that no page documents are ignored, as cache busters must be.

Source: the pages on users, sections, enrollments, assignments, grades and grading periods of the
Schoology documentation, and its addendum (picture_size).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from urllib.parse import parse_qsl

from mock_sis.dialects.schoology.finals import FINAL, OTHER_PERIOD
from mock_sis.dialects.schoology.numbers import whole
from mock_sis.errors import Malformed
from mock_sis.exchange import Call, Feed, Handler, Params, Reply
from mock_sis.formats.numbers import LARGEST, whole_number
from mock_sis.world import Context

MOST_CODES = 50
"""How many ids of the school's own records a query may name."""


def number(call: Call, name: str, lowest: int = 0) -> int | None:
    """A whole number, if the parameter is given. Raises Malformed."""
    given = call.query.get(name)
    if given is None:
        return None
    found = whole_number(given, lowest, LARGEST)
    if found is None:
        raise _wrong(name, f"a whole number from {lowest} to {LARGEST}", given)
    return found


def flag(call: Call, name: str) -> bool:
    """Whether a parameter is 1 rather than 0 or not given. Raises Malformed."""
    given = call.query.get(name)
    if given not in (None, "0", "1"):
        raise _wrong(name, "0 or 1", given)
    return given == "1"


def text(call: Call, name: str) -> str | None:
    """A text that is not empty, if the parameter is given. Raises Malformed."""
    given = call.query.get(name)
    if given == "":
        raise _wrong(name, "an id", given)
    return given


def listed(call: Call, name: str, most: int | None = None) -> tuple[str, ...] | None:
    """The texts that commas separate, each once, if the parameter is given. Raises Malformed."""
    given = call.query.get(name)
    if given is None:
        return None
    parts = tuple(dict.fromkeys(part.strip(" ") for part in given.split(",")))
    if "" in parts:
        raise _wrong(name, "one or more ids, separated by commas", given)
    if most is not None and len(parts) > most:
        raise Malformed(f"{name} lists {len(parts)} ids; list at most {most} in a call.")
    return parts


def numbers(call: Call, name: str) -> frozenset[int] | None:
    """The whole numbers that commas separate, if the parameter is given. Raises Malformed."""
    parts = listed(call, name)
    if parts is None:
        return None
    found = frozenset(map(whole, parts))
    if None in found:
        wanted = f"whole numbers from 0 to {LARGEST}, separated by commas"
        raise _wrong(name, wanted, call.query[name])
    return frozenset(each for each in found if each is not None)


def chosen(call: Call, name: str, choices: Iterable[str]) -> frozenset[str] | None:
    """Those of the choices that commas separate, if the parameter is given. Raises Malformed."""
    parts = listed(call, name)
    if parts is None:
        return None
    if not set(parts) <= set(choices):
        wanted = f"one or more of {', '.join(choices)}, separated by commas"
        raise _wrong(name, wanted, call.query[name])
    return frozenset(parts)


def periods(call: Call, name: str) -> frozenset[str] | None:
    """Grading periods by the names of finals.py, if the parameter is given. Raises Malformed."""
    parts = listed(call, name)
    if parts is None:
        return None
    named = {part for part in parts if part in (OTHER_PERIOD, FINAL)}
    ids = {whole(part.removeprefix("p")) for part in parts if part not in named}
    if None in ids:
        wanted = f"ids, {OTHER_PERIOD} or {FINAL}, separated by commas"
        raise _wrong(name, wanted, call.query[name])
    return frozenset({*named, *(f"p{period}" for period in ids)})


def _size(call: Call, name: str) -> None:
    """The size of pictures, of which there are none. Raises Malformed."""
    given = call.query.get(name)
    if given not in SIZES:
        raise _wrong(name, f"one of {', '.join(SIZES)}", given)


def _wrong(name: str, wanted: str, given: str | None) -> Malformed:
    return Malformed(f"{name} must be {wanted} (got {(given or '')[:40]!r}).")


STATUSES = ("1", "2", "3", "4", "5")
TYPES = ("admin", "member")
SIZES = ("big", "reg", "sm", "tiny")
Reader = Callable[[Call, str], object]
READERS: Mapping[str, Reader] = {
    "start": number,
    "limit": partial(number, lowest=1),
    "picture_size": _size,
    "assignment_id": number,
    "enrollment_id": number,
    "timestamp": number,
    "section_id": text,
    "grading_period_ids": periods,
    "include_all_enrollments": flag,
    "uid": listed,
    "enrollment_status": partial(chosen, choices=STATUSES),
    "type": partial(chosen, choices=TYPES),
    "school_uids": partial(listed, most=MOST_CODES),
    "section_school_codes": partial(listed, most=MOST_CODES),
    "role_ids": numbers,
    "building_id": number,
    "include_past": flag,
}
"""How each parameter is read that a call takes."""
EVERYWHERE = ("start", "limit", "picture_size")
"""The parameters that clients add to every call, whether its answer comes in pages or not."""
NOT_KEPT = {
    "with_attachments": "attachments",
    "with_tags": "tags",
    "with_dropbox_stats": "submissions",
    "parent_access_codes": "access codes",
    "extended": "extended profiles",
    "picture": "pictures",
}
"""The parameters that ask for what the simulator does not keep."""
ELSEWHERE = frozenset(
    {
        *("title", "startswith", "update_existing", "enroll_user"),
        *("enrollment_ids", "section_ids", "uids", "option_comment", "option_keep_enrollments"),
        *("email_notification", "ignore_email_conflicts", "email_conflict_resolution"),
    }
)
"""The parameters of calls that are documented and not served."""


def taking(handler: Handler, *names: str) -> Handler:
    """The handler, behind a check of the query: it takes these parameters and those that every call
    takes."""
    taken = (*names, *EVERYWHERE)

    def checked(context: Context, call: Call, params: Params) -> Reply | Feed:
        if "?" in call.target:
            check(call, taken)
        return handler(context, call, params)

    return checked


def check(call: Call, taken: tuple[str, ...]) -> None:
    """Refuse a documented parameter that has no effect here, that is malformed, or that is given
    more than once. Raises Malformed."""
    for name in call.query:
        if name in NOT_KEPT:
            kept = NOT_KEPT[name]
            raise Malformed(
                f"{name} is refused, because the simulator keeps no {kept}; leave it out."
            )
        if name not in READERS and name not in ELSEWHERE:
            continue
        if name not in taken:
            raise Malformed(
                f"{name} has no effect on this call; leave it out. This call takes"
                f" {', '.join(taken[:-1])} and {taken[-1]}."
            )
        READERS[name](call, name)
    _refuse_repeated(call, taken)


def _refuse_repeated(call: Call, taken: tuple[str, ...]) -> None:
    query = call.target.partition("?")[2]
    if len(call.query) == query.count("&") + 1:
        return
    times = Counter(name for name, _ in parse_qsl(query, keep_blank_values=True))
    for name in taken:
        if times[name] > 1:
            raise Malformed(f"{name} is given {times[name]} times; give it once.")
