"""What every face of the adapter has in common."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol

from conformance.exporters.wiseflow.model import NotAllowed

Message = dict[str, Any]
Fields = dict[str, Any]


class Unsupported(Exception):
    """A message that asks for something this exporter cannot do."""


class Face(Protocol):
    """One opened case: a method for every message after configure, which gives the answer's
    fields."""

    async def load(self, message: Message) -> Fields: ...
    async def sync(self, message: Message) -> Fields: ...
    async def act(self, message: Message) -> Fields: ...
    async def export(self, message: Message) -> Fields: ...
    async def retry(self, message: Message) -> Fields: ...
    async def settle(self, message: Message) -> Fields: ...
    async def advance(self, message: Message) -> Fields: ...
    async def state(self, message: Message) -> Fields: ...
    def close(self) -> None:
        """Stops at once, as a kill would."""


async def pressed(button: Awaitable[str]) -> tuple[bool, str]:
    """Whether a button took, and the text it showed."""
    try:
        return True, await button
    except NotAllowed as refusal:
        return False, str(refusal)


def together(presses: list[tuple[bool, str]]) -> Fields:
    """One answer for several presses: accepted where one of them was."""
    texts = dict.fromkeys(said for _, said in presses)
    return {"accepted": any(taken for taken, _ in presses), "message": " ".join(texts)}
