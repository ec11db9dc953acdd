"""Skyward's rules, as the receiver enforces them; each can be switched off in the seed document.

Source: "Skyward Grade Write-Back": its introduction (courses of the integration, Score scale), step
4 (categories of the section), its notes (category, due date, scores changed in the SIS, items made
by hand) and limitations; title length, whole points and closed periods are vendors' public help.
"""

from __future__ import annotations

import msgspec

from mock_sis.dialects.oneroster.settings import WriteBackRules as Rules
from mock_sis.dialects.oneroster.statusinfo import RuleBroken
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import OTHER, Assignment, Grade, Period
from mock_sis.gradebook.delayed_writes import BY_HAND
from mock_sis.gradebook.values import Section


def made_in_sis(by: str) -> bool:
    """Whether something was made or changed in the SIS itself."""
    return not by or by.startswith(BY_HAND)


def sis_wins(rules: Rules) -> bool:
    """Whether a score that was changed in the SIS is the SIS's from then on."""
    return rules.override == "sis_wins"


def may_write(rules: Rules, section: Section) -> None:
    """Raise RuleBroken (403) where a class takes nothing."""
    if not rules.licensed:
        raise RuleBroken("licensed", "the gradebook of this SIS is read-only.", 403)
    if rules.integration_only and not section.integration:
        raise RuleBroken("integration_only", "this class was not made by the integration.", 403)
    if rules.integration_only and not section.pass_back:
        raise RuleBroken("integration_only", "grade pass-back is off for this class.", 403)


def may_put_item(
    rules: Rules, work: Coursework, before: Assignment | None, item: Assignment
) -> None:
    """Raise RuleBroken where a line item may not be made or changed like this."""
    if before is not None:
        _not_of_the_sis(rules, before)
        _not_closed(rules, work, before)
        if rules.category_frozen and before.category != item.category:
            raise RuleBroken("category_frozen", "the category is changed in the SIS alone.")
    if rules.title_limit and len(item.title) >= rules.title_limit:
        raise RuleBroken("title_limit", f"the title has {rules.title_limit} characters or more.")
    if rules.whole_points and not float(item.max_points).is_integer():
        raise RuleBroken("whole_points", "resultValueMax is not a whole number.")
    _not_closed(rules, work, item)
    _due_in_open_period(rules, work, item)


def may_drop_item(rules: Rules, work: Coursework, item: Assignment) -> None:
    """Raise RuleBroken where a line item, with the results on it, may not be taken away."""
    _not_of_the_sis(rules, item)
    _not_closed(rules, work, item)
    for grade in work.of_assignment(item.id):
        _not_changed_in_sis(rules, grade)


def with_defaults(rules: Rules, work: Coursework, item: Assignment) -> Assignment:
    """The item with what was left out: the grading period that its due date lies in, and as due
    date the last day of its grading period."""
    if item.period == OTHER and item.due:
        holding = sorted(_holding(work, item.due[:10]), key=lambda row: row.closed)
        return msgspec.structs.replace(item, period=holding[0].id) if holding else item
    period = work.periods.get(item.period)
    if item.due or not rules.default_due or period is None or not period.end:
        return item
    return msgspec.structs.replace(item, due=period.end)


def may_put_result(
    rules: Rules, work: Coursework, item: Assignment, before: Grade | None, text_score: str
) -> None:
    """Raise RuleBroken where a result may not be written."""
    if rules.points_only and text_score:
        raise RuleBroken("points_only", "scores are points; textScore is not taken.")
    _not_of_the_sis(rules, item)
    _not_closed(rules, work, item)
    if before is not None:
        _not_changed_in_sis(rules, before)


def _not_of_the_sis(rules: Rules, item: Assignment) -> None:
    if rules.sis_items_frozen and made_in_sis(item.by):
        raise RuleBroken("sis_items_frozen", "this line item was made in the SIS.", 403)


def _not_changed_in_sis(rules: Rules, grade: Grade) -> None:
    if sis_wins(rules) and grade.by.startswith(BY_HAND):
        raise RuleBroken(
            "override", "the score was changed in the SIS, whose it is from then on.", 403
        )


def _not_closed(rules: Rules, work: Coursework, item: Assignment) -> None:
    period = work.periods.get(item.period)
    if rules.open_period and period is not None and period.closed:
        raise RuleBroken("open_period", f"the grading period {period.id} is closed.")


def _due_in_open_period(rules: Rules, work: Coursework, item: Assignment) -> None:
    dated = any(row.start or row.end for row in work.periods.values())
    if not rules.open_period or not item.due or not dated:
        return
    holding = _holding(work, item.due[:10])
    if not holding:
        raise RuleBroken("open_period", "the due date is in no grading period.")
    if all(row.closed for row in holding):
        raise RuleBroken("open_period", "the due date is in a closed grading period.")


def _holding(work: Coursework, day: str) -> list[Period]:
    """The grading periods with bounds that a day lies in."""
    return [
        row
        for row in work.periods.values()
        if (row.start or row.end)
        and (not row.start or row.start[:10] <= day)
        and (not row.end or day <= row.end[:10])
    ]
