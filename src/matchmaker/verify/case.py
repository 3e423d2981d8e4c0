"""What is verified beside what it claims to be made from, and what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matchmaker.answer.candidates import collect_candidates, find_rows, is_large, list_blocks
from matchmaker.answer.certificates import read_prices, rebuild_solution
from matchmaker.answer.crowd import fit_crowd
from matchmaker.matching import Matching
from matchmaker.program import Program
from matchmaker.roster import Roster
from matchmaker.scoring import (
    Component,
    Encoded,
    encode,
)
from matchmaker.scoring.best import Scorer
from matchmaker.scoring.blocks import find_eligible
from matchmaker.scoring.encoded import MILLION, Block
from matchmaker.scoring.passes import Lists
from matchmaker.solve.costs import choose_scale, make_costs
from matchmaker.solve.places import fit_hours
from matchmaker.solve.problem import UNSCHEDULED, Problem, Solution

MOST_NAMED = 10
"""Places that a check names before it only counts."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Parameters
    ----------
    name : str
        What was promised, in words.
    failures : tuple of str
        What does not hold; empty if it does.
    """

    name: str
    failures: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was found against it."""
        return not self.failures

    def __str__(self) -> str:
        named = "".join(f"\n    {failure}" for failure in self.failures[:MOST_NAMED])
        more = len(self.failures) - MOST_NAMED
        rest = f"\n    … and {more:,} more" if more > 0 else ""
        return f"{'holds' if self.holds else 'FAILS'}  {self.name}{named}{rest}"


@dataclass(frozen=True)
class Verification:
    """Everything that was looked at, in order.

    Parameters
    ----------
    checks : tuple of Check
    """

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    def __str__(self) -> str:
        return "\n".join(map(str, self.checks))


@dataclass
class Case:
    """A matching beside what it claims to be made from; rows are found once."""

    matching: Matching
    roster: Roster
    program: Program
    components: Sequence[Component]
    mentee_rows: dict[str, int] = field(init=False)
    mentor_rows: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.mentee_rows = {name: row for row, name in enumerate(self.roster.mentees.ids)}
        self.mentor_rows = {name: row for row, name in enumerate(self.roster.mentors.ids)}

    @cached_property
    def encoded(self) -> Encoded:
        """Points and rules, compiled anew."""
        return encode(self.roster, self.program, self.components)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The pairs as rows (mentee, mentor)."""
        pairs = self.matching.pairs
        rows = [(self.mentee_rows[pair.mentee], self.mentor_rows[pair.mentor]) for pair in pairs]
        return np.array(rows, np.int64).reshape(-1, 2)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The weekly start of each pair."""
        meetings = (pair.meeting for pair in self.matching.pairs)
        return np.array([UNSCHEDULED if one is None else one.start for one in meetings], np.int64)

    @cached_property
    def problem(self) -> Problem:
        """The problem with the pairs of the answer as its only candidates."""
        limits = self.encoded.limits
        return Problem(
            self.encoded.num_mentees,
            self.encoded.num_mentors,
            self.rows.astype(np.int32),
            np.array([pair.points for pair in self.matching.pairs], np.int64),
            capacity=limits.capacity,
            minimum=limits.minimum,
            wanted=limits.wanted,
            priority=limits.priority,
            required=np.empty(0, np.int64),
            need=limits.need[self.rows[:, 0]],
            available=limits.available,
            times=limits.times,
            objective=self.program.objective,
        )

    @cached_property
    def is_large(self) -> bool:
        """Whether the pairs are too many to be held at once."""
        return is_large(self.encoded)

    @cached_property
    def whole(self) -> Problem:
        """The problem with every eligible pair as a candidate; for large rosters, with the pairs of the answer only."""
        if self.is_large:
            return self.problem
        return collect_candidates(self.encoded, find_rows(self.roster, self.program), self.program.objective)

    @cached_property
    def counted(self) -> Lists:
        """How many partners everybody could have, counted at the prices of the certificate, with the best of each."""
        prices = read_prices(self.matching.certificate, self.roster)
        limits = self.encoded.limits
        most = min(int(limits.wanted.max(initial=0)), self.encoded.num_mentors)
        scale = choose_scale(prices, MILLION, 2 + int(limits.priority.max(initial=0)), most)
        every, costs = np.arange(self.encoded.num_mentees), make_costs(prices, scale, limits.times)
        return Scorer(self.encoded, self.required).list_best(every, costs, max(most, 1), is_tallied=True)

    @cached_property
    def required(self) -> NDArray[np.int64]:
        """The required pairs as rows (mentee, mentor)."""
        return find_rows(self.roster, self.program)

    @cached_property
    def solution(self) -> Solution:
        """The answer as a solution of the whole problem; only for pairs that keep every demand."""
        return rebuild_solution(self.matching, self.roster, self.whole)


def count_crowd_places(case: Case) -> NDArray[np.int64]:
    """Return the places of each mentor of a large roster, as an answer tells them."""
    required = np.bincount(case.required[:, 1], minlength=case.encoded.num_mentors)
    return fit_crowd(count_needs(case), case.encoded.limits.capacity, case.counted.tally + required)


def count_needs(case: Case) -> NDArray[np.int64]:
    """Return the places of each mentor, cut to what the hours allow for eligible mentees."""
    limits = case.encoded.limits
    needs, kind = np.unique(limits.need, return_inverse=True)
    kind = kind.reshape(-1)
    counts = np.ones((len(needs), case.encoded.num_mentors), np.int64)
    if len(needs) > 1:
        counts[:] = 0
        for rows in list_blocks(case.encoded):
            np.add.at(counts, kind[rows], find_eligible(case.encoded, Block(rows, case.encoded.find_times())))
    return fit_hours(limits.capacity, limits.available, needs, counts)


Checks = tuple[tuple[str, Callable[[Case], Iterator[str]]], ...]
