"""The documents are correct: links have targets, and README's blocks are run or parsed."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import click
import pytest

from conformance.dialects import DIALECTS
from conformance.exporters.mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "loadtests").rglob("*.md")]
)
COMMANDS = {"mock-sis": "mock_sis.cli.commands", "conformance": "conformance.cli"}
SERVED = "http://127.0.0.1:8080"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def links(page: Path) -> Iterator[Path]:
    """The files a page links to."""
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            yield (page.parent / target).resolve()


def lines(language: str, command: str) -> list[list[str]]:
    """The words of every README line in that language that begins with that command."""
    text = "".join(body for name, body in BLOCKS if name == language).replace("\\\n", " ")
    split = (shlex.split(line) for line in text.splitlines() if line.strip())
    return [words for words in split if words[0] == command]


def test_the_readme_stays_under_120_lines() -> None:
    assert len(README.splitlines()) < 120


def test_every_readme_command_is_checked_by_a_test_below() -> None:
    text = "".join(body for name, body in BLOCKS if name == "bash").replace("\\\n", " ")
    first = {line.split()[0] for line in text.splitlines() if line.strip()}
    assert first <= {"make", "curl", *COMMANDS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page: Path) -> None:
    assert [str(target) for target in links(page) if not target.exists()] == []


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_headings(page: Path) -> None:
    found = re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    wrong = [
        f"{target}#{anchor}"
        for target, anchor in found
        if "://" not in target and anchor not in headings(page.parent / target if target else page)
    ]
    assert wrong == []


def test_the_index_links_to_every_page_beside_it() -> None:
    index = ROOT / "docs" / "index.md"
    pages = {page for page in PAGES if index.parent in page.parents}
    assert pages - set(links(index)) == {index}


def test_the_glossary_is_in_alphabetical_order_and_names_no_term_twice() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = [term.casefold() for term in re.findall(r"^\*\*([^*°]+)°?\*\*:", text, re.MULTILINE)]
    assert len(terms) > 50
    assert terms == sorted(set(terms))


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    ahead = {ROOT / "README.md"}
    while ahead:
        reached |= ahead
        found = {target for page in ahead for target in links(page) if target.suffix == ".md"}
        ahead = {target for target in found - reached if target.exists()}
    assert [page for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("words", lines("bash", "make"), ids=" ".join)
def test_the_make_targets_and_macros_in_the_readme_exist(words: list[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in words[1:]:
        macro, given, _ = word.partition("=")
        pattern = rf"^{macro} =" if given else rf"^{word}:"
        assert re.search(pattern, makefile, re.MULTILINE), word


@pytest.mark.parametrize(
    "words", [words for name in COMMANDS for words in lines("bash", name)], ids=" ".join
)
def test_the_options_in_the_readme_exist(words: list[str]) -> None:
    name, subcommand, *arguments = words
    group = import_module(COMMANDS[name]).main
    command = group.get_command(click.Context(group), subcommand)
    assert command is not None
    command.make_context(subcommand, arguments)


def test_the_mutants_in_the_readme_exist() -> None:
    named = set(re.findall(r"mutant:([\w-]+)", README))
    assert named
    assert named <= MUTANTS.keys()


def curl(words: list[str], url: str) -> str:
    """What a curl line of the README gets from the simulator at `url`."""
    target = next(word for word in words if word.startswith(SERVED)).replace(SERVED, url)
    given = list(pairwise(words))
    headers = dict(value.split(": ", 1) for option, value in given if option == "-H")
    body = next((value.encode() for option, value in given if option == "-d"), None)
    method = next((value for option, value in given if option == "-X"), None)
    with urlopen(Request(target, body, headers, method=method), timeout=60) as reply:
        text: str = reply.read().decode()
        return text


def test_curl_in_the_readme_gets_the_answers_shown(mock_sis: Any) -> None:
    *wiseflow, in_json, in_xml = lines("bash", "curl")
    shown = [body.strip() for name, body in BLOCKS if name in ("json", "xml")]
    mock_sis.seed("demo")
    answers = [curl(words, mock_sis.url) for words in wiseflow]
    assert answers[0] == shown[0]
    mock_sis.seed("schoology")
    assert [curl(words, mock_sis.url) for words in (in_json, in_xml)] == shown[1:]


def test_the_test_in_the_readme_passes_for_an_exporter_that_reports_a_lost_reply(
    mock_sis: Any,
) -> None:
    (code,) = (body for name, body in BLOCKS if name == "python")
    space: dict[str, Any] = {"my_export": export_once}
    exec(code, space)
    space["test_a_lost_reply_is_not_called_a_success"](mock_sis)


def export_once(url: str) -> str:
    """The smallest exporter that tells success, failure and "cannot know" apart."""
    body = json.dumps({"participants": [{"userId": 1001, "mark": "B"}]}).encode()
    path = "/wiseflow/flows/UNI%7C%7CMATH101%7C%7C2026/grades"
    try:
        with urlopen(Request(url + path, body, {"Content-Type": "application/json"}), timeout=60):
            return "exported"
    except ConnectionError:
        return "unknown"


def test_the_readme_counts_the_rules_of_each_dialect() -> None:
    counted = re.findall(r"\| (\d+) rules \|$", README, re.MULTILINE)
    assert [int(number) for number in counted] == [len(each.rules) for each in DIALECTS]


def test_the_map_of_the_tests_names_every_helper() -> None:
    named = re.findall(r"`([\w*/.]+\.py)`", (ROOT / "tests" / "README.md").read_text("utf-8"))
    helpers = [
        path.relative_to(ROOT / "tests").as_posix()
        for path in (ROOT / "tests" / "helpers").rglob("*.py")
        if path.name != "__init__.py"
    ]
    assert [
        each
        for each in helpers
        if not any(fnmatch(each, name) or fnmatch(Path(each).name, name) for name in named)
    ] == []
