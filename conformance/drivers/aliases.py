"""Members of a `state` answer under the names of a vendor's API, which an adapter may pass on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.drivers.protocol import AdapterBroken, Answer, Message, name_of

Aliases = Mapping[str, Mapping[str, str]]
"""By the name of a list: the name of each member in the protocol, by its other name."""


def with_own_names(answer: Answer, aliases: Aliases, message: Message) -> Answer:
    """The answer with the names of the protocol; the same object if it has no other names. Raises
    AdapterBroken if a row gives a member under both names."""
    renamed = {
        name: [_row(row, own, message) for row in answer[name]]
        for name, own in aliases.items()
        if isinstance(answer.get(name), list)
        and any(isinstance(row, dict) and not own.keys().isdisjoint(row) for row in answer[name])
    }
    return {**answer, **renamed} if renamed else answer


def _row(row: Any, own: Mapping[str, str], message: Message) -> Any:
    if not isinstance(row, dict):
        return row
    for other, name in own.items():
        if other in row and name in row:
            raise AdapterBroken(
                f"The adapter's answer to {name_of(message)} has a row with both {name} and"
                f" {other}.",
                f"{other} is another name of {name}; leave one of them out.",
            )
    return {own.get(name, name): value for name, value in row.items()}
