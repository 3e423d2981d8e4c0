"""Measure a suite and write docs/benchmarks.md: ``python -m benchmarks.run quick``, or another suite, or ``page``.

The suites are ``quick``, ``large``, ``answers`` and ``million``; ``page`` measures nothing and writes the page from
what was kept.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.launch import Result
from benchmarks.page import write_page
from benchmarks.promises import measure_promises
from benchmarks.records import describe_load, read_records, start_record, write_record
from benchmarks.suites import SUITES, run_suite


def main() -> None:
    """Measure what was asked for, keep it, and write the page."""
    suite = sys.argv[1] if len(sys.argv) > 1 else "quick"
    kept = True if suite == "page" else measure(suite)
    write_page(read_records(SUITES))
    sys.exit(0 if kept else 1)


def measure(suite: str) -> bool:
    """Measure a suite and keep its record; return whether every promise holds."""
    record, kept = start_record(suite), True
    if suite == "quick":
        record.promises, kept = measure_promises()
    with tempfile.TemporaryDirectory() as name:
        for result in run_suite(SUITES[suite](), Path(name)):
            show(result)
            record.results.append(result)
            write_record(record)
    record.load = describe_load()
    write_record(record)
    return kept


def show(result: Result) -> None:
    """Print a result."""
    counts = {name: value for name, value in result.counts.items() if name not in ("log", "phases")}
    told = " ".join(f"{name}={value}" for name, value in counts.items())
    print(f"{result.case} {result.driver}: {result.ended}, {result.seconds:.3f} s, {result.mebibytes:.0f} MiB {told}",
          flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
