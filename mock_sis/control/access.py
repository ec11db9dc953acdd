"""Who may use the control interface: whoever holds the control token, where there is one, and
where there is none, whoever calls the simulator by a name that nobody else can give it.

A web page can have its own name lead to this machine (DNS rebinding) and is then free to call what
answers here, in any content type; the name stands in the Host of its requests. Only the control
interface asks for it: clients of the dialects believe that they call somebody else.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from mock_sis.errors import Unauthorised
from mock_sis.exchange import Call

CHALLENGE = 'Bearer realm="mock-sis control"'


def authorise(token: str | None, call: Call, public_url: str = "") -> None:
    """Raise Unauthorised unless the call carries the control token or, where none is set, was sent
    to a name of this machine or to that of the public URL.

    Credentials of a dialect are never looked at, and the comparison takes the same time however
    much of a token is right.
    """
    if token is None:
        _require_own_name(call.header("Host"), public_url)
        return
    scheme, _, presented = (call.header("Authorization") or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorised(
            "The control interface needs its token: send 'Authorization: Bearer TOKEN'.",
            challenge=CHALLENGE,
        )
    if not hmac.compare_digest(_bytes(presented.strip()), _bytes(token)):
        raise Unauthorised("This is not the control token.", challenge=CHALLENGE)


def _require_own_name(host: str | None, public_url: str) -> None:
    name = _name(f"//{host or ''}")
    if name is None or not (_is_own(name) or name == _name(public_url)):
        raise Unauthorised(
            "Without a control token, the control interface answers only to localhost, to an "
            "address and to the host of the public URL, so that no web page can call it under a "
            "name of its own. Call it so, or give the simulator a control token and send it.",
            challenge=CHALLENGE,
        )


def _name(url: str) -> str | None:
    """The host of a URL without its port, "" where there is none, None where it cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return None


def _is_own(name: str) -> bool:
    """Whether no name server of somebody else's has a say in where this host is."""
    try:
        ip_address(name)
    except ValueError:
        plain = name.removesuffix(".")
        return "." not in plain or plain.endswith(".localhost")
    return True


def _bytes(text: str) -> bytes:
    # A header may hold bytes no text stands for, which arrive as lone surrogates.
    return text.encode(errors="surrogatepass")
