"""How one exporter is set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.exporters.kit.times import Clock, seconds


@dataclass(frozen=True, slots=True)
class SisSettings:
    """One SIS, and how to export to it.

    `sis_url` ends where the dialect's own paths begin; `credentials` are shaped as in
    schemas/adapter/configure.schema.json; `timeout` is in seconds. `resume` keeps the contents of
    `state_dir`; without it they are deleted. WISEflow exports with `method`, Schoology in `format`.
    `mapping` and `answer` are the institution's forms of a WISEflow export, shaped as in
    schemas/adapter/wiseflow.schema.json; empty for the recommended ones.
    """

    sis_url: str
    state_dir: Path
    clock: Clock
    credentials: Mapping[str, Any]
    method: str = "POST"
    format: str = "json"
    mapping: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 30.0
    resume: bool = True


def settings_from(message: Mapping[str, Any]) -> SisSettings:
    """Settings from a `configure` message of the adapter protocol."""
    clock = message["clock"]
    return SisSettings(
        sis_url=message["sis_url"],
        state_dir=Path(message["state_dir"]),
        clock=Clock(seconds(clock["now"]), virtual=clock["mode"] == "virtual"),
        credentials=message["credentials"],
        method=message["method"],
        format=message.get("format", "json"),
        mapping=message.get("mapping", {}),
        answer=message.get("answer", {}),
        timeout=message["timeout"],
        resume=message["resume"],
    )
