"""The types of the fixtures in tests/conformance/exporters/conftest.py that open exporters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from conformance.exporters.skyward import SkywardExporter
from conformance.exporters.wiseflow import WiseflowExporter

Opening = Callable[..., WiseflowExporter]
Ready = Callable[..., Awaitable[WiseflowExporter]]
Courses = Callable[..., SkywardExporter]
