"""The journal is the source of truth: its calls, answered again, rebuild the same gradebook.

Whatever comes in, in whatever order: exports good and bad, faults of every kind, edits by hand, new
seeds, moves of the clock, credentials right and wrong, requests that ask for their own faults.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_sis.clock import Clock
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.faults.catalogue import FAULTS
from mock_sis.formats.json_text import encode_json
from mock_sis.journal.journal import Entry, as_json, from_json
from mock_sis.simulator import CONNECTION, Simulator

TOKEN = "open-sesame"
BASES = ("/wiseflow", "/sis/v1")
AUTHS: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({"type": "none"}, ""),
    "basic": (
        {"type": "basic", "username": "u", "password": "p"},
        f"Basic {b64encode(b'u:p').decode()}",
    ),
    "bearer": ({"type": "bearer", "token": TOKEN}, f"Bearer {TOKEN}"),
    "oauth2": (
        {"type": "oauth2", "client_id": "u", "client_secret": "p", "lifetime": 60},
        f"Basic {b64encode(b'u:p').decode()}",
    ),
}


def _seed(auth: str, base: str, overwrite: str, now: str | None, faults: list[Any]) -> Any:
    return {
        "clock": {"mode": "virtual"} | ({"now": now} if now else {}),
        "wiseflow": {"auth": AUTHS[auth][0], "base_path": base, "overwrite": overwrite},
        "people": [
            {"id": each, "given_name": "", "family_name": ""} for each in (1, 2, 3, 1001, "x")
        ],
        "scales": [
            {"id": "s", "title": "S", "levels": [{"mark": mark, "value": 1} for mark in "AB"]}
        ],
        "sections": [
            {
                "id": "a",
                "sis_code": "A",
                "title": "",
                "scale": "s",
                "enrollments": [{"person": each} for each in (1, 2, 1001, "x")],
                "scores": [{"person": 2, "mark": "A"}],
            },
            {"id": "b", "sis_code": "B", "title": "", "enrollments": [{"person": 1}]},
        ],
        "faults": faults,
    }


WHENS = st.sampled_from(
    [
        {"next": 2},
        {"nth": 2},
        {"always": True},
        {"probability": 0.5, "seed": 7},
        {"probability": 0.5},
        {"between": ["2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"]},
    ]
)
FOR_ANYTHING = st.builds(
    lambda kind, when: kind.example | ({"when": when} if when else {}),
    st.sampled_from(FAULTS),
    st.none() | WHENS,
)
# Some of these cannot be (a refused connection has no subject), and are refused.
ARMED = st.builds(
    lambda fault, more: fault | more,
    FOR_ANYTHING,
    st.sampled_from(
        [{}, {}, {"subject": 1}, {"header": {"name": "X-Mine"}}, {"operation": "wiseflow.*"}]
    ),
)
SEEDS = st.builds(
    _seed,
    st.sampled_from(list(AUTHS)),
    st.sampled_from(BASES),
    st.sampled_from(["refuse", "same-value-ok", "allow"]),
    st.sampled_from([None, "2026-01-01T00:00:00Z", "2026-01-01T00:04:30Z"]),
    st.lists(FOR_ANYTHING, max_size=2),
)
ROWS = st.fixed_dictionaries(
    {"userId": st.sampled_from([1, "1", 2, 3, 1001, "x"]), "mark": st.sampled_from("AABBZ")}
)
JSON_TYPE: Headers = (("Content-Type", "application/json"),)


def _body(rows: list[Any]) -> bytes:
    return encode_json({"participants": rows})


class Player:
    """Sends calls as an exporter, an officer and a tester would, one step of each kind a method."""

    def __init__(self, control_token: str | None) -> None:
        clock = Clock("virtual", 1767225600.0)
        self.sis = Simulator(clock=clock, control_token=control_token, allow_fault_header=True)
        self.control: Headers = (
            (("Authorization", f"Bearer {control_token}"),) if control_token else ()
        )
        self.token = ""

    def _send(self, method: str, target: str, headers: Headers, body: bytes, **more: Any) -> Any:
        now = self.sis.world.clock.now()
        return self.sis.answer(Call(method, target, headers, body, received=now, **more))

    def _credentials(self) -> Headers:
        auth = self.sis.world.settings.policies["wiseflow"].auth
        if auth["type"] == "oauth2":
            if not self.token:
                self.sign_in()
            return (("Authorization", f"Bearer {self.token}"),)
        value = AUTHS[auth["type"]][1]
        return (("Authorization", value),) if value else ()

    def export(
        self, method: str, code: str, body: bytes, more: Headers, in_flight: int, defect: Any
    ) -> None:
        base = self.sis.world.settings.policies["wiseflow"].base_path
        headers = (*JSON_TYPE, *self._credentials(), *more)
        target = f"{base}/flows/{code}/grades"
        self._send(method, target, headers, body, in_flight=in_flight, defect=defect)

    def look(self, path: str) -> None:
        self._send(
            "GET",
            self.sis.world.settings.policies["wiseflow"].base_path + path,
            self._credentials(),
            b"",
        )

    def sign_in(self) -> None:
        form = ("Content-Type", "application/x-www-form-urlencoded")
        basic = ("Authorization", AUTHS["oauth2"][1])
        base = self.sis.world.settings.policies["wiseflow"].base_path
        target = f"{base}/oauth/token"
        answer = self._send("POST", target, (form, basic), b"grant_type=client_credentials")
        body = answer.body if isinstance(answer, Reply) else b""
        found = re.search(rb'"access_token":"([^"]+)"', body)
        self.token = found[1].decode() if found else self.token

    def steer(self, method: str, path: str, data: Any, locked_out: bool = False) -> None:
        headers = JSON_TYPE if locked_out else (*JSON_TYPE, *self.control)
        self._send(method, f"/_control/{path}", headers, encode_json(data))

    def connect(self) -> None:
        self.sis.refuses_connection("127.0.0.1", self.sis.world.clock.now())


Step = Callable[[Player], None]
SCORE = "gradebook/sections/{}/scores/{}"
ENROLLMENT = "gradebook/sections/{}/enrollments/{}/state"


def _export(*drawn: Any) -> Step:
    return lambda player: player.export(*drawn)


def _steer(*drawn: Any) -> Step:
    return lambda player: player.steer(*drawn)


EXPORTS = st.builds(
    _export,
    st.sampled_from(["POST", "PATCH"]),
    st.just("A"),
    st.lists(ROWS, min_size=1, max_size=4).map(_body),
    st.sampled_from([(), (("X-Mine", "1"),)]),
    st.integers(1, 6),
    st.none(),
)
ODD_EXPORTS = st.builds(
    _export,
    st.sampled_from(["POST", "PUT"]),
    st.sampled_from(["A", "B", "none"]),
    st.lists(ROWS, max_size=4).map(_body) | st.sampled_from([b"", b"{", b"[]", b"\xff"]),
    st.sampled_from(
        [
            (),
            (("X-Mock-Fault", "reset_after"),),
            (("X-Mock-Fault", "rows_all_fail"),),
            (("X-Mock-Fault", "nonsense"),),
            (("Authorization", "Bearer wrong"),),
        ]
    ),
    st.just(1),
    st.sampled_from([None, None, None, "too_large", "stalled", "disconnected", "unreadable"]),
)
LOOKS = st.builds(
    lambda path: lambda player: player.look(path),
    st.sampled_from(["/flows", "/flows/A", "/openapi.json", "/nowhere"]),
)
EDITS = st.builds(
    _steer,
    st.just("PUT"),
    st.builds(SCORE.format, st.sampled_from("ab"), st.sampled_from(["1", "x", "9"])),
    st.sampled_from([{"mark": "A"}, {"mark": "Z"}, {"admin_grade": "B"}, {}]),
) | st.builds(
    _steer,
    st.just("PUT"),
    st.builds(ENROLLMENT.format, st.sampled_from("ab"), st.sampled_from(["1", "x", "9"]))
    | st.just("gradebook/sections/a/state"),
    st.sampled_from([{"state": each} for each in ("withdrawn", "active", "closed", "open")]),
)
STEERING = (
    st.builds(_steer, st.just("POST"), st.just("faults"), ARMED)
    | st.builds(_steer, st.just("DELETE"), st.sampled_from(["faults", "faults/f1"]), st.none())
    | st.builds(_steer, st.just("PUT"), st.just("seed"), SEEDS, st.booleans())
    | st.builds(_steer, st.just("POST"), st.just("reset"), st.sampled_from([{}, {"seed": "demo"}]))
)
MOVES = st.builds(
    _steer,
    st.just("POST"),
    st.just("clock/advance"),
    st.sampled_from([{"seconds": each} for each in (0.25, 30, 59, 61, 300)]),
) | st.builds(
    _steer,
    st.just("PUT"),
    st.just("clock"),
    st.sampled_from([{"now": "2026-01-01T00:04:59Z"}, {"mode": "virtual"}]),
)
OTHERS = [LOOKS, EDITS, STEERING, MOVES, st.just(Player.sign_in), st.just(Player.connect)]
STEPS = st.sampled_from([EXPORTS] * 6 + [ODD_EXPORTS] * 2 + OTHERS).flatmap(lambda kind: kind)


@settings(max_examples=250)
@given(SEEDS, st.lists(STEPS, min_size=3, max_size=15), st.sampled_from([None, TOKEN, "control"]))
def test_a_replayed_journal_gives_the_same_gradebook_byte_for_byte(
    seed: Any, steps: list[Step], control_token: str | None
) -> None:
    player = Player(control_token)
    player.sis.load(seed)
    for step in [*steps, Player.connect]:
        step(player)
    played = player.sis.world
    assert played.journal.complete

    replayed = Simulator.replay(played.journal, allow_fault_header=True).world
    assert encode_json(replayed.gradebook.snapshot()) == encode_json(played.gradebook.snapshot())
    assert _answers(replayed.journal.select()) == _answers(played.journal.select())

    read_back = Simulator(clock=Clock("virtual", 0.0), allow_fault_header=True)
    read_back.repeat([from_json(as_json(entry)) for entry in played.journal.select()])
    assert read_back.world.gradebook.snapshot() == played.gradebook.snapshot()


def _answers(entries: list[Entry]) -> list[tuple[str, object]]:
    """What was answered. Connections are only journaled when they are refused, and so are not
    refused again alike; they change nothing. What was locked out is not tried again."""
    return [
        (entry.operation, entry.outcome)
        for entry in entries
        if entry.operation != CONNECTION
        and not (
            entry.operation.startswith("control.")
            and isinstance(entry.outcome, Reply)
            and entry.outcome.status == 401
        )
    ]
