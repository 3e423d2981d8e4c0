"""The stages of the kernel add up to its work, and what is said to reach them is what the blocks say."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

pytest.importorskip("numba")

from benchmarks.limits import HIGH, Bench, describe_stage
from benchmarks.phases import LISTED
from benchmarks.registry import SEVERITIES, Case, Size
from benchmarks.rosters import make_encoded
from benchmarks.steps import can_count, count_instructions


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Return a small case."""
    return Bench(make_encoded(Case(Size(120, 24), SEVERITIES["open"])))


def test_stages_do_more_and_more(bench: Bench) -> None:
    """The first stages list nobody, and the last lists what the third lists."""
    floors = [floor for _, _, floor in bench.list_stages()]
    lists = [bench.answerer.answer(bench.ask(floor), bench.costs).mentors for floor in floors]
    assert (floors[0] == HIGH).all()
    assert (lists[0] == -1).all()
    assert (lists[1] == -1).all()
    assert lists[2].tolist() == lists[3].tolist()
    assert (lists[3][:, 0] >= 0).any()


def test_who_gets_how_far(bench: Bench) -> None:
    """Who is listed was weighed and had their starts counted; nobody is weighed who is not eligible."""
    reached = bench.count_reached()
    listed = (bench.floor > -(2**60)).mean() * LISTED
    assert listed <= reached.started <= reached.weighed <= reached.eligible <= bench.encoded.num_mentors


def test_bytes(bench: Bench) -> None:
    """Bits that are read: one row of the rules, and two for each goal, of 8 bytes for each 64 mentors."""
    goals = np.diff(bench.flat.goal_offsets).mean()
    assert bench.count_bytes() == pytest.approx(8 * (1 + 2 * goals) / 24)


@pytest.mark.skipif(not can_count(), reason="no process can be stepped through here")
def test_instructions() -> None:
    """More work takes more instructions, and about so many for each piece."""
    few, more = (count_instructions(partial(sum, range(num))) for num in (0, 300))
    assert 300 <= more - few <= 300 * 200


def test_row() -> None:
    """A row tells times, instructions for a mentee, for a pair and in each cycle."""
    assert describe_stage("all", 2e-6, 8000, 4e9, 2000) == ("all", "2,000", "8,000", "4.00", "1.0")
    assert describe_stage("all", 2e-6, 0, 4e9, 2000) == ("all", "2,000", "", "", "")
