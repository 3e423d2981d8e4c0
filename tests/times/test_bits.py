"""The week in bits agrees with the week in truth values and in minutes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.times import FULL_WEEK, NUM_SLOTS, count_bits, pack_slots, shift_to_utc, unpack_slots
from matchmaker.times.bits import pack_mask, rotate

WEEKS = st.integers(0, 2**NUM_SLOTS - 1)
OFFSETS = st.integers(-12 * 60, 14 * 60) | st.sampled_from([0, 60, 330, 345, -210, 765])


@given(WEEKS)
def test_pack_and_unpack(mask: int) -> None:
    """Unpacking tells slot by slot what was packed, and packing gives the same words again."""
    bits = pack_mask(mask)
    slots = unpack_slots(bits)
    assert slots.tolist() == [bool(mask >> slot & 1) for slot in range(NUM_SLOTS)]
    assert pack_slots(slots).tolist() == bits.tolist()
    assert count_bits(bits) == mask.bit_count()


def test_many_people() -> None:
    """Arrays of any leading shape are packed, unpacked and counted row by row."""
    slots = np.random.default_rng(1).random((3, 4, NUM_SLOTS)) < 0.3
    bits = pack_slots(slots)
    assert bits.shape == (3, 4, 6)
    assert bits.dtype == np.uint64
    assert np.array_equal(unpack_slots(bits), slots)
    assert np.array_equal(unpack_slots(bits[:, ::2]), slots[:, ::2])
    assert np.array_equal(count_bits(bits), slots.sum(axis=-1))
    assert count_bits(FULL_WEEK) == NUM_SLOTS


@given(WEEKS, st.integers(-700, 700))
def test_rotate(mask: int, by: int) -> None:
    """Turning the week is rolling its truth values."""
    bits = pack_mask(mask)
    assert np.array_equal(unpack_slots(rotate(bits, by)), np.roll(unpack_slots(bits), -by))
    assert count_bits(rotate(bits, by)) == mask.bit_count()


@given(st.lists(st.tuples(WEEKS, OFFSETS), min_size=1, max_size=6))
def test_shift_to_utc(people: list[tuple[int, int]]) -> None:
    """A UTC slot is free exactly where each of its 30 minutes is free on the person's own clock."""
    bits = np.stack([pack_mask(mask) for mask, _ in people])
    offsets = np.array([offset for _, offset in people])
    shifted = unpack_slots(shift_to_utc(bits, offsets))
    for row, (_, offset) in enumerate(people):
        local_minutes = np.repeat(unpack_slots(bits[row]), 30)
        utc_minutes = np.roll(local_minutes, -offset)
        assert np.array_equal(shifted[row], utc_minutes.reshape(NUM_SLOTS, 30).all(axis=1))


def test_shift_of_nobody() -> None:
    """A roster without people has nothing to shift."""
    empty = np.empty((0, 6), np.uint64)
    assert shift_to_utc(empty, np.empty(0, np.int64)).shape == (0, 6)
