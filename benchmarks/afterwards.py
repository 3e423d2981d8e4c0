"""What comes after an answer, as Markdown tables: starting again, and verifying."""

from __future__ import annotations

from benchmarks.again import AGAIN
from benchmarks.checking import PRICING
from benchmarks.records import Record
from benchmarks.tables import say_case, say_ratio, say_seconds, write_table

TOLD = """\
*Starting again*: the best is proven anew from an earlier answer and its memory, held against a search from nothing
over the same look-ups in the same process. Reading the roster and compiling it cost both the same, and are not in it.
"""

VERIFIED = """\
*Verifying*: `matchmaker verify` over the files that `matchmaker generate` and `matchmaker match --out` wrote. A
pricing pass holds the final prices against every pair. The whole command starts an interpreter, reads all files,
compiles the look-ups, computes the bound, re-checks every pair, tells everything else anew, and compares the tables.
"""


def list_afterwards(records: dict[str, Record]) -> list[str]:
    """Return the section of what comes after an answer, empty if nothing of it was measured."""
    again = [line for record in records.values() for line in list_again(record)]
    verified = [line for record in records.values() for line in list_verified(record)]
    parts = [*([TOLD, *again] if again else []), *([VERIFIED, *verified] if verified else [])]
    return ["## After an answer", "", *parts] if parts else []


def list_again(record: Record) -> list[str]:
    """Return a table of what a change costs, as shares of a search from nothing."""
    rows = []
    for driver, (title, _) in AGAIN.items():
        for one in record.list_results(driver):
            counts = one.counts
            share = f"{one.seconds / counts['whole_seconds']:.3f}×", f"{one.processor / counts['whole_processor']:.3f}×"
            took = say_seconds(one.seconds), say_seconds(counts["whole_seconds"])
            proven = "proven, same" if counts["is_same"] and counts["status"] == "optimal" else "other"
            rows.append([say_case(one.case), title, *share, *took, proven])
    head = ("case", "change", "seconds, whole = 1", "processor, whole = 1", "seconds", "whole", "total")
    return write_table(head, rows) if rows else []


def list_verified(record: Record) -> list[str]:
    """Return a table of the parts of verifying for each case, as multiples of a pricing pass."""
    lines: list[str] = []
    for one in record.list_results("command"):
        parts = one.counts["parts"]
        rows = [_describe_part(part, taken, parts[PRICING]) for part, taken in parts.items()]
        head = (say_case(one.case), "passes, by seconds", "by processor", "seconds", "processor")
        lines += write_table(head, rows)
    return lines


def _describe_part(part: str, taken: dict[str, float], unit: dict[str, float]) -> list[str]:
    ratios = [say_ratio(taken[what] / unit[what]) for what in ("seconds", "processor")]
    return [part, *ratios, say_seconds(taken["seconds"]), say_seconds(taken["processor"])]
