"""How commands exit if they cannot write their output, or are interrupted at a bad time."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from helpers.children import child, default_signals, ignored_interrupts
from mock_sis.cli.crash import CRASHED
from mock_sis.cli.exits import INTERRUPTED, REFUSED, UNREAD, Program

ROOT = Path(__file__).resolve().parents[1]
FULL = Path("/dev/full")
PATIENCE = 200

needs_full = pytest.mark.skipif(not FULL.exists(), reason="/dev/full does not exist")

AT_ONCE = ("--watch", "0")
RUN = ("conformance", "run", "--exporter", "reference", "--rule", "WF-PARTIAL", *AT_ONCE)
DOCTOR = ("conformance", "doctor", "--exporter", "reference")
COMMANDS = [
    ("mock_sis", "--help"),
    ("mock_sis", "--version"),
    ("mock_sis", "serve", "--help"),
    ("mock_sis", "serve", "--port", "0"),
    ("mock_sis", "routes"),
    ("mock_sis", "faults", "--json"),
    ("mock_sis", "seed", "demo"),
    ("mock_sis", "generate", "--flows", "1", "--participants", "3000"),
    ("conformance", "--help"),
    ("conformance", "list"),
    RUN,
    DOCTOR,
    (*DOCTOR, "--messages"),
]


def environment(*folders: Path, **more: str) -> dict[str, str]:
    """The environment of this process, these folders first in PYTHONPATH, without `python -u`."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    path = os.pathsep.join(map(str, [*folders, ROOT]))
    return {**usual, "PYTHONPATH": path, **more}


def run(
    arguments: tuple[str, ...],
    stdout: int,
    folder: Path,
    stderr: int = subprocess.PIPE,
    before: Callable[[], None] | None = None,
    **more: str,
) -> tuple[int, str]:
    """The exit code and the standard error of a command that writes to `stdout`."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", *arguments],
        stdout=stdout,
        stderr=stderr,
        cwd=folder,
        env=environment(**more),
        timeout=PATIENCE,
        check=False,
        preexec_fn=before,
    )
    return done.returncode, (done.stderr or b"").decode()


@needs_full
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_disk_is_reported_with_what_to_do(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    with FULL.open("wb") as full:
        code, stderr = run(arguments, full.fileno(), tmp_path)
    assert stderr == (
        "Error: Standard output cannot be written: No space left on device. "
        "Free some space, or redirect the output.\n"
    )
    assert code == REFUSED


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_closed_pipe_ends_a_command_silently(arguments: tuple[str, ...], tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert run(arguments, writer, tmp_path) == (UNREAD, "")
    finally:
        os.close(writer)


@needs_full
@pytest.mark.parametrize(
    "arguments",
    [("mock_sis", "routes"), ("mock_sis", "routes", "--seed", "nowhere"), ("conformance", "nix")],
    ids=" ".join,
)
def test_without_room_for_the_error_message_only_the_exit_code_remains(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    with FULL.open("wb") as full:
        assert run(arguments, full.fileno(), tmp_path, full.fileno()) == (REFUSED, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments", [COMMANDS[7], ("conformance", "list", "--json")], ids=["bytes", "text"]
)
def test_incomplete_output_is_always_reported(
    arguments: tuple[str, ...], unbuffered: str, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    with (tmp_path / "printed").open("wb") as printed:
        code, stderr = run(
            arguments, printed.fileno(), tmp_path, before=limit, PYTHONUNBUFFERED=unbuffered
        )
    assert code == REFUSED
    assert "Standard output cannot be written: File too large." in stderr


def failing(*error: int | str) -> Result:
    """The result of a command that raises this OSError."""

    @click.group(cls=Program)
    def program() -> None: ...

    @program.command()
    def fail() -> None:
        raise OSError(*error)

    return CliRunner().invoke(program, ["fail"])


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, REFUSED),
        (errno.EDQUOT, REFUSED),
        (errno.EFBIG, REFUSED),
        (errno.EIO, REFUSED),
        (errno.EPIPE, UNREAD),
    ],
)
def test_each_error_of_a_write_to_stdout_is_lost_output(number: int, code: int) -> None:
    result = failing(number, "Because")
    assert (result.exit_code, "written: Because." in result.stderr) == (code, code == REFUSED)


@pytest.mark.parametrize("error", [(errno.ENOSPC, "No room", "file"), (errno.EACCES, "Forbidden")])
def test_no_other_error_is_reported_as_lost_output(error: tuple[int | str, ...]) -> None:
    result = failing(*error)
    assert (result.exit_code, "cannot be written" in result.stderr) == (CRASHED, False)


def test_a_run_writes_its_reports_even_if_it_cannot_print(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        run(RUN, writer, tmp_path)
    finally:
        os.close(writer)
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {"report.json", "junit.xml"}


@pytest.mark.parametrize("name", ["report.json", "junit.xml"])
def test_a_run_prints_its_verdict_even_if_it_cannot_write_reports(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / name).mkdir()
    done = subprocess.run(
        [sys.executable, "-m", *RUN, "--report-dir", tmp_path],
        capture_output=True,
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == REFUSED
    assert b"1 pass. conformant." in done.stdout
    assert done.stderr.decode() == (
        f"Error: Reports cannot be written into {tmp_path}: Is a directory. "
        "Name another folder with --report-dir.\n"
    )


BLOCKING = """
import sys
print("loading", flush=True)
sys.stdin.read()
"""


def interrupted(
    arguments: tuple[str, ...],
    number: signal.Signals,
    *folders: Path,
    before: Callable[[], None] = default_signals,
) -> tuple[int, str]:
    """The exit code and the standard error of a command that gets a signal once it has printed a
    line."""
    with child(
        [sys.executable, "-m", *arguments],
        before,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(*folders),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.send_signal(number)
        stderr = process.communicate(timeout=PATIENCE)[1]
    return process.returncode, stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("package", ["mock_sis", "conformance"])
def test_a_signal_during_imports_ends_a_command_silently(
    package: str, number: signal.Signals, tmp_path: Path
) -> None:
    (tmp_path / "click.py").write_text(BLOCKING)
    assert interrupted((package, "--version"), number, tmp_path) == (-number, "")


@pytest.mark.parametrize("package", ["mock_sis", "conformance"])
def test_an_ignored_ctrl_c_stays_ignored_during_imports(package: str, tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text(f"{BLOCKING}sys.exit(7)\n")
    result = interrupted((package, "--version"), signal.SIGINT, tmp_path, before=ignored_interrupts)
    assert result == (7, "")


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_ctrl_c_during_the_import_of_an_adapter_gives_no_verdict(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "slow_adapter.py").write_text(BLOCKING)
    arguments = ("conformance", command, "--exporter", "python:slow_adapter:Adapter")
    assert interrupted(arguments, signal.SIGINT, tmp_path) == (
        INTERRUPTED,
        "Interrupted: no verdict.\n",
    )


BLOCKING_AT_LOAD = """
import sys
from helpers.suite.miniatures import Honest

class Adapter(Honest):
    def load(self, message):
        print("loading", flush=True)
        sys.stdin.read()
        super().load(message)
"""


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (default_signals, (INTERRUPTED, "Interrupted: no verdict.\n")),
        (ignored_interrupts, (0, "")),
    ],
)
def test_ctrl_c_during_a_run_ends_it_unless_sigint_was_ignored_at_the_start(
    before: Callable[[], None], expected: tuple[int, str], tmp_path: Path
) -> None:
    (tmp_path / "blocking_adapter.py").write_text(BLOCKING_AT_LOAD)
    chosen = ("--exporter", "python:blocking_adapter:Adapter", "--rule", "WF-ONCE")
    arguments = ("conformance", "run", *chosen, "--report-dir", str(tmp_path), *AT_ONCE)
    folders = (tmp_path, ROOT / "tests")
    assert interrupted(arguments, signal.SIGINT, *folders, before=before) == expected


READING = """
import sys, time
from mock_sis.__main__ import main
from mock_sis.seeds import library
library.find = lambda _: (print("reading", flush=True), time.sleep(600))
sys.argv = ["mock-sis", "serve"]
main()
"""


def test_ctrl_c_during_the_reading_of_a_seed_is_reported() -> None:
    command = [sys.executable, "-c", READING]
    pipe = subprocess.PIPE
    with child(command, stdout=pipe, stderr=pipe, env=environment()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "reading\n"
        process.send_signal(signal.SIGINT)
        stderr = process.communicate(timeout=PATIENCE)[1]
    assert (process.returncode, stderr) == (INTERRUPTED, "Interrupted.\n")


@needs_full
def test_a_server_without_room_for_its_ready_file_leaves_no_partial_file(tmp_path: Path) -> None:
    (tmp_path / "sis.url.part").symlink_to(FULL)
    arguments = ("mock_sis", "serve", "--port", "0", "--ready-file", "sis.url")
    code, stderr = run(arguments, subprocess.DEVNULL, tmp_path)
    assert code == REFUSED
    assert "--ready-file sis.url cannot be written: No space left on device." in stderr
    assert [*tmp_path.iterdir()] == []


def test_a_server_that_fails_to_start_keeps_the_ready_file_of_another(tmp_path: Path) -> None:
    ready = tmp_path / "sis.url"
    ready.write_text("http://127.0.0.1:1\n")
    (tmp_path / "sis.url.part").mkdir()
    arguments = ("mock_sis", "serve", "--port", "0", "--ready-file", str(ready))
    code, stderr = run(arguments, subprocess.DEVNULL, tmp_path)
    assert code == REFUSED
    assert "Name a file in an existing folder with free space." in stderr
    assert ready.read_text() == "http://127.0.0.1:1\n"


def test_a_ready_file_that_is_a_pipe_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    ready = tmp_path / "sis.url"
    os.mkfifo(ready)
    arguments = ("mock_sis", "serve", "--port", "0", "--ready-file", str(ready))
    code, stderr = run(arguments, subprocess.DEVNULL, tmp_path)
    assert code == REFUSED
    assert "is not a regular file" in stderr
    assert ready.is_fifo()
