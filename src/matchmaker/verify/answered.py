"""What makes an answer possible, and as good as it says: looked at again from roster and program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from matchmaker.answer.certificates import read_prices
from matchmaker.answer.kinds import SET_ASIDE
from matchmaker.answer.pairs import describe_meeting, name_zone
from matchmaker.certificate import Demands, Names, compute_bound, find_violations
from matchmaker.matching import LevelResult
from matchmaker.program import hash_program
from matchmaker.roster import hash_roster
from matchmaker.scoring import (
    SCORING_VERSION,
    refuse_pairs,
    score_pairs,
)
from matchmaker.scoring.encoded import MILLION
from matchmaker.solve.packing import list_levels
from matchmaker.solve.places import turn_hours_into_places
from matchmaker.solve.problem import UNSCHEDULED
from matchmaker.text import say_count
from matchmaker.times import NUM_SLOTS, format_time, read_zone

if TYPE_CHECKING:
    from matchmaker.matching import Pair

from matchmaker.verify.case import Case, Checks, count_needs


def _name(pair: Pair) -> str:
    return f"mentor {pair.mentor} with mentee {pair.mentee}"


def _check_source(case: Case) -> Iterator[str]:
    certificate = case.matching.certificate
    if certificate.scoring_version != SCORING_VERSION:
        yield f"scoring version {certificate.scoring_version}, but this matchmaker has {SCORING_VERSION}"
    if certificate.roster_hash != hash_roster(case.roster):
        yield "the roster is not the one that was matched: somebody or something in it has changed"
    if certificate.program_hash != hash_program(case.program) or certificate.objective != case.program.objective:
        yield "the program is not the one that was matched: a decision in it has changed"


def _check_people(case: Case) -> Iterator[str]:
    pairs = case.matching.pairs
    for pair in pairs:
        if pair.mentee not in case.mentee_rows or pair.mentor not in case.mentor_rows:
            yield f"{_name(pair)}: somebody is not in the roster"
    keys = [(pair.mentee, pair.mentor) for pair in pairs]
    yield from (f"mentor {b} with mentee {a} is there more than once" for (a, b), n in Counter(keys).items() if n > 1)
    if keys != sorted(keys):
        yield "the pairs are not in the order of their ids"


def _check_complete(case: Case) -> Iterator[str]:
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


def _check_rules(case: Case) -> Iterator[str]:
    overridden = {(one.mentee, one.mentor) for one in case.program.required if one.override}
    firm = {rule.name for rule in case.encoded.rules if rule.is_firm}
    refusals = refuse_pairs(case.encoded, case.rows)
    suspect = np.logical_or.reduce([refused for _, refused in refusals]) if refusals else np.zeros(0, bool)
    for row in np.flatnonzero(suspect).tolist():
        pair = case.matching.pairs[row]
        rules = [name for name, refused in refusals if refused[row]]
        if rules and ((pair.mentee, pair.mentor) not in overridden or not firm.isdisjoint(rules)):
            yield f"{_name(pair)}: refused by {', '.join(rules)}"


def _check_points(case: Case) -> Iterator[str]:
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


def _check_limits(case: Case) -> Iterator[str]:
    names = Names(
        lambda row: f"mentee {case.roster.mentees.ids[row]}",
        lambda row: f"mentor {case.roster.mentors.ids[row]}",
        lambda mentor, start: _tell_time(case, mentor, start),
    )
    yield from find_violations(case.problem, np.arange(len(case.rows)), case.starts, names)


def _tell_time(case: Case, mentor: int, start: int) -> str:
    """Return a weekly start on the mentor's clock."""
    if not 0 <= start < NUM_SLOTS:
        return "any time" if start == UNSCHEDULED else f"the time {start}, which is none of the week"
    zone = name_zone(case.roster.mentors, mentor, case.program)
    return f"{format_time(start, read_zone(zone), case.program.first_day)} ({zone})"


def _check_meetings(case: Case) -> Iterator[str]:
    for row, (mentee, mentor) in enumerate(case.rows.tolist()):
        pair = case.matching.pairs[row]
        if pair.meeting != describe_meeting(int(case.starts[row]), mentee, mentor, case.roster, case.program):
            yield f"{_name(pair)}: the clock times are not those of the weekly start"


def _check_required(case: Case) -> Iterator[str]:
    reasons = {(pair.mentee, pair.mentor): pair.required for pair in case.matching.pairs}
    for one in case.program.required:
        if (one.mentee, one.mentor) not in reasons:
            yield f"mentor {one.mentor} with mentee {one.mentee} is required and missing"
    wanted = {(one.mentee, one.mentor): one.reason for one in case.program.required}
    for key, reason in reasons.items():
        if reason != wanted.get(key):
            yield f"mentor {key[1]} with mentee {key[0]}: the reason of the requirement is not the program's"


def _measure_coverage(case: Case) -> int:
    """Return 2 + priority rank for each first mentor and 1 for each further one."""
    had = np.bincount(case.rows[:, 0], minlength=case.encoded.num_mentees)
    return int((had + (had > 0) * (1 + case.encoded.limits.priority)).sum())


def _measure_level(case: Case, name: str) -> int:
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


def _measure_levels(case: Case) -> Iterator[LevelResult]:
    """Yield each level that the certificate names, its value counted anew."""
    for level in case.matching.certificate.levels:
        yield LevelResult(level.name, _measure_level(case, level.name), level.bound)


def _expect_levels(case: Case) -> list[str]:
    """Return the names of the levels that the certificate should have."""
    if case.matching.certificate.bound_by == "solver":
        return list_levels(case.problem)
    return ["points"] if case.program.objective == "points" else ["coverage", "points"]


def _check_totals(case: Case) -> Iterator[str]:
    certificate = case.matching.certificate
    is_proven = True
    for level, counted in zip(certificate.levels, _measure_levels(case), strict=True):
        if level.value != counted.value:
            yield f"{level.name}: {level.value:,} is written, {counted.value:,} is right"
        if is_proven and level.bound < level.value:
            yield f"{level.name}: the bound {level.bound:,} lies below the value {level.value:,}"
        is_proven = is_proven and (level.bound == level.value or certificate.bound_by == "solver")
    names, expected = [level.name for level in certificate.levels], _expect_levels(case)
    if names != expected:
        yield f"the levels are {', '.join(names)}, but should be {', '.join(expected)}"
    if certificate.bound_by == "solver" and turn_hours_into_places(case.whole)[1]:
        yield "the bounds are said to be a solver's, but where hours are equal prices prove them"
    proven = all(level.bound == level.value for level in certificate.levels)
    if (case.matching.status == "optimal") != proven:
        yield f"the status is {case.matching.status}, but the bounds say otherwise"


def _check_bound(case: Case) -> Iterator[str]:
    certificate, limits = case.matching.certificate, case.encoded.limits
    demands = Demands(
        limits.wanted,
        limits.priority,
        count_needs(case),
        limits.minimum,
        case.required,
        score_pairs(case.encoded, case.required)[0],
        limits.times,
        case.program.objective,
    )
    prices = read_prices(certificate, case.roster)
    bound = compute_bound(lambda *_: [(case.counted.rows, case.counted.values)], prices, demands, MILLION)
    if bound != certificate.price_bound:
        yield f"the prices prove the bound {bound}, but {certificate.price_bound} is written"
    bounds = tuple(level.bound for level in certificate.levels)
    if certificate.bound_by == "prices" and bounds != bound[-len(bounds) :]:
        yield f"the bounds {bounds} are written as proven by prices, which prove {bound}"


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
