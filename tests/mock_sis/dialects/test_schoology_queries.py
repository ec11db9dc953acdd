"""Query parameters: each that the vendor's pages document has an effect on a call, or is refused
there by its name."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from urllib.parse import unquote

import pytest

from helpers.simulator.schoology_asks import GOOD, reply_to
from helpers.simulator.schoology_contract import followed, operations
from helpers.simulator.schoology_desk import BOTH, MATH, SEED, Desk
from mock_sis.dialects.schoology import queries

ROSTER = f"{MATH}/enrollments"
SPRING = {"id": 70, "title": "Spring", "end": "2026-06-14"}
TODAY = {"id": 71, "title": "Until today", "end": "2026-06-15T23:59:59Z"}
ENDLESS = {"id": 72, "title": "Without an end"}


def desk() -> Desk:
    """The desk with numbers and codes, and with sections that are over: "old" alone."""
    seed = deepcopy(SEED)
    for person, number in zip(seed["people"], ("S-1", "s,1", "٧", "S-1", ""), strict=True):
        person["number"] = number
    seed["grading_periods"] += [SPRING, TODAY, ENDLESS]
    for name, *numbers in (("old", 70), ("now", 70, 71), ("endless", 70, 72)):
        section = {"id": name, "title": name, "sis_code": name.upper()}
        enrolled = [{"person": 3}]
        periods = [{"id": number} for number in numbers]
        seed["sections"].append({**section, "periods": periods, "enrollments": enrolled})
    return Desk(seed)


def shown(data: Any) -> list[str]:
    """The rows of a list, by the ids that the cases below name."""
    for name, key in (("enrollment", "id"), ("user", "uid"), ("section", "id")):
        if name in data:
            return [row[key] for row in data[name]]
    raise AssertionError(data)


EVERYBODY = ["101", "102", "103", "109", "107"]
PEOPLE = ["1", "2", "3", "9", "x-7"]
EFFECTS: dict[str, list[str]] = {
    ROSTER: EVERYBODY,
    f"{ROSTER}?uid=2": ["102"],
    f"{ROSTER}?uid=9,1": ["101", "109"],
    f"{ROSTER}?uid=1,1,%20x-7": ["101", "107"],
    f"{ROSTER}?uid=77": [],
    f"{ROSTER}?uid=02": [],
    f"{ROSTER}?uid=%D9%A2": [],  # 2 in Arabic digits
    f"{ROSTER}?uid={'9' * 400}": [],
    f"{ROSTER}?uid=S-1": [],
    f"{ROSTER}?type=admin": ["107"],
    f"{ROSTER}?type=member": ["101", "102", "103", "109"],
    f"{ROSTER}?type=member,admin": EVERYBODY,
    f"{ROSTER}?enrollment_status=1": ["101", "102", "103", "107"],
    f"{ROSTER}?enrollment_status=5": ["109"],
    f"{ROSTER}?enrollment_status=1,5": EVERYBODY,
    f"{ROSTER}?enrollment_status=2,3,4": [],
    f"{ROSTER}?enrollment_status=1&type=member&uid=1,9,x-7": ["101"],
    f"{ROSTER}?enrollment_status=1&start=1&limit=2": ["102", "103"],
    f"{ROSTER}?picture_size=tiny": EVERYBODY,
    f"{ROSTER}?colour=red&colour=red&Uid=2": EVERYBODY,
    "/v1/users": PEOPLE,
    "/v1/users?start=1&limit=2": ["2", "3"],
    "/v1/users?school_uids=S-1": ["1", "9"],
    "/v1/users?school_uids=%D9%A7,S-1,S-1,none": ["1", "3", "9"],
    "/v1/users?school_uids=7": [],
    "/v1/users?school_uids=s-1": [],
    "/v1/users?school_uids=s%2C1": [],  # a comma separates, however it is sent
    "/v1/users?school_uids=S-1&start=1": ["9"],
    "/v1/users?role_ids=1": ["x-7"],
    "/v1/users?role_ids=2": ["1", "2", "3", "9"],
    "/v1/users?role_ids=3,1": ["x-7"],
    "/v1/users?role_ids=3": [],
    "/v1/users?school_uids=S-1&role_ids=1": [],
    "/v1/users?building_id=1": PEOPLE,
    "/v1/users?building_id=2": [],
    "/v1/users/3/sections": ["math", "now", "endless"],
    "/v1/users/3/sections?include_past=0": ["math", "now", "endless"],
    "/v1/users/3/sections?include_past=1": ["math", "old", "now", "endless"],
    "/v1/users/3/sections?include_past=1&start=1&limit=1": ["old"],
    "/v1/sections?section_school_codes=MATH": ["math"],
    "/v1/sections?section_school_codes=NOW,none,MATH,NOW": ["now", "math"],
    "/v1/sections?section_school_codes=OLD": [],
    "/v1/sections?section_school_codes=OLD&include_past=1": ["old"],
    "/v1/sections?section_school_codes=math": [],
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("target", EFFECTS)
def test_a_parameter_narrows_the_list(target: str, kind: str) -> None:
    data = desk().get(target, kind)
    assert shown(data) == EFFECTS[target]
    if "start" not in target:
        assert data["total"] == str(len(EFFECTS[target]))


@pytest.mark.parametrize(
    "query", ["uid=1,2,3,9", "type=member", "enrollment_status=1", "uid=1,2&type=member"]
)
def test_following_next_keeps_the_filter_and_gives_everything_once(query: str) -> None:
    at, seen = desk(), []
    target = f"{ROSTER}?{query}&limit=1"
    while target:
        data = at.get(target)
        seen += [row["id"] for row in data["enrollment"]]
        target = data["links"].get("next", "").removeprefix("http://sis.example")
    assert seen == shown(at.get(f"{ROSTER}?{query}"))


@pytest.mark.parametrize(
    ("number", "person"), [("S-1", "1"), ("s%2C1", "2"), ("%D9%A7", "3"), ("none", ""), ("7", "")]
)
def test_a_user_is_found_by_the_number_of_the_schools_records(number: str, person: str) -> None:
    reply, _ = desk().call("GET", f"/v1/users/ext/{number}")
    if not person:
        assert reply.status == 404
        return
    assert reply.status == 303
    assert reply.header("Location") == f"http://sis.example/v1/users/{person}"


def test_a_changed_roster_is_found_by_number_at_once() -> None:
    at = desk()
    assert shown(at.get("/v1/users?school_uids=S-1")) == ["1", "9"]
    new = next(iter(at.world.gradebook.people.values()))
    at.world.gradebook.add_person(type(new)("new", "New", "One", "S-1"))
    assert shown(at.get("/v1/users?school_uids=S-1")) == ["1", "9", "new"]


def test_a_user_in_a_list_has_the_members_of_a_user() -> None:
    at = desk()
    alone, (listed,) = at.get("/v1/users/2"), at.get("/v1/users?school_uids=S-1&limit=1")["user"]
    assert listed.keys() == alone.keys() - {"send_message"}
    assert (listed["id"], listed["school_uid"], listed["name_last"]) == (1, "S-1", "O'Neill")


WHOLE = f"a whole number from 0 to {2**63 - 1}"
PART = f"whole numbers from 0 to {2**63 - 1}, separated by commas"
IDS = "one or more ids, separated by commas"
NUMBERS = ("", "-1", "1.5", "x", "1e9", "%20", "9223372036854775808", "+1", "%D9%A1", "1,2")
LISTS = ("", ",", "1,", ",1", "1,,2", "%20", "1,%20")
MALFORMED: dict[str, tuple[str, tuple[str, ...]]] = {
    "start": (WHOLE, NUMBERS),
    "limit": (f"a whole number from 1 to {2**63 - 1}", (*NUMBERS, "0", "00")),
    "assignment_id": (WHOLE, NUMBERS),
    "enrollment_id": (WHOLE, NUMBERS),
    "timestamp": (WHOLE, NUMBERS),
    "building_id": (WHOLE, NUMBERS),
    "role_ids": (PART, ("x", "1,x", "%D9%A1", "-1", "9223372036854775808")),
    "uid": (IDS, LISTS),
    "school_uids": (IDS, LISTS),
    "section_school_codes": (IDS, LISTS),
    "enrollment_status": (
        "one or more of 1, 2, 3, 4, 5, separated by commas",
        ("0", "6", "01", "1,6", "active", "%D9%A1"),
    ),
    "type": ("one or more of admin, member, separated by commas", ("teacher", "Admin", "1")),
    "picture_size": ("one of big, reg, sm, tiny", ("", "huge", "sm,big", "SM")),
    "section_id": ("an id", ("",)),
    "grading_period_ids": ("ids, other or final, separated by commas", ("x", "p", "finals", "-1")),
    "include_all_enrollments": ("0 or 1", ("", "2", "true", "01", "%D9%A1")),
    "include_past": ("0 or 1", ("", "2", "true", "-1")),
}
CALLS = {ask.operation: ask for ask in reversed(GOOD) if ask.operation != "schoology.openapi"}


def taken(operation: str) -> set[str]:
    """The query parameters of an operation, by the OpenAPI document."""
    found = (followed(each) for each in operations()[operation].get("parameters", ()))
    return {each["name"] for each in found if each["in"] == "query"}


def refusal(operation: str, query: str) -> str:
    """The text with which a call with this query is refused."""
    ask = CALLS[operation]
    path, _, rest = ask.target.partition("?")
    given = {part.partition("=")[0] for part in query.split("&")}
    kept = [part for part in rest.split("&") if part and part.partition("=")[0] not in given]
    target = f"{path}?{'&'.join([query, *kept])}"
    reply = reply_to(type(ask)(ask.operation, target, 400, ask.data))
    assert reply.status == 400, (target, reply.body)
    return reply.body.decode()


def test_every_documented_parameter_is_read_somewhere() -> None:
    assert set().union(*map(taken, CALLS)) == set(queries.READERS) == set(MALFORMED)


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_value_is_refused_by_every_call_that_takes_it(name: str) -> None:
    wanted, values = MALFORMED[name]
    for operation in CALLS:
        for value in values if name in taken(operation) else ():
            sent = f"{name} must be {wanted} (got {unquote(value).replace('+', ' ')[:40]!r}).\n"
            assert refusal(operation, f"{name}={value}") == sent


@pytest.mark.parametrize("operation", CALLS)
def test_a_parameter_of_another_call_is_refused_by_its_name(operation: str) -> None:
    others = (set(queries.READERS) | queries.ELSEWHERE) - taken(operation)
    assert others >= {"title", "update_existing"}
    for name in others:
        told = refusal(operation, f"{name}=1")
        assert told.startswith(f"{name} has no effect on this call; leave it out. This call takes ")
        named = told.rpartition(" takes ")[2].rstrip(".\n").replace(" and ", ", ")
        assert set(named.split(", ")) == taken(operation)


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("name", queries.NOT_KEPT)
def test_what_the_simulator_does_not_keep_is_refused_by_its_name(name: str, operation: str) -> None:
    kept = queries.NOT_KEPT[name]
    told = f"{name} is refused, because the simulator keeps no {kept}; leave it out.\n"
    assert refusal(operation, f"{name}=1") == told


SOUND = {"picture_size": "sm", "type": "member", "grading_period_ids": "final"}


@pytest.mark.parametrize("operation", CALLS)
def test_a_parameter_is_given_once(operation: str) -> None:
    for name in taken(operation):
        value = SOUND.get(name, "1")
        told = f"{name} is given 2 times; give it once.\n"
        assert refusal(operation, f"{name}={value}&{name}={value}") == told
        assert refusal(operation, f"{name}={value}&&colour=red&{name}={value}") == told


@pytest.mark.parametrize("name", ["school_uids", "section_school_codes"])
def test_a_query_names_at_most_50_records(name: str) -> None:
    path = "/v1/users" if name == "school_uids" else "/v1/sections"
    fifty = [f"N{number}" for number in range(50)]
    assert shown(desk().get(f"{path}?{name}={','.join([*fifty, 'N1'])}")) == []
    reply, told = desk().call("GET", f"{path}?{name}={','.join([*fifty, 'N50'])}")
    assert (reply.status, told) == (400, f"{name} lists 51 ids; list at most 50 in a call.\n")


def test_sections_are_listed_by_their_codes_only() -> None:
    reply, told = desk().call("GET", "/v1/sections?include_past=1")
    assert reply.status == 400
    assert told == "section_school_codes is missing; list the codes of sections in it.\n"
