"""The commands that print, the refusals of `serve`, and that docs/cli.md knows every option."""

from __future__ import annotations

import gc
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner, Result

from mock_sis import __version__
from mock_sis.cli.commands import COMMANDS, main
from mock_sis.faults.catalogue import FAULTS
from mock_sis.seeds import files, library
from mock_sis.seeds.generate import generate
from mock_sis.simulator import Simulator

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "cli.md"


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    """A command freezes what is there when it starts; this process is not a command's own."""
    yield
    gc.unfreeze()


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), env=env)


def commands() -> Iterator[click.Command]:
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        yield command


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: command.name)
def test_every_command_teaches_itself(command: click.Command) -> None:
    assert command.name is not None
    shown = run(command.name, "--help")
    assert shown.exit_code == 0
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.opts[0] in shown.output


def test_the_first_help_shows_every_command_and_an_example() -> None:
    shown = run("--help").output
    assert all(f"  {name} " in shown for name in COMMANDS)
    assert "mock-sis serve" in shown


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: command.name)
def test_the_documentation_has_exactly_the_options_there_are(command: click.Command) -> None:
    section = documented(str(command.name))
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert set(re.findall(r"^\| `(--[\w-]+)", section, re.MULTILINE)) == {
        option.opts[0] for option in options
    }
    assert set(re.findall(r"`(MOCK_SIS_\w+)`", section)) == {
        option.envvar for option in options if option.envvar
    }


def documented(command: str) -> str:
    found = re.search(
        rf"^## {command}\n(.*?)(?=^## |\Z)", DOCUMENTATION.read_text(), re.MULTILINE | re.DOTALL
    )
    assert found is not None, f"docs/cli.md has no section {command!r}"
    return found[1]


def test_the_documentation_has_no_command_that_is_gone() -> None:
    assert re.findall(r"^## (\w+)$", DOCUMENTATION.read_text(), re.MULTILINE) == list(COMMANDS)


def test_the_documented_columns_of_json_are_those_there_are() -> None:
    for command in ("routes", "faults"):
        for name in json.loads(run(command, "--json").output)[0]:
            assert f"`{name}`" in documented(command)


def test_routes_lists_every_operation() -> None:
    simulator = Simulator()
    rows = json.loads(run("routes", "--json").output)
    assert [row["operation"] for row in rows] == [route.operation for _, route in simulator.routes]
    lines = run("routes").output.splitlines()
    assert len(lines) == 1 + len(rows)
    assert lines[0].split() == ["OPERATION", "METHOD", "PATH", "SUMMARY"]


def test_routes_lie_where_the_seed_puts_them(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"wiseflow": {"base_path": "/some/where"}}')
    paths = [row["path"] for row in json.loads(run("routes", "--seed", str(seed), "--json").output)]
    assert "/some/where/flows" in paths
    assert "/wiseflow/flows" not in paths


def test_faults_lists_the_catalogue() -> None:
    rows = json.loads(run("faults", "--json").output)
    assert [row["kind"] for row in rows] == [kind.name for kind in FAULTS]
    told = run("faults").output
    assert all(kind.name in told and kind.title in told for kind in FAULTS)


def test_every_example_of_the_catalogue_can_be_armed_as_printed() -> None:
    simulator = Simulator()
    for row in json.loads(run("faults", "--json").output):
        simulator.world.plan.arm(row["example"], 0.0)
    assert len(simulator.world.plan.armed) == len(FAULTS)


@pytest.mark.parametrize("name", library.names())
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_printed_seed_is_the_seed(name: str, form: str, tmp_path: Path) -> None:
    printed = tmp_path / f"seed.{form}"
    printed.write_bytes(run("seed", name, "--format", form).stdout_bytes)
    assert files.read(printed) == library.builtin(name)


def test_without_a_name_seed_lists_the_names() -> None:
    assert run("seed").output.split() == list(library.names())


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_generated_seed_survives_being_printed(form: str, tmp_path: Path) -> None:
    printed = tmp_path / f"seed.{form}"
    told = run("generate", "--flows=2", "--participants=40", "--seed=3", "--format", form)
    printed.write_bytes(told.stdout_bytes)
    assert files.read(printed) == generate(2, 40, seed=3)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "No such command"),
        (["serve", "--nonsense"], "No such option"),
        (["serve", "--port", "70000"], "70000"),
        (["serve", "--seed", "nowhere"], "neither a file nor a built-in seed"),
        (["serve", "--host", "0.0.0.0"], "--control-token"),
        (["serve", "--host", "::"], "--control-token"),
        (["serve", "--host", "sis.example"], "--control-token"),
        (["serve", "--control-token", ""], "empty"),
        (["serve", "--body-limit", "0"], "body-limit"),
        (["serve", "--body-timeout", "0"], "body-timeout"),
        (["serve", "--clock", "stopped"], "stopped"),
        (["serve", "--public-url", "sis.example"], "must be a complete URL"),
        (
            ["serve", "--port", "0", "--ready-file", "/nowhere/url"],
            "/nowhere/url cannot be written: No such file or directory. Name a file in an",
        ),
        (
            ["serve", "--port", "0", "--ready-file", "/dev/null/url"],
            "/dev/null/url cannot be written: Not a directory.",
        ),
        (["seed", "nowhere"], "No built-in seed is called"),
        (["generate"], "--flows"),
        (["generate", "--flows", "0", "--participants", "1"], "--flows"),
    ],
    ids=" ".join,
)
def test_what_cannot_work_exits_with_2_and_says_why(arguments: list[str], says: str) -> None:
    told = run(*arguments)
    assert told.exit_code == 2
    assert says in told.stderr
    assert told.stdout == ""


def test_an_option_can_come_from_the_environment() -> None:
    told = run("serve", env={"MOCK_SIS_HOST": "0.0.0.0", "MOCK_SIS_PORT": "0"})
    assert told.exit_code == 2
    assert "0.0.0.0" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ("127.0.0.1", 8080, 30.0, "", None, False, 64 * 2**20)),
        (
            ["--host=localhost", "--port=0", "--body-timeout=0.5", "--body-limit=9"],
            ("localhost", 0, 0.5, "", None, False, 9),
        ),
        (
            ["--public-url=https://sis.example/", "--control-token=t", "--allow-fault-header"],
            ("127.0.0.1", 8080, 30.0, "https://sis.example", "t", True, 64 * 2**20),
        ),
        (
            ["--host=0.0.0.0", "--control-token=t"],
            ("0.0.0.0", 8080, 30.0, "", "t", False, 64 * 2**20),
        ),
    ],
    ids=["defaults", "where", "who", "open"],
)
def test_each_option_reaches_what_it_is_for(
    arguments: list[str], expected: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[object, ...]] = []

    async def run_instead(
        simulator: Simulator, host: str, port: int, _ready: object, *, body_timeout: float
    ) -> None:
        told = simulator.world.settings
        served.append(
            (
                host,
                port,
                body_timeout,
                told.public_url,
                told.control_token,
                told.allow_fault_header,
                told.body_limit,
            )
        )

    monkeypatch.setattr("mock_sis.cli.serve.run", run_instead)
    assert run("serve", *arguments).exit_code == 0
    assert served == [expected]


def test_uvloop_is_used_or_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    told = run("serve", "--port=0", "--uvloop")
    assert told.exit_code == 2
    assert "pip install 'mock-sis[uvloop]'" in told.stderr

    used = []
    monkeypatch.setitem(sys.modules, "uvloop", SimpleNamespace(run=lambda main: used.append(main)))
    assert run("serve", "--port=0", "--uvloop").exit_code == 0
    used[0].close()


def test_a_port_in_use_is_said_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        told = run("serve", "--port", port)
    assert told.exit_code == 2
    assert f"Port {port} on 127.0.0.1 is in use; choose another with --port" in told.stderr


def test_a_mistake_in_a_seed_file_is_said_with_its_line(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("people:\n  - {id: 1, given_name: A, family_name: 5}\n")
    told = run("serve", "--seed", str(seed))
    assert told.exit_code == 2
    assert f"{seed}: line 2, /people/0/family_name" in told.stderr


def test_the_version_is_told() -> None:
    assert run("--version").output == f"mock-sis {__version__}\n"


def test_the_module_is_the_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "mock_sis", "--version"], capture_output=True, text=True, check=True
    )
    assert ran.stdout == f"mock-sis {__version__}\n"


def test_serving_imports_nothing_that_only_others_need() -> None:
    check = "import sys, mock_sis.cli.serve; print('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    others = {"rich", "jsonschema", "hypothesis", "pytest", "lxml", "mock_sis.seeds.generate"}
    assert others & set(ran.stdout.split()) == set()
