"""What the suite claims about an exporter: rules, and the scenarios they are tried in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.sources import Source
from conformance.model.steps import Step, feature_of
from conformance.model.subject import Subject
from conformance.profiles import Profile


class Level(Enum):
    """How much a rule weighs. A star means that we infer it: from a stated rule, or from failures
    seen in real grade pass-back."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MUST_INFERRED = "MUST*"
    SHOULD_INFERRED = "SHOULD*"

    @property
    def binding(self) -> bool:
        """Whether breaking it makes an exporter non-conformant."""
        return self in (Level.MUST, Level.MUST_INFERRED)


@dataclass(frozen=True)
class Scenario:
    """A named situation: what it is about, a SIS with its policies, and the steps that are gone
    through.

    `policies` go into the seed's object of the dialect (auth, overwrite, page_size…). The exporter
    is told the `method` (by default the dialect's own), the `format` of bodies, and to wait for the
    SIS for `timeout` seconds. The SIS's clock is `skew` seconds ahead of the exporter's. `needs`
    are features beyond those of the steps.
    """

    name: str
    title: str
    subject: Subject
    steps: tuple[Step, ...]
    policies: dict[str, Any] = field(default_factory=dict)
    method: Literal["POST", "PATCH", "PUT", ""] = ""
    format: Literal["json", "xml"] = "json"
    timeout: float = 5.0
    skew: float = 0.0
    needs: tuple[str, ...] = ()

    @property
    def profile(self) -> Profile:
        """The dialect it is played in."""
        return self.subject.profile

    @property
    def features(self) -> tuple[str, ...]:
        """All features an exporter must have for this to be played, in order."""
        steps = (feature_of(step) for step in self.steps)
        return tuple(dict.fromkeys(name for name in (*self.needs, *steps) if name))


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing the exporter did that a rule forbids, in a sentence that names persons, values and
    times; `entries` are the journal numbers that show it and `steps` the labels of the steps."""

    message: str
    entries: tuple[int, ...] = ()
    steps: tuple[str, ...] = ()


class NotTestable(Exception):
    """What the rule presupposes did not happen: raised by a check, says what was missing."""


Check = Callable[[Evidence], Iterable[Violation]]


@dataclass(frozen=True)
class Rule:
    """One claim, with where it comes from and how it is tried.

    `title` reads on from "the exporter …". `check` is a pure function of the evidence of one
    scenario; it yields violations, or raises NotTestable. `mend` tells an exporter's author what
    to do. Ids are stable for ever.
    """

    id: str
    level: Level
    title: str
    sources: tuple[Source, ...]
    scenarios: tuple[Scenario, ...]
    proofs: tuple[Proof, ...]
    check: Check
    mend: str
    needs: tuple[str, ...] = ()

    @property
    def profile(self) -> str:
        """The name of the dialect that its scenarios are played in."""
        return self.scenarios[0].profile.name

    @property
    def features(self) -> tuple[str, ...]:
        """The features without which nothing of the rule can be tried, in order: its own, and
        those that all of its scenarios need."""
        first, *others = self.scenarios
        shared = (
            name for name in first.features if all(name in other.features for other in others)
        )
        return tuple(dict.fromkeys((*self.needs, *shared)))

    def playable(self, features: Collection[str]) -> tuple[Scenario, ...]:
        """The scenarios that an exporter with these features can be put in."""
        return tuple(each for each in self.scenarios if set(each.features) <= set(features))
