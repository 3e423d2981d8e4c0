"""Generated rosters as files: ``mentors.csv``, ``mentees.csv`` and a ``program.toml`` for them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from matchmaker.generate import vocabulary as words
from matchmaker.generate.people import Column, make_mentees, make_mentors

CHUNK = 100_000
"""Rows made at a time; each chunk has its own random stream, so that size does not change a row."""

Maker = Callable[[np.random.Generator, int, int], dict[str, Column]]
NAMES = ("mentors", "mentees")


def write_roster(
    folder: Path,
    num_mentees: int,
    num_mentors: int,
    seed: int = 0,
    on_rows: Callable[[str, int], None] | None = None,
    *,
    num_places: int | None = None,
) -> None:
    """Write a generated roster and a program for it.

    Parameters
    ----------
    folder : Path
        Made if it is not there; files of the same names are replaced.
    num_mentees, num_mentors : int
        Rows of each file, 0 or more.
    seed : int
        The same seed gives the same files.
    on_rows : callable or None
        Called with the file's name and the rows written so far.
    num_places : int or None
        What the capacities add up to, where there are mentors; None draws each as it comes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    makers: tuple[Maker, Maker] = partial(_make_share, num_mentors, num_places), make_mentees
    for side, (name, make) in enumerate(zip(NAMES, makers, strict=True)):
        count = (num_mentors, num_mentees)[side]
        part = folder / f".{name}.csv.part"
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for done, columns in _make_chunks(make, count, (seed, side)):
                if done == 0:
                    writer.writerow(columns)
                writer.writerows(zip(*columns.values(), strict=True))
                if on_rows is not None:
                    on_rows(name, min(count, done + CHUNK))
        part.replace(folder / f"{name}.csv")
    (folder / "program.toml").write_text(write_program_text(), encoding="utf-8", newline="\n")


def _make_share(
    count: int, num_places: int | None, rng: np.random.Generator, first: int, size: int
) -> dict[str, Column]:
    """Return mentors with their share of all places; `count` is how many mentors there are in all."""
    if num_places is None or count == 0:
        return make_mentors(rng, first, size)
    before, after = (num_places * rows // count for rows in (first - 1, first - 1 + size))
    return make_mentors(rng, first, size, after - before)


def _make_chunks(make: Maker, count: int, key: tuple[int, int]) -> Iterator[tuple[int, dict[str, Column]]]:
    """Yield the rows already done and the next columns; at least once, for the headings."""
    for done in range(0, max(count, 1), CHUNK):
        rng = np.random.default_rng([*key, done])
        yield done, make(rng, done + 1, min(CHUNK, count - done))


def write_program_text() -> str:
    """Return a program that uses everything a generated roster holds."""
    themes = "\n".join(f'"{theme}" = {weight}' for theme, weight in zip(words.THEMES, (2, 1.5, 1, 1), strict=True))
    traits = "\n".join(f'{name} = "{"quality" if name in words.QUALITIES else "style"}"' for name in words.TRAITS)
    grades = ", ".join(f'"{grade}"' for grade in words.GRADES)
    return f"""# The program of a generated roster.
name = "Generated"
start = 2027-01-11
weeks = 26
session_minutes = 60
minimum_hours = 24

[themes]
{themes}

[traits]
{traits}

[orders]
grade = [{grades}]

[screening]
willing = true
subjects = 1
level = 2

[[rules]]
name = "senior to the mentee"
relation = "above"
attribute = "grade"
from = 1

[[rules]]
name = "at most six hours apart"
relation = "within_hours"
attribute = "zone"
hours = 6

[[preferences]]
name = "another office"
relation = "different"
attribute = "office"
"""
