"""What an answer tells of its pairs: prices, reasons, loads and notices, told anew and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
import numpy as np

from matchmaker.answer.certificates import list_prices, read_prices
from matchmaker.answer.crowd import Crowd, list_crowd_leftovers
from matchmaker.answer.kinds import OUTCOMPETED
from matchmaker.answer.leftovers import list_leftovers
from matchmaker.answer.notices import list_notices
from matchmaker.answer.pairs import list_loads
from matchmaker.matching import Leftover
from matchmaker.roster import check_roster
from matchmaker.scoring import (
    refuse_pairs,
)
from matchmaker.solve.places import count_places
from matchmaker.solve.residual import find_prices, rebuild
from matchmaker.verify.case import Case, Checks, count_crowd_places


def _check_prices(case: Case) -> Iterator[str]:
    certificate = case.matching.certificate
    proves = certificate.bound_by == "prices" and not case.is_large
    prices = find_prices(rebuild(case.whole, case.solution))[0] if proves else read_prices(certificate, case.roster)
    places, times = list_prices(prices, case.roster)
    if certificate.mentor_prices != places:
        yield f"the prices of places are not {'the smallest that prove the bound' if proves else 'each there once'}"
    if certificate.time_prices != times:
        yield f"the prices of times are not {'the smallest that prove the bound' if proves else 'each there once'}"


def _check_reasons(case: Case) -> Iterator[str]:
    found = case.matching.leftovers
    if case.is_large:
        yield from _check_shortfalls(case)
        places, crowd = count_crowd_places(case), _read_crowd(case)
        expected = list_crowd_leftovers(case.whole, case.solution, case.encoded, case.roster, places, crowd)
    else:
        expected = list_leftovers(case.whole, case.solution, case.encoded, case.roster, count_places(case.whole))
    if [(one.role, one.id) for one in found] != [(one.role, one.id) for one in expected]:
        yield "those left over are not all there once, mentees first, in the order of their ids"
        return
    for one, right in zip(found, expected, strict=True):
        if one != right:
            yield f"{one.role} {one.id}: {_tell_difference(one, right)}"


def _list_outcompeted(case: Case) -> list[Leftover]:
    """Return the mentees who are said to be outcompeted; a search that was stopped can say so of nobody."""
    if case.matching.status == "feasible":
        return []
    return [one for one in case.matching.leftovers if one.role == "mentee" and one.kind == OUTCOMPETED]


def _read_crowd(case: Case) -> Crowd:
    """Return the counts over all pairs, with the shortfalls as the answer tells them."""
    taken = [
        np.bincount(case.required[:, k], minlength=len(p)) for k, p in enumerate((case.mentee_rows, case.mentor_rows))
    ]
    shortfalls = {
        case.mentee_rows[one.id]: (-1, 1, 0)
        if one.nearest is None or one.shortfall is None
        else (case.mentor_rows[one.nearest], 0, one.shortfall)
        for one in _list_outcompeted(case)
    }
    counted = case.counted
    required = bool(len(case.required))
    return Crowd(counted.counts + taken[0], counted.tally + taken[1], shortfalls, has_required=required)


def _check_shortfalls(case: Case) -> Iterator[str]:
    """Yield what is wrong with mentors named as the nearest: they must be eligible, and missed by no less than 0."""
    named = [one for one in _list_outcompeted(case) if one.nearest is not None]
    rows = [(case.mentee_rows[one.id], case.mentor_rows[str(one.nearest)]) for one in named]
    refusals = refuse_pairs(case.encoded, np.array(rows, np.int64).reshape(-1, 2))
    refused = np.logical_or.reduce([found for _, found in refusals]) if refusals else np.zeros(len(rows), bool)
    for one, is_refused in zip(named, refused.tolist(), strict=True):
        if is_refused or one.shortfall is None or one.shortfall < 0:
            yield f"mentee {one.id}: {one.nearest} is no eligible mentor who was missed by {one.shortfall} points"


def _tell_difference(found: msgspec.Struct, right: msgspec.Struct) -> str:
    """Return the first field of what is written that is not what it should be."""
    fields = ((name, getattr(found, name), getattr(right, name)) for name in right.__struct_fields__)
    name, written, wanted = next(field for field in fields if field[1] != field[2])
    return f"the {name} is written as {written!r}, {wanted!r} is right"


def _check_loads(case: Case) -> Iterator[str]:
    places = count_crowd_places(case) if case.is_large else count_places(case.whole)
    expected = list_loads(case.whole, case.solution, case.roster, places)
    if case.is_large and case.matching.status == "optimal":
        claims = {load.mentor: load.one_more for load in case.matching.mentors}
        expected = tuple(msgspec.structs.replace(load, one_more=claims.get(load.mentor)) for load in expected)
        yield from _check_gains(case)
    if [load.mentor for load in case.matching.mentors] != [load.mentor for load in expected]:
        yield "the mentors listed are not those of the roster, in the order of their ids"
        return
    for load, right in zip(case.matching.mentors, expected, strict=True):
        if load != right:
            yield f"mentor {load.mentor}: {_tell_difference(load, right)}"


def _check_gains(case: Case) -> Iterator[str]:
    """Yield where one more place is said to be worth less than nothing, or more than its price, which bounds it."""
    prices = read_prices(case.matching.certificate, case.roster).mentors.tolist()
    for load in case.matching.mentors:
        most = max((0, 0), tuple(prices[case.mentor_rows[load.mentor]])) if load.mentor in case.mentor_rows else (0, 0)
        gain = (0, 0) if load.one_more is None else (load.one_more.coverage, load.one_more.points)
        if load.one_more is None or not (0, 0) <= _order(case, gain) <= most:
            yield f"mentor {load.mentor}: one more place is worth no more than its price, and no less than nothing"


def _order(case: Case, gain: tuple[int, int]) -> tuple[int, int]:
    """Return a gain as prices have it: coverage counts only where it is sought."""
    return gain if case.program.objective == "coverage" else (0, gain[1])


def _check_notices(case: Case) -> Iterator[str]:
    checked = check_roster(case.roster, case.program)
    expected = list_notices(case.whole, case.solution, case.encoded, case.roster, case.program, checked)
    found = case.matching.notices
    missing, extra = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
    yield from (f"a notice is missing: {notice.text}" for notice in missing)
    yield from (f"a notice is not true: {notice.text}" for notice in extra)
    if not missing and not extra and found != expected:
        yield "the notices are not in their order"


TOLD_CHECKS: Checks = (
    ("prices say what one more place and one more contested time are worth", _check_prices),
    ("the reasons of those left over are true", _check_reasons),
    ("the mentors' loads add up", _check_loads),
    ("notices are all there, and true", _check_notices),
)
"""What follows from a sound answer, and from no other."""

LARGE_NAMES = {
    _check_prices: "every price is there once (not re-checked: whether they are the smallest)",
    _check_reasons: "the reasons of those left over are true (not re-checked: by how many points somebody fell short)",
    _check_loads: "the mentors' loads add up (of one more place, only that its price bounds it)",
}
"""What is promised of large rosters, whose pairs are not held at once."""
