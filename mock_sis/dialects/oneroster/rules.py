"""The write-back rules of Skyward; a seed document can switch each of them off.

Source: "Skyward Grade Write-Back": its introduction (courses of the integration, Score scale), step
4 (categories of the section), its notes (category, due date, scores changed in the SIS, items made
by hand) and limitations. Title length, whole points and closed periods: vendors' public help.
"""

from __future__ import annotations

from datetime import tzinfo

import msgspec

from mock_sis.clock import day
from mock_sis.dialects.oneroster.settings import WriteBackRules as Rules
from mock_sis.dialects.oneroster.statusinfo import RuleBroken
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import OTHER, Assignment, Grade, Period
from mock_sis.gradebook.delayed_writes import BY_HAND
from mock_sis.gradebook.values import Section


def made_in_sis(by: str) -> bool:
    """Whether the author `by` is the SIS itself or a person who uses it."""
    return not by or by.startswith(BY_HAND)


def sis_wins(rules: Rules) -> bool:
    """Whether clients may not overwrite scores that were changed in the SIS."""
    return rules.override == "sis_wins"


def check_class(rules: Rules, section: Section) -> None:
    """Raise RuleBroken (403) if clients may not write to the class."""
    if not rules.licensed:
        raise RuleBroken("licensed", "the gradebook of this SIS is read-only.", 403)
    if rules.integration_only and not section.integration:
        raise RuleBroken("integration_only", "this class was not made by the integration.", 403)
    if rules.integration_only and not section.pass_back:
        raise RuleBroken("integration_only", "grade pass-back is off for this class.", 403)


def accepts_writes(rules: Rules, section: Section) -> bool:
    """Whether the class is of the integration and takes grades, or need not be."""
    return not rules.integration_only or (section.integration and section.pass_back)


def check_put_item(
    rules: Rules, work: Coursework, before: Assignment | None, item: Assignment, zone: tzinfo
) -> None:
    """Raise RuleBroken if the line item `before` may not become `item`; None: a new line item.
    `zone` is the time zone of the SIS."""
    if before is not None:
        _check_not_made_in_sis(rules, before)
        _check_not_closed(rules, work, before)
        if rules.category_frozen and before.category != item.category:
            raise RuleBroken(
                "category_frozen", "only the SIS can change the category of a line item."
            )
    if rules.title_limit and len(item.title) >= rules.title_limit:
        length = f"shorter than {rules.title_limit} characters (got {len(item.title)})"
        raise RuleBroken("title_limit", f"title must be {length}.")
    if rules.whole_points and not float(item.max_points).is_integer():
        message = f"resultValueMax must be a whole number (got {item.max_points})."
        raise RuleBroken("whole_points", message)
    _check_not_closed(rules, work, item)
    _check_due_date(rules, work, item, zone)
    if rules.term_required and item.period == OTHER and work.periods:
        wanted = "gradingPeriod must name a grading period, or dueDate be in one"
        raise RuleBroken("term_required", f"{wanted} (got neither).")


def check_drop_item(rules: Rules, work: Coursework, item: Assignment) -> None:
    """Raise RuleBroken if the line item and its results may not be deleted."""
    _check_not_made_in_sis(rules, item)
    _check_not_closed(rules, work, item)
    for grade in work.of_assignment(item.id):
        _check_not_changed_in_sis(rules, grade)


def with_defaults(rules: Rules, work: Coursework, item: Assignment, zone: tzinfo) -> Assignment:
    """Fill in missing fields: the grading period from the due date, or the due date as the last day
    of the grading period. `zone` is the time zone of the SIS."""
    if item.period == OTHER and item.due:
        holding = sorted(_holding(work, day(item.due, zone), zone), key=lambda row: row.closed)
        return msgspec.structs.replace(item, period=holding[0].id) if holding else item
    period = work.periods.get(item.period)
    if item.due or not rules.default_due or period is None or not period.end:
        return item
    return msgspec.structs.replace(item, due=day(period.end, zone))


def check_put_result(
    rules: Rules, work: Coursework, item: Assignment, before: Grade | None, text_score: str
) -> None:
    """Raise RuleBroken if the result may not be written over `before`."""
    if rules.points_only and text_score:
        raise RuleBroken("points_only", "scores are points; send score instead of textScore.")
    _check_not_made_in_sis(rules, item)
    _check_not_closed(rules, work, item)
    if before is not None:
        _check_not_changed_in_sis(rules, before)


def _check_not_made_in_sis(rules: Rules, item: Assignment) -> None:
    if rules.sis_items_frozen and made_in_sis(item.by):
        raise RuleBroken(
            "sis_items_frozen",
            "this line item was made in the SIS; only the SIS can change it.",
            403,
        )


def _check_not_changed_in_sis(rules: Rules, grade: Grade) -> None:
    if sis_wins(rules) and grade.by.startswith(BY_HAND):
        raise RuleBroken(
            "override", "this score was changed in the SIS; only the SIS can change it now.", 403
        )


def _check_not_closed(rules: Rules, work: Coursework, item: Assignment) -> None:
    period = work.periods.get(item.period)
    if rules.open_period and period is not None and period.closed:
        raise RuleBroken("open_period", f"grading period {period.id} is closed.")


def _check_due_date(rules: Rules, work: Coursework, item: Assignment, zone: tzinfo) -> None:
    dated = any(row.start or row.end for row in work.periods.values())
    if not rules.open_period or not item.due or not dated:
        return
    due = day(item.due, zone)
    got = f"got {due}" if item.due.startswith(due) else f"got {item.due}, which is {due} in {zone}"
    holding = _holding(work, due, zone)
    if not holding:
        raise RuleBroken("open_period", f"dueDate must be in a grading period ({got}).")
    if all(row.closed for row in holding):
        raise RuleBroken("open_period", f"dueDate must be in an open grading period ({got}).")


def _holding(work: Coursework, due: str, zone: tzinfo) -> list[Period]:
    """The grading periods that contain a day; those without start and end are ignored."""
    return [
        row
        for row in work.periods.values()
        if (row.start or row.end)
        and (not row.start or day(row.start, zone) <= due)
        and (not row.end or due <= day(row.end, zone))
    ]
