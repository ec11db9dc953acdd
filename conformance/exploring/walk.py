"""A walk: a short sequence of acts, as a value of names, and its translation to a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from conformance.model import steps
from conformance.model.profile import Profile
from conformance.model.rule import Scenario
from conformance.model.vocabulary import Failure, Opening, Setting, Vocabulary, Word


@dataclass(frozen=True, slots=True)
class Move:
    """One act by its name, and the failure that it meets ("": none)."""

    word: str
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk begins, and its moves; None is a move that does nothing."""

    setting: str
    opening: str
    moves: tuple[Move | None, ...]

    @property
    def taken(self) -> tuple[Move, ...]:
        """The moves that do something."""
        return tuple(move for move in self.moves if move is not None)


@dataclass(frozen=True)
class Grounds:
    """The part of a vocabulary that one exporter can walk in. `declined` are the actions that its
    adapter does not know."""

    profile: Profile
    vocabulary: Vocabulary
    features: frozenset[str]
    declined: frozenset[str] = frozenset()

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The settings that the exporter can be loaded with."""
        return tuple(e for e in self.vocabulary.settings if self.features.issuperset(e.needs))

    def setting(self, name: str) -> Setting:
        """The setting of that name."""
        return next(each for each in self.vocabulary.settings if each.name == name)

    @cached_property
    def words(self) -> Mapping[str, Mapping[str, tuple[Word, ...]]]:
        """The words that the exporter can play, by setting and kind."""
        return {each.name: self._by_kind(each) for each in self.settings}

    def _by_kind(self, setting: Setting) -> dict[str, tuple[Word, ...]]:
        found: dict[str, tuple[Word, ...]] = {}
        for word in filter(self._plays, setting.words):
            found[word.kind] = (*found.get(word.kind, ()), word)
        return found

    def _plays(self, word: Word) -> bool:
        actions = {step.action for step in word.steps if isinstance(step, steps.Act)}
        return self.features.issuperset(self.needs(word)) and not actions & self.declined

    def needs(self, word: Word) -> tuple[str, ...]:
        """The features without which a word does nothing."""
        return tuple(name for step in word.steps for name in self._needs(step))

    def _needs(self, step: steps.Step) -> tuple[str, ...]:
        """The features without which a step does nothing."""
        match step:
            case steps.Kill() | steps.Restart():
                return ("state.durable",)
            case steps.Advance():
                return ("clock.virtual",)
            case steps.Sync():
                return ("sync",)
        return self.profile.features_of(step)


def scenario(walk: Walk, grounds: Grounds, name: str) -> Scenario:
    """The scenario that a walk is. It needs what its acts need, so that an exporter that would skip
    one does not play it as a story."""
    setting = grounds.setting(walk.setting)
    words = {word.name: word for word in setting.words}
    acts = (name for move in walk.taken for name in grounds.needs(words[move.word]))
    opening = next(e for e in grounds.vocabulary.openings if e.name == walk.opening)
    played = tuple(_once_over(_steps(walk, setting, opening), "clock.virtual" in grounds.features))
    return Scenario(
        name=name,
        title=title(walk),
        subject=setting.subject,
        steps=played,
        policies=dict(setting.policies),
        format=setting.format,
        needs=tuple(dict.fromkeys((*setting.needs, *acts))),
    )


def title(walk: Walk) -> str:
    """A walk in words."""
    return f"{walk.setting}; {walk.opening}: " + ", ".join(
        f"{move.word} (the SIS: {move.failure})" if move.failure else move.word
        for move in walk.taken
    )


def _steps(walk: Walk, setting: Setting, opening: Opening) -> Iterator[steps.Step]:
    words = {word.name: word for word in setting.words}
    failures = {failure.name: failure for failure in setting.failures} | {"": Failure("", ())}
    for step in opening.steps:
        yield step
        if opening.ready and isinstance(step, steps.Load):
            yield from setting.ready
    for move in walk.taken:
        failure = failures[move.failure]
        yield from (*failure.before, *words[move.word].steps, *failure.after)


def _once_over(played: Iterator[steps.Step], clock: bool) -> Iterator[steps.Step]:
    """The steps without an end of the period that is over already: a clock does not go back."""
    days, over = 0.0, False
    for step in played:
        if isinstance(step, steps.Advance) and clock:
            days += step.days
        if isinstance(step, steps.EndPeriod):
            if over or days >= 1:
                continue
            over = True
        yield step
