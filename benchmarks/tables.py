"""Records as Markdown tables. Every time stands as a ratio to something measured in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from benchmarks.again import AGAIN
from benchmarks.checking import CHECKS
from benchmarks.launch import Result
from benchmarks.phases import PHASES
from benchmarks.records import Record
from benchmarks.registry import SEVERITIES, Size, find_case
from benchmarks.rivals import RIVALS
from benchmarks.vectors import VECTORS

TITLES = {name: title for table in (PHASES, RIVALS, VECTORS, AGAIN, CHECKS) for name, (title, _) in table.items()}
OURS = ("whole", "small")
COUNTS = ("rounds", "mended", "passes", "candidates", "looked_at", "skipped")


def write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table, the numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def say_seconds(seconds: float) -> str:
    """Return seconds with about three digits."""
    return f"{seconds:.3f}" if seconds < 1 else f"{seconds:.2f}" if seconds < 100 else f"{seconds:,.0f}"


def say_ratio(ratio: float) -> str:
    """Return a ratio with about two digits."""
    return f"{ratio:.2f}×" if ratio < 10 else f"{ratio:,.0f}×"


def say_case(name: str) -> str:
    """Return a case in words."""
    case = find_case(name)
    return f"{say_size(case.size)}, {case.severity.name}"


def say_size(size: Size) -> str:
    """Return a size in words."""
    return f"{size.mentees:,} × {size.mentors:,}"


def list_rivals(record: Record) -> list[str]:
    """Return a table for every case that rivals took part in, the fastest first."""
    cases = [one.case for one in record.results if one.driver in RIVALS]
    lines: list[str] = []
    for case in dict.fromkeys(cases):
        ours = record.find(case, "whole")
        if ours is not None:
            mine = {one.driver: one for one in record.results if one.case == case}
            lines += [f"### {say_case(case)}", "", *compare_rivals(ours, mine, record.find(case, "dense"))]
    return lines


def compare_rivals(ours: Result, results: dict[str, Result], dense: Result | None) -> list[str]:
    """Return the table of one case."""
    contenders = [one for one in results.values() if one.driver in RIVALS or one.driver in OURS]
    contenders.sort(key=lambda one: (one.ended != "done", one.seconds))
    rows = [_compare(ours, one) for one in contenders]
    lines = write_table(("contender", "time, ours = 1", "seconds", "processor", "MiB", "total"), rows)
    if dense is None:
        return lines
    eligible, pairs = dense.counts["eligible"], find_case(ours.case).size.pairs
    share = f"{eligible:,} of {pairs:,} pairs are eligible ({eligible / pairs:.0%})"
    return [*lines, f"{share}. Scoring them in blocks took {say_seconds(dense.seconds)} s, charged to no rival.", ""]


def _compare(ours: Result, one: Result) -> list[str]:
    title = f"**{TITLES[one.driver]}**" if one.driver in OURS else TITLES[one.driver]
    if one.ended != "done":
        return [title, "", one.ended, "", f"{one.mebibytes:,.0f}", ""]
    same = all(one.counts.get(name) == ours.counts[name] for name in ("matched", "points"))
    total = "same" if same else f"other: {one.counts.get('matched')} pairs, {one.counts.get('points'):,} points"
    numbers = say_seconds(one.seconds), say_seconds(one.processor), f"{one.mebibytes:,.0f}"
    return [title, say_ratio(one.seconds / ours.seconds), *numbers, total]


def list_severities(record: Record) -> list[str]:
    """Return a table of counts for every size that severities were run at."""
    by_size: dict[str, list[Result]] = {}
    for one in record.results:
        if one.driver == "whole":
            by_size.setdefault(one.case.split("/")[0], []).append(one)
    lines: list[str] = []
    for size, results in by_size.items():
        if len({one.case for one in results}) > 2:
            lines += [f"### {size.replace('x', ' × ')}", "", *describe_severities(results)]
    return lines


def describe_severities(results: list[Result]) -> list[str]:
    """Return the table of one size, in the order of the registry."""
    latest = {find_case(one.case).severity.name: one for one in results}
    plain = latest.get("plain")
    rows = []
    for name in SEVERITIES:
        if name in latest:
            one, counts = latest[name], latest[name].counts
            ratio = "" if plain is None or not plain.seconds else say_ratio(one.seconds / plain.seconds)
            proven = one.ended if one.ended != "done" else "yes" if counts["status"] == "optimal" else "no"
            numbers = [f"{counts[count]:,}" if count in counts else "" for count in COUNTS]
            rows.append([name, proven, ratio, say_seconds(one.seconds), f"{one.mebibytes:,.0f}", *numbers])
    head = ("severity", "proven", "time, plain = 1", "seconds", "MiB", *(count.replace("_", " ") for count in COUNTS))
    return write_table(head, rows)


def list_rounds(records: Iterable[Record]) -> list[str]:
    """Return the rounds of every severity at every size; they depend on no clock, so that all records count."""
    found = {
        (case.severity.name, case.size): one.counts["rounds"]
        for record in records
        for one in record.list_results("whole")
        if (case := find_case(one.case)).seed == 0
    }
    shapes = [name for name in SEVERITIES if len([key for key in found if key[0] == name]) > 1]
    sizes = sorted({size for name, size in found if name in shapes}, key=lambda size: (size.pairs, size.mentees))
    sizes = [size for size in sizes if size.mentees == 5 * size.mentors]
    rows = [[name, *(str(found.get((name, size), "")) for size in sizes)] for name in shapes]
    return write_table(("rounds", *(say_size(size) for size in sizes)), rows) if rows else []


def list_phases(record: Record) -> list[str]:
    """Return a table of phases for every case that they were run on."""
    lines: list[str] = []
    for case in dict.fromkeys(one.case for one in record.results if one.driver == "pricing"):
        whole = record.find(case, "whole")
        if whole is not None:
            rows = [_describe_phase(one, whole) for one in record.results if one.case == case and _is_phase(one)]
            head = ("phase", "share of the whole run", "seconds", "processor", "MiB", "pairs a second")
            lines += [f"### {say_case(case)}", "", *write_table(head, rows), *_list_shares(whole)]
    return lines


def _is_phase(one: Result) -> bool:
    return one.driver in PHASES and one.driver not in ("small", "clashes", "dense", "bare") and one.ended == "done"


def _describe_phase(one: Result, whole: Result) -> list[str]:
    speed = f"{one.counts['pairs'] / one.seconds:.2g}" if "pairs" in one.counts else ""
    numbers = say_seconds(one.seconds), say_seconds(one.processor), f"{one.mebibytes:,.0f}"
    return [TITLES[one.driver], say_ratio(one.seconds / whole.seconds), *numbers, speed]


def _list_shares(whole: Result) -> list[str]:
    phases = whole.counts["phases"]
    total = sum(phases.values())
    told = ", ".join(f"{phase} {seconds / total:.0%}" for phase, seconds in sorted(phases.items(), key=lambda x: -x[1]))
    return [f"Inside the whole run, with mentees skipped and flows mended: {told}.", ""]


def list_passes(record: Record) -> list[str]:
    """Return how quickly pairs are looked at by the kernel, by blocks and by faiss."""
    rows = []
    for case in dict.fromkeys(one.case for one in record.results if one.driver == "faiss"):
        faiss = record.find(case, "faiss")
        for driver in ("kernel", "blocks", "faiss"):
            one = record.find(case, driver)
            if one is not None and faiss is not None:
                speed, best = (result.counts["pairs"] / result.seconds for result in (one, faiss))
                share = f"{one.counts['eligible'] / one.counts['pairs']:.0%}" if "eligible" in one.counts else ""
                row = [say_case(case), TITLES[driver], f"{speed:.2e}", say_ratio(speed / best), share]
                rows.append([*row, say_seconds(one.seconds), say_seconds(one.processor), f"{one.mebibytes:,.0f}"])
    head = ("case", "contender", "pairs a second", "speed, faiss = 1", "eligible", "seconds", "processor", "MiB")
    return write_table(head, rows)


def list_against_faiss(record: Record) -> list[str]:
    """Return whole runs as multiples of one exact search by vectors over as many pairs."""
    rows = []
    for faiss in record.list_results("faiss"):
        whole = record.find(faiss.case, "whole")
        if whole is not None:
            row = [say_case(faiss.case), say_ratio(whole.seconds / faiss.seconds), say_seconds(whole.seconds)]
            rows.append([*row, say_seconds(faiss.seconds), f"{whole.mebibytes:,.0f}"])
    return write_table(("case", "whole run, faiss = 1", "seconds", "faiss", "MiB"), rows)


def list_clashes(record: Record) -> list[str]:
    """Return how many mentors a plain optimum sends two mentees at one time."""
    rows = []
    for one in record.list_results("clashes"):
        several, impossible = one.counts["several"], one.counts["impossible"]
        rows.append([say_case(one.case), f"{several:,}", f"{impossible:,}", f"{impossible / max(several, 1):.0%}"])
    return write_table(("case", "mentors with two mentees or more", "could not meet them all", "share"), rows)


def say_failures(record: Record, keep: Callable[[Result], bool] = lambda _: True) -> list[str]:
    """Return the drivers that did not end."""
    failed = [one for one in record.results if one.ended != "done" and keep(one)]
    return [f"- {say_case(one.case)}: {TITLES[one.driver]}: {one.ended}." for one in failed]
