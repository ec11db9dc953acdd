"""Certificates for HTTPS, checked before anything listens."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

from mock_sis.errors import UsageError

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_MOMENTS = {
    9: "is not valid yet; check the clock of this machine",
    10: "has expired",
}
"""Codes of OpenSSL for a certificate outside its time, and what they mean."""


class _Locked(Exception):
    """The key is protected by a password."""


Tls = ssl.SSLContext
"""The TLS settings of a server."""


def https(certificate: Path | None, key: Path | None) -> Tls | None:
    """The TLS settings for two options of the command line; None without both. Raises UsageError as
    `tls_context` does, and if one of the two is missing."""
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        missing, given = ("--tls-key", "--tls-cert") if key is None else ("--tls-cert", "--tls-key")
        raise UsageError(
            f"{missing} is missing. HTTPS requires a certificate and its key: give {given} and "
            f"{missing}, which may name the same file."
        )
    return tls_context(certificate, key)


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """The TLS settings of a server with that certificate (PEM, with its chain) and private key.

    TLS 1.2 is the oldest version. Raises UsageError if a file cannot be read or used, if the two do
    not belong together, if the key has a password, or if the certificate is outside its time.
    """
    chain = _read("--tls-cert", certificate)
    found = _CERTIFICATE.search(chain)
    if found is None:
        raise UsageError(
            f"--tls-cert {certificate} contains no certificate. Name a PEM file, which contains "
            "the line -----BEGIN CERTIFICATE-----."
        )
    if not _KEY.search(_read("--tls-key", key)):
        raise UsageError(
            f"--tls-key {key} contains no private key. Name a PEM file, which contains the line "
            "-----BEGIN PRIVATE KEY-----."
        )
    context = _server(certificate, key)
    _require_valid(context, found[0].decode("ascii", "replace"), certificate)
    return context


def _read(option: str, file: Path) -> bytes:
    if file.exists() and not file.is_file():
        raise UsageError(f"{option} {file} is not a regular file. Name a PEM file.")
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{option} {file} cannot be read: {error.strerror or error}. Name a readable PEM file."
        ) from error


def _server(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate, key, _refuse_password)
    except _Locked:
        raise UsageError(
            f"--tls-key {key} is protected by a password, and the server cannot ask for it. "
            f"Write a key without one: openssl pkey -in {key} -out FILE."
        ) from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise UsageError(
                f"--tls-key {key} does not belong to --tls-cert {certificate}. Name the key that "
                "the certificate was made for; the server's own certificate must come first."
            ) from error
        raise UsageError(
            f"--tls-cert {certificate} and --tls-key {key} cannot be used: "
            f"{error.reason or error}. Name a valid certificate and its key, both in PEM."
        ) from error
    return context


def _refuse_password() -> str:
    raise _Locked


def _require_valid(context: ssl.SSLContext, certificate: str, file: Path) -> None:
    """Let a client that trusts this certificate shake hands with the server, in memory. Python
    offers no other way to check its time."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        trusting.load_verify_locations(cadata=certificate)
        ends = (
            trusting.wrap_bio(to_client, to_server),
            context.wrap_bio(to_server, to_client, server_side=True),
        )
        while sum(map(_shakes, ends)) < len(ends):  # each in its turn
            pass
    except ssl.SSLCertVerificationError as error:
        why = _MOMENTS.get(error.verify_code)
        if why is None:
            return  # whether to trust it otherwise is for the client to decide
        raise UsageError(
            f"--tls-cert {file} {why}. Name a certificate that is valid now."
        ) from error
    except ssl.SSLError as error:
        raise UsageError(
            f"--tls-cert {file} cannot be used: {error.reason or error}. Name a valid certificate."
        ) from error


def _shakes(end: ssl.SSLObject) -> bool:
    """Go on with a handshake. Return whether this end has finished it."""
    try:
        end.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
