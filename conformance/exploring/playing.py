"""Plays stories again, and reports on the rules that they are about."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from conformance.drivers.base import Driver
from conformance.drivers.protocol import AdapterBroken
from conformance.exploring.outcome import ADAPTER, Outcome, outcome
from conformance.exploring.story import Story
from conformance.exploring.verdicts import rule_of, verdict
from conformance.judging.report import Report
from conformance.judging.verdicts import Status, Verdict, lacking, unable
from conformance.model.evidence import Evidence, Identity
from conformance.runner.case import run_case
from conformance.runner.pool import Pool
from conformance.runner.stage import bare_simulator
from conformance.runner.watch import Watch
from mock_sis import __version__
from mock_sis.clock import iso
from mock_sis.errors import UsageError


async def play(stories: Sequence[Story], driver: Driver, spec: str, patience: float) -> Report:
    """The report on stories: a verdict for each rule that they name or break. `patience` is in
    seconds for each message. Raises UsageError for a story that the SIS refuses to stage."""
    began = time.time()
    identity: Identity | None = None
    async with Pool(driver, 1, patience) as pool:
        try:
            identity = await pool.introduce()
        except AdapterBroken as broken:
            verdicts = tuple(_error(story, str(broken)) for story in stories)
            evidence: dict[str, Evidence] = {}
        else:
            played = {
                each.scenario.name: await _outcome(each, identity, pool)
                for each in stories
                if not _missing(each, identity)
            }
            verdicts = tuple(_verdicts(stories, played, identity))
            evidence = {name: each.evidence for name, each in played.items()}
    return Report(
        spec=spec,
        suite=__version__,
        identity=identity,
        verdicts=verdicts,
        started=iso(began),
        took=time.time() - began,
        evidence=evidence,
        remarks=tuple(pool.remarks),
    )


async def _outcome(story: Story, identity: Identity, pool: Pool) -> Outcome:
    assert story.dialect.vocabulary is not None
    try:
        evidence = await run_case(story.scenario, identity, pool, bare_simulator, Watch(most=0))
    except ValueError as error:
        raise UsageError(f"The story {story.scenario.name} cannot be staged: {error}.") from error
    return outcome(story.scenario, evidence, story.dialect.vocabulary)


def _verdicts(
    stories: Sequence[Story], played: Mapping[str, Outcome], identity: Identity
) -> list[Verdict]:
    """The rules in order of the stories, each once for every dialect."""
    found: list[Verdict] = []
    for dialect in dict.fromkeys(story.dialect for story in stories):
        own = [story for story in stories if story.dialect is dialect]
        named = {story.scenario.name: _concerned(story, played) for story in own}
        for rule in dict.fromkeys(rule for rules in named.values() for rule in rules):
            concerned = [story for story in own if rule in named[story.scenario.name]]
            names = [story.scenario.name for story in concerned]
            if outcomes := [played[name] for name in names if name in played]:
                found.append(verdict(rule, dialect, outcomes))
            else:
                stands = rule_of(rule, dialect, concerned[0].scenario)
                why = _missing(concerned[0], identity)
                found.append(Verdict(stands, Status.NOT_APPLICABLE, why))
    return found


def _concerned(story: Story, played: Mapping[str, Outcome]) -> dict[str, None]:
    """The rules that a story names, and those that it broke if it was played."""
    name = story.scenario.name
    broken = played[name].broken if name in played else ()
    return dict.fromkeys((*story.rules, *(rule for rule in broken if rule != ADAPTER)))


def _missing(story: Story, identity: Identity) -> str:
    """Why an exporter cannot play a story; "" if it can."""
    return unable(story.dialect.name, lacking(story.scenario, identity), identity)


def _error(story: Story, why: str) -> Verdict:
    return Verdict(rule_of(story.rules[0], story.dialect, story.scenario), Status.ERROR, why)
