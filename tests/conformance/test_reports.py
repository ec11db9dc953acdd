"""Reports: what went wrong can be read by somebody who never saw the exporter's code."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Literal

import msgspec
import pytest
from lxml import etree

from conformance.judging.report import Report
from conformance.judging.verdicts import Status, Verdict, verdict
from conformance.model import steps
from conformance.model.evidence import Evidence, FaultUse
from conformance.model.rule import Level, Scenario, Violation
from conformance.reports import json as json_report
from conformance.reports import junit, terminal
from conformance.reports.story import body_text, describe, story
from conformance.schoology.profile import PROFILE as SCHOOLOGY
from conformance.skyward.profile import PROFILE as SKYWARD
from conformance.wiseflow.profile import PROFILE as WISEFLOW
from helpers.suite.made import (
    EVERY_STEP,
    EXPORTER,
    ONCE,
    done,
    evidence,
    post,
    pressed_twice,
    reply,
    report,
    rule,
    shown,
)
from mock_sis.contracts.contract import contract
from mock_sis.exchange import Hangup, Reply
from mock_sis.journal.entry import Delivered, Entry

TWICE = pressed_twice(post(1, {1001: "A"}, reply(1)), post(2, {1001: "A"}, reply(0, 1001)))
MADE_AT = "2026-06-15T09:00:00Z"
AWKWARD = "\x00\x1b[31m\ud800 <&> ]]> \ufffe \u202e"


def failed() -> Report:
    name = ONCE.scenarios[0].name
    return report(verdict(ONCE, {name: TWICE}, {}), **{name: TWICE})


def every_status() -> Report:
    return report(*(Verdict(rule(id=f"WF-{each.name}"), each, "because") for each in Status))


WANTED = [
    "The exporter does well. (MUST)",
    "* It sent 1 participants again (#2).",
    "Grade Export: Rules and Technical Setup",
    "#2 POST /wiseflow/flows/U/grades at ",
    '"userId": 1001, "mark": "A"',
    "the SIS answered: 200",
    "the manager presses export -> accepted True",
    "the product shows -> flow exported; 1001 exported",
    "Proofs used: request count",
    "Proofs not used: 30 days later (the clock was not moved); quiet window",
    "How to fix: do well",
    "1 fail. not conformant.",
]


@pytest.mark.parametrize("words", WANTED)
def test_a_failure_tells_the_whole_story(words: str) -> None:
    assert words in terminal.render(failed())


def test_what_a_violation_points_at_is_marked() -> None:
    lines = story(TWICE, WISEFLOW, [Violation("x", (2,), ("again",))])
    marked = [line for line in lines if line[0] == ">"]
    assert any("presses export" in line for line in marked)
    assert any("#2" in line for line in marked)
    assert not any("#1" in line for line in marked)


def test_each_request_is_told_once_and_under_the_step_it_came_in() -> None:
    lines = story(TWICE, WISEFLOW)
    assert [line.split()[0] for line in lines if " POST " in line] == ["#1", "#2"]
    assert lines.index(next(line for line in lines if "#2" in line)) > lines.index(
        [line for line in lines if "presses export" in line][1]
    )


def test_a_fault_and_a_lost_answer_are_told() -> None:
    lost = evidence([post(1, {1: "A"}, Hangup("reset"), ("reset_after",))])
    text = "\n".join(story(lost, WISEFLOW))
    assert "[fault: reset_after]" in text
    assert "nothing; the connection was reset" in text


def test_an_answer_that_nobody_heard_and_one_that_points_elsewhere_are_told() -> None:
    redirect = Reply(302, (("Location", "http://other/grades"),), b"Found")
    entries = (post(1, {1: "A"}, reply(1)), post(2, {1: "A"}, redirect))
    gone = evidence([noted(each, "client_gone") for each in entries])
    text = "\n".join(story(gone, WISEFLOW))
    assert text.count("but the exporter had closed the connection") == 2
    assert "302 -> http://other/grades" in text
    heard = evidence([noted(entries[0], "complete")])
    assert "had closed" not in "\n".join(story(heard, WISEFLOW))


def noted(entry: Entry, how: Literal["complete", "client_gone"]) -> Entry:
    """The entry once it is known how its answer ended."""
    return msgspec.structs.replace(entry, delivered=Delivered(0.0, 0, how))


def test_scenarios_in_which_nothing_was_wrong_are_named_in_a_line_each() -> None:
    other = Scenario("quiet-day", "nothing happens", ONCE.scenarios[0].subject, ())
    twice = replace(ONCE, scenarios=(*ONCE.scenarios, other))
    once = pressed_twice(post(1, {1001: "A"}, reply(1)))
    cases = {
        ONCE.scenarios[0].name: TWICE,
        other.name: msgspec.structs.replace(once, scenario=other.name),
    }
    text = terminal.render(report(verdict(twice, cases, {}), **cases))
    assert "In quiet-day: pass." in text
    assert text.count("Proofs used:") == 1


def test_a_scenario_without_a_violation_says_how_it_ended() -> None:
    unfired = evidence(faults=(FaultUse("status", 0, must_fire=True),))
    text = terminal.render(report(verdict(rule(), {"made": unfired}, {}), made=unfired))
    assert "\nIn made (something happens): not testable.\n" in text


def test_of_many_violations_the_first_are_told() -> None:
    found = verdict(rule(lambda _: [Violation("did so")] * 12), {"made": evidence()}, {})
    lines = terminal.render(report(found, made=evidence())).splitlines()
    assert lines.count("* It did so.") == 8
    assert "* And 4 more like these; report.json has all." in lines


def test_a_sentence_has_one_full_stop() -> None:
    found = verdict(rule(lambda _: [Violation("did so.")]), {"made": evidence()}, {})
    assert "* It did so.\n" in terminal.render(report(found, made=evidence()))


def test_the_last_words_of_an_adapter_are_told() -> None:
    assert "    boom" in story(evidence(stderr="a\n" * 50 + "boom\n"), WISEFLOW)
    assert len(story(evidence(stderr="a\n" * 5000), WISEFLOW)) < 20


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: type(step).__name__)
def test_every_step_has_words(step: steps.Step) -> None:
    assert len(describe(step)) > 10


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"x" * 1_000_000, b"a\r\n\r\nb", b"\x00"])
def test_any_body_is_shown_on_one_short_line(body: bytes) -> None:
    assert len(body_text(body)) <= 300
    assert "\n" not in body_text(body)


def test_a_crowd_is_not_listed_to_the_last_person() -> None:
    states = {f"p{1000 + number}": "exported" for number in range(500)}
    (line,) = story(evidence(steps=[done(steps.State(), 0, 0, shown(**states))]), WISEFLOW)
    assert "and 488 more" in line


COURSE_SHOWN = {
    "id": 1,
    "status": "ok",
    "message": "2 of 3",
    "items": [{"item": "quiz", "section": "a", "state": "exported", "message": None}],
    "scores": [{"item": "quiz", "student": 7, "state": "failed", "message": "closed"}],
}


def test_a_course_is_told_item_by_item_and_score_by_score() -> None:
    (line,) = story(evidence(steps=[done(steps.State(), 0, 0, COURSE_SHOWN)]), SKYWARD)
    told = "(2 of 3); items: quiz in a exported; scores: 7 on quiz failed (closed)"
    assert line.endswith(f"the product shows -> {told}")


def test_a_product_that_shows_nothing_is_told_of_too() -> None:
    empty = {"id": 1, "status": "ok", "rows": [], "final_comments": []}
    (line,) = story(evidence(steps=[done(steps.State(), 0, 0, empty)]), SCHOOLOGY)
    assert line.endswith("the product shows -> nothing")


SPANS = [
    (30, "30 days pass"),
    (1, "1 day passes"),
    (1.5, "1.5 days pass"),
    (1 / 24, "1 hour passes"),
    (1 / 12, "2 hours pass"),
]


@pytest.mark.parametrize(("days", "words"), SPANS)
def test_a_span_of_time_is_told_in_days_or_hours(days: float, words: str) -> None:
    assert describe(steps.Advance(days)) == words


def test_a_gradebook_is_told_row_by_row() -> None:
    row = {"assignment_id": 7, "enrollment_id": 1, "state": "failed", "message": "not active"}
    answer = {"id": 1, "status": "ok", "rows": [row], "pulled": [row, row]}
    (line,) = story(evidence(steps=[done(steps.State(), 0, 0, answer)]), SCHOOLOGY)
    assert "grades: 1 on 7 failed (not active); 2 grades read from the SIS" in line


@pytest.mark.parametrize("made", [every_status(), failed(), report()])
def test_the_json_report_keeps_its_schema(made: Report) -> None:
    data = json.loads(json_report.render(made))
    assert contract("report.schema.json").problems(data) == []
    assert data["exit"] == made.exit
    assert [each["rule"] for each in data["verdicts"]] == [each.rule.id for each in made.verdicts]


def test_a_report_off_schema_is_not_written() -> None:
    broken = Report("spec", "0", EXPORTER, (), "yesterday", 0.0)
    with pytest.raises(ValueError, match="off schema at /started"):
        json_report.render(broken)


def test_junit_counts_what_it_holds() -> None:
    suite = etree.fromstring(junit.render(every_status()).encode()).find("testsuite")
    assert suite is not None
    held = {
        name: len(suite.findall(f"testcase/{name}")) for name in ("failure", "error", "skipped")
    }
    assert held == {"failure": 3, "error": 1, "skipped": 2}
    assert suite.get("tests") == str(len(Status)) == str(len(suite.findall("testcase")))
    assert [suite.get(name) for name in ("failures", "errors", "skipped")] == ["3", "1", "2"]


def test_junit_tells_the_story_of_a_failure() -> None:
    text = etree.fromstring(junit.render(failed()).encode()).findtext(".//failure")
    assert text is not None
    assert "#2 POST" in text


def awkward() -> Report:
    def says_so(_: Evidence) -> list[Violation]:
        return [Violation(f"did {AWKWARD}")]

    found = evidence([post(1, b"\x00\x1b\xff", Hangup("close"))], stderr=AWKWARD)
    return report(verdict(rule(says_so), {"made": found}, {}), made=found)


def test_characters_that_xml_cannot_hold_are_written_out() -> None:
    text = junit.render(awkward())
    failure = etree.fromstring(text.encode()).findtext(".//failure")
    assert failure is not None
    assert "\\x00" in failure
    assert "\\xd800 <&> ]]> \\xfffe" in failure


def test_what_an_exporter_wrote_cannot_act_on_a_terminal() -> None:
    text = terminal.render(awkward())
    assert not set("\x00\x1b\ud800\u202e") & set(text)
    assert "did \\x00\\x1b[31m\\xd800 <&> ]]> \ufffe \\x202e" in text


def test_characters_that_json_cannot_hold_are_written_out() -> None:
    (judged,) = json.loads(json_report.render(awkward()))["verdicts"]
    assert "\\ud800" in judged["scenarios"][0]["violations"][0]["message"]


def test_one_line_a_rule_and_the_proofs_it_rests_on() -> None:
    passed = verdict(rule(), {"made": evidence()}, {})
    lines = terminal.render(report(passed)).splitlines()
    assert lines[0] == "Exporter: mini 1.0 (python:mini)"
    assert lines[2] == "pass           WF-MADE  MUST    does well  [tried 1×, request count]"


def test_a_line_that_has_no_room_goes_without_the_proofs() -> None:
    passed = report(verdict(rule(), {"made": evidence()}, {}))
    whole = terminal.render(passed).splitlines()[2]
    assert terminal.render(passed, width=len(whole)).splitlines()[2] == whole
    narrow = terminal.render(passed, width=len(whole) - 1).splitlines()[2]
    assert narrow == "pass           WF-MADE  MUST    does well"


def test_a_rule_that_does_not_apply_says_why() -> None:
    verdicts = report(Verdict(rule(), Status.NOT_APPLICABLE, "the exporter does not declare sync"))
    assert "does well  [the exporter does not declare sync]" in terminal.render(verdicts)


def test_a_star_is_explained_where_there_is_one() -> None:
    for level, told in ((Level.MUST, 0), (Level.SHOULD_INFERRED, 1)):
        found = verdict(replace(rule(), level=level), {"made": evidence()}, {})
        assert terminal.render(report(found)).count("\n* inferred: ") == told


def test_what_needs_a_look_is_named_at_the_end() -> None:
    *_, fail, untestable, stale, error, warn, summed = terminal.render(every_status()).splitlines()
    assert fail == "fail: WF-FAIL"
    assert untestable == "not testable: WF-NOT_TESTABLE"
    assert stale == "stale: WF-STALE"
    assert error == "error: WF-ERROR"
    assert warn == "warn: WF-WARN"
    assert summed.startswith("8 rules in ")
    assert terminal.render(report(verdict(rule(), {"made": evidence()}, {}))).endswith(
        "\n\nTried 1 of 1 wiseflow rule in 1 scenario.\n1 rule in 1.5 s: 1 pass. conformant.\n"
    )


def test_colour_changes_nothing_but_colour() -> None:
    plain, coloured = (terminal.render(every_status(), colour=on) for on in (False, True))
    for code in ("\x1b[0m", *(f"\x1b[{number}m" for number in terminal._COLOURS.values())):
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_an_adapter_without_a_name_is_reported_too() -> None:
    nameless = Report(
        "process:x", "0", None, (Verdict(rule(), Status.ERROR, "it died"),) * 2, MADE_AT, 0
    )
    assert "did not answer hello (process:x)" in terminal.render(nameless)
    assert terminal.render(nameless).count("it died") == 1
    assert "WF-MADE" not in terminal.render(nameless)
    assert json.loads(json_report.render(nameless))["exporter"] is None
    assert "unknown" in junit.render(nameless)


def test_remarks_about_the_adapter_are_told() -> None:
    noisy = Report("s", "0", EXPORTER, (), MADE_AT, 0, {}, ("It exited with \x1b[31m9 after bye.",))
    assert r"Remark: It exited with \x1b[31m9 after bye." in terminal.render(noisy)


def test_of_a_long_line_on_stderr_the_beginning_and_the_end_are_told() -> None:
    lines = story(evidence(stderr="first " + "x" * 10_000 + " last"), WISEFLOW)
    assert len(lines[-1]) < 300
    assert lines[-1].split()[0] == "first"
    assert lines[-1].split()[-1] == "last"


FORGED = "none\n\nFORGED pass\r\nFORGED: 1 rule\u2028FORGED\x85FORGED\x0bFORGED"
PLACES: dict[str, Report] = {
    "a name": Report("s", "0", msgspec.structs.replace(EXPORTER, name=FORGED), (), MADE_AT, 0),
    "a version": Report(
        "s", "0", msgspec.structs.replace(EXPORTER, version=FORGED), (), MADE_AT, 0
    ),
    "a reason": Report("s", "0", EXPORTER, (Verdict(rule(), Status.ERROR, FORGED),), MADE_AT, 0),
    "a reason for not applying": Report(
        "s", "0", EXPORTER, (Verdict(rule(), Status.NOT_APPLICABLE, FORGED),), MADE_AT, 0
    ),
    "no hello": Report("s", "0", None, (Verdict(rule(), Status.ERROR, FORGED),), MADE_AT, 0),
    "a spec": Report(f"process:{FORGED}", "0", None, (), MADE_AT, 0),
    "a remark": Report("s", "0", EXPORTER, (), MADE_AT, 0, {}, (FORGED,)),
}


@pytest.mark.parametrize("report", PLACES.values(), ids=PLACES)
def test_no_foreign_text_passes_for_a_line_of_the_report(report: Report) -> None:
    text = terminal.render(report)
    assert "FORGED" in text
    assert [line for line in text.splitlines() if line.startswith("FORGED")] == []


def test_no_violation_passes_for_a_line_of_the_report() -> None:
    told = terminal._told(Violation(FORGED, follows=(FORGED,)))
    shown = "\n".join(terminal.in_report(line) for line in told)
    assert [line for line in shown.splitlines() if line.startswith("FORGED")] == []


def test_json_escapes_surrogates_wherever_they_are() -> None:
    bad = "\udcff"
    broken = Report(
        f"process:x {bad}",
        "0",
        msgspec.structs.replace(EXPORTER, name=bad),
        (Verdict(rule(), Status.ERROR, bad),),
        MADE_AT,
        0,
        {},
        (bad,),
    )
    data = json.loads(json_report.render(broken))
    assert data["spec"] == r"process:x \udcff"
    assert (
        data["exporter"]["name"] == data["remarks"][0] == data["verdicts"][0]["reason"] == r"\udcff"
    )
