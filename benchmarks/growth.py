"""How time and memory grow with mentees, mentors and candidates, from plain whole runs of every size."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.fits import fit_exponents
from benchmarks.launch import Result
from benchmarks.records import Record
from benchmarks.registry import find_case
from benchmarks.tables import say_seconds, write_table

Quantity = tuple[str, Callable[[Result], float]]


def list_plain(records: dict[str, Record]) -> list[Result]:
    """Return the plain whole runs of one record, which alone are comparable; the one with most sizes."""
    found = [
        [one for one in record.list_results("whole") if one.case.endswith("/plain/0") and one.counts["kernel"]]
        for record in records.values()
    ]
    return max(found, key=len, default=[])


def read_phase(phase: str) -> Callable[[Result], float]:
    """Return what reads the seconds of a phase inside a whole run."""
    return lambda one: max(one.counts["phases"].get(phase, 0.0), 1e-4)


def fit_growth(results: list[Result], bare: float) -> list[str]:
    """Return the tables of measurements and of fitted exponents.

    Parameters
    ----------
    results : list of Result
    bare : float
        MiB of a process that does nothing.
    """
    quantities: list[Quantity] = [
        ("whole run, seconds", lambda one: one.seconds),
        ("whole run, processor", lambda one: one.processor),
        ("passes, seconds", read_phase("pass")),
        ("flow, seconds", read_phase("flow")),
        ("prices, seconds", read_phase("prices")),
        ("memory above a bare process", lambda one: max(one.mebibytes - bare, 1.0)),
        ("candidates", lambda one: one.counts["candidates"]),
    ]
    rows = []
    for name, read in quantities:
        costs = [read(one) for one in results]
        sizes = [find_case(one.case).size for one in results]
        both = fit_exponents([(size.mentees, size.mentors) for size in sizes], costs)
        alone = fit_exponents([(one.counts["candidates"],) for one in results], costs)
        if both is not None and alone is not None:
            exponents = [f"{one:.2f}" for one in (*both.exponents, *alone.exponents)]
            rows.append([name, *exponents, f"{both.error:.0%}"])
    head = ("what", "mentees", "mentors", "candidates alone", "deviation")
    return [*list_sizes(results), *write_table(head, rows)]


def list_sizes(results: list[Result]) -> list[str]:
    """Return the measurements that the exponents are fitted to."""
    rows = [
        [
            one.case.split("/")[0].replace("x", " × "),
            say_seconds(one.seconds),
            say_seconds(one.processor),
            f"{one.mebibytes:,.0f}",
            f"{one.counts['candidates']:,}",
            f"{one.counts['rounds']}",
        ]
        for one in sorted(results, key=lambda one: find_case(one.case).size.pairs)
    ]
    return write_table(("size", "seconds", "processor", "MiB", "candidates", "rounds"), rows)
