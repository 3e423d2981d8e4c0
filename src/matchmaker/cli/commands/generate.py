"""``matchmaker generate``: a realistic roster of any size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from matchmaker.cli.console import Progress
from matchmaker.cli.options import FOLDER
from matchmaker.text import say_count


@dataclass
class Writing:
    """What the progress line shows while files are written."""

    phase: str
    rows: int


@click.command(name="generate")
@click.option("--mentees", type=click.IntRange(min=0), required=True, help="How many mentees.")
@click.option("--mentors", type=click.IntRange(min=0), required=True, help="How many mentors.")
@click.option("--places", type=click.IntRange(min=0), help="Places of all mentors together; else drawn.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same files.")
@click.option("--out", type=FOLDER, required=True, help="Folder for mentors.csv, mentees.csv and program.toml.")
def command(mentees: int, mentors: int, places: int | None, seed: int, out: Path) -> None:
    """Write a made-up but realistic roster: clustered topics, scarce skills, several time zones."""
    from matchmaker.generate import write_roster

    with Progress() as progress:
        write_roster(
            out,
            mentees,
            mentors,
            seed,
            lambda name, rows: progress(Writing(f"writing {name}", rows)),
            num_places=places,
        )
    click.echo(
        f"{out}: {say_count(mentors, 'mentor')}, {say_count(mentees, 'mentee')}, and a program for them.", err=True
    )
