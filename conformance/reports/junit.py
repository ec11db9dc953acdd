"""The report as JUnit XML, as CI systems read it: one test case a rule."""

from __future__ import annotations

import re

from lxml import etree

from conformance.report import Report
from conformance.reports.terminal import explain, proof_lines
from conformance.verdicts import Status, Verdict

_ELEMENTS = {
    Status.FAIL: "failure",
    Status.NOT_TESTABLE: "failure",
    Status.STALE: "failure",
    Status.ERROR: "error",
    Status.NOT_APPLICABLE: "skipped",
    Status.KNOWN: "skipped",
}
"""What a test case holds; pass and warn hold only their output."""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""All that XML 1.0 (section 2.2) has no way to write, lone surrogates included."""


def render(report: Report) -> str:
    """The document, with its declaration."""
    suite = etree.Element("testsuite", _attributes(report))
    properties = etree.SubElement(suite, "properties")
    for name, value in _properties(report).items():
        etree.SubElement(properties, "property", {"name": name, "value": clean(value)})
    for verdict in report.verdicts:
        suite.append(_case(report, verdict))
    root = etree.Element("testsuites")
    root.append(suite)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text.decode()


def clean(text: str) -> str:
    """The text with every character that XML cannot hold written as `\\x1b`."""
    return _FORBIDDEN.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _attributes(report: Report) -> dict[str, str]:
    elements = [_ELEMENTS.get(verdict.status) for verdict in report.verdicts]
    return {
        "name": "mock-sis conformance",
        "tests": str(len(elements)),
        "failures": str(elements.count("failure")),
        "errors": str(elements.count("error")),
        "skipped": str(elements.count("skipped")),
        "time": f"{report.took:.3f}",
        "timestamp": report.started[:19],
    }


def _properties(report: Report) -> dict[str, str]:
    who = report.identity
    exporter = f"{who.name} {who.version}" if who else "unknown"
    return {"exporter": exporter, "spec": report.spec, "suite": report.suite}


def _case(report: Report, verdict: Verdict) -> etree._Element:
    rule = verdict.rule
    name = clean(f"{rule.id} {rule.title}")
    case = etree.Element("testcase", {"classname": f"conformance.{rule.profile}", "name": name})
    element = _ELEMENTS.get(verdict.status)
    if element is not None:
        first = next((found.message for found in verdict.violations), "")
        message = {"message": clean(f"{verdict.status.value}: {verdict.reason or first}")}
        inside = etree.SubElement(case, element, message)
        if element != "skipped":
            inside.text = clean("\n".join(explain(verdict, report.evidence)))
    output = etree.SubElement(case, "system-out")
    output.text = clean("\n".join(_output(report, verdict)))
    return case


def _output(report: Report, verdict: Verdict) -> list[str]:
    if verdict.status in (Status.WARN, Status.KNOWN):
        return explain(verdict, report.evidence)
    proofs = [line for judged in verdict.judged for line in proof_lines(judged.proofs)]
    return [verdict.status.value, *proofs]
