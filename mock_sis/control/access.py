"""Access to the control interface: one check of each call, before its path is routed.

Every path below `/_control` is closed, known or not, except the public operations of the table
(health). If a control token is set, a call must carry it. Otherwise a call must be addressed to a
host name that no outsider controls: a web page can point its own name at this machine (DNS
rebinding), and the requests of that page carry the name in `Host`. The dialects do not check
`Host`, because their clients address the simulator as if it were another system.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from mock_sis.control.table import CONTROL_ROUTES
from mock_sis.errors import Unauthorised
from mock_sis.exchange import Call, split_path
from mock_sis.settings import Settings

CHALLENGE = 'Bearer realm="mock-sis control"'
_BASE = ("_control",)
_OPEN = tuple(route for route in CONTROL_ROUTES if route.public)
_PUBLIC = frozenset(
    [(route.method, route.segments) for route in _OPEN]
    + [("HEAD", route.segments) for route in _OPEN if route.method == "GET"]
)


def is_control(path: str) -> bool:
    """Whether a raw path lies below the base of the control interface."""
    return split_path(path)[:1] == _BASE


def authorise(call: Call, settings: Settings) -> None:
    """Raise Unauthorised if the control interface is closed to this call.

    Calls for other paths pass. Credentials of a dialect are never read, and the comparison of
    tokens takes the same time however many characters are right.
    """
    if not is_control(call.path) or (call.method, split_path(call.path)) in _PUBLIC:
        return
    if settings.control_token is None:
        _require_own_host(call.header("Host"), settings.public_url)
    else:
        _require_token(call.header("Authorization"), settings.control_token)


def _require_token(credentials: str | None, token: str) -> None:
    scheme, _, presented = (credentials or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorised(
            "The control interface requires its token. Send 'Authorization: Bearer TOKEN' with "
            "the token that the simulator was started with.",
            challenge=CHALLENGE,
        )
    if not hmac.compare_digest(_bytes(presented.strip()), _bytes(token)):
        raise Unauthorised(
            "The bearer token is not the control token. Send the token that the simulator was "
            "started with.",
            challenge=CHALLENGE,
        )


def _require_own_host(host: str | None, public_url: str) -> None:
    name = _host_name(f"//{host or ''}")
    if name is None or not (_is_own(name) or name == _host_name(public_url)):
        raise Unauthorised(
            f"Host must be localhost, an IP address or the host of the public URL (got "
            f"{(host or '')[:80]!r}): without a control token, a web page could otherwise call the "
            "control interface under its own name. Use one of these hosts, or start the simulator "
            "with a control token and send it.",
            challenge=CHALLENGE,
        )


def _host_name(url: str) -> str | None:
    """The host of a URL, without its port: "" if the URL has none, None if it is invalid."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return None


def _is_own(name: str) -> bool:
    """Whether no outside name server decides where a host name leads: an IP address, a name
    without a dot, or a name below `localhost`."""
    try:
        ip_address(name)
    except ValueError:
        plain = name.removesuffix(".")
        return "." not in plain or plain.endswith(".localhost")
    return True


def _bytes(text: str) -> bytes:
    # A header may contain bytes that are not UTF-8, which arrive as lone surrogates.
    return text.encode(errors="surrogatepass")
