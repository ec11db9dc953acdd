"""docs/adapter-example.md shows an adapter that works as it stands."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

from conformance.drivers.spec import driver
from conformance.runner.doctor import examine

PAGE = Path(__file__).parents[2] / "docs" / "adapter-example.md"


async def test_the_example_is_sound(tmp_path: Path) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.S | re.M)
    adapter = tmp_path / "adapter.py"
    adapter.write_text(code, "utf-8")
    command = shlex.join([sys.executable, str(adapter)])
    visit = examine(driver(f"process:{command}"), 30)
    findings = [finding async for finding in visit]
    assert [finding.text for finding in findings if not finding.well] == []
    assert any(finding.text.startswith("export: accepted True") for finding in findings)
