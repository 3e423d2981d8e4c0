"""The answer of ``match``, on the screen and in a folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.console import Watch, name_person, show_table
from matchmaker.cli.options import Inputs
from matchmaker.cli.stored import MEMORY
from matchmaker.text import say_count

if TYPE_CHECKING:
    from matchmaker.answer.memory import Memory
    from matchmaker.documents import Run
    from matchmaker.errors import Report
    from matchmaker.matching import Certificate, Matching
    from matchmaker.roster import Roster

MOST_ROWS = 60
"""Rows of a table shown on the screen; the files have all of them."""

MOVE = "clock-change"
"""The kind of notice that nearly every pair across zones gets."""

STOPPED = "Stopped before the end"

FILES = (
    "pairs.csv",
    "leftovers.csv",
    "mentors.csv",
    "notices.csv",
    "matching.xlsx",
    "matching.json",
    "run.json",
    MEMORY,
)
"""What an answer is written to."""


def check_folder(folder: Path, inputs: Inputs, *, force: bool) -> None:
    """Refuse to write an answer over files that are no earlier answer.

    Parameters
    ----------
    folder : Path
    inputs : Inputs
        Are never written over.
    force : bool
        Whether other files may be.

    Raises
    ------
    click.UsageError
    """
    from matchmaker.documents import is_foreign

    written = {(folder / name).resolve() for name in FILES}
    for path in inputs.name_files().values():
        if path.resolve() in written:
            raise click.UsageError(f"{folder}: the answer would write over {path}. Name another folder with --out.")
    if not force and is_foreign(folder, FILES):
        there = ", ".join(name for name in FILES if (folder / name).exists())
        raise click.UsageError(
            f"{folder}: {there} would be written over, and this is no answer of matchmaker's. "
            "Name another folder with --out, or add --force."
        )


def write_answer(folder: Path, matching: Matching, roster: Roster, run: Run, memory: Memory) -> None:
    """Write every file of an answer into a folder.

    Parameters
    ----------
    folder : Path
    matching : Matching
    roster : Roster
        For names and e-mails.
    run : Run
        How it came about.
    memory : Memory
        What the run has learned; written only where it has.
    """
    import msgspec

    from matchmaker.documents import write_folder, write_matching, write_memory, write_run
    from matchmaker.tables.output import list_tables, write_csv, write_workbook

    tables = list_tables(matching, roster)
    files = {f"{table.name}.csv": write_csv(table) for table in tables}
    files |= {"matching.xlsx": write_workbook(tables), "matching.json": write_matching(matching)}
    hashes = {"matching.xlsx": hashlib.sha256(files["matching.xlsx"]).hexdigest()}
    learned = write_memory(memory)
    files |= {MEMORY: learned} if learned else {}
    write_folder(folder, files | {"run.json": write_run(msgspec.structs.replace(run, hashes=hashes))})


def describe_run(folder: Path, inputs: Inputs, watch: Watch, report: Report, *, set_aside: bool) -> Run:
    """Return how an answer came about, for `write_answer`."""
    from matchmaker.documents import Run, list_versions, relate_path

    files = {name: relate_path(path, folder) for name, path in inputs.name_files().items()}
    rounded = {stage: round(value, 3) for stage, value in watch.seconds.items()}
    notices = tuple(map(str, report.notices))
    return Run(files, set_aside, watch.date, rounded, list_versions(), notices)


def show_matching(matching: Matching, roster: Roster) -> None:
    """Print pairs and leftovers as tables, as far as a screen serves."""
    mentees = dict(zip(roster.mentees.ids, roster.mentees.names, strict=True))
    mentors = dict(zip(roster.mentors.ids, roster.mentors.names, strict=True))
    pairs = [
        (
            name_person(pair.mentee, mentees[pair.mentee]),
            name_person(pair.mentor, mentors[pair.mentor]),
            pair.meeting and pair.meeting.mentee_time,
            f"{pair.points:,}",
        )
        for pair in matching.pairs[:MOST_ROWS]
    ]
    show_table("Pairs", ("mentee", "mentor", "meet (mentee's time)", "points"), pairs)
    left = [(one.role, name_person(one.id, one.name), one.reason) for one in matching.leftovers[:MOST_ROWS]]
    if left:
        show_table("Left over", ("role", "who", "why"), left)
    more = max(len(matching.pairs), len(matching.leftovers)) - MOST_ROWS
    if more > 0:
        click.echo("The tables are cut here; --out DIR writes all of it.")


def summarise(matching: Matching, stopped: str = STOPPED) -> str:
    """Return the answer in one or two sentences: how many, how good, and what is proven.

    Parameters
    ----------
    matching : Matching
    stopped : str
        What stopped the search, if anything did.
    """
    mentees = {pair.mentee for pair in matching.pairs}
    lacking = [one.id for one in matching.leftovers if one.role == "mentee" and one.missing > 0]
    without = sum(one not in mentees for one in lacking)
    parts = [f"{say_count(len(matching.pairs), 'pair')} for {say_count(len(mentees), 'mentee')}"]
    if without:
        parts.append(f"{without:,} without a mentor")
    if len(lacking) > without:
        parts.append(f"{len(lacking) - without:,} with fewer mentors than wanted")
    return f"{', '.join(parts)}; {say_count(matching.certificate.total, 'point')}. {describe_proof(matching, stopped)}"


def tell_stop(matching: Matching, *, was_asked: bool, gap: int, has_limit: bool) -> str:
    """Return what stopped a search that came to no proof.

    Parameters
    ----------
    matching : Matching
    was_asked : bool
        Whether there was a Ctrl-C.
    gap : int
        Points within which it might stop.
    has_limit : bool
        Whether there was a limit of time.
    """
    certificate = matching.certificate
    if was_asked:
        return "Stopped by Ctrl-C"
    if all(level.bound == level.value for level in certificate.levels[:-1]) and certificate.gap <= gap:
        return f"Stopped within --gap {gap}"
    return "Stopped by --time-limit" if has_limit else STOPPED


def sum_up_notices(matching: Matching, *, has_files: bool) -> list[tuple[str, str]]:
    """Return the kind and text of what to tell on the screen: the meetings that move with the clocks as one.

    Parameters
    ----------
    matching : Matching
    has_files : bool
        Whether the answer is written, so that each of them can be read there.
    """
    notices = [(one.kind, one.text) for one in matching.notices]
    moves = sum(kind == MOVE for kind, _ in notices)
    if moves < 2:
        return notices
    where = "notices.csv has each of them" if has_files else "--out DIR writes each of them into notices.csv"
    many = f"{moves:,} of {len(matching.pairs):,} pairs"
    told = f"{many} meet at another time in some weeks, for clocks change on different days: {where}"
    return [*(notice for notice in notices if notice[0] != MOVE), (MOVE, told)]


def describe_proof(matching: Matching, stopped: str = STOPPED) -> str:
    """Return what was proven about the answer, no more."""
    certificate = matching.certificate
    if certificate.bound_by == "prices":
        if matching.status == "optimal":
            return "Proven the best possible over all pairs."
        return f"{stopped}: {describe_bounds(certificate)}. Anyone can recompute this bound."
    levels = ", ".join(f"{level.name} {level.value:,} of at most {level.bound:,}" for level in certificate.levels)
    coverage, points = certificate.price_bound
    prices = f"the bound that anyone can recompute is coverage {coverage:,}, points {points:,}"
    head = "The solver says that none is better" if matching.status == "optimal" else stopped
    return f"{head} ({levels}); {prices}."


def describe_bounds(certificate: Certificate) -> str:
    """Return how far an answer is from its bound; points count only where the coverage is proven."""
    *before, points = certificate.levels
    if any(level.bound != level.value for level in before):
        coverage = before[0]
        return (
            f"coverage {coverage.value:,} of at most {coverage.bound:,}; "
            f"with a coverage of {coverage.bound:,} no more than {points.bound:,} points are possible"
        )
    head = "no pairing has a higher coverage; " if before else ""
    return f"{head}{say_count(points.value, 'point')} of at most {points.bound:,}, a gap of {certificate.gap:,}"
