"""Starts leave room for a whole session, and a mentor's never overlap."""

from __future__ import annotations

from itertools import pairwise
from typing import cast, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.times import (
    FULL_WEEK,
    NUM_SLOTS,
    Grid,
    are_overlapping,
    find_mentor_starts,
    find_session_starts,
    pack_slots,
    unpack_slots,
)

SESSIONS = st.integers(1, 12) | st.sampled_from([48, 167, 168, 169, 335, 336, 337, 700])
OFFSETS = st.sampled_from([0, 60, -300, 330, 345, -210, 765, 7])


@st.composite
def draw_weeks(draw: st.DrawFn) -> NDArray[np.bool_]:
    """Draw a week of a few long free or busy runs, sometimes all free."""
    edges = sorted(draw(st.sets(st.integers(0, NUM_SLOTS - 1), max_size=24)))
    slots = np.zeros(NUM_SLOTS, bool)
    for edge in edges:
        slots[edge:] ^= True
    return ~slots if draw(st.booleans()) else slots


def list_blocks(slots: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (beginning, length) of every free block, walking round the week."""
    if slots.all():
        return [(0, NUM_SLOTS)]
    blocks = []
    for slot in range(NUM_SLOTS):
        if slots[slot] and not slots[slot - 1]:
            length = next(k for k in range(NUM_SLOTS) if not slots[(slot + k) % NUM_SLOTS])
            blocks.append((slot, length))
    return blocks


def find_starts(slots: NDArray[np.bool_], session: int, grid: Grid, offset: int = 0) -> list[int]:
    """Return the starts of one mentor."""
    bits = find_mentor_starts(pack_slots(slots)[None], session, grid, np.array([offset]))
    return [int(slot) for slot in np.flatnonzero(unpack_slots(bits[0]))]


@given(draw_weeks(), SESSIONS)
def test_session_starts(slots: NDArray[np.bool_], session: int) -> None:
    """A session starts exactly where all its slots are free, past the week's end too."""
    found = unpack_slots(find_session_starts(pack_slots(slots), session))
    wanted = [
        session <= NUM_SLOTS and all(slots[(slot + k) % NUM_SLOTS] for k in range(session)) for slot in range(NUM_SLOTS)
    ]
    assert found.tolist() == wanted


@given(draw_weeks(), SESSIONS)
def test_block_grid(slots: NDArray[np.bool_], session: int) -> None:
    """Each block offers its beginning and every further session that fits end to end."""
    wanted = {
        (begin + k * session) % NUM_SLOTS for begin, length in list_blocks(slots) for k in range(length // session)
    }
    assert find_starts(slots, session, "block") == sorted(wanted)


@given(draw_weeks(), SESSIONS)
def test_offered_grid(slots: NDArray[np.bool_], session: int) -> None:
    """Each block offers its beginning alone, if a session fits there."""
    wanted = sorted(begin for begin, length in list_blocks(slots) if length >= session)
    assert find_starts(slots, session, "offered") == wanted


@given(draw_weeks(), SESSIONS, OFFSETS)
def test_local_hour_grid(slots: NDArray[np.bool_], session: int, offset: int) -> None:
    """Each block offers full hours of the mentor's clock, the first one first, as many as fit."""
    wanted: set[int] = set()
    for begin, length in list_blocks(slots):
        is_circle = length == NUM_SLOTS
        latest = begin - 1
        for slot in range(begin, begin + length):
            is_hour = (slot * 30 + offset) % 60 < 30
            beyond = (min(wanted) if wanted else slot - begin) if is_circle else 0
            room = begin + length + beyond - slot
            if is_hour and slot > latest and room >= session:
                wanted.add(slot % NUM_SLOTS)
                latest = slot + session - 1
    assert find_starts(slots, session, "local-hour", offset) == sorted(wanted)


@pytest.mark.parametrize("grid", get_args(Grid))
@given(draw_weeks(), SESSIONS, OFFSETS)
def test_mentor_starts_never_overlap(grid: Grid, slots: NDArray[np.bool_], session: int, offset: int) -> None:
    """Two sessions of one mentor never share a slot, and each fits into free time."""
    starts = find_starts(slots, session, grid, offset)
    assert all(slots[(start + k) % NUM_SLOTS] for start in starts for k in range(session))
    if len(starts) > 1:
        assert not any(are_overlapping(a, b, session) for a, b in pairwise([*starts, starts[0]]))


def test_week_free_throughout() -> None:
    """A week that is free throughout is one block that begins on Monday at 00:00 UTC."""
    week = unpack_slots(FULL_WEEK)
    assert find_starts(week, 100, "block") == [0, 100, 200]
    assert find_starts(week, 336, "block") == [0]
    assert find_starts(week, 1, "offered") == [0]
    assert find_starts(week, 100, "local-hour", 30) == [1, 101, 201]
    assert len(find_starts(week, 2, "local-hour", 330)) == 168


def test_rows_are_apart() -> None:
    """Every mentor has their own starts, whoever stands beside them."""
    rng = np.random.default_rng(2)
    weeks = np.array([np.repeat(rng.random(42) < 0.5, 8) for _ in range(20)] + [np.ones(336, bool)])
    offsets = rng.choice([0, 30, 345, -300], 21)
    for grid in get_args(Grid):
        together = unpack_slots(find_mentor_starts(pack_slots(weeks), 3, grid, offsets))
        for row in range(21):
            alone = find_starts(weeks[row], 3, grid, int(offsets[row]))
            assert np.flatnonzero(together[row]).tolist() == alone


def test_what_cannot_be() -> None:
    """A session without slots, an unknown grid and missing offsets are refused by name."""
    bits = FULL_WEEK[None]
    with pytest.raises(ValueError, match="a session takes at least one slot, not 0"):
        find_session_starts(bits, 0)
    with pytest.raises(ValueError, match="no grid is called 'hourly': block, local-hour or offered"):
        find_mentor_starts(bits, 1, cast("Grid", "hourly"))
    with pytest.raises(ValueError, match="the grid 'local-hour' needs the offsets of the mentors"):
        find_mentor_starts(bits, 1, "local-hour")


@given(st.integers(0, 335), st.integers(0, 335), st.integers(1, 20))
def test_are_overlapping(start: int, other: int, session: int) -> None:
    """Sessions overlap exactly where they share a slot of the circle."""
    first, second = ({(slot + k) % NUM_SLOTS for k in range(session)} for slot in (start, other))
    assert are_overlapping(start, other, session) == bool(first & second)
