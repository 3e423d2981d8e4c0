"""Roster and program compiled to look-ups: the four primitives that scoring is made of.

Tables gathered by a mentor's level in a subject, tables gathered by a mentor's code, counts of shared
bits, and eligibility. Everything is an integer; a pair's points are a sum of look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Report
from matchmaker.scoring.sparse import SparsePairs
from matchmaker.solve.problem import Times

if TYPE_CHECKING:
    from matchmaker.program import Program
    from matchmaker.roster import Roster

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Bools = NDArray[np.bool_]
Points = NDArray[np.int32]
Counts = NDArray[np.uint8] | NDArray[np.uint16]

NEVER_MENTIONED = 6
"""Stands in the level matrix for a subject that the mentor never mentioned."""

SPREAD = 8
"""How many times wider than many whole numbers may lie to be marked rather than sorted."""

MILLION = 1_000_000
"""Most points of a pair."""


@dataclass(frozen=True, eq=False)
class LevelTerms:
    """Points by a mentor's level in the subjects of a mentee's goals.

    Parameters
    ----------
    levels : int8 array of shape (num_subjects, num_mentors)
        0 to 5, or `NEVER_MENTIONED`.
    offsets : int64 array of shape (num_mentees + 1,)
    subject, table, component : int32 arrays of shape (num_counted,)
        Row of `levels`, row of `tables`, and place in the list of components.
    goals : int64 array of shape (num_counted,)
        Entries of the roster's goals.
    tables : int32 array of shape (num_tables, 7)
        Points for each level, 0 for a subject never mentioned.
    """

    levels: NDArray[np.int8]
    offsets: Ints
    subject: Codes
    table: Codes
    component: Codes
    goals: Ints
    tables: Points


@dataclass(frozen=True, eq=False)
class CodeTerm:
    """Points by a code of the mentor.

    Parameters
    ----------
    component : int
    table : int32 array of shape (num_rows, num_codes)
    row : int32 array of shape (num_mentees,)
    code : int32 array of shape (num_mentors,)
    """

    component: int
    table: Points
    row: Codes
    code: Codes


@dataclass(frozen=True, eq=False)
class ConditionTerm:
    """Points where a condition holds.

    Parameters
    ----------
    component : int
    condition : Node
    points : int32 array of shape (num_mentees,)
        If it holds.
    otherwise : int32 array of shape (num_mentees,)
        If it does not: 0, or what is left unsaid earns with everybody.
    """

    component: int
    condition: Node
    points: Points
    otherwise: Points


@dataclass(frozen=True, eq=False)
class StartTerm:
    """Points by the number of weekly starts that a pair shares.

    Parameters
    ----------
    component : int
    table : int32 array of shape (num_rows, comfortable + 2)
        Points for 0, 1 … comfortable shared starts; the last column is for unknown slots.
    row : int32 array of shape (num_mentees,)
    times : Times
    """

    component: int
    table: Points
    row: Codes
    times: Times


@dataclass(frozen=True, eq=False)
class Overlay:
    """Sparse pairs with what they add.

    Parameters
    ----------
    component : int
    pairs : SparsePairs
    points : int32 array of shape (num_pairs,)
    """

    component: int
    pairs: SparsePairs
    points: Points


class Node(Protocol):
    """A condition that can be looked up."""

    def look(self, rows: Ints) -> Bools:
        """Return where it holds for some mentees and all mentors, shape (num_rows, num_mentors)."""
        ...

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return where it holds for single pairs, shape (num_pairs,)."""
        ...

    def classify(self) -> Ints:
        """Return a number for each mentee, the same only where it holds with the same mentors, shape (num_mentees,)."""
        ...


@dataclass
class Block:
    """Some mentees who are scored with every mentor, and what several look-ups need of them.

    Parameters
    ----------
    rows : int64 array of shape (num_rows,)
        Mentee rows.
    times : Times or None
    """

    rows: Ints
    times: Times | None

    @cached_property
    def shared(self) -> Counts:
        """How many weekly starts each pair has in common, shape (num_rows, num_mentors)."""
        assert self.times is not None
        return count_shared(self.times.mentee_starts[self.rows, None], self.times.mentor_starts[None, :])


def count_shared(mentee_starts: NDArray[np.uint64], mentor_starts: NDArray[np.uint64]) -> Counts:
    """Return how many starts are in both of two sets, for all that broadcast.

    Parameters
    ----------
    mentee_starts, mentor_starts : uint64 arrays of shapes (..., 6)
    """
    most = int(np.bitwise_count(mentor_starts).sum(axis=-1).max(initial=0))
    shape = np.broadcast_shapes(mentee_starts.shape, mentor_starts.shape)[:-1]
    total = np.zeros(shape, np.uint8 if most < 256 else np.uint16)
    both, count = np.empty(shape, np.uint64), np.empty(shape, np.uint8)
    for word in range(mentor_starts.shape[-1]):
        if mentee_starts[..., word].any() and mentor_starts[..., word].any():
            np.bitwise_and(mentee_starts[..., word], mentor_starts[..., word], out=both)
            total += np.bitwise_count(both, out=count)
    return total


class Refusal(Protocol):
    """A way in which a rule refuses pairs; see `matchmaker.scoring.refusals`."""

    def __call__(self, block: Block) -> Bools:
        """Return where a pair is refused, shape (num_rows, num_mentors)."""
        ...

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return which single pairs are refused, shape (num_pairs,)."""
        ...


@dataclass(frozen=True, eq=False)
class CompiledRule:
    """A rule that can be looked up.

    Parameters
    ----------
    name : str
    refuse : Refusal
    is_firm : bool
        Whether no required pair overrides it.
    """

    name: str
    refuse: Refusal
    is_firm: bool = False


@dataclass(frozen=True, eq=False)
class Limits:
    """What limits a matching, as the program leaves it.

    Parameters
    ----------
    capacity, minimum : int64 arrays of shape (num_mentors,)
        Both 0 for mentors who are screened out.
    wanted, priority : int64 arrays of shape (num_mentees,)
        Most mentors; and the rank of the priority, 0 for the lowest tier, without holes.
    need : int64 array of shape (num_mentees,)
        Minutes that each of the mentee's pairs takes.
    available : int64 array of shape (num_mentors,)
        Minutes, -1 where unknown.
    times : Times or None
    """

    capacity: Ints
    minimum: Ints
    wanted: Ints
    priority: Ints
    need: Ints
    available: Ints
    times: Times | None


@dataclass(frozen=True, eq=False)
class Encoded:
    """Everything that points and rules need, compiled.

    Parameters
    ----------
    roster, program : Roster, Program
    components : tuple of str
        Those the program uses, in order.
    base : int64 array of shape (num_components, num_mentees)
        Points with every mentor: what is left unsaid.
    level_terms : LevelTerms or None
    code_terms, condition_terms, start_terms, overlays : tuples
    custom : tuple of callables
        (component, rows -> int32 array of shape (num_rows, num_mentors)).
    rules : tuple of CompiledRule
    overridden : int64 array of shape (num_overridden, 2)
        Required pairs (mentee, mentor) that stand against rules.
    screened_out : dict of int to str
        Mentor row to the reason.
    limits : Limits
    report : Report
        Notices.
    """

    roster: Roster
    program: Program
    components: tuple[str, ...]
    base: Ints
    level_terms: LevelTerms | None
    code_terms: tuple[CodeTerm, ...]
    condition_terms: tuple[ConditionTerm, ...]
    start_terms: tuple[StartTerm, ...]
    overlays: tuple[Overlay, ...]
    custom: tuple[tuple[int, Callable[[Ints], Points]], ...]
    rules: tuple[CompiledRule, ...]
    overridden: Ints
    screened_out: dict[int, str]
    limits: Limits
    report: Report = field(default_factory=Report)

    @property
    def num_mentees(self) -> int:
        """Number of mentees."""
        return len(self.roster.mentees)

    @property
    def num_mentors(self) -> int:
        """Number of mentors."""
        return len(self.roster.mentors)

    def find_times(self) -> Times | None:
        """Return the weekly starts where anything looks at them."""
        return self.start_terms[0].times if self.start_terms else self.limits.times


def list_turns(offsets: Ints, rows: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield (positions in rows, entries): first the first entry of every row that has one, then the second."""
    counts = offsets[rows + 1] - offsets[rows]
    for turn in range(int(counts.max(initial=0))):
        places = np.flatnonzero(counts > turn)
        yield places, offsets[rows[places]] + turn


def number_rows(columns: Sequence[Any], size: int) -> Ints:
    """Return a number for each of some rows, the same where all columns are the same.

    Parameters
    ----------
    columns : sequence of int arrays of shape (size,)
    size : int
    """
    joined, span = np.zeros(size, np.int64), 1
    for column in columns:
        least, most = int(np.min(column, initial=0)), int(np.max(column, initial=0))
        own, width = column - np.int64(least), most - least + 1
        if span * width > SPREAD * size:
            (_, joined), (_, own) = find_distinct(joined), find_distinct(column)
            span, width = int(joined.max(initial=0)) + 1, int(own.max(initial=0)) + 1
        joined, span = joined * width + own, span * width
    return find_distinct(joined)[1]


def find_distinct(numbers: Ints | Codes) -> tuple[Ints, Ints]:
    """Return the distinct ones of some whole numbers, sorted, and for each number its place among them.

    Numbers that lie close together are marked in a table rather than sorted.
    """
    numbers = np.asarray(numbers).astype(np.int64)
    if not len(numbers):
        return numbers, numbers
    least, most = int(numbers.min()), int(numbers.max())
    if most - least >= SPREAD * len(numbers):
        distinct, places = np.unique(numbers, return_inverse=True)
        return distinct, places.reshape(-1)
    is_there = np.zeros(most - least + 1, bool)
    is_there[numbers - least] = True
    return np.flatnonzero(is_there) + least, (np.cumsum(is_there) - 1)[numbers - least]


def find_firsts(numbers: Ints) -> tuple[Ints, Ints]:
    """Return where each distinct number stands first, and for each number its place among the distinct ones."""
    distinct, place = find_distinct(numbers)
    firsts = np.empty(len(distinct), np.int64)
    firsts[place[::-1]] = np.arange(len(numbers))[::-1]
    return firsts, place


def multiply(left: Any, right: Any) -> Any:
    """Return a product of whole numbers, in Python's own integers where 64 bits do not reach."""
    left, right = np.asarray(left), np.asarray(right)
    if int(np.max(np.abs(left), initial=0)) * int(np.max(np.abs(right), initial=0)) >= 2**62:
        left = left.astype(object)
    return left * right


def share_points(weight: Any, numerator: Any, total: Any, denominator: Any) -> Points:
    """Return floor(1,000,000 × weight × numerator ÷ (total × denominator)), exactly.

    Parameters
    ----------
    weight, numerator, total, denominator : int arrays that broadcast
        `total` and `denominator` above 0; `weight` at most `total`, `numerator` at most `denominator`.

    Returns
    -------
    int32 array
        0 to 1,000,000.

    Notes
    -----
    The only rounding in all of scoring. Python's own integers take over where 64 bits do not reach.
    """
    quotient = multiply(multiply(weight, numerator), MILLION) // multiply(total, denominator)
    return np.asarray(quotient, dtype=np.int32)


def find_tables(*columns: Sequence[int] | Ints) -> tuple[Ints, Codes]:
    """Return the distinct rows of some columns, and for each row its place among them.

    Parameters
    ----------
    *columns : int arrays of shape (n,)

    Returns
    -------
    rows : int array of shape (num_distinct, num_columns)
        Of Python's own integers where 64 bits do not reach.
    places : int32 array of shape (n,)
    """
    stacked = np.column_stack(columns)
    if stacked.dtype == object:
        seen: dict[tuple[int, ...], int] = {}
        found = [seen.setdefault(tuple(row), len(seen)) for row in stacked.tolist()]
        return np.array(list(seen), object), np.array(found, np.int32)
    least, most = stacked.min(axis=0, initial=0).tolist(), stacked.max(axis=0, initial=0).tolist()
    sizes = [high - low + 1 for low, high in zip(least, most, strict=True)]
    if prod(sizes) >= 2**62:
        rows, places = np.unique(stacked, axis=0, return_inverse=True)
        return rows, places.reshape(-1).astype(np.int32)
    joined = np.zeros(len(stacked), np.int64)
    for column, low, size in zip(stacked.T, least, sizes, strict=True):
        joined = joined * size + (column.astype(np.int64) - low)
    _, places = find_distinct(joined)
    rows = np.zeros((int(places.max(initial=-1)) + 1, len(sizes)), stacked.dtype)
    rows[places] = stacked
    return rows, places.astype(np.int32)
