"""What was measured, kept as JSON: a suite's results, the machine, the versions and the commit."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.launch import ROOT, Result
from matchmaker.documents import list_versions

FOLDER = ROOT / "benchmarks" / "results"
LIBRARIES = ("numba", "faiss-cpu", "POT", "mentor-match", "matplotlib")


@dataclass
class Record:
    """One run of a suite.

    Parameters
    ----------
    suite : str
    machine : str
    versions, commit, day, load : str
    promises : list of str
        Rows of their table.
    results : list of Result
    """

    suite: str
    machine: str = ""
    versions: str = ""
    commit: str = ""
    day: str = ""
    load: str = ""
    promises: list[str] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    def find(self, case: str, driver: str) -> Result | None:
        """Return the last result of a driver on a case, if it ended."""
        found = [one for one in self.results if (one.case, one.driver, one.ended) == (case, driver, "done")]
        return found[-1] if found else None

    def list_results(self, driver: str) -> list[Result]:
        """Return all results of a driver that ended, one for each case."""
        return list({one.case: one for one in self.results if (one.driver, one.ended) == (driver, "done")}.values())


def start_record(suite: str) -> Record:
    """Return an empty record that says where it was made."""
    return Record(suite, describe_machine(), describe_versions(), find_commit(), f"{datetime.now(UTC):%Y-%m-%d}")


def describe_machine() -> str:
    """Return the processor, its cores and the memory."""
    name = platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
    memory = ""
    with suppress(OSError, ValueError, AttributeError):
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    return f"{os.cpu_count()} cores ({name}){memory}, {platform.system()}"


def describe_load() -> str:
    """Return how busy the machine was, our own processes among it."""
    return f"{os.getloadavg()[1]:.1f} processes wanted a core in the last five minutes, our own among them"


def describe_versions() -> str:
    """Return the versions of everything that was measured."""
    found = dict(list_versions())
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return ", ".join(f"{name} {number}" for name, number in found.items())


def find_commit() -> str:
    """Return the commit, with a mark where the files differ from it."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    return done.stdout.strip()


def write_record(record: Record) -> None:
    """Keep a record."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{record.suite}.json").write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def read_records(suites: Iterable[str]) -> dict[str, Record]:
    """Return the records that were kept, by suite."""
    records = {}
    for suite in suites:
        path = FOLDER / f"{suite}.json"
        if path.exists():
            told = json.loads(path.read_text("utf-8"))
            records[suite] = Record(**{**told, "results": [Result(**one) for one in told["results"]]})
    return records
