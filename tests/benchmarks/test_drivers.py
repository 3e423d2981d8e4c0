"""The drivers measure what they say: rivals find our totals, phases add up, exponents are found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.again import start_again, take_out
from benchmarks.bounds import bound_anew
from benchmarks.checking import BOUND, CHECKING, COMMAND, PRICING, verify_folder
from benchmarks.clashes import find_clashes
from benchmarks.fits import fit_exponents
from benchmarks.phases import score_all
from benchmarks.problems import count_places, make_scorer, search
from benchmarks.registry import SEVERITIES, SIZES, Case, Size
from benchmarks.rivals import RIVALS, Dense
from benchmarks.rosters import make_encoded
from benchmarks.stopwatch import PHASES, Stopwatch, find_function, watch_phases
from benchmarks.suites import SUITES

SMALL = Size(120, 24)
NEEDS = {"pot": "ot", "mentor-match": "matching"}


@pytest.mark.parametrize("severity", ["plain", "scarcity", "surplus", "single"])
@pytest.mark.parametrize("rival", ["scipy", "ortools", "pot", "highs", "networkx", "cpsat", "mentor-match"])
def test_rivals_agree(rival: str, severity: str) -> None:
    """Every rival has as many pairs and points as we have, ineligible pairs or not."""
    if rival in NEEDS:
        pytest.importorskip(NEEDS[rival])
    if rival == "mentor-match" and severity != "single":
        pytest.skip("it knows no places")
    encoded = make_encoded(Case(SMALL, SEVERITIES[severity]))
    dense = Dense(score_all(encoded), count_places(encoded))
    solution = search(encoded, make_scorer(encoded)).solution
    assert dense.measure(RIVALS[rival][1](dense)) == (len(solution.chosen), solution.levels[-1].value)


def test_wrong_answers_are_seen() -> None:
    """A rival that breaks a limit is refused, not measured."""
    dense = Dense(np.array([[5, -1], [5, 5]], np.int32), np.array([1, 1]))
    for pairs in ([[0, 1]], [[0, 0], [1, 0]], [[1, 0], [1, 1]]):
        with pytest.raises(ValueError, match="not eligible, or too many"):
            dense.measure(np.array(pairs))


@pytest.mark.parametrize("severity", ["plain", "timetable", "minimums", "tiers"])
def test_bound(severity: str) -> None:
    """The bound of the final prices, computed in one pass, is the value of every level."""
    encoded = make_encoded(Case(SMALL, SEVERITIES[severity]))
    solution = search(encoded, make_scorer(encoded)).solution
    assert bound_anew(encoded, solution.prices) == tuple(level.value for level in solution.levels)


@pytest.mark.parametrize("role", ["mentor", "mentee"])
def test_starting_again(role: str) -> None:
    """Starting again ends in a proof of the total that a search from nothing finds, whoever came or went."""
    encoded = make_encoded(Case(SMALL, SEVERITIES["plain"]))
    fewer = take_out(encoded, role, [3, 5])
    for before, now in ((encoded, fewer), (fewer, encoded)):
        job = start_again(before, now)
        counts = job.describe(job.work())
        assert counts["is_same"]
        assert counts["status"] == "optimal"
        assert counts["matched"] <= now.num_mentees


def test_verifying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command verifies what was matched, and each of its parts is measured."""
    monkeypatch.setattr("benchmarks.checking.find_case", lambda _: Case(SMALL, SEVERITIES["plain"]))
    monkeypatch.setattr("benchmarks.checking.TURNS", 1)
    job = verify_folder(tmp_path, "small")
    parts = job.describe(job.work())["parts"]
    assert list(parts) == [COMMAND, CHECKING, BOUND, PRICING]
    assert parts[COMMAND]["seconds"] > 0


def test_clashes() -> None:
    """Mentors who could not meet all their mentees are some of those who have several."""
    counts = find_clashes(make_encoded(Case(SMALL, SEVERITIES["timetable"])))
    assert 0 < counts["impossible"] <= counts["several"] <= SMALL.mentors


@pytest.mark.parametrize(("phase", "module", "name"), PHASES)
def test_phases_exist(phase: str, module: str, name: str) -> None:
    """Every function that the stopwatch names is there."""
    assert phase
    assert callable(find_function(module, name)[2])


def test_stopwatch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phase inside another counts for itself; one inside a sample counts for the sample."""
    clock = [0.0]
    monkeypatch.setattr("benchmarks.stopwatch.perf_counter", lambda: clock[0])

    def work() -> None:
        clock[0] += 2

    watch = Stopwatch()
    inner = watch.time("flow", work)
    watch.time("pass", inner)()
    watch.time("sample", inner)()
    assert watch.seconds == {"flow": 2, "pass": 0, "sample": 2, "rest": 0}


def test_watch_ends() -> None:
    """Afterwards the functions are those of before."""
    before = [find_function(module, name)[2] for _, module, name in PHASES]
    with watch_phases():
        pass
    assert [find_function(module, name)[2] for _, module, name in PHASES] == before


def test_exponents() -> None:
    """Exponents of a product are found, and none where the measurements do not determine them."""
    sizes = [(10, 3), (100, 5), (1000, 40), (200, 90)]
    fit = fit_exponents(sizes, [2 * a**1.5 * b**0.5 for a, b in sizes])
    assert fit is not None
    assert fit.exponents == pytest.approx((1.5, 0.5))
    assert fit_exponents(sizes[:2], [1, 2]) is None
    assert fit_exponents([(2, 4), (4, 16), (8, 64), (16, 256)], [1, 2, 3, 4]) is None


def test_suites() -> None:
    """Every plan names cases and drivers that there are, and finds what it needs made before."""
    from benchmarks.drive import DRIVERS

    for make in SUITES.values():
        for plan in make():
            size, severity, _ = plan.case.split("/")
            assert size in SIZES
            assert severity in SEVERITIES
            assert set(plan.drivers) <= set(DRIVERS)
            needs = [
                plan.drivers.index(one) for one in ("candidates", "flow", "prices", "pricing") if one in plan.drivers
            ]
            assert all(plan.drivers.index("whole") < place for place in needs)
