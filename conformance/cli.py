"""The `conformance` command."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

import click
import orjson

from conformance.dialects import DIALECTS, RULES
from conformance.drivers.base import Driver
from conformance.drivers.protocol import Answer, Message
from conformance.drivers.shapes import features_of
from conformance.drivers.spec import driver
from conformance.drivers.surroundings import proxy_notes
from conformance.exploring import playing, story
from conformance.exploring.command import explore_command, refuse_beside_stories
from conformance.judging.expected import Expected, read_expected
from conformance.judging.report import Exit, Report
from conformance.model.rule import Depth, Rule
from conformance.reports import files, terminal
from conformance.reports.escaping import in_report, printable
from conformance.reports.known_list import require_replaceable, write_known
from conformance.reports.listing import Listing, rules_listed
from conformance.runner.awaiting import completed
from conformance.runner.doctor import Finding, examine
from conformance.runner.mapping_file import OwnForms, read_mapping
from conformance.runner.run import Options, run, watch_for
from mock_sis import __version__
from mock_sis.cli.exits import Program
from mock_sis.contracts.package_files import package_folder
from mock_sis.errors import UsageError

T = TypeVar("T")

PROFILES = tuple(dialect.name for dialect in DIALECTS)


class Suite(Program):
    """The commands of the suite."""

    interrupted = "Interrupted: no verdict."


_SPEC_HELP = """\b
SPEC names the adapter between the suite and the exporter:
  process:COMMAND               a program; messages on stdin, answers on stdout
  python:PACKAGE.MODULE:CLASS   a class with handle(message), called in this process
  reference                     the built-in reference exporter
  mutant:NAME                   the reference exporter with one wrong decision
"""

_exporter = click.option(
    "--exporter", "spec", required=True, metavar="SPEC", help="The adapter; see above."
)
_timeout = click.option(
    "--adapter-timeout",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the adapter may take to answer one message.",
)
_mapping = click.option(
    "--mapping",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The form of body and answer of your institution, for the cases of wiseflow.",
)


@click.group(
    name="conformance",
    cls=Suite,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"The documents are in {package_folder('docs')}.",
)
@click.version_option(__version__, message="conformance %(version)s")
def main() -> None:
    """Check a grade exporter rule by rule, and show the evidence.

    \b
    conformance list                                      the rules
    conformance doctor --exporter "process:node a.js"     does my adapter work?
    conformance run --exporter "process:node a.js"        does my exporter keep the rules?
    conformance run --exporter reference                  the report on a correct exporter
    conformance explore --exporter "process:node a.js"    does it keep them elsewhere?

    How to write an adapter: docs/writing-an-adapter.md.
    """


@main.command(
    "run",
    help=f"""Try an exporter and report.

{_SPEC_HELP}
\b
Writes report.json and junit.xml into the report directory, and the evidence of each rule that did
not pass into evidence-CASE.json.

\b
Exit codes: 0 conformant, 1 not conformant, 2 wrong usage, or the
reports or the output cannot be written, 3 the adapter broke or no
rule could be tried, 70 a defect of conformance, 130 interrupted,
141 stdout was closed.
""",
)
@_exporter
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    help="Only the rules of this dialect; by default those of every dialect the exporter speaks.",
)
@click.option("--rule", "ids", multiple=True, metavar="ID", help="Only this rule; repeatable.")
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="The directory for the reports.",
)
@click.option(
    "-n",
    "parallel",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="How many adapters run side by side; the default depends on the kind of adapter.",
)
@click.option(
    "--known",
    "listed",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Rules that are known to fail: an id on each line, then the reason.",
)
@_mapping
@click.option(
    "--depth",
    type=click.Choice([each.name.lower() for each in Depth]),
    default="normal",
    show_default=True,
    help="How many situations are played: quick takes seconds, thorough plays all.",
)
@click.option(
    "--write-known",
    "to_list",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the failures of this run as a list for --known.",
)
@click.option("--force", is_flag=True, help="Let --write-known overwrite any file.")
@click.option(
    "--require",
    "required",
    multiple=True,
    metavar="WORD",
    help="Red unless this was tried: core, all, a feature or a rule; repeatable.",
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Red if this run tried less than the one that wrote this report.json.",
)
@click.option(
    "--watch",
    type=click.FloatRange(min=0),
    default=None,
    metavar="SECONDS",
    help="How long all SISs are watched for late requests after the last case; 10 by default, 2 at"
    " depth quick.",
)
@click.option(
    "--story",
    "stories",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Play this story of `conformance explore` instead of the rules; repeatable.",
)
@_timeout
def run_command(
    spec: str,
    profile: str | None,
    ids: tuple[str, ...],
    report_dir: Path,
    parallel: int | None,
    listed: Path | None,
    mapping: Path | None,
    depth: str,
    to_list: Path | None,
    force: bool,
    required: tuple[str, ...],
    baseline: Path | None,
    watch: float | None,
    stories: tuple[Path, ...],
    adapter_timeout: float,
) -> None:
    """Try an exporter and report."""
    if stories:
        refuse_beside_stories(click.get_current_context())
    exporter, told = _driver(spec), story.read_all(stories, DIALECTS)
    rules = _chosen(profile, ids)
    expected = _expected(listed, required, baseline)
    own = _own_forms(mapping)
    files.require_room(report_dir)
    to_list = to_list and to_list.absolute()
    if to_list:
        require_replaceable(to_list, force=force)
    folder = report_dir.absolute()  # an adapter in this process may go elsewhere
    options = Options(
        adapter_timeout,
        parallel,
        expected.known,
        spoken_only=not (profile or ids),
        watch=watch_for(Depth[depth.upper()], watch),
        depth=Depth[depth.upper()],
        policies=own.policies,
        excused=own.excused,
    )
    if told:
        report = completed(playing.play(told, exporter, spec, adapter_timeout))
    else:
        report = completed(run(rules, exporter, spec, options, _progress))
        report = expected.compared(report, RULES, rules)
    written, failures = files.write(report, folder)
    click.echo(_rendered(report), nl=False)  # the verdict does not need the files
    if written:
        click.echo(f"Reports: {', '.join(str(report_dir / each.name) for each in written)}")
    if to_list:
        number = write_known(report, to_list, expected.known, RULES)
        click.echo(f"Known failures: {number} in {to_list}")
    for failure in failures:
        raise files.no_room(report_dir, failure) if isinstance(failure, OSError) else failure
    sys.exit(report.exit)


def _expected(listed: Path | None, required: tuple[str, ...], baseline: Path | None) -> Expected:
    """What the run will be compared with, read before it."""
    features = features_of(DIALECTS)
    try:
        return read_expected(listed, required, baseline, RULES, features, __version__)
    except UsageError as error:
        raise click.UsageError(str(error)) from error


def _rendered(report: Report) -> str:
    """The report for a terminal, or for a file."""
    if not sys.stdout.isatty():
        return terminal.render(report)
    # https://no-color.org: any value but the empty one turns colours off.
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return terminal.render(report, colour=colour, width=shutil.get_terminal_size().columns)


@main.command("list", short_help="List the rules, or the mutants that break them.")
@click.option("--profile", type=click.Choice(PROFILES), help="Only those of this dialect.")
@click.option("--mutants", is_flag=True, help="List the mutants, and the rules that each breaks.")
@click.option("--json", "as_data", is_flag=True, help="As JSON, for programs.")
def list_command(profile: str | None, mutants: bool, as_data: bool) -> None:
    """List the rules: id, level, what the exporter must do, and the features that it needs.

    Breaking a MUST makes an exporter non-conformant, a SHOULD gives a warning. A star marks an
    inferred rule; docs/rules.md names its sources.
    """
    data, lines = _mutants(profile) if mutants else rules_listed(_chosen(profile, ()))
    text = orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() if as_data else "\n".join(lines)
    # Written at once, so that a reader of the first lines only does not break the pipe.
    click.echo(text)


@main.command(
    "doctor",
    short_help="Try an adapter, and say how to fix it.",
    help=f"""Send an adapter every message once, and say how to fix what is wrong.

{_SPEC_HELP}
Exit codes: 0 the adapter works, 2 wrong usage, 3 the adapter needs fixing.
""",
)
@_exporter
@_mapping
@_timeout
@click.option("--messages", is_flag=True, help="Show each message and its answer, as JSON.")
def doctor_command(spec: str, mapping: Path | None, adapter_timeout: float, messages: bool) -> None:
    """Send an adapter every message once."""
    listen = _show_message if messages else lambda _: None
    exporter, policies = _driver(spec), _own_forms(mapping).policies
    for note in proxy_notes(os.environ):
        click.echo(note)
    findings = examine(exporter, adapter_timeout, listen=listen, policies=policies)
    works = completed(_printed(findings))
    click.echo("The adapter works." if works else "The adapter needs fixing.")
    sys.exit(Exit.CONFORMANT if works else Exit.BROKEN)


async def _printed(findings: AsyncGenerator[Finding, None]) -> bool:
    """Print each finding as it is made. Whether all of them are good."""
    works = True
    async with aclosing(findings):
        async for finding in findings:
            click.echo(in_report(f"{'ok  ' if finding.well else 'FIX:'} {finding.text}"))
            works = works and finding.well
    return works


def _show_message(data: Message | Answer) -> None:
    click.echo(printable(f"{'->' if 'op' in data else '<-'} {orjson.dumps(data).decode()}"))


def _driver(spec: str) -> Driver:
    try:
        found = driver(spec)
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    kind, _, name = spec.partition(":")
    if kind == "mutant":
        _require_mutant(name)
    return found


def _mutants(profile: str | None) -> Listing:
    """The mutants of a dialect; None for those of all."""
    from conformance.exporters.mutants import MUTANTS

    data = [
        {"name": each.name, "profile": each.dialect, "title": each.title, "breaks": each.breaks}
        for each in MUTANTS.values()
        if profile in (None, each.dialect)
    ]
    width = max(len(each["name"]) for each in data)
    lines = [
        f"{each['name']:<{width}}  {each['title']}  [{', '.join(each['breaks'])}]" for each in data
    ]
    return data, lines


def _own_forms(mapping: Path | None) -> OwnForms:
    try:
        return read_mapping(mapping) if mapping else OwnForms()
    except UsageError as error:
        raise click.UsageError(str(error)) from error


def _require_mutant(name: str) -> None:
    # Importing the mutants takes long, so do it only if one is asked for.
    from conformance.exporters.mutants import MUTANTS

    if name not in MUTANTS:
        raise click.UsageError(
            f"No mutant {name!r}{_near(name, MUTANTS)}; `conformance list --mutants` lists all"
            f" {len(MUTANTS)}."
        )


def _near(name: str, names: Iterable[str]) -> str:
    """The name that was probably meant, in brackets; "" if none is similar."""
    near = get_close_matches(name.casefold(), {each.casefold(): each for each in names}, n=1)
    meant = [each for each in names if [each.casefold()] == near]
    return f" (did you mean {meant[0]}?)" if meant else ""


def _chosen(profile: str | None, ids: Sequence[str]) -> list[Rule]:
    """The rules of a profile (None: of all); if ids are given, only those."""
    rules = [rule for rule in RULES if profile in (None, rule.profile)]
    foreign = sorted(set(ids) - {rule.id for rule in rules})
    if foreign:
        where = f" in {profile}" if profile else ""
        near = _near(foreign[0], [rule.id for rule in rules])
        raise click.UsageError(
            f"{', '.join(foreign)}: no such rule{where}{near}; `conformance list` shows them."
        )
    return [rule for rule in rules if not ids or rule.id in ids]


def _progress(done: int, of: int) -> None:
    """One line that overwrites itself, if stderr is a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {of} rules judged", err=True, nl=done == of)


main.add_command(explore_command(_SPEC_HELP, (_timeout, _exporter), _driver, files.require_room))
