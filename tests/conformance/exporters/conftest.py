"""Stub SISs, and exporters set up against them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flows import AFTER
from schoology_sections import NOW
from schoology_stub import StubGradebook
from stub_sis import StubSis
from writeback_stub import StubProvider

from conformance.exporters import schoology, writeback
from conformance.exporters.reference import Clock, ReferenceExporter, Settings
from conformance.exporters.reference.parts import STANDARD, Parts
from conformance.exporters.reference.times import seconds

Opening = Callable[..., ReferenceExporter]
Ready = Callable[..., Awaitable[ReferenceExporter]]
Courses = Callable[..., writeback.WriteBackExporter]


@pytest.fixture
async def sis() -> AsyncIterator[StubSis]:
    stub = StubSis()
    await stub.start()
    yield stub
    await stub.close()


@pytest.fixture
def opened(sis: StubSis, tmp_path: Path) -> Iterator[Opening]:
    """Open exporters on one state directory, one after another, and close them all."""
    exporters: list[ReferenceExporter] = []

    def build(at: str = AFTER, parts: Parts = STANDARD, **facts: Any) -> ReferenceExporter:
        for earlier in exporters:
            earlier.close()
        clock = Clock(seconds(at), virtual=True)
        given = {"sis_url": sis.url, "credentials": {"type": "none"}, "timeout": 60.0, **facts}
        exporters.append(
            ReferenceExporter(Settings(state_dir=tmp_path, clock=clock, **given), parts)
        )
        return exporters[-1]

    yield build
    for exporter in exporters:
        exporter.close()


@pytest.fixture
def ready(opened: Opening) -> Ready:
    """Open an exporter with a flow and synchronise it."""

    async def build(document: dict[str, Any], **facts: Any) -> ReferenceExporter:
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
        **facts: Any,
    ) -> schoology.SchoologyExporter:
        for earlier in exporters:
            earlier.close()
        book.as_xml = facts.get("format") == "xml"
        given: dict[str, Any] = {"credentials": {"type": "none"}, "timeout": 60.0, **facts}
        given["sis_url"] = facts.get("sis_url") or book.url
        clock = Clock(seconds(NOW), virtual=virtual)
        settings = schoology.Settings(state_dir=tmp_path, clock=clock, **given)
        exporters.append(schoology.SchoologyExporter(settings, parts or schoology.Parts()))
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
    exporters: list[writeback.WriteBackExporter] = []

    def build(
        document: Any = None, parts: writeback.Parts | None = None, **facts: Any
    ) -> writeback.WriteBackExporter:
        for earlier in exporters:
            earlier.close()
        given: dict[str, Any] = {"credentials": {"type": "none"}, "timeout": 60.0, **facts}
        given.setdefault("sis_url", provider.url)
        clock = Clock(seconds(NOW), virtual=True)
        settings = writeback.Settings(state_dir=tmp_path, clock=clock, **given)
        exporters.append(writeback.WriteBackExporter(settings, parts or writeback.Parts()))
        if document is not None:
            exporters[-1].load(document)
        return exporters[-1]

    yield build
    for exporter in exporters:
        exporter.close()
