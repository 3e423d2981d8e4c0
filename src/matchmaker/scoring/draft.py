"""What is being compiled: components and rules add their look-ups here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from matchmaker.errors import Report
from matchmaker.scoring.encoded import (
    CodeTerm,
    CompiledRule,
    ConditionTerm,
    Ints,
    LevelTerms,
    Overlay,
    Points,
    Refusal,
    StartTerm,
)
from matchmaker.solve.problem import Times

if TYPE_CHECKING:
    from matchmaker.program import Program
    from matchmaker.roster import Roster
    from matchmaker.scoring.weights import Weights


@dataclass
class Draft:
    """An `Encoded` in the making.

    Parameters
    ----------
    roster, program, weights
    goal_keys, skill_keys : lists of str
        Keys of the words of the mentees' goals and of the mentors' subjects.
    times : Times or None
        The weekly starts, where anybody's slots are known.
    """

    roster: Roster
    program: Program
    weights: Weights
    goal_keys: list[str]
    subject_keys: list[str]
    times: Times | None
    base: Ints = field(init=False)
    level_terms: LevelTerms | None = None
    code_terms: list[CodeTerm] = field(default_factory=list)
    condition_terms: list[ConditionTerm] = field(default_factory=list)
    start_terms: list[StartTerm] = field(default_factory=list)
    overlays: list[Overlay] = field(default_factory=list)
    custom: list[tuple[int, Callable[[Ints], Points]]] = field(default_factory=list)
    rules: list[CompiledRule] = field(default_factory=list)
    screened_out: dict[int, str] = field(default_factory=dict)
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        self.base = np.zeros((len(self.weights.names), len(self.roster.mentees)), np.int64)

    def weight(self, name: str) -> tuple[int, Ints]:
        """Return the place of a component and its weight for each mentee; place -1 if unused."""
        place = self.weights.place(name)
        return place, self.weights.by_mentee[place] if place >= 0 else np.zeros(len(self.roster.mentees), np.int64)

    def add_rule(self, name: str, refuse: Refusal, *, is_firm: bool = False) -> None:
        """Add a rule that can be looked up."""
        self.rules.append(CompiledRule(name, refuse, is_firm))
