"""The documented commands do the same in a folder and an environment full of misleading things."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.drivers import surroundings
from conformance.drivers.inprocess import InProcessDriver
from helpers.children import child
from helpers.simulator.delivery_desk import FakeSimulator, served
from mock_sis.cli.commands import main as mock_sis
from mock_sis.contracts import contract

ROOT = Path(__file__).parents[1]
PATIENCE = 200
BAIT = "raise SystemExit('the current directory was imported')\n"
DEAD = "http://127.0.0.1:9"
ENVIRONMENT = {
    "MOCK_SIS_PORT": "tcp://10.96.0.17:8080",
    "MOCK_SIS_SERVICE_HOST": "10.96.0.17",
    "MOCK_SIS_PORT_8080_TCP": "tcp://10.96.0.17:8080",
    "http_proxy": DEAD,
    "HTTPS_PROXY": DEAD,
    "all_proxy": DEAD,
    "PYTEST_ADDOPTS": "--no-such-option",
    "LC_ALL": "C",
}


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder with modules that must not be imported, and the commands in another one, where an
    installation would put them."""
    folder = tmp_path / "hostile"
    for package in ("conformance", "mock_sis", "http", "click", "schemas"):
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").write_text(BAIT)
    for module in ("types", "calendar", "signal", "selectors", "json"):
        (folder / f"{module}.py").write_text(BAIT)
    scripts = tmp_path / "bin"
    scripts.mkdir()
    for package in ("mock_sis", "conformance"):
        (scripts / package).write_text(f"from {package}.__main__ import main\nmain()\n")
    return folder


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, str(folder.parent / "bin" / arguments[0]), *arguments[1:]]


def environment() -> dict[str, str]:
    return {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)}


COMMANDS: dict[str, Sequence[str]] = {
    "routes": ("mock_sis", "routes"),
    "faults": ("mock_sis", "faults", "--json"),
    "seed": ("mock_sis", "seed", "demo"),
    "generate": ("mock_sis", "generate", "--flows", "1", "--participants", "2"),
    "list": ("conformance", "list"),
    "doctor": ("conformance", "doctor", "--exporter", "reference"),
    "run": (
        *("conformance", "run", "--exporter", "reference", "--rule", "WF-ONCE"),
        *("--depth", "quick", "--watch", "0"),
    ),
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_command_does_not_depend_on_its_surroundings(
    arguments: Sequence[str], hostile: Path
) -> None:
    done = subprocess.run(
        command(hostile, *arguments),
        cwd=hostile,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    if "doctor" in arguments:
        assert "note http_proxy is set." in done.stdout


def test_a_server_starts_in_spite_of_the_variables_of_kubernetes(hostile: Path) -> None:
    arguments = command(hostile, "mock_sis", "serve", "--host", "127.0.0.3")
    pipe = subprocess.PIPE
    with child(arguments, stdout=pipe, stderr=pipe, cwd=hostile, env=environment()) as process:
        assert process.stdout is not None
        # Port 8080 of this address may be in use; either way, the variable was not taken for it.
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=PATIENCE)
    assert line == "ready http://127.0.0.3:8080\n" or "Port 8080 on 127.0.0.3 is in use" in stderr


@pytest.mark.parametrize("value", ["tcp://10.0.0.1:80", "udp://10.0.0.1:80", "sctp://[::1]:80"])
def test_a_service_variable_is_ignored_and_a_wrong_port_is_not(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports: list[object] = []

    async def run_instead(
        _simulator: object, _host: str, port: int, *_: object, **__: object
    ) -> None:
        ports.append(port)

    monkeypatch.setattr("mock_sis.cli.serve.run", run_instead)
    assert CliRunner().invoke(mock_sis, ["serve"], env={"MOCK_SIS_PORT": value}).exit_code == 0
    assert CliRunner().invoke(mock_sis, ["serve"], env={"MOCK_SIS_PORT": "81"}).exit_code == 0
    assert ports == [8080, 81]
    assert CliRunner().invoke(mock_sis, ["serve", "--port", value]).exit_code == 2
    assert CliRunner().invoke(mock_sis, ["serve"], env={"MOCK_SIS_PORT": "http"}).exit_code == 2


HOSTS = "127.0.0.1,localhost"
PROXIES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "no proxy": ({"no_proxy": "a"}, {}),
    "an empty one": ({"http_proxy": ""}, {}),
    "a proxy": ({"http_proxy": DEAD}, {"NO_PROXY": HOSTS, "no_proxy": HOSTS}),
    "in capitals": ({"HTTP_PROXY": DEAD}, {"NO_PROXY": HOSTS, "no_proxy": HOSTS}),
    "for all": ({"ALL_PROXY": DEAD}, {"NO_PROXY": HOSTS, "no_proxy": HOSTS}),
    "exceptions": (
        {"http_proxy": DEAD, "no_proxy": "sis.example, localhost"},
        {"NO_PROXY": HOSTS, "no_proxy": "sis.example,localhost,127.0.0.1"},
    ),
    "all are exceptions": (
        {"http_proxy": DEAD, "NO_PROXY": "*", "no_proxy": "*"},
        {"NO_PROXY": "*", "no_proxy": "*"},
    ),
}


@pytest.mark.parametrize(("given", "added"), PROXIES.values(), ids=PROXIES)
def test_an_adapter_reaches_this_machine_without_a_proxy(
    given: dict[str, str], added: dict[str, str]
) -> None:
    assert surroundings.without_proxy(given) == added


async def test_an_adapter_in_this_process_gets_no_proxy_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "sis.example")  # restored after the test
    monkeypatch.setenv("http_proxy", DEAD)
    await InProcessDriver(object).connect()
    assert os.environ["NO_PROXY"] == f"sis.example,{HOSTS}"


@pytest.mark.parametrize(
    ("path", "given", "named"),
    [
        (["", "/suite"], {}, {}),
        (["/suite", "/lib"], {}, {"PYTHONPATH": "/suite"}),
        (["/suite"], {"PYTHONPATH": "/mine"}, {"PYTHONPATH": f"/suite{os.pathsep}/mine"}),
    ],
)
def test_the_suite_is_named_to_its_children_if_only_the_current_directory_has_it(
    path: list[str], given: dict[str, str], named: dict[str, str]
) -> None:
    command, environment = surroundings.own_module("m", Path("/suite"), path, given)
    assert (command[1:], environment) == (("-P", "-m", "m"), named)


async def test_a_running_server_needs_no_file_of_its_schemas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for cached in (contract.texts, contract.document, contract.contract):
        cached.cache_clear()
    async with served(FakeSimulator()):
        monkeypatch.setattr(contract, "package_folder", lambda _: Path("/nowhere"))
        assert contract.document("control/openapi.json")["openapi"]
        assert contract.contract("control/fault.schema.json").problems({})
