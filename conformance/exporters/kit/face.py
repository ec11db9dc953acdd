"""The adapter's face: what turns messages of the protocol into calls of one exporter.

`Face` is all that the adapter asks for. `ExporterFace` is most of one: a dialect's face adds the
name of its subject, its credentials, its actions, its button and its view of the state.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.kit.settings import SisSettings, settings_from
from conformance.exporters.kit.times import Clock, text

Message = dict[str, Any]
Fields = dict[str, Any]


class Unsupported(Exception):
    """A message asks for something that this exporter cannot do."""


class Face(Protocol):
    """One opened case: a method for each message after `configure`, giving the answer's fields."""

    async def load(self, message: Message) -> Fields: ...
    async def sync(self, message: Message) -> Fields: ...
    async def act(self, message: Message) -> Fields: ...
    async def export(self, message: Message) -> Fields: ...
    async def retry(self, message: Message) -> Fields: ...
    async def settle(self, message: Message) -> Fields: ...
    async def advance(self, message: Message) -> Fields: ...
    async def state(self, message: Message) -> Fields: ...
    def close(self) -> None:
        """Stop at once, as a kill would."""


class Exporter(Protocol):
    """What an exporter of any dialect offers. Its buttons give the text to show or raise
    NotAllowed; `settle` gives the texts of what waits for the clock."""

    clock: Clock

    def load(self, document: Mapping[str, Any]) -> None: ...
    async def retry(self) -> str: ...
    async def settle(self) -> tuple[str, ...]: ...
    def advance(self, seconds: float) -> None: ...
    def close(self) -> None: ...


AnExporter = TypeVar("AnExporter", bound=Exporter)
Actions = Mapping[str, Callable[[AnExporter, Message], None]]


class ExporterFace(ABC, Generic[AnExporter]):
    """The messages that mean the same in all dialects."""

    subject: ClassVar[str]
    """The field of `load` that holds what is exported: "flow", "section", "course"."""
    credentials: ClassVar[Collection[str]]
    """The types of credentials that the dialect knows."""
    actions: Actions[AnExporter] = MappingProxyType({})
    """What `act` can do, by name."""

    def __init__(self, message: Message, make: Callable[[SisSettings], AnExporter]) -> None:
        given = message["credentials"]["type"]
        if given not in self.credentials:
            known = ", ".join(self.credentials)
            raise Unsupported(f"credentials must be of one of the types {known} (got {given}).")
        self.exporter = make(settings_from(message))

    def close(self) -> None:
        self.exporter.close()

    async def load(self, message: Message) -> Fields:
        self.exporter.load(message[self.subject])
        return {}

    async def sync(self, _: Message) -> Fields:
        synchronised, said = await pressed(self.fetch())
        return {"synchronised": synchronised, "message": said}

    def fetch(self) -> Awaitable[str]:
        """Press the button that reads from the SIS. Raises Unsupported if the dialect lacks it."""
        raise Unsupported(f"A {self.subject} reads nothing back from the SIS.")

    async def act(self, message: Message) -> Fields:
        action = self.actions.get(message["action"])
        if action is None:
            raise Unsupported(f"A {self.subject} has no action {message['action']!r}.")
        try:
            action(self.exporter, message)
        except NotAllowed as refusal:
            return {"done": False, "message": str(refusal)}
        return {"done": True}

    async def export(self, message: Message) -> Fields:
        presses = (pressed(self.press(message)) for _ in range(message["presses"]))
        answers = await asyncio.gather(*presses)
        several = {"answers": list(map(_answer, answers))} if len(answers) > 1 else {}
        return {**together(answers), **several}

    @abstractmethod
    def press(self, message: Message) -> Awaitable[str]:
        """Press the export button once."""

    async def retry(self, message: Message) -> Fields:
        return together([await pressed(self.press_retry(message))])

    def press_retry(self, _: Message) -> Awaitable[str]:
        """Press the retry button. Most dialects let anybody press it."""
        return self.exporter.retry()

    async def settle(self, _: Message) -> Fields:
        return {"pending": list(await self.exporter.settle())}

    async def advance(self, message: Message) -> Fields:
        self.exporter.advance(message["seconds"])
        return {"now": text(self.exporter.clock.now())}

    @abstractmethod
    async def state(self, _: Message) -> Fields:
        """What the user interface shows."""


async def pressed(button: Awaitable[str]) -> tuple[bool, str]:
    """Whether a button accepted the press, and the text it showed."""
    try:
        return True, await button
    except NotAllowed as refusal:
        return False, str(refusal)


def _answer(press: tuple[bool, str]) -> Fields:
    accepted, said = press
    return {"accepted": accepted, "message": said}


def together(presses: Iterable[tuple[bool, str]]) -> Fields:
    """One answer for several presses, accepted if one of them was."""
    presses = list(presses)
    texts = dict.fromkeys(said for _, said in presses)
    return {"accepted": any(taken for taken, _ in presses), "message": " ".join(texts)}
