"""Who looks at the pairs is decided by size and by what is installed; what is found is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaker.scoring import Encoded, best, encode
from matchmaker.scoring.best import Scorer, choose_chunk_rows
from matchmaker.solve.costs import Scale, make_costs
from matchmaker.solve.problem import Prices, make_prices
from tests.scoring.rosters import write_generated

NO_PAIRS = np.empty((0, 2), np.int64)


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Encoded:
    """Return a generated roster with a timetable."""
    return write_generated(tmp_path_factory.mktemp("generated"), 150, 70)[0]


def list_everything(scorer: Scorer, **options: Any) -> list[list[Any]]:
    """Return the lists of everybody, in another order than that of the rows."""
    num_mentees, num_mentors = scorer.encoded.num_mentees, scorer.encoded.num_mentors
    rng = np.random.default_rng(0)
    places = rng.integers(0, 300_000, (num_mentors, 2)) * np.array([0, 1])
    prices = Prices(places, np.empty((0, 4), np.int64))
    costs = make_costs(prices, Scale(40), scorer.encoded.limits.times)
    return [array.tolist() for array in scorer.list_best(rng.permutation(num_mentees), costs, 4, **options)]


@pytest.mark.parametrize(
    ("num_rows", "num_mentors", "size"), [(0, 0, 512), (100, 50, 512), (10_000, 2_000, 1250), (10**6, 100_000, 335)]
)
def test_chunk_rows(num_rows: int, num_mentors: int, size: int) -> None:
    """Many mentees make eight chunks at least, few mentees no tiny ones, and no chunk has too many pairs."""
    assert choose_chunk_rows(num_rows, num_mentors) == size


def test_without_numba(encoded: Encoded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, blocks list what the kernel lists with it, even where the kernel was asked for."""
    compiled = Scorer(encoded, NO_PAIRS, use_kernel=True)
    expected = list_everything(compiled, is_tallied=True)
    monkeypatch.setattr(best, "has_kernel", lambda: False)
    plain = Scorer(encoded, NO_PAIRS, use_kernel=True)
    assert (compiled.use_kernel, plain.use_kernel) == (True, False)
    assert list_everything(plain, is_tallied=True) == expected


def test_extra_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra counts as installed exactly if its package can be found."""
    assert best.has_kernel()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert not best.has_kernel()


def test_by_size(encoded: Encoded, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel is for many pairs, and never for components of one's own."""

    class Luck:
        name, weight = "luck", 1

        def values(self, roster: Any, program: Any, mentee_rows: Any) -> Any:
            return np.full((len(mentee_rows), len(roster.mentors)), 0.5)

    own = encode(encoded.roster, encoded.program, [Luck()])
    monkeypatch.setattr(best, "KERNEL_PAIRS", 150 * 70)
    assert [Scorer(one, NO_PAIRS).use_kernel for one in (encoded, own)] == [True, False]
    monkeypatch.setattr(best, "KERNEL_PAIRS", 150 * 70 + 1)
    assert [Scorer(encoded, NO_PAIRS, use_kernel=use).use_kernel for use in (None, True)] == [False, True]


@pytest.mark.parametrize("use_kernel", [False, True])
def test_chunks(encoded: Encoded, monkeypatch: pytest.MonkeyPatch, use_kernel: bool) -> None:
    """However a pass is cut into chunks, everybody's list is at their place, and the counts add up."""
    expected = list_everything(Scorer(encoded, NO_PAIRS, use_kernel=use_kernel), is_tallied=True)
    monkeypatch.setattr(best, "CHUNK_PAIRS", 70 * 7)
    assert list_everything(Scorer(encoded, NO_PAIRS, use_kernel=use_kernel), is_tallied=True) == expected
    *_, counts, tally = expected
    assert sum(counts) == sum(tally) > 0


def test_nobody_to_ask(encoded: Encoded) -> None:
    """A pass over nobody lists nothing."""
    costs = make_costs(Prices(np.zeros((70, 2), np.int64), np.empty((0, 4), np.int64)), Scale(40), None)
    lists = Scorer(encoded, NO_PAIRS).list_best(NO_PAIRS[:, 0], costs, 3, is_tallied=True)
    assert (lists.mentors.shape, lists.tally.tolist()) == ((0, 3), [0] * 70)


@pytest.mark.parametrize("use_kernel", [False, True])
def test_few_mentors(encoded: Encoded, use_kernel: bool) -> None:
    """There are no more columns than mentors who are looked at, and one at least."""
    costs = make_costs(make_prices(np.zeros(encoded.num_mentors, np.int64)), Scale(40), encoded.limits.times)
    for size in (0, 2):
        only = np.arange(encoded.num_mentors) < size
        scorer = Scorer(encoded, NO_PAIRS, use_kernel=use_kernel)
        lists = scorer.list_best(np.arange(encoded.num_mentees), costs, 5, only=only)
        assert lists.mentors.shape == (encoded.num_mentees, max(size, 1))
        assert lists.mentors.max() < max(size, 0)
