"""Final grades of an enrollment: computed from its grades, overridden by hand, with comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mock_sis.dialects.schoology.numbers import plain
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import OTHER, Grade
from mock_sis.gradebook.totals import (
    CategoryRule,
    Graded,
    PeriodRule,
    SectionRules,
    category_grade,
    final_grade,
    item_grade,
    period_grade,
    settled,
)

FINAL = "final"
OTHER_PERIOD = "other"


@dataclass(frozen=True, slots=True)
class Totals:
    """What an enrollment comes to, by period ("p13011", "other", "final", and "a5699937" for a
    midterm or final item) and, within periods, by category."""

    grades: dict[str, float | None]
    categories: dict[str, dict[int, float | None]]


def period_name(period: int) -> str:
    """A period as it is named in answers."""
    return OTHER_PERIOD if period == OTHER else f"p{period}"


def rules(work: Coursework) -> SectionRules:
    """How a section computes."""
    return SectionRules(
        tuple(
            CategoryRule(row.id, row.calculation, row.weight) for row in work.categories.values()
        ),
        tuple(PeriodRule(row.id, row.weight) for row in work.periods.values()),
        work.policy.missing_counts,
        work.policy.weighted,
    )


def totals(work: Coursework, enrollment: int) -> Totals:
    """An enrollment's totals; computed again only after something they depend on changed."""
    return work.remembered(enrollment, _totals)


def _totals(work: Coursework, enrollment: int) -> Totals:
    rule = rules(work)
    items = _items(work, enrollment)
    by_period: dict[int, list[Graded]] = defaultdict(list)
    for item in items.values():
        by_period[item.period or OTHER].append(item)
    grades: dict[str, float | None] = {}
    categories: dict[str, dict[int, float | None]] = {}
    for period in (*work.periods, OTHER):
        mine, name = by_period[period], period_name(period)
        grades[name] = period_grade(mine, rule)
        categories[name] = {row.id: category_grade(mine, row, rule) for row in rule.categories}
    grades[FINAL] = final_grade(items.values(), rule, _by_hand(work, enrollment))
    for number, item in items.items():
        if item.is_final:
            grades[f"a{number}"] = item_grade(item, rule)
    return Totals(grades, categories)


def _by_hand(work: Coursework, enrollment: int) -> dict[int, float]:
    """The period grades set by hand, if they count in the grade of the course."""
    if not work.policy.overrides_count:
        return {}
    found = {
        period: work.overrides.get((enrollment, period_name(period))) for period in work.periods
    }
    return {period: override.grade for period, override in found.items() if override}


def _items(work: Coursework, enrollment: int) -> dict[int, Graded]:
    """The enrollment's graded items by assignment."""
    items = {}
    for grade in work.of_enrollment(enrollment):
        item = work.assignments[grade.assignment]
        items[item.id] = Graded(
            grade.grade,
            item.max_points,
            grade.exception,
            item.category,
            item.period or None,
            item.is_final,
            item.weight,
        )
    return items


def row(work: Coursework, enrollment: int, period: str) -> dict[str, Any]:
    """An enrollment's final grade for a period as the list of a section shows it."""
    grade, overridden = _settled(work, enrollment, period)
    return {"period_id": period, "grade": grade, **comment(work, enrollment, period), **overridden}


def _settled(
    work: Coursework, enrollment: int, period: str
) -> tuple[int | float | None, dict[str, Any]]:
    override = work.overrides.get((enrollment, period))
    computed = totals(work, enrollment).grades.get(period)
    outcome = settled(computed, override.grade if override else None)
    if override is None:
        return plain(outcome.grade), {}
    more = {"override": plain(override.grade), "calculated_grade": plain(outcome.calculated)}
    return plain(outcome.grade), more


def comment(work: Coursework, enrollment: int, period: str) -> dict[str, Any]:
    """The final comment for a period; empty if not set."""
    found = work.final_comments.get((enrollment, period))
    if found is None:
        return {"comment": "", "comment_status": None}
    return {"comment": found.comment, "comment_status": found.comment_status}


def section_row(work: Coursework, enrollment: int) -> dict[str, Any]:
    """All final grades of an enrollment, as the list of a section shows them."""
    names = [period_name(period) for period in (*work.periods, OTHER)]
    return {
        "enrollment_id": str(enrollment),
        "period": [row(work, enrollment, name) for name in (*names, FINAL)],
        "scale_id": work.policy.scale,
    }


def listed_for_users(work: Coursework) -> frozenset[str]:
    """The periods that the list of a user has unless it is asked for others: all, and "other" where
    something belongs to it."""
    used = any(item.period == OTHER for item in work.assignments.values())
    numbers = (*work.periods, OTHER) if used else work.periods
    return frozenset((*map(period_name, numbers), FINAL))


def user_rows(work: Coursework, enrollment: int, wanted: frozenset[str]) -> list[dict[str, Any]]:
    """The final grades of an enrollment as the list of a user shows them, of these periods."""
    found = [
        _user_period(work, enrollment, period)
        for period in (*work.periods, OTHER)
        if period_name(period) in wanted
    ]
    if FINAL in wanted:
        found.append(_user_final(work, enrollment, FINAL))
    computed = totals(work, enrollment).grades
    items = [
        f"a{number}"
        for number, item in work.assignments.items()
        if f"a{number}" in computed and period_name(item.period) in wanted
    ]
    return [*found, *(_user_final(work, enrollment, name) for name in items)]


def changed(work: Coursework, enrollment: int, grades: Iterable[Grade], since: float) -> set[str]:
    """The periods of an enrollment's final grades that may have changed: with these grades, which
    changed, or with a final comment that changed at or after `since`."""
    names = set()
    for grade in grades:
        item = work.assignments[grade.assignment]
        names.add(FINAL)
        if item.is_final:
            names.add(f"a{item.id}")
        # Where there are periods, a midterm or final counts beside them and in none of them.
        if not (item.is_final and work.periods):
            names.add(period_name(item.period))
    said, _ = work.comments_since(since, 0, len(work.final_comments), enrollment=enrollment)
    return names | {comment.period for comment in said}


def _user_period(work: Coursework, enrollment: int, period: int) -> dict[str, Any]:
    name = period_name(period)
    grade, overridden = _settled(work, enrollment, name)
    said = comment(work, enrollment, name)
    weight = {} if period == OTHER else {"weight": plain(work.periods[period].weight)}
    by_category = totals(work, enrollment).categories[name]
    return {
        "period_id": name,
        "grade": grade,
        **weight,
        "comment": said["comment"],
        "scale_id": work.policy.scale,
        "grading_category": [
            {"category_id": number, "grade": plain(value)} for number, value in by_category.items()
        ],
        "comment_status": said["comment_status"],
        **overridden,
    }


def _user_final(work: Coursework, enrollment: int, name: str) -> dict[str, Any]:
    grade, overridden = _settled(work, enrollment, name)
    # An override stands last in each row, in XML too.
    return {
        "period_id": name,
        "grade": grade,
        **comment(work, enrollment, name),
        "scale_id": work.policy.scale,
        **overridden,
    }
