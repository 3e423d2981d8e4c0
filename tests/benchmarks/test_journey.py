"""The commands run one after the other, and what each took is kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.journey import Journey
from benchmarks.registry import find_case


@pytest.mark.skipif(sys.platform == "win32", reason="peaks of other processes are read with wait4")
def test_commands(tmp_path: Path) -> None:
    """A small case is generated, matched and verified by the commands, with time and peak of each."""
    told = Journey(find_case("2,000x400/plain/0"), tmp_path).run()
    assert told["is_proven"], told["log"]
    assert not any(str(tmp_path) in line for line in told["log"])
    assert list(told["peaks"]) == ["generate", "match", "verify"]
    assert all(peak > 20 for peak in told["peaks"].values())
    assert {"generate", "match", "verify"} < set(told["phases"])
    assert (tmp_path / "answer" / "matching.json").exists()


def test_failed_command(tmp_path: Path) -> None:
    """A command that fails is seen."""
    journey = Journey(find_case("2,000x400/plain/0"), tmp_path)
    assert journey.take("verify", str(tmp_path)) != 0
    assert "status" in journey.log[-1]
