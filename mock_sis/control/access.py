"""Who may use the control interface: whoever holds the control token, where there is one."""

from __future__ import annotations

import hmac

from mock_sis.errors import Unauthorised
from mock_sis.exchange import Call

CHALLENGE = 'Bearer realm="mock-sis control"'


def authorise(token: str | None, call: Call) -> None:
    """Raise Unauthorised unless the call carries the control token, or none is set.

    Credentials of a dialect are never looked at, and the comparison takes the same time however
    much of a token is right.
    """
    if token is None:
        return
    scheme, _, presented = (call.header("Authorization") or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorised(
            "The control interface needs its token: send 'Authorization: Bearer TOKEN'.",
            challenge=CHALLENGE,
        )
    if not hmac.compare_digest(_bytes(presented.strip()), _bytes(token)):
        raise Unauthorised("This is not the control token.", challenge=CHALLENGE)


def _bytes(text: str) -> bytes:
    # A header may hold bytes no text stands for, which arrive as lone surrogates.
    return text.encode(errors="surrogatepass")
