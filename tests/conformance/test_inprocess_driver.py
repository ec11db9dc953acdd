"""Adapters that are Python classes: every way to misbehave ends in a text that names the cause."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from conformance.drivers import inprocess
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.protocol import KEPT, AdapterBroken, Message
from conformance.runner.session import Session
from helpers.deadlines import Deadlines
from helpers.suite.miniatures import Honest, Raising
from helpers.suite.talking import LOAD, PATIENT, talk


async def press_export(session: Session) -> None:
    await talk(session)
    await session.ask("export", {"presses": 1, "by": "manager"})


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
    session = Session(InProcessDriver.parse(f"helpers.suite.miniatures:{name}"), PATIENT)
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


def test_nobody_waits_for_a_class_that_never_answers(deadlines: Deadlines) -> None:
    released = threading.Event()

    async def visit() -> None:
        loop = asyncio.get_running_loop()

        def waits(_: Message) -> None:
            loop.call_soon_threadsafe(deadlines.expire)
            released.wait()

        with pytest.raises(AdapterBroken, match="did not answer message 2"):
            await talk(Session(InProcessDriver(lambda: Odd(waits)), PATIENT))

    asyncio.run(visit())
    released.set()


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


async def test_a_traceback_of_another_case_is_forgotten() -> None:
    connection = await InProcessDriver(Raising).connect()
    with pytest.raises(AdapterBroken):
        await connection.ask({"id": 1, "op": "load", **LOAD})
    assert "Traceback" in connection.said
    connection.forget()
    assert connection.said == ""
