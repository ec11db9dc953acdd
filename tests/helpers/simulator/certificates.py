"""The certificates of tests/data/tls, and a client's trust in one of them."""

from __future__ import annotations

import ssl
from pathlib import Path

TLS = Path(__file__).parents[2] / "data" / "tls"
CERTIFICATE, KEY = TLS / "server.pem", TLS / "server.key"


def trusting() -> ssl.SSLContext:
    """A client's settings that trust CERTIFICATE, for its names only."""
    return ssl.create_default_context(cafile=CERTIFICATE)
