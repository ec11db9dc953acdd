"""What a ledger says of one case: the breaches, and how often each obligation arose.

Theory of operation. A ledger is a pure fold over the evidence of a case, in order of time. It knows
at every moment what each row is worth (due), whether it may be sent and who asked for it
(licences), what the exporter can know from the answers it got (fates), and what the SIS holds. It
compares every row of every request, every state that the product shows, and every press that has
settled with that. A rule that the ledger carries has no check of its own: it is the view `Carried`
of the dialect's ledger, and is judged in every case that was played.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Violation

NOT_TRIED = "its situation did not arise, so this rule cannot be judged"


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that the exporter did against a rule.

    `rule` is the id of the rule, `row` what the breach is about ("" for the whole), in the words of
    reports. `message` reads on from "It …"; `entries` and `steps` are as in Violation. `fault` says
    in general words what is wrong; breaches of one rule and fault at one place are told as one.
    """

    rule: str
    row: str
    message: str
    entries: tuple[int, ...] = ()
    steps: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """The breaches of one case in order of time, and by rule id how often an obligation arose.

    `untried` says what was missing for the others.
    """

    breaches: tuple[Breach, ...] = ()
    tried: Mapping[str, int] = field(default_factory=dict)
    untried: str = NOT_TRIED


Ledger = Callable[[Evidence], Account]

SHOWN_ROWS = 3
"""How many rows a violation names before it only counts the others."""


class Notes:
    """Collects an account while a fold goes on."""

    def __init__(self) -> None:
        self._breaches: list[Breach] = []
        self._tried: Counter[str] = Counter()

    def tried(self, *rules: str, times: int = 1) -> None:
        """An obligation of these rules arose."""
        if times:
            for rule in rules:
                self._tried[rule] += times

    def breach(self, breach: Breach) -> None:
        """Note a breach. Its rule was tried with it."""
        self._breaches.append(breach)
        self._tried[breach.rule] += 1

    def breached(self) -> frozenset[str]:
        """The rows that have a breach so far."""
        return frozenset(each.row for each in self._breaches if each.row)

    def account(self) -> Account:
        """What was collected."""
        return Account(tuple(self._breaches), dict(self._tried))


@dataclass(frozen=True, slots=True)
class Carried:
    """The check of a rule that a ledger carries."""

    rule: str
    ledger: Ledger

    def __call__(self, evidence: Evidence) -> list[Violation]:
        """The root breaches of the rule. Raises NotTestable if its obligation did not arise."""
        if not self.count(evidence):
            raise NotTestable(evidence.folded(self.ledger).untried)
        return told(evidence.folded(self.ledger).breaches, self.rule)

    def count(self, evidence: Evidence) -> int:
        """How often its obligation arose in a case."""
        return evidence.folded(self.ledger).tried.get(self.rule, 0)


def told(breaches: Sequence[Breach], rule: str) -> list[Violation]:
    """The violations of one rule: only root causes, and rows with the same fault as one.

    The first breach about a row is its root cause. Later breaches about that row against other
    rules follow from it, so they are told below it instead of under their own rules.
    """
    roots: dict[str, str] = {}
    own: dict[tuple[str, tuple[int, ...], tuple[str, ...]], list[Breach]] = {}
    follow: dict[str, list[str]] = {}
    for each in breaches:
        root = roots.setdefault(each.row, each.rule) if each.row else each.rule
        if root != each.rule:
            follow.setdefault(each.row, []).append(f"{each.rule}: it {each.message}")
        elif each.rule == rule:
            own.setdefault((each.fault or each.message, each.entries, each.steps), []).append(each)
    return [_joined(group, follow) for group in own.values()]


def _joined(group: Sequence[Breach], follow: Mapping[str, Sequence[str]]) -> Violation:
    first, more = group[0], len(group) - SHOWN_ROWS
    text = "; ".join(dict.fromkeys(each.message for each in group[:SHOWN_ROWS]))
    rows = dict.fromkeys(each.row for each in group)
    return Violation(
        text + (f"; and {more} more in the same way" if more > 0 else ""),
        first.entries,
        first.steps,
        tuple(dict.fromkeys(line for row in rows for line in follow.get(row, ()))),
    )
