"""Rules about the request itself: its body, its method, where it goes, and how long it waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from conformance import sources
from conformance.evidence import Evidence
from conformance.proofs import Proof
from conformance.rule import Level, NotTestable, Rule, Violation
from conformance.scenarios.wiseflow import failures, selection
from conformance.wiseflow import UNREADABLE, exports
from mock_sis.contracts import contract
from mock_sis.entry import Entry
from mock_sis.errors import Malformed
from mock_sis.media import content_type, decode_json


def sends_a_valid_body(evidence: Evidence) -> Iterator[Violation]:
    """Every body is strict JSON and keeps the schema."""
    for entry in _attempts(evidence):
        try:
            problems = contract("wiseflow/export.schema.json").problems(
                decode_json(entry.call.body)
            )
        except Malformed as error:
            yield Violation(
                f"sent a body that is not JSON (#{entry.number}): {error}", (entry.number,)
            )
            continue
        for problem in problems:
            yield Violation(
                f"sent a body that breaks the schema (#{entry.number}) at"
                f" {problem.pointer or '(root)'}: {problem.message}",
                entries=(entry.number,),
            )


def uses_the_right_method(evidence: Evidence) -> Iterator[Violation]:
    """POST or PATCH, and PATCH where it is configured."""
    patched = evidence.scenario == selection.BY_PATCH.name
    allowed = ("PATCH",) if patched else ("POST", "PATCH")
    for entry in _attempts(evidence):
        if entry.call.method not in allowed:
            yield Violation(
                f"used {entry.call.method} (#{entry.number}); expected {' or '.join(allowed)}",
                entries=(entry.number,),
            )


def says_what_it_sends(evidence: Evidence) -> Iterator[Violation]:
    """The Content-Type is application/json, and the bytes are UTF-8."""
    for entry in _attempts(evidence):
        media_type, charset = content_type(entry.call)
        if media_type != "application/json" or charset not in ("", "utf-8", "utf8"):
            sent = entry.call.header("Content-Type")
            yield Violation(
                f"sent the Content-Type {sent!r} (#{entry.number}); expected application/json in"
                " UTF-8",
                entries=(entry.number,),
            )
        try:
            entry.call.body.decode()
        except UnicodeDecodeError as error:
            yield Violation(
                f"sent bytes that are not UTF-8 (#{entry.number}): {error}", (entry.number,)
            )


def sends_all_in_one_call(evidence: Evidence) -> Iterator[Violation]:
    """One request carries everybody."""
    found = exports(evidence)
    if not found:
        raise NotTestable("nothing was exported, which the rule presupposes")
    if len(found) > 1:
        yield Violation(
            f"used {len(found)} calls for {sum(len(sent.rows) for sent in found)} participants",
            entries=tuple(sent.number for sent in found),
        )


def names_nobody_twice(evidence: Evidence) -> Iterator[Violation]:
    """No userId is in one body twice, however it is spelled."""
    _attempts(evidence)
    if not any(sent.rows for sent in exports(evidence)):
        raise NotTestable(UNREADABLE)
    for sent in exports(evidence):
        for subject, count in Counter(sent.subjects).items():
            if count > 1:
                yield Violation(
                    f"named participant {subject} {count} times in one call (#{sent.number})",
                    entries=(sent.number,),
                )


def stays_with_its_host(evidence: Evidence) -> Iterator[Violation]:
    """Whatever is asked of the other host carries neither credentials nor grades."""
    if not exports(evidence):
        raise NotTestable("nothing was exported, which the rule presupposes")
    for entry in evidence.requests:
        host = entry.call.header("Host") or ""
        if not host.startswith(failures.ELSEWHERE):
            continue
        for what, there in (
            ("credentials (Authorization)", entry.call.header("Authorization") is not None),
            ("grades", bool(entry.call.body)),
        ):
            if there:
                yield Violation(
                    f"followed a redirect to another host, {host}, and handed it {what}"
                    f" (#{entry.number})",
                    entries=(entry.number,),
                )


def gives_up_in_time(evidence: Evidence) -> Iterator[Violation]:
    """The exporter, not the SIS, ends the wait."""
    found = evidence.calls("wiseflow.flows.grades.*", since="press")
    if not found:
        raise NotTestable("nothing was exported, which the rule presupposes")
    first = found[0]
    if first.delivered is None or first.delivered.how != "client_gone":
        yield Violation(
            f"waited for an answer (#{first.number}) until the SIS hung up, long after the"
            f" {failures.STALLED_LONG.timeout:g} s it was told to wait",
            entries=(first.number,),
            steps=("press",),
        )


def _attempts(evidence: Evidence) -> list[Entry]:
    """Everything that was sent to the export receiver, routed or not."""
    found = [
        entry
        for entry in evidence.requests
        if entry.call.path.endswith("/grades")
        and entry.call.method not in ("GET", "HEAD", "OPTIONS")
    ]
    if not found:
        raise NotTestable("nothing was exported, which the rule presupposes")
    return found


RULES = (
    Rule(
        id="WF-BODY",
        level=Level.MUST,
        title="sends a body valid under the schema",
        sources=(sources.REQUEST,),
        scenarios=(selection.PLAIN, selection.ALTERNATIVE, selection.ZERO_AND_NONE),
        proofs=(Proof.COUNT,),
        check=sends_a_valid_body,
        mend="Hold the body against schemas/wiseflow/export.schema.json.",
    ),
    Rule(
        id="WF-METHOD",
        level=Level.MUST,
        title="sends by POST or PATCH, as configured",
        sources=(sources.REQUEST,),
        scenarios=(selection.PLAIN, selection.BY_PATCH),
        proofs=(Proof.COUNT,),
        check=uses_the_right_method,
        mend="Use the method that the institution chose.",
    ),
    Rule(
        id="WF-TYPE",
        level=Level.MUST,
        title="sends UTF-8 JSON, and says so",
        sources=(sources.REQUEST,),
        scenarios=(selection.PLAIN,),
        proofs=(Proof.COUNT,),
        check=says_what_it_sends,
        mend="Send 'Content-Type: application/json' and encode as UTF-8.",
    ),
    Rule(
        id="WF-BULK",
        level=Level.SHOULD,
        title="sends all participants in one call",
        sources=(sources.REQUEST,),
        scenarios=(selection.PLAIN,),
        proofs=(Proof.COUNT,),
        check=sends_all_in_one_call,
        mend="Put every participant of the export into one list.",
    ),
    Rule(
        id="WF-NO-DUPLICATES",
        level=Level.MUST_INFERRED,
        title="names no participant twice in a call",
        sources=(sources.REQUEST, sources.RUNS_ONCE),
        scenarios=(selection.PLAIN, selection.ALTERNATIVE),
        proofs=(Proof.COUNT,),
        check=names_nobody_twice,
        mend="Send mark and alternative grade in one row, and each person once.",
    ),
    Rule(
        id="WF-REDIRECT",
        level=Level.MUST_INFERRED,
        title="does not hand credentials or grades to another host on redirect",
        sources=(sources.REDIRECTS,),
        scenarios=(failures.GRADES_REDIRECTED, failures.CREDENTIALS_REDIRECTED),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=stays_with_its_host,
        mend="Turn off the following of redirects; an export that was redirected has failed.",
    ),
    Rule(
        id="WF-TIMEOUT",
        level=Level.SHOULD_INFERRED,
        title="gives up on a stalled SIS within its declared timeout",
        sources=(sources.DEADLINES,),
        scenarios=(failures.STALLED_LONG,),
        proofs=(Proof.WITNESS,),
        check=gives_up_in_time,
        mend="Set a deadline for the whole exchange, not only for connecting.",
    ),
)
