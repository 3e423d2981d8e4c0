"""A search that is stopped, that begins elsewhere, or that finds nothing possible says only what is true of all pairs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.certificate import bound_problem, find_violations, recount_conflict
from matchmaker.errors import Infeasible, Stopped
from matchmaker.solve import rounds
from matchmaker.solve.outcome import Answer, Learned, Outcome, Start
from matchmaker.solve.problem import UNSCHEDULED, Prices, Problem, Solution
from matchmaker.solve.progress import Progress
from matchmaker.solve.recall import UNPROVEN
from matchmaker.solve.search import solve
from tests.oracles import Size
from tests.solve.prices import draw_prices
from tests.solve.problems import make_problem
from tests.solve.tables import draw_equal, read_values, search

Ints = NDArray[np.int64]
SEEDS = st.integers(0, 2**32 - 1)
SIZE = Size(7, 6, 40)
CROWD = Size(60, 14, 700)


def solve_all(problem: Problem) -> tuple[int, ...] | None:
    """Return the best values with all pairs at once, None if nothing is possible."""
    try:
        return read_values(solve(problem))
    except Infeasible:
        return None


def check_answer(problem: Problem, outcome: Outcome, best: tuple[int, ...]) -> None:
    """Hold an answer, proven or not, against every pair: feasible, its bound true and that of its prices."""
    solution = outcome.solution
    value, bound = read_values(solution), tuple(level.bound for level in solution.levels)
    assert find_violations(outcome.problem, solution.chosen, solution.starts) == []
    assert value <= best <= bound
    assert solution.status == ("optimal" if value == bound else "feasible")
    assert bound_problem(problem, solution.prices)[-len(bound) :] == bound
    whole = {tuple(pair): worth for pair, worth in zip(problem.pairs.tolist(), problem.points.tolist(), strict=True)}
    chosen = outcome.problem.pairs[solution.chosen].tolist()
    assert sum(whole[tuple(pair)] for pair in chosen) == value[-1]
    assert {tuple(pair) for pair in problem.pairs[problem.required].tolist()} <= set(map(tuple, chosen))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("use_kernel", [False, True])
def test_crowds(seed: int, use_kernel: bool) -> None:
    """Over many rounds with many people, mended or not, the answer is the best one, and proven over all pairs."""
    problem = draw_equal(seed, CROWD)
    best = solve_all(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "NEAR_SHARE", 1.0)
        if best is None:
            with pytest.raises(Infeasible):
                search(problem, use_kernel=use_kernel)
            return
        outcome = search(problem, use_kernel=use_kernel)
    check_answer(problem, outcome, best)
    assert read_values(outcome.solution) == best
    assert (outcome.effort.mended > 0) == (use_kernel and outcome.effort.rounds > 1)


@pytest.mark.parametrize("seed", range(6))
def test_scale_widened(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where prices outgrow the scale, what was proven on the old one is forgotten, and the answer is the best one."""
    monkeypatch.setattr(rounds, "LEAST_BITS", 12)
    problem = draw_equal(seed, CROWD)
    best = solve_all(problem)
    if best is not None:
        outcome = search(problem)
        check_answer(problem, outcome, best)
        assert read_values(outcome.solution) == best


@settings(max_examples=80)
@given(SEEDS, st.integers(0, 6))
def test_stopped(seed: int, patience: int) -> None:
    """Stopped at any question, there is a feasible answer with a true bound, or none before the first flow."""
    problem, asked = draw_equal(seed, SIZE), 0
    best = solve_all(problem)
    if best is None:
        return
    told: list[Progress] = []

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > patience

    try:
        outcome = search(problem, should_stop=should_stop, on_progress=told.append)
    except Stopped:
        assert "flow" not in {step.phase for step in told}
        return
    assert patience > 0
    check_answer(problem, outcome, best)
    if outcome.solution.status == "feasible":
        assert outcome.shortfalls == {}


def test_stopped_is_feasible() -> None:
    """A search that is stopped after its first flow says so, where the flow is not the best yet."""
    table = np.random.default_rng(3).integers(0, 999, (40, 20)).tolist()
    problem = make_problem(table, capacity=2)
    told: list[Progress] = []
    outcome = search(problem, on_progress=told.append, should_stop=lambda: any(one.phase == "flow" for one in told))
    assert outcome.solution.status == "feasible"
    check_answer(problem, outcome, read_values(solve(problem)))


@settings(max_examples=60)
@given(SEEDS, st.integers(0, 2_000_000))
def test_gap(seed: int, gap: int) -> None:
    """A search within a gap ends at a proven coverage, its points no further from the bound than the gap."""
    problem = draw_equal(seed, SIZE)
    best = solve_all(problem)
    if best is None:
        return
    outcome = search(problem, gap=gap)
    check_answer(problem, outcome, best)
    *coverage, points = outcome.solution.levels
    assert all(level.gap == 0 for level in coverage)
    assert points.gap <= gap


def test_gap_stops_early() -> None:
    """A wide gap ends the search in fewer rounds than the proof takes."""
    problem = make_problem(np.random.default_rng(4).integers(0, 999, (60, 30)).tolist())
    wide, proven = search(problem, gap=100), search(problem)
    assert wide.effort.rounds < proven.effort.rounds
    assert (wide.solution.status, proven.solution.status) == ("feasible", "optimal")


def test_minimum_of_a_mentor_nobody_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minimum that the first candidates cannot meet makes more candidates, and is met."""
    monkeypatch.setattr(rounds, "SUPPLY", 0)
    problem = make_problem([[900, 5, 1]] * 6, capacity=6, minimum=[0, 2, 3])
    outcome = search(problem)
    assert read_values(outcome.solution) == solve_all(problem) == (12, 900 + 2 * 5 + 3)
    check_answer(problem, outcome, (12, 913))


def test_supplied_minimums() -> None:
    """Mentors with a minimum have candidates from the beginning, so that one flow is enough to meet it."""
    problem = make_problem([[900, 5, 1]] * 6, capacity=6, minimum=[0, 2, 3])
    phases: list[str] = []
    search(problem, on_progress=lambda step: phases.append(step.phase))
    assert phases[: phases.index("flow")].count("pairs priced") > 1


@settings(max_examples=150)
@given(SEEDS, st.booleans())
def test_impossible(seed: int, is_supplied: bool) -> None:
    """What cannot be done is told with a conflict that is one over all pairs; whatever can be done is found."""
    rng = np.random.default_rng(seed)
    problem = draw_equal(seed, SIZE)
    problem = replace(problem, minimum=np.minimum(rng.integers(0, 4, problem.num_mentors), problem.capacity))
    best = solve_all(problem)
    with pytest.MonkeyPatch.context() as patch:
        if not is_supplied:
            patch.setattr(rounds, "SUPPLY", 0)
        if best is None:
            with pytest.raises(Infeasible) as caught:
                search(problem)
            assert recount_conflict(problem, caught.value.conflict) >= 1
            return
        outcome = search(problem)
    check_answer(problem, outcome, best)
    assert read_values(outcome.solution) == best


def change_roster(rng: np.random.Generator, problem: Problem) -> tuple[Problem, Ints, Ints]:
    """Return a problem in which people left, joined and changed places, and the old row of each, -1 for the new."""
    mentees = np.arange(problem.num_mentees)[rng.random(problem.num_mentees) < 0.8]
    mentors = np.arange(problem.num_mentors)[rng.random(problem.num_mentors) < 0.8]
    rows = rng.permutation(np.append(mentees, np.full(int(rng.integers(0 if len(mentees) else 1, 3)), -1)))
    columns = rng.permutation(np.append(mentors, np.full(int(rng.integers(0 if len(mentors) else 1, 3)), -1)))
    known = {tuple(pair): worth for pair, worth in zip(problem.pairs.tolist(), problem.points.tolist(), strict=True)}
    cells = []
    for i, row in enumerate(rows.tolist()):
        for j, column in enumerate(columns.tolist()):
            if row >= 0 and column >= 0:
                worth = known.get((row, column))
            else:
                worth = int(rng.integers(0, 1 + int(problem.points.max(initial=5)))) if rng.random() < 0.7 else None
            if worth is not None:
                cells.append((i, j, worth))
    pairs = np.array([cell[:2] for cell in cells], np.int32).reshape(-1, 2)

    def carry(column: Ints, places: Ints, fresh: int) -> Ints:
        return np.where(places >= 0, np.append(column, fresh)[places], fresh)

    times = problem.times
    if times is not None:
        bits = times.mentee_starts, times.mentor_starts
        times = replace(
            times,
            mentee_starts=np.concatenate([bits[0], bits[1][:1]])[rows],
            mentor_starts=np.concatenate([bits[1], bits[0][:1]])[columns],
            mentee_known=np.append(times.mentee_known, True)[rows],
            mentor_known=np.append(times.mentor_known, True)[columns],
        )
    changed = replace(
        problem,
        num_mentees=len(rows),
        num_mentors=len(columns),
        pairs=pairs,
        points=np.array([cell[2] for cell in cells], np.int64),
        capacity=carry(problem.capacity, columns, 2),
        minimum=carry(problem.minimum, columns, 0),
        wanted=carry(problem.wanted, rows, 1),
        priority=np.unique(carry(problem.priority, rows, 0), return_inverse=True)[1].reshape(-1).astype(np.int64),
        required=np.empty(0, np.int64),
        need=np.full(len(pairs), 60),
        available=np.full(len(columns), -1),
        times=times,
    )
    return changed, rows, columns


def invert(places: Ints, size: int) -> Ints:
    """Return the new row of each old one, -1 for those who left."""
    new = np.full(size, -1, np.int64)
    new[places[places >= 0]] = np.flatnonzero(places >= 0)
    return new


def carry_prices(prices: Prices, columns: Ints, size: int) -> Prices:
    """Return prices with the rows of the mentors of now."""
    new = invert(columns, size)
    mentors = np.where((columns >= 0)[:, None], prices.mentors[columns], 0)
    owner = new[prices.times[:, 0]]
    times = np.column_stack([owner, prices.times[:, 1:]])[owner >= 0]
    return Prices(mentors, times[np.lexsort((times[:, 1], times[:, 0]))])


def carry_answer(problem: Problem, solution: Solution, shown: Problem, rows: Ints, columns: Ints) -> Answer:
    """Return the pairs of an earlier answer whose people are still there."""
    mentee = invert(rows, problem.num_mentees)[shown.pairs[solution.chosen, 0]]
    mentor = invert(columns, problem.num_mentors)[shown.pairs[solution.chosen, 1]]
    kept = (mentee >= 0) & (mentor >= 0)
    keys = mentee[kept] * len(columns) + mentor[kept]
    order = np.argsort(keys)
    prices = carry_prices(solution.prices, columns, problem.num_mentors)
    return Answer(keys[order], solution.starts[kept][order], prices)


def carry_learned(problem: Problem, learned: Learned, answer: Answer, rows: Ints, columns: Ints) -> Start:
    """Return a start that knows what an earlier search had learned of those who are still there."""
    mentee = invert(rows, problem.num_mentees)[learned.keys // problem.num_mentors]
    mentor = invert(columns, problem.num_mentors)[learned.keys % problem.num_mentors]
    kept = (mentee >= 0) & (mentor >= 0)
    keys = mentee[kept] * len(columns) + mentor[kept]
    order = np.argsort(keys)
    worst = np.where(rows >= 0, learned.worst[rows], UNPROVEN)
    return Start(answer.prices, answer, keys[order], learned.points[kept][order], worst, columns < 0, learned.bits)


@settings(max_examples=150)
@given(SEEDS, st.sampled_from(["learned", "answer", "wrong prices", "stale answer"]), st.booleans())
def test_start(seed: int, kind: str, use_kernel: bool) -> None:
    """From an earlier answer, with what was learned or without, even a wrong one, the value is that from scratch."""
    rng = np.random.default_rng(seed)
    problem = replace(draw_equal(seed, SIZE), required=np.empty(0, np.int64))
    learned: list[Learned] = []
    try:
        earlier = search(problem, on_learned=learned.append)
    except Infeasible:
        return
    changed, rows, columns = change_roster(rng, problem)
    answer = carry_answer(problem, earlier.solution, earlier.problem, rows, columns)
    start = Start(answer.prices, answer)
    if kind == "learned":
        start = carry_learned(problem, learned[0], answer, rows, columns)
    elif kind == "wrong prices":
        start = Start(draw_prices(rng, changed, 10**6), answer)
    elif kind == "stale answer":
        keys = np.flatnonzero(rng.random(changed.num_mentees * changed.num_mentors) < 0.5)
        stale = Answer(keys, np.where(rng.random(len(keys)) < 0.5, 3, UNSCHEDULED), answer.prices)
        start = Start(answer.prices, stale)
    best = solve_all(changed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "NEAR_SHARE", 1.0)
        if best is None:
            with pytest.raises(Infeasible):
                search(changed, start=start, use_kernel=use_kernel)
            return
        outcome = search(changed, start=start, use_kernel=use_kernel)
    check_answer(changed, outcome, best)
    assert read_values(outcome.solution) == best


def test_nothing_changed() -> None:
    """With everything learned and nothing changed, one flow is enough, mended, and nobody is looked at again."""
    problem = make_problem(np.random.default_rng(3).integers(0, 999, (40, 20)).tolist(), capacity=2)
    learned: list[Learned] = []
    first = search(problem, on_learned=learned.append)
    every = np.arange(40), np.arange(20)
    answer = carry_answer(problem, first.solution, first.problem, *every)
    start = carry_learned(problem, learned[0], answer, *every)
    again = search(problem, start=start, use_kernel=True)
    assert read_values(again.solution) == read_values(first.solution)
    assert (again.effort.rounds, again.effort.mended, again.effort.looked_at) == (1, 1, 0)
    other = search(problem, start=replace(start, bits=start.bits + 1))
    assert read_values(other.solution) == read_values(first.solution)


@pytest.mark.parametrize("patience", range(6))
def test_stopped_after_a_start(patience: int) -> None:
    """A search that began with what was learned can be stopped at any question, too, and has a true bound."""
    problem = make_problem(np.random.default_rng(3).integers(0, 999, (40, 20)).tolist(), capacity=2)
    learned: list[Learned] = []
    first = search(problem, on_learned=learned.append)
    changed, rows, columns = change_roster(np.random.default_rng(5), problem)
    answer = carry_answer(problem, first.solution, first.problem, rows, columns)
    asked = iter([False] * patience + [True] * 99)
    options: dict[str, Any] = {"should_stop": lambda: next(asked)}
    start = carry_learned(problem, learned[0], answer, rows, columns)
    best = solve_all(changed)
    assert best is not None
    try:
        outcome = search(changed, start=start, **options)
    except Stopped:
        assert patience < 3
        return
    assert patience > 0
    check_answer(changed, outcome, best)


def test_progress() -> None:
    """Each step says how far the search has come; a bound on points is told once the coverage is proven."""
    problem = make_problem(np.random.default_rng(3).integers(0, 999, (40, 20)).tolist(), capacity=2)
    told: list[Progress] = []
    outcome = search(problem, on_progress=told.append)
    flows = [step for step in told if step.phase == "flow"]
    assert [step.round for step in flows] == list(range(1, outcome.effort.rounds + 1))
    assert [step.candidates for step in flows] == sorted(step.candidates or 0 for step in flows)
    last = [step for step in told if step.phase == "prices"][-1]
    total = outcome.solution.levels[-1].value
    assert (last.matched, last.total, last.bound, last.gap) == (40, total, total, 0)
    assert all(step.gap is None or step.gap >= 0 for step in told)
    assert any(step.pairs_per_second for step in told)
