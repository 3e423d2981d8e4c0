"""What the kernel reads says the same as what the blocks read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matchmaker.scoring import layout
from matchmaker.scoring.encoded import Encoded
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


def earn_plainly(encoded: Encoded, mentee: int) -> np.ndarray:
    """Return what codes and conditions earn a mentee with everybody, one term after the other."""
    points = np.zeros(encoded.num_mentors, np.int64)
    for term in encoded.code_terms:
        points += term.table[term.row[mentee]][term.code]
    for wish in encoded.condition_terms:
        holds = wish.condition.look(np.array([mentee]))[0]
        points += np.where(holds, wish.points[mentee], wish.otherwise[mentee])
    return points


@pytest.mark.parametrize("at_once", [1, 1 << 20])
def test_earned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """Classes earn what each of their mentees does, with everybody or with some, however many are worked out at once."""
    monkeypatch.setattr(layout, "AT_ONCE", at_once)
    encoded = write_generated(tmp_path, 60, 30)[1]
    laid = lay_out(encoded, np.empty((0, 2), np.int64))
    mentees, mentors = np.array([7, 3, 3, 59]), np.array([28, 0, 5])
    expected = np.stack([earn_plainly(encoded, mentee) for mentee in mentees.tolist()])
    assert expected.any()
    assert laid.earn(mentees, mentors).tolist() == expected[:, mentors].tolist()
    backwards = np.arange(encoded.num_mentors)[::-1]
    assert laid.earn(mentees, backwards).tolist() == expected[:, backwards].tolist()
    for asked in (mentees[1:], mentees, mentees):
        assert laid.earn(asked).tolist() == expected[-len(asked) :].tolist()


def test_few_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What classes earn is kept of as many as there is room for, and nothing beside it."""
    encoded = write_generated(tmp_path, 60, 30)[1]
    monkeypatch.setattr(layout, "MOST_EARNED", 3 * encoded.num_mentors)
    laid = lay_out(encoded, np.empty((0, 2), np.int64))
    firsts = np.unique(laid.earning, return_index=True)[1]
    assert len(firsts) > 3
    for some in np.array_split(firsts, 2):
        laid.earn(some)
    assert len(laid.earned) == 3
    assert all(points.base is None for points in laid.earned.values())
