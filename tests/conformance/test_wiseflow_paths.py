"""WF-PATH on both sides of its border: the code of a flow as one percent-encoded segment."""

from __future__ import annotations

import pytest

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
from conformance.wiseflow.subject import Flow
from helpers.suite.judged import broken, told_of
from helpers.suite.made_flow import Case
from mock_sis.exchange import Call, Reply
from mock_sis.journal.entry import Entry

CODE = "UNI||Mäth 101/B||50%#2026?"
RIGHT = "UNI%7C%7CM%C3%A4th%20101%2FB%7C%7C50%25%232026%3F"


def asked(path: str, *, method: str = "POST", host: str = "127.0.0.1:1") -> Evidence:
    case = Case(Flow((), sis_code=CODE)).load()
    call = Call(method, f"/wiseflow{path}", (("Host", host),))
    return Evidence(
        "made", case.evidence().exporter, case.steps, journal=(Entry(1, "x", call, Reply(404)),)
    )


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"/flows/{RIGHT}/grades", ""),
        (f"/flows/{RIGHT}", ""),
        (f"/flows/{RIGHT.replace('%7C', '|')}/grades", ""),
        (f"/flows/{RIGHT.replace('%7C', '%7c').replace('%2F', '%2f')}/grades", ""),
        (f"/flows/{RIGHT.replace('%2F', '/')}/grades", "expected /flows/UNI%7C%7CM%C3%A4th"),
        (f"/flows/{RIGHT.replace('%25', '%')}/grades", "(#1)"),
        (f"/flows/{RIGHT.replace('%20', '+')}/grades", "(#1)"),
        (f"/flows/{RIGHT.replace('%', '%25')}/grades", "(#1)"),
        (f"/flows/{RIGHT.replace('%23', '#')}/grades", "(#1)"),
        ("/flows/OTHER/grades", "the code 'UNI||Mäth 101/B||50%#2026?' percent-encoded"),
    ],
)
def test_the_code_is_one_encoded_segment(path: str, words: str) -> None:
    assert told_of(words, broken("WF-PATH", asked(path)))
    assert told_of(words, broken("WF-PATH", asked(path, method="GET")))


def test_another_host_is_the_matter_of_another_rule() -> None:
    with pytest.raises(NotTestable, match="no request for a flow"):
        broken("WF-PATH", asked("/flows/OTHER/grades", host="localhost:1"))


def test_a_request_for_no_flow_does_not_try_the_rule() -> None:
    with pytest.raises(NotTestable, match="no request for a flow"):
        broken("WF-PATH", asked("/oauth/token"))
