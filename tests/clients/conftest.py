"""The simulator that the clients call: once by HTTP, once by HTTPS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpers.simulator.certificates import CERTIFICATE, KEY
from mock_sis.server.embedded import EmbeddedSimulator

TRUSTED = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
"""The variables by which clients learn which certificates to trust."""


@pytest.fixture(params=["http", "https"])
def mock_sis(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EmbeddedSimulator]:
    secured = {"tls_cert": CERTIFICATE, "tls_key": KEY} if request.param == "https" else {}
    for name in TRUSTED:
        monkeypatch.setenv(name, str(CERTIFICATE))
    with EmbeddedSimulator(**secured) as sis:
        yield sis
