"""The page says what was measured: ratios, rivals that win, what differs and what did not end."""

from __future__ import annotations

from typing import Any

from benchmarks.checking import COMMAND, PRICING
from benchmarks.launch import Result
from benchmarks.page import make_page
from benchmarks.records import Record

PLAIN = "10,000x2,000/plain/0"


def tell_whole(**more: Any) -> dict[str, Any]:
    """Return the counts of a whole run."""
    counts = dict.fromkeys(("rounds", "mended", "passes", "candidates", "looked_at", "skipped"), 7)
    phases = {"pass": 3.0, "flow": 1.0}
    told = {
        "status": "optimal",
        "matched": 9,
        "coverage": 18,
        "points": 1_234,
        "gap": 0,
        "kernel": True,
        "phases": phases,
    }
    return {**counts, **told, **more}


def make_records(*results: Result) -> dict[str, Record]:
    """Return a record of a whole run of two seconds, and some more results."""
    whole = Result(PLAIN, "whole", "done", 2.0, 3.0, 300.0, tell_whole())
    record = Record("quick", "4 cores", "numpy 2", "abc123", "2026-01-05", "1.0 processes", ["| a promise |"])
    record.results = [whole, *results]
    return {"quick": record}


def tell_rival(driver: str, seconds: float, points: int = 1_234) -> Result:
    """Return the result of a rival."""
    return Result(PLAIN, driver, "done", seconds, seconds, 500.0, {"matched": 9, "points": points})


def test_machine_and_promises() -> None:
    """Machine, versions, commit, load and the promises stand on the page."""
    page = make_page(make_records())
    assert "2026-01-05, commit abc123, 4 cores; 1.0 processes." in page
    assert "| a promise |" in page


def test_rival_that_wins() -> None:
    """A quicker rival stands first, below 1×."""
    page = make_page(make_records(tell_rival("scipy", 20.0), tell_rival("ortools", 0.5)))
    rows = [line.split(" | ")[:2] for line in page.splitlines() if line.endswith("| same |")]
    assert [ratio for _, ratio in rows] == ["0.25×", "1.00×", "10×"]


def test_other_total() -> None:
    """A rival with another total is shown with it."""
    assert "other: 9 pairs, 1,233 points" in make_page(make_records(tell_rival("pot", 1.0, points=1_233)))


def test_rival_that_does_not_end() -> None:
    """A rival that gives up is told in its table and below it."""
    page = make_page(make_records(Result(PLAIN, "cpsat", "over 30 s", mebibytes=99.0)))
    assert "| OR-Tools CP-SAT |  | over 30 s |  | 99 |  |" in page
    assert "- 10,000 × 2,000, plain: OR-Tools CP-SAT: over 30 s." in page


def test_shape_that_is_not_proven() -> None:
    """A severity without a proof says so."""
    shapes = [
        Result("10,000x2,000/ties/0", "whole", "done", 4.0, 4.0, 300.0, tell_whole(status="feasible")),
        Result("10,000x2,000/rush/0", "whole", "over 60 s"),
    ]
    page = make_page(make_records(*shapes))
    assert "| ties | no | 2.00× | 4.00 |" in page
    assert "| rush | over 60 s |" in page


def test_rounds() -> None:
    """Rounds of a severity stand beside those at other sizes."""
    small = Result("2,000x400/plain/0", "whole", "done", 1.0, 1.0, 200.0, tell_whole(rounds=2))
    page = make_page(make_records(small))
    assert "| rounds | 2,000 × 400 | 10,000 × 2,000 |" in page
    assert "| plain | 2 | 7 |" in page


def test_phases_and_passes() -> None:
    """Phases are shares of the whole run, passes are ratios to faiss."""
    pairs = {"pairs": 20_000_000, "eligible": 5_000_000}
    parts = [
        Result(PLAIN, "kernel", "done", 0.1, 0.2, 250.0, pairs),
        Result(PLAIN, "pricing", "done", 0.5, 0.9, 250.0, {"gaining": 0, **pairs}),
        Result(PLAIN, "faiss", "done", 0.05, 0.1, 100.0, {"pairs": 20_000_000}),
    ]
    page = make_page(make_records(*parts))
    assert "| pricing of every pair | 0.25× | 0.500 |" in page
    assert "| score pass by the kernel | 2.00e+08 | 0.50× | 25% |" in page
    assert "pass 75%, flow 25%" in page
    assert "| 10,000 × 2,000, plain | 40× | 2.00 | 0.050 |" in page


def test_afterwards() -> None:
    """Starting again is a share of a search from nothing, verifying a multiple of a pricing pass."""
    again = {"status": "optimal", "is_same": True, "whole_seconds": 20.0, "whole_processor": 25.0}
    verified = {
        COMMAND: {"seconds": 5.0, "processor": 6.0},
        PRICING: {"seconds": 1.0, "processor": 2.0},
    }
    measured = [
        Result(PLAIN, "join", "done", 1.0, 1.5, 300.0, again),
        Result(PLAIN, "leave", "done", 1.0, 1.5, 300.0, {**again, "is_same": False}),
        Result(PLAIN, "command", "done", 5.0, 0.0, 300.0, {"parts": verified}),
    ]
    page = make_page(make_records(*measured))
    assert "| 10,000 × 2,000, plain | 100 mentees join | 0.050× | 0.060× | 1.00 | 20.00 | proven, same |" in page
    assert "| 0.050× | 0.060× | 1.00 | 20.00 | other |" in page
    assert f"| {COMMAND} | 5.00× | 3.00× | 5.00 | 6.00 |" in page
    assert "## After an answer" not in make_page(make_records())


def test_journey() -> None:
    """The log of the largest run stands on the page."""
    counts = tell_whole(is_proven=True, log=["   1.0 s    200 MiB  read: 1.0 s"])
    counts["peaks"] = {"match": 3_900}
    journey = Result("1,000,000x100,000/plain/0", "journey", "done", 900.0, 1700.0, 4000.0, counts)
    page = make_page(make_records(journey))
    assert "proven and verified: 7 rounds, 900 s, peak 4,000 MiB." in page
    assert "Peak of each command: `match` 3,900 MiB." in page
    assert "200 MiB  read: 1.0 s" in page
