"""Stub SISs, and exporters set up against them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.exporters import schoology, skyward
from conformance.exporters.kit.face import Face, Message
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.kit.times import Clock, seconds
from conformance.exporters.wiseflow import WiseflowExporter
from conformance.exporters.wiseflow.face import WiseflowFace
from helpers.exporters.flows import AFTER
from helpers.exporters.opening import Courses, Opening, Ready
from helpers.exporters.schoology_sections import NOW
from helpers.exporters.schoology_stub import StubGradebook
from helpers.exporters.skyward_stub import StubProvider
from helpers.exporters.stub_sis import StubSis
from helpers.exporters.suite import configuration


@pytest.fixture
async def sis() -> AsyncIterator[StubSis]:
    stub = StubSis()
    await stub.start()
    yield stub
    await stub.close()


@pytest.fixture
def opened(sis: StubSis, tmp_path: Path) -> Iterator[Opening]:
    """Open exporters on one state directory, one after another, and close them all."""
    faces: list[Any] = []

    def build(
        at: str = AFTER, opener: Callable[[Message], Face] = WiseflowFace, **facts: Any
    ) -> WiseflowExporter:
        for earlier in faces:
            earlier.close()
        clock = {"mode": "virtual", "now": at}
        given = {"clock": clock, "resume": True, **facts}
        faces.append(opener(configuration("wiseflow", sis.url, tmp_path, **given)))
        exporter: WiseflowExporter = faces[-1].exporter
        return exporter

    yield build
    for face in faces:
        face.close()


@pytest.fixture
def ready(opened: Opening) -> Ready:
    """Open an exporter with a flow and synchronise it."""

    async def build(document: dict[str, Any], **facts: Any) -> WiseflowExporter:
        exporter = opened(**facts)
        exporter.load(document)
        await exporter.synchronise()
        return exporter

    return build


@pytest.fixture
async def book() -> AsyncIterator[StubGradebook]:
    """A SIS's gradebook."""
    stub = StubGradebook()
    await stub.start()
    yield stub
    await stub.close()


@pytest.fixture
def gradebook(
    book: StubGradebook, tmp_path: Path
) -> Iterator[Callable[..., schoology.SchoologyExporter]]:
    """Open exporters of sections on one state directory, one after another, and close them
    all."""
    exporters: list[schoology.SchoologyExporter] = []

    def build(
        document: Any = None,
        parts: schoology.Parts | None = None,
        virtual: bool = True,
        most_rows: int = 200,
        **facts: Any,
    ) -> schoology.SchoologyExporter:
        for earlier in exporters:
            earlier.close()
        book.as_xml = facts.get("format") == "xml"
        given: dict[str, Any] = {"credentials": {"type": "none"}, "timeout": 60.0, **facts}
        given["sis_url"] = facts.get("sis_url") or book.url
        clock = Clock(seconds(NOW), virtual=virtual)
        settings = SisSettings(state_dir=tmp_path, clock=clock, **given)
        exporters.append(schoology.SchoologyExporter(settings, parts or schoology.Parts()))
        exporters[-1].decisions.most_rows = most_rows
        if document is not None:
            exporters[-1].load(document)
        return exporters[-1]

    yield build
    for exporter in exporters:
        exporter.close()


@pytest.fixture
async def provider() -> AsyncIterator[StubProvider]:
    """A SIS's gradebook over OneRoster."""
    stub = StubProvider()
    await stub.start()
    yield stub
    await stub.close()


@pytest.fixture
def courses(provider: StubProvider, tmp_path: Path) -> Iterator[Courses]:
    """Open exporters of courses on one state directory, one after another, and close them all."""
    exporters: list[skyward.SkywardExporter] = []

    def build(
        document: Any = None, parts: skyward.Parts | None = None, **facts: Any
    ) -> skyward.SkywardExporter:
        for earlier in exporters:
            earlier.close()
        given: dict[str, Any] = {"credentials": {"type": "none"}, "timeout": 60.0, **facts}
        given.setdefault("sis_url", provider.url)
        clock = Clock(seconds(NOW), virtual=True)
        settings = SisSettings(state_dir=tmp_path, clock=clock, **given)
        exporters.append(skyward.SkywardExporter(settings, parts or skyward.Parts()))
        if document is not None:
            exporters[-1].load(document)
        return exporters[-1]

    yield build
    for exporter in exporters:
        exporter.close()
