"""What the kernel reads says the same as what the blocks read."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from matchmaker.scoring.layout import Words, lay_out
from tests.scoring.rosters import write_generated


def unpack_bits(words: Words, size: int) -> np.ndarray:
    """Return bits of 64-bit words as flags."""
    flags = np.unpackbits(words.astype("<u8").view(np.uint8), axis=-1, bitorder="little")
    return flags[..., :size].astype(bool)


def test_helpers(tmp_path: Path) -> None:
    """Whoever is not among the helpers of a goal earns nothing by it, and nobody earns more than its peak."""
    encoded = write_generated(tmp_path, 60, 90)[1]
    flat = lay_out(encoded, np.empty((0, 2), np.int64)).flat
    earned = flat.tables[flat.goal_table[:, None], flat.levels[flat.goal_subject]]
    helps = unpack_bits(flat.helpers, encoded.num_mentors)[flat.goal_helpers]
    assert helps.any()
    assert not helps.all()
    assert not earned[~helps].any()
    assert (earned <= flat.peaks[flat.goal_table][:, None]).all()


def test_helpers_are_few(tmp_path: Path) -> None:
    """Goals of one subject and one lowest level share their helpers."""
    encoded = write_generated(tmp_path, 200, 20)[1]
    flat = lay_out(encoded, np.empty((0, 2), np.int64)).flat
    assert len(flat.helpers) <= 7 * len(flat.levels) < len(flat.goal_helpers)


def test_start_peaks(tmp_path: Path) -> None:
    """Shared starts earn nobody more than their peak."""
    flat = lay_out(write_generated(tmp_path, 20, 20)[0], np.empty((0, 2), np.int64)).flat
    assert flat.are_starts_counted
    assert (flat.start_table <= flat.start_peaks[:, None]).all()
