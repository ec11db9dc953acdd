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

from mock_sis.cli.exits import INTERRUPTED, REFUSED, UNREAD, Program

ROOT = Path(__file__).resolve().parents[1]
FULL = Path("/dev/full")
PATIENCE = 60

needs_full = pytest.mark.skipif(not FULL.exists(), reason="no device here is always full")

RUN = ("conformance", "run", "--exporter", "reference", "--rule", "WF-PARTIAL")
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
    """That of this process, with these folders before all others, and without `python -u`."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    path = os.pathsep.join(map(str, [*folders, ROOT]))
    return {**usual, "PYTHONPATH": path, **more}


def ended(
    words: tuple[str, ...],
    stdout: int,
    folder: Path,
    stderr: int = subprocess.PIPE,
    before: Callable[[], None] | None = None,
    **more: str,
) -> tuple[int, str]:
    """The exit code of a command that writes there, and what it said on standard error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", *words],
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
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_full_disk_is_reported_with_what_to_do(words: tuple[str, ...], tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        code, said = ended(words, full.fileno(), tmp_path)
    assert said == (
        "Error: Standard output cannot be written: No space left on device. "
        "Free some space, or redirect the output.\n"
    )
    assert code == REFUSED


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_closed_pipe_ends_a_command_silently(words: tuple[str, ...], tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert ended(words, writer, tmp_path) == (UNREAD, "")
    finally:
        os.close(writer)


@needs_full
@pytest.mark.parametrize(
    "words",
    [("mock_sis", "routes"), ("mock_sis", "routes", "--seed", "nowhere"), ("conformance", "nix")],
    ids=" ".join,
)
def test_without_room_for_the_error_message_only_the_exit_code_remains(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    with FULL.open("wb") as full:
        assert ended(words, full.fileno(), tmp_path, full.fileno()) == (REFUSED, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "words", [COMMANDS[7], ("conformance", "list", "--json")], ids=["bytes", "text"]
)
def test_incomplete_output_is_always_reported(
    words: tuple[str, ...], unbuffered: str, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    with (tmp_path / "printed").open("wb") as printed:
        code, said = ended(
            words, printed.fileno(), tmp_path, before=limit, PYTHONUNBUFFERED=unbuffered
        )
    assert code == REFUSED
    assert "Standard output cannot be written: File too large." in said


def failing(*error: int | str) -> Result:
    """What becomes of a command in which such an OSError occurs."""

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
    assert isinstance(failing(*error).exception, OSError)


def test_a_run_writes_its_reports_even_if_it_cannot_print(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended(RUN, writer, tmp_path)
    finally:
        os.close(writer)
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {"report.json", "junit.xml"}


@needs_full
@pytest.mark.parametrize("name", ["report.json", "junit.xml"])
def test_a_run_prints_its_verdict_even_if_it_cannot_write_reports(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / name).symlink_to(FULL)
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
        f"Error: Reports cannot be written into {tmp_path}: No space left on device. "
        "Name another folder with --report-dir.\n"
    )


BLOCKING = """
import sys
print("loading", flush=True)
sys.stdin.read()
"""


def interrupted(
    words: tuple[str, ...],
    number: signal.Signals,
    *folders: Path,
    before: Callable[[], None] | None = None,
) -> tuple[int, str]:
    """How a command ends that gets a signal once it has printed a line: its exit code, and what it
    said on standard error."""
    with subprocess.Popen(
        [sys.executable, "-m", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(*folders),
        text=True,
        preexec_fn=before,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "loading\n"
            process.send_signal(number)
            said = process.communicate(timeout=PATIENCE)[1]
        finally:
            process.kill()
    return process.returncode, said


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
    told = interrupted((package, "--version"), signal.SIGINT, tmp_path, before=ignore_interrupts)
    assert told == (7, "")


def ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_ctrl_c_during_the_import_of_an_adapter_gives_no_verdict(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "slow_adapter.py").write_text(BLOCKING)
    words = ("conformance", command, "--exporter", "python:slow_adapter:Adapter")
    assert interrupted(words, signal.SIGINT, tmp_path) == (
        INTERRUPTED,
        "Interrupted: no verdict.\n",
    )


def test_ctrl_c_during_the_reading_of_a_seed_is_reported(tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    os.mkfifo(seed)
    with subprocess.Popen(
        [sys.executable, "-m", "mock_sis", "serve", "--seed", seed],
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        try:
            with seed.open("wb"):  # which waits until it reads
                process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=PATIENCE)[1]
        finally:
            process.kill()
    assert (process.returncode, said) == (INTERRUPTED, b"Interrupted.\n")


@needs_full
def test_a_server_without_room_for_its_ready_file_leaves_no_partial_file(tmp_path: Path) -> None:
    (tmp_path / "sis.url.part").symlink_to(FULL)
    words = ("mock_sis", "serve", "--port", "0", "--ready-file", "sis.url")
    code, said = ended(words, subprocess.DEVNULL, tmp_path)
    assert code == REFUSED
    assert "--ready-file sis.url cannot be written: No space left on device." in said
    assert [*tmp_path.iterdir()] == []


def test_a_server_that_fails_to_start_keeps_the_ready_file_of_another(tmp_path: Path) -> None:
    ready = tmp_path / "sis.url"
    ready.write_text("http://127.0.0.1:1\n")
    (tmp_path / "sis.url.part").mkdir()
    words = ("mock_sis", "serve", "--port", "0", "--ready-file", str(ready))
    code, said = ended(words, subprocess.DEVNULL, tmp_path)
    assert code == REFUSED
    assert "Name a file in an existing folder with free space." in said
    assert ready.read_text() == "http://127.0.0.1:1\n"


def test_a_ready_file_that_is_a_pipe_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    ready = tmp_path / "sis.url"
    os.mkfifo(ready)
    words = ("mock_sis", "serve", "--port", "0", "--ready-file", str(ready))
    code, said = ended(words, subprocess.DEVNULL, tmp_path)
    assert code == REFUSED
    assert "is not a regular file" in said
    assert ready.is_fifo()
