"""What an exploration of the Schoology-style dialect may do: sections, acts, failures, themes."""

from __future__ import annotations

from conformance.model.steps import Export, Load, Settle, State
from conformance.model.vocabulary import Opening, Theme, Vocabulary
from conformance.schoology.evidence.wire import PUT
from conformance.schoology.ledger import LEDGER
from conformance.schoology.subject import Section
from conformance.schoology.vocabulary.failures import REFUSAL, arm
from conformance.schoology.vocabulary.settings import SETTINGS

OPENINGS: tuple[Opening, ...] = (
    Opening("loaded", (Load(),)),
    Opening("exported", (Load(), Export(), Settle(), State())),
    Opening(
        "all refused",
        (Load(), arm("rows_all_fail", {"text": REFUSAL}, PUT), Export(), Settle(), State()),
    ),
)
_LOADED, _EXPORTED, _REFUSED = (each.name for each in OPENINGS)
_ALL = tuple(each.name for each in SETTINGS)


def _settings(*names: str) -> tuple[str, ...]:
    """These settings in both formats."""
    return tuple(each for name in names for each in (name, f"{name}, in XML"))


_SMALL = _settings("plain", "full", "full", "awkward", "some gone")
_OFTEN = ("correct", "correct", "press")

THEMES: tuple[Theme, ...] = (
    Theme(
        "fail",
        (*_SMALL, *_settings("many")),
        (_LOADED,),
        (
            ("press", "press", "press", "together"),
            ("wait", "edit", "back", "restart"),
            ("press", "retry", "correct"),
            ("wait",),
            ("retry", "press"),
            ("correct", "edit"),
            ("wait", "press"),
        ),
    ),
    Theme(
        "edit",
        _SMALL,
        (_EXPORTED, _LOADED),
        (
            _OFTEN,
            _OFTEN,
            ("edit", "back", "retry"),
            _OFTEN,
            ("wait",),
            ("press", "retry", "together"),
        ),
    ),
    Theme(
        "refuse",
        (*_SMALL, *_settings("many")),
        (_REFUSED,),
        (
            ("retry", "retry", "press", "correct"),
            ("edit", "back", "wait"),
            ("retry", "press"),
            ("correct", "restart"),
            ("retry", "press", "together"),
            ("wait",),
        ),
    ),
    Theme(
        "read",
        _settings("many read"),
        (_LOADED,),
        (
            ("pull", "pull", "press"),
            ("officer", "officer", "edit", "wait"),
            ("pull", "correct"),
            ("officer", "wait"),
            ("pull", "correct"),
            ("wait", "press"),
            ("pull",),
        ),
    ),
    Theme(
        "crash",
        (*_SMALL, *_settings("many", "many")),
        (_LOADED,),
        (
            ("crash", "crash", "press"),
            ("restart", "edit", "back"),
            ("press", "retry", "correct"),
            ("wait", "restart"),
            ("correct", "press"),
            ("retry", "press"),
        ),
    ),
)
CHANCE = Theme(
    "chance",
    _ALL,
    (_LOADED, _EXPORTED, _REFUSED),
    (
        (
            *("press", "press", "correct", "correct", "retry", "together"),
            *("edit", "back", "pull", "officer", "wait", "restart"),
        ),
    )
    * 7,
)

VOCABULARY = Vocabulary(
    subject=Section,
    ledger=LEDGER,
    operations=PUT,
    settings=SETTINGS,
    openings=OPENINGS,
    themes=THEMES,
    chance=CHANCE,
    absent={
        "slow answers and stalls": "they take real seconds",
        "answers 204": "the documents do not say whether they confirm every row",
        "signatures and credentials": "rules about them do not belong to the ledger",
        "the times of queries for changes": "the rule about them does not belong to the ledger",
        "characters that XML cannot carry": "the documents do not say what becomes of them",
        "an officer who changes a grade of the teacher's": "the documents do not say who is right",
    },
)
