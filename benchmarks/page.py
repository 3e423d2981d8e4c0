"""The page docs/benchmarks.md, written from the records of every suite."""

from __future__ import annotations

from benchmarks import tables
from benchmarks.afterwards import list_afterwards
from benchmarks.growth import fit_growth, list_plain
from benchmarks.launch import ROOT
from benchmarks.plots import draw_all
from benchmarks.records import Record
from benchmarks.registry import SEVERITIES

PAGE = ROOT / "docs" / "benchmarks.md"

HEAD = """# Benchmarks

Written by `make benchmark`, `make benchmark-large`, `make benchmark-answers` and `make benchmark-million` from
what they measured; `benchmarks/README.md` says how. Every contender runs as a process of its own on the same points.
**Read the ratios**: both sides of each were measured in the same run on the same machine; seconds differ from machine
to machine.

Memory is the peak resident size of the whole process. Times are those of the work alone: start, imports,
loading the compiled kernel and reading what is worked on are charged to nobody. On a machine that others use,
processor time is what the seconds are when nobody else wants the cores.
"""

PROMISES = """\
Whole processes, the fastest of five runs after a warm-up. Memory is above that of a bare interpreter (for that
itself: all of it). The yardstick is Python's `csv` reading 100,000 rows of 13 columns and nothing more: seconds
differ from machine to machine, multiples of the yardstick (in processor time) hardly do.
"""

PROMISES_HEAD = [
    "| what | seconds | at most | processor | yardsticks | MiB | at most | kept |",
    "|---|---|---|---|---|---|---|---|",
]

RIVALS = """\
Ours runs from look-ups to the proof, scoring included; rivals are given the points of all pairs. Bold: ours, by
the search over all pairs and with every pair a candidate. Above 1× is slower than the search, below 1× quicker.
*Total* says whether the pairs and their points are as many as ours. In each process, work that is done within five
seconds has a second and a third turn; the fastest turn of the fastest process counts.

Everybody has the same to do: as many mentees as possible first, then points. A pair that is not eligible is
worth as much as no pair: it is 0 in the table of SciPy and POT, and has no arc or variable elsewhere. Eligible
pairs are worth their points and a bonus that no exchange can outweigh.[^bonus]

[^bonus]: (mentors + 1) × 1,000,000, since an exchange passes each mentor at most once. CP-SAT has one worker
    and all constraints in its LP: with its own settings it proved nothing in a minute. mentor-match knows
    neither places nor this order: its roster has one place with each mentor, its rules look the worth up, and
    it makes one round. SciPy has a column for every place, POT one more row or column for what stays empty;
    both count in floats, which hold these whole numbers exactly.
"""

PASSES = """\
How many pairs a second are looked at, rules and all, to list each mentee's 16 best, against faiss's exact
search by inner products over as many pairs (64 dimensions, k = 16, two threads). The kernel leaves out 64
mentors at once whom a rule refuses or who cannot be among the best any more, and weighs the few who are left;
what a pair costs a core stands in [Bits and classes](decisions/kernel.md#how-far-from-the-machine).
"""

BOUNDS = """| phase | what bounds it |
|---|---|
| read, encode | one core: distinct cells, then sorting of codes; linear in people |
| passes | both cores: look-ups by level for each eligible pair, bits of mentors for all; pairs, not people |
| flow | one core: arcs followed through memory, by an auction and shortest paths or by OR-Tools; candidates |
| prices | one core: sweeps over arcs between mentors; candidates times the length of the longest chain of exchanges |
| verify | both cores: one pass over all pairs, with nobody skipped |
"""


COUNTS = """\
Counts do not depend on the clock. *looked at* are mentees whose pairs were priced after a flow, *skipped* those for
whom earlier lists were proof enough, both added up over all rounds."""

GROWTH = """\
Exponents a and b in *cost ~ mentees^a × mentors^b*, and c in *cost ~ candidates^c*, fitted to the plain runs by least
squares of logarithms."""


def write_page(records: dict[str, Record]) -> None:
    """Write the page and its plots."""
    draw_all(records)
    PAGE.write_text(make_page(records), encoding="utf-8")


def make_page(records: dict[str, Record]) -> str:
    """Return the page, a section for everything that was measured."""
    parts = [HEAD, *_list_machines(records), *_list_promises(records), *_list_rivals(records)]
    parts += ["## The scoring pass", "", PASSES, *_join(records, tables.list_passes)]
    parts += ["A whole run against one such search:", "", *_join(records, tables.list_against_faiss)]
    parts += ["## Hard shapes", "", *_list_shapes(), *tables.list_rounds(records.values())]
    parts += _join(records, tables.list_severities)
    parts += ["Mentors whose optimum without weekly times could not be met:", "", *_join(records, tables.list_clashes)]
    parts += ["## Phases", "", "![Share of each phase](assets/benchmark-phases.svg)", "", BOUNDS]
    parts += [*_join(records, tables.list_phases), *list_afterwards(records)]
    parts += [*_list_growth(records), *_list_journey(records)]
    return "\n".join(parts).rstrip() + "\n"


def _join(records: dict[str, Record], make: object) -> list[str]:
    assert callable(make)
    lines: list[str] = []
    for record in records.values():
        made = make(record)
        lines += made if len(made) > 3 else []
    return lines


def _list_machines(records: dict[str, Record]) -> list[str]:
    lines = []
    for record in records.values():
        lines.append(f"- **{record.suite}**: {record.day}, commit {record.commit}, {record.machine}; {record.load}.")
        lines.append(f"  {record.versions}.")
    return [*lines, ""]


def _list_promises(records: dict[str, Record]) -> list[str]:
    rows = [row for record in records.values() for row in record.promises]
    return ["## Promises", "", PROMISES, *PROMISES_HEAD, *rows, ""] if rows else []


def _list_rivals(records: dict[str, Record]) -> list[str]:
    images = [f"![{what} against size](assets/benchmark-{what.lower()}.svg)" for what in ("Time", "Memory")]
    failed = [line for record in records.values() for line in tables.say_failures(record)]
    told = ["Did not end:", "", *failed, ""] if failed else []
    return [
        "## Against others",
        "",
        RIVALS,
        *images,
        "",
        "Points of all records, plain cases of five mentees for each mentor.",
        "",
        *_join(records, tables.list_rivals),
        *told,
    ]


def _list_shapes() -> list[str]:
    told = [f"- *{one.name}*: {one.told}." for one in SEVERITIES.values()]
    return [*told, "", COUNTS, ""]


def _list_growth(records: dict[str, Record]) -> list[str]:
    results = list_plain(records)
    bares = [one.mebibytes for record in records.values() for one in record.list_results("bare")]
    return ["## Growth", "", GROWTH, "", *fit_growth(results, min(bares, default=0.0))]


def _list_journey(records: dict[str, Record]) -> list[str]:
    lines = []
    for record in records.values():
        for one in record.list_results("journey"):
            counts = one.counts
            proven = "proven and verified" if counts["is_proven"] else "not proven"
            took = f"{tables.say_seconds(one.seconds)} s, peak {one.mebibytes:,.0f} MiB"
            told = f"{proven}: {counts['rounds']} rounds, {took}."
            rows = [[phase, tables.say_seconds(seconds)] for phase, seconds in counts["phases"].items()]
            peaks = [f"`{name}` {peak:,} MiB" for name, peak in counts.get("peaks", {}).items()]
            told += f" Peak of each command: {', '.join(peaks)}." if peaks else ""
            lines += [f"### {tables.say_case(one.case)}", "", told, "", *tables.write_table(("phase", "seconds"), rows)]
            lines += ["```text", *counts["log"], "```", ""]
    return ["## From files to a verified answer", "", *lines] if lines else []
