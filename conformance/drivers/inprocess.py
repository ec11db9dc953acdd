"""Adapters that are Python classes in this process: fast, and without the proof of a real kill."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from conformance.protocol import (
    KEPT,
    TOLD,
    AdapterBroken,
    Answer,
    Message,
    decode,
    encode,
)
from mock_sis.contracts import abbreviate

PATIENCE = 5.0
"""Seconds that `abandon()` has."""


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
        except (Exception, SystemExit) as error:
            raise ValueError(f"{text!r} cannot be imported: {_words(error)}") from error
        if not callable(getattr(found, "handle", None)):
            raise ValueError(f"{text!r} has no method handle(message)")
        return cls(found)

    async def connect(self) -> InProcessConnection:
        """Make an instance."""
        try:
            return InProcessConnection(self.make())
        except (Exception, SystemExit) as error:
            raise AdapterBroken(
                f"The adapter's constructor raised {_words(error)}.",
                "It is called without arguments.",
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

    def forget(self) -> None:
        """Throw the traceback away."""
        self._said = ""

    @property
    def unfinished(self) -> str:
        """Nothing: an answer comes whole."""
        return ""

    async def ask(self, message: Message) -> Answer:
        """Call `handle`. Message and answer are what JSON makes of them, as for any adapter: what
        either side does to its own is not seen by the other."""
        try:
            answer = await self._handled(orjson.loads(encode(message)))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # it is out of time, or the run is at its end
            self._said = traceback.format_exc(limit=-8)[-KEPT:]
            raise AdapterBroken(
                f"The adapter raised {_words(error)} at message {message['id']} ({message['op']}).",
                "Catch errors in the adapter and answer them with status error.",
            ) from error
        return decode(_line(answer, message), message)

    async def _handled(self, message: Message) -> Any:
        """What `handle` answers. A plain function runs in a thread, since it may well block."""
        handle = self._adapter.handle
        if inspect.iscoroutinefunction(handle):
            return await handle(message)
        answer = await _in_thread(lambda: handle(message))
        return await answer if inspect.isawaitable(answer) else answer

    async def stop(self) -> str:
        """Nothing to wait for."""
        return ""

    async def kill(self) -> None:
        """Call `abandon()`, if there is one, which must end the adapter's tasks; how it fares
        changes nothing."""
        abandon = getattr(self._adapter, "abandon", None)
        with suppress(Exception, SystemExit):
            async with asyncio.timeout(PATIENCE):
                result = abandon() if abandon is not None else None
                if inspect.isawaitable(result):
                    await result


def _words(error: BaseException) -> str:
    """An exception in words; only its kind where it cannot be told."""
    try:
        return abbreviate(repr(error), TOLD)
    except Exception:
        return type(error).__name__


def _line(answer: Any, message: Message) -> bytes:
    try:
        return encode(answer)
    except TypeError as error:
        raise AdapterBroken(
            f"To message {message['id']} ({message['op']}) the adapter answered what JSON cannot"
            f" say: {error}.",
            "Answer with dicts, lists, strings, numbers, booleans and None.",
        ) from error


async def _in_thread(call: Callable[[], Any]) -> Any:
    """What a call gives or raises, from a thread that nobody waits for if it never returns."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()

    def work() -> None:
        outcome: tuple[Any, BaseException | None]
        try:
            outcome = call(), None
        except BaseException as error:
            outcome = None, error
        with suppress(RuntimeError):  # the loop is closed by now
            loop.call_soon_threadsafe(lambda: None if done.done() else done.set_result(outcome))

    threading.Thread(target=work, name="adapter", daemon=True).start()
    answer, error = await done
    if error is not None:
        raise error
    return answer
