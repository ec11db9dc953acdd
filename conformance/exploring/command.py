"""The command `conformance explore`, and the option `--story` of `conformance run`."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from conformance.dialects import DIALECTS
from conformance.drivers.base import Driver
from conformance.drivers.protocol import AdapterBroken
from conformance.exploring.story import Story, write
from conformance.judging.report import Exit
from conformance.model.dialect import Dialect
from conformance.model.evidence import Identity, encode
from conformance.reports.escaping import for_json, in_report
from conformance.reports.files import replace_file
from conformance.runner.pool import Pool
from mock_sis.errors import UsageError

if TYPE_CHECKING:
    from conformance.exploring.explore import Explored, Finding, Options

HELP = """Look for situations in which an exporter breaks a rule.

\b
Plays walks: short sequences of acts, failures of the SIS, time and crashes. A walk that breaks a
rule is shrunk to the shortest, and written as a story into the report directory. `conformance run
--story FILE` plays a story again. The same seed takes the same walks.

{spec_help}
\b
Exit codes: 0 no MUST rule was broken, 1 one was, 2 wrong usage, or a story cannot be written, 3
the adapter broke.
"""

FOR_STORIES = ("spec", "stories", "report_dir", "adapter_timeout")
"""The parameters of `conformance run` that are not about rules."""

MISSING = "explore needs hypothesis: install it with `pip install 'mock-sis[explore]'`."


def refuse_beside_stories(run: click.Context) -> None:
    """Raises UsageError for an option beside `--story` that would do nothing."""
    idle = [
        each.opts[0]
        for each in run.command.params
        if each.name not in FOR_STORIES
        and run.get_parameter_source(each.name or "") is not ParameterSource.DEFAULT
    ]
    if idle:
        raise click.UsageError(f"--story plays no rules: leave out {', '.join(idle)}.")


def explore_command(
    spec_help: str,
    options: Sequence[Callable[[Any], Any]],
    driver: Callable[[str], Driver],
    room: Callable[[Path], None],
) -> click.Command:
    """The command. It shares the options for the adapter with the other commands; `driver` reads a
    spec, and `room` refuses a directory that cannot be written to."""

    def explore(
        spec: str,
        profile: str | None,
        walks: int,
        seed: int,
        report_dir: Path,
        adapter_timeout: float,
    ) -> None:
        if find_spec("hypothesis") is None:
            raise click.UsageError(MISSING)
        exporter = driver(spec)
        room(report_dir)
        sys.exit(_explore(exporter, spec, profile, (walks, seed), report_dir, adapter_timeout))

    command: Any = explore
    for option in (*options, *_OPTIONS):
        command = option(command)
    summary = "Look for situations in which an exporter breaks a rule."
    named = click.command("explore", short_help=summary, help=HELP.format(spec_help=spec_help))
    made: click.Command = named(command)
    return made


_OPTIONS = (
    click.option(
        "--report-dir",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("reports"),
        show_default=True,
        help="The directory for stories and their evidence.",
    ),
    click.option(
        "--random-seed",
        "seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        metavar="N",
        help="Another number takes other walks.",
    ),
    click.option(
        "--walks",
        type=click.IntRange(min=1),
        default=100,
        show_default=True,
        metavar="NUMBER",
        help="How many walks are taken in each dialect.",
    ),
    click.option(
        "--profile",
        type=click.Choice([each.name for each in DIALECTS if each.vocabulary is not None]),
        help="Only this dialect; by default every one that the exporter speaks.",
    ),
)


def _explore(
    exporter: Driver,
    spec: str,
    profile: str | None,
    amount: tuple[int, int],
    folder: Path,
    timeout: float,
) -> Exit:
    from conformance.exploring.explore import Options
    from conformance.exploring.telling import summary, tell

    explored: list[Explored] = []
    with asyncio.Runner() as loop:
        signal.signal(signal.SIGTERM, _interrupt)
        pool = Pool(exporter, 1, timeout)
        try:
            identity = loop.run(pool.introduce())
            click.echo(in_report(f"Exporter: {identity.name} {identity.version} ({spec})"))
            chosen = _dialects(profile, identity)
            for dialect in chosen:
                done = _one(dialect, pool, identity, loop, Options(*amount))
                files = {each.rule: _write(each, dialect, folder, spec) for each in done.findings}
                for line in tell(done, dialect, files, spec):
                    click.echo(line)
                explored.append(done)
        except AdapterBroken as broken:
            click.echo(in_report(f"Why: {broken}"))
            return Exit.BROKEN
        finally:
            loop.run(pool.__aexit__(None, None, None))
    text, ending = summary(explored, chosen)
    click.echo(text)
    return ending


def _interrupt(*_: object) -> None:
    """Let SIGTERM end the search as Ctrl-C does, after stopping every adapter."""
    raise KeyboardInterrupt


def _one(
    dialect: Dialect, pool: Pool, identity: Identity, loop: asyncio.Runner, options: Options
) -> Explored:
    from conformance.exploring.explore import Explorer

    if "work.inspect" not in identity.features:
        click.echo(
            "The exporter does not declare work.inspect, so that each act takes seconds of real"
            " time; take few walks.",
            err=True,
        )
    return Explorer(dialect, pool, identity, loop, options).explore()


def _dialects(profile: str | None, identity: Identity) -> list[Dialect]:
    """The dialects to explore. Raises UsageError if the exporter speaks none of them."""
    chosen = [
        each
        for each in DIALECTS
        if each.vocabulary is not None and each.name in identity.dialects
        if profile in (None, each.name)
    ]
    for dialect in chosen:
        _require_setting(dialect, identity)
    if not chosen:
        can = ", ".join(each.name for each in DIALECTS if each.vocabulary is not None)
        raise UsageError(
            f"The exporter speaks {', '.join(identity.dialects) or 'no dialect'}; explore knows"
            f" {profile or can}."
        )
    return chosen


def _require_setting(dialect: Dialect, identity: Identity) -> None:
    """Raises UsageError if the exporter lacks a feature that every exploration needs."""
    assert dialect.vocabulary is not None
    needed = [set(each.needs) - set(identity.features) for each in dialect.vocabulary.settings]
    if all(needed):
        raise UsageError(
            f"Explorations of {dialect.name} need the feature {', '.join(sorted(needed[0]))}, which"
            " the exporter does not declare; choose another dialect with --profile."
        )


def _write(finding: Finding, dialect: Dialect, folder: Path, spec: str) -> str:
    """Write the story of a finding and its evidence. Gives the path of the story. Raises
    UsageError."""
    name = f"{finding.rule}-1"
    story = Story(dialect, finding.outcome.scenario, (finding.rule,))
    path = folder / f"story-{name}.json"
    try:
        command = for_json(f"conformance explore --exporter {spec}")
        replace_file(path, write(story, command))
        evidence = encode(finding.outcome.evidence)
        replace_file(folder / f"evidence-story-{name}.json", evidence)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return str(path)
