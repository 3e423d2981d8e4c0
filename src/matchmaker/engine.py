"""The stages in order, from a roster and a program to a matching. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matchmaker.answer.candidates import check_required, collect_candidates, find_rows
from matchmaker.answer.certificates import make_certificate
from matchmaker.answer.conflicts import name_conflict
from matchmaker.answer.leftovers import list_leftovers
from matchmaker.answer.notices import list_clashes, list_moves
from matchmaker.answer.pairs import list_loads, list_pairs
from matchmaker.certificate import bound_problem
from matchmaker.errors import Infeasible, Notice, Report
from matchmaker.matching import Matching, Remarked
from matchmaker.program import Program, hash_program
from matchmaker.roster import Roster, check_roster, hash_roster
from matchmaker.scoring import SCORING_VERSION, encode
from matchmaker.solve.meetings import spread_meetings
from matchmaker.solve.places import count_places
from matchmaker.solve.search import solve

if TYPE_CHECKING:
    from matchmaker.people import Former
    from matchmaker.roster.columns import MenteeColumns, MentorColumns
    from matchmaker.scoring import Component
    from matchmaker.solve.problem import Problem, Solution


def gather_roster(
    mentors: MentorColumns,
    mentees: MenteeColumns,
    history: Sequence[Former],
    program: Program,
    report: Report,
    *,
    set_aside: bool = False,
) -> tuple[Roster, Report]:
    """Return the roster of columns that were just read, checked against itself and the program.

    Parameters
    ----------
    mentors, mentees : MentorColumns, MenteeColumns
    history : sequence of Former
    program : Program
    report : Report
        Faults and notices of the reading so far.
    set_aside : bool
        Whether to go on without people who have faults.

    Returns
    -------
    roster : Roster
    report : Report
        With the notices of every check.

    Raises
    ------
    RosterError
        With every fault found anywhere, unless all of them are of people who can be set aside.
    """
    roster = Roster.from_columns(mentors, mentees, history=history, report=report, set_aside=set_aside)
    checked = check_roster(roster, program)
    if set_aside and checked.faulty and not checked.unplaced:
        roster = roster.without(checked.faulty)
        checked = check_roster(roster, program)
    checked.raise_if_faulty()
    everything = Report()
    everything.extend(roster.report)
    everything.extend(checked)
    return roster, everything


def match(
    roster: Roster,
    program: Program | None = None,
    *,
    components: Sequence[Component] = (),
    gap: int = 0,
    time_limit: float | None = None,
    on_progress: Callable[[Any], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Matching:
    """Find the best pairing of a roster under a program, and what proves it.

    Parameters
    ----------
    roster : Roster
    program : Program or None
        None takes every default.
    components : sequence of Component
        Scoring functions of your own, beside the built-in ones.
    gap : int
        Stop when proven within so many points, 0 or more; only unequal hours can stop early.
    time_limit : float or None
        Seconds for the search with unequal hours; None takes as long as it needs.
    on_progress : callable or None
        Called with each step of the search.
    should_stop : callable or None
        Asked between stages; True ends the run.

    Returns
    -------
    Matching
        Pairs, leftovers with their reasons, loads and the certificate. The same roster, program and
        versions give the same answer, whatever the order of rows.

    Raises
    ------
    RosterError
        If roster and program do not agree; with every fault.
    Infeasible
        If minimums or required pairs cannot be met; proven, and with the people who clash.
    Stopped
        If it was stopped before there was any answer.

    Examples
    --------
    >>> from matchmaker import Goal, Mentee, Mentor, Program, Roster, match
    >>> ann = Mentor(id="ann", skills={"Python": 4})
    >>> ben = Mentee(id="ben", goals=[Goal("python", current=1, target=3)])
    >>> matching = match(Roster(mentors=[ann], mentees=[ben]), Program(weeks=12))
    >>> matching.pairs[0].mentor, matching.certificate.gap
    ('ann', 0)
    """
    program = program or Program()
    report = check_roster(roster, program)
    report.raise_if_faulty()
    encoded = encode(roster, program, components)
    report.extend(encoded.report)
    check_required(encoded, roster, program).raise_if_faulty()
    problem = collect_candidates(encoded, find_rows(roster, program), program.objective)
    try:
        solution = solve(problem, on_progress=on_progress, should_stop=should_stop, time_limit=time_limit, gap=gap)
    except Infeasible as error:
        raise name_conflict(error, roster) from None
    starts, clashes = spread_meetings(problem, solution.chosen, solution.starts, roster.same_human)
    solution = replace(solution, starts=starts)
    notices = [
        *roster.report.notices,
        *report.notices,
        *list_moves(problem, solution, roster, program),
        *list_clashes(problem, solution, clashes, roster),
    ]
    return _describe(problem, solution, encoded, roster, program, notices)


def _describe(
    problem: Problem, solution: Solution, encoded: Any, roster: Roster, program: Program, notices: list[Notice]
) -> Matching:
    places = count_places(problem)
    hashes = hash_roster(roster), hash_program(program)
    price_bound = bound_problem(problem, solution.prices)
    return Matching(
        solution.status,
        list_pairs(problem, solution, encoded, roster, program),
        list_leftovers(problem, solution, encoded, roster, places),
        list_loads(problem, solution, roster, places),
        make_certificate(problem, solution, roster, price_bound, hashes, SCORING_VERSION),
        tuple(encoded.components),
        tuple(Remarked(notice.kind, str(notice)) for notice in notices),
    )
