"""The versions of the protocol: what each can say, and which one an adapter speaks.

The suite offers the newest version in `hello`. An adapter answers with the version that it speaks,
and from then on gets no member that its version does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.drivers.protocol import VERSIONS, AdapterBroken, Answer, Message, name_of
from mock_sis.contracts.contract import abbreviate

MEMBERS: Mapping[tuple[str, str], int] = {
    ("retry", "by"): 2,
    ("act", "by"): 2,
    ("act", "new_participant"): 2,
    ("configure", "mapping"): 2,
    ("configure", "answer"): 2,
}
"""The members of messages that came after version 1, by operation and name."""

FEATURES: Mapping[str, int] = {"status": 2, "late_joiners": 2, "mapping": 2}
"""The features that came after version 1."""


def trimmed(op: str, fields: Mapping[str, Any], version: int) -> dict[str, Any]:
    """The fields of a message that an adapter of this version knows."""
    return {name: value for name, value in fields.items() if MEMBERS.get((op, name), 1) <= version}


def refuse_version(data: Mapping[str, Any], message: Message) -> None:
    """Raises AdapterBroken if an answer to hello is of a version that the suite does not speak."""
    version = data.get("protocol", VERSIONS[-1])
    if message["op"] == "hello" and data.get("status") == "ok" and version not in VERSIONS:
        raise AdapterBroken(
            f"The adapter answered {name_of(message)} with version {abbreviate(repr(version))} of"
            " the protocol.",
            f'The suite speaks version {" and ".join(map(str, VERSIONS))}: answer "protocol":'
            f" {VERSIONS[-1]} and follow docs/writing-an-adapter.md.",
        )


def refuse_contradiction(answer: Answer, message: Message) -> None:
    """Raises AdapterBroken if the members of an answer that keeps its schema contradict each
    other."""
    if answer["status"] != "ok":
        return
    if message["op"] == "hello":
        _refuse_features(answer)
    if message["op"] == "export" and "answers" in answer:
        _refuse_answers(answer, message)


def _refuse_features(answer: Answer) -> None:
    version = answer["protocol"]
    later = [name for name in answer["features"] if FEATURES.get(name, 1) > version]
    if later:
        needed = FEATURES[later[0]]
        raise AdapterBroken(
            f"The adapter speaks version {version} of the protocol, and declares the feature"
            f" {later[0]!r} of version {needed}.",
            f'Answer hello with "protocol": {needed}, or leave the feature out.',
        )


def _refuse_answers(answer: Answer, message: Message) -> None:
    said, presses = answer["answers"], message["presses"]
    if len(said) != presses:
        raise AdapterBroken(
            f"The answer to {name_of(message)} has {len(said)} answers for {presses} presses.",
            "Give one for each press, or leave answers out.",
        )
    accepted = any(each["accepted"] for each in said)
    if answer["accepted"] is not accepted:
        raise AdapterBroken(
            f"The answer to {name_of(message)} has accepted {answer['accepted']}, but its answers"
            f" say {accepted}.",
            "accepted is true if at least one press was accepted.",
        )
