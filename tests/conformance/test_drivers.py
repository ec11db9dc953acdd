"""Adapters that are processes: every way to misbehave ends in a text that names cause and cure."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from conformance.drivers import process as process_driver
from conformance.drivers.process import Pipes, ProcessConnection, ProcessDriver
from conformance.drivers.protocol import LONGEST_LINE, AdapterBroken
from conformance.drivers.spec import KINDS, driver
from conformance.runner.pool import Pool
from conformance.runner.session import Session
from helpers.deadlines import Deadlines
from helpers.suite import miniatures
from helpers.suite.talking import LOAD, PATIENT, talk
from mock_sis.errors import UsageError

MINIATURES = Path(miniatures.__file__)
NO_PROCESS = 2**30
"""More than any process id."""
WRONG = [
    ("Rubbish", "not JSON", "logs to stderr"),
    ("Dying", r"exited with code 7 .*KeyError: 'flow'", "exit only after bye"),
    ("Deaf", "closed its stdout", "exit only after bye"),
    ("Twice", "a line too many", "once"),
    ("Huge", "longer than 8 MiB", "line feed"),
    ("Deep", "nested more than 64", "one JSON object a line"),
    ("Latin", "not UTF-8", "UTF-8"),
    ("OutOfTurn", "out of turn", "in order"),
    ("Excused", "belongs to the core", "answer them all"),
    ("Confessing", "the database is away", "Look into the adapter"),
    ("Listing", "not an object", "object such as"),
    ("Raising", "RuntimeError", "Catch errors"),
]

LATE = [
    ("Hanging", r"did not answer message 2 \(load\) within 60 s", "Flush stdout"),
    ("Endless", r"killed.*without a line feed.*'\{\"id\": 2", "with a line feed"),
]


def process(name: str, **environment: str) -> ProcessDriver:
    return ProcessDriver((sys.executable, "-S", str(MINIATURES), name), environment)


def connection_of(session: Session) -> ProcessConnection:
    assert isinstance(session._connection, ProcessConnection)
    return session._connection


def pipes_of(session: Session) -> Pipes:
    return connection_of(session)._pipes


async def changed(pipes: Pipes, holds: Callable[[], bool]) -> None:
    """Wait until something holds of what a process wrote."""
    while not holds():
        pipes.changed.clear()
        await pipes.changed.wait()


async def opened(fifo: Path) -> asyncio.StreamReader:
    """What is written to a named pipe, by processes that need not be there yet."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    file = os.fdopen(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK), "rb", 0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), file)
    return reader


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet reaped by its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize(("name", "cause", "cure"), WRONG, ids=[w[0] for w in WRONG])
async def test_a_misbehaving_process_is_named_and_killed(
    name: str, cause: str, cure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "Deaf":  # which stays, so that the whole time is waited for
        monkeypatch.setattr(process_driver, "LAST_WORDS", 0.1)
    session = Session(process(name), PATIENT)
    with pytest.raises(AdapterBroken) as caught:
        await talk(session)
    assert re.search(cause, caught.value.cause, re.DOTALL)
    assert cure in caught.value.cure
    assert not session.running


@pytest.mark.parametrize(("name", "cause", "cure"), LATE, ids=[late[0] for late in LATE])
async def test_a_process_that_is_late_is_named_and_killed(
    name: str, cause: str, cure: str, deadlines: Deadlines
) -> None:
    session = Session(process(name), PATIENT)
    await session.start()
    asking = asyncio.create_task(session.ask("load", LOAD))
    pipes = pipes_of(session)
    await changed(pipes, lambda: bool(pipes.stderr or pipes.unfinished))
    deadlines.expire()
    with pytest.raises(AdapterBroken) as caught:
        await asking
    assert re.search(cause, caught.value.cause)
    assert cure in caught.value.cure
    assert not session.running


async def test_killing_takes_the_children_of_an_adapter_with_it(tmp_path: Path) -> None:
    """A pipe ends once no process holds it open."""
    lifeline = tmp_path / "lifeline"
    os.mkfifo(lifeline)
    held = await opened(lifeline)
    session = Session(process("Hanging", LIFELINE=str(lifeline)), PATIENT)
    asking = asyncio.create_task(talk(session))
    assert await held.readline() == b"running\n"
    await session.kill()
    assert await held.read() == b""
    with pytest.raises(AdapterBroken):
        await asking


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("Plain", ""),
        ("Blank", ""),
        ("Noisy", "The adapter exited with code 9 after bye."),
        ("Lingering", "The adapter did not exit within 0.1 s after bye and was killed."),
    ],
)
async def test_how_an_adapter_ends_is_remarked_on(
    name: str, remark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = 0.1 if name == "Lingering" else PATIENT
    monkeypatch.setattr(process_driver, "PATIENCE", patience)
    session = Session(process(name), PATIENT)
    await talk(session)
    assert await session.stop() == remark
    assert not session.running


async def test_a_kill_that_is_interrupted_still_sees_the_adapter_gone() -> None:
    connection = await process("Plain").connect()
    killing = asyncio.create_task(connection.kill())
    await asyncio.sleep(0)  # so that the task begins
    killing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await killing
    assert not alive(connection.pid)
    assert connection._pipes.exited.is_set()


async def test_what_a_process_wrote_is_waited_for_although_it_has_exited() -> None:
    exited = SimpleNamespace(
        get_pid=lambda: NO_PROCESS, get_pipe_transport=lambda _: None, get_returncode=lambda: 7
    )
    pipes = Pipes()
    connection = ProcessConnection(cast(asyncio.SubprocessTransport, exited), pipes)
    pipes.process_exited()
    pipes.pipe_connection_lost(1, None)
    asking = asyncio.create_task(connection.ask({"id": 2, "op": "load"}))
    await asyncio.sleep(0)  # so that the task begins
    pipes.pipe_data_received(2, b"the last words")
    pipes.pipe_connection_lost(2, None)
    with pytest.raises(AdapterBroken, match=r"code 7 .*the last words"):
        await asking


async def test_a_command_that_does_not_start_is_named() -> None:
    with pytest.raises(AdapterBroken, match=r"does not start: .*no-such-program"):
        await Session(ProcessDriver.parse("no-such-program --x"), PATIENT).start()


async def test_a_command_that_ends_at_once_is_to_be_tried_by_hand() -> None:
    with pytest.raises(AdapterBroken, match=r"code 1 instead .*Run the command by hand"):
        await Session(ProcessDriver.parse("false"), PATIENT).start()


async def test_leaving_the_pool_stops_every_adapter_even_in_mid_case() -> None:
    pids: list[int] = []
    async with Pool(process("Plain"), 2, PATIENT) as pool:
        await pool.introduce()
        async with pool.session() as first, pool.session() as second:
            for session in (first, second):
                pids.append(connection_of(session).pid)
    assert len(set(pids)) == 2
    assert not any(alive(pid) for pid in pids)


async def test_an_adapter_whose_case_failed_is_not_lent_again() -> None:
    async with Pool(process("Plain"), 1, PATIENT) as pool:
        with pytest.raises(RuntimeError):
            async with pool.session() as first:
                raise RuntimeError
        async with pool.session() as second:
            assert second is not first
            assert second.running


async def test_what_an_adapter_wrote_in_another_case_is_forgotten() -> None:
    async with Pool(process("Chatty"), 1, PATIENT) as pool:
        async with pool.session() as first:
            await first.ask("load", LOAD)
            await changed(pipes_of(first), lambda: first.said == "hello\nload\n")
        async with pool.session() as second:
            assert second is first
            assert second.said == ""


def test_of_lines_that_nobody_takes_a_bounded_number_is_kept() -> None:
    pipes = Pipes()
    for _ in range(12):
        pipes.pipe_data_received(1, b"{}\n" * (2**20 // 3))
    assert 2**20 < sum(map(len, pipes.lines)) < LONGEST_LINE


@pytest.mark.parametrize(
    ("spec", "cause"),
    [
        ("", "the forms are process:COMMAND"),
        ("telnet:host", "the forms are"),
        ("process:", "the command is empty"),
        ("process:'open", "No closing quotation"),
        ("python:nothing.here:Class", "cannot be imported"),
        ("python:os", "not of the form"),
        ("python:os:nothing", "cannot be imported"),
        ("python:os:getcwd", "no method handle"),
        ("mutant:", "the name is missing"),
        ("reference:x", "nothing after it"),
    ],
)
def test_a_spec_that_names_nothing_says_why(spec: str, cause: str) -> None:
    with pytest.raises(UsageError, match=cause):
        driver(spec)


@pytest.mark.parametrize(
    ("content", "cause"),
    [("1 / 0", "ZeroDivisionError"), ("raise SystemExit(0)", "SystemExit"), ("def (", "Syntax")],
)
def test_a_module_that_does_not_import_says_why(
    content: str, cause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"broken_{cause}.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match=f"cannot be imported: .*{cause}"):
        driver(f"python:broken_{cause}:Adapter")


def test_every_kind_of_spec_is_told_with_its_form() -> None:
    assert all(kind.form.startswith(name) for name, kind in KINDS.items())
    assert driver("process:node 'my adapter.js'").command == ("node", "my adapter.js")  # type: ignore[attr-defined]


async def test_an_adapter_gets_the_environment_of_the_suite() -> None:
    script = "import os,sys; sys.stderr.write(os.environ['CHOSEN']); sys.exit(1)"
    chosen = ProcessDriver((sys.executable, "-S", "-c", script), {"CHOSEN": "this one"})
    with pytest.raises(AdapterBroken, match="this one"):
        await Session(chosen, PATIENT).start()
    assert "CHOSEN" not in os.environ
