"""Re-check a matching from the roster and the program themselves, without any solver.

Every demand is looked at again by code that never met the search: ids, rules, points, limits, hours,
meeting times, required pairs, totals and the bound. If all of that holds, everything else that the
answer says (prices, reasons, loads, notices) follows from its pairs, and is told anew and compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from matchmaker.answer.candidates import collect_candidates, find_rows, list_blocks
from matchmaker.answer.certificates import list_prices, read_prices, rebuild_solution
from matchmaker.answer.kinds import SET_ASIDE
from matchmaker.answer.leftovers import list_leftovers
from matchmaker.answer.notices import list_notices
from matchmaker.answer.pairs import describe_meeting, list_loads, name_zone
from matchmaker.certificate import Demands, Names, compute_bound, find_violations
from matchmaker.errors import MatchmakerError
from matchmaker.matching import LevelResult, Matching
from matchmaker.program import Program, hash_program
from matchmaker.roster import Roster, check_roster, hash_roster
from matchmaker.scoring import (
    SCORING_VERSION,
    Component,
    Encoded,
    encode,
    list_refusals,
    score_block,
    score_pairs,
)
from matchmaker.scoring.encoded import MILLION
from matchmaker.solve.packing import list_levels
from matchmaker.solve.places import count_places, fit_hours, turn_hours_into_places
from matchmaker.solve.problem import UNSCHEDULED, Problem, Solution
from matchmaker.solve.residual import find_prices, rebuild
from matchmaker.text import say_count
from matchmaker.times import NUM_SLOTS, format_time, read_zone

if TYPE_CHECKING:
    from matchmaker.matching import Pair

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
class _Case:
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
    def whole(self) -> Problem:
        """The problem with every eligible pair as a candidate."""
        return collect_candidates(self.encoded, find_rows(self.roster, self.program), self.program.objective)

    @cached_property
    def solution(self) -> Solution:
        """The answer as a solution of the whole problem; only for pairs that keep every demand."""
        return rebuild_solution(self.matching, self.roster, self.whole)


def _name(pair: Pair) -> str:
    return f"mentor {pair.mentor} with mentee {pair.mentee}"


def _check_source(case: _Case) -> Iterator[str]:
    certificate = case.matching.certificate
    if certificate.scoring_version != SCORING_VERSION:
        yield f"scoring version {certificate.scoring_version}, but this matchmaker has {SCORING_VERSION}"
    if certificate.roster_hash != hash_roster(case.roster):
        yield "the roster is not the one that was matched: somebody or something in it has changed"
    if certificate.program_hash != hash_program(case.program) or certificate.objective != case.program.objective:
        yield "the program is not the one that was matched: a decision in it has changed"


def _check_people(case: _Case) -> Iterator[str]:
    pairs = case.matching.pairs
    for pair in pairs:
        if pair.mentee not in case.mentee_rows or pair.mentor not in case.mentor_rows:
            yield f"{_name(pair)}: somebody is not in the roster"
    keys = [(pair.mentee, pair.mentor) for pair in pairs]
    yield from (f"mentor {b} with mentee {a} is there more than once" for (a, b), n in Counter(keys).items() if n > 1)
    if keys != sorted(keys):
        yield "the pairs are not in the order of their ids"


def _check_complete(case: _Case) -> Iterator[str]:
    matching, limits = case.matching, case.encoded.limits
    had = Counter(pair.mentee for pair in matching.pairs)
    left = {one.id: one.missing for one in matching.leftovers if one.role == "mentee" and one.kind != SET_ASIDE}
    for name, row in case.mentee_rows.items():
        missing = int(limits.wanted[row]) - had[name]
        if (missing > 0 or limits.wanted[row] == 0) and left.get(name) != missing:
            said = left.get(name, "nothing")
            yield f"mentee {name} lacks {say_count(missing, 'mentor')}, but the leftovers say {said}"
        if missing <= 0 < limits.wanted[row] and name in left:
            yield f"mentee {name} has every mentor wanted and is listed as left over all the same"
    used = {pair.mentor for pair in matching.pairs}
    unused = {one.id for one in matching.leftovers if one.role == "mentor" and one.kind != SET_ASIDE}
    yield from (
        f"mentor {name} has no mentee and is lost from the leftovers"
        for name in sorted(set(case.mentor_rows) - used - unused)
    )
    yield from (
        f"mentor {name} is listed as left over, but has a mentee or is unknown"
        for name in sorted(unused - (set(case.mentor_rows) - used))
    )
    yield from (
        f"mentee {name} is listed as left over, but is unknown" for name in sorted(set(left) - set(case.mentee_rows))
    )
    aside = {(one.role, one.id) for one in matching.leftovers if one.kind == SET_ASIDE}
    if aside != {(one.role, one.id) for one in case.roster.aside}:
        yield "the people set aside are not those with faults"


def _check_rules(case: _Case) -> Iterator[str]:
    overridden = {(one.mentee, one.mentor) for one in case.program.required if one.override}
    firm = {rule.name for rule in case.encoded.rules if rule.is_firm}
    for row, (mentee, mentor) in enumerate(case.rows.tolist()):
        pair = case.matching.pairs[row]
        rules = [name for name, refused in list_refusals(case.encoded, np.array([mentee])) if refused[0, mentor]]
        if rules and ((pair.mentee, pair.mentor) not in overridden or not firm.isdisjoint(rules)):
            yield f"{_name(pair)}: refused by {', '.join(rules)}"


def _check_points(case: _Case) -> Iterator[str]:
    points, components = score_pairs(case.encoded, case.rows)
    for row, pair in enumerate(case.matching.pairs):
        parts = {name: int(values[row]) for name, values in components.items()}
        if pair.points != points[row]:
            yield f"{_name(pair)}: {pair.points:,} points are written, {points[row]:,} are right"
        if pair.components != parts:
            yield f"{_name(pair)}: the components are not those of the scoring"
        if pair.minutes != case.problem.need[row]:
            yield f"{_name(pair)}: {pair.minutes} minutes are written, {case.problem.need[row]} are needed"
    if case.matching.components != tuple(case.encoded.components):
        yield "the list of components is not that of the program"


def _check_limits(case: _Case) -> Iterator[str]:
    names = Names(
        lambda row: f"mentee {case.roster.mentees.ids[row]}",
        lambda row: f"mentor {case.roster.mentors.ids[row]}",
        lambda mentor, start: _tell_time(case, mentor, start),
    )
    yield from find_violations(case.problem, np.arange(len(case.rows)), case.starts, names)


def _tell_time(case: _Case, mentor: int, start: int) -> str:
    """Return a weekly start on the mentor's clock."""
    if not 0 <= start < NUM_SLOTS:
        return "any time" if start == UNSCHEDULED else f"the time {start}, which is none of the week"
    zone = name_zone(case.roster.mentors, mentor, case.program)
    return f"{format_time(start, read_zone(zone), case.program.first_day)} ({zone})"


def _check_meetings(case: _Case) -> Iterator[str]:
    for row, (mentee, mentor) in enumerate(case.rows.tolist()):
        pair = case.matching.pairs[row]
        if pair.meeting != describe_meeting(int(case.starts[row]), mentee, mentor, case.roster, case.program):
            yield f"{_name(pair)}: the clock times are not those of the weekly start"


def _check_required(case: _Case) -> Iterator[str]:
    reasons = {(pair.mentee, pair.mentor): pair.required for pair in case.matching.pairs}
    for one in case.program.required:
        if (one.mentee, one.mentor) not in reasons:
            yield f"mentor {one.mentor} with mentee {one.mentee} is required and missing"
    wanted = {(one.mentee, one.mentor): one.reason for one in case.program.required}
    for key, reason in reasons.items():
        if reason != wanted.get(key):
            yield f"mentor {key[1]} with mentee {key[0]}: the reason of the requirement is not the program's"


def _measure_coverage(case: _Case) -> int:
    """Return 2 + priority rank for each first mentor and 1 for each further one."""
    had = np.bincount(case.rows[:, 0], minlength=case.encoded.num_mentees)
    return int((had + (had > 0) * (1 + case.encoded.limits.priority)).sum())


def _measure_level(case: _Case, name: str) -> int:
    """Return the value of a level, counted anew."""
    had = np.bincount(case.rows[:, 0], minlength=case.encoded.num_mentees)
    kind, _, number = name.partition(" ")
    if kind == "tier":
        return int(((had > 0) & (case.encoded.limits.priority == int(number))).sum())
    counted = {
        "coverage": _measure_coverage(case),
        "points": sum(pair.points for pair in case.matching.pairs),
        "mentees": int((had > 0).sum()),
        "further mentors": int(np.maximum(had - 1, 0).sum()),
    }
    return counted[name]


def _measure_levels(case: _Case) -> Iterator[LevelResult]:
    """Yield each level that the certificate names, its value counted anew."""
    for level in case.matching.certificate.levels:
        yield LevelResult(level.name, _measure_level(case, level.name), level.bound)


def _expect_levels(case: _Case) -> list[str]:
    """Return the names of the levels that the certificate should have."""
    if case.matching.certificate.bound_by == "solver":
        return list_levels(case.problem)
    return ["points"] if case.program.objective == "points" else ["coverage", "points"]


def _check_totals(case: _Case) -> Iterator[str]:
    certificate = case.matching.certificate
    for level, counted in zip(certificate.levels, _measure_levels(case), strict=True):
        if level.value != counted.value:
            yield f"{level.name}: {level.value:,} is written, {counted.value:,} is right"
        if level.bound < level.value:
            yield f"{level.name}: the bound {level.bound:,} lies below the value {level.value:,}"
    names, expected = [level.name for level in certificate.levels], _expect_levels(case)
    if names != expected:
        yield f"the levels are {', '.join(names)}, but should be {', '.join(expected)}"
    if certificate.bound_by == "solver" and turn_hours_into_places(case.whole)[1]:
        yield "the bounds are said to be a solver's, but where hours are equal prices prove them"
    proven = all(level.bound == level.value for level in certificate.levels)
    if (case.matching.status == "optimal") != proven:
        yield f"the status is {case.matching.status}, but the bounds say otherwise"


def _score_everybody(case: _Case) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]]:
    for rows in list_blocks(case.encoded):
        yield rows, *score_block(case.encoded, rows)


def _count_needs(case: _Case) -> NDArray[np.int64]:
    """Return the places of each mentor, cut to what the hours allow for eligible mentees."""
    limits = case.encoded.limits
    needs, kind = np.unique(limits.need, return_inverse=True)
    kind = kind.reshape(-1)
    counts = np.zeros((len(needs), case.encoded.num_mentors), np.int64)
    for rows, _, eligible in _score_everybody(case):
        np.add.at(counts, kind[rows], eligible)
    return fit_hours(limits.capacity, limits.available, needs, counts)


def _check_bound(case: _Case) -> Iterator[str]:
    certificate, limits = case.matching.certificate, case.encoded.limits
    demands = Demands(
        limits.wanted,
        limits.priority,
        _count_needs(case),
        limits.minimum,
        find_rows(case.roster, case.program),
        limits.times,
        case.program.objective,
    )
    bound = compute_bound(_score_everybody(case), read_prices(certificate, case.roster), demands, MILLION)
    if bound != certificate.price_bound:
        yield f"the prices prove the bound {bound}, but {certificate.price_bound} is written"
    bounds = tuple(level.bound for level in certificate.levels)
    if certificate.bound_by == "prices" and bounds != bound[-len(bounds) :]:
        yield f"the bounds {bounds} are written as proven by prices, which prove {bound}"


def _check_prices(case: _Case) -> Iterator[str]:
    certificate = case.matching.certificate
    proves = certificate.bound_by == "prices"
    prices = find_prices(rebuild(case.whole, case.solution))[0] if proves else read_prices(certificate, case.roster)
    places, times = list_prices(prices, case.roster)
    if certificate.mentor_prices != places:
        yield f"the prices of places are not {'the smallest that prove the bound' if proves else 'each there once'}"
    if certificate.time_prices != times:
        yield f"the prices of times are not {'the smallest that prove the bound' if proves else 'each there once'}"


def _check_reasons(case: _Case) -> Iterator[str]:
    expected = list_leftovers(case.whole, case.solution, case.encoded, case.roster, count_places(case.whole))
    found = case.matching.leftovers
    if [(one.role, one.id) for one in found] != [(one.role, one.id) for one in expected]:
        yield "those left over are not all there once, mentees first, in the order of their ids"
        return
    for one, right in zip(found, expected, strict=True):
        if one != right:
            yield f"{one.role} {one.id}: {_tell_difference(one, right)}"


def _tell_difference(found: msgspec.Struct, right: msgspec.Struct) -> str:
    """Return the first field of what is written that is not what it should be."""
    fields = ((name, getattr(found, name), getattr(right, name)) for name in right.__struct_fields__)
    name, written, wanted = next(field for field in fields if field[1] != field[2])
    return f"the {name} is written as {written!r}, {wanted!r} is right"


def _check_loads(case: _Case) -> Iterator[str]:
    expected = list_loads(case.whole, case.solution, case.roster, count_places(case.whole))
    if [load.mentor for load in case.matching.mentors] != [load.mentor for load in expected]:
        yield "the mentors listed are not those of the roster, in the order of their ids"
        return
    for load, right in zip(case.matching.mentors, expected, strict=True):
        if load != right:
            yield f"mentor {load.mentor}: {_tell_difference(load, right)}"


def _check_notices(case: _Case) -> Iterator[str]:
    checked = check_roster(case.roster, case.program)
    expected = list_notices(case.whole, case.solution, case.encoded, case.roster, case.program, checked)
    found = case.matching.notices
    missing, extra = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
    yield from (f"a notice is missing: {notice.text}" for notice in missing)
    yield from (f"a notice is not true: {notice.text}" for notice in extra)
    if not missing and not extra and found != expected:
        yield "the notices are not in their order"


Checks = tuple[tuple[str, Callable[[_Case], Iterator[str]]], ...]

SOURCE_CHECKS: Checks = (
    ("roster, program and scoring are those that were matched", _check_source),
    ("everybody in a pair is in the roster, and no pair is there twice", _check_people),
)
"""What must hold before anything else can be looked at."""

ANSWER_CHECKS: Checks = (
    ("every pair keeps every rule", _check_rules),
    ("capacity, minimum, hours, wanted mentors and weekly times are kept", _check_limits),
    ("every required pair is there", _check_required),
    ("points and components are those of the scoring", _check_points),
    ("meeting times are the same moment on both clocks", _check_meetings),
    ("nobody is lost: everyone is paired or left over", _check_complete),
    ("totals and status are right", _check_totals),
    ("the bound that is recomputed from the prices, over every pair, is the one that is written", _check_bound),
)
"""What makes the answer possible, and as good as it says."""

TOLD_CHECKS: Checks = (
    ("prices say what one more place and one more contested time are worth", _check_prices),
    ("the reasons of those left over are true", _check_reasons),
    ("the mentors' loads add up", _check_loads),
    ("notices are all there, and true", _check_notices),
)
"""What follows from a sound answer, and from no other."""


def verify_matching(
    matching: Matching,
    roster: Roster,
    program: Program | None = None,
    *,
    components: Sequence[Component] = (),
) -> Verification:
    """Re-check a matching from the roster and the program.

    Parameters
    ----------
    matching : Matching
    roster : Roster
    program : Program or None
        None takes every default.
    components : sequence of Component
        The embedder's own components that were used, if any.

    Returns
    -------
    Verification
        What holds and what does not. If the roster or the program is another, only that is said; what follows
        from the pairs is looked at where these hold.
    """
    case = _Case(matching, roster, program or Program(), components)
    checks: list[Check] = []
    for group in (SOURCE_CHECKS, ANSWER_CHECKS, TOLD_CHECKS):
        checks += [Check(name, tuple(_look(check, case))) for name, check in group]
        if not all(check.holds for check in checks):
            break
    return Verification(tuple(checks))


def _look(check: Callable[[_Case], Iterator[str]], case: _Case) -> Iterator[str]:
    """Yield what a check finds; what it cannot even read is a finding too."""
    try:
        yield from check(case)
    except (MatchmakerError, LookupError, ValueError, ArithmeticError) as error:
        yield f"cannot be re-checked: {error}"
