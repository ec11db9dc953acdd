"""The shapes of all messages and answers between suite and adapter, for some dialects."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import orjson

from conformance.drivers.aliases import Aliases, with_own_names
from conformance.drivers.composing import Schema, compose, path_of
from conformance.drivers.protocol import OPERATIONS, AdapterBroken, Answer, Message, name_of
from conformance.drivers.versions import refuse_contradiction, refuse_version
from conformance.model.dialect import Dialect
from mock_sis.contracts.contract import BASE, Contract, abbreviate

Direction = Literal["message", "answer"]


class Shapes:
    """Builds messages and checks answers by the schemas of a protocol, which are given by name.

    In answers to `state`, members may have the names of `aliases`.
    """

    def __init__(self, documents: Mapping[str, Schema], aliases: Aliases | None = None) -> None:
        self._aliases = aliases or {}
        # The name in $id is what relative references between the documents start from.
        resources = {
            name: {**each, "$id": BASE + path_of(name)} for name, each in documents.items()
        }
        self._contracts = {
            (direction, op): Contract(
                {"$ref": f"{BASE}{path_of(op)}#/$defs/{direction}", "$defs": resources}
            )
            for op in OPERATIONS
            for direction in ("message", "answer")
        }

    def build(self, number: int, op: str, fields: Mapping[str, Any]) -> Message:
        """A message. Raises ValueError if it is off schema: then a scenario is wrong."""
        message: Message = {"id": number, "op": op, **fields}
        wrong = self.problems("message", op, message)
        if wrong:
            raise ValueError(f"The suite made a {op!r} message that is off schema: {wrong}")
        return message

    def read_message(self, line: bytes) -> Message:
        """For adapters written in Python: a checked message from a line. Raises ValueError."""
        message = orjson.loads(line)
        op = message.get("op") if isinstance(message, dict) else None
        if op not in OPERATIONS:
            raise ValueError(f"Unknown operation {op!r}; expected one of {', '.join(OPERATIONS)}")
        wrong = self.problems("message", op, message)
        if wrong:
            raise ValueError(f"The {op!r} message is off schema: {wrong}")
        return dict(message)

    def check(self, data: Any, message: Message) -> Answer:
        """The data with the names of the protocol, if it is a good answer to the message. Raises
        AdapterBroken."""
        if not isinstance(data, dict):
            raise AdapterBroken(
                f"To {name_of(message)} the adapter answered {abbreviate(repr(data))}, not an"
                " object.",
                'Answer with an object such as {"id": 1, "status": "ok"}.',
            )
        if data.get("id") != message["id"] or isinstance(data.get("id"), bool):
            whose = f"is for id {abbreviate(repr(data['id']))}" if "id" in data else "has no id"
            raise AdapterBroken(
                f"The adapter answered out of turn: {name_of(message)} was waiting and the answer"
                f" {whose}.",
                f"Answer each message once, in order, and repeat its id: here the number"
                f" {message['id']}.",
            )
        refuse_version(data, message)
        named = message["op"] == "state"
        answer: Answer = with_own_names(data, self._aliases, message) if named else data
        wrong = self.problems("answer", message["op"], answer)
        if wrong:
            raise AdapterBroken(
                f"The adapter's answer to {name_of(message)} is off schema: {wrong}.",
                f"The shape is schemas/{path_of(message['op'])}, $defs/answer.",
            )
        refuse_contradiction(answer, message)
        return answer

    def problems(self, direction: Direction, op: str, data: Any) -> str:
        """What is wrong with a message or an answer of that operation, each place named; "" if it
        is good."""
        contract = self._contracts[direction, op]
        if contract.accepts(data):
            return ""
        return "; ".join(
            f"{problem.pointer or '(root)'}: {problem.message}"
            for problem in contract.problems(data, 5)
        )


@cache
def features_of(dialects: tuple[Dialect, ...]) -> tuple[str, ...]:
    """The features that an adapter for these dialects can declare."""
    common = compose({each.name: each.messages for each in dialects})["common"]
    return tuple(common["$defs"]["feature"]["enum"])


@cache
def shapes_of(dialects: tuple[Dialect, ...]) -> Shapes:
    """The shapes of the protocol that these dialects share."""
    aliases = {
        listed.name: listed.aliases
        for each in dialects
        for listed in each.profile.state_answer.lists
        if listed.aliases
    }
    return Shapes(compose({each.name: each.messages for each in dialects}), aliases)
