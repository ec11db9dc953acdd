"""Rules about the request itself: body, method, media type, redirects and timeout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import NOTHING_SENT, require_exports
from conformance.wiseflow.forms import forms_of
from conformance.wiseflow.ledger import carried
from conformance.wiseflow.mapped import body_defects
from conformance.wiseflow.scenarios import data, failing, mapping, selection
from mock_sis.formats.mapping.rows import MEDIA_TYPES
from mock_sis.formats.negotiation import content_type
from mock_sis.journal.entry import Entry

SEGMENT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@|-]|%[0-9A-Fa-f]{2})+")
"""One segment of a path, as RFC 3986 (section 3.3) has it; "|" is tolerated, as servers do."""


def sends_a_valid_body(evidence: Evidence) -> Iterator[Violation]:
    """Every body is strict JSON and valid under the schema; or, under the institution's mapping, of
    its format."""
    if evidence.scenario in mapping.NAMES:
        return
    body = forms_of(evidence.policies).body
    for entry in _attempts(evidence):
        yield from body_defects(entry, body)


def uses_the_right_method(evidence: Evidence) -> Iterator[Violation]:
    """The method is POST or PATCH, and PATCH if that is configured."""
    patched = evidence.configured.get("method") == "PATCH"
    allowed = ("PATCH",) if patched else ("POST", "PATCH")
    for entry in _attempts(evidence):
        if entry.call.method not in allowed:
            text = f"sent {entry.call.method} (#{entry.number}); expected {' or '.join(allowed)}"
            yield Violation(text, (entry.number,))


def declares_utf8_json(evidence: Evidence) -> Iterator[Violation]:
    """The Content-Type is application/json, and the body is UTF-8; under the institution's mapping,
    the type is that of its format, and XML may declare another encoding."""
    if evidence.scenario in mapping.NAMES:
        return
    format = forms_of(evidence.policies).body.format
    expected = MEDIA_TYPES[format]
    for entry in _attempts(evidence):
        media_type, charset = content_type(entry.call)
        if format == "xml" and media_type in expected:
            continue
        if media_type not in expected or charset not in ("", "utf-8", "utf8"):
            sent = entry.call.header("Content-Type")
            yield Violation(
                f"sent the Content-Type {sent!r} (#{entry.number}); expected"
                f" {' or '.join(expected)} with charset utf-8 or none",
                entries=(entry.number,),
            )
        try:
            entry.call.body.decode()
        except UnicodeDecodeError as error:
            yield Violation(
                f"sent a body that is not UTF-8 (#{entry.number}): {error}", (entry.number,)
            )


def encodes_the_code(evidence: Evidence) -> Iterator[Violation]:
    """The code of the flow is one percent-encoded segment of every path."""
    code, found = evidence.loaded.get("flow", {}).get("sis_code", ""), False
    for entry in evidence.requests:
        _, flows, rest = entry.call.path.partition("/flows/")
        host = entry.call.header("Host") or ""
        if not flows or host.startswith(failing.ELSEWHERE):
            continue
        found = True
        segment = rest.removesuffix("/grades")
        if not SEGMENT.fullmatch(segment) or unquote(segment) != code:
            yield Violation(
                f"sent {entry.call.method} to the path {entry.call.target!r} (#{entry.number});"
                f" expected /flows/{quote(code, safe='')}, with the code {code!r} percent-encoded",
                entries=(entry.number,),
            )
    if not found:
        raise NotTestable("the exporter sent no request for a flow, so this rule cannot be judged")


def sends_all_in_one_call(evidence: Evidence) -> Iterator[Violation]:
    """One request carries all participants."""
    found = require_exports(evidence)
    if len(found) > 1:
        yield Violation(
            f"sent {sum(len(sent.rows) for sent in found)} participants in {len(found)} requests;"
            " expected one request",
            entries=tuple(sent.number for sent in found),
        )


def stays_with_its_host(evidence: Evidence) -> Iterator[Violation]:
    """No request to the other host carries credentials or grades."""
    require_exports(evidence)
    for entry in evidence.requests:
        host = entry.call.header("Host") or ""
        if not host.startswith(failing.ELSEWHERE):
            continue
        for what, present in (
            ("credentials (Authorization)", entry.call.header("Authorization") is not None),
            ("grades", bool(entry.call.body)),
        ):
            if present:
                yield Violation(
                    f"followed a redirect to another host, {host}, and sent it {what}"
                    f" (#{entry.number})",
                    entries=(entry.number,),
                )


def gives_up_in_time(evidence: Evidence) -> Iterator[Violation]:
    """The exporter closes the connection before the SIS does."""
    found = evidence.calls("wiseflow.flows.grades.*", since="press")
    if not found:
        raise NotTestable(NOTHING_SENT)
    first = found[0]
    if first.delivered is None or first.delivered.how != "client_gone":
        yield Violation(
            f"waited for the answer to #{first.number} until the SIS closed the connection; the"
            f" configured timeout is {failing.STALLED_LONG.timeout:g} s",
            entries=(first.number,),
            steps=("press",),
        )


def _attempts(evidence: Evidence) -> list[Entry]:
    """All requests to an export URL, including those that no route accepts."""
    found = [
        entry
        for entry in evidence.requests
        if entry.call.path.endswith("/grades")
        and entry.call.method not in ("GET", "HEAD", "OPTIONS")
    ]
    if not found:
        raise NotTestable(NOTHING_SENT)
    return found


RULES = (
    Rule(
        id="WF-BODY",
        level=Level.MUST,
        title="must send a body that is valid under the schema",
        sources=(sources.REQUEST,),
        scenarios=(selection.PLAIN, selection.ALTERNATIVE, selection.ZERO_AND_NONE),
        proofs=(Proof.COUNT,),
        check=sends_a_valid_body,
        everywhere=True,
        fix="Validate the body with schemas/wiseflow/export.schema.json.",
    ),
    Rule(
        id="WF-METHOD",
        level=Level.MUST,
        title="must send by POST or PATCH, as configured",
        sources=(sources.REQUEST,),
        scenarios=(selection.PLAIN, selection.BY_PATCH),
        proofs=(Proof.COUNT,),
        check=uses_the_right_method,
        everywhere=True,
        fix="Use the method that the institution has configured.",
    ),
    Rule(
        id="WF-TYPE",
        level=Level.MUST,
        title="must send UTF-8 JSON and declare it as application/json",
        sources=(sources.REQUEST,),
        scenarios=(selection.PLAIN,),
        proofs=(Proof.COUNT,),
        check=declares_utf8_json,
        everywhere=True,
        fix="Send 'Content-Type: application/json', and encode the body as UTF-8.",
    ),
    Rule(
        id="WF-PATH",
        level=Level.MUST_INFERRED,
        title="must percent-encode the flow's code in the path",
        sources=(sources.PATHS,),
        scenarios=(data.PLAIN, data.INSTANT),
        proofs=(Proof.COUNT,),
        check=encodes_the_code,
        everywhere=True,
        fix="Percent-encode the whole code as one segment, also its slashes, percent signs and"
        " question marks.",
    ),
    Rule(
        id="WF-BULK",
        level=Level.SHOULD,
        title="should send all participants in one request",
        sources=(sources.REQUEST,),
        scenarios=(selection.PLAIN,),
        proofs=(Proof.COUNT,),
        check=sends_all_in_one_call,
        fix="Put all participants of the export into one list.",
    ),
    Rule(
        id="WF-NO-DUPLICATES",
        level=Level.MUST_INFERRED,
        title="must not name a participant twice in a request",
        sources=(sources.REQUEST, sources.RUNS_ONCE),
        scenarios=(selection.PLAIN, selection.ALTERNATIVE),
        proofs=(Proof.COUNT,),
        check=carried("WF-NO-DUPLICATES"),
        everywhere=True,
        fix="Send one row for each participant, with both the mark and the alternative grade.",
    ),
    Rule(
        id="WF-REDIRECT",
        level=Level.MUST_INFERRED,
        title="must not send credentials or grades to another host on a redirect",
        sources=(sources.REDIRECTS,),
        scenarios=(failing.GRADES_REDIRECTED, failing.CREDENTIALS_REDIRECTED),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=stays_with_its_host,
        everywhere=True,
        fix="Do not follow redirects; treat a redirected export as failed.",
    ),
    Rule(
        id="WF-TIMEOUT",
        level=Level.SHOULD_INFERRED,
        title="should give up on a stalled SIS within its timeout",
        sources=(sources.DEADLINES,),
        scenarios=(failing.STALLED_LONG,),
        proofs=(Proof.WITNESS,),
        check=gives_up_in_time,
        fix="Set a timeout for the whole exchange, not only for connecting.",
    ),
)
