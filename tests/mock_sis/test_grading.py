"""Grades become totals by rules that a teacher could check with pencil and paper."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import replace
from fractions import Fraction

import pytest

from mock_sis.gradebook.totals import (
    EXCUSED,
    INCOMPLETE,
    MISSING,
    CategoryRule,
    Final,
    Graded,
    LetterValue,
    PeriodRule,
    SectionRules,
    category_grade,
    final_grade,
    item_grade,
    letter_points,
    letter_value,
    period_grade,
    settled,
)

PLAIN = SectionRules()
NO_ZEROS = SectionRules(missing_counts=False)


def worked(arithmetic: str) -> float | None:
    """The result of the arithmetic, exactly, with two decimals; "nothing" is None."""
    if arithmetic == "nothing":
        return None
    exact: Fraction = eval(re.sub(r"[\d.]+", r"Fraction('\g<0>')", arithmetic))
    return math.floor(exact * 100 + Fraction(1, 2)) / 100


def ungraded(*categories: int) -> tuple[Graded, ...]:
    return tuple(Graded(None, 100, category=category) for category in categories or (0,))


# --- scales and letters ---------------------------------------------------------------------------

CHROMATIC = (
    LetterValue("F", 0),
    LetterValue("D", 60),
    LetterValue("C", 70),
    LetterValue("B", 80),
    LetterValue("A", 90),
)
NO_FLOOR = (LetterValue("merit", 70), LetterValue("distinction", 85.5))


@pytest.mark.parametrize(
    ("levels", "letter", "value"),
    [
        (CHROMATIC, "A", 90),
        (CHROMATIC, "F", 0),
        (NO_FLOOR, "distinction", 85.5),
        (CHROMATIC, "a", None),
        (CHROMATIC, "A+", None),
        (CHROMATIC, "", None),
        ((), "A", None),
    ],
)
def test_a_letter_is_worth_what_its_scale_says(
    levels: tuple[LetterValue, ...], letter: str, value: float | None
) -> None:
    assert letter_value(levels, letter) == value


@pytest.mark.parametrize(
    ("levels", "letter", "max_points", "points"),
    [
        (CHROMATIC, "A", 100, 90),
        (CHROMATIC, "A", 20, 18),
        (CHROMATIC, "B", 7, 5.6),
        (NO_FLOOR, "distinction", 0.2, 0.171),
        (CHROMATIC, "A", 0, 0),
        (CHROMATIC, "E", 100, None),
    ],
)
def test_a_letter_is_stored_as_points_of_its_item(
    levels: tuple[LetterValue, ...], letter: str, max_points: float, points: float | None
) -> None:
    assert letter_points(levels, letter, max_points) == points


def test_exceptions_are_the_numbers_that_the_documentation_gives() -> None:
    assert (EXCUSED, INCOMPLETE, MISSING) == (1, 2, 3)


def test_categories_are_not_weighted_unless_it_is_said() -> None:
    categories = (CategoryRule(1, "points"), CategoryRule(2, "points"))
    items = (Graded(10, 10, category=1), Graded(0, 30, category=2))
    assert period_grade(items, SectionRules(categories)) == 25


def test_items_may_come_from_anywhere_once() -> None:
    rules = SectionRules(periods=(PeriodRule(1),))
    items = (Graded(50, 100, period=1), Graded(100, 100, is_final=True))
    assert final_grade(iter(items), rules) == final_grade(items, rules) == 75


# --- one item -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "rules", "arithmetic"),
    [
        (Graded(80, 100), PLAIN, "80"),
        (Graded(1, 3), PLAIN, "100 * 1/3"),
        (Graded(2, 3), PLAIN, "100 * 2/3"),
        (Graded(0, 10), PLAIN, "0"),
        (Graded(11, 10), PLAIN, "110"),
        (Graded(None, 10), PLAIN, "nothing"),
        (Graded(None, 10, EXCUSED), PLAIN, "nothing"),
        (Graded(None, 10, INCOMPLETE), PLAIN, "nothing"),
        (Graded(None, 10, MISSING), PLAIN, "0"),
        (Graded(None, 10, MISSING), NO_ZEROS, "nothing"),
        (Graded(7, 10, EXCUSED), PLAIN, "nothing"),
        (Graded(7, 10, MISSING), PLAIN, "0"),
        (Graded(7, 10, MISSING), NO_ZEROS, "nothing"),
        (Graded(5, 0), PLAIN, "nothing"),
        (Graded(1.005, 100), PLAIN, "1.01"),
        (Graded(0.1, 0.3), PLAIN, "100 * 0.1/0.3"),
        (Graded(33.335, 100), PLAIN, "33.34"),
    ],
)
def test_an_item_has_the_percent_of_its_points(
    item: Graded, rules: SectionRules, arithmetic: str
) -> None:
    assert item_grade(item, rules) == worked(arithmetic)


# --- categories -----------------------------------------------------------------------------------

PERCENT, POINTS = CategoryRule(7, "percent"), CategoryRule(7, "points")
QUIZ = (Graded(6, 6, category=7), Graded(60, 100, category=7))


@pytest.mark.parametrize(
    ("rule", "items", "arithmetic"),
    [
        (PERCENT, QUIZ, "(100 + 60) / 2"),
        (POINTS, QUIZ, "100 * (6 + 60) / (6 + 100)"),
        (PERCENT, (*QUIZ, *ungraded(7, 7)), "(100 + 60) / 2"),
        (POINTS, (*QUIZ, *ungraded(7, 7)), "100 * (6 + 60) / (6 + 100)"),
        (PERCENT, (*QUIZ, Graded(1, 100, category=8)), "(100 + 60) / 2"),
        (PERCENT, (*QUIZ, Graded(None, 50, EXCUSED, 7)), "(100 + 60) / 2"),
        (POINTS, (*QUIZ, Graded(None, 50, INCOMPLETE, 7)), "100 * 66 / 106"),
        (PERCENT, (*QUIZ, Graded(None, 50, MISSING, 7)), "(100 + 60 + 0) / 3"),
        (POINTS, (*QUIZ, Graded(None, 50, MISSING, 7)), "100 * (6 + 60 + 0) / (6 + 100 + 50)"),
        (PERCENT, (*QUIZ, Graded(15, 10, category=7)), "(100 + 60 + 150) / 3"),
        (POINTS, (*QUIZ, Graded(15, 10, category=7)), "100 * (6 + 60 + 15) / (6 + 100 + 10)"),
        (PERCENT, (*QUIZ, Graded(5, 0, category=7)), "(100 + 60) / 2"),
        (POINTS, (*QUIZ, Graded(5, 0, category=7)), "100 * (6 + 60 + 5) / (6 + 100)"),
        (POINTS, (Graded(5, 0, category=7),), "nothing"),
        (PERCENT, ungraded(7), "nothing"),
        (POINTS, ungraded(7), "nothing"),
        (PERCENT, (), "nothing"),
        (PERCENT, (Graded(100, 100, category=8),), "nothing"),
    ],
)
def test_a_category_is_the_mean_of_percents_or_points_over_possible(
    rule: CategoryRule, items: tuple[Graded, ...], arithmetic: str
) -> None:
    assert category_grade(items, rule, SectionRules((rule,))) == worked(arithmetic)


# --- periods --------------------------------------------------------------------------------------


def section(*weights: float | None, weighted: bool = True) -> SectionRules:
    """Categories 1, 2, … of these weights; the even ones count points."""
    kinds: tuple[CategoryRule, ...] = tuple(
        CategoryRule(number, "percent" if number % 2 else "points", weight)
        for number, weight in enumerate(weights, 1)
    )
    return SectionRules(kinds, weighted=weighted)


HOMEWORK = (Graded(8, 10, category=1), Graded(45, 50, category=1))
TESTS = (Graded(30, 40, category=2), Graded(5, 20, category=2))
BOTH = (*HOMEWORK, *TESTS)
LOOSE = Graded(1, 100)


@pytest.mark.parametrize(
    ("rules", "items", "arithmetic"),
    [
        (section(30, 70), BOTH, "(30 * (80 + 90)/2 + 70 * 100 * 35/60) / 100"),
        (section(3, 7), BOTH, "(30 * (80 + 90)/2 + 70 * 100 * 35/60) / 100"),
        (section(30, 70), HOMEWORK, "(80 + 90) / 2"),
        (section(30, 70), (*HOMEWORK, *ungraded(2)), "(80 + 90) / 2"),
        (section(0, 70), BOTH, "100 * 35 / 60"),
        (section(None, 70), BOTH, "100 * 35 / 60"),
        (section(0, 70), HOMEWORK, "nothing"),
        (section(None, None), BOTH, "((80 + 90)/2 + 100 * 35/60) / 2"),
        (section(0, 0), BOTH, "((80 + 90)/2 + 100 * 35/60) / 2"),
        (section(0.1, 0.2), BOTH, "(1 * (80 + 90)/2 + 2 * 100 * 35/60) / 3"),
        (section(30, 70), (*BOTH, LOOSE), "(30 * (80 + 90)/2 + 70 * 100 * 35/60) / 100"),
        (section(30, 70), (LOOSE,), "nothing"),
        (section(1, 1, weighted=False), BOTH, "100 * (80 + 90 + 30 + 5) / (100 + 100 + 40 + 20)"),
        (section(1, 9, weighted=False), HOMEWORK, "(80 + 90) / 2"),
        (section(1, 9, weighted=False), TESTS, "100 * 35 / 60"),
        (section(1, 9, weighted=False), (*TESTS, LOOSE), "100 * 35 / 60"),
        (PLAIN, BOTH, "(80 + 90 + 75 + 25) / 4"),
        (PLAIN, (*HOMEWORK, LOOSE), "(80 + 90 + 1) / 3"),
        (PLAIN, (*HOMEWORK, Graded(None, 9, MISSING)), "(80 + 90 + 0) / 3"),
        (NO_ZEROS, (*HOMEWORK, Graded(None, 9, MISSING)), "(80 + 90) / 2"),
        (PLAIN, ungraded(1, 2, 0), "nothing"),
        (PLAIN, (), "nothing"),
        (section(30, 70), (), "nothing"),
    ],
)
def test_a_period_is_the_mean_of_its_categories_by_weight(
    rules: SectionRules, items: tuple[Graded, ...], arithmetic: str
) -> None:
    assert period_grade(items, rules) == worked(arithmetic)


# --- the final grade ------------------------------------------------------------------------------


def terms(*weights: float | None) -> SectionRules:
    """Periods 1, 2, … of these weights, and no categories."""
    return SectionRules(
        periods=tuple(PeriodRule(number, weight) for number, weight in enumerate(weights, 1))
    )


AUTUMN = (Graded(80, 100, period=1), Graded(90, 100, period=1))
SPRING = (Graded(1, 3, period=2),)
YEAR = (*AUTUMN, *SPRING)
OTHER = Graded(0, 100, period=None)
EXAM = Graded(18, 20, is_final=True, weight=20)
RESIT = Graded(5, 10, period=1, is_final=True, weight=20)


@pytest.mark.parametrize(
    ("rules", "items", "arithmetic"),
    [
        (terms(100), AUTUMN, "85"),
        (terms(60, 40), YEAR, "(60 * 85 + 40 * 100/3) / 100"),
        (terms(6, 4), YEAR, "(60 * 85 + 40 * 100/3) / 100"),
        (terms(60, 40), AUTUMN, "85"),
        (terms(60, 0), YEAR, "85"),
        (terms(60, None), YEAR, "85"),
        (terms(60, 0), SPRING, "nothing"),
        (terms(None, None), YEAR, "(85 + 100/3) / 2"),
        (terms(0, 0), YEAR, "(85 + 100/3) / 2"),
        (terms(60, 40), (*YEAR, OTHER), "(60 * 85 + 40 * 100/3) / 100"),
        (terms(60, 40), (OTHER,), "nothing"),
        (terms(60, 40), (*YEAR, Graded(0, 1, period=9)), "(60 * 85 + 40 * 100/3) / 100"),
        (terms(40, 40), (*YEAR, EXAM), "(40 * 85 + 40 * 100/3 + 20 * 90) / 100"),
        (terms(40, 40), (*YEAR, EXAM, RESIT), "(40 * (85 + 100/3) + 20 * (90 + 50)) / 120"),
        (terms(40, 40), (*YEAR, replace(EXAM, weight=None)), "(85 + 100/3) / 2"),
        (terms(None), (*AUTUMN, replace(EXAM, weight=None)), "(85 + 90) / 2"),
        (terms(None), (*AUTUMN, EXAM), "90"),
        (terms(40, 40), (*YEAR, replace(EXAM, grade=None)), "(85 + 100/3) / 2"),
        (terms(None), (*AUTUMN, replace(EXAM, grade=None)), "85"),
        (terms(80), (*AUTUMN, replace(EXAM, exception=EXCUSED)), "85"),
        (terms(80), (*AUTUMN, replace(EXAM, exception=MISSING)), "(80 * 85 + 20 * 0) / 100"),
        (PLAIN, (*YEAR, OTHER), "(80 + 90 + 100/3 + 0) / 4"),
        (PLAIN, (*YEAR, EXAM), "(80 + 90 + 100/3 + 90) / 4"),
        (terms(60, 40), (), "nothing"),
        (PLAIN, (), "nothing"),
    ],
)
def test_the_final_grade_is_the_mean_of_the_periods_by_weight(
    rules: SectionRules, items: tuple[Graded, ...], arithmetic: str
) -> None:
    assert final_grade(items, rules) == worked(arithmetic)


@pytest.mark.parametrize(
    ("rules", "items", "by_hand", "arithmetic"),
    [
        (terms(60, 40), YEAR, {1: 100}, "(60 * 100 + 40 * 100/3) / 100"),
        (terms(60, 40), YEAR, {2: 0}, "(60 * 85 + 40 * 0) / 100"),
        (terms(60, 40), YEAR, {1: 0.1, 2: 0.2}, "(60 * 0.1 + 40 * 0.2) / 100"),
        (terms(60, 40), (), {2: 70}, "70"),
        (terms(40, 40), (*YEAR, EXAM), {1: 100}, "(40 * 100 + 40 * 100/3 + 20 * 90) / 100"),
        (terms(60, 40), YEAR, {9: 0}, "(60 * 85 + 40 * 100/3) / 100"),
        (PLAIN, (*YEAR, OTHER), {1: 100}, "(80 + 90 + 100/3 + 0) / 4"),
    ],
)
def test_a_period_graded_by_hand_counts_with_that_grade(
    rules: SectionRules, items: tuple[Graded, ...], by_hand: dict[int, float], arithmetic: str
) -> None:
    assert final_grade(items, rules, by_hand) == worked(arithmetic)


@pytest.mark.parametrize(
    ("items", "arithmetic"),
    [
        ((OTHER, Graded(50, 100)), "(0 + 50) / 2"),
        ((*AUTUMN, EXAM, RESIT), "85"),
        ((EXAM,), "nothing"),
    ],
)
def test_a_midterm_or_final_item_is_in_no_period(
    items: tuple[Graded, ...], arithmetic: str
) -> None:
    assert period_grade(items, terms(60, 40)) == worked(arithmetic)


def test_a_midterm_or_final_item_is_in_no_category_either_unless_there_are_no_periods() -> None:
    items = (*QUIZ, Graded(0, 20, category=7, is_final=True))
    with_periods = SectionRules((PERCENT,), (PeriodRule(1),))
    assert category_grade(items, PERCENT, with_periods) == worked("(100 + 60) / 2")
    assert category_grade(items, PERCENT, SectionRules((PERCENT,))) == worked("(100 + 60 + 0) / 3")


def test_rounding_comes_last() -> None:
    """What the periods show has the mean 50.005, but what they are has 50.0045."""
    items = (Graded(50.004, 100, period=1), Graded(50.005, 100, period=2))
    assert [period_grade([item], PLAIN) for item in items] == [50.00, 50.01]
    assert final_grade(items, terms(1, 1)) == worked("(50.004 + 50.005) / 2") == 50.00


def test_categories_and_periods_work_together() -> None:
    """The course of the API's documentation: one period of weight 100, two categories, and grades
    in one of them only."""
    rules = SectionRules(
        (CategoryRule(3081, weight=50), CategoryRule(4341, weight=50)),
        (PeriodRule(13011, 100),),
        weighted=True,
    )
    items = (Graded(80, 100, category=4341, period=13011),)
    assert [category_grade(items, rule, rules) for rule in rules.categories] == [None, 80]
    assert (period_grade(items, rules), final_grade(items, rules)) == (80, 80)
    assert period_grade((), rules) is None


@pytest.mark.parametrize(
    ("calculated", "override", "told"),
    [
        (80, None, Final(80, None)),
        (80, 95, Final(95, 80)),
        (80, 0, Final(0, 80)),
        (None, 95, Final(95, None)),
        (None, None, Final(None, None)),
    ],
)
def test_a_grade_set_by_hand_wins_and_the_computed_one_is_told_beside_it(
    calculated: float | None, override: float | None, told: Final
) -> None:
    assert settled(calculated, override) == told


@pytest.mark.parametrize("max_points", [1, 0.001, 5e-324])
def test_numbers_beyond_all_reason_stay_finite(max_points: float) -> None:
    assert item_grade(Graded(1e308, max_points), PLAIN) == sys.float_info.max
