"""Walks as a strategy of hypothesis. The first value of everything is the simplest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies

from conformance.exploring.walk import Grounds, Move, Walk
from conformance.model.vocabulary import Theme, Word

T = TypeVar("T")

ACTS = 4
"""How much likelier an act is than nothing. What is likely must not change what is simple, so
values that are likelier are repeated behind the first one. Hypothesis draws evenly from less than
a hundred values."""

CHOICES = range(24)
"""Numbers for the words of one kind, of which there are fewer."""


def walks(
    grounds: Grounds, theme: Theme, failures: Sequence[str]
) -> strategies.SearchStrategy[Walk]:
    """The walks of a theme. `failures` are those that acts may meet, the likelier ones repeated."""
    settings = [name for name in theme.settings if name in grounds.words]
    places = {
        (name, number): _places(grounds, name, kinds)
        for name in settings
        for number, kinds in enumerate(theme.moves)
    }

    half = len(theme.moves) / 2
    # A failure late in a walk meets a request less often, so it is rarer there.
    later = ("", *failures)

    @strategies.composite
    def walk(draw: strategies.DrawFn) -> Walk:
        def one(values: Sequence[T]) -> T:
            return draw(strategies.sampled_from(values))

        setting, opening = one(settings), one(theme.openings)
        moves: list[Move | None] = []
        for number in range(len(theme.moves)):
            # Three draws, whatever they mean, so that each move can be made simpler by itself.
            words = one(places[setting, number])
            choice, failure = one(CHOICES), one(failures if number < half else later)
            word = words[choice % len(words)] if words else None
            moves.append(Move(word.name, failure if word.sends else "") if word else None)
        return Walk(setting, opening, tuple(moves))

    return walk()


def _places(grounds: Grounds, setting: str, kinds: Sequence[str]) -> tuple[tuple[Word, ...], ...]:
    """The words of each kind; the first kind has none. There are two at least, because hypothesis
    draws nothing to choose from one, and a draw less would keep walks of different settings from
    being compared."""
    words = grounds.words[setting]
    acts = [words[kind] for kind in kinds if kind in words]
    return ((), *(acts * ACTS or ((),)))
