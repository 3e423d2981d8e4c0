"""The weights of the components, as integers, for each mentee."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import reduce
from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import PointsError
from matchmaker.program.decisions import DEFAULT_WEIGHTS
from matchmaker.roster.subjects import normalise_subjects
from matchmaker.text import normalise

if TYPE_CHECKING:
    from matchmaker.program import Program
    from matchmaker.roster import Roster
    from matchmaker.scoring.custom import Component

Ints = NDArray[np.int64]

BUILT_IN = tuple(DEFAULT_WEIGHTS)
"""The built-in components, in the order in which they are reported."""


@dataclass(frozen=True, eq=False)
class Weights:
    """What each component weighs for each mentee.

    Parameters
    ----------
    names : tuple of str
        The components that the program uses, in order.
    by_mentee : int64 array of shape (num_components, num_mentees)
        Relative; a mentee's focus counts double.
    total : int64 array of shape (num_mentees,)
        Their sum.
    focus_goal : int64 array of shape (num_mentees,)
        Entry of the first goal that means the mentee's focus, or -1.
    """

    names: tuple[str, ...]
    by_mentee: Ints
    total: Ints
    focus_goal: Ints

    def place(self, name: str) -> int:
        """Return where a component stands, -1 if it is not used."""
        return self.names.index(name) if name in self.names else -1


def to_thousandths(number: Any) -> int:
    """Return a decimal of at most three places as a whole number of thousandths."""
    return int(Decimal(str(number)) * 1000)


def reduce_weights(numbers: Sequence[int]) -> list[int]:
    """Return whole numbers in the same proportion, as small as they can be."""
    divisor = reduce(gcd, numbers, 0) or 1
    return [number // divisor for number in numbers]


def list_used(roster: Roster, program: Program, components: Sequence[Component]) -> dict[str, int]:
    """Return the components that have a weight and something to speak of, with thousandths."""
    fed = {
        "skills": len(roster.mentees.goals.subjects) > 0,
        "knowledge": len(roster.mentees.goals.subjects) > 0,
        "attitude": bool(program.traits),
        "availability": bool(roster.mentors.slots_known.any() or roster.mentees.slots_known.any()),
        "attributes": bool(program.preferences),
        "preferences": bool(len(roster.preferred_mentors.rows) or len(roster.preferred_mentees.rows)),
    }
    used = {name: to_thousandths(program.weights.get(name, 0)) for name in BUILT_IN if fed[name]}
    used |= {one.name: to_thousandths(one.weight) for one in components}
    return {name: weight for name, weight in used.items() if weight > 0}


def weigh(roster: Roster, program: Program, components: Sequence[Component], subject_keys: Sequence[str]) -> Weights:
    """Return the weights of every mentee.

    Parameters
    ----------
    roster, program
    components : sequence of Component
        The embedder's own.
    subject_keys : sequence of str
        Key of each of the mentees' goal words.
    """
    used = list_used(roster, program, components)
    names = tuple(used)
    base = np.array(reduce_weights(list(used.values())), np.int64).reshape(-1, 1)
    by_mentee = np.repeat(base, len(roster.mentees), axis=1)
    focus_goal = np.full(len(roster.mentees), -1, np.int64)
    focus = roster.mentees.focus
    for row in np.flatnonzero(np.diff(focus.offsets)).tolist():
        word = normalise(focus.words[focus.codes[focus.offsets[row]]])
        doubled = [k for k, name in enumerate(names) if word in (normalise(name), _group(name))]
        goal = _find_goal(roster, row, normalise_subjects([word], program.synonyms)[0], subject_keys)
        if goal >= 0:
            focus_goal[row] = goal
        else:
            by_mentee[doubled, row] *= 2
    return Weights(names, by_mentee, np.maximum(by_mentee.sum(axis=0), 1), focus_goal)


def _group(name: str) -> str:
    return "goals" if name in ("skills", "knowledge") else ""


def _find_goal(roster: Roster, row: int, key: str, keys: Sequence[str]) -> int:
    """Return the first goal of a mentee with this key, -1 if there is none."""
    goals = roster.mentees.goals
    mine = range(int(goals.offsets[row]), int(goals.offsets[row + 1]))
    return next((entry for entry in mine if keys[goals.subjects[entry]] == key), -1)


def check_components(components: Sequence[Component]) -> None:
    """Refuse components without a name of their own, or with a weight that cannot be one.

    Raises
    ------
    PointsError
    """
    taken = {"", "goals", *BUILT_IN}
    for component in components:
        if normalise(component.name) in taken:
            raise PointsError(f"component '{component.name}' needs a name of its own")
        taken.add(normalise(component.name))
        if not _is_weight(component.weight):
            told = f"has the weight {component.weight!r}: give a number from 0, with at most three decimal places"
            raise PointsError(f"component '{component.name}' {told}")


def _is_weight(weight: Any) -> bool:
    try:
        return not isinstance(weight, bool) and Decimal(str(weight)) >= 0 and Decimal(str(weight)) * 1000 % 1 == 0
    except InvalidOperation:
        return False
