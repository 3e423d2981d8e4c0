"""The promises about speed and memory, each measured as a whole process.

Every time is the fastest of several runs after one that is not counted, since whatever else the machine does
only ever slows a run. Memory is the peak resident size that the operating system accounts to the process, less
that of a bare interpreter.
"""

from __future__ import annotations

import csv
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from benchmarks.launch import Measure, run_once

RUNS = 5

YARDSTICK = "import csv, sys; print(sum(1 for _ in csv.reader(open(sys.argv[1], encoding='utf-8', newline=''))))"
"""What the same file costs without any checks: figures in this measure hold on any machine."""

READ = """
import sys
from pathlib import Path
from matchmaker.program import read_program
from matchmaker.tables import read_people
from matchmaker.roster import gather_roster
folder = Path(sys.argv[1])
program = read_program(folder / "program.toml")
mentors, mentees, history, report = read_people(
    mentors=folder / "mentors.csv", mentees=folder / "mentees.csv", program=program
)
gather_roster(mentors, mentees, history, program, report)
"""


@dataclass(frozen=True)
class Promise:
    """A command, and the most that it may take.

    Parameters
    ----------
    name : str
    command : list of str
    most_seconds : float
    most_mebibytes : float or None
        Above the bare interpreter.
    """

    name: str
    command: list[str]
    most_seconds: float
    most_mebibytes: float | None = None


def measure(command: list[str]) -> Measure:
    """Return the fastest of several runs after a warm-up, and the median of the memory they took."""
    run_once(command)
    runs = [run_once(command) for _ in range(RUNS)]
    return Measure(
        min(run.seconds for run in runs),
        min(run.processor for run in runs),
        statistics.median(run.mebibytes for run in runs),
    )


def list_promises(folder: Path) -> list[Promise]:
    """Make the files and return everything that is promised."""
    python, matchmaker = sys.executable, [sys.executable, "-m", "matchmaker"]
    small, large, few = folder / "small", folder / "large", folder / "few"
    for out, mentees, mentors in ((small, 500, 500), (large, 100_000, 1), (few, 1, 1)):
        sizes = ["--mentees", str(mentees), "--mentors", str(mentors), "--out", str(out)]
        subprocess.run([*matchmaker, "generate", *sizes], check=True, capture_output=True)
    fill_column(small / "mentors.csv", "capacity", ["3"])
    for out in (large, few):
        fill_column(out / "mentees.csv", "languages", ["English", "English; French", "German", "English; Malay; Tamil"])
        fill_column(out / "mentees.csv", "hours", ["20", "21.5", "24", ""])
    files = [f"--{name}={small / name}.csv" for name in ("mentors", "mentees")]
    match = [
        *matchmaker,
        "match",
        *files,
        f"--program={small / 'program.toml'}",
        f"--out={folder / 'answer'}",
    ]
    read = [python, "-c", READ]
    return [
        Promise("`matchmaker --help`", [*matchmaker, "--help"], 0.15),
        Promise("500 × 500, capacity 3: from CSV to the written answer", match, 3.0),
        Promise("`matchmaker verify` of that answer", [*matchmaker, "verify", str(folder / "answer")], 3.0),
        Promise("reading and checking 100,000 mentees of 13 columns", [*read, str(large)], 1.5, 200),
        Promise("the same with 1 mentee (imports alone)", [*read, str(few)], 1.0),
    ]


def fill_column(path: Path, heading: str, cells: Sequence[str]) -> None:
    """Write some cells over and over into a column of a CSV file, a new one if there is none of that heading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    place = head.index(heading) if heading in head else len(head)
    filled = [[*row[:place], cell, *row[place + 1 :]] for row, cell in zip(rows, cycle(cells), strict=False)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*head[:place], heading, *head[place + 1 :]], *filled])


def judge(promise: Promise, taken: Measure, bare: Measure, yardstick: Measure) -> tuple[str, bool]:
    """Return the row of a promise in the table, and whether it is kept."""
    above = taken.mebibytes - bare.mebibytes
    kept = taken.seconds <= promise.most_seconds and above <= (promise.most_mebibytes or above)
    most = "" if promise.most_mebibytes is None else f"{promise.most_mebibytes:.0f}"
    multiple = taken.processor / yardstick.processor
    seconds = f"{taken.seconds:.2f} | {promise.most_seconds:.2f} | {taken.processor:.2f} | {multiple:.1f}"
    return f"| {promise.name} | {seconds} | {above:.0f} | {most} | {'yes' if kept else 'no'} |", kept


def measure_promises() -> tuple[list[str], bool]:
    """Return the rows of the table, and whether every promise is kept."""
    with tempfile.TemporaryDirectory() as name:
        promises = list_promises(Path(name))
        bare = measure([sys.executable, "-c", "pass"])
        yardstick = measure([sys.executable, "-c", YARDSTICK, str(Path(name) / "large" / "mentees.csv")])
        rows = [f"| a bare interpreter | {bare.seconds:.2f} | | {bare.processor:.2f} | | {bare.mebibytes:.0f} | | |"]
        rows.append(f"| the yardstick | {yardstick.seconds:.2f} | | {yardstick.processor:.2f} | 1 | | | |")
        everything_kept = True
        for promise in promises:
            row, kept = judge(promise, measure(promise.command), bare, yardstick)
            everything_kept &= kept
            rows.append(row)
            print(row, flush=True)
    return rows, everything_kept
