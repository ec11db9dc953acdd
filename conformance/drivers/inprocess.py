"""Adapters that are Python classes in this process: fast, and without the proof of a real kill."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.protocol import AdapterBroken, Answer, Message, check


@dataclass(frozen=True)
class InProcessDriver:
    """Makes instances of a class with `handle(message) -> answer`, a coroutine or not."""

    make: Callable[[], Any]
    parallel: int = 32

    @classmethod
    def parse(cls, text: str) -> InProcessDriver:
        """From "package.module:Class"; modules in the current directory are found as well. Raises
        ValueError where there is no such class."""
        module, colon, name = text.partition(":")
        if not colon:
            raise ValueError(f"{text!r} is not of the form package.module:Class")
        here = str(Path.cwd())
        if here not in sys.path:
            sys.path.append(here)
        try:
            found = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise ValueError(f"{text!r} cannot be imported: {error}") from error
        if not callable(getattr(found, "handle", None)):
            raise ValueError(f"{text!r} has no method handle(message)")
        return cls(found)

    async def connect(self) -> InProcessConnection:
        """Make an instance."""
        try:
            return InProcessConnection(self.make())
        except Exception as error:
            raise AdapterBroken(
                f"The adapter's constructor raised {error!r}.", "It is called without arguments."
            ) from error


class InProcessConnection:
    """One instance."""

    def __init__(self, adapter: Any) -> None:
        self._adapter = adapter
        self._said = ""

    @property
    def said(self) -> str:
        """The last traceback; there is no stderr of its own."""
        return self._said

    @property
    def unfinished(self) -> str:
        """Nothing: an answer comes whole."""
        return ""

    async def ask(self, message: Message) -> Answer:
        """Call `handle`; a plain function runs in a thread, since it may well block."""
        handle = self._adapter.handle
        try:
            if inspect.iscoroutinefunction(handle):
                answer = await handle(dict(message))
            else:
                answer = await asyncio.to_thread(handle, dict(message))
        except Exception as error:
            self._said = traceback.format_exc(limit=-8)
            raise AdapterBroken(
                f"The adapter raised {error!r} at message {message['id']} ({message['op']}).",
                "Catch errors in the adapter and answer them with status error.",
            ) from error
        return check(answer, message)

    async def stop(self) -> str:
        """Nothing to wait for."""
        return ""

    async def kill(self) -> None:
        """Call `abandon()`, if there is one, which must end the adapter's tasks."""
        abandon = getattr(self._adapter, "abandon", None)
        result = abandon() if abandon is not None else None
        if inspect.isawaitable(result):
            await result
