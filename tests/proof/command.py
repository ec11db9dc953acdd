"""The command: tries exporters without a result, prints the results, and writes the page."""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from conformance.dialects import DIALECTS
from conformance.exporters.mutants import MUTANTS, Mutant
from proof.outside import OUTSIDE
from proof.page import page, read, share
from proof.playing import played
from proof.results import ROOT, Result, Results, key
from proof.subjects import SCRIPTS, Subject, subjects
from proof.verdicts import LEAST, Row, problems, row, summary

MEMORY = "/dev/shm"
"""A folder in memory, if the system has it: writing states to disk takes a third of the time."""

BY_NAME = {each.name: each for each in DIALECTS}


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="Only this exporter. May be repeated.")
@click.option("--dialect", type=click.Choice(list(BY_NAME)), help="Only this dialect.")
@click.option("--walks", type=click.IntRange(min=1), default=300, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; by default one for each core.")
@click.option("--fresh", is_flag=True, help="Forget the results of earlier runs.")
@click.option(
    "--results",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ROOT / "build" / "proof" / "results.jsonl",
    help="The file of results.",
)
@click.option(
    "--page",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ROOT / "docs" / "mutants.md",
    help="The page.",
)
def main(
    only: tuple[str, ...],
    dialect: str | None,
    walks: int,
    jobs: int | None,
    fresh: bool,
    file: Path,
    target: Path,
) -> None:
    """Play all rules with every mutant and the reference, explore them and other correct exporters,
    and write docs/mutants.md.

    Results are kept, so an interrupted run goes on. In the page, exporters without a result for the
    present sources keep their rows.

    \b
    Exit codes: 0 all is as it should be, 1 something is not, 2 wrong usage.
    """
    chosen = choice(only, dialect)
    keys = {each.name: key(each.name, walks) for each in DIALECTS}
    kept = Results(file)
    if fresh:
        kept.clear()
    done = kept.read(tuple(keys.values()))
    todo = [each for each in chosen if each not in done]
    click.echo(f"{len(chosen)} exporters, {len(chosen) - len(todo)} of them with a result.")

    def keep(result: Result) -> None:
        kept.add(result)
        done[result.subject] = result

    try:
        with _interruptible():
            _try(todo, walks, keys, jobs or os.cpu_count() or 1, keep)
        good = _tell([done[each] for each in chosen], complete=not only)
    finally:
        _write(target, done, walks)
    sys.exit(0 if good else 1)


def choice(only: Sequence[str], dialect: str | None) -> list[Subject]:
    """The subjects that the options name. Raises UsageError if a name is of none."""
    every = [each for each in subjects() if dialect in (None, each.dialect)]
    names = [each.name for each in every]
    for name in only:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            meant = f"; did you mean {near[0]}?" if near else "; docs/mutants.md lists them."
            among = f" in {dialect}" if dialect else ""
            raise click.UsageError(f"unknown exporter {name!r}{among}{meant}")
    chosen = [each for each in every if not only or each.name in only]
    if any(each.name in SCRIPTS for each in chosen) and shutil.which("node") is None:
        raise click.UsageError(
            f"{', '.join(SCRIPTS)} need node, which is not installed. Install it, or name other"
            " exporters with --only."
        )
    return chosen


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does, and say what that means."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("Interrupted. The next run goes on from here.", err=True)
        sys.exit(128 + signal.SIGINT)
    finally:
        signal.signal(signal.SIGTERM, before)


def _try(
    todo: Sequence[Subject],
    walks: int,
    keys: Mapping[str, str],
    jobs: int,
    keep: Callable[[Result], None],
) -> None:
    """Try these in so many processes. Each result is kept and told as soon as it is there."""
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with (
        TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder,
        ProcessPoolExecutor(jobs, context, _set_up, (folder,)) as pool,
    ):
        try:
            ahead = {pool.submit(played, each, walks, keys[each.dialect]): each for each in todo}
            for number, future in enumerate(as_completed(ahead), 1):
                if error := future.exception():
                    error.add_note(f"This happened while {ahead[future]} was tried.")
                    raise error
                keep(future.result())
                left = (time.monotonic() - began) / number * (len(todo) - number)
                counts = f"[{number}/{len(todo)}]"
                click.echo(f"{counts} {told(future.result())} ({minutes(left)} left)")
        except BaseException:
            for child in multiprocessing.active_children():
                child.terminate()
            pool.shutdown(cancel_futures=True)
            raise


def _set_up(folder: str) -> None:
    """Prepare a process: Ctrl-C is left to the one that started it, and states lie in `folder`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["TMPDIR"] = folder
    # Hundreds of cases are alive at a time; looking through them often takes a seventh of the time.
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def minutes(seconds: float) -> str:
    """A time in words for people."""
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def told(result: Result) -> str:
    """A result in a line."""
    said = "; ".join(["WRONG", *wrong] if (wrong := _wrong(result)) else [_row(result).exploration])
    return f"{result.dialect} {result.name}: {said}"


def _wrong(result: Result) -> list[str]:
    return problems(result, _mutant(result), BY_NAME[result.dialect], OUTSIDE)


def _row(result: Result) -> Row:
    return row(result, _mutant(result), BY_NAME[result.dialect], OUTSIDE)


def _mutant(result: Result) -> Mutant | None:
    return MUTANTS[result.name] if result.kind == "mutant" else None


def _tell(results: Sequence[Result], complete: bool) -> bool:
    """Print the summary of each dialect, and what is wrong. Gives whether all is as it should be.
    The share that is found is judged only if all mutants were tried."""
    wrong = [
        f"{each.dialect} {each.name}: {problem}" for each in results for problem in _wrong(each)
    ]
    for name in dict.fromkeys(each.dialect for each in results):
        rows = {each.name: _row(each) for each in results if each.dialect == name}
        tried = [each for each in MUTANTS.values() if each.dialect == name and each.name in rows]
        of = summary(name, rows, tried)
        click.echo(
            f"{name}: {of.mutants} mutants, {of.exact} break exactly the rules they name;"
            f" {of.within} in the vocabulary, {of.found} of them found ({share(of)})"
        )
        if complete and not of.enough:
            wrong.append(f"{name}: less than {LEAST:.0%} found")
    for line in wrong:
        click.echo(f"WRONG {line}.")
    return not wrong


def _write(target: Path, done: Mapping[Subject, Result], walks: int) -> None:
    """Write the page. What has no result for the present sources keeps the row that it has."""
    every = subjects()
    present = read(target.read_text(encoding="utf-8"), every) if target.exists() else {}
    rows = present | {subject: _row(result) for subject, result in done.items()}
    target.write_text(page(rows, walks, every, MUTANTS), encoding="utf-8")
    older = sum(subject not in done for subject in every)
    click.echo(
        f"{target} was written; {older} of {len(every)} exporters have no result of this run."
    )
