"""The report as JUnit XML for CI systems: one test case for each rule."""

from __future__ import annotations

from lxml import etree

from conformance.judging.report import Report
from conformance.judging.verdicts import Status, Verdict
from conformance.reports.escaping import for_xml
from conformance.reports.terminal import coverage_lines, explain, proof_lines, watch_lines

_ELEMENTS = {
    Status.FAIL: "failure",
    Status.NOT_TESTABLE: "failure",
    Status.STALE: "failure",
    Status.ERROR: "error",
    Status.NOT_APPLICABLE: "skipped",
    Status.KNOWN: "skipped",
}
"""The element of a test case; those that pass or warn have only their output."""


def render(report: Report) -> str:
    """The document, with its XML declaration."""
    suite = etree.Element("testsuite", _attributes(report))
    properties = etree.SubElement(suite, "properties")
    for name, value in _properties(report).items():
        etree.SubElement(properties, "property", {"name": name, "value": for_xml(value)})
    for verdict in report.verdicts:
        suite.append(_case(report, verdict))
    root = etree.Element("testsuites")
    root.append(suite)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text.decode()


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
    about = {"exporter": exporter, "spec": report.spec, "suite": report.suite}
    missed = {"missed": "\n".join((*report.unmet, *report.lost))}
    tried = {"coverage": "\n".join((*coverage_lines(report), *watch_lines(report)))}
    return {**about, **{name: text for name, text in (tried | missed).items() if text}}


def _case(report: Report, verdict: Verdict) -> etree._Element:
    rule = verdict.rule
    name = for_xml(f"{rule.id} {rule.title}")
    case = etree.Element("testcase", {"classname": f"conformance.{rule.profile}", "name": name})
    element = _ELEMENTS.get(verdict.status)
    if element is not None:
        first = next((found.message for found in verdict.violations), "")
        message = {"message": for_xml(f"{verdict.status.value}: {verdict.reason or first}")}
        inside = etree.SubElement(case, element, message)
        if element != "skipped":
            inside.text = for_xml("\n".join(explain(verdict, report.evidence)))
    output = etree.SubElement(case, "system-out")
    output.text = for_xml("\n".join(_output(report, verdict)))
    return case


def _output(report: Report, verdict: Verdict) -> list[str]:
    if verdict.status in (Status.WARN, Status.KNOWN):
        return explain(verdict, report.evidence)
    proofs = [line for judged in verdict.judged for line in proof_lines(judged.proofs)]
    return [verdict.status.value, *proofs]
