"""Workers in a cluster on this machine give the bytes of threads, even if one of them is killed."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matchmaker.documents import write_matching
from matchmaker.engine import match
from matchmaker.scoring import best
from matchmaker.scoring.best import Scorer
from matchmaker.scoring.passes import Lists
from matchmaker.solve.costs import Scale, make_costs
from matchmaker.solve.problem import Prices
from tests.searched import generate, search_all

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.filterwarnings("ignore")
"""What a cluster warns of while it starts, heals and ends is its own affair."""

SECONDS = 60


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    """Return a client of two worker processes on loopback, which are ended after the test."""
    import dask

    with warnings.catch_warnings(), dask.config.set({"temporary-directory": str(tmp_path / "dask")}):
        warnings.simplefilter("ignore")
        with (
            distributed.LocalCluster(
                n_workers=2,
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
                host="127.0.0.1",
                silence_logs=50,
            ) as cluster,
            distributed.Client(cluster, timeout=SECONDS) as one,
        ):
            one.wait_for_workers(2, timeout=SECONDS)
            yield one


class Killer(Executor):
    """Hands questions on, and kills a worker before one of them.

    Parameters
    ----------
    executor : Executor
    victim : int
        Process.
    when : int
        Number of the question.
    """

    def __init__(self, executor: Executor, victim: int, when: int) -> None:
        self.executor, self.victim, self.when = executor, victim, when
        self.asked = 0

    def submit(self, work: Any, /, *args: Any, **options: Any) -> Future[Any]:
        """Hand a question on."""
        self.asked += 1
        if self.asked == self.when:
            os.kill(self.victim, signal.SIGKILL)
        return self.executor.submit(work, *args, **options)


def list_everything(scorer: Scorer) -> list[bytes]:
    """Return all bytes of a pass."""
    encoded = scorer.encoded
    prices = np.random.default_rng(0).integers(0, 99, (encoded.num_mentors, 2))
    costs = make_costs(Prices(prices, np.empty((0, 4), np.int64)), Scale(40), encoded.limits.times)
    lists: Lists = scorer.list_best(np.arange(encoded.num_mentees), costs, 5, is_tallied=True)
    return [array.tobytes() for array in lists]


def test_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Any) -> None:
    """A pass and a whole answer are those of threads; so are those in whose midst a worker is killed."""
    from matchmaker.scoring import encode

    monkeypatch.setattr(best, "CHUNK_ROWS", 16)
    roster, program = generate(tmp_path, 300, 100, timetable=True)
    encoded, none = encode(roster, program), np.empty((0, 2), np.int64)
    with search_all():
        expected = list_everything(Scorer(encoded, none)), write_matching(match(roster, program))
        executor = client.get_executor()
        scorer = Scorer(encoded, none, executor=executor)
        assert list_everything(scorer) == expected[0]
        assert scorer.workers.num_sent >= 1
        assert write_matching(match(roster, program, executor=executor)) == expected[1]
        killer = Killer(executor, victim=min(client.run(os.getpid).values()), when=10)
        assert list_everything(Scorer(encoded, none, executor=killer)) == expected[0]
        assert killer.asked > killer.when
        client.wait_for_workers(2, timeout=SECONDS)
        killer = Killer(executor, victim=max(client.run(os.getpid).values()), when=25)
        assert write_matching(match(roster, program, executor=killer)) == expected[1]
        assert killer.asked > killer.when
