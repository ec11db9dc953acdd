"""Compute totals from grades: letters, exceptions, categories, grading periods, the final grade.

Pure functions over the values defined here. A number means the decimal it is written as (0.1 is a
tenth), and sums are exact fractions, so that the order of the items never matters. A result is in
per cent with two decimals, halves rounded up, or None if no item counts. Rounding is the last step:
the final grade is computed from the exact grades of the periods. Grades, points and weights are
finite and not negative; a grade above its item's points is extra credit and counts in full.

The documentation of the Schoology API does not define all of this. The rules here are:

- ungraded, excused and incomplete items do not count; missing items count as 0 unless
  `SectionRules.missing_counts` is off (documented in the vendor's help on its gradebook);
- an item with 0 points to reach adds its grade to a "points" category and does not count in a
  "percent" category;
- categories without weights are pooled: items of a "points" category count with their points,
  items of a "percent" category as if each were out of 100;
- an item in no category of the section does not count (documented: an assignment without a category
  is ungraded); in a section without categories all items count, by percent;
- weights are relative to each other, among the parts that have a grade; a weight of None is 0, and
  if all weights are 0, all parts count equally;
- a midterm or final item has its own weight beside the periods and counts in no period; in a
  section without periods it is an ordinary item, and the final grade is over all items;
- the period "other" (items without a period) has a grade but does not count in the final grade;
- a period's grade set by hand counts in the final grade like a computed one.
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
"""The exceptions that an item can have; 0 means no exception."""

Calculation = Literal["percent", "points"]


@dataclass(frozen=True, slots=True)
class LetterValue:
    """One letter of a scale and its value in per cent."""

    letter: str
    value: float


@dataclass(frozen=True, slots=True)
class Graded:
    """One item of one student. A `category` of 0 means no category, a `period` of None "other".
    `weight` is that of a midterm or final item beside the periods."""

    grade: float | None
    max_points: float
    exception: int = 0
    category: int = 0
    period: int | None = None
    is_final: bool = False
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """How a category is computed ("percent": the mean of percents, "points": earned points divided
    by possible points), and its weight."""

    id: int
    calculation: Calculation = "percent"
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """The weight of a grading period in the final grade."""

    id: int
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class SectionRules:
    """How a section computes grades. `missing_counts`: a missing item counts as 0; `weighted`: the
    categories have weights."""

    categories: tuple[CategoryRule, ...] = ()
    periods: tuple[PeriodRule, ...] = ()
    missing_counts: bool = True
    weighted: bool = False


@dataclass(frozen=True, slots=True)
class Final:
    """A grade as clients see it: the valid grade, and the computed grade if it was overridden."""

    grade: float | None
    calculated: float | None


def letter_value(levels: Iterable[LetterValue], letter: str) -> float | None:
    """The value of a letter; None if the letter is not on the scale."""
    for level in levels:
        if level.letter == letter:
            return level.value
    return None


def letter_points(levels: Iterable[LetterValue], letter: str, max_points: float) -> float | None:
    """The points that a letter of a percent scale is worth on an item out of `max_points`."""
    value = letter_value(levels, letter)
    return None if value is None else _float(Fraction(_exact(value) * _exact(max_points), 100))


def item_grade(item: Graded, rules: SectionRules) -> float | None:
    """An item's percent, which midterm and final items show as a total."""
    return _shown(_pooled([(item, "percent")], rules))


def category_grade(
    items: Iterable[Graded], rule: CategoryRule, rules: SectionRules
) -> float | None:
    """The grade of one category over these items (of one period or of all). Items of other
    categories are ignored."""
    mine = [item for item in _ordinary(items, rules) if item.category == rule.id]
    return _shown(_category(mine, rule, rules))


def period_grade(items: Iterable[Graded], rules: SectionRules) -> float | None:
    """The grade of the period with these items, which may be "other"."""
    return _shown(_period(items, rules))


def final_grade(
    items: Iterable[Graded],
    rules: SectionRules,
    by_hand: Mapping[int, float] = MappingProxyType({}),
) -> float | None:
    """The grade of the course with these items. `by_hand` maps the ids of periods to grades that
    replace the computed ones."""
    return _shown(_final(tuple(items), rules, by_hand))


def settled(calculated: float | None, override: float | None) -> Final:
    """The grade to show: the override if given, beside the computed grade it replaces."""
    return Final(calculated, None) if override is None else Final(override, calculated)


_Exact = int | Fraction
"""Whole numbers stay ints, which add up several times faster."""


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
    # An exam that is not graded yet must not decide whether weights are used.
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
    """The items that count in a period. In a section with periods, midterms and finals do not."""
    return [item for item in items if not (item.is_final and rules.periods)]


def _pooled(rows: Iterable[tuple[Graded, Calculation]], rules: SectionRules) -> Fraction | None:
    """Earned divided by possible points, in per cent; items by percent are out of 100 each."""
    earned: _Exact = 0
    possible: _Exact = 0
    # Grouped by possible points, because a division per item would dominate the cost.
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
    # An exception replaces the grade, so a grade beside it does not count (Schoology grades, field
    # `exception`).
    if item.exception == MISSING:
        return 0 if rules.missing_counts else None
    if item.exception or item.grade is None:
        return None
    return _exact(item.grade)


def _mean(rows: Sequence[tuple[float | None, Fraction | None]]) -> Fraction | None:
    """The mean of the grades that are not None, weighted unless all weights are 0 or None."""
    weighing = any(weight for weight, _ in rows)
    graded = [
        (_exact(weight or 0) if weighing else 1, grade)
        for weight, grade in rows
        if grade is not None
    ]
    total = sum(weight for weight, _ in graded)
    return Fraction(sum(weight * grade for weight, grade in graded), total) if total else None


def _exact(number: float) -> _Exact:
    """The decimal that a number is written as: 0.1 is exactly a tenth."""
    whole = isinstance(number, int) or number.is_integer()
    return int(number) if whole else Fraction(repr(number))


def _shown(percent: Fraction | None) -> float | None:
    """Round to two decimals, halves up."""
    if percent is None:
        return None
    return _float(Fraction(math.floor(100 * percent + Fraction(1, 2)), 100))


def _float(number: _Exact) -> float:
    """The nearest float; the largest float for a number beyond it (1e308 of 1 point)."""
    try:
        return float(number)
    except OverflowError:
        return sys.float_info.max
