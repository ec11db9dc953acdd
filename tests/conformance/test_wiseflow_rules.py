"""What the WISEflow rules say of evidence that no exporter at hand gives."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
from conformance.model.steps import Act, Export, Retry
from helpers.suite.judged import broken, told_of
from helpers.suite.made import done, evidence, post, reply

FAILED = post(3, {1001: "A", 1002: "C"}, reply(1, 1002))


def unlocked(*retried: dict[int, str], act: dict[str, Any] | None = None) -> Evidence:
    """An export in entry 3, an unlocking, and what a retry sends from entry 4 on."""
    sent = [post(number, marks, reply(1)) for number, marks in enumerate(retried, start=4)]
    steps = (
        done(Export(), 2, 3),
        done(Act("unlock", label="unlock"), 3, 3, {"done": True} if act is None else act),
        done(Retry(), 3, 3 + len(sent)),
    )
    return evidence([FAILED, *sent], steps)


@pytest.mark.parametrize(
    ("retried", "words"),
    [
        ((), ""),
        (({1001: "A"},), ""),
        (
            ({1002: "C"},),
            "sent participant 1002, whose grade is unlocked, with mark 'C' and adminGrade '' (#4)",
        ),
        (
            ({1001: "A"}, {1002: ""}),
            "participant 1002, whose grade is unlocked, with mark '' and adminGrade '' (#5)",
        ),
    ],
)
def test_an_unlocked_grade_stays_from_then_on(retried: Any, words: str) -> None:
    assert told_of(words, broken("WF-UNLOCKED", unlocked(*retried)))


def test_a_product_that_does_not_unlock_what_it_sent_cannot_be_tried() -> None:
    with pytest.raises(NotTestable, match="did not unlock the grade"):
        broken("WF-UNLOCKED", unlocked({1002: "C"}, act={"done": False}))
