"""Nothing is lost, doubled or half written, whenever the service or its processes are killed."""

from __future__ import annotations

from pathlib import Path

from tests.service.chaos import Chaos


def test_kills_at_random_moments(tmp_path: Path) -> None:
    """Twenty jobs survive kills of the server and of its processes: each ends once, and its answer verifies."""
    tally = Chaos(tmp_path, 20, seed=1).run()
    assert (tally.lost, tally.doubled, tally.wrong) == ([], [], [])
    assert tally.num_kills["server"] >= 1
