"""What Windows lacks is done without: signal handlers of the loop, process groups, POSIX quotes."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.drivers.process import ProcessDriver, _words
from helpers.simulator.delivery_desk import request, status, told
from mock_sis.seeds import library
from mock_sis.server import run
from mock_sis.simulator import Simulator


def refuse(*_: object) -> None:
    raise NotImplementedError


@pytest.fixture
def without_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", refuse)


async def test_an_adapter_is_killed_without_process_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "killpg")
    connection = await ProcessDriver(
        (sys.executable, "-c", "import time; time.sleep(600)")
    ).connect()
    await connection.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(connection.pid, 0)


@pytest.mark.usefixtures("without_handlers")
def test_a_run_needs_no_handler_of_signals(tmp_path: Path) -> None:
    chosen = ["--exporter", "reference", "--rule", "WF-ONCE", "--depth", "quick", "--watch", "0"]
    done = CliRunner().invoke(main, ["run", *chosen, "--report-dir", str(tmp_path)])
    assert done.exit_code == 0, done.output


@pytest.mark.usefixtures("without_handlers")
async def test_a_server_needs_no_handler_of_signals() -> None:
    simulator = Simulator()
    simulator.world.load(library.builtin("demo"), 0.0)
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(run(simulator, "127.0.0.1", 0, url.set_result))
    line = await told(await url, request("GET", "/wiseflow/flows", close=True))
    assert status(line) == 200
    serving.cancel()  # as Ctrl-C does there
    with pytest.raises(asyncio.CancelledError):
        await serving


@pytest.mark.parametrize(
    ("text", "windows", "words"),
    [
        (r"node C:\exam\adapter.js", True, ["node", r"C:\exam\adapter.js"]),
        (r'"C:\Program Files\node.exe" a.js', True, [r"C:\Program Files\node.exe", "a.js"]),
        (r'a --name="x y"', True, ["a", "--name=x y"]),
        (r"'a b' c\ d", False, ["a b", "c d"]),
    ],
)
def test_a_command_is_quoted_as_for_the_shell_of_the_system(
    text: str, windows: bool, words: list[str]
) -> None:
    assert _words(text, windows=windows) == words


@pytest.mark.parametrize("windows", [True, False])
def test_an_open_quote_is_an_error_on_every_system(windows: bool) -> None:
    with pytest.raises(ValueError, match="No closing quotation"):
        _words('node "a.js', windows=windows)
