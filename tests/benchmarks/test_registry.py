"""Every case of the benchmarks is what its knobs say, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.registry import SEVERITIES, Case, Size, find_case
from benchmarks.rosters import make_encoded
from matchmaker.scoring import Encoded
from matchmaker.scoring.blocks import score_block

SMALL = Size(300, 60)


def make(name: str, seed: int = 0) -> Encoded:
    """Return a small case of a severity."""
    return make_encoded(Case(SMALL, SEVERITIES[name], seed))


def count_eligible(encoded: Encoded) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return how many mentors each mentee could have."""
    return score_block(encoded, np.arange(encoded.num_mentees))[1].sum(axis=1)


@pytest.mark.parametrize("name", SEVERITIES)
def test_same_every_time(name: str) -> None:
    """The same seed gives the same points, places and priorities; another one gives others, but for equal people."""
    first, second, other = make(name), make(name), make(name, seed=1)
    rows = np.arange(SMALL.mentees)
    assert (score_block(first, rows)[0] == score_block(second, rows)[0]).all()
    assert (first.limits.capacity == second.limits.capacity).all()
    assert (score_block(first, rows)[0] != score_block(other, rows)[0]).any()


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("plain", 330),
        ("timetable", 330),
        ("ties", 330),
        ("scarcity", 180),
        ("surplus", 900),
        ("tiers", 240),
        ("single", 60),
    ],
)
def test_places(name: str, places: int) -> None:
    """The capacities add up to what the knob says, and nothing else limits places."""
    limits = make(name).limits
    assert limits.capacity.sum() == places
    assert (limits.available == -1).all()


def test_giant() -> None:
    """One mentor takes 10,000."""
    capacity = np.sort(make("giant").limits.capacity)
    assert capacity[-1] == 10_000
    assert capacity[:-1].sum() == 180


def test_ties() -> None:
    """All pairs are eligible and worth the same."""
    points, eligible = score_block(make("ties"), np.arange(SMALL.mentees))
    assert eligible.all()
    assert len(np.unique(points)) == 1


def test_islands() -> None:
    """Nobody has more than four eligible mentors."""
    eligible = count_eligible(make("islands"))
    assert 0 < eligible.max() <= 4


def test_open() -> None:
    """Most pairs are eligible, where most are not in the plain case."""
    pairs = SMALL.mentees * SMALL.mentors
    assert count_eligible(make("plain")).sum() < 0.2 * pairs < 0.5 * pairs < count_eligible(make("open")).sum()


def test_rush() -> None:
    """The best mentor of most mentees is one of the few that everyone wants."""
    encoded = make("rush")
    points, eligible = score_block(encoded, np.arange(SMALL.mentees))
    best = np.where(eligible, points, -1).argmax(axis=1)
    assert np.bincount(best).max() > SMALL.mentees / 2


def test_minimums() -> None:
    """Every mentor asks for three mentees, or for as many as there are places."""
    limits = make("minimums").limits
    assert (limits.minimum == np.minimum(limits.capacity, 3)).all()


def test_tiers() -> None:
    """Mentees come in twenty tiers of priority, elsewhere in one."""
    assert make("tiers").limits.priority.max() == 19
    assert make("plain").limits.priority.max() == 0


def test_tight() -> None:
    """Everybody has two to six free half hours, and time for at least one session."""
    encoded = make("tight")
    for side in (encoded.roster.mentors, encoded.roster.mentees):
        free = np.bitwise_count(side.slots).sum(axis=1)
        assert set(free.tolist()) <= set(range(2, 7))
    assert encoded.limits.times is not None
    assert encoded.limits.times.mentor_starts.any(axis=1).all()


def test_names() -> None:
    """A case is found by its name."""
    assert str(find_case("2,000x400/tiers/3")) == "2,000x400/tiers/3"
    with pytest.raises(KeyError):
        find_case("2,000x400/easy/0")
