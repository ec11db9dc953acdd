"""A vocabulary: what an exploration of a dialect may do, as data.

Theory of operation. An exploration takes walks. A walk has a setting (a subject with the acts that
make sense in it), an opening (how far the period and the synchronisation are), and a fixed number
of moves. A move is one act or nothing, and an act that sends may meet a fault of the SIS. A theme
says which kinds of acts come after one another, because acts in any order rarely lead to a request.
What is not in the vocabulary cannot be found; `absent` lists it with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from conformance.model.account import Ledger
from conformance.model.steps import Step
from conformance.model.subject import Subject

BROKEN_ANSWERS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("connection reset", "reset_before", {}),
    ("answer lost", "reset_after", {}),
    ("connection closed", "close_without_answer", {}),
    ("answer cut", "reset_mid_body", {}),
    ("HTML page", "html_page", {}),
    ("empty answer", "empty_body", {}),
    ("half an answer", "truncated_body", {}),
)
"""Failures that mean the same in every dialect: a name, the kind of fault and its parameters."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which the SIS fails: the steps before the act that meets it, and after the act."""

    name: str
    before: tuple[Step, ...]
    after: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One act, with the steps that make it up. Only one that `sends` may meet a failure."""

    name: str
    kind: str
    steps: tuple[Step, ...]
    sends: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """The steps before the first move. If `ready`, the steps that make the setting ready follow
    Load."""

    name: str
    steps: tuple[Step, ...]
    ready: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """A subject, and the words and failures about its people. `needs` are features beyond those of
    the words, `policies` those of the SIS, and `format` that of the bodies. `ready` are the steps
    that prepare the subject for an export."""

    name: str
    subject: Subject
    words: tuple[Word, ...]
    failures: tuple[Failure, ...]
    needs: tuple[str, ...] = ()
    policies: Mapping[str, Any] = field(default_factory=dict)
    format: Literal["json", "xml"] = "json"
    ready: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """Settings and openings by name, and for each move the kinds of acts that it may be."""

    name: str
    settings: tuple[str, ...]
    openings: tuple[str, ...]
    moves: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What explorations and stories of one dialect are made of.

    `subject` is the class of its subjects, `operations` the operations (shell-style pattern) that
    count as exports. The first of settings and openings is the simplest. `chance` is the theme of
    walks without a plan. `absent` says what is left out, and why.
    """

    subject: type[Any]
    ledger: Ledger
    operations: str
    settings: tuple[Setting, ...]
    openings: tuple[Opening, ...]
    themes: tuple[Theme, ...]
    chance: Theme
    absent: Mapping[str, str] = field(default_factory=dict)
