"""Points and rules of everybody -> the problem that the solvers see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, MatchmakerError, Place, Report
from matchmaker.scoring.blocks import choose_block_rows, find_eligible, list_refusals, score_block
from matchmaker.scoring.encoded import Block
from matchmaker.solve.places import fit_hours
from matchmaker.solve.problem import Objective, Problem
from matchmaker.text import join_words

if TYPE_CHECKING:
    from matchmaker.program import Program, RequiredPair
    from matchmaker.roster import Roster
    from matchmaker.scoring import Encoded

MOST_CANDIDATES = 60_000_000
"""Eligible pairs that are held at once; the flow needs some 150 bytes for each."""


DENSE_PAIRS = 2_000_000
"""Eligible pairs up to which all of them are held at once; beyond, candidates are searched for."""

MOST_SCORED = 20_000_000
"""Pairs up to which all are scored to find the eligible ones."""

NUM_ASKED = 64
"""Mentees by whom the number of eligible pairs is estimated."""


def is_large(encoded: Encoded) -> bool:
    """Return whether a roster is matched without holding all eligible pairs: many of them, and equal hours.

    How many are eligible is estimated by some of the mentees, always the same ones.
    """
    if len(np.unique(encoded.limits.need)) > 1:
        return False
    if encoded.num_mentees * encoded.num_mentors > MOST_SCORED:
        return True
    asked = np.unique(np.linspace(0, max(encoded.num_mentees - 1, 0), NUM_ASKED).astype(np.int64))
    asked = asked[: encoded.num_mentees]
    eligible = int(find_eligible(encoded, Block(asked, encoded.find_times())).sum())
    return eligible * encoded.num_mentees >= DENSE_PAIRS * len(asked)


def list_blocks(encoded: Encoded) -> Iterator[NDArray[np.int64]]:
    """Yield the mentee rows in blocks of a size that fits the cache."""
    size = choose_block_rows(encoded)
    for first in range(0, encoded.num_mentees, size):
        yield np.arange(first, min(first + size, encoded.num_mentees))


def find_rows(roster: Roster, program: Program) -> NDArray[np.int64]:
    """Return the required pairs as rows (mentee, mentor), sorted."""
    rows = [(roster.mentee_row(pair.mentee), roster.mentor_row(pair.mentor)) for pair in program.required]
    return np.array(sorted(rows), np.int64).reshape(-1, 2)


def check_required(encoded: Encoded, roster: Roster, program: Program) -> Report:
    """Return a fault for every required pair that a rule refuses and that does not, or cannot, override it."""
    report = Report()
    firm = {rule.name for rule in encoded.rules if rule.is_firm}
    for number, pair in enumerate(program.required, start=1):
        mentee, mentor = roster.mentee_row(pair.mentee), roster.mentor_row(pair.mentor)
        refusals = list_refusals(encoded, np.array([mentee]))
        rules = [name for name, refused in refusals if refused[0, mentor]]
        if rules and not (pair.override and firm.isdisjoint(rules)):
            report.add_fault(_refuse_required(number, pair, rules, is_firm=not firm.isdisjoint(rules)))
    return report


def _refuse_required(number: int, pair: RequiredPair, rules: list[str], *, is_firm: bool) -> Fault:
    override = ", or add override = true and a reason to the pair"
    broken = join_words([f"'{rule}'" for rule in rules])
    several = len(rules) > 1
    return Fault(
        "required-against-rule",
        f"the required pair of mentor {pair.mentor} and mentee {pair.mentee} breaks the rule{'s' * several} {broken}",
        f"Take the requirement out or change the rule{'s' * several}{'' if is_firm else override}",
        Place("program", column=f"required[{number}]"),
    )


FEWER = (
    "Give every mentee the same hours, for which there is no such limit, split the programme (by site or theme), "
    "or add rules that leave each mentee fewer mentors"
)
"""What to do where too many pairs would have to be matched with unequal hours."""


def collect_candidates(
    encoded: Encoded, required: NDArray[np.int64], objective: Objective, advice: str = FEWER
) -> Problem:
    """Return the problem with every eligible pair as a candidate.

    Parameters
    ----------
    encoded : Encoded
    required : int64 array of shape (num_required, 2)
        Rows (mentee, mentor) that must be paired.
    objective : {"coverage", "points"}
    advice : str
        What to do if there are too many.

    Raises
    ------
    MatchmakerError
        If there are more eligible pairs than can be held.
    """
    pairs, points = [], []
    count = 0
    for rows in list_blocks(encoded):
        block, eligible = score_block(encoded, rows)
        mentee, mentor = np.nonzero(eligible)
        count += len(mentee)
        if count > MOST_CANDIDATES:
            raise MatchmakerError(_describe_too_many(encoded, advice))
        pairs.append(np.column_stack([rows[mentee], mentor]).astype(np.int32))
        points.append(block[mentee, mentor].astype(np.int64))
    return _make_problem(
        encoded,
        np.concatenate([np.empty((0, 2), np.int32), *pairs]),
        np.concatenate([np.empty(0, np.int64), *points]),
        required,
        objective,
    )


def _describe_too_many(encoded: Encoded, advice: str) -> str:
    return (
        f"more than {MOST_CANDIDATES:,} of the {encoded.num_mentees:,} x {encoded.num_mentors:,} pairs are "
        f"eligible, which is more than can be held at once. {advice}"
    )


def make_base(encoded: Encoded) -> tuple[Problem, NDArray[np.int64]]:
    """Return the problem without any pairs, `need` by mentee, and the places of each mentor; for equal hours."""
    limits = encoded.limits
    empty = np.empty((0, 2), np.int32), np.empty(0, np.int64)
    base = _make_problem(encoded, *empty, np.empty((0, 2), np.int64), encoded.program.objective)
    needs = np.unique(limits.need)
    places = fit_hours(limits.capacity, limits.available, needs, np.ones((len(needs), encoded.num_mentors), np.int64))
    return replace(base, need=limits.need), places


def _make_problem(
    encoded: Encoded,
    pairs: NDArray[np.int32],
    points: NDArray[np.int64],
    required: NDArray[np.int64],
    objective: Objective,
) -> Problem:
    limits = encoded.limits
    return Problem(
        encoded.num_mentees,
        encoded.num_mentors,
        pairs,
        points,
        capacity=limits.capacity,
        minimum=limits.minimum,
        wanted=limits.wanted,
        priority=limits.priority,
        required=locate_pairs(pairs, required, encoded.num_mentors),
        need=limits.need[pairs[:, 0]],
        available=limits.available,
        times=limits.times,
        objective=objective,
    )


def locate_pairs(pairs: NDArray[np.int32], wanted: NDArray[np.int64], num_mentors: int) -> NDArray[np.int64]:
    """Return where pairs stand in a sorted list of pairs.

    Parameters
    ----------
    pairs : int32 array of shape (num_candidates, 2)
        Sorted by mentee, then mentor.
    wanted : int64 array of shape (k, 2)
        All of them in `pairs`.
    num_mentors : int
    """
    keys = pairs[:, 0].astype(np.int64) * num_mentors + pairs[:, 1]
    return np.searchsorted(keys, np.sort(wanted[:, 0] * num_mentors + wanted[:, 1]))
