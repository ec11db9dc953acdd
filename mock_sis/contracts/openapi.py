"""Bundle an OpenAPI document: fold every reference to another file into its components."""

from __future__ import annotations

import copy
from pathlib import PurePosixPath
from typing import Any

from mock_sis.contracts.contract import document


def bundle(name: str) -> dict[str, Any]:
    """An OpenAPI document in one piece: schemas of other files are copied to its components."""
    whole = copy.deepcopy(document(name))
    schemas = whole.setdefault("components", {}).setdefault("schemas", {})
    folder = PurePosixPath(name).parent
    _fold(whole, folder, schemas, home=name)
    return whole


def _fold(node: Any, folder: PurePosixPath, schemas: dict[str, Any], home: str) -> None:
    """Replace references to other files, in place, by references into `schemas`."""
    if isinstance(node, list):
        for item in node:
            _fold(item, folder, schemas, home)
        return
    if not isinstance(node, dict):
        return
    reference = node.get("$ref")
    if isinstance(reference, str):
        node["$ref"] = _folded(reference, folder, schemas, home)
    for value in list(node.values()):
        _fold(value, folder, schemas, home)


def _folded(reference: str, folder: PurePosixPath, schemas: dict[str, Any], home: str) -> str:
    file, _, inner = reference.partition("#")
    if not file and home.endswith("openapi.json"):
        return reference
    path = _normal(folder / file) if file else home
    title = path.removesuffix(".json").removesuffix(".schema").replace("/", ".")
    if title not in schemas:
        schemas[title] = copied = copy.deepcopy(document(path))
        copied.pop("$schema", None)
        copied.pop("$id", None)
        _fold(copied, PurePosixPath(path).parent, schemas, home=path)
    return f"#/components/schemas/{title}{inner}"


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
