"""Whoever looks at the pairs, the lists are the same; a lost worker costs a retry."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

from matchmaker.errors import PointsError
from matchmaker.scoring import Encoded, encode
from matchmaker.scoring import best as best_module
from matchmaker.scoring.best import Scorer
from matchmaker.scoring.passes import Lists
from matchmaker.solve.costs import Costs, Scale, make_costs
from matchmaker.solve.problem import Prices
from tests.scoring.rosters import write_generated

NO_PAIRS = np.empty((0, 2), np.int64)


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Encoded:
    """Return a generated roster without a timetable."""
    return write_generated(tmp_path_factory.mktemp("generated"), 240, 60)[1]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut passes into many chunks."""
    monkeypatch.setattr(best_module, "CHUNK_ROWS", 16)


@pytest.fixture
def pool() -> Iterator[ProcessPoolExecutor]:
    """Return two processes of their own."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        yield processes


def ask(
    encoded: Encoded, executor: Executor | None, seed: int = 0, *, use_kernel: bool = False
) -> tuple[Scorer, Lists]:
    """Return the lists of a pass at some prices."""
    prices = np.column_stack(
        [np.zeros(encoded.num_mentors), np.random.default_rng(seed).integers(0, 9, encoded.num_mentors)]
    )
    scorer = Scorer(encoded, NO_PAIRS, executor=executor, use_kernel=use_kernel)
    costs = make_costs(Prices(prices.astype(np.int64), np.empty((0, 4), np.int64)), Scale(40), None)
    return scorer, scorer.list_best(np.arange(encoded.num_mentees), costs, 5)


def read_bytes(lists: Lists) -> list[bytes]:
    """Return everything that is listed."""
    return [array.tobytes() for array in lists]


@pytest.mark.parametrize("use_kernel", [False, True])
def test_processes(encoded: Encoded, pool: ProcessPoolExecutor, use_kernel: bool) -> None:
    """Processes give the bytes of threads, and what all chunks share is sent to each of them about once."""
    here = ask(encoded, None, use_kernel=use_kernel)[1]
    scorer, there = ask(encoded, pool, use_kernel=use_kernel)
    assert read_bytes(there) == read_bytes(here)
    assert 1 <= scorer.workers.num_sent <= 4
    with ThreadPoolExecutor(3) as threads:
        assert read_bytes(ask(encoded, threads, use_kernel=use_kernel)[1]) == read_bytes(here)


def test_killed_worker(encoded: Encoded, pool: ProcessPoolExecutor, caplog: pytest.LogCaptureFixture) -> None:
    """A worker killed in the middle of a pass breaks the pool, not the pass."""
    victim = pool.submit(os.getpid).result()

    class Killer(Executor):
        """Kills a worker after the tenth chunk."""

        asked = 0

        def submit(self, work: Any, /, *args: Any, **options: Any) -> Future[Any]:
            self.asked += 1
            if self.asked == 10:
                os.kill(victim, signal.SIGKILL)
            return pool.submit(work, *args, **options)

    assert read_bytes(ask(encoded, Killer())[1]) == read_bytes(ask(encoded, None)[1])
    assert "a worker was lost" in caplog.text


class Odd:
    """A component that gives values out of range."""

    name, weight = "odd", 1

    def values(self, roster: Any, program: Any, mentee_rows: Any) -> Any:
        """Return twos."""
        return np.full((len(mentee_rows), len(roster.mentors)), 2.0)


def test_own_faults_come_back(encoded: Encoded, pool: ProcessPoolExecutor) -> None:
    """What goes wrong in a worker for a reason of its own is told as it would be here."""
    odd = encode(encoded.roster, encoded.program, [Odd()])
    with pytest.raises(PointsError, match=r"component 'odd' gave 2\.0"):
        ask(odd, pool)


def test_costs_change(encoded: Encoded, pool: ProcessPoolExecutor) -> None:
    """The same workers answer at new prices."""
    scorer, _ = ask(encoded, pool)
    costs: Costs = make_costs(
        Prices(np.ones((encoded.num_mentors, 2), np.int64), np.empty((0, 4), np.int64)), Scale(40), None
    )
    rows = np.arange(encoded.num_mentees)
    assert read_bytes(scorer.list_best(rows, costs, 5)) == read_bytes(
        Scorer(encoded, NO_PAIRS).list_best(rows, costs, 5)
    )
