"""What the suite claims about an exporter: rules, and the scenarios they are tried in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from functools import cached_property
from typing import Any, Literal

from conformance.model.evidence import Evidence
from conformance.model.profile import Profile
from conformance.model.proofs import Proof
from conformance.model.sources import Source
from conformance.model.steps import Step
from conformance.model.subject import Subject


class Level(Enum):
    """How much a rule weighs. A star marks a rule that we infer from a stated one, or from failures
    seen in real grade pass-back."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MUST_INFERRED = "MUST*"
    SHOULD_INFERRED = "SHOULD*"

    @property
    def binding(self) -> bool:
        """Whether breaking it makes an exporter non-conformant."""
        return self in (Level.MUST, Level.MUST_INFERRED)


QUICKLY = 2
"""Scenarios of a rule that are played at depth quick."""


class Depth(IntEnum):
    """How many of the situations a run plays: each depth plays those of the depths before it."""

    QUICK = 0
    NORMAL = 1
    THOROUGH = 2


@dataclass(frozen=True)
class Scenario:
    """A named situation: its subject, a SIS with its policies, and the steps to play.

    `policies` go into the seed's object of the dialect (auth, overwrite, page_size…). `configure`
    passes on those that the exporter has to know (auth, mapping), the `method` ("": the dialect's
    own), the `format` of bodies, and the `timeout`, in seconds, of a request to the SIS. The SIS's
    clock is `skew` seconds ahead of the exporter's. `needs` are features beyond those of the steps.
    `depth` is the least depth of a run that plays it.
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
    depth: Depth = Depth.QUICK

    @property
    def profile(self) -> Profile:
        """The profile of the dialect it is played in."""
        return self.subject.profile

    def under(self, policies: Mapping[str, Mapping[str, Any]]) -> Scenario:
        """The same with these policies, by profile, where it has none of its own."""
        given = policies.get(self.profile.name, {})
        return replace(self, policies={**given, **self.policies})

    @cached_property
    def features(self) -> tuple[str, ...]:
        """All features that an exporter needs to play this, in order."""
        steps = (name for step in self.steps for name in self.profile.features_of(step))
        return tuple(dict.fromkeys((*self.needs, *steps)))


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that the exporter did against a rule.

    `message` reads on from "It …" and names people, values and times; `entries` are the journal
    numbers that show it, and `steps` the labels of the steps. `follows` tells what else went wrong
    because of it, each with the rule that it would break alone.
    """

    message: str
    entries: tuple[int, ...] = ()
    steps: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()


class NotTestable(Exception):
    """Raised by a check if what its rule presupposes did not happen; says what was missing."""


Check = Callable[[Evidence], Iterable[Violation]]


@dataclass(frozen=True)
class Rule:
    """One requirement, with its sources and the scenarios that try it.

    `title` reads on from "The exporter …": "must …" or "should …". `check` is a pure function of
    the evidence of one scenario; it yields violations, or raises NotTestable. `fix` tells the
    exporter's author how to fix a violation. An id never changes and is never used again.

    A rule that holds `everywhere` is judged in every case of its dialect that was played. Its
    situation must arise in one of them at least; `scenarios` are those that are played for it.
    """

    id: str
    level: Level
    title: str
    sources: tuple[Source, ...]
    scenarios: tuple[Scenario, ...]
    proofs: tuple[Proof, ...]
    check: Check
    fix: str
    needs: tuple[str, ...] = ()
    everywhere: bool = False

    @property
    def profile(self) -> str:
        """The name of the dialect that its scenarios are played in."""
        return self.scenarios[0].profile.name

    @cached_property
    def features(self) -> tuple[str, ...]:
        """The features without which the rule cannot be tried, in order: its own, and those that
        all of its scenarios need."""
        first, *others = self.scenarios
        shared = (
            name for name in first.features if all(name in other.features for other in others)
        )
        return tuple(dict.fromkeys((*self.needs, *shared)))

    def playable(
        self, features: Collection[str], depth: Depth = Depth.THOROUGH
    ) -> tuple[Scenario, ...]:
        """The scenarios that an exporter with these features can play, up to a depth. At depth
        quick these are the first two."""
        able = [each for each in self.scenarios if set(each.features) <= set(features)]
        most = QUICKLY if depth is Depth.QUICK else None
        return tuple([each for each in able if each.depth <= depth][:most])
