"""The week in bits: 336 half hours in six words of 64.

Bit ``b`` of word ``w`` is slot ``64 * w + b``; slot 0 begins on Monday at 00:00. The week is a
circle: after slot 335 comes slot 0. The upper 48 bits of the last word are never set.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SLOT_MINUTES = 30
"""Minutes of a slot."""

NUM_SLOTS = 336
"""Slots of a week."""

NUM_WORDS = 6
"""Words of 64 bits that hold a week."""

WORD_BITS = 64
Words = NDArray[np.uint64]

FULL_WEEK: Words = np.array([2**64 - 1] * 5 + [2**16 - 1], np.uint64)
"""The words of a week in which every slot is set."""


def pack_slots(slots: NDArray[np.bool_]) -> Words:
    """Pack one truth value per slot into words.

    Parameters
    ----------
    slots : bool array of shape (..., 336)

    Returns
    -------
    uint64 array of shape (..., 6)
    """
    octets = np.packbits(slots, axis=-1, bitorder="little")
    padding = [(0, 0)] * (octets.ndim - 1) + [(0, 8 * NUM_WORDS - octets.shape[-1])]
    return np.pad(octets, padding).view("<u8").astype(np.uint64, copy=False)


def unpack_slots(bits: Words) -> NDArray[np.bool_]:
    """Unpack words into one truth value per slot.

    Parameters
    ----------
    bits : uint64 array of shape (..., 6)

    Returns
    -------
    bool array of shape (..., 336)
    """
    octets = np.ascontiguousarray(bits, "<u8").view(np.uint8)
    return np.unpackbits(octets, axis=-1, count=NUM_SLOTS, bitorder="little").view(np.bool_)


def pack_mask(mask: int) -> Words:
    """Return the six words of a week given as one whole number, slot 0 its lowest bit."""
    return np.frombuffer(mask.to_bytes(8 * NUM_WORDS, "little"), "<u8").astype(np.uint64)


def count_bits(words: Words) -> NDArray[np.int64]:
    """Count the bits set along the last axis.

    Parameters
    ----------
    words : uint64 array of shape (..., num_words)

    Returns
    -------
    int64 array of shape (...)
    """
    counts: NDArray[np.int64] = np.bitwise_count(words).sum(axis=-1, dtype=np.int64)
    return counts


def rotate(bits: Words, by: int) -> Words:
    """Turn the week back, so that slot ``u`` holds what slot ``u + by`` held.

    Parameters
    ----------
    bits : uint64 array of shape (..., 6)
    by : int
        Slots; negative turns the week forward.

    Returns
    -------
    uint64 array of shape (..., 6)
    """
    by %= NUM_SLOTS
    if by == 0:
        return bits.copy()
    return (_shift_down(bits, by) | _shift_up(bits, NUM_SLOTS - by)) & FULL_WEEK


def _shift_down(bits: Words, by: int) -> Words:
    """Move every slot `by` slots towards the beginning; what falls off is lost."""
    whole, part = divmod(by, WORD_BITS)
    moved = np.zeros_like(bits)
    moved[..., : NUM_WORDS - whole] = bits[..., whole:] >> np.uint64(part)
    if part:
        moved[..., : NUM_WORDS - 1 - whole] |= bits[..., whole + 1 :] << np.uint64(WORD_BITS - part)
    return moved


def _shift_up(bits: Words, by: int) -> Words:
    """Move every slot `by` slots towards the end; what falls off is lost."""
    whole, part = divmod(by, WORD_BITS)
    moved = np.zeros_like(bits)
    moved[..., whole:] = bits[..., : NUM_WORDS - whole] << np.uint64(part)
    if part:
        moved[..., whole + 1 :] |= bits[..., : NUM_WORDS - 1 - whole] >> np.uint64(WORD_BITS - part)
    return moved


def shift_to_utc(bits: Words, offsets: NDArray[np.int64]) -> Words:
    """Turn free slots of local weeks into free slots of the UTC week.

    Where an offset is no multiple of 30 minutes, a UTC slot spans two local ones and counts only if
    both are free.

    Parameters
    ----------
    bits : uint64 array of shape (num_people, 6)
        Free slots of each person's own week.
    offsets : int64 array of shape (num_people,)
        Minutes by which each person's clock is ahead of UTC.

    Returns
    -------
    uint64 array of shape (num_people, 6)
    """
    shifted = np.empty_like(bits)
    order = np.argsort(offsets, kind="stable")
    distinct, firsts = np.unique(offsets[order], return_index=True)
    for offset, rows in zip(distinct.tolist(), np.split(order, firsts[1:]), strict=False):
        shifted[rows] = _shift_alike(bits[rows], offset)
    return shifted


def _shift_alike(bits: Words, offset: int) -> Words:
    """Shift people who all have one offset."""
    slots, rest = divmod(offset, SLOT_MINUTES)
    shifted = rotate(bits, slots)
    return shifted & rotate(bits, slots + 1) if rest else shifted
