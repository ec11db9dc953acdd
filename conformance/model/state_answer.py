"""What the answer to `state` holds in one dialect; the doctor checks it, and reports print it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.model.states import STATES

RowKey = tuple[str, ...]
"""What a row is about: the values of the key members of its list, as text."""


@dataclass(frozen=True, slots=True)
class StateList:
    """One list of the answer.

    `keys` are the members that say what a row is about. `loaded` gives, from what was loaded, the
    key of every row that must be listed. Reports print `heading` before the list and a row by
    `phrase`, a format string over its members. With a feature, each row has the members that
    `promised` names; `words` are those that a member may have.
    `aliases` maps the names that members have in a vendor's API to their own.
    """

    name: str
    keys: tuple[str, ...]
    phrase: str
    loaded: Callable[[Mapping[str, Any]], Iterable[tuple[Any, ...]]]
    heading: str = ""
    promised: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    def key_of(self, row: Mapping[str, Any]) -> RowKey:
        """What a row is about."""
        return tuple(str(row.get(key)) for key in self.keys)


@dataclass(frozen=True, slots=True)
class StateAnswer:
    """The members of the answer beside `message`.

    `whole` names the member that holds the state of the whole, one of `states`; "" if the dialect
    has no such member. `counted` maps the name of each further list to what its rows are: reports
    print only how many there are. With a feature, the answer has the members that `promised` names.
    """

    lists: tuple[StateList, ...]
    whole: str = ""
    states: tuple[str, ...] = STATES
    counted: Mapping[str, str] = field(default_factory=dict)
    promised: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
