"""Whatever the grades, categories and periods are, the totals keep to these laws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from mock_sis.gradebook.totals import (
    EXCUSED,
    INCOMPLETE,
    MISSING,
    CategoryRule,
    Graded,
    PeriodRule,
    SectionRules,
    category_grade,
    final_grade,
    period_grade,
)

POINTS_OUT_OF = st.sampled_from((0, 0.1, 1, 3, 10, 12.5, 100))
WEIGHTS = st.none() | st.integers(0, 100) | st.decimals(0, 100, places=2).map(float)


@st.composite
def items_of(draw: st.DrawFn, extra_credit: bool = True) -> list[Graded]:
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        out_of = draw(POINTS_OUT_OF)
        most = 300 if extra_credit else out_of
        grade = draw(st.none() | st.integers(0, int(most)) | st.floats(0, most))
        exception = draw(st.sampled_from((0, 0, 0, EXCUSED, INCOMPLETE, MISSING)))
        place = (draw(st.integers(0, 3)), draw(st.sampled_from((None, 1, 2, 3))))
        rows.append(Graded(grade, out_of, exception, *place, draw(st.booleans()), draw(WEIGHTS)))
    return rows


KINDS = st.sampled_from(("percent", "points"))
CATEGORY = st.builds(CategoryRule, st.integers(1, 3), KINDS, WEIGHTS)
PERIOD = st.builds(PeriodRule, st.integers(1, 3), WEIGHTS)
RULES = st.builds(
    SectionRules,
    st.lists(CATEGORY, unique_by=lambda row: row.id).map(tuple),
    st.lists(PERIOD, unique_by=lambda row: row.id).map(tuple),
    st.booleans(),
    st.booleans(),
)


def totals(items: Iterable[Graded], rules: SectionRules) -> list[float | None]:
    """Every total that is told of these items."""
    rows = list(items)
    of_categories = [category_grade(rows, rule, rules) for rule in rules.categories]
    return [final_grade(rows, rules), period_grade(rows, rules), *of_categories]


@given(items_of(), RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_items_does_not_matter(
    items: list[Graded], rules: SectionRules, chance: Random
) -> None:
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert totals(shuffled, rules) == totals(items, rules)


@given(items_of(), RULES, st.integers(0, 12), POINTS_OUT_OF)
def test_ungraded_excused_and_incomplete_items_change_nothing(
    items: list[Graded], rules: SectionRules, place: int, out_of: float
) -> None:
    for idle in (
        Graded(None, out_of, 0, 1, 1),
        Graded(None, out_of, EXCUSED, 2, 2),
        Graded(50, out_of, EXCUSED, 1, None),
        Graded(None, out_of, INCOMPLETE, 1, 1),
        Graded(None, out_of, 0, 1, 1, is_final=True, weight=50),
    ):
        assert totals([*items[:place], idle, *items[place:]], rules) == totals(items, rules)


@given(items_of(), RULES)
def test_leaving_out_what_does_not_count_changes_nothing(
    items: list[Graded], rules: SectionRules
) -> None:
    counting = [
        item
        for item in items
        if item.exception == MISSING or (item.exception == 0 and item.grade is not None)
    ]
    assert totals(counting, rules) == totals(items, rules)


@given(items_of(extra_credit=False), RULES)
def test_without_extra_credit_every_total_is_between_0_and_100(
    items: list[Graded], rules: SectionRules
) -> None:
    assert [
        total for total in totals(items, rules) if total is not None and not 0 <= total <= 100
    ] == []


@given(items_of(), RULES, st.integers(1, 1000))
def test_weights_are_relative_to_each_other(
    items: list[Graded], rules: SectionRules, factor: int
) -> None:
    def scaled(weight: float | None) -> float | None:
        # In hundredths, so that the product is a whole number and so exact.
        return None if weight is None else round(weight * 100) * factor

    heavier = replace(
        rules,
        categories=tuple(replace(row, weight=scaled(row.weight)) for row in rules.categories),
        periods=tuple(replace(row, weight=scaled(row.weight)) for row in rules.periods),
    )
    rescaled = [replace(item, weight=scaled(item.weight)) for item in items]
    assert totals(rescaled, heavier) == totals(items, rules)


@example([(Decimal("1.005"), Decimal(100), None)])
@given(
    st.lists(
        st.tuples(st.decimals(0, 300, places=3), st.decimals("0.001", 200, places=3), WEIGHTS),
        min_size=1,
        max_size=8,
    )
)
def test_totals_are_exact_to_two_decimals(
    rows: list[tuple[Decimal, Decimal, float | None]],
) -> None:
    """One category for each item, of the item's weight: as fractions say it, however many."""
    items = [Graded(float(grade), float(top), 0, n) for n, (grade, top, _) in enumerate(rows, 1)]
    kinds = tuple(CategoryRule(n, weight=weight) for n, (_, _, weight) in enumerate(rows, 1))
    weights = [Fraction(str(weight or 0)) for _, _, weight in rows]
    if not any(weights):
        weights = [Fraction(1)] * len(rows)
    exact = sum(
        weight * 100 * Fraction(grade) / Fraction(top)
        for weight, (grade, top, _) in zip(weights, rows, strict=True)
    ) / sum(weights)
    assert final_grade(items, SectionRules(kinds, weighted=True)) == two_decimals(Fraction(exact))
    points = CategoryRule(0, "points")
    pooled = Fraction(100 * sum(grade for grade, _, _ in rows)) / Fraction(sum(r[1] for r in rows))
    all_in_one = [replace(item, category=0) for item in items]
    assert category_grade(all_in_one, points, SectionRules((points,))) == two_decimals(pooled)


def two_decimals(exact: Fraction) -> float:
    """Two decimals by another road than the code's: decimals of many digits."""
    with localcontext() as context:
        context.prec = 400
        number = Decimal(exact.numerator) / Decimal(exact.denominator)
        return float(number.quantize(Decimal("0.01"), ROUND_HALF_UP))
