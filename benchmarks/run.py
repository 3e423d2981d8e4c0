"""Measure the promises about speed and memory, each as a whole process, and write docs/benchmarks.md.

Every figure is the median of several runs after one that is not counted; memory is the peak resident
size that the operating system accounts to the process, and stands beside that of a bare interpreter.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from matchmaker.documents import list_versions

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
RUNS = 5

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
class Measure:
    """What one process took.

    Parameters
    ----------
    seconds : float
        Wall time from start to end.
    mebibytes : float
        Peak resident memory.
    """

    seconds: float
    mebibytes: float


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


def run_once(command: list[str]) -> Measure:
    """Run a command to its end and return what it took."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        sys.exit(f"{' '.join(command)} ended with {status}:\n{told.decode()}")
    return Measure(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MEBIBYTE)


def measure(command: list[str]) -> Measure:
    """Return the medians of several runs after a warm-up."""
    run_once(command)
    runs = [run_once(command) for _ in range(RUNS)]
    return Measure(statistics.median(run.seconds for run in runs), statistics.median(run.mebibytes for run in runs))


def list_promises(folder: Path) -> list[Promise]:
    """Make the files and return everything that is promised."""
    python, matchmaker = sys.executable, [sys.executable, "-m", "matchmaker"]
    small, large, few = folder / "small", folder / "large", folder / "few"
    for out, mentees, mentors in ((small, 500, 500), (large, 100_000, 1), (few, 1, 1)):
        sizes = ["--mentees", str(mentees), "--mentors", str(mentors), "--out", str(out)]
        subprocess.run([*matchmaker, "generate", *sizes], check=True, capture_output=True)
    set_capacity(small / "mentors.csv", 3)
    add_columns(large / "mentees.csv")
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


def set_capacity(path: Path, capacity: int) -> None:
    """Give every mentor of a generated file the same capacity."""
    lines = path.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("capacity")
    rows = [line.split(",") for line in lines]
    text = "\n".join(",".join([*row[:place], str(capacity), *row[place + 1 :]]) for row in rows[1:])
    path.write_text(f"{lines[0]}\n{text}\n", encoding="utf-8")


def add_columns(path: Path) -> None:
    """Give every mentee of a generated file two columns more: languages, and how many mentors are wanted."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    more = ("English,1", "English; French,2", "Spanish,1")
    rows = [f"{head},languages,wanted", *(f"{line},{more[i % 3]}" for i, line in enumerate(lines))]
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")


def describe_machine() -> str:
    """Return the machine and the versions in a line."""
    versions = ", ".join(f"{name} {number}" for name, number in list_versions().items())
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return f"{machine}; commit {commit.stdout.strip()}; {versions}."


def main() -> None:
    """Measure everything, print it, and write the page."""
    with tempfile.TemporaryDirectory() as name:
        promises = list_promises(Path(name))
        bare = measure([sys.executable, "-c", "pass"])
        rows = [f"| a bare interpreter | {bare.seconds:.2f} | | {bare.mebibytes:.0f} | | |"]
        kept = True
        for promise in promises:
            taken = measure(promise.command)
            above = taken.mebibytes - bare.mebibytes
            holds = taken.seconds <= promise.most_seconds and above <= (promise.most_mebibytes or above)
            kept &= holds
            most = "" if promise.most_mebibytes is None else f"{promise.most_mebibytes:.0f}"
            rows.append(
                f"| {promise.name} | {taken.seconds:.2f} | {promise.most_seconds:.2f} | {above:.0f} | {most} "
                f"| {'yes' if holds else 'no'} |"
            )
            print(rows[-1], flush=True)
    write_page(rows)
    sys.exit(0 if kept else 1)


def write_page(rows: list[str]) -> None:
    """Write docs/benchmarks.md."""
    head = [
        "# Benchmarks",
        "",
        "Whole processes, medians of five runs after a warm-up, measured by `make benchmark`. Memory is the",
        "peak resident size above that of a bare interpreter (for the interpreter itself: all of it).",
        "",
        describe_machine(),
        "",
        "| what | seconds | at most | MiB | at most | kept |",
        "|---|---|---|---|---|---|",
    ]
    (ROOT / "docs" / "benchmarks.md").write_text("\n".join([*head, *rows, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
