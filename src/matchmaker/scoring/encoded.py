"""Roster and program compiled to look-ups: the four primitives that scoring is made of.

Tables gathered by a mentor's level in a subject, tables gathered by a mentor's code, counts of shared
bits, and eligibility. Everything is an integer; a pair's points are a sum of look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Report
from matchmaker.solve.problem import Times

if TYPE_CHECKING:
    from matchmaker.program import Program
    from matchmaker.roster import Roster

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Bools = NDArray[np.bool_]

NEVER_MENTIONED = 6
"""Stands in the level matrix for a subject that the mentor never mentioned."""

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
    subject, table, component : int32 arrays of shape (num_goals,)
        Row of `levels`, row of `tables`, and place in the list of components.
    current : int64 array of shape (num_goals,)
        The mentee's own level, below which nobody helps.
    tables : int64 array of shape (num_tables, 7)
        Points for each level, 0 for a subject never mentioned.
    """

    levels: NDArray[np.int8]
    offsets: Ints
    subject: Codes
    table: Codes
    component: Codes
    current: Ints
    tables: Ints


@dataclass(frozen=True, eq=False)
class CodeTerm:
    """Points by a code of the mentor.

    Parameters
    ----------
    component : int
    table : int64 array of shape (num_rows, num_codes)
    row : int32 array of shape (num_mentees,)
    code : int32 array of shape (num_mentors,)
    """

    component: int
    table: Ints
    row: Codes
    code: Codes


@dataclass(frozen=True, eq=False)
class ConditionTerm:
    """Points where a condition holds.

    Parameters
    ----------
    component : int
    condition : Node
    points : int64 array of shape (num_mentees,)
        If it holds.
    otherwise : int64 array of shape (num_mentees,)
        If it does not: 0, or what is left unsaid earns with everybody.
    """

    component: int
    condition: Node
    points: Ints
    otherwise: Ints


@dataclass(frozen=True, eq=False)
class StartTerm:
    """Points by the number of weekly starts that a pair shares.

    Parameters
    ----------
    component : int
    table : int64 array of shape (num_rows, comfortable + 2)
        Points for 0, 1 … comfortable shared starts; the last column is for unknown slots.
    row : int32 array of shape (num_mentees,)
    times : Times
    """

    component: int
    table: Ints
    row: Codes
    times: Times


@dataclass(frozen=True, eq=False)
class Overlay:
    """Sparse pairs, laid end to end per mentee, with what they add.

    Parameters
    ----------
    component : int
    offsets : int64 array of shape (num_mentees + 1,)
    mentors : int64 array of shape (num_pairs,)
    points : int64 array of shape (num_pairs,)
    """

    component: int
    offsets: Ints
    mentors: Ints
    points: Ints


class Node(Protocol):
    """A condition that can be looked up for many mentees and all mentors at once."""

    def look(self, rows: Ints) -> Bools:
        """Return where it holds, shape (num_rows, num_mentors)."""
        ...


@dataclass(frozen=True, eq=False)
class CompiledRule:
    """A rule that can be looked up.

    Parameters
    ----------
    name : str
    refuse : callable
        Mentee rows to a bool array of shape (num_rows, num_mentors), True where the pair is refused.
    """

    name: str
    refuse: Callable[[Ints], Bools]


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
        (component, rows -> int64 array of shape (num_rows, num_mentors)).
    rules : tuple of CompiledRule
    overridden : int64 array of shape (num_overridden, 2)
        Required pairs (mentee, mentor) that stand against rules.
    screened_out : dict of int to str
        Mentor row to the reason.
    limits : Limits
    counted_goals : int64 array
        Entries of the mentees' goals that count, in the order of `level_terms`.
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
    custom: tuple[tuple[int, Callable[[Ints], Ints]], ...]
    rules: tuple[CompiledRule, ...]
    overridden: Ints
    screened_out: dict[int, str]
    limits: Limits
    counted_goals: Ints
    report: Report = field(default_factory=Report)

    @property
    def num_mentees(self) -> int:
        """Number of mentees."""
        return len(self.roster.mentees)

    @property
    def num_mentors(self) -> int:
        """Number of mentors."""
        return len(self.roster.mentors)


def share_points(weight: Any, numerator: Any, total: Any, denominator: Any) -> Ints:
    """Return floor(1,000,000 × weight × numerator ÷ (total × denominator)), exactly.

    Parameters
    ----------
    weight, numerator, total, denominator : int arrays that broadcast
        `total` and `denominator` above 0; `weight` at most `total`, `numerator` at most `denominator`.

    Returns
    -------
    int64 array
        0 to 1,000,000.

    Notes
    -----
    The only rounding in all of scoring. Python's own integers take over where 64 bits do not reach.
    """
    parts = [np.asarray(part) for part in (weight, numerator, total, denominator)]
    sizes = [int(np.abs(part).max(initial=1)) for part in parts]
    if MILLION * sizes[0] * sizes[1] >= 2**62 or sizes[2] * sizes[3] >= 2**62:
        parts = [part.astype(object) for part in parts]
    quotient = MILLION * parts[0] * parts[1] // (parts[2] * parts[3])
    return np.asarray(quotient, dtype=np.int64)


def find_tables(*columns: Sequence[int] | Ints) -> tuple[Ints, Codes]:
    """Return the distinct rows of some columns, and for each row its place among them.

    Parameters
    ----------
    *columns : int64 arrays of shape (n,)

    Returns
    -------
    rows : int64 array of shape (num_distinct, num_columns)
    places : int32 array of shape (n,)
    """
    stacked = np.column_stack([np.asarray(column, np.int64) for column in columns])
    if not len(stacked):
        return stacked.reshape(0, len(columns)), np.empty(0, np.int32)
    rows, places = np.unique(stacked, axis=0, return_inverse=True)
    return rows, places.reshape(-1).astype(np.int32)
