"""Adapters that are processes: JSON lines on stdin and stdout, stderr kept as evidence."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from conformance.drivers.protocol import (
    KEPT,
    LONGEST_LINE,
    TOLD,
    AdapterBroken,
    Message,
    decode,
    encode,
    name_of,
)
from conformance.drivers.surroundings import without_proxy

PATIENCE = 5.0
"""Seconds that an adapter has to exit after bye. The protocol says two; busy machines need more."""

LAST_WORDS = 2.0
"""Seconds that the exit code and the rest of stderr have to arrive after stdout is closed."""

_BY_HAND = "Run the command by hand; it must wait for messages on stdin, and exit after bye."
_CATCH = "Catch errors in the adapter and answer them with status error; exit only after bye."


@dataclass(frozen=True)
class ProcessDriver:
    """Starts a command, without a shell, in a new process group."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    parallel: int = 8

    @classmethod
    def parse(cls, text: str) -> ProcessDriver:
        """From a command line, quoted as for the shell of the system. Raises ValueError."""
        command = tuple(_words(text, windows=os.name == "nt"))
        if not command:
            raise ValueError("the command is empty")
        return cls(command)

    async def connect(self) -> ProcessConnection:
        """Start it."""
        loop = asyncio.get_running_loop()
        try:
            transport, pipes = await loop.subprocess_exec(
                Pipes,
                *self.command,
                start_new_session=True,
                env={**os.environ, **without_proxy(os.environ), **self.environment},
            )
        except OSError as error:
            raise AdapterBroken(
                f"The adapter does not start: {shlex.join(self.command)!r}: {error.strerror}.",
                "Check the command; it runs without a shell, in the current directory.",
            ) from error
        return ProcessConnection(transport, pipes)


class Pipes(asyncio.SubprocessProtocol):
    """The output of a process, split into lines. `changed` is set on every change."""

    def __init__(self) -> None:
        self.lines: deque[bytes] = deque()
        self.unfinished = bytearray()
        self._held = 0
        self._transport: asyncio.SubprocessTransport | None = None
        self.stderr = bytearray()
        self.changed = asyncio.Event()
        self.exited = asyncio.Event()
        self.closed: set[int] = set()
        self.too_long = False

    @property
    def silent(self) -> bool:
        """Whether stdout is closed."""
        return 1 in self.closed

    @property
    def finished(self) -> bool:
        """Whether the process has exited and all it wrote has arrived."""
        return self.exited.is_set() and {1, 2} <= self.closed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.SubprocessTransport, transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self.stderr += data
            del self.stderr[:-KEPT]
        elif not self.too_long:
            self._cut(data)
        self.changed.set()

    def _cut(self, data: bytes) -> None:
        self._held += len(data)
        if self._held > LONGEST_LINE:
            self._stop_listening()
            return
        head, feed, tail = data.rpartition(b"\n")
        if feed:
            for line in bytes(self.unfinished + head).split(b"\n"):
                if line.strip():
                    self.lines.append(line)
                else:
                    self._held -= len(line) + 1
            self.unfinished = bytearray()
        self.unfinished += tail

    def _stop_listening(self) -> None:
        """Read no more of an output without end; keep the lines that are complete."""
        self.too_long = True
        self.unfinished.clear()
        stdout = self._transport.get_pipe_transport(1) if self._transport else None
        if isinstance(stdout, asyncio.ReadTransport):
            stdout.pause_reading()

    def take(self) -> bytes:
        """Remove and return the first line."""
        line = self.lines.popleft()
        self._held -= len(line) + 1
        return line

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        self.closed.add(fd)
        self.changed.set()

    def process_exited(self) -> None:
        self.exited.set()
        self.changed.set()


class ProcessConnection:
    """One running process."""

    def __init__(self, transport: asyncio.SubprocessTransport, pipes: Pipes) -> None:
        self._transport = transport
        self._pipes = pipes
        self._group = transport.get_pid()
        self._killed = False

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group."""
        return self._group

    @property
    def said(self) -> str:
        """The tail of stderr, as text."""
        return self._pipes.stderr.decode(errors="replace")

    @property
    def unfinished(self) -> str:
        """The beginning of a line without its line feed."""
        return self._pipes.unfinished[:200].decode(errors="replace")

    def forget(self) -> None:
        """Discard the tail of stderr."""
        self._pipes.stderr.clear()

    async def ask(self, message: Message) -> Any:
        """Write the message and read one line."""
        self._refuse_surplus(message)
        stdin = self._transport.get_pipe_transport(0)
        if isinstance(stdin, asyncio.WriteTransport) and not stdin.is_closing():
            stdin.write(encode(message))
        return decode(await self._line(message), message)

    def _refuse_surplus(self, message: Message) -> None:
        if not self._pipes.lines:
            return
        surplus = self._pipes.lines[0][:200].decode(errors="replace")
        raise AdapterBroken(
            f"Before {name_of(message)} was sent, the adapter had written a line too many:"
            f" {surplus!r}.",
            "Answer each message once, and write logs to stderr.",
        )

    async def _line(self, message: Message) -> bytes:
        pipes = self._pipes
        while not pipes.lines:
            if pipes.too_long:
                raise AdapterBroken(
                    f"The adapter's answer to {name_of(message)} is longer than"
                    f" {LONGEST_LINE // 2**20} MiB.",
                    "Answer only with the members of the schema, and end each answer with a line"
                    " feed.",
                )
            if pipes.silent or pipes.exited.is_set():
                await self._see_it_end()
                if not pipes.lines:
                    raise self._ended(message)
            else:
                pipes.changed.clear()
                await pipes.changed.wait()
        return pipes.take()

    async def _see_it_end(self) -> None:
        """Wait for the exit code and the last output, which arrive in any order."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                while not self._pipes.finished:
                    self._pipes.changed.clear()
                    await self._pipes.changed.wait()

    def _ended(self, message: Message) -> AdapterBroken:
        code = self._transport.get_returncode()
        how = "closed its stdout" if code is None else f"{_exit(code)}"
        last = self.said.strip()[-TOLD:]
        words = f" Its last words on stderr: {last}" if last else " It wrote nothing to stderr."
        return AdapterBroken(
            f"The adapter {how} instead of answering {name_of(message)}.{words}",
            _BY_HAND if message["op"] == "hello" else _CATCH,
        )

    async def stop(self) -> str:
        """Close stdin and wait for the exit; then kill the rest of the process group."""
        stdin = self._transport.get_pipe_transport(0)
        if stdin is not None:
            stdin.close()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._pipes.exited.wait()
        except TimeoutError:
            remark = f"The adapter did not exit within {PATIENCE:g} s after bye and was killed."
        else:
            code = self._transport.get_returncode()
            remark = "" if code == 0 else f"The adapter {_exit(code)} after bye."
        await self.kill()
        return remark

    def _end(self) -> None:
        """End the process group, or the process alone where there are no groups (Windows)."""
        if hasattr(os, "killpg"):
            os.killpg(self._group, signal.SIGKILL)
        else:
            self._transport.kill()

    async def kill(self) -> None:
        """End the whole process group, and wait until the process is reaped."""
        if self._killed:
            return  # by now the group's number may belong to another process
        self._killed = True
        # The group may outlive its leader, so signal it even if the leader has exited.
        with suppress(ProcessLookupError, PermissionError):
            self._end()
        reaped = asyncio.create_task(self._pipes.exited.wait())
        try:
            await asyncio.shield(reaped)
        finally:
            # Even if the run is interrupted here: a loop that closes first leaves a zombie.
            await reaped
            self._transport.close()


_WINDOWS_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')


def _words(text: str, *, windows: bool) -> list[str]:
    """The words of a command line. Windows has paths with backslashes, and double quotes only."""
    if not windows:
        return shlex.split(text)
    if text.count('"') % 2:
        raise ValueError("No closing quotation")
    return [word.replace('"', "") for word in _WINDOWS_WORD.findall(text)]


def _exit(code: int | None) -> str:
    if code is None:
        return "is still running"
    return f"was ended by signal {-code}" if code < 0 else f"exited with code {code}"
