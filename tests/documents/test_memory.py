"""What a run has learned is written and read back; whatever else a file holds is as good as none."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from matchmaker.answer import candidates
from matchmaker.answer.memory import Memory
from matchmaker.cli.main import run
from matchmaker.documents import read_matching, read_memory, write_memory
from matchmaker.generate import write_roster
from matchmaker.solve.outcome import Learned
from matchmaker.solve.problem import Prices

PRICES = Prices(np.array([[0, 5], [2, -7]]), np.array([[1, 30, 0, 9]]))
LEARNED = Learned(np.array([1, 2, 5]), np.array([10, 20, 30]), np.array([-(2**61), 4, 2**61]), 40, PRICES)
MARKS = np.array([1, 2**63, 3], np.uint64)
MEMORY = Memory("context", "prices", ["a", "ü", "c\n"], ["m", "n"], MARKS, MARKS[:2], LEARNED)


def test_round_trip() -> None:
    """Everything that is remembered comes back."""
    found = read_memory(write_memory(MEMORY))
    assert found.learned is not None
    for name in ("context", "prices", "mentee_ids", "mentor_ids"):
        assert getattr(found, name) == getattr(MEMORY, name)
    for name in ("mentee_marks", "mentor_marks"):
        assert getattr(found, name).tolist() == getattr(MEMORY, name).tolist()
    for name in ("keys", "points", "worst"):
        assert getattr(found.learned, name).tolist() == getattr(LEARNED, name).tolist()
    assert found.learned.bits == 40
    assert found.learned.prices.mentors.tolist() == PRICES.mentors.tolist()
    assert found.learned.prices.times.tolist() == PRICES.times.tolist()


def test_nothing_learned() -> None:
    """An empty memory is no bytes."""
    assert write_memory(Memory()) == b""


@pytest.mark.parametrize("size", [0, 10, 500, -1])
def test_other_bytes(size: int) -> None:
    """No bytes, cut ones and others are read as nothing learned."""
    data = write_memory(MEMORY)
    assert read_memory(data[:size]).learned is None
    assert read_memory(b"\x00" * size if size > 0 else b"PK\x03\x04").learned is None


@pytest.mark.parametrize("name", ["keys", "points", "worst", "mentee_marks", "time_prices", "about"])
def test_changed_inside(name: str) -> None:
    """A file of which one number was changed proves nothing, and is read as nothing learned."""
    with np.load(io.BytesIO(write_memory(MEMORY))) as found:
        arrays = {one: found[one].copy() for one in found.files}
    arrays[name].reshape(-1)[0] += 1
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    assert read_memory(file.getvalue()).learned is None


def test_other_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of another version is read as nothing learned."""
    monkeypatch.setattr("matchmaker.documents.memory.FORMAT", "matchmaker.memory 0")
    data = write_memory(MEMORY)
    monkeypatch.undo()
    assert read_memory(data).learned is None


def test_start_in_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--start` gives the same total after somebody left, with what was learned and without."""
    monkeypatch.setattr(candidates, "DENSE_PAIRS", 0)
    write_roster(tmp_path, 120, 40, 3)
    files = ["--mentees", str(tmp_path / "mentees.csv"), "--program", str(tmp_path / "program.toml")]
    match = ["match", *files, "--quiet", "--mentors"]
    lines = (tmp_path / "mentors.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "fewer.csv").write_bytes(b"".join([*lines[:7], *lines[8:]]))
    first, again, bare, fresh = (str(tmp_path / name) for name in ("first", "again", "bare", "fresh"))
    assert run([*match, str(tmp_path / "mentors.csv"), "--out", first]) == 0
    assert (tmp_path / "first" / "memory.npz").stat().st_size > 0
    assert run([*match, str(tmp_path / "fewer.csv"), "--start", first, "--out", again]) == 0
    (tmp_path / "first" / "memory.npz").unlink()
    assert run([*match, str(tmp_path / "fewer.csv"), "--start", first, "--out", bare]) == 0
    assert run([*match, str(tmp_path / "fewer.csv"), "--out", fresh]) == 0
    totals = {
        read_matching((Path(folder) / "matching.json").read_bytes(), folder).certificate.levels
        for folder in (again, bare, fresh)
    }
    assert len(totals) == 1
    assert run(["verify", again]) == 0
