"""The commands that print, the errors of `serve`, and docs/cli.md, which has every option."""

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
    """Undo gc.freeze(), which a command calls for the rest of its process."""
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
def test_every_option_of_a_command_has_help(command: click.Command) -> None:
    assert command.name is not None
    shown = run(command.name, "--help")
    assert shown.exit_code == 0
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.opts[0] in shown.output


def test_help_shows_every_command_and_an_example() -> None:
    shown = run("--help").output
    assert all(f"  {name} " in shown for name in COMMANDS)
    assert "mock-sis serve" in shown


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: command.name)
def test_the_documentation_lists_exactly_the_existing_options(command: click.Command) -> None:
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


def test_the_documentation_lists_exactly_the_existing_commands() -> None:
    assert re.findall(r"^## (\w+)$", DOCUMENTATION.read_text(), re.MULTILINE) == list(COMMANDS)


def test_every_member_of_the_json_output_is_documented() -> None:
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


def test_routes_follow_the_base_path_of_the_seed(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"wiseflow": {"base_path": "/some/where"}}')
    paths = [row["path"] for row in json.loads(run("routes", "--seed", str(seed), "--json").output)]
    assert "/some/where/flows" in paths
    assert "/wiseflow/flows" not in paths


def test_faults_lists_every_kind() -> None:
    rows = json.loads(run("faults", "--json").output)
    assert [row["kind"] for row in rows] == [kind.name for kind in FAULTS]
    result = run("faults").output
    assert all(kind.name in result and kind.title in result for kind in FAULTS)


def test_every_example_of_the_catalogue_can_be_armed_as_printed() -> None:
    simulator = Simulator()
    for row in json.loads(run("faults", "--json").output):
        simulator.world.plan.arm(row["example"], 0.0)
    assert len(simulator.world.plan.armed) == len(FAULTS)


@pytest.mark.parametrize("name", library.names())
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_printed_seed_equals_the_built_in_seed(name: str, form: str, tmp_path: Path) -> None:
    printed = tmp_path / f"seed.{form}"
    printed.write_bytes(run("seed", name, "--format", form).stdout_bytes)
    assert files.read(printed) == library.builtin(name)


def test_without_a_name_seed_lists_the_names() -> None:
    assert run("seed").output.split() == list(library.names())


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_generated_seed_can_be_printed_and_read(form: str, tmp_path: Path) -> None:
    printed = tmp_path / f"seed.{form}"
    result = run("generate", "--flows=2", "--participants=40", "--seed=3", "--format", form)
    printed.write_bytes(result.stdout_bytes)
    assert files.read(printed) == generate(2, 40, seed=3)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nonsense"], "No such command"),
        (["serve", "--nonsense"], "No such option"),
        (["serve", "--port", "70000"], "70000"),
        (["serve", "--seed", "nowhere"], "neither a file nor a built-in seed"),
        (["serve", "--host", "0.0.0.0"], "--control-token"),
        (["serve", "--host", "::"], "--control-token"),
        (["serve", "--host", "a..b"], "--host 'a..b' cannot be resolved: not a host name. Give an"),
        (["serve", "--host", "a" * 64], "cannot be resolved"),
        (["serve", "--host", ""], "--host '' cannot be resolved"),
        (["serve", "--host", "[::1]"], "--host '[::1]' cannot be resolved"),
        (["serve", "--host", "http://127.0.0.1"], "cannot be resolved"),
        (["serve", "--tls-cert", "x.pem"], "--tls-key is missing. HTTPS requires a certificate"),
        (["serve", "--tls-key", "x.pem"], "--tls-cert is missing. HTTPS requires a certificate"),
        (["serve", "--tls-cert", "x", "--tls-key", "x"], "--tls-cert x cannot be read"),
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
def test_a_wrong_command_line_exits_with_2_and_a_reason(arguments: list[str], reason: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("found", "refused"),
    [(["127.0.0.1"], False), (["127.0.0.1", "::1"], False), (["127.0.0.1", "10.1.2.3"], True)],
)
def test_a_host_name_needs_a_token_if_other_machines_reach_an_address_of_it(
    found: list[str], refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run_instead(*_args: object, **_options: object) -> None:
        return None

    rows = [
        (socket.AF_INET6 if ":" in name else socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, 0))
        for name in found
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    monkeypatch.setattr("mock_sis.cli.serve.run", run_instead)
    result = run("serve", "--host", "sis.example")
    assert (result.exit_code, "--control-token" in result.stderr) == (
        (2, True) if refused else (0, False)
    )


def test_an_option_can_come_from_the_environment() -> None:
    result = run("serve", env={"MOCK_SIS_HOST": "0.0.0.0", "MOCK_SIS_PORT": "0"})
    assert result.exit_code == 2
    assert "0.0.0.0" in result.stderr


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
def test_each_option_reaches_the_server_or_its_settings(
    arguments: list[str], expected: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[object, ...]] = []

    async def run_instead(
        simulator: Simulator,
        host: str,
        port: int,
        _ready: object,
        *,
        body_timeout: float,
        **_more: object,
    ) -> None:
        settings = simulator.world.settings
        served.append(
            (
                host,
                port,
                body_timeout,
                settings.public_url,
                settings.control_token,
                settings.allow_fault_header,
                settings.body_limit,
            )
        )

    monkeypatch.setattr("mock_sis.cli.serve.run", run_instead)
    assert run("serve", *arguments).exit_code == 0
    assert served == [expected]


def test_uvloop_is_used_or_reported_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    result = run("serve", "--port=0", "--uvloop")
    assert result.exit_code == 2
    assert "pip install 'mock-sis[uvloop]'" in result.stderr

    used = []
    monkeypatch.setitem(sys.modules, "uvloop", SimpleNamespace(run=lambda main: used.append(main)))
    assert run("serve", "--port=0", "--uvloop").exit_code == 0
    used[0].close()


def test_a_port_in_use_is_reported_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        result = run("serve", "--port", port)
    assert result.exit_code == 2
    assert f"Port {port} on 127.0.0.1 is in use; choose another with --port" in result.stderr


def test_a_mistake_in_a_seed_file_is_reported_with_its_line(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("people:\n  - {id: 1, given_name: A, family_name: 5}\n")
    result = run("serve", "--seed", str(seed))
    assert result.exit_code == 2
    assert f"{seed}: line 2, /people/0/family_name" in result.stderr


def test_the_version_is_printed() -> None:
    assert run("--version").output == f"mock-sis {__version__}\n"


def test_python_m_runs_the_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "mock_sis", "--version"], capture_output=True, text=True, check=True
    )
    assert ran.stdout == f"mock-sis {__version__}\n"


def test_serve_imports_nothing_that_only_other_commands_need() -> None:
    check = "import sys, mock_sis.cli.serve; print('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    others = {"rich", "jsonschema", "hypothesis", "pytest", "lxml", "mock_sis.seeds.generate"}
    assert others & set(ran.stdout.split()) == set()
