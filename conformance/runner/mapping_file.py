"""The file of `--mapping`: the forms of an integrator's own institution."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.wiseflow.forms import NAMES, excused, form_problems, forms_of
from conformance.wiseflow.profile import PROFILE
from mock_sis.errors import SeedError, UsageError
from mock_sis.seeds.files import located, read


@dataclass(frozen=True)
class OwnForms:
    """What follows from the file: policies of the SIS by profile, and by rule id why a rule does
    not apply."""

    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    excused: dict[str, str] = field(default_factory=dict)


def read_mapping(path: Path) -> OwnForms:
    """The forms in a YAML or JSON file with `mapping`, `answer` or both.

    Raises UsageError for a file that cannot be read, and for forms that cannot work.
    """
    try:
        given = read(path, "the document")
    except SeedError as error:
        raise UsageError(f"The mapping cannot be read. {error}") from error
    if not set(NAMES) & given.keys():
        raise UsageError(
            f"{path} has neither {' nor '.join(NAMES)}; write for example"
            " `mapping: {{list: rows}}`."
        )
    problems = list(form_problems(given))
    if problems:
        listed = "; ".join(f"{each.pointer or '(root)'}: {each.message}" for each in problems)
        wrong = located(path, SeedError(listed, problems=problems))
        raise UsageError(f"The mapping cannot work. {wrong}")
    return OwnForms({PROFILE.name: given}, excused(forms_of(given)))
