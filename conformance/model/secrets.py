"""Credentials leaked to stderr, to answers of the adapter, or to URLs.

Logs are copied into tickets, texts are shown to users, and URLs are kept by every proxy. What is
looked for are the secrets of the SIS's `auth`, and what the exporter makes of them: the value of
each Authorization header in the journal. Violations repeat none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from conformance.model.evidence import Evidence
from conformance.model.rule import Violation

SECRET_FIELDS = {
    "password": "the password",
    "token": "the token",
    "key": "the API key",
    "client_secret": "the client secret",
    "consumer_secret": "the consumer secret",
}
"""The fields of credentials that are secret, and their names in texts."""

PLANTED = "Zq7-secret-of-the-SIS-4Kx"
"""A secret that is the same in a text and in a URL."""

SHORTEST = 6
"""Characters. What is shorter could be part of a word."""


def leaked_secrets(evidence: Evidence, auth: Mapping[str, Any]) -> Iterator[Violation]:
    """Where a secret of these credentials was shown; each once for each place."""
    secrets = _secrets(evidence, auth)
    for name in _found(secrets, evidence.stderr):
        yield Violation(f"wrote {name} of the SIS to stderr")
    for done in evidence.steps:
        op = (done.message or {}).get("op", "a message")
        for name in _found(secrets, *_texts(done.answer)):
            labels = (done.step.label,) if done.step.label else ()
            yield Violation(f"answered {op} with {name} of the SIS", steps=labels)
    for entry in evidence.requests:
        for name in _found(secrets, entry.call.target):
            text = f"sent {name} of the SIS in a URL (#{entry.number})"
            yield Violation(text, (entry.number,))


def _secrets(evidence: Evidence, auth: Mapping[str, Any]) -> dict[str, str]:
    """The name of each secret text."""
    found = {str(auth[field]): name for field, name in SECRET_FIELDS.items() if auth.get(field)}
    for entry in evidence.requests:
        _, _, value = (entry.call.header("Authorization") or "").partition(" ")
        found.setdefault(value.strip(), "an Authorization value")
    return {text: name for text, name in found.items() if len(text) >= SHORTEST}


def _found(secrets: Mapping[str, str], *texts: str) -> list[str]:
    """The names of the secrets in these texts, as they are or percent-encoded."""
    plain = "\n".join((*texts, *map(unquote_plus, texts)))
    return list(dict.fromkeys(name for text, name in secrets.items() if text in plain))


def _texts(data: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
