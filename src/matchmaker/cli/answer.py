"""The answer of ``match``, on the screen and in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.console import Watch, name_person, show_table
from matchmaker.cli.options import Inputs
from matchmaker.text import say_count

if TYPE_CHECKING:
    from matchmaker.documents import Run
    from matchmaker.errors import Report
    from matchmaker.matching import Matching
    from matchmaker.roster import Roster

MOST_ROWS = 60
"""Rows of a table shown on the screen; the files have all of them."""


def write_answer(folder: Path, matching: Matching, roster: Roster, run: Run) -> None:
    """Write every file of an answer into a folder.

    Parameters
    ----------
    folder : Path
    matching : Matching
    roster : Roster
        For names and e-mails.
    run : Run
        How it came about.
    """
    from matchmaker.documents import write_folder, write_matching, write_run
    from matchmaker.tables.output import list_tables, table_notices, write_csv, write_workbook

    tables = list_tables(matching, roster)
    files = {f"{table.name}.csv": write_csv(table) for table in tables}
    files["matching.xlsx"] = write_workbook([*tables, table_notices(matching)])
    write_folder(folder, files | {"matching.json": write_matching(matching), "run.json": write_run(run)})


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


def summarise(matching: Matching) -> str:
    """Return the answer in one or two sentences: how many, how good, and what is proven."""
    certificate = matching.certificate
    mentees = len({pair.mentee for pair in matching.pairs})
    left = sum(leftover.role == "mentee" and leftover.missing > 0 for leftover in matching.leftovers)
    head = f"{say_count(len(matching.pairs), 'pair')} for {say_count(mentees, 'mentee')}, {left:,} still wanting"
    return f"{head}; {certificate.total:,} points. {describe_proof(matching)}"


def describe_proof(matching: Matching) -> str:
    """Return what was proven about the answer, no more."""
    certificate = matching.certificate
    if matching.status == "optimal" and certificate.bound_by == "prices":
        return "Proven the best possible over all pairs."
    levels = ", ".join(f"{level.name} {level.value:,} of at most {level.bound:,}" for level in certificate.levels)
    coverage, points = certificate.price_bound
    prices = f"the bound that anyone can recompute is coverage {coverage:,}, points {points:,}"
    head = "The solver says that none is better" if matching.status == "optimal" else "Stopped before the end"
    return f"{head} ({levels}); {prices}."
