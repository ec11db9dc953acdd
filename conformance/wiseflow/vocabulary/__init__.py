"""What an exploration of the WISEflow-style dialect may do: people, acts, failures and themes."""

from __future__ import annotations

from conformance.model.steps import Advance, Arm, EndPeriod, Load, Sync
from conformance.model.vocabulary import Opening, Theme, Vocabulary
from conformance.wiseflow.ledger import ledger
from conformance.wiseflow.scenarios.common import GRADES
from conformance.wiseflow.subject import Flow
from conformance.wiseflow.vocabulary.settings import SETTINGS

_FETCH_FAILS = Arm(
    {
        "operation": "wiseflow.flows.get",
        "when": {"next": 1},
        "fault": {"kind": "status", "status": 503},
    },
    must_fire=False,
)
OPENINGS: tuple[Opening, ...] = (
    Opening("ready", (Load(), Sync(), EndPeriod())),
    Opening("period running", (Load(), Sync())),
    Opening("a minute early", (Load(), Sync(), Advance(1 - 1 / 1440))),
    Opening("not synchronised", (Load(), EndPeriod())),
    Opening("not synchronised, period running", (Load(),)),
    Opening("synchronisation failed", (_FETCH_FAILS, Load(), Sync(), EndPeriod())),
)
_READY, _RUNNING, *_GATED = (each.name for each in OPENINGS)
_BY_HAND = tuple(each.name for each in SETTINGS if "instant" not in each.name)
_INSTANTLY = tuple(each.name for each in SETTINGS if each.name.startswith("instant"))
_PAUSE = ("wait", "restart")
_ALL = tuple(dict.fromkeys(word.kind for each in SETTINGS for word in each.words))

THEMES: tuple[Theme, ...] = (
    Theme(
        "fail",
        tuple(each for each in _BY_HAND if each != "no source"),
        (_READY,),
        (
            ("press", "press", "press", "together"),
            ("wait", "restart", "change", "mark"),
            ("retry", "retry", "press"),
            ("retry",),
            _PAUSE,
            ("retry", "retry", "press"),
            ("press", "retry", "administrator"),
            ("wait",),
        ),
    ),
    Theme(
        "marking",
        tuple(each for each in _BY_HAND if each != "no source"),
        (_READY,),
        (
            ("mark", "change"),
            ("press",),
            ("change", "mark"),
            ("press", "retry"),
            ("change", "mark", "retry"),
            ("press", "retry", "together"),
            ("wait",),
        ),
    ),
    Theme(
        "instant",
        _INSTANTLY,
        (_RUNNING,),
        (
            ("mark", "enable"),
            ("mark",),
            ("setup", "change", "enable", "restart", "mark"),
            ("mark", "retry"),
            ("wait", "mark"),
            ("end",),
            ("press", "retry"),
            ("press", "administrator"),
        ),
    ),
    Theme(
        "gate",
        ("plain", "awkward") * 3
        + ("no source", "instant", "instant later", "instant, two assessors"),
        (_READY, _RUNNING, *_GATED),
        (
            ("press", "press", "administrator", "mark", "retry"),
            ("sync", "sync", "sync", "enable", "setup"),
            ("end",),
            ("press", "press", "press", "mark"),
            ("retry",),
            ("retry", "restart", "change"),
            ("press", "administrator"),
            ("wait",),
        ),
    ),
    Theme(
        "crash",
        tuple(each for each in _BY_HAND if each not in ("no source", "reviewer")),
        (_READY,),
        (
            ("crash", "crash", "press"),
            ("restart",),
            ("press", "retry"),
            ("retry",),
            _PAUSE,
            ("mark", "change"),
            ("press", "retry", "together"),
        ),
    ),
)
CHANCE = Theme(
    "chance",
    tuple(each.name for each in SETTINGS),
    (_READY, _READY, _RUNNING, *_GATED),
    ((*(each for each in _ALL if each != "crash"), "press", "press", "mark", "mark", "retry"),) * 8,
)

VOCABULARY = Vocabulary(
    subject=Flow,
    ledger=ledger,
    operations=GRADES,
    settings=SETTINGS,
    openings=OPENINGS,
    themes=THEMES,
    chance=CHANCE,
    absent={
        "slow answers and stalls": "they take real seconds",
        "credentials": "rules about them do not belong to the ledger",
        "other methods and mapped bodies": "each has scenarios of its own",
        "an answer that is asked for in flight": "it takes real seconds",
    },
)
