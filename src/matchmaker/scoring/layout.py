"""The look-ups laid out for the kernel: flat arrays, bits of mentors, classes of mentees.

Mentees who are alike in a primitive share one vector over all mentors: what their codes earn, and which
mentors their attributes allow. A vector is made with the same look-ups as the blocks, once for each
class, when it is first needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.encoded import (
    NEVER_MENTIONED,
    Codes,
    CompiledRule,
    Encoded,
    Ints,
    Node,
    Points,
    find_distinct,
    number_rows,
)
from matchmaker.scoring.refusals import ByCondition, ByLevels, ByList, ByMentor, ByStarts
from matchmaker.scoring.sparse import SparsePairs, pack_pairs
from matchmaker.solve.problem import Times

Words = NDArray[np.uint64]

MOST_KNOWN = 4096
"""Classes of mentees whose bits are kept."""

MOST_EARNED = 1 << 23
"""Numbers that are kept of what classes of mentees earn: 32 MiB of them."""

AT_ONCE = 1 << 20
"""Pairs whose terms are added up at a time."""


class Flat(NamedTuple):
    """Everything that is the same for all mentees of a pass, as arrays.

    Parameters
    ----------
    number : int64 array of shape (num_mentors,)
        The row of each mentor, which breaks ties.
    base : int32 array of shape (num_mentees,)
    goal_offsets, goal_subject, goal_table : int arrays
        The counted goals of each mentee.
    levels : uint8 array of shape (num_subjects, num_mentors)
    goal_helpers : int32 array
        Rows of `helpers`: whom each goal earns anything with.
    helpers : uint64 array of shape (num_entries, num_words)
    tables : int32 array of shape (num_tables, 7)
    peaks : int32 array of shape (num_tables,)
        The most of each table.
    above_offsets : int64 array of shape (num_mentees + 1,)
    above_entry : int32 array
        Rows of `above`: who is ahead of the mentee in each of their goals.
    above : uint64 array of shape (num_entries, num_words)
    is_above_asked, are_starts_asked, is_unknown_allowed, are_starts_counted : bool
    mentee_starts, mentor_starts : uint64 arrays of shapes (num_mentees, 6), (num_mentors, 6)
    mentee_known, mentor_known : bool arrays
    offered : uint64 array of shape (384, num_words)
        Who offers each start; of shape (0, num_words) where nobody asks.
    unknown : uint64 array of shape (num_words,)
        Whose starts are unknown.
    start_table, start_row : int32 arrays
    start_peaks : int32 array
        The most of each row of `start_table`.
    removed_offsets, removed : int64 arrays
        Mentors whom a mentee cannot have, by name.
    added_offsets, added, added_points : int arrays
        Mentors with whom a mentee earns more, by name.
    """

    number: Ints
    base: Points
    goal_offsets: Ints
    goal_subject: Codes
    goal_table: Codes
    levels: NDArray[np.uint8]
    goal_helpers: Codes
    helpers: Words
    tables: Points
    peaks: Points
    above_offsets: Ints
    above_entry: Codes
    above: Words
    is_above_asked: bool
    are_starts_asked: bool
    is_unknown_allowed: bool
    are_starts_counted: bool
    mentee_starts: Words
    mentor_starts: Words
    mentee_known: NDArray[np.bool_]
    mentor_known: NDArray[np.bool_]
    offered: Words
    unknown: Words
    start_table: Points
    start_row: Codes
    start_peaks: Points
    removed_offsets: Ints
    removed: Ints
    added_offsets: Ints
    added: Ints
    added_points: Points


@dataclass(frozen=True, eq=False)
class Layout:
    """An `Encoded` as the kernel reads it.

    Parameters
    ----------
    encoded : Encoded
        Without components of an embedder's own.
    flat : Flat
    earning, allowing : int64 arrays of shape (num_mentees,)
        Class of each mentee in what codes and conditions earn, and in what classes of attributes allow.
    """

    encoded: Encoded
    flat: Flat
    earning: Ints
    allowing: Ints

    @cached_property
    def order(self) -> Ints:
        """All mentees, those of one class together."""
        number = self.earning * (int(self.allowing.max(initial=0)) + 1) + self.allowing
        is_small = number.max(initial=0) < 1 << 16  # sorted by digits, not by comparisons
        return np.argsort(number.astype(np.uint16) if is_small else number, kind="stable")

    @cached_property
    def earned(self) -> dict[int, Points]:
        """What `earn` found with everybody, by class."""
        return {}

    def earn(self, mentees: Ints, mentors: Ints | None = None) -> Points:
        """Return what codes and conditions earn some mentees, of one class each, shape (num_rows, num_asked).

        Parameters
        ----------
        mentees : int64 array of shape (num_rows,)
        mentors : int64 array of shape (num_asked,) or None
            With whom, in their order; None asks about everybody.
        """
        if mentors is not None:
            return self._add_terms(mentees, mentors)
        numbers = self.earning[mentees].tolist()
        lacking = [place for place, number in enumerate(numbers) if number not in self.earned]
        found = self._add_terms(mentees[lacking], None)
        fresh = dict(zip((numbers[place] for place in lacking), found, strict=True))
        for number, points in fresh.items():
            if (len(self.earned) + 1) * len(points) > MOST_EARNED:
                break
            self.earned[number] = points.copy()  # a view would keep all that was found with it
        if len(lacking) == len(mentees):
            return found
        return np.stack([fresh[number] if number in fresh else self.earned[number] for number in numbers])

    def _add_terms(self, mentees: Ints, mentors: Ints | None) -> Points:
        """Return what is earned; for a few mentees at a time, since what it takes is several times as large."""
        num_asked = self.encoded.num_mentors if mentors is None else len(mentors)
        points = np.zeros((len(mentees), num_asked), np.int32)
        size = max(1, AT_ONCE // max(num_asked, 1))
        for first in range(0, len(mentees), size):
            some, part = mentees[first : first + size], points[first : first + size]
            for term in self.encoded.code_terms:
                codes = term.code if mentors is None else term.code[mentors]
                part += term.table[term.row[some]].take(codes, axis=1)
            for wish in self.encoded.condition_terms:
                earned, least = ((column[some])[:, None] for column in (wish.points - wish.otherwise, wish.otherwise))
                part += look_at(wish.condition, some, mentors) * earned + least
        return points

    @cached_property
    def known(self) -> dict[int, Words]:
        """What `allow` found, by class."""
        return {}

    def allow(self, mentee: int) -> Words:
        """Return the mentors that classes of attributes allow a mentee, as bits."""
        number = int(self.allowing[mentee])
        bits = self.known.get(number)
        if bits is None:
            bits = self._join_conditions(mentee)
            if len(self.known) < MOST_KNOWN:
                self.known[number] = bits
        return bits

    def _join_conditions(self, mentee: int) -> Words:
        holds = np.ones(self.encoded.num_mentors, bool)
        for rule in self.encoded.rules:
            if isinstance(rule.refuse, ByCondition):
                holds &= rule.refuse.condition.look(np.array([mentee]))[0]
            elif isinstance(rule.refuse, ByMentor):
                holds &= ~rule.refuse.failed
        return pack_bits(holds)


def look_at(condition: Node, mentees: Ints, mentors: Ints | None) -> NDArray[np.bool_]:
    """Return where a condition holds for some mentees, with some mentors in their order, or with everybody."""
    if mentors is None:
        return condition.look(mentees)
    pairs = np.repeat(mentees, len(mentors)), np.tile(mentors, len(mentees))
    return condition.look_pairs(*pairs).reshape(len(mentees), len(mentors))


def pack_bits(flags: NDArray[np.bool_]) -> Words:
    """Return flags along the last axis as bits of 64-bit words, the first flag lowest."""
    octets = np.packbits(np.ascontiguousarray(flags), axis=-1, bitorder="little")
    padded = np.zeros((*octets.shape[:-1], -(-octets.shape[-1] // 8) * 8), np.uint8)
    padded[..., : octets.shape[-1]] = octets
    return padded.view("<u8").astype(np.uint64, copy=False)


def lay_out(encoded: Encoded, removed: Ints) -> Layout:
    """Return the layout of an `Encoded`.

    Parameters
    ----------
    encoded : Encoded
    removed : int64 array of shape (n, 2)
        Pairs (mentee, mentor) that are left out although eligible: those that are required.
    """
    earning: list[Ints | Codes] = [term.row for term in encoded.code_terms]
    for wish in encoded.condition_terms:
        earning += [wish.points, wish.otherwise, wish.condition.classify()]
    allowing = [r.refuse.condition.classify() for r in encoded.rules if isinstance(r.refuse, ByCondition)]
    return Layout(
        encoded,
        _flatten(encoded, removed),
        number_rows(earning, encoded.num_mentees),
        number_rows(allowing, encoded.num_mentees),
    )


def _flatten(encoded: Encoded, removed: Ints) -> Flat:
    num_mentees, num_mentors = encoded.num_mentees, encoded.num_mentors
    lists = [rule.refuse.pairs for rule in encoded.rules if isinstance(rule.refuse, ByList)]
    gone = join_pairs(lists, removed, num_mentees, num_mentors)
    parts: dict[str, Any] = {"number": np.arange(num_mentors), "base": encoded.base.sum(axis=0, dtype=np.int32)}
    parts |= _lay_goals(encoded) | _lay_above(encoded.rules, num_mentees, num_mentors)
    parts |= _lay_times(encoded) | _lay_start_points(encoded) | _lay_added(encoded)
    return Flat(**parts, removed_offsets=gone.offsets, removed=gone.mentors)


def join_pairs(lists: Sequence[SparsePairs], more: Ints, num_mentees: int, num_mentors: int) -> SparsePairs:
    """Return all pairs of some lists as one list."""
    owners = [np.repeat(np.arange(num_mentees), np.diff(one.offsets)) for one in lists]
    pairs = [np.column_stack([owner, one.mentors]) for owner, one in zip(owners, lists, strict=True)]
    return pack_pairs(np.concatenate([more.reshape(-1, 2), *pairs]), num_mentees, num_mentors)


def _lay_goals(encoded: Encoded) -> dict[str, Any]:
    terms = encoded.level_terms
    offsets, subject = np.zeros(encoded.num_mentees + 1, np.int64), np.zeros(0, np.int32)
    table, tables = np.zeros(0, np.int32), np.zeros((1, NEVER_MENTIONED + 1), np.int32)
    levels = np.full((1, encoded.num_mentors), NEVER_MENTIONED, np.int8)
    if terms is not None:
        offsets, subject, table, tables, levels = terms.offsets, terms.subject, terms.table, terms.tables, terms.levels
    rows, helpers = _find_helpers(levels, subject, table, tables)
    return {
        "goal_offsets": offsets,
        "goal_subject": subject,
        "goal_table": table,
        "goal_helpers": rows,
        "helpers": helpers,
        "levels": levels.view(np.uint8),
        "tables": tables,
        "peaks": tables.max(axis=1, initial=0),
    }


def _find_helpers(levels: NDArray[np.int8], subject: Codes, table: Codes, tables: Points) -> tuple[Codes, Words]:
    """Return for every distinct pair of subject and lowest level that earns anything who has it, as bits.

    The first array says which row belongs to each goal.
    """
    assert not tables[:, NEVER_MENTIONED].any()
    lowest = np.where(tables.any(axis=1), (tables != 0).argmax(axis=1), NEVER_MENTIONED)
    keys, place = find_distinct(subject * 8 + lowest[table])
    helpers = np.zeros((max(1, len(keys)), (levels.shape[1] + 63) // 64), np.uint64)
    for row, key in enumerate(keys.tolist()):
        ours = levels[key // 8]
        helpers[row] = pack_bits((ours >= key % 8) & (ours != NEVER_MENTIONED))
    return place.astype(np.int32), helpers


def _lay_above(rules: Sequence[CompiledRule], num_mentees: int, num_mentors: int) -> dict[str, Any]:
    """Return for every distinct pair of subject and own level who is above, as bits."""
    asked = [rule.refuse for rule in rules if isinstance(rule.refuse, ByLevels)]
    above = np.zeros((1, (num_mentors + 63) // 64), np.uint64)
    offsets, entry = np.zeros(num_mentees + 1, np.int64), np.zeros(0, np.int32)
    assert len(asked) <= 1
    for levels in asked:
        keys, place = find_distinct(levels.subject * 8 + levels.own)
        above = np.stack([pack_bits(levels.levels[key // 8] > key % 8) for key in keys.tolist()])
        offsets, entry = levels.offsets, place.astype(np.int32)
    return {"above_offsets": offsets, "above_entry": entry, "above": above, "is_above_asked": bool(asked)}


def _lay_times(encoded: Encoded) -> dict[str, Any]:
    """Return everybody's starts, and who offers each."""
    asked = [rule.refuse for rule in encoded.rules if isinstance(rule.refuse, ByStarts)]
    times = encoded.find_times() or _make_no_times(encoded.num_mentees, encoded.num_mentors)
    starts = times.mentor_starts if asked else times.mentor_starts[:, :0]
    flags = np.unpackbits(starts.astype("<u8").view(np.uint8), axis=1, bitorder="little").view(bool)
    return {
        "are_starts_asked": bool(asked),
        "is_unknown_allowed": any(one.allowed for one in asked),
        "mentee_starts": times.mentee_starts,
        "mentor_starts": times.mentor_starts,
        "mentee_known": times.mentee_known,
        "mentor_known": times.mentor_known,
        "offered": pack_bits(np.ascontiguousarray((flags & times.mentor_known[:, None]).T)),
        "unknown": pack_bits(~times.mentor_known),
    }


def _make_no_times(num_mentees: int, num_mentors: int) -> Times:
    starts = np.zeros((num_mentees, 6), np.uint64), np.zeros((num_mentors, 6), np.uint64)
    return Times(*starts, np.zeros(num_mentees, bool), np.zeros(num_mentors, bool))


def _lay_start_points(encoded: Encoded) -> dict[str, Any]:
    assert len(encoded.start_terms) <= 1
    table, row = np.zeros((1, 2), np.int32), np.zeros(encoded.num_mentees, np.int32)
    for term in encoded.start_terms:
        table, row = term.table, term.row
    peaks = table.max(axis=1, initial=0)
    return {
        "are_starts_counted": bool(encoded.start_terms),
        "start_table": table,
        "start_row": row,
        "start_peaks": peaks,
    }


def _lay_added(encoded: Encoded) -> dict[str, Any]:
    offsets, mentors = np.zeros(encoded.num_mentees + 1, np.int64), np.zeros(0, np.int64)
    points = np.zeros(0, np.int32)
    assert len(encoded.overlays) <= 1
    for overlay in encoded.overlays:
        offsets, mentors, points = overlay.pairs.offsets, overlay.pairs.mentors, overlay.points
    return {"added_offsets": offsets, "added": mentors, "added_points": points}
