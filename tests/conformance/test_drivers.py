"""Drivers: every way an adapter can misbehave ends in a text that names cause and cure."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from miniatures import Honest, Raising

from conformance.drivers import inprocess
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.process import Pipes, ProcessDriver
from conformance.drivers.protocol import KEPT, LONGEST_LINE, AdapterBroken, Message
from conformance.drivers.spec import KINDS, driver
from conformance.runner.pool import Pool
from conformance.runner.session import Session
from mock_sis.errors import UsageError

MINIATURES = Path(__file__).with_name("miniatures.py")
PATIENT = 20.0

LOAD = {
    "flow": {
        "sis_code": "U||1",
        "title": "T",
        "marking": {"start": "2026-06-01T00:00:00Z", "end": "2026-06-02T00:00:00Z"},
        "scale": ["A"],
        "instant_export": False,
        "sis_sources": ["U||1"],
        "assessors": [],
        "participants": [],
    }
}

WRONG = [
    ("Rubbish", PATIENT, "not JSON", "logs to stderr"),
    ("Dying", PATIENT, r"exited with code 7 .*KeyError: 'flow'", "exit only after bye"),
    ("Hanging", 1.0, r"did not answer message 2 \(load\) within 1 s", "Flush stdout"),
    ("Endless", 1.0, r"killed.*without a line feed.*'\{\"id\": 2", "with a line feed"),
    ("Deaf", PATIENT, "closed its stdout", "exit only after bye"),
    ("Twice", PATIENT, "a line too many", "once"),
    ("Huge", PATIENT, "longer than 8 MiB", "line feed"),
    ("Deep", PATIENT, "nested more than 64", "one JSON object a line"),
    ("Latin", PATIENT, "not UTF-8", "UTF-8"),
    ("OutOfTurn", PATIENT, "out of turn", "in order"),
    ("Excused", PATIENT, "belongs to the core", "answer them all"),
    ("Confessing", PATIENT, "the database is away", "Look into the adapter"),
    ("Listing", PATIENT, "not an object", "object such as"),
    ("Raising", PATIENT, "RuntimeError", "Catch errors"),
]


def process(name: str) -> ProcessDriver:
    return ProcessDriver((sys.executable, "-S", str(MINIATURES), name))


async def talk(session: Session) -> None:
    """Say enough for every miniature to go wrong."""
    await session.start()
    await session.ask("load", LOAD)
    await session.ask("settle")


async def press_export(session: Session) -> None:
    await talk(session)
    await session.ask("export", {"presses": 1, "by": "manager"})


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet reaped by its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize(("name", "seconds", "cause", "cure"), WRONG, ids=[w[0] for w in WRONG])
async def test_a_misbehaving_process_is_named_and_killed(
    name: str, seconds: float, cause: str, cure: str
) -> None:
    session = Session(process(name), seconds)
    with pytest.raises(AdapterBroken) as caught:
        await talk(session)
    assert re.search(cause, caught.value.cause, re.DOTALL)
    assert cure in caught.value.cure
    assert not session.running


async def test_killing_takes_the_children_of_an_adapter_with_it() -> None:
    session = Session(process("Hanging"), 1.0)
    with pytest.raises(AdapterBroken) as caught:
        await talk(session)
    child = int(caught.value.__notes__[0].split()[1])
    async with asyncio.timeout(PATIENT):
        # Nothing tells when a process that is not a child of this one is gone.
        while alive(child):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("Plain", ""),
        ("Blank", ""),
        ("Noisy", "The adapter exited with code 9 after bye."),
        ("Lingering", "The adapter did not exit within 2 s after bye and was killed."),
    ],
)
async def test_how_an_adapter_ends_is_remarked_on(name: str, remark: str) -> None:
    session = Session(process(name), PATIENT)
    await talk(session)
    assert await session.stop() == remark
    assert not session.running


async def test_a_kill_that_is_interrupted_still_sees_the_adapter_gone() -> None:
    connection = await process("Plain").connect()
    killing = asyncio.create_task(connection.kill())
    await asyncio.sleep(0)
    killing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await killing
    assert not alive(connection.pid)
    assert connection._pipes.exited.is_set()


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
                pids.append(session._connection.pid)  # type: ignore[union-attr]
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
            # Nothing tells when stderr arrives, which is another pipe than the answer's.
            while first.said != "hello\nload\n":  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        async with pool.session() as second:
            assert second is first
            assert second.said == ""


async def test_a_traceback_of_another_case_is_forgotten() -> None:
    connection = await InProcessDriver(Raising).connect()
    with pytest.raises(AdapterBroken):
        await connection.ask({"id": 1, "op": "load", **LOAD})
    assert "Traceback" in connection.said
    connection.forget()
    assert connection.said == ""


def test_of_lines_that_nobody_takes_a_bounded_number_is_kept() -> None:
    pipes = Pipes()
    for _ in range(12):
        pipes.pipe_data_received(1, b"{}\n" * (2**20 // 3))
    assert 2**20 < sum(map(len, pipes.lines)) < LONGEST_LINE


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("Raising", "RuntimeError"),
        ("Leaving", r"SystemExit\(0\)"),
        ("Listing", "not an object"),
        ("OutOfTurn", "out of turn"),
        ("OffSchema", "off schema"),
        ("Unsayable", "JSON cannot represent: .*bytes"),
        ("Circular", "JSON cannot represent: Recursion"),
    ],
)
async def test_a_misbehaving_class_is_named(name: str, cause: str) -> None:
    session = Session(InProcessDriver.parse(f"miniatures:{name}"), PATIENT)
    with pytest.raises(AdapterBroken, match=cause):
        await press_export(session)


class Odd:
    """Says hello, and then does what it was made with."""

    def __init__(self, then: Callable[[Message], Any]) -> None:
        self._then = then

    def handle(self, message: Message) -> Any:
        return (Honest().handle if message["op"] == "hello" else self._then)(message)


async def cancels(_: Message) -> None:
    raise asyncio.CancelledError


class Unheard(BaseException):
    """What no adapter should raise."""


def raises(_: Message) -> None:
    raise Unheard


class Untold(Exception):
    def __repr__(self) -> str:
        raise ValueError("it cannot be told")


def raises_untold(_: Message) -> None:
    raise Untold


@pytest.mark.parametrize(
    ("then", "cause"),
    [(cancels, "CancelledError"), (raises, "Unheard"), (raises_untold, "raised Untold at message")],
)
async def test_whatever_a_class_raises_is_its_own_fault(
    then: Callable[[Message], Any], cause: str
) -> None:
    with pytest.raises(AdapterBroken, match=cause):
        await talk(Session(InProcessDriver(lambda: Odd(then)), PATIENT))


async def test_of_a_long_error_both_ends_are_told() -> None:
    def raises_much(_: Message) -> None:
        raise ValueError(f"begins {'x' * 10**6} ends")

    connection = await InProcessDriver(lambda: Odd(raises_much)).connect()
    message = {"id": 1, "op": "load"}
    with pytest.raises(AdapterBroken, match=r"begins x+\.\.\.x+ ends") as caught:
        await connection.ask(message)
    assert len(str(caught.value)) < 3000
    assert connection.said.endswith("x ends\n")
    assert len(connection.said) == KEPT


def test_nobody_waits_for_a_class_that_never_answers() -> None:
    def waits(_: Message) -> None:
        threading.Event().wait(PATIENT)

    async def visit() -> None:
        with pytest.raises(AdapterBroken, match="did not answer message 2"):
            await talk(Session(InProcessDriver(lambda: Odd(waits)), 0.1))

    started = time.monotonic()
    asyncio.run(visit())
    assert time.monotonic() - started < PATIENT / 2


async def test_what_a_class_does_to_a_message_is_not_seen_by_the_suite() -> None:
    def empties(message: Message) -> Message:
        message["flow"].clear()
        return {"id": message["id"], "status": "ok"}

    session = Session(InProcessDriver(lambda: Odd(empties)), PATIENT)
    await session.start()
    before = json.dumps(LOAD)
    await session.ask("load", LOAD)
    assert json.dumps(LOAD) == before


async def test_a_plain_function_may_answer_with_a_coroutine() -> None:
    async def later(message: Message) -> Message:
        return {"id": message["id"], "status": "ok"}

    session = Session(InProcessDriver(lambda: Odd(later)), PATIENT)
    await session.start()
    assert (await session.ask("load", LOAD))["status"] == "ok"


async def test_a_class_that_cannot_be_made_is_named() -> None:
    class Greedy:
        def __init__(self, needed: int) -> None: ...

    with pytest.raises(AdapterBroken, match="without arguments"):
        await InProcessDriver(Greedy).connect()


async def never(_: Any) -> None:
    await asyncio.Event().wait()


def fails(_: Any) -> None:
    raise RuntimeError


@pytest.mark.parametrize("abandon", [never, fails])
async def test_an_abandon_that_goes_wrong_keeps_nobody(
    abandon: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inprocess, "PATIENCE", 0.01)
    made = type("Made", (), {"abandon": abandon})
    connection = await InProcessDriver(made).connect()
    async with asyncio.timeout(PATIENT):
        await connection.kill()


async def test_killing_an_instance_calls_its_abandon() -> None:
    class Leaving:
        left = False

        async def abandon(self) -> None:
            Leaving.left = True

    connection = await InProcessDriver(Leaving).connect()
    await connection.kill()
    assert Leaving.left


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
