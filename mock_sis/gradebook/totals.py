"""How grades become totals: letters, exceptions, categories, grading periods, the final grade.

Pure functions over values of their own. Numbers are read as the decimals they are written as (0.1
is a tenth) and added up as fractions, so the order of the items never matters; a result is percent
with two decimals, halves rounded up, or None where nothing counts. Rounding is the last step: the
final grade is computed from the periods' exact grades. Grades, points and weights are finite and
not negative; a grade above its item's points is extra credit and is kept.

Where the documentation of the Schoology API is silent, the rule here is this package's own choice:

- ungraded, excused and incomplete items do not count, missing ones count as 0 unless
  `SectionRules.missing_counts` is off (so the vendor's gradebook documents it);
- an item without points to reach adds what it earned to a "points" category, and does not count
  in a "percent" one;
- categories that are not weighted are pooled: items of a "points" category count with their
  points, those of a "percent" category as if each were out of 100;
- an item outside the section's categories counts for nothing (documented: without a category an
  assignment is ungraded); in a section without categories all items count, percent by percent;
- weights are relative to each other, over what has a grade; None is a weight of 0, and where all
  weights are 0 all count alike;
- a midterm or final item counts beside the periods, with a weight of its own, and in no period; in
  a section without periods it is an item like any other, and the final grade is over all items;
- the period "other" (items of no period) has a grade, but no part in the final grade;
- a period's grade that was set by hand counts in the final grade like a computed one.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

EXCUSED, INCOMPLETE, MISSING = 1, 2, 3
"""The exceptions a graded item may carry; 0 is none."""

Calculation = Literal["percent", "points"]


@dataclass(frozen=True, slots=True)
class Level:
    """One letter of a scale, and the per cent that it is worth."""

    letter: str
    value: float


@dataclass(frozen=True, slots=True)
class Graded:
    """One item of one student. `category` 0 is none and `period` None is "other"; `weight` is that
    of a midterm or final item beside the periods."""

    grade: float | None
    max_points: float
    exception: int = 0
    category: int = 0
    period: int | None = None
    is_final: bool = False
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """How a category is computed ("percent": the mean of percents, "points": earned over possible)
    and what it weighs."""

    id: int
    calculation: Calculation = "percent"
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """What a grading period weighs in the final grade."""

    id: int
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class SectionRules:
    """How a section computes. `missing_counts`: a missing item is a 0; `weighted`: its categories
    have weights."""

    categories: tuple[CategoryRule, ...] = ()
    periods: tuple[PeriodRule, ...] = ()
    missing_counts: bool = True
    weighted: bool = False


@dataclass(frozen=True, slots=True)
class Final:
    """A grade as it is told: the one that holds, and the computed one that it overrides, if any."""

    grade: float | None
    calculated: float | None


def letter_value(levels: Iterable[Level], letter: str) -> float | None:
    """What a letter is worth on a scale, None where the scale does not define it."""
    for level in levels:
        if level.letter == letter:
            return level.value
    return None


def letter_points(levels: Iterable[Level], letter: str, max_points: float) -> float | None:
    """What a letter of a percent scale is worth on an item of so many points."""
    value = letter_value(levels, letter)
    return None if value is None else _float(Fraction(_exact(value) * _exact(max_points), 100))


def item_grade(item: Graded, rules: SectionRules) -> float | None:
    """An item's percent, as a midterm or final item has it in a row of its own."""
    return _shown(_pooled([(item, "percent")], rules))


def category_grade(
    items: Iterable[Graded], rule: CategoryRule, rules: SectionRules
) -> float | None:
    """The grade of one category over these items (of one period, or of all), others ignored."""
    mine = [item for item in _ordinary(items, rules) if item.category == rule.id]
    return _shown(_category(mine, rule, rules))


def period_grade(items: Iterable[Graded], rules: SectionRules) -> float | None:
    """The grade of one period, "other" included, of which these are the items."""
    return _shown(_period(items, rules))


def final_grade(
    items: Iterable[Graded],
    rules: SectionRules,
    by_hand: Mapping[int, float] = MappingProxyType({}),
) -> float | None:
    """The grade of the whole course, of which these are the items. `by_hand` are the grades of
    periods that count instead of their computed ones."""
    return _shown(_final(tuple(items), rules, by_hand))


def settled(calculated: float | None, override: float | None) -> Final:
    """What is told where a grade may have been set by hand: that one wins, and the computed one is
    told beside it."""
    return Final(calculated, None) if override is None else Final(override, calculated)


_Exact = int | Fraction
"""A whole number is left an int, which adds up several times faster."""


def _final(
    items: Sequence[Graded], rules: SectionRules, by_hand: Mapping[int, float]
) -> Fraction | None:
    if not rules.periods:
        return _period(items, rules)
    of_period: dict[int | None, list[Graded]] = defaultdict(list)
    for item in items:
        of_period[item.period].append(item)
    periods = [
        (
            row.weight,
            Fraction(_exact(by_hand[row.id]))
            if row.id in by_hand
            else _period(of_period.get(row.id, ()), rules),
        )
        for row in rules.periods
    ]
    exams = [(item.weight, _pooled([(item, "percent")], rules)) for item in items if item.is_final]
    # One that is not graded yet must not be what tells that weights are in use here.
    return _mean([*periods, *(row for row in exams if row[1] is not None)])


def _period(items: Iterable[Graded], rules: SectionRules) -> Fraction | None:
    counted = _ordinary(items, rules)
    if not rules.categories:
        return _pooled(((item, "percent") for item in counted), rules)
    if not rules.weighted:
        kinds = {rule.id: rule.calculation for rule in rules.categories}
        rows = ((item, kinds[item.category]) for item in counted if item.category in kinds)
        return _pooled(rows, rules)
    of_category: dict[int, list[Graded]] = defaultdict(list)
    for item in counted:
        of_category[item.category].append(item)
    return _mean(
        [
            (rule.weight, _category(of_category.get(rule.id, ()), rule, rules))
            for rule in rules.categories
        ]
    )


def _category(items: Iterable[Graded], rule: CategoryRule, rules: SectionRules) -> Fraction | None:
    return _pooled(((item, rule.calculation) for item in items), rules)


def _ordinary(items: Iterable[Graded], rules: SectionRules) -> list[Graded]:
    """The items that count in a period: with periods, a midterm or final counts beside them."""
    return [item for item in items if not (item.is_final and rules.periods)]


def _pooled(rows: Iterable[tuple[Graded, Calculation]], rules: SectionRules) -> Fraction | None:
    """Earned over possible, in percent; those that count by percent are out of 100 each."""
    earned: _Exact = 0
    possible: _Exact = 0
    # Summed up by what the items are out of, since dividing each costs more than all the rest.
    by_points: dict[_Exact, _Exact] = defaultdict(int)
    for item, calculation in rows:
        points, out_of = _earned(item, rules), _exact(item.max_points)
        if points is None:
            continue
        if calculation == "points":
            earned, possible = earned + points, possible + out_of
        elif out_of:
            by_points[out_of] += points
            possible += 100
    earned += sum(Fraction(100 * points, out_of) for out_of, points in by_points.items())
    return Fraction(100 * earned, possible) if possible else None


def _earned(item: Graded, rules: SectionRules) -> _Exact | None:
    # Exceptions take the grade's place, so one that is still there does not count (Schoology
    # grades, field `exception`).
    if item.exception == MISSING:
        return 0 if rules.missing_counts else None
    if item.exception or item.grade is None:
        return None
    return _exact(item.grade)


def _mean(rows: Sequence[tuple[float | None, Fraction | None]]) -> Fraction | None:
    """The mean of the grades that are there, by their weights; all alike where none weighs."""
    weighing = any(weight for weight, _ in rows)
    graded = [
        (_exact(weight or 0) if weighing else 1, grade)
        for weight, grade in rows
        if grade is not None
    ]
    total = sum(weight for weight, _ in graded)
    return Fraction(sum(weight * grade for weight, grade in graded), total) if total else None


def _exact(number: float) -> _Exact:
    """The decimal that a number is written as: 0.1 is a tenth, not the nearest binary fraction."""
    whole = isinstance(number, int) or number.is_integer()
    return int(number) if whole else Fraction(repr(number))


def _shown(percent: Fraction | None) -> float | None:
    """Two decimals, halves rounded up."""
    if percent is None:
        return None
    return _float(Fraction(math.floor(100 * percent + Fraction(1, 2)), 100))


def _float(number: _Exact) -> float:
    """The nearest float; the largest there is, where a number is beyond it (1e308 of 1 point)."""
    try:
        return float(number)
    except OverflowError:
        return sys.float_info.max
