"""The tour: every operation that an adapter may be asked for, once, over a flow."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.rule import Scenario
from conformance.model.steps import (
    Advance,
    EndPeriod,
    Export,
    Load,
    Retry,
    Settle,
    State,
    Sync,
)
from conformance.wiseflow.scenarios.common import (
    GRADED,
    fails_once,
    joins,
    overrides,
    ungraded,
)

JOINING = ungraded(1005)

TOUR = Scenario(
    "tour-of-a-flow",
    "every operation once, over a flow",
    replace(GRADED, late=(JOINING,)),
    (
        Load(),
        State(),
        Sync(),
        overrides(1001, "B"),
        joins(JOINING),
        EndPeriod(),
        # The SIS refuses one participant, so that the product shows every state.
        fails_once("rows_fail", about=1002, subjects=[1002]),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        State(),
        Advance(1),
    ),
)
