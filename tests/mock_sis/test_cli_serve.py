"""`mock-sis serve` as a process: it prints `ready`, answers, and ends on a signal."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.children import child, default_signals, ignored_interrupts
from helpers.simulator.certificates import CERTIFICATE, KEY, trusting

PATIENCE = 200


@contextlib.contextmanager
def serving(
    *arguments: str,
    shell: tuple[str, ...] = (),
    before: Callable[[], None] = default_signals,
    **environment: str,
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server on a free port, and its base URL. `shell` is a command that runs the server's, and
    `before` what the child does before either."""
    server = (sys.executable, "-W", "error", "-m", "mock_sis", "serve", "--port", "0", *arguments)
    pipe = subprocess.PIPE
    env = {**os.environ, **environment}
    with child([*shell, *server], before, stdout=pipe, stderr=pipe, env=env) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line.startswith(("ready http://", "ready https://")), process.stderr.read()
        yield process, line.removeprefix("ready ").strip()


def stopped(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """The exit code, and what the process wrote to standard error."""
    process.send_signal(number)
    _, stderr = process.communicate(timeout=PATIENCE)
    return process.returncode, stderr


def fetch(url: str, data: Any = None, **headers: str) -> Any:
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_when_it_is_ready_and_ends_silently(number: int) -> None:
    with serving() as (process, url):
        assert fetch(f"{url}/_control/health")["status"] == "ok"
        assert stopped(process, number) == (0, "")


def test_it_leaves_an_inherited_sigint_ignored_and_stops_on_sigterm() -> None:
    with serving(before=ignored_interrupts) as (process, url):
        process.send_signal(signal.SIGINT)
        for _ in range(2):  # a server that is stopping may still answer the first request
            assert fetch(f"{url}/_control/health")["status"] == "ok"
        assert stopped(process, signal.SIGTERM) == (0, "")


def test_a_current_request_is_finished_at_the_end(tmp_path: Path) -> None:
    with serving() as (process, url):
        fault = {"operation": "wiseflow.flows.list", "fault": {"kind": "delay", "seconds": 2}}
        fetch(f"{url}/_control/faults", fault)
        client = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
        client.request("GET", "/wiseflow/flows")
        await_arrival(url)
        process.send_signal(signal.SIGTERM)
        answer = client.getresponse()
        assert answer.status == 200
        assert json.load(answer)
        client.close()
        assert process.wait(PATIENCE) == 0


def await_arrival(url: str) -> None:
    """Wait until the delayed exchange is in the journal."""
    while not fetch(f"{url}/_control/journal?operation=wiseflow.*")["entries"]:
        pass


def test_it_serves_more_connections_than_the_shell_limit_allows() -> None:
    shell = ("sh", "-c", 'ulimit -S -n 40; exec "$@"', "sh")
    with serving(shell=shell) as (process, url), contextlib.ExitStack() as stack:
        address = urllib.parse.urlsplit(url)
        for _ in range(100):
            stack.enter_context(socket.create_connection((address.hostname, address.port)))
        assert fetch(f"{url}/_control/health")["status"] == "ok"
        assert stopped(process, signal.SIGTERM) == (0, "")


def test_it_ends_although_clients_stay_connected(tmp_path: Path) -> None:
    """A feed, an upload and an answer that stall, and a client that does not read."""
    seed = tmp_path / "seed.json"
    stalled = {"operation": "wiseflow.flows.list", "fault": {"kind": "stall", "seconds": 3600}}
    seed.write_text(json.dumps({"faults": [stalled]}))
    upload = b"POST /wiseflow/flows/x/grades HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
    requests = [
        b"GET /_control/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /wiseflow/flows HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /_control/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200,
        upload,
        b"GET / HT",
        b"",
    ]
    with serving("--seed", str(seed)) as (process, url), contextlib.ExitStack() as stack:
        address = urllib.parse.urlsplit(url)
        for sent in requests:
            connection = socket.create_connection((address.hostname, address.port))
            stack.enter_context(connection).sendall(sent)
        # The server reads the other connections while it answers; the stall begins meanwhile.
        assert any(not fetch(f"{url}/_control/faults")["never_fired"] for _ in range(1000))
        assert stopped(process, signal.SIGTERM) == (0, "")


def test_the_ready_file_holds_the_url_while_the_server_runs(tmp_path: Path) -> None:
    ready = tmp_path / "sis.url"
    with serving("--ready-file", str(ready)) as (process, url):
        assert ready.read_text() == f"{url}\n"
        assert stopped(process, signal.SIGTERM) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_https_is_in_the_ready_line_and_in_the_ready_file(tmp_path: Path) -> None:
    ready = tmp_path / "sis.url"
    files = ("--tls-cert", str(CERTIFICATE), "--tls-key", str(KEY))
    with serving("--ready-file", str(ready), *files) as (process, url):
        assert url.startswith("https://127.0.0.1:")
        assert ready.read_text() == f"{url}\n"
        with urllib.request.urlopen(f"{url}/_control/health", context=trusting()) as answer:
            assert json.load(answer)["status"] == "ok"
        assert stopped(process, signal.SIGTERM) == (0, "")


def test_a_host_with_several_addresses_has_one_port() -> None:
    with serving("--host=localhost") as (process, url):
        assert url.startswith("http://localhost:")
        port = urllib.parse.urlsplit(url).port
        for _, _, _, _, address in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM):
            with socket.create_connection(address[:2]):
                pass
        assert stopped(process, signal.SIGTERM) == (0, "")


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no dual-stack sockets here")
def test_all_addresses_of_ipv6_include_those_of_ipv4() -> None:
    with serving("--host=::", "--control-token=t") as (process, url):
        assert url.startswith("http://[::]:")
        port = urllib.parse.urlsplit(url).port
        for host in ("127.0.0.1", "[::1]"):
            assert fetch(f"http://{host}:{port}/wiseflow/flows")
        journal = fetch(f"http://127.0.0.1:{port}/_control/journal", Authorization="Bearer t")
        peers = [entry["call"]["peer"].rpartition(":")[0] for entry in journal["entries"]]
        assert peers[-2:] == ["127.0.0.1", "::1"]
        assert stopped(process, signal.SIGTERM) == (0, "")


def test_the_log_of_requests_goes_to_standard_error_if_asked_for() -> None:
    with serving("--log-requests") as (process, url):
        fetch(f"{url}/wiseflow/flows?access_token=hush", Authorization="Basic aHVzaA==")
        code, stderr = stopped(process, signal.SIGTERM)
    assert code == 0
    assert re.fullmatch(r"\S+Z GET /wiseflow/flows\?access_token=\*\*\* \d+ [\d.]+ ms\n", stderr)


def test_a_control_token_protects_only_the_control_interface() -> None:
    with serving(MOCK_SIS_CONTROL_TOKEN="s3cret") as (_, url):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            fetch(f"{url}/_control/journal")
        journal = fetch(f"{url}/_control/journal", Authorization="Bearer s3cret")
        assert "s3cret" not in json.dumps(journal)
        assert fetch(f"{url}/wiseflow/flows")


def test_options_reach_the_simulator(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("name: mine\nclock: {mode: real, now: 2026-06-15T09:00:00Z}\n")
    arguments = ("--seed", str(seed), "--clock=virtual", "--allow-fault-header", "--body-limit=99")
    with serving(*arguments) as (_, url):
        assert fetch(f"{url}/_control/seed")["name"] == "mine"
        clock = fetch(f"{url}/_control/clock")
        assert clock == {"mode": "virtual", "now": "2026-06-15T09:00:00.000Z"}
        with pytest.raises(urllib.error.HTTPError, match="418"):
            fetch(f"{url}/wiseflow/flows", **{"X-Mock-Fault": "status;status=418"})
        with pytest.raises(urllib.error.HTTPError, match="413"):
            fetch(f"{url}/_control/faults", {"x": "y" * 100})


def test_links_start_with_the_public_url() -> None:
    with serving("--public-url", "https://sis.example/") as (_, url):
        fetch(f"{url}/wiseflow/flows")
        archive = fetch(f"{url}/_control/journal.har")
        assert archive["log"]["entries"][-1]["request"]["url"] == (
            "https://sis.example/wiseflow/flows"
        )


def test_a_generated_seed_can_be_served(tmp_path: Path) -> None:
    seed = tmp_path / "large.json"
    command = [sys.executable, "-m", "mock_sis", "generate", "--flows=7", "--participants=20"]
    seed.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    with serving("--seed", str(seed)) as (_, url):
        assert len(fetch(f"{url}/wiseflow/flows")) == 7
