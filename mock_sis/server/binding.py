"""Bind the sockets that a simulator listens on: one for each address of a host, all on one port."""

from __future__ import annotations

import errno
import os
import socket
from ipaddress import IPv6Address, ip_address
from typing import Any

from mock_sis.errors import UsageError

Address = tuple[socket.AddressFamily, tuple[Any, ...]]
"""A family, and an address as `socket.bind` takes it: host, port, and for IPv6 two numbers more."""

_TRIES = 10
"""Free ports that are tried, because one that is free at one address may be in use at another."""
_ABSENT = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
"""Errors of an address that the machine does not have, as with `localhost` if IPv6 is off."""


def addresses(host: str, port: int = 0) -> list[Address]:
    """The addresses that a host name or an IP address stands for. Raises socket.gaierror."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except UnicodeError as error:  # an empty label, or one of more than 63 characters
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
    return list(dict.fromkeys((row[0], row[4]) for row in found))


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches that host. Raises UsageError if it cannot be
    resolved."""
    try:
        found = addresses(host)
    except socket.gaierror as error:
        raise UsageError(
            f"--host {host!r} cannot be resolved: {error.strerror or error}. Give an address of "
            "this machine, such as 127.0.0.1 or ::1, or a host name such as localhost."
        ) from error
    # A scope, as in fe80::1%eth0, is no part of the number.
    return all(ip_address(address[0].partition("%")[0]).is_loopback for _, address in found)


def bind_all(host: str, port: int) -> list[socket.socket]:
    """Bound sockets for the addresses of a host, on one port; port 0 picks a free one.

    Addresses that the machine does not have are left out if another can be bound. Raises OSError.
    """
    wanted = addresses(host, port)
    for _ in range(_TRIES - 1):
        try:
            return _bind_all(wanted, port)
        except OSError as error:
            if port or error.errno != errno.EADDRINUSE:
                raise
    return _bind_all(wanted, port)


def _bind_all(wanted: list[Address], port: int) -> list[socket.socket]:
    bound: list[socket.socket] = []
    absent: OSError | None = None
    for family, (name, _, *rest) in wanted:
        try:
            bound.append(bind(family, (name, port, *rest)))
        except OSError as error:
            if error.errno not in _ABSENT:
                for each in bound:
                    each.close()
                raise
            absent = error
        else:
            port = bound[0].getsockname()[1]
    if absent is not None and not bound:
        raise absent
    return bound


def bind(family: socket.AddressFamily, address: tuple[Any, ...]) -> socket.socket:
    """A socket that holds a port without listening. The IPv6 address `::` takes IPv4 too, where
    the system allows it."""
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere, this would let others take the port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not _takes_both(address[0]))
        bound.setblocking(False)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def _takes_both(name: str) -> bool:
    return IPv6Address(name.partition("%")[0]).is_unspecified and socket.has_dualstack_ipv6()
