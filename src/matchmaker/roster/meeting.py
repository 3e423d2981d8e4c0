"""A roster and a program that are held against each other, and what is found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, Notice, Person, Place, Report
from matchmaker.program import Program
from matchmaker.roster.columns import UNKNOWN, PersonColumns
from matchmaker.roster.roster import Roster


@dataclass(frozen=True)
class Meeting:
    """A roster and a program that are being held against each other.

    Parameters
    ----------
    roster : Roster
    program : Program
    report : Report
        Takes faults and notices.
    doubtful : collection of (str, int)
        People with faults of their own: a cell that could not be read counts as unknown, so that what
        only holds of several cells together cannot be said of them.
    """

    roster: Roster
    program: Program
    report: Report
    doubtful: Collection[Person] = ()

    def find_sound(self, people: PersonColumns) -> NDArray[np.bool_]:
        """Return whether each of the people is free of faults of their own."""
        sound = np.ones(len(people), bool)
        sound[[row for role, row in self.doubtful if role == people.role]] = False
        return sound

    def refuse(
        self, people: PersonColumns, row: int, field: str, kind: str, value: object, problem: str, remedy: str
    ) -> None:
        """Note a fault of one person."""
        place = people.locate(row, field)
        text = None if value is None else str(value)
        self.report.add_fault(Fault(kind, problem, remedy, place, text, (people.role, row)))

    def blame(self, key: str, kind: str, problem: str, remedy: str, value: str | None = None) -> None:
        """Note a fault of the program."""
        self.report.add_fault(Fault(kind, problem, remedy, Place(file="program", column=key), value))

    def tell(self, key: str, kind: str, problem: str, remedy: str = "") -> None:
        """Note a notice about the program."""
        self.report.add_notice(Notice(kind, problem, remedy, Place(file="program", column=key)))


def fill(values: NDArray[np.int64], default: int) -> NDArray[np.int64]:
    """Return whole numbers with a default for the unknown."""
    return np.where(values == UNKNOWN, default, values)
