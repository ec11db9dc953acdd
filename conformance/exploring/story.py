"""Stories: scenarios as JSON files that are played again, and in which nothing may be breached.

A story holds everything that its scenario needs, so that it means the same when the vocabulary has
changed. `rules` are those that it was found to break.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import msgspec

from conformance.exploring.outcome import ADAPTER
from conformance.model import steps
from conformance.model.dialect import Dialect
from conformance.model.rule import Scenario
from conformance.model.subject import Subject
from mock_sis.contracts.contract import contract
from mock_sis.errors import Malformed, UsageError
from mock_sis.formats.json_text import decode_json, encode_json

VERSION = 1

FAULT = "control/fault.schema.json"
STEPS = tuple(each.__name__ for each in get_args(steps.Step))


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The members of a story file. `seed` and `found_by` say where it comes from."""

    story: int
    profile: str
    rules: tuple[str, ...]
    title: str
    subject: dict[str, Any]
    steps: tuple[dict[str, Any], ...]
    policies: dict[str, Any] = {}
    method: str = ""
    format: str = "json"
    timeout: float = 5.0
    skew: float = 0.0
    needs: tuple[str, ...] = ()
    found_by: str = ""


@dataclass(frozen=True)
class Story:
    """A scenario of a dialect, and the rules that it once broke."""

    dialect: Dialect
    scenario: Scenario
    rules: tuple[str, ...]


def write(story: Story, found_by: str = "") -> bytes:
    """The file of a story, with a line feed at the end."""
    played = story.scenario
    told = Told(
        story=VERSION,
        profile=story.dialect.name,
        rules=story.rules,
        title=played.title,
        subject=msgspec.to_builtins(played.subject),
        steps=tuple(map(msgspec.to_builtins, played.steps)),
        policies=played.policies,
        method=played.method,
        format=played.format,
        timeout=played.timeout,
        skew=played.skew,
        needs=played.needs,
        found_by=found_by,
    )
    return encode_json(msgspec.to_builtins(told), indent=True) + b"\n"


def read_all(paths: Sequence[Path], dialects: Sequence[Dialect]) -> list[Story]:
    """The stories in these files. Raises UsageError, also for two files of one name, which names
    the story in the report."""
    twice = [name for name, count in Counter(path.stem for path in paths).items() if count > 1]
    if twice:
        raise UsageError(
            f"The files of stories must have different names (got {', '.join(twice)} more than"
            " once); rename one, or play them in separate runs."
        )
    return [read(path, dialects) for path in paths]


def read(path: Path, dialects: Sequence[Dialect]) -> Story:
    """The story in a file; its scenario is named after the file. Raises UsageError."""
    try:
        data = decode_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"The story {path} cannot be read: {error.strerror or error}.") from error
    except Malformed as error:
        raise UsageError(f"The story {path} is not JSON: {error}") from error
    try:
        return _story(path.stem, data, dialects)
    except (ValueError, msgspec.ValidationError) as error:
        raise UsageError(f"The story {path} cannot be played: {error}.") from error


def _story(name: str, data: Any, dialects: Sequence[Dialect]) -> Story:
    """Raises ValueError, which says what is wrong and what was expected."""
    if not isinstance(data, dict) or "story" not in data:
        raise ValueError(
            'expected a JSON object with the member "story"; explore writes such files'
        )
    if data["story"] != VERSION or isinstance(data["story"], bool):
        raise ValueError(
            f"story must be {VERSION}, the version of the format (got {data['story']!r})"
        )
    told = msgspec.convert(data, Told)
    dialect = _dialect(told.profile, dialects)
    assert dialect.vocabulary is not None
    if not told.rules:
        raise ValueError("rules must name at least one rule, on which the story gives a verdict")
    _known("rules", told.rules, [*(rule.id for rule in dialect.rules), ADAPTER])
    subject: Subject = _converted(told.subject, dialect.vocabulary.subject, "$.subject")
    played = tuple(_step(number, each, dialect) for number, each in enumerate(told.steps))
    if not any(isinstance(step, steps.Load) for step in played):
        raise ValueError("steps must have a step Load, which gives the exporter its subject")
    scenario = Scenario(
        name,
        told.title,
        subject,
        played,
        told.policies,
        _one_of("method", told.method, ("POST", "PATCH", "PUT", "")),
        _one_of("format", told.format, ("json", "xml")),
        told.timeout,
        told.skew,
        told.needs,
    )
    return Story(dialect, scenario, told.rules)


def _dialect(name: str, dialects: Sequence[Dialect]) -> Dialect:
    playable = {each.name: each for each in dialects if each.vocabulary is not None}
    _known("profile", (name,), list(playable))
    return playable[name]


def _step(number: int, data: dict[str, Any], dialect: Dialect) -> steps.Step:
    where = f"$.steps[{number}]"
    _known(f"{where}.step", (str(data.get("step", "")),), STEPS)
    step: steps.Step = _converted(data, steps.Step, where)
    match step:
        case steps.Act():
            _known(f"{where}.action", (step.action,), list(dialect.profile.actions))
        case steps.Export():
            _known(f"{where}.fields", tuple(step.fields), list(dialect.profile.export_fields))
        case steps.Arm():
            for problem in contract(FAULT).problems(step.fault, 1):
                raise ValueError(f"{where}.fault: {problem}")
    return step


def _converted(data: Any, kind: Any, where: str) -> Any:
    """Data as a value of a class. Members that the class does not have are refused, because a
    misspelt one would change the story silently."""
    try:
        value = msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{error} (below {where})") from error
    for stray in _strays(data, msgspec.to_builtins(value), where):
        raise ValueError(f"{stray} is not known; remove it, or correct its name")
    return value


def _strays(given: Any, understood: Any, where: str) -> Iterator[str]:
    """The paths of members that were given and not understood."""
    if isinstance(given, dict) and isinstance(understood, dict):
        for name, value in given.items():
            if name in understood:
                yield from _strays(value, understood[name], f"{where}.{name}")
            else:
                yield f"{where}.{name}"
    elif isinstance(given, list) and isinstance(understood, list | tuple):
        for number, (one, other) in enumerate(zip(given, understood, strict=False)):
            yield from _strays(one, other, f"{where}[{number}]")


def _known(what: str, names: Sequence[str], allowed: Sequence[str]) -> None:
    """Raises ValueError for a name that is not allowed."""
    for name in names:
        if name not in allowed:
            near = get_close_matches(name, allowed, n=1)
            meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(allowed)}"
            raise ValueError(f"{what} has the unknown name {name!r} ({meant})")


def _one_of(what: str, value: str, allowed: Sequence[str]) -> Any:
    if value not in allowed:
        names = ", ".join(map(repr, allowed))
        raise ValueError(f"{what} must be one of {names} (got {value!r})")
    return value
