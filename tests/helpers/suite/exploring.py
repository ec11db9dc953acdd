"""Explorations of exporters, in this process and over a driver."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from conformance.drivers.base import Driver
from conformance.drivers.inprocess import InProcessDriver
from conformance.exploring.explore import Explored, Explorer, Options
from conformance.exporters.mutants import MUTANTS, mutant_adapter
from conformance.model.dialect import Dialect
from conformance.runner.pool import Pool
from helpers.suite.jumping_loop import JumpingLoop
from helpers.suite.made_course import Silence


def explored(
    make: Callable[[], Any], dialect: Dialect, options: Options, *, jumping: bool = False
) -> Explored:
    """What walks with this exporter find. With `jumping` a quiet window costs nothing, but
    everything else is slower."""
    return explored_by(InProcessDriver(make), dialect, options, jumping=jumping)


def explored_by(
    driver: Driver, dialect: Dialect, options: Options, *, jumping: bool = False
) -> Explored:
    """What walks over this driver find."""
    with asyncio.Runner(loop_factory=JumpingLoop if jumping else None) as loop:
        pool = Pool(driver, 1, 30.0)
        identity = loop.run(pool.introduce())
        try:
            return Explorer(dialect, pool, identity, loop, options).explore()
        finally:
            loop.run(pool.__aexit__(None, None, None))


def mutant(name: str) -> Callable[[], Any]:
    """What makes adapters of this mutant."""
    return partial(mutant_adapter, MUTANTS[name])


class Uncategorised(Silence):
    """Cannot be told a category."""

    features = ()
