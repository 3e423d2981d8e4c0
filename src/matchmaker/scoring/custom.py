"""Components of an embedder's own, in a block form: many mentees and all mentors at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from matchmaker.errors import PointsError
from matchmaker.scoring.encoded import MILLION, Ints, Points, share_points

if TYPE_CHECKING:
    from matchmaker.program import Program
    from matchmaker.roster import Roster


class Component(Protocol):
    """A scoring function of your own; any object with these three will do."""

    @property
    def name(self) -> str:
        """How points and explanations call it."""
        ...

    @property
    def weight(self) -> Any:
        """What it weighs beside the other components; a number of at most three decimal places."""
        ...

    def values(self, roster: Roster, program: Program, mentee_rows: Ints) -> Any:
        """Return values in [0, 1], shape (len(mentee_rows), num_mentors)."""
        ...


@dataclass(frozen=True, eq=False)
class CompiledComponent:
    """What gives the points of a component for some mentees and all mentors.

    Values are rounded to millionths, then weighted like those of any other component.

    Parameters
    ----------
    component : Component
    roster, program
    weight, total : int64 arrays of shape (num_mentees,)
    """

    component: Component
    roster: Roster
    program: Program
    weight: Ints
    total: Ints

    def __call__(self, rows: Ints) -> Points:
        """Return the points, shape (num_rows, num_mentors)."""
        values = self.component.values(self.roster, self.program, rows)
        whole = check_values(self.component, values, (len(rows), len(self.roster.mentors)))
        return share_points(self.weight[rows][:, None], whole, self.total[rows][:, None], np.int64(MILLION))


def check_values(component: Component, values: Any, shape: tuple[int, int]) -> Ints:
    """Return values as whole millionths, or say what is wrong with them.

    Raises
    ------
    PointsError
        If the shape is another, or a value is not a number from 0 to 1.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.asarray(np.nan)
    if array.ndim == 0:
        told = f"gave values that are no numbers: an array of shape {shape} is needed"
        raise PointsError(f"component '{component.name}' {told}")
    if array.shape != shape:
        raise PointsError(f"component '{component.name}' gave values of shape {array.shape}, {shape} are needed")
    bad = ~((array >= 0) & (array <= 1))
    if bad.any():
        row, column = np.argwhere(bad)[0].tolist()
        found = f"{array[row, column]} at row {row}, column {column}"
        raise PointsError(f"component '{component.name}' gave {found}: values lie between 0 and 1")
    return np.rint(array * MILLION).astype(np.int64)
