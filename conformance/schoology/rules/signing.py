"""The rule about OAuth 1.0a signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.schoology import sources
from conformance.schoology.scenarios import failing
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

_PARAMETER = re.compile(r'(\w+)\s*=\s*"([^"]*)"')


def signs_each_request_anew(evidence: Evidence) -> Iterator[Violation]:
    """Every request is signed, and no nonce is used twice with the same timestamp."""
    seen: dict[tuple[str, str], int] = {}
    for entry in evidence.requests:
        signature = _signature(entry)
        if "oauth_consumer_key" not in signature:
            yield Violation(
                f"sent {entry.call.method} {entry.call.path} without a signature (#{entry.number})",
                (entry.number,),
            )
            continue
        nonce = signature.get("oauth_nonce", "")
        used = (signature.get("oauth_timestamp", ""), nonce)
        if nonce and used in seen:
            yield Violation(
                f"reused the nonce {nonce!r} (#{entry.number}), first used in #{seen[used]}",
                (seen[used], entry.number),
            )
        seen.setdefault(used, entry.number)
    if not seen:
        raise NotTestable("the exporter sent no signed request, so this rule cannot be judged")
    if evidence.scenario == failing.SIGNED_REDIRECTED.name and not _was_redirected(evidence):
        raise NotTestable("the SIS never redirected the exporter, so this rule cannot be judged")


def _was_redirected(evidence: Evidence) -> bool:
    answers = (entry.outcome for entry in evidence.requests)
    return any(isinstance(each, Reply) and 300 <= each.status < 400 for each in answers)


def _signature(entry: Entry) -> Mapping[str, str]:
    """The OAuth parameters in the Authorization header or in the query."""
    header = entry.call.header("Authorization") or ""
    given = {name: unquote(value) for name, value in _PARAMETER.findall(header)}
    return given if header.lower().startswith("oauth") else entry.call.query


RULES = (
    Rule(
        id="SC-NONCE",
        level=Level.MUST_INFERRED,
        title="must not repeat a nonce, and must sign again after a redirect",
        sources=(sources.NONCES,),
        scenarios=(failing.SIGNED, failing.SIGNED_REDIRECTED),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=signs_each_request_anew,
        fix="Sign each request when it is sent: every attempt and every redirect.",
    ),
)
