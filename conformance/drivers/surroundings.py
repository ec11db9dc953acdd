"""What an adapter inherits from the surroundings of the suite, and what it must not.

A proxy cannot reach the simulated SISs, which listen on this machine only. And a file in the
current directory must not replace a module of Python or of the suite.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from os import pathsep
from pathlib import Path

OWN_HOSTS = ("127.0.0.1", "localhost")
"""The names of the simulated SISs."""
_PROXIES = frozenset({"http_proxy", "all_proxy"})


def proxies(environment: Mapping[str, str]) -> list[str]:
    """The variables that send plain HTTP to a proxy."""
    return sorted(name for name, value in environment.items() if _is_proxy(name) and value)


def proxy_notes(environment: Mapping[str, str]) -> list[str]:
    """What to say of each variable that sends plain HTTP to a proxy. Its value may be secret."""
    return [
        f"note {name} is set. The adapter gets NO_PROXY with 127.0.0.1 and localhost; if its HTTP"
        f" client ignores that, unset {name}."
        for name in proxies(environment)
    ]


def _is_proxy(name: str) -> bool:
    return name.lower() in _PROXIES


def without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that keep the requests to this machine from a proxy; none without a proxy."""
    if not proxies(environment):
        return {}
    # Programs differ in the spelling that they read.
    return {name: _extended(environment.get(name, "")) for name in ("NO_PROXY", "no_proxy")}


def _extended(hosts: str) -> str:
    listed = [host.strip() for host in hosts.split(",") if host.strip()]
    if "*" in listed:
        return hosts
    return ",".join([*listed, *(host for host in OWN_HOSTS if host not in listed)])


def own_module(
    name: str, root: Path, path: Sequence[str], environment: Mapping[str, str]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The command that runs a module of this package, and the variables that it needs.

    The current directory is not searched for modules (`-P`): a folder `conformance` or a file
    `types.py` in it would run instead. `root` is the folder of the package, and `path` where this
    process searches for modules. If nothing but the current directory leads to the package, as in
    a checkout without an installation, it is named.
    """
    command = (sys.executable, "-P", "-m", name)
    # Without -P, the first entry is the current directory or the folder of the script.
    searched = path if sys.flags.safe_path else path[1:]
    if str(root) in searched:
        return command, {}
    given = environment.get("PYTHONPATH", "")
    return command, {"PYTHONPATH": f"{root}{pathsep}{given}" if given else str(root)}
