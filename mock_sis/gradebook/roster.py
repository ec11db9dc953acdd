"""People, sections, and who is enrolled where."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

from mock_sis.errors import Conflict, NotFound
from mock_sis.gradebook.values import (
    Enrollment,
    Identifier,
    Person,
    Section,
    SectionState,
    key,
)

T = TypeVar("T")


class Roster:
    """The owner of people, sections and enrollments. Lookups are by id; no request scans."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._sections: dict[str, Section] = {}
        self._by_code: dict[str, str] = {}
        self._enrollments: dict[str, dict[str, Enrollment]] = {}
        self._enrollments_by_id: dict[str, dict[int, Enrollment]] = {}
        self._section_of_enrollment: dict[int, str] = {}
        self._sections_of: dict[str, list[str]] = {}
        self._remembered: dict[Hashable, Any] = {}
        self.people: Mapping[str, Person] = self._people
        """By person key."""
        self.sections: Mapping[str, Section] = self._sections
        """By id."""

    def add_person(self, person: Person) -> None:
        """Add a person. Raises Conflict if the id is taken; 1 and "1" are the same id."""
        add(self._people, key(person.id), person, "person")
        self._remembered.clear()

    def add_section(self, section: Section) -> None:
        """Add a section. Raises Conflict if its id or its SIS code is taken."""
        if section.sis_code and section.sis_code in self._by_code:
            raise Conflict(f"The SIS code {section.sis_code!r} is taken.")
        add(self._sections, section.id, section, "section")
        if section.sis_code:
            self._by_code[section.sis_code] = section.id
        self._enrollments[section.id] = {}
        self._enrollments_by_id[section.id] = {}
        self._remembered.clear()

    def enroll(self, section_id: str, enrollment: Enrollment) -> None:
        """Enroll a person in a section. Raises NotFound, or Conflict if the person is enrolled
        already or the enrollment's id is taken."""
        if enrollment.person not in self._people:
            raise NotFound(f"The person {enrollment.person!r} does not exist.")
        roster = self._enrollments[self.section(section_id).id]
        if not enrollment.id:
            chosen = self._free_enrollment_id(section_id, enrollment.person)
            enrollment = msgspec.structs.replace(enrollment, id=chosen)
        if enrollment.id in self._section_of_enrollment:
            raise Conflict(f"The enrollment id {enrollment.id} is taken.")
        add(roster, enrollment.person, enrollment, "enrollment")
        self._enrollments_by_id[section_id][enrollment.id] = enrollment
        self._section_of_enrollment[enrollment.id] = section_id
        self._sections_of.setdefault(enrollment.person, []).append(section_id)
        self._remembered.clear()

    def _free_enrollment_id(self, section_id: str, person: str) -> int:
        """Derive an id from section and person alone, so that it does not depend on the order of
        enrolling."""
        name = f"{section_id}/{person}".encode(errors="surrogatepass")
        candidate = int.from_bytes(blake2b(name, digest_size=6).digest())
        while candidate in self._section_of_enrollment or not candidate:
            candidate += 1
        return candidate

    def withdraw(self, section_id: str, person: Identifier, *, back: bool = False) -> None:
        """Withdraw a participant, or with `back` make them active again. Raises NotFound."""
        found = self.enrollment(section_id, person)
        changed = msgspec.structs.replace(found, state="active" if back else "withdrawn")
        self._enrollments[section_id][found.person] = changed
        self._enrollments_by_id[section_id][found.id] = changed
        self._remembered.clear()

    def set_state(self, section_id: str, state: SectionState) -> None:
        """Close a section to further results, or open it again. Raises NotFound."""
        self._change_section(msgspec.structs.replace(self.section(section_id), state=state))

    def _change_section(self, section: Section) -> None:
        self._sections[section.id] = section
        self._remembered.clear()

    def section(self, section_id: str) -> Section:
        """Return the section with that id. Raises NotFound."""
        if section_id not in self._sections:
            raise NotFound(f"The section {section_id[:200]!r} does not exist.")
        return self._sections[section_id]

    def section_by_sis_code(self, code: str) -> Section | None:
        """The section with that SIS code, if any."""
        return self._sections.get(self._by_code.get(code, ""))

    def people_numbered(self, numbers: Iterable[str]) -> list[Person]:
        """The people with these numbers, in the order in which they were added."""
        people, places = self.remembered("people by number", self._by_number)
        found = {place for number in numbers if number for place in places.get(number, ())}
        return [people[place] for place in sorted(found)]

    def _by_number(self) -> tuple[tuple[Person, ...], dict[str, list[int]]]:
        people = tuple(self._people.values())
        places: dict[str, list[int]] = {}
        for place, person in enumerate(people):
            places.setdefault(person.number, []).append(place)
        return people, places

    def sections_of(self, person: Identifier) -> list[Section]:
        """The sections that a person is enrolled in, in the order of enrolling."""
        return [self._sections[name] for name in self._sections_of.get(key(person), ())]

    def roster(self, section_id: str) -> Mapping[str, Enrollment]:
        """A section's enrollments by person key, in the order of enrolling."""
        return self._enrollments[section_id]

    def enrollment(self, section_id: str, person: Identifier) -> Enrollment:
        """Return a person's enrollment in a section. Raises NotFound."""
        found = self.roster(self.section(section_id).id).get(key(person))
        if found is None:
            raise NotFound(f"{key(person)[:200]!r} is not enrolled in {section_id!r}.")
        return found

    def enrollments_by_id(self, section_id: str) -> Mapping[int, Enrollment]:
        """A section's enrollments by their ids."""
        return self._enrollments_by_id[section_id]

    def enrollment_by_id(self, section_id: str, enrollment_id: int) -> Enrollment | None:
        """The enrollment with that id, if the section has it."""
        return self._enrollments_by_id[section_id].get(enrollment_id)

    def enrollment_of(self, enrollment_id: int) -> tuple[Section, Enrollment] | None:
        """The enrollment with that id and its section, if any."""
        found = self._section_of_enrollment.get(enrollment_id)
        if found is None:
            return None
        return self._sections[found], self._enrollments_by_id[found][enrollment_id]

    def remembered(self, what: Hashable, find: Callable[[], T]) -> T:
        """Return `find()`, from a cache until a person, section or enrollment is added or changed.
        `what` is the cache's key."""
        if what not in self._remembered:
            self._remembered[what] = find()
        found: T = self._remembered[what]
        return found


def add(table: dict[str, Any], name: str, row: Any, kind: str) -> None:
    """Put a new row into a table. Raises Conflict if the name is taken."""
    if name in table:
        raise Conflict(f"The {kind} {name!r} exists already.")
    table[name] = row
