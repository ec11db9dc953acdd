"""Adapters that are Python classes in this process: fast, but a kill is not a real one."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from conformance.drivers.protocol import (
    KEPT,
    TOLD,
    AdapterBroken,
    Message,
    decode,
    encode,
    name_of,
)
from conformance.drivers.surroundings import without_proxy
from mock_sis.contracts.contract import abbreviate

PATIENCE = 5.0
"""Seconds that `abandon()` has."""


@dataclass(frozen=True)
class InProcessDriver:
    """Makes instances of a class with `handle(message) -> answer`, a coroutine or not."""

    make: Callable[[], Any]
    parallel: int = 32

    @classmethod
    def parse(cls, text: str) -> InProcessDriver:
        """From "package.module:Class"; the current directory is searched as well. Raises ValueError
        if the class does not exist or has no method handle."""
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
        os.environ.update(without_proxy(os.environ))  # its HTTP client is in this process
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
        """The last traceback, in the place of stderr."""
        return self._said

    def forget(self) -> None:
        """Discard the traceback."""
        self._said = ""

    @property
    def unfinished(self) -> str:
        """Always "": an answer arrives whole."""
        return ""

    async def ask(self, message: Message) -> Any:
        """Call `handle`. Message and answer pass through JSON, as for any adapter, so that neither
        side sees what the other does to its copy."""
        try:
            answer = await self._handled(orjson.loads(encode(message)))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # its time is up, or the run has ended
            self._said = traceback.format_exc(limit=-8)[-KEPT:]
            raise AdapterBroken(
                f"The adapter raised {_words(error)} at {name_of(message)}.",
                "Catch errors in the adapter and answer them with status error.",
            ) from error
        return decode(_line(answer, message), message)

    async def _handled(self, message: Message) -> Any:
        """What `handle` answers. A plain function runs in a thread, because it may block."""
        handle = self._adapter.handle
        if inspect.iscoroutinefunction(handle):
            return await handle(message)
        answer = await _in_thread(lambda: handle(message))
        return await answer if inspect.isawaitable(answer) else answer

    async def stop(self) -> str:
        """Always "": there is no process to wait for."""
        return ""

    async def kill(self) -> None:
        """Call `abandon()`, if the adapter has it, which must end the adapter's tasks; its errors
        are ignored."""
        abandon = getattr(self._adapter, "abandon", None)
        with suppress(Exception, SystemExit):
            async with asyncio.timeout(PATIENCE):
                result = abandon() if abandon is not None else None
                if inspect.isawaitable(result):
                    await result


def _words(error: BaseException) -> str:
    """An exception in words; only its type if its repr fails."""
    try:
        return abbreviate(repr(error), TOLD)
    except Exception:
        return type(error).__name__


def _line(answer: Any, message: Message) -> bytes:
    try:
        return encode(answer)
    except TypeError as error:
        raise AdapterBroken(
            f"To {name_of(message)} the adapter answered what JSON cannot represent: {error}.",
            "Answer with dicts, lists, strings, numbers, booleans and None.",
        ) from error


async def _in_thread(call: Callable[[], Any]) -> Any:
    """What a call gives or raises, from a daemon thread, which may never return."""
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
