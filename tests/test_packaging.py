"""The content and the metadata of the wheel."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from email.parser import Parser
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The text of each file of the wheel by its path, without the folder of dist-info."""
    builder = WheelBuilder(str(ROOT))
    (path,) = builder.build(directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        return {
            name.partition(".dist-info/")[2] or name: archive.read(name).decode()
            for name in archive.namelist()
        }


@pytest.mark.parametrize("folder", ["schemas", "docs"])
def test_the_wheel_contains_every_schema_and_document_unchanged(
    wheel: Mapping[str, str], folder: str
) -> None:
    files = {
        f"mock_sis/{path.relative_to(ROOT).as_posix()}": path.read_text(encoding="utf-8")
        for path in (ROOT / folder).rglob("*.*")
    }
    assert len(files) > 10
    assert {name: wheel.get(name) for name in files} == files


def test_the_wheel_contains_every_module_and_data_file(wheel: Mapping[str, str]) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in ("mock_sis", "conformance", "loadtests")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - wheel.keys() == set()


def test_every_package_has_its_types(wheel: Mapping[str, str]) -> None:
    assert {"mock_sis/py.typed", "conformance/py.typed", "loadtests/py.typed"} <= wheel.keys()


def test_the_wheel_contains_nothing_else(wheel: Mapping[str, str]) -> None:
    packages = ("mock_sis/", "conformance/", "loadtests/")
    others = {name for name in wheel if not name.startswith(packages)}
    assert others == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def test_the_metadata_names_licence_python_and_extras(wheel: Mapping[str, str]) -> None:
    metadata = Parser().parsestr(wheel["METADATA"])
    assert metadata["Name"] == "mock-sis"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra", [])) >= {"conformance", "load", "dev"}


@pytest.mark.parametrize(
    "line",
    [
        "mock-sis = mock_sis.__main__:main",
        "conformance = conformance.__main__:main",
        "mock_sis = mock_sis.pytest_plugin",
    ],
)
def test_entry_points_name_the_commands_and_the_plugin(wheel: Mapping[str, str], line: str) -> None:
    assert line in wheel["entry_points.txt"].splitlines()


def test_constraints_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert [line for line in lines if line.count("==") != 1 or set(line) & set(" @/:;")] == []
