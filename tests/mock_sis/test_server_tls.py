"""HTTPS: what is served over it, and the certificates that are refused before anything listens."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from helpers.simulator.certificates import CERTIFICATE, KEY, TLS, trusting
from helpers.simulator.delivery_desk import FakeSimulator, Line, body, request, served, until
from mock_sis.errors import UsageError
from mock_sis.exchange import Delivery, Reply
from mock_sis.server.embedded import EmbeddedSimulator
from mock_sis.server.port import listening
from mock_sis.server.tls import tls_context

NOT_PEM = TLS / "README.md"
REFUSED: dict[str, tuple[Path, Path, str]] = {
    "no certificate file": (TLS / "none.pem", KEY, "none.pem cannot be read: No such file"),
    "no key file": (CERTIFICATE, TLS / "none.key", "none.key cannot be read: No such file"),
    "a folder": (TLS, KEY, "tls is not a regular file"),
    "a device": (Path("/dev/null"), KEY, "/dev/null is not a regular file"),
    "no PEM": (NOT_PEM, KEY, "--tls-cert .*README.md contains no certificate"),
    "a key that is no PEM": (CERTIFICATE, NOT_PEM, "--tls-key .*README.md contains no private key"),
    "exchanged": (KEY, CERTIFICATE, "--tls-cert .*server.key contains no certificate"),
    "a foreign key": (CERTIFICATE, TLS / "other.key", "other.key does not belong to --tls-cert"),
    "a password": (CERTIFICATE, TLS / "locked.key", "is protected by a password.*openssl pkey"),
    "expired": (TLS / "expired.pem", KEY, "expired.pem has expired. Name a certificate that is"),
    "early": (TLS / "early.pem", KEY, "early.pem is not valid yet"),
}


@pytest.mark.parametrize(("certificate", "key", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_certificate_that_cannot_serve_is_refused(
    certificate: Path, key: Path, reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        tls_context(certificate, key)


@pytest.mark.parametrize("damage", ["certificate", "key"])
def test_damaged_files_are_refused(damage: str, tmp_path: Path) -> None:
    files = {"certificate": CERTIFICATE, "key": KEY}
    bad = tmp_path / "bad.pem"
    lines = files[damage].read_text().splitlines()
    bad.write_text("\n".join([lines[0], "AAAA" + lines[1][4:], *lines[2:]]))
    with pytest.raises(UsageError, match=r"cannot be used: .*Name a valid certificate"):
        tls_context(**{**files, damage: bad})


def test_one_file_may_hold_both(tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text(KEY.read_text() + CERTIFICATE.read_text())
    assert tls_context(both, both).minimum_version == ssl.TLSVersion.TLSv1_2


def test_versions_before_tls_1_2_are_refused() -> None:
    old = trusting()
    # Level 0 allows OpenSSL to offer what its default forbids, so that the server must refuse it.
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with EmbeddedSimulator(tls_cert=CERTIFICATE, tls_key=KEY) as sis:
        place = urlsplit(sis.url)
        with (
            socket.create_connection((place.hostname, place.port)) as plain,
            pytest.raises(ssl.SSLError),
        ):
            old.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_url_and_the_links_say_https(host: str) -> None:
    with EmbeddedSimulator("skyward", host=host, tls_cert=CERTIFICATE, tls_key=KEY) as sis:
        assert sis.url.startswith(f"https://{host}:")
        archive = sis.control("GET", "/_control/journal.har")
    assert archive["log"]["entries"][0]["request"]["url"].startswith(sis.url)


async def test_an_aiohttp_client_keeps_its_connection() -> None:
    with EmbeddedSimulator(tls_cert=CERTIFICATE, tls_key=KEY) as sis:
        connector = aiohttp.TCPConnector(ssl=trusting())
        async with aiohttp.ClientSession(sis.url, connector=connector) as session:
            for _ in range(2):
                async with session.get("/wiseflow/flows") as answer:
                    assert (answer.status, bool(await answer.json())) == (200, True)
        first, second = (entry.call.peer for entry in sis.journal[-2:])
    assert first == second


async def dialled(url: str) -> Line:
    place = urlsplit(url)
    _, line = await asyncio.get_running_loop().create_connection(
        Line, place.hostname, place.port, ssl=trusting()
    )
    return line


@pytest.mark.parametrize(
    ("plan", "heard"),
    [
        (Delivery(), b"0123456789"),
        (Delivery(drip=1000), b"0123456789"),
        (Delivery(cut_after=4, ending="close"), b"0123"),
        (Delivery(cut_after=0, ending="reset"), b""),
    ],
    ids=str,
)
async def test_faults_of_transport_act_over_tls(plan: Delivery, heard: bytes) -> None:
    fake = FakeSimulator(lambda _: Reply(200, (), b"0123456789", plan))
    async with served(fake, tls=tls_context(CERTIFICATE, KEY)) as url:
        line = await dialled(url)
        line.say(request(close=True))
        assert await line.ends() == ("reset" if plan.ending == "reset" else "eof")
    assert body(line) == heard


async def test_a_closed_port_speaks_tls_again_when_it_opens() -> None:
    fake: Any = FakeSimulator()
    async with listening(fake, tls=tls_context(CERTIFICATE, KEY)) as port:
        await port.unplug()
        with pytest.raises(ConnectionRefusedError):
            await dialled(port.url)
        await port.plug()
        line = await dialled(port.url)
        line.say(request(close=True))
        assert await line.ends() == "eof"
    assert line.heard.startswith(b"HTTP/1.1 200")


async def test_a_client_that_does_not_speak_tls_is_dropped_and_the_server_goes_on() -> None:
    fake = FakeSimulator()
    async with served(fake, tls=tls_context(CERTIFICATE, KEY)) as url:
        place = urlsplit(url)
        _, plain = await asyncio.get_running_loop().create_connection(
            Line, place.hostname, place.port
        )
        plain.say(request())
        await plain.ends()
        line = await dialled(url)
        line.say(request(close=True))
        await until(lambda: bool(fake.calls))
        await line.ends()
    assert (len(fake.calls), line.heard.startswith(b"HTTP/1.1 200")) == (1, True)
