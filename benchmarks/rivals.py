"""Other ways to the best matching, on the same points: each a function from `Dense` to pairs.

Everybody has the same to do: as many mentees as possible first, then points. A pair that is not eligible is worth
as much as no pair: 0 where a rival takes a table, no arc or variable where it takes a list. Every eligible pair is
worth its points and a bonus that no exchange of points can outweigh.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.encoded import MILLION

Ints = NDArray[np.int64]
Solver = Callable[["Dense"], Ints]


@dataclass(frozen=True, eq=False)
class Dense:
    """The points of all pairs at once.

    Parameters
    ----------
    points : int32 array of shape (num_mentees, num_mentors)
        -1 where the pair is not eligible.
    places : int64 array of shape (num_mentors,)
    """

    points: NDArray[np.int32]
    places: Ints

    @property
    def bonus(self) -> int:
        """More than any exchange can gain: it passes each mentor once."""
        return (len(self.places) + 1) * MILLION

    def list_pairs(self) -> tuple[Ints, Ints, Ints]:
        """Return mentee, mentor and worth of every eligible pair."""
        mentees, mentors = (np.asarray(rows, np.int64) for rows in np.nonzero(self.points >= 0))
        return mentees, mentors, self.points[mentees, mentors].astype(np.int64) + self.bonus

    def tabulate(self) -> NDArray[np.float64]:
        """Return what each pair is worth, 0 where it is not eligible; whole numbers, exact as floats."""
        return np.where(self.points >= 0, self.points + np.float64(self.bonus), 0.0)

    def keep_eligible(self, mentees: Ints, mentors: Ints) -> Ints:
        """Return chosen pairs without those that are not eligible, shape (num_pairs, 2)."""
        kept = self.points[mentees, mentors] >= 0
        return np.column_stack([mentees[kept], mentors[kept]])

    def measure(self, pairs: Ints) -> tuple[int, int]:
        """Return how many pairs there are and their points.

        Raises
        ------
        ValueError
            If they break a limit.
        """
        mentees, mentors = pairs.T
        points = self.points[mentees, mentors]
        over = np.bincount(mentors, minlength=len(self.places)) > self.places
        if (points < 0).any() or over.any() or (np.bincount(mentees) > 1).any():
            raise ValueError("the pairs are not eligible, or too many for a person")
        return len(pairs), int(points.sum(dtype=np.int64))


def solve_scipy(dense: Dense) -> Ints:
    """SciPy's `linear_sum_assignment`, with a column for every place."""
    from scipy.optimize import linear_sum_assignment

    owner = np.repeat(np.arange(len(dense.places)), dense.places)
    mentees, columns = linear_sum_assignment(dense.tabulate()[:, owner], maximize=True)
    return dense.keep_eligible(mentees, owner[columns])


def solve_ortools(dense: Dense) -> Ints:
    """OR-Tools' min-cost flow over every eligible pair."""
    from ortools.graph.python import min_cost_flow

    mentees, mentors, worth = dense.list_pairs()
    num_mentees, num_mentors = dense.points.shape
    sink, every, all_mentors = num_mentees + num_mentors, np.arange(num_mentees), np.arange(num_mentors)
    tail = np.concatenate([mentees, every, num_mentees + all_mentors])
    head = np.concatenate([num_mentees + mentors, np.full(num_mentees, sink), np.full(num_mentors, sink)])
    capacity = np.concatenate([np.ones(len(mentees) + num_mentees, np.int64), dense.places])
    cost = np.concatenate([-worth, np.zeros(num_mentees + num_mentors, np.int64)])
    if int(worth.max(initial=0)) >= 2**63 // (2 * (sink + 1) ** 2):
        raise ValueError("these costs are not safe in OR-Tools at this size")
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    solver.set_nodes_supplies(np.arange(sink + 1), np.append(np.ones(num_mentees), np.zeros(num_mentors + 1)))
    solver.set_node_supply(sink, -num_mentees)
    if solver.solve() != solver.OPTIMAL:
        raise ArithmeticError("the flow is not optimal")
    used = np.flatnonzero(solver.flows(arcs[: len(mentees)]))
    return np.column_stack([mentees[used], mentors[used]])


def solve_pot(dense: Dense) -> Ints:
    """POT's network simplex, `ot.emd`, with one more row or column for what stays empty."""
    import ot

    num_mentees, num_mentors = dense.points.shape
    spare = int(dense.places.sum()) - num_mentees
    rows, columns = np.ones(num_mentees), dense.places.astype(np.float64)
    cost = -dense.tabulate()
    if spare > 0:
        rows, cost = np.append(rows, spare), np.concatenate([cost, np.zeros((1, num_mentors))])
    elif spare < 0:
        columns, cost = np.append(columns, -spare), np.concatenate([cost, np.zeros((num_mentees, 1))], axis=1)
    plan, log = ot.emd(rows, columns, cost, numItermax=10**9, log=True, numThreads=1)
    if log["warning"] is not None:
        raise ArithmeticError(str(log["warning"]))
    mentees, mentors = np.nonzero(plan[:num_mentees, :num_mentors] > 0.5)
    return dense.keep_eligible(mentees, mentors)


def solve_cpsat(dense: Dense) -> Ints:
    """OR-Tools' CP-SAT, a Boolean for every eligible pair."""
    from ortools.sat.python import cp_model

    mentees, mentors, worth = dense.list_pairs()
    model = cp_model.CpModel()
    chosen: list[Any] = [model.new_bool_var("") for _ in range(len(mentees))]
    by_mentee: list[list[Any]] = [[] for _ in range(dense.points.shape[0])]
    by_mentor: list[list[Any]] = [[] for _ in range(dense.points.shape[1])]
    for mentee, mentor, variable in zip(mentees.tolist(), mentors.tolist(), chosen, strict=True):
        by_mentee[mentee].append(variable)
        by_mentor[mentor].append(variable)
    for variables in by_mentee:
        model.add_at_most_one(variables)
    for variables, places in zip(by_mentor, dense.places.tolist(), strict=True):
        model.add(cp_model.LinearExpr.sum(variables) <= places)
    model.maximize(cp_model.LinearExpr.weighted_sum(chosen, worth.tolist()))
    solver = cp_model.CpSolver()
    # one worker with all constraints in its LP proves at once what two workers as they come never do
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    if solver.solve(model) != cp_model.OPTIMAL:
        raise ArithmeticError("CP-SAT did not prove an optimum")
    used = np.array([solver.boolean_value(variable) for variable in chosen])
    return np.column_stack([mentees[used], mentors[used]])


def solve_highs(dense: Dense) -> Ints:
    """HiGHS through `scipy.optimize.milp`, a variable for every eligible pair."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array, vstack

    mentees, mentors, worth = dense.list_pairs()
    count, ones = np.arange(len(mentees)), np.ones(len(mentees))
    at_mentee = coo_array((ones, (mentees, count)), shape=(dense.points.shape[0], len(count)))
    at_mentor = coo_array((ones, (mentors, count)), shape=(dense.points.shape[1], len(count)))
    most = np.concatenate([np.ones(dense.points.shape[0]), dense.places])
    limits = LinearConstraint(vstack([at_mentee, at_mentor]).tocsc(), ub=most)
    options = {"mip_rel_gap": 0.0}
    answer = milp(-worth / MILLION, constraints=limits, bounds=Bounds(0, 1), integrality=ones, options=options)
    if answer.status != 0:
        raise ArithmeticError(str(answer.message))
    used = answer.x > 0.5
    return np.column_stack([mentees[used], mentors[used]])


def solve_networkx(dense: Dense) -> Ints:
    """NetworkX's network simplex over every eligible pair."""
    import networkx as nx

    mentees, mentors, worth = dense.list_pairs()
    num_mentees = len(dense.points)
    graph: Any = nx.DiGraph()
    graph.add_nodes_from(range(num_mentees), demand=-1)
    graph.add_node("sink", demand=num_mentees)
    for mentee in range(num_mentees):
        graph.add_edge(mentee, "sink", capacity=1, weight=0)
    for mentor, places in enumerate(dense.places.tolist()):
        graph.add_edge(num_mentees + mentor, "sink", capacity=places, weight=0)
    for mentee, mentor, value in zip(mentees.tolist(), mentors.tolist(), worth.tolist(), strict=True):
        graph.add_edge(mentee, num_mentees + mentor, capacity=1, weight=-value)
    _, flow = nx.network_simplex(graph)
    used = [(mentee, mentor) for mentee, mentor in zip(mentees.tolist(), mentors.tolist(), strict=True)
            if flow[mentee][num_mentees + mentor]]  # fmt: skip
    return np.array(used, np.int64).reshape(-1, 2)


def solve_mentor_match(dense: Dense) -> Ints:
    """The package mentor-match: one round of its rules, which look the points up, and its Munkres."""
    import matching.process as process
    from matching.mentee import Mentee
    from matching.mentor import Mentor
    from matching.rules.rule import Disqualify, Generic, Rule

    worth = np.where(dense.points >= 0, dense.points + np.int64(dense.bonus), -1).tolist()

    class Points(Rule):  # type: ignore[misc]
        """Earns what our points say."""

        def apply(self, match_object: Any) -> int:
            """Return the points of a pair."""
            return max(0, worth[match_object.mentee.grade][match_object.mentor.grade])

    refuse = Disqualify(lambda match: worth[match.mentee.grade][match.mentor.grade] < 0)
    assert isinstance(refuse, Generic)
    num_mentees, num_mentors = dense.points.shape
    # one mentee each: the package knows no capacity of one's own
    mentors = [Mentor(grade=row, email=f"mentor{row}") for row in range(num_mentors)]
    mentees = [Mentee(grade=row, email=f"mentee{row}") for row in range(num_mentees)]
    process.process_data(mentors, mentees, [[Points(), refuse]])
    pairs = [(mentee.grade, mentee.mentors[0].grade) for mentee in mentees if mentee.mentors]
    return np.array(pairs, np.int64).reshape(-1, 2)


RIVALS: Mapping[str, tuple[str, Solver]] = MappingProxyType(
    {
        "scipy": ("SciPy `linear_sum_assignment`, places expanded", solve_scipy),
        "ortools": ("OR-Tools min-cost flow, dense graph", solve_ortools),
        "pot": ("POT `ot.emd` (network simplex)", solve_pot),
        "cpsat": ("OR-Tools CP-SAT", solve_cpsat),
        "highs": ("HiGHS through `scipy.optimize.milp`", solve_highs),
        "networkx": ("NetworkX `network_simplex`", solve_networkx),
        "mentor-match": ("mentor-match, one round of Munkres", solve_mentor_match),
    }
)
"""Each rival with what it is called on the page."""
