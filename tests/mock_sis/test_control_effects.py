"""What each operation of the control interface does to a running simulator."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from helpers.simulator.control_desk import (
    ENROLLMENT,
    FAULT,
    GOOD,
    NOW,
    SCORE,
    SECTION,
    SECTIONS,
    SEED,
    STATE,
    Desk,
)
from mock_sis.clock import Clock, Mode, from_iso
from mock_sis.control.journal import event
from mock_sis.dialects.table import DIALECTS
from mock_sis.exchange import Call, Feed, Reply
from mock_sis.formats.json_text import encode_json
from mock_sis.journal.journal import Entry, from_json
from mock_sis.seeds import library
from mock_sis.seeds.build import build
from mock_sis.simulator import Simulator

DIALECT = (("Authorization", "Bearer dialect-token"),)


def section(desk: Desk, number: int = 1) -> Any:
    return desk.json("GET", "/_control/gradebook")["sections"][number]


def flows(desk: Desk) -> Reply:
    call = Call("GET", "/wiseflow/flows", DIALECT, received=desk.world.clock.now())
    outcome = desk.simulator.answer(call)
    assert isinstance(outcome, Reply)
    return outcome


def fault_of(desk: Desk, number: int) -> Any:
    return desk.json("GET", "/_control/faults")["faults"][number]


class TestGradebook:
    def test_a_result_registered_by_hand_is_in_the_gradebook(self) -> None:
        desk = Desk()
        desk.json("POST", "/_control/clock/advance", {"seconds": 60})
        expected = {
            "person": "1001",
            "mark": "A",
            "admin_grade": "",
            "value": 95.0,
            "at": from_iso(NOW) + 60,
            "by": "control.gradebook.scores.put",
        }
        assert desk.json("PUT", SCORE, {"mark": "A"}) == expected
        assert section(desk)["scores"][0] == expected

    def test_an_officer_may_replace_a_result_whatever_the_state(self) -> None:
        desk = Desk()
        desk.json("PUT", STATE, {"state": "closed"})
        desk.json("PUT", f"{SECTIONS}/{SECTION}/enrollments/p-2/state", {"state": "withdrawn"})
        score = desk.json("PUT", f"{SECTIONS}/{SECTION}/scores/p-2", {"admin_grade": "A"})
        assert (score["mark"], score["admin_grade"]) == ("", "A")
        assert section(desk)["scores"] == [score]

    def test_without_a_scale_any_mark_will_do(self) -> None:
        desk = Desk()
        score = desk.json("PUT", f"{SECTIONS}/free%2F1/scores/1001", {"mark": "très bien 🎉"})
        assert (score["mark"], score["value"]) == ("très bien 🎉", None)
        assert section(desk, 0)["scores"] == [score]

    def test_a_section_is_found_by_its_sis_code_too(self) -> None:
        desk = Desk()
        place = f"{SECTIONS}/UNI%7C%7CMATH101%7C%7C2026/state"
        assert desk.json("PUT", place, {"state": "closed"})["id"] == SECTION
        assert section(desk)["state"] == "closed"

    def test_a_section_is_closed_and_opened_again(self) -> None:
        desk = Desk()
        for state in ("closed", "closed", "open"):
            assert desk.json("PUT", STATE, {"state": state})["state"] == state
            assert section(desk)["state"] == state

    def test_a_participant_is_withdrawn_and_taken_back(self) -> None:
        desk = Desk()
        for state in ("withdrawn", "withdrawn", "active"):
            told = desk.json("PUT", ENROLLMENT, {"state": state})
            assert told | {"person": "1001", "state": state, "unique_exam_id": "X-1"} == told
            assert section(desk)["enrollments"][0] == told


class TestSeed:
    def test_the_loaded_document_is_shown(self) -> None:
        assert Desk().json("GET", "/_control/seed") == SEED

    def test_a_document_replaces_gradebook_policies_faults_and_clock(self) -> None:
        desk = Desk()
        other = {
            "name": "other",
            "clock": {"mode": "virtual", "now": "2030-01-01T00:00:00Z"},
            "wiseflow": {"base_path": "/flow"},
            "people": SEED["people"][:1],
        }
        told = desk.json("PUT", "/_control/seed", other)
        assert told == {"name": "other", "people": 1, "sections": 0, "faults": 0}
        assert desk.json("GET", "/_control/seed") == other
        assert desk.json("GET", "/_control/gradebook") == build(other, 0.0, DIALECTS).snapshot()
        assert desk.json("GET", "/_control/faults") == {"faults": [], "never_fired": []}
        assert desk.json("GET", "/_control/clock")["now"] == "2030-01-01T00:00:00.000Z"
        assert flows(desk).status == 404

    def test_a_reset_undoes_everything_but_the_journal(self) -> None:
        desk = Desk()
        before = desk.state()
        desk.json("PUT", SCORE, {"mark": "A"})
        desk.json("PUT", STATE, {"state": "closed"})
        desk.json("POST", "/_control/faults", FAULT)
        desk.json("POST", "/_control/clock/advance", {"seconds": 60})
        assert flows(desk).status == 500
        assert desk.state() != before
        told = desk.json("POST", "/_control/reset", {})
        assert told == {"name": "desk", "people": 3, "sections": 2, "faults": 1}
        assert desk.state() == before
        operations = [entry.operation for entry in desk.world.journal]
        assert operations[0] == "control.seed.put"
        assert operations[-1] == "control.reset"
        assert len(operations) == 7

    def test_a_document_is_kept_as_compact_json_and_comes_back_as_it_was(self) -> None:
        body = {"sum": 2**70, "mean": 0.5, "Å": None}
        fault = {"kind": "status", "status": 503, "body": body}
        other = {"name": "other", "faults": [{"fault": fault}], "people": SEED["people"]}
        desk = Desk()
        for _ in range(2):
            desk.json("PUT", "/_control/seed", other)
            desk.json("POST", "/_control/reset", {})
            assert desk.world.settings.document == encode_json(other)
            assert desk.json("GET", "/_control/seed") == other

    def test_a_reset_needs_no_body(self) -> None:
        desk = Desk()
        before = desk.state()
        desk.json("PUT", STATE, {"state": "closed"})
        assert desk.ask("POST", "/_control/reset", body=b"").status == 200
        assert desk.state() == before

    @pytest.mark.parametrize("name", library.names())
    def test_a_reset_to_a_built_in_seed_loads_it(self, name: str) -> None:
        desk = Desk()
        desk.json("POST", "/_control/reset", {"seed": name})
        assert desk.json("GET", "/_control/seed") == json.loads(json.dumps(library.builtin(name)))

    def test_an_empty_simulator_can_be_reset(self) -> None:
        simulator = Simulator(clock=Clock("virtual", 0.0))
        headers = (("Content-Type", "application/json"),)
        outcome = simulator.answer(Call("POST", "/_control/reset", headers, b"{}"))
        assert isinstance(outcome, Reply)
        assert json.loads(outcome.body) == {"name": "", "people": 0, "sections": 0, "faults": 0}


class TestFaults:
    def test_an_armed_fault_fires_and_says_so(self) -> None:
        desk = Desk()
        desk.ask("DELETE", "/_control/faults")
        answer = desk.ask("POST", "/_control/faults", FAULT)
        armed = json.loads(answer.body)
        assert (answer.status, armed["fired"], armed["exhausted"]) == (201, 0, False)
        assert answer.header("Location") == f"/_control/faults/{armed['id']}"
        assert desk.json("GET", "/_control/faults")["never_fired"] == [armed["id"]]
        assert flows(desk).status == 503
        assert flows(desk).status == 200
        listed = desk.json("GET", "/_control/faults")
        assert listed["never_fired"] == []
        assert (listed["faults"][0]["fired"], listed["faults"][0]["exhausted"]) == (1, True)

    def test_a_fault_comes_back_as_one_that_can_be_armed_again(self) -> None:
        desk = Desk()
        first = desk.json("POST", "/_control/faults", FAULT)["fault"]
        assert (first["operation"], first["fault"]["kind"]) == ("wiseflow.*", "status")
        assert desk.json("POST", "/_control/faults", first)["fault"] == first

    def test_one_fault_is_disarmed_and_the_others_stay(self) -> None:
        desk = Desk()
        place = desk.ask("POST", "/_control/faults", FAULT).header("Location") or ""
        assert desk.ask("DELETE", place).status == 204
        assert desk.ask("DELETE", place).status == 404
        assert len(desk.json("GET", "/_control/faults")["faults"]) == 1
        assert flows(desk).status == 500

    def test_clearing_disarms_every_fault(self) -> None:
        desk = Desk()
        desk.ask("POST", "/_control/faults", FAULT)
        assert desk.ask("DELETE", "/_control/faults").status == 204
        assert desk.json("GET", "/_control/faults")["faults"] == []
        assert flows(desk).status == 200

    def test_no_fault_touches_the_control_interface(self) -> None:
        fault = {"operation": "*", "when": {"always": True}, "fault": {"kind": "reset_before"}}
        for name, (method, target, data) in GOOD.items():
            desk = Desk()
            desk.json("POST", "/_control/faults", fault)
            if name != "control.events":
                assert desk.ask(method, target, data).status < 400


class TestJournal:
    def test_entries_are_read_back_byte_for_byte(self) -> None:
        desk = Desk()
        flows(desk)
        told = desk.json("GET", "/_control/journal")
        assert [from_json(entry) for entry in told["entries"]] == list(desk.world.journal)
        assert (told["last"], told["complete"], told["more"]) == (2, True, False)

    def test_pages_follow_one_another_without_gap_or_overlap(self) -> None:
        desk = Desk()
        for _ in range(6):
            flows(desk)
        read, since, more = [], 0, True
        while more:
            query = f"operation=wiseflow.*&since={since}&limit=4"
            page = desk.json("GET", f"/_control/journal?{query}")
            read += [entry["number"] for entry in page["entries"]]
            since, more = read[-1], page["more"]
        assert read == [2, 3, 4, 5, 6, 7]

    @pytest.mark.parametrize("path", ["journal", "journal.har"])
    def test_a_page_ends_before_it_is_too_heavy_but_is_never_empty(self, path: str) -> None:
        desk = Desk()
        for size in (14, 14, 14, 40, 14):
            call = Call("POST", "/", body=b" " * size * 2**20)
            desk.world.journal.append("heavy", call, Reply(204))
        pages, since = [], 1
        for _ in range(4):
            found = desk.json("GET", f"/_control/{path}?since={since}")
            pages.append(len(found["entries"] if path == "journal" else found["log"]["entries"]))
            since += pages[-1]
        assert pages == [2, 1, 1, 1]
        assert path != "journal" or not found["more"]

    def test_a_page_of_nothing_is_empty(self) -> None:
        told = Desk().json("GET", "/_control/journal?operation=skyward.*&since=9223372036854775807")
        assert told == {"entries": [], "last": 1, "complete": True, "more": False}

    def test_clearing_leaves_nothing_not_even_itself(self) -> None:
        desk = Desk()
        flows(desk)
        assert desk.ask("DELETE", "/_control/journal").status == 204
        told = desk.json("GET", "/_control/journal")
        assert told == {"entries": [], "last": 2, "complete": False, "more": False}
        flows(desk)
        assert desk.json("GET", "/_control/journal")["entries"][0]["number"] == 3

    def test_the_archive_holds_what_the_filter_lets_through(self) -> None:
        desk = Desk(public_url="https://sis.example.test")
        flows(desk)
        log = desk.json("GET", "/_control/journal.har?operation=wiseflow.*")["log"]
        urls = [entry["request"]["url"] for entry in log["entries"]]
        assert urls == ["https://sis.example.test/wiseflow/flows"]

    @pytest.mark.parametrize(
        ("query", "headers", "expected"),
        [
            ("", (), Feed(1, "*")),
            ("?since=0", (), Feed(0, "*")),
            ("?since=7&operation=wiseflow.*", (), Feed(7, "wiseflow.*")),
            ("", (("Last-Event-ID", "5"),), Feed(5, "*")),
            ("?since=7", (("Last-Event-ID", "5"),), Feed(7, "*")),
        ],
    )
    def test_a_feed_begins_where_the_reader_says(
        self, query: str, headers: Any, expected: Feed
    ) -> None:
        assert Desk().outcome("GET", f"/_control/events{query}", headers=headers) == expected

    def test_an_event_is_one_entry_on_one_line(self) -> None:
        entry = Entry(7, "o", Call("GET", "/", body=b"a\n\ndata: b\r\n"), Reply(200))
        head, _, data = event(entry).partition(b"data: ")
        assert head == b"id: 7\nevent: entry\n"
        assert data.endswith(b"\n\n")
        assert b"\n" not in data[:-2]
        assert b"\r" not in data
        assert from_json(json.loads(data)) == entry


class TestClock:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"now": "2026-07-01T00:00:00Z"}, ("virtual", "2026-07-01T00:00:00.000Z")),
            ({"now": "2026-07-01T02:00:00+02:00"}, ("virtual", "2026-07-01T00:00:00.000Z")),
            ({"now": "2020-01-01T00:00:00.125Z"}, ("virtual", "2020-01-01T00:00:00.125Z")),
            ({"now": "1970-01-01T00:00:00Z"}, ("virtual", "1970-01-01T00:00:00.000Z")),
            ({"now": "2999-12-31T23:59:59Z"}, ("virtual", "2999-12-31T23:59:59.000Z")),
            ({"mode": "virtual"}, ("virtual", NOW)),
            ({"mode": "real"}, ("real", NOW)),
            ({"mode": "real", "now": "2026-07-01T00:00:00Z"}, ("real", "2026-07-01T00:00:00.000Z")),
        ],
    )
    def test_setting_answers_the_time_it_set(self, given: Any, expected: tuple[str, str]) -> None:
        desk = Desk()
        told = desk.json("PUT", "/_control/clock", given)
        assert (told["mode"], told["now"]) == expected
        assert desk.world.clock.mode == expected[0]
        assert 0 <= desk.world.clock.now() - from_iso(expected[1]) < 60

    def test_advancing_adds_up(self) -> None:
        desk = Desk()
        desk.json("POST", "/_control/clock/advance", {"seconds": 86400})
        told = desk.json("POST", "/_control/clock/advance", {"seconds": 0.5})
        assert told == {"mode": "virtual", "now": "2026-06-16T09:00:00.500Z"}
        assert desk.json("GET", "/_control/clock") == told

    def test_no_advance_passes_the_end_of_the_clock(self) -> None:
        desk = Desk()
        desk.json("PUT", "/_control/clock", {"now": "2999-12-31T23:59:00Z"})
        assert desk.ask("POST", "/_control/clock/advance", {"seconds": 60}).status == 422
        assert desk.json("GET", "/_control/clock")["now"] == "2999-12-31T23:59:00.000Z"


def lines_run(desk: Desk, operation: str) -> int:
    """The number of lines of this package that one request runs: a cost that is independent of the
    machine."""
    method, target, data = GOOD[operation]
    call = Call(
        method,
        target,
        (("Content-Type", "application/json"),),
        b"" if data is None else json.dumps(data).encode(),
        desk.world.clock.now(),
    )
    count = 0

    def trace(frame: Any, kind: str, _argument: Any) -> Any:
        nonlocal count
        if "mock_sis" not in frame.f_globals.get("__name__", ""):
            return None
        count += kind == "line"
        return trace

    outer = sys.gettrace()
    sys.settrace(trace)
    try:
        desk.simulator.answer(call)
    finally:
        sys.settrace(outer)
    return count


@pytest.mark.parametrize("operation", sorted(set(GOOD) - {"control.journal.har"}))
def test_no_request_costs_more_when_the_journal_is_long(operation: str) -> None:
    short, long = Desk(), Desk()
    for desk, length in ((short, 10), (long, 400)):
        for _ in range(length):
            flows(desk)
    lines_run(Desk(), operation)  # load what is loaded once
    assert lines_run(short, operation) == lines_run(long, operation)


@pytest.mark.parametrize("mode", ["virtual", "real"])
@pytest.mark.parametrize("document", [{}, {"seed": "demo"}], ids=["the same", "another"])
def test_a_reset_puts_an_advanced_clock_back(mode: Mode, document: dict[str, str]) -> None:
    simulator = Simulator(clock=Clock(mode, source=lambda: from_iso(NOW)))
    simulator.load({"name": "without a clock"})
    headers = (("Content-Type", "application/json"), ("Host", "localhost"))
    for path, data in (
        ("clock/advance", {"seconds": 86_400}),
        ("clock/advance", {"seconds": 0.1}),
        ("reset", document),
    ):
        body = encode_json(data)
        call = Call("POST", f"/_control/{path}", headers, body, simulator.world.clock.now())
        answer = simulator.answer(call)
        assert isinstance(answer, Reply)
        assert answer.status == 200, answer
    assert simulator.world.clock.now() == from_iso(NOW)
    again = Simulator.replay(simulator.world.journal)
    assert again.world.gradebook.snapshot() == simulator.world.gradebook.snapshot()
