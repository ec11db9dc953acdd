"""Who may import whom, and how large things may grow: the files held to ARCHITECTURE.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("mock_sis", "conformance", "loadtests")

FILE_LINES = 400
FUNCTION_LINES = 40
VALUE_ROWS = 3

SOCKETS = frozenset({"aiohttp", "socket", "ssl", "http.client", "http.server", "urllib.request"})
SOCKET_FILES = frozenset(
    {
        "mock_sis/server/binding.py",
        "mock_sis/server/connection.py",
        "mock_sis/server/front.py",
        "mock_sis/server/port.py",
        "mock_sis/server/reading.py",
        "mock_sis/server/tls.py",
        "mock_sis/server/unparsed.py",
        "conformance/exporters/kit/transport.py",
    }
)
HARMLESS = frozenset({"http.client.responses"})  # the names of the statuses

UNREPEATABLE = frozenset(
    {"time.time", "datetime.now", "datetime.utcnow", "date.today", "uuid.uuid4", "os.urandom"}
    | {f"random.{name}" for name in ("random", "randint", "choice", "uniform", "shuffle")}
)


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name, its tree, and the modules of ours it imports."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]

    @property
    def room(self) -> str:
        """The first name below the package; "" for the package's own __init__."""
        return [*self.name.split("."), ""][1]

    @property
    def relative(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


@cache
def modules() -> Mapping[str, Module]:
    """Every module of ours by dotted name."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    found = (Module(dotted(path), path, ast.parse(path.read_bytes())) for path in paths)
    return {module.name: module for module in found}


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(module: Module) -> Iterator[str]:
    """Dotted names a module imports, wherever in the file, with `from x import y` as `x.y`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def absolute(module: Module, node: ast.ImportFrom) -> str:
    """The dotted name a `from` import starts at, relative ones resolved."""
    climb = node.level - (module.path.name == "__init__.py")
    parts = module.name.split(".") if node.level else []
    return ".".join([*parts[: len(parts) - climb], *([node.module] if node.module else [])])


def target(name: str) -> Module | None:
    """The module of ours that an imported name leads to: itself, or what defines the attribute."""
    return modules().get(name) or modules().get(name.rpartition(".")[0])


def edges() -> Iterator[tuple[Module, Module]]:
    for module in modules().values():
        for name in imported(module):
            found = target(name)
            if found is not None and found is not module:
                yield module, found


def table(title: str) -> list[list[str]]:
    """The cells of the table below that heading of ARCHITECTURE.md, without its head."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    below = text.partition(f"### {title}\n")[2].partition("\n#")[0]
    rows = [line for line in below.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def named(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"`([^`]+)`", cell))


@cache
def layers() -> tuple[frozenset[str], ...]:
    """The rooms of mock_sis, row by row; the package itself is in the first."""
    first, *others = (named(row[0]) for row in table("Rooms of mock_sis"))
    return (first | {""}, *others)


@cache
def permits() -> Mapping[str, tuple[str, str]]:
    """room of conformance -> what it may import of the suite, and of mock_sis, as written."""
    rows = table("Rooms of conformance")
    return {room: (row[1], row[2]) for row in rows for room in named(row[0])} | {"": NOTHING}


@cache
def owners() -> frozenset[str]:
    """The modules that own state which changes."""
    return frozenset(f"mock_sis.{name}" for row in table("Owners") for name in named(row[0]))


NOTHING = ("nothing", "nothing")


def layer(room: str) -> int:
    return next(number for number, rooms in enumerate(layers()) if room in rooms)


def allowed(source: Module, to: Module) -> bool:
    """Whether ARCHITECTURE.md lets this import be."""
    match source.package, to.package:
        case "mock_sis", "mock_sis":
            return layer(to.room) <= layer(source.room)
        case "conformance", "conformance":
            of_suite = permits()[source.room][0]
            return to.room in {source.room, "", *named(of_suite)} or of_suite == "anything"
        case "conformance", "mock_sis":
            return allowed_of_simulator(permits()[source.room][1], to)
        case "loadtests", "loadtests":
            return True
        case _:
            return False


def allowed_of_simulator(permission: str, to: Module) -> bool:
    """Whether a room of the suite with this permission may import a module of the simulator."""
    is_value = layer(to.room) < VALUE_ROWS and to.name not in owners()
    return (
        permission == "anything"
        or (permission.startswith("values") and is_value)
        or to.room in named(permission)
    )


def rooms(package: str) -> set[str]:
    return {module.room for module in modules().values() if module.package == package}


def test_every_room_stands_in_the_tables_and_every_room_there_exists() -> None:
    assert rooms("mock_sis") == frozenset().union(*layers())
    assert rooms("conformance") == set(permits())


def test_imports_follow_the_direction_of_the_tables() -> None:
    wrong = sorted({f"{a.name} imports {b.name}" for a, b in edges() if not allowed(a, b)})
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {name: set() for name in modules()}
    for source, to in edges():
        graph[source.name].add(to.name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" is imported by ".join(error.args[1]))


LOOSE = {"mock_sis": 12, "conformance": 8}


@pytest.mark.parametrize("package", LOOSE)
def test_few_modules_lie_loose_at_the_top(package: str) -> None:
    assert len(list((ROOT / package).glob("*.py"))) <= LOOSE[package]


def test_every_owner_exists() -> None:
    assert owners() <= set(modules())


def test_an_owner_is_closed_to_the_rules_and_a_value_is_open() -> None:
    closed = {name: allowed_of_simulator("values", modules()[name]) for name in owners()}
    assert not any(closed.values()), closed
    assert allowed_of_simulator("values", modules()["mock_sis.journal.entry"])
    assert not allowed_of_simulator("values", modules()["mock_sis.faults.plan"])
    assert allowed_of_simulator("anything", modules()["mock_sis.gradebook.book"])


FAMILIES = ("mock_sis.dialects", "conformance", "conformance.exporters")
SIBLINGS = frozenset({"wiseflow", "schoology", "oneroster", "skyward"})


def test_no_dialect_imports_another() -> None:
    wrong = sorted(
        f"{source.name} imports {to.name}"
        for source, to in edges()
        for family in FAMILIES
        if len({sibling(source, family), sibling(to, family)} - {""}) == 2
    )
    assert wrong == []


def sibling(module: Module, family: str) -> str:
    """The dialect whose package in this family a module belongs to, or ""."""
    below = module.name.removeprefix(f"{family}.").split(".")[0]
    return below if module.name.startswith(f"{family}.") and below in SIBLINGS else ""


def test_only_the_named_files_touch_sockets() -> None:
    touching = {
        module.relative
        for module in modules().values()
        if module.package != "loadtests"
        for name in set(imported(module)) - HARMLESS
        if any(name == banned or name.startswith(f"{banned}.") for banned in SOCKETS)
    }
    assert touching == SOCKET_FILES


def test_nothing_below_the_simulator_reads_a_clock_or_unseeded_chance() -> None:
    found = [
        f"{module.relative}:{node.lineno} {ast.unparse(node.func)}"
        for module in modules().values()
        if module.package == "mock_sis" and layer(module.room) <= layer("simulator")
        if module.relative != "mock_sis/clock.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and unrepeatable(ast.unparse(node.func))
    ]
    assert found == []


def unrepeatable(called: str) -> bool:
    return any(called == name or called.endswith(f".{name}") for name in UNREPEATABLE)


def sources() -> list[Path]:
    return sorted(path for top in (*PACKAGES, "tests") for path in (ROOT / top).rglob("*.py"))


@pytest.mark.parametrize("top", [*PACKAGES, "tests"])
def test_files_stay_short(top: str) -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sorted((ROOT / top).rglob("*.py"))
        if (lines := len(path.read_bytes().splitlines())) > FILE_LINES
    }
    assert long == {}


def test_functions_stay_short() -> None:
    long = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and body_lines(node) >= FUNCTION_LINES
    ]
    assert long == []


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, without signature and docstring: a command's docstring is its help text."""
    code = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (code[-1].end_lineno or 0) - code[0].lineno + 1 if code else 0


MUTABLE = frozenset({"MutableAliases", "MutableCoursework", "MutablePosting"})


def test_only_the_gradebook_changes_its_parts() -> None:
    """All others see them as types without methods that write."""
    importing = {
        module.package + "/" + module.room
        for module in modules().values()
        for name in imported(module)
        if name.rpartition(".")[2] in MUTABLE
    }
    assert importing == {"mock_sis/gradebook"}
