"""What an exploration of the Skyward-style dialect may do: courses, acts, failures and themes."""

from __future__ import annotations

from conformance.model.steps import Export, Load, Settle, State
from conformance.model.vocabulary import Opening, Theme, Vocabulary
from conformance.skyward.evidence.wire import RESULT_WRITES
from conformance.skyward.ledger import LEDGER
from conformance.skyward.subject import Course
from conformance.skyward.vocabulary.failures import OF_SCORES, arm
from conformance.skyward.vocabulary.settings import SETTINGS

_PRESSED = (Export(), Settle(), State())
OPENINGS: tuple[Opening, ...] = (
    Opening("ready", (Load(),), ready=True),
    Opening("transferred", (Load(), *_PRESSED), ready=True),
    Opening(
        "a score failed",
        (Load(), arm(RESULT_WRITES, OF_SCORES["status 503"], nth=2), *_PRESSED),
        ready=True,
    ),
    Opening("no category chosen", (Load(),)),
)
_READY, _TRANSFERRED, _FAILED, _UNCHOSEN = (each.name for each in OPENINGS)
_ALL_KINDS = tuple(dict.fromkeys(word.kind for each in SETTINGS for word in each.words))

_SENDING = ("small", "plain", "lenient", "OAuth 2", "lagging", "awkward")
_GATED = ("unfit items", "no due dates", "closed period", "long title", "foreign")
_SHUT = ("made by hand", "no pass-back")
_PAUSE = ("wait", "restart")

THEMES: tuple[Theme, ...] = (
    Theme(
        "fail",
        (*_SENDING, *["OAuth 2"] * 3),
        (_READY, _READY, _TRANSFERRED, _FAILED),
        (
            ("edit", "edit", "clear", "wait"),
            ("press", "press", "press", "part", "retry"),
            ("edit", "clear", "restart", "wait", "both"),
            ("retry", "press"),
            ("edit",),
            ("press", "retry", "part"),
            _PAUSE,
            ("press",),
        ),
    ),
    Theme(
        "editing",
        (*_SENDING, "many", "no due dates", "unfit items"),
        (_READY, _TRANSFERRED),
        (
            ("edit", "clear"),
            ("press",),
            ("edit", "clear", "choose"),
            ("press", "part", "together"),
            ("edit", "clear", "wait", "restart"),
            ("press", "retry"),
            ("wait",),
        ),
    ),
    Theme(
        "teacher",
        (*_SENDING, "lenient", "foreign", "many"),
        (_TRANSFERRED,),
        (
            ("sis", "both"),
            ("edit", "both", "sis"),
            ("press",),
            ("edit", "clear", "both", "office"),
            ("press", "retry", "part"),
            ("edit", "sis", "wait", "office"),
            ("press",),
        ),
    ),
    Theme(
        "gate",
        (*_GATED, *_SHUT, "small", "awkward"),
        (_READY, _UNCHOSEN),
        (
            ("press", "part", "choose"),
            ("ready", "ready", "office", "edit"),
            ("press", "press", "part"),
            ("choose", "edit", "office", "retry"),
            ("press", "retry"),
            ("office", "restart", "edit"),
            ("press", "wait"),
        ),
    ),
    Theme(
        "crash",
        ("small", "plain", "lenient", "awkward", "OAuth 2"),
        (_READY,),
        (
            ("crash",),
            ("edit", "wait", "sis", "clear"),
            ("press", "retry"),
            ("edit", "restart"),
            ("press", "part"),
            _PAUSE,
        ),
    ),
)
CHANCE = Theme(
    "chance",
    tuple(each.name for each in SETTINGS),
    (_READY, _READY, _TRANSFERRED, _FAILED, _UNCHOSEN),
    (
        (
            *(each for each in _ALL_KINDS if each not in ("crash", "ready")),
            *("press", "press", "press", "edit", "edit", "retry"),
        ),
    )
    * 8,
)

VOCABULARY = Vocabulary(
    subject=Course,
    ledger=LEDGER,
    operations="oneroster.gradebook.*.p*",
    settings=SETTINGS,
    openings=OPENINGS,
    themes=THEMES,
    chance=CHANCE,
    absent={
        "slow answers and stalls": "they take real seconds",
        "acts during a transfer": "their order would be a matter of chance",
        "credentials that stay refused": "rules about them do not belong to the ledger",
        "late flags, identifiers and pages": "scenarios of their own check every request",
    },
)
