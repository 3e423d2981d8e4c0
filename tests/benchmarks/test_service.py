"""The page of the service says what was measured."""

from __future__ import annotations

from typing import Any

from benchmarks.service import make_page, rank

FIGURES: dict[str, Any] = {
    "commit": "abc",
    "machine": "2 cores",
    "overhead": {"service": 0.2, "library": 0.05, "more": 0.15},
    "liveness": {"answers": 9, "p50": 0.001, "p99": 0.002, "most": 0.003, "seconds": 7, "matched": 5, "gap": 0},
    "cancelling": [
        {"after": 1, "took": 0.1, "state": "cancelled", "holds": None},
        {"after": 2, "took": 0.2, "state": "cancelled", "matched": 4, "total": 1000, "bound": None, "holds": False},
    ],
    "load": {
        "memory": {"early": 100.0, "late": 105.0},
        "statuses": {"send 202": 7, "send 503": 2},
        "times": {"send": {"p50": 0.01, "p99": 0.02, "count": 9}},
        "problems": {"busy": 2},
    },
}


def test_what_was_measured_is_told() -> None:
    """Times, memory and statuses stand on the page, and an answer that does not hold stands out."""
    page = make_page(FIGURES)
    assert "| 0.200 s | 0.050 s | 0.150 s | 0.25 s |" in page
    assert "| 2.0 s | 0.200 s | 0.3 s | cancelled | 4 | 1,000 |  | NO |" in page
    assert "in the end 105 MiB: 1.05× (at most 1.1×)" in page
    assert "| send | 9 | 10 ms | 20 ms | 202: 7, 503: 2 |" in page
    assert "Kills" not in page


def test_kills_are_told() -> None:
    """What was lost or doubled is told, if jobs were killed at all."""
    chaos = {"jobs": 1000, "kills": {"server": 9, "process": 8}, "lost": 0, "doubled": 1, "wrong": 0, "seconds": 60}
    assert "| 1,000 | 9 | 8 | 0 | 1 | 0 | 60 |" in make_page({**FIGURES, "chaos": chaos})


def test_percentiles() -> None:
    """A percentile is in the unit of the values."""
    assert rank([1.0, 2.0, 3.0], 50) == 2.0
