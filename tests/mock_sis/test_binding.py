"""The addresses of a host are bound on one port, and none stays bound after a failure."""

from __future__ import annotations

import errno
import socket

import pytest

from mock_sis.server import binding

BOTH = [
    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", 0)),
]
ABSENT = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))  # RFC 5737: nobody's


@pytest.fixture(autouse=True)
def resolver(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    rows: list[object] = [*BOTH]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    return rows


def test_a_free_port_is_free_at_every_address() -> None:
    bound = binding.bind_all("both", 0)
    assert [each.getsockname()[0] for each in bound] == ["127.0.0.1", "127.0.0.2"]
    assert len({each.getsockname()[1] for each in bound}) == 1
    for each in bound:
        each.close()


def test_another_free_port_is_tried_if_one_is_in_use_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bind, failures = binding.bind, iter([None, OSError(errno.EADDRINUSE, "in use")])

    def busy_once(*address: object) -> socket.socket:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        return bind(*address)  # type: ignore[arg-type]

    monkeypatch.setattr(binding, "bind", busy_once)
    bound = binding.bind_all("both", 0)
    assert len({each.getsockname()[1] for each in bound}) == 1
    for each in bound:
        each.close()


def test_an_address_that_this_machine_lacks_is_left_out(resolver: list[object]) -> None:
    resolver.insert(0, ABSENT)
    bound = binding.bind_all("three", 0)
    assert [each.getsockname()[0] for each in bound] == ["127.0.0.1", "127.0.0.2"]
    for each in bound:
        each.close()


def test_a_host_of_which_this_machine_has_no_address_is_an_error(resolver: list[object]) -> None:
    resolver[:] = [ABSENT]
    with pytest.raises(OSError, match="assign") as caught:
        binding.bind_all("other", 0)
    assert caught.value.errno == errno.EADDRNOTAVAIL


def test_a_chosen_port_in_use_at_one_address_is_an_error() -> None:
    with socket.create_server(("127.0.0.2", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            binding.bind_all("both", port)
    for each in binding.bind_all("both", port):
        each.close()
