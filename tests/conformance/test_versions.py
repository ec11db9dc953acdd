"""The versions of the protocol: what an adapter of each is sent, and what it may answer."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.dialects import DIALECTS
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.protocol import VERSIONS, AdapterBroken
from conformance.drivers.shapes import shapes_of
from conformance.drivers.versions import FEATURES
from conformance.runner.session import Session

SHAPES = shapes_of(DIALECTS)
HELLO = SHAPES.build(1, "hello", {"protocol": 2, "suite": {"name": "mock-sis", "version": "0"}})
INTRODUCED = {
    "id": 1,
    "status": "ok",
    "protocol": 2,
    "exporter": {"name": "made", "version": "1"},
    "dialects": ["wiseflow"],
    "features": ["retry"],
}
OVERRIDE = {"action": "set_alternative_grade", "participant": 1, "grade": "A"}
SENT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("retry", {"by": "administrator"}, {"by"}),
    ("act", {**OVERRIDE, "by": "licence_administrator"}, {"by"}),
    ("export", {"presses": 1, "by": "administrator"}, set()),
    ("settle", {}, set()),
]


class Recording:
    """An adapter of one version that keeps what it was sent, and agrees to everything."""

    version: int
    heard: list[dict[str, Any]]

    def handle(self, message: dict[str, Any]) -> dict[str, Any]:
        self.heard.append(message)
        said: dict[str, dict[str, Any]] = {
            "hello": {**INTRODUCED, "protocol": self.version},
            "retry": {"accepted": True},
            "export": {"accepted": True},
            "act": {"done": True},
            "settle": {"pending": []},
        }
        return {"status": "ok", **said[message["op"]], "id": message["id"]}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("op", "fields", "later"), SENT, ids=[each[0] for each in SENT])
async def test_an_adapter_gets_no_member_that_its_version_lacks(
    version: int, op: str, fields: dict[str, Any], later: set[str]
) -> None:
    adapter = Recording()
    adapter.version, adapter.heard = version, []
    session = Session(InProcessDriver(lambda: adapter), 10)
    identity = await session.start()
    await session.ask(op, fields)
    hello, message = adapter.heard
    assert (hello["protocol"], identity.protocol) == (2, version)
    expected = {name for name in fields if version > 1 or name not in later}
    assert message.keys() - {"id", "op"} == expected


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"protocol": 3}, "with version 3 of the protocol", "speaks version 1 and 2"),
    ({"protocol": 0}, "with version 0 of the protocol", 'answer "protocol": 2'),
    ({"protocol": "2"}, "with version '2' of the protocol", 'answer "protocol": 2'),
    ({"protocol": None}, "with version None of the protocol", "writing-an-adapter.md"),
    ({"protocol": [1, 2]}, "with version [1, 2] of the protocol", "writing-an-adapter.md"),
    ({"protocol": True}, "/protocol: ", "hello.schema.json"),
    *(
        (
            {"protocol": 1, "features": ["retry", name]},
            f"speaks version 1 of the protocol, and declares the feature {name!r} of version 2",
            "or leave the feature out",
        )
        for name in FEATURES
    ),
]


@pytest.mark.parametrize(("changed", "cause", "cure"), REFUSED)
def test_another_version_is_refused_with_the_versions_that_are_known(
    changed: dict[str, Any], cause: str, cure: str
) -> None:
    with pytest.raises(AdapterBroken) as caught:
        SHAPES.check({**INTRODUCED, **changed}, HELLO)
    assert cause in caught.value.cause
    assert cure in caught.value.cure


@pytest.mark.parametrize(
    "changed",
    [{}, {"protocol": 1}, *({"features": [name]} for name in FEATURES)],
    ids=["the newest", "the first", *FEATURES],
)
def test_a_known_version_with_its_features_is_accepted(changed: dict[str, Any]) -> None:
    answer = {**INTRODUCED, **changed}
    assert SHAPES.check(answer, HELLO) == answer


def test_an_answer_without_a_version_is_off_schema() -> None:
    answer = {name: value for name, value in INTRODUCED.items() if name != "protocol"}
    with pytest.raises(AdapterBroken, match='"protocol" is a required property'):
        SHAPES.check(answer, HELLO)


TAKEN, REFUSAL = {"accepted": True}, {"accepted": False, "message": "An export is under way."}
PRESSED: list[tuple[int, bool, list[dict[str, Any]], str]] = [
    (2, True, [TAKEN, REFUSAL], ""),
    (2, True, [REFUSAL, TAKEN], ""),
    (2, True, [TAKEN, TAKEN], ""),
    (2, False, [REFUSAL, REFUSAL], ""),
    (1, True, [TAKEN], ""),
    (2, True, [TAKEN], "has 1 answers for 2 presses"),
    (1, True, [TAKEN, TAKEN], "has 2 answers for 1 presses"),
    (2, True, [REFUSAL, REFUSAL], "has accepted True, but its answers say False"),
    (2, False, [REFUSAL, TAKEN], "has accepted False, but its answers say True"),
    (2, True, [], "/answers: "),
    (2, True, [{}, TAKEN], '/answers/0: "accepted" is a required property'),
]


@pytest.mark.parametrize(("presses", "accepted", "answers", "wrong"), PRESSED)
def test_each_press_may_have_its_answer_and_they_agree_with_the_whole(
    presses: int, accepted: bool, answers: list[dict[str, Any]], wrong: str
) -> None:
    message = SHAPES.build(5, "export", {"presses": presses, "by": "manager"})
    answer = {"id": 5, "status": "ok", "accepted": accepted, "answers": answers}
    if not wrong:
        assert SHAPES.check(answer, message) == answer
        return
    with pytest.raises(AdapterBroken) as caught:
        SHAPES.check(answer, message)
    assert wrong in caught.value.cause
