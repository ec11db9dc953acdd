"""Plays all rules of a dialect with one exporter, and explores it."""

from __future__ import annotations

from conformance.dialects import DIALECTS
from conformance.exploring.explore import Explored, Options
from conformance.exporters.kit.store import Store
from conformance.exporters.mutants import MUTANTS
from conformance.model.account import Carried
from conformance.model.dialect import Dialect
from conformance.model.rule import Depth
from helpers.suite.exploring import explored_by
from helpers.suite.playing import Outcome, outcome, tried
from proof.results import Result
from proof.subjects import BUILDS, Subject


def carried(dialect: Dialect) -> frozenset[str]:
    """The rules that the ledger judges, which are all that an exploration can find broken."""
    return frozenset(rule.id for rule in dialect.rules if isinstance(rule.check, Carried))


def played(subject: Subject, walks: int, key: str) -> Result:
    """What becomes of a subject. Only the rules of builds are left to other tests.

    Mutants are explored until a rule that they name is broken, the others until any is.
    """
    Store.synchronous = "OFF"  # states only have to survive a kill
    (dialect,) = (each for each in DIALECTS if each.name == subject.dialect)
    ruled = Outcome(frozenset())
    if subject.kind != "build":
        ruled = outcome(tried(subject.make, dialect.rules, Depth.THOROUGH))
    explored = _explored(subject, dialect, walks)
    return Result(
        key=key,
        dialect=subject.dialect,
        kind=subject.kind,
        name=subject.name,
        breaks=tuple(sorted(ruled.breaks)),
        hides=tuple(sorted(ruled.hides)),
        errors=tuple(sorted(ruled.errors)),
        late=ruled.timed,
        walks=explored.walks if explored else 0,
        findings=tuple((each.rule, each.after) for each in explored.findings) if explored else (),
    )


def _explored(subject: Subject, dialect: Dialect, walks: int) -> Explored | None:
    """None if nothing can be found."""
    sought = frozenset[str]()
    if subject.kind == "mutant":
        sought = carried(dialect) & frozenset(MUTANTS[subject.name].breaks)
        if not sought:
            return None
    if dialect.vocabulary is None:
        return None
    options = Options(walks=walks, first=True, sought=sought, shrink=False)
    return explored_by(subject.driver, dialect, options, jumping=_is_waited_for(subject))


def _is_waited_for(subject: Subject) -> bool:
    """Whether each act ends with a quiet window, because nothing tells when work is over."""
    return subject.name in BUILDS and "work.inspect" not in BUILDS[subject.name].features
