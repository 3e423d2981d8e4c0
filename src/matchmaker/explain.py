"""Why this pair, why not that one, and what any other choice would cost everybody together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from matchmaker.answer.candidates import collect_candidates, find_rows
from matchmaker.answer.certificates import rebuild_solution
from matchmaker.answer.effects import make_effect
from matchmaker.answer.pairs import name_zone
from matchmaker.certificate import bound_problem, find_violations
from matchmaker.errors import MatchmakerError
from matchmaker.matching import Effect
from matchmaker.program import Program, hash_program
from matchmaker.roster import hash_roster
from matchmaker.scoring import Component, Encoded, encode, explain_components, list_refusals, score_pairs
from matchmaker.solve.effects import (
    Change,
    add_changes,
    compare,
    find_choice_changes,
    find_time_changes,
    is_exact,
)
from matchmaker.solve.problem import Problem, Solution
from matchmaker.solve.progress import Progress
from matchmaker.solve.search import measure
from matchmaker.times import format_time, read_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matchmaker.matching import Matching
    from matchmaker.roster import Roster


TOLD_ELSEWHERE = (
    "So nobody can trace here what another choice would cost. The answer itself says what each pair is worth, by "
    "component, and why somebody is left over; to learn what one pair costs, require it and match again"
)
"""What to do where the pairs are too many for an explanation."""


class Reason(msgspec.Struct, frozen=True):
    """What one component says about a pair.

    Attributes
    ----------
    component : str
    points : int
    sentence : str
    """

    component: str
    points: int
    sentence: str


class Choice(msgspec.Struct, frozen=True):
    """A mentor for the mentee, and what choosing that mentor would cost everybody together.

    Attributes
    ----------
    mentor, name : str
    chosen : bool
        Whether the mentor is the mentee's in the matching.
    points : int
        Of this pair alone.
    coverage_cost, points_cost : int or None
        What the best matching with this pair loses against the matching; None if there is none
        with it, or, where that is not exact, none was found in time. `points_cost` may be below zero where
        coverage is lost, and both where the search was stopped before its proof, so that there are better
        matchings.
    effect : Effect or None
        The same for people: who would be matched or not, further mentors, points.
    is_exact : bool
        False where hours differ and the search was stopped before its proof: then the costs are at most these.
    """

    mentor: str
    name: str
    chosen: bool
    points: int
    coverage_cost: int | None
    points_cost: int | None
    is_exact: bool = True
    effect: Effect | None = None


class ContestedTime(msgspec.Struct, frozen=True):
    """A weekly time that more pairs want than can have it.

    Attributes
    ----------
    mentor : str
    time : str
        On the mentee's clock.
    one_more : Effect or None
        What one more meeting at that time would do, with the places that there are; None with unequal hours,
        and where the search was stopped before its proof.
    """

    mentor: str
    time: str
    one_more: Effect | None


class Explanation(msgspec.Struct, frozen=True):
    """One mentee's place in a matching.

    Attributes
    ----------
    mentee, name : str
    reasons : dict of str to tuple of Reason
        For each mentor that was chosen or asked about: what every component says.
    choices : tuple of Choice
        The mentee's mentors, then the others by what they would cost, the cheapest first. Where hours differ,
        only so many as were asked for are looked at: those that would cost least if hours were places.
    refused : dict of str to tuple of str
        Mentor asked about to the rules that refuse the pair.
    contested : tuple of ContestedTime
        Among the times the mentee shares with eligible mentors.
    leftover : str or None
        Why the mentee is left over, if so.
    """

    mentee: str
    name: str
    reasons: dict[str, tuple[Reason, ...]]
    choices: tuple[Choice, ...]
    refused: dict[str, tuple[str, ...]] = {}
    contested: tuple[ContestedTime, ...] = ()
    leftover: str | None = None


def explain_mentee(
    matching: Matching,
    roster: Roster,
    program: Program,
    mentee: str,
    *,
    mentor: str | None = None,
    most: int = 5,
    components: Sequence[Component] = (),
    time_limit: float | None = None,
    on_progress: Callable[[Any], None] | None = None,
) -> Explanation:
    """Explain one mentee's place in a matching.

    Parameters
    ----------
    matching : Matching
    roster : Roster
    program : Program
    mentee : str
        Id, e-mail or name.
    mentor : str or None
        Id, e-mail or name of a mentor to explain too, whether chosen or not.
    most : int
        How many other mentors to name.
    components : sequence of Component
        The embedder's own components that were used, if any.
    time_limit : float or None
        Seconds for each other mentor where hours differ, counted in deterministic time, so that an explanation is
        the same on every run; None takes the few that are usual.
    on_progress : callable or None
        Called with each step of a search, which only unequal hours need.

    Returns
    -------
    Explanation

    Raises
    ------
    MatchmakerError
        If the roster has no such person, or several; if roster or program are not those of the matching; if
        the matching does not hold, since every cost would be wrong; or if more pairs are eligible than can be
        held at once.
    """
    _require_source(matching, roster, program)
    row = roster.find_mentee(mentee)
    asked = None if mentor is None else roster.find_mentor(mentor)
    encoded = encode(roster, program, components)
    problem = collect_candidates(encoded, find_rows(roster, program), program.objective, TOLD_ELSEWHERE)
    solution = _rebuild_sound(matching, roster, problem)
    costs = _cost_choices(problem, solution, row, asked, _Effort(most, time_limit, on_progress))
    choices = list_choices(problem, solution, encoded, roster, row, costs)
    had = [choice for choice in choices if choice.chosen]
    others = [choice for choice in choices if not choice.chosen]
    shown = [*had, *others[:most], *(one for one in others[most:] if roster.mentor_row(one.mentor) == asked)]
    rows = {roster.mentor_row(choice.mentor) for choice in had} | (set() if asked is None else {asked})
    identity = roster.mentees.ids[row]
    return Explanation(
        identity,
        roster.mentees.names[row],
        {roster.mentors.ids[j]: _give_reasons(encoded, row, j) for j in sorted(rows)},
        tuple(shown),
        {} if asked is None else _find_refusals(encoded, row, asked, roster),
        tuple(_list_contested(problem, solution, roster, program, row)),
        next((one.reason for one in matching.leftovers if (one.role, one.id) == ("mentee", identity)), None),
    )


def _require_source(matching: Matching, roster: Roster, program: Program) -> None:
    """Refuse to explain an answer from what it was not made from: every cost would be wrong."""
    certificate = matching.certificate
    changed = [
        name
        for name, found, written in (
            ("roster", hash_roster(roster), certificate.roster_hash),
            ("program", hash_program(program), certificate.program_hash),
        )
        if found != written
    ]
    if changed:
        raise MatchmakerError(
            f"the {' and the '.join(changed)} of this answer changed after it was made. "
            "Match again, or give the files as they were"
        )


def _rebuild_sound(matching: Matching, roster: Roster, problem: Problem) -> Solution:
    """Return the solution that a matching was made from; refuse one that breaks a demand or is not proven as said."""
    advice = "Verify it: 'matchmaker verify' says what does not hold"
    try:
        solution = rebuild_solution(matching, roster, problem)
        broken = find_violations(problem, solution.chosen, solution.starts)
        bound = bound_problem(problem, solution.prices)
    except (MatchmakerError, LookupError, OverflowError) as error:
        raise MatchmakerError(f"this answer cannot be explained, since it does not hold ({error}). {advice}") from None
    reached = measure(problem, solution.chosen)
    is_proven = bound[1:] == reached[1:] if problem.objective == "points" else bound == reached
    is_tight = bool(solution.prices.times[:, 2:].any(axis=1).all())
    must_prove = is_exact(problem, solution) and solution.status == "optimal"
    if broken or (must_prove and not (is_proven and is_tight)):
        told = "a demand is broken" if broken else "its prices do not prove it"
        raise MatchmakerError(f"this answer cannot be explained, since it does not hold: {told}. {advice}")
    return solution


Cost = tuple[Change | None, bool]
"""What choosing a mentor changes, None where it is impossible or was not found, and whether that is exact."""


def list_choices(
    problem: Problem, solution: Solution, encoded: Encoded, roster: Roster, row: int, costs: dict[int, Cost]
) -> list[Choice]:
    """Return some mentors of a mentee with what choosing them would cost, the cheapest first.

    Parameters
    ----------
    problem : Problem
    solution : Solution
    encoded : Encoded
    roster : Roster
    row : int
        Of the mentee.
    costs : dict of int to (Change or None, bool)
        By the position of the pair among the candidates.
    """
    positions = np.array(list(costs), np.int64)
    mentors = problem.pairs[positions, 1].astype(np.int64)
    points, _ = score_pairs(encoded, np.column_stack([np.full_like(mentors, row), mentors]))
    chosen = np.isin(positions, solution.chosen)
    choices = [
        _make_choice(roster, j, cost, is_chosen=bool(chosen[k]), points=int(points[k]))
        for k, (j, cost) in enumerate(zip(mentors.tolist(), costs.values(), strict=True))
    ]
    return sorted(choices, key=_rank)


def _rank(choice: Choice) -> tuple[Any, ...]:
    impossible = choice.coverage_cost is None
    cost = (choice.coverage_cost or 0, choice.points_cost or 0)
    return (not choice.chosen, impossible, *cost, -choice.points, choice.mentor)


def _make_choice(roster: Roster, mentor: int, cost: Cost, *, is_chosen: bool, points: int) -> Choice:
    change, exact = cost
    who = roster.mentors.ids[mentor], roster.mentors.names[mentor], is_chosen, points
    if change is None:
        return Choice(*who, None, None, exact)
    return Choice(*who, -change.coverage, -change.points, exact, make_effect(change))


class _Effort(NamedTuple):
    """How many other mentors are looked at where hours differ, how long for each, and who is told."""

    most: int
    seconds: float | None
    tell: Callable[[Any], None] | None


def _cost_choices(
    problem: Problem, solution: Solution, row: int, asked: int | None, effort: _Effort
) -> dict[int, Cost]:
    """Return what each candidate of a mentee would change; where hours differ, only of those that have to be shown."""
    positions = np.flatnonzero(problem.pairs[:, 0] == row)
    mentors = problem.pairs[positions, 1]
    is_stopped = solution.bound_by == "prices" and solution.status == "feasible"
    if is_stopped or is_exact(problem, solution):
        changes = (_find_stopped_changes if is_stopped else find_choice_changes)(problem, solution, row)
        return {position: (changes.get(j), True) for position, j in zip(positions.tolist(), mentors, strict=True)}
    had = np.intersect1d(positions, solution.chosen).tolist()
    wanted = np.setdiff1d(positions[mentors == asked], had).tolist()
    return dict.fromkeys(had, (Change(), True)) | _force_choices(problem, solution, row, wanted, effort)


def _find_stopped_changes(problem: Problem, solution: Solution, row: int) -> dict[int, Change]:
    """Return what each mentor would change against an answer whose search was stopped, by the best answer there is."""
    from matchmaker.solve.search import solve

    best = solve(problem)
    ahead = compare(problem, solution, best)
    changes = {j: add_changes(ahead, change) for j, change in find_choice_changes(problem, best, row).items()}
    had = problem.pairs[solution.chosen]
    return changes | {int(mentor): Change() for mentor in had[had[:, 0] == row, 1]}


def _force_choices(
    problem: Problem, solution: Solution, row: int, wanted: list[int], effort: _Effort
) -> dict[int, Cost]:
    """Return what the candidates that look cheapest, and those that are wanted, would change with unequal hours."""
    from matchmaker.solve.forcing import SECONDS, force_pair, rank_choices

    seconds = SECONDS if effort.seconds is None else effort.seconds
    likely = [position for position in rank_choices(problem, row) if position not in solution.chosen]
    looked_at = dict.fromkeys([*likely[: effort.most], *wanted])
    costs: dict[int, Cost] = {}
    for number, position in enumerate(looked_at, start=1):
        if effort.tell is not None:
            effort.tell(Progress(f"matching everybody anew, choice {number} of {len(looked_at)}"))
        costs[position] = force_pair(problem, solution, position, seconds) if position in likely else (None, True)
    return costs


def _give_reasons(encoded: Encoded, row: int, mentor: int) -> tuple[Reason, ...]:
    _, parts = score_pairs(encoded, np.array([[row, mentor]]))
    sentences = explain_components(encoded, row, mentor)
    return tuple(Reason(name, int(values[0]), sentences[name]) for name, values in parts.items())


def _find_refusals(encoded: Encoded, row: int, mentor: int, roster: Roster) -> dict[str, tuple[str, ...]]:
    rules = tuple(name for name, refused in list_refusals(encoded, np.array([row])) if refused[0, mentor])
    return {roster.mentors.ids[mentor]: rules} if rules else {}


def _list_contested(
    problem: Problem, solution: Solution, roster: Roster, program: Program, row: int
) -> Iterator[ContestedTime]:
    """Yield the times with a price that the mentee shares with eligible mentors."""
    if problem.times is None:
        return
    eligible = set(problem.pairs[problem.pairs[:, 0] == row, 1].tolist())
    zone = read_zone(name_zone(roster.mentees, row, program))
    free = problem.times.mentee_starts[row]
    times = [
        (mentor, start)
        for mentor, start, *_ in solution.prices.times.tolist()
        if mentor in eligible and int(free[start // 64]) >> (start % 64) & 1
    ]
    changes = find_time_changes(problem, solution, times)
    for k, (mentor, start) in enumerate(times):
        effect = None if changes is None else make_effect(changes[k])
        yield ContestedTime(roster.mentors.ids[mentor], format_time(start, zone, program.first_day), effect)
