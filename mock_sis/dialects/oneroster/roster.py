"""Rostering objects, as rows: orgs, sessions, courses, classes, users, enrollments.

Names and forms follow OneRoster 1.2 rostering. The SIS has one school and one term, which contains
all grading periods. Each class has a separate course.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from mock_sis.clock import day, iso
from mock_sis.dialects.oneroster.sourcedids import ORG, SCHOOL, TERM, course_name
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import Period
from mock_sis.gradebook.values import Enrollment, Person, Section, key

JsonObject = dict[str, Any]

EPOCH = iso(0.0)
YEAR = "2026"
FIRST_DAY, LAST_DAY = "1970-01-01", "2999-12-31"


class Rows:
    """Builds rows from one gradebook. `base` is the URL that hrefs start with."""

    def __init__(self, book: Gradebook, base: str) -> None:
        self.book = book
        self.base = base

    def ref(self, kind: str, collection: str, name: str, service: str = "rostering") -> JsonObject:
        """A reference to another object."""
        href = f"{self.base}/{service}/v1p2/{collection}/{quote(name, safe='', errors='replace')}"
        return {"href": href, "sourcedId": name, "type": kind}

    def orgs(self) -> list[JsonObject]:
        """The district and its one school."""
        district = {
            **head(ORG),
            "name": "District",
            "type": "district",
            "identifier": ORG,
            "children": [self.ref("org", "orgs", SCHOOL)],
        }
        return [district, *self.schools()]

    def schools(self) -> list[JsonObject]:
        """The one school."""
        return [
            {
                **head(SCHOOL),
                "name": "School",
                "type": "school",
                "identifier": SCHOOL,
                "parent": self.ref("org", "orgs", ORG),
            }
        ]

    def periods(self) -> dict[int, Period]:
        """The grading periods of all classes."""
        found: dict[int, Period] = {}
        for name in self.book.sections:
            periods = self.book.coursework(name).periods
            if (
                not periods.keys() <= found.keys()
            ):  # skip the copy, as most classes share their periods
                found |= {number: row for number, row in periods.items() if number not in found}
        return found

    def terms(self) -> list[JsonObject]:
        """The one term."""
        periods = self.periods()
        row = self._session(TERM, "Term", "term", *self._span(periods))
        return [{**row, "children": [self.session_ref(number) for number in periods]}]

    def _span(self, periods: Mapping[int, Period]) -> tuple[str, str]:
        """The first and the last day of these grading periods."""
        zone, rows = self.book.zone, periods.values()
        starts = (day(row.start, zone) for row in rows if row.start)
        ends = (day(row.end, zone) for row in rows if row.end)
        return min(starts, default=FIRST_DAY), max(ends, default=LAST_DAY)

    def grading_periods(self) -> list[JsonObject]:
        """The grading periods."""
        return [self.grading_period(row) for row in self.periods().values()]

    def grading_period(self, row: Period) -> JsonObject:
        """A grading period."""
        zone = self.book.zone
        start, end = day(row.start, zone) or FIRST_DAY, day(row.end, zone) or LAST_DAY
        return {
            **self._session(str(row.id), row.title, "gradingPeriod", start, end),
            "parent": self.ref("academicSession", "academicSessions", TERM),
        }

    def sessions(self) -> list[JsonObject]:
        """Term and grading periods."""
        return [*self.terms(), *self.grading_periods()]

    def session_ref(self, period: int) -> JsonObject:
        """A reference to a grading period."""
        return self.ref("academicSession", "academicSessions", str(period))

    def _session(self, name: str, title: str, kind: str, start: str, end: str) -> JsonObject:
        return {
            **head(name),
            "title": title,
            "startDate": start,
            "endDate": end,
            "type": kind,
            "schoolYear": YEAR,
        }

    def course(self, section: Section) -> JsonObject:
        """The course of a class."""
        return {
            **head(course_name(section.id)),
            "title": section.course_title or section.title,
            "courseCode": section.flow.code or section.id,
            "org": self.ref("org", "orgs", SCHOOL),
        }

    def klass(self, section: Section) -> JsonObject:
        """A class."""
        return {
            **head(section.id),
            "title": section.title,
            "classCode": section.sis_code or section.id,
            "classType": "scheduled",
            "course": self.ref("course", "courses", course_name(section.id)),
            "school": self.ref("org", "orgs", SCHOOL),
            "terms": [self.ref("academicSession", "academicSessions", TERM)],
        }

    def user(self, person: Person) -> JsonObject:
        """A person: a teacher if they teach any class, otherwise a student."""
        role = "teacher" if self.teaches(person) else "student"
        row = {
            **head(key(person.id)),
            "enabledUser": "true",
            "givenName": person.given_name,
            "familyName": person.family_name,
            "roles": [
                {"roleType": "primary", "role": role, "org": self.ref("org", "orgs", SCHOOL)}
            ],
        }
        known = {
            "username": person.username,
            "identifier": person.number,
            "email": person.email,
        }
        return row | {name: text for name, text in known.items() if text}

    def demographics(self, person: Person) -> JsonObject:
        """The demographics of a person: none of the optional members, as the SIS knows none."""
        return head(key(person.id))

    def teaches(self, person: Person) -> bool:
        """Whether the person teaches any class."""
        return any(
            self.book.enrollment(section.id, person.id).role == "teacher"
            for section in self.book.sections_of(person.id)
        )

    def enrollment(self, section: Section, enrollment: Enrollment) -> JsonObject:
        """An enrollment of a person in a class."""
        person = enrollment.person
        return {
            **head(str(enrollment.id)),
            "user": self.ref("user", "users", person),
            "class": self.ref("class", "classes", section.id),
            "school": self.ref("org", "orgs", SCHOOL),
            "role": enrollment.role,
            "primary": "true" if enrollment.role == "teacher" else "false",
        }

    def members(self, section: Section, role: str) -> Iterable[Person]:
        """The people with this role in a class, without those who were dropped."""
        return (
            self.book.people[each.person]
            for each in self.book.roster(section.id).values()
            if each.role == role and each.state == "active"
        )


def head(name: str, at: float | None = None) -> JsonObject:
    """The fields that every object has. `at` is the last change in Unix seconds."""
    return {
        "sourcedId": name,
        "status": "active",
        "dateLastModified": EPOCH if at is None else iso(at),
    }
