"""The flow over the candidates is the best one, by whichever of the quick ways it was found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.solve import restricted
from matchmaker.solve.auction import BELOW
from matchmaker.solve.outcome import Answer
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import UNSCHEDULED, Prices, Problem, make_prices
from matchmaker.solve.residual import find_prices
from matchmaker.solve.restricted import (
    State,
    Ways,
    find_largest,
    keep_flow,
    locate_answer,
    read_unserved,
    solve_restricted,
)
from matchmaker.solve.search import measure
from tests.oracles import Size, find_breaches
from tests.solve.prices import draw_prices
from tests.solve.problems import make_problem
from tests.solve.tables import draw_equal

Ints = NDArray[np.int64]
SEEDS = st.integers(0, 2**32 - 1)
SIZE = Size(7, 5, 25)


def draw(seed: int) -> Problem:
    """Return a random problem in which nobody has more required mentors than wanted."""
    problem = draw_equal(seed, SIZE)
    taken = np.bincount(problem.pairs[problem.required, 0], minlength=problem.num_mentees)
    return replace(problem, wanted=np.maximum(problem.wanted, taken))


def solve(problem: Problem, **options: object) -> State | None:
    """Return the best flow over all candidates of a problem."""
    return solve_restricted(problem, count_places(problem), **options)  # type: ignore[arg-type]


def value(state: State) -> tuple[int, int]:
    """Return what a flow is worth, once it is certain that it keeps every demand."""
    chosen, starts = state.chosen
    assert find_breaches(state.problem, chosen, starts) == []
    coverage, points = measure(state.problem, chosen)
    return coverage if state.problem.objective == "coverage" else 0, points


def keep_some(problem: Problem, rng: np.random.Generator) -> Problem:
    """Return the problem with some of its candidates only, the required ones among them."""
    kept = rng.random(len(problem.pairs)) < 0.6
    kept[problem.required] = True
    places = np.cumsum(kept) - 1
    return replace(
        problem,
        pairs=problem.pairs[kept],
        points=problem.points[kept],
        need=problem.need[kept],
        required=places[problem.required],
    )


@settings(max_examples=150)
@given(SEEDS)
def test_ways_agree(seed: int) -> None:
    """With a known coverage, without a hope of serving everybody, and without any knowledge, the value is the same."""
    problem = draw(seed)
    state = solve(problem)
    hopeless = solve(problem, ways=Ways(serves_all=False))
    if state is None:
        assert hopeless is None
        return
    assert hopeless is not None
    known = solve(problem, unserved=read_unserved(state))
    assert known is not None
    assert value(state) == value(hopeless) == value(known)
    assert read_unserved(known).tolist() == read_unserved(state).tolist()
    for one in (hopeless, known):
        assert one.prices.mentors.tolist() == state.prices.mentors.tolist()
        assert one.prices.times.tolist() == state.prices.times.tolist()


@settings(max_examples=100)
@given(SEEDS)
def test_wrong_coverage(seed: int) -> None:
    """A coverage that cannot be had is no obstacle: the best one is found all the same."""
    problem = replace(draw(seed), objective="coverage")
    state = solve(problem, ways=Ways(serves_all=False))
    if state is not None:
        wrong = solve(problem, unserved=np.zeros_like(read_unserved(state)))
        assert wrong is not None
        assert value(wrong) == value(state)


@settings(max_examples=250)
@given(SEEDS, st.booleans())
def test_mended(seed: int, is_wrong: bool) -> None:
    """A flow that is mended from an answer to other candidates, at right or wrong prices, is as good as a new one."""
    rng = np.random.default_rng(seed)
    problem = draw(seed)
    earlier = solve(keep_some(problem, rng))
    changed = replace(problem, points=np.maximum(0, problem.points + rng.integers(-3, 4, len(problem.points))))
    expected = solve(changed)
    if earlier is None:
        return
    before = earlier.read_answer()
    if is_wrong:
        before = replace(before, prices=draw_prices(rng, problem))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restricted, "MOST_STEPS_PER_ARC", 10**6)
        found = solve(changed, before=before)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found.was_mended
        assert value(found) == value(expected)
        assert found.prices.mentors.tolist() == expected.prices.mentors.tolist()


def test_below_a_minimum() -> None:
    """An earlier answer that leaves a mentor below the minimum is mended until it is met, or there is no flow."""
    none = np.empty(0, np.int64)
    before = Answer(none, none, Prices(np.zeros((2, 2), np.int64), np.empty((0, 4), np.int64)))
    state = solve(make_problem([[9, 1], [8, 3]], minimum=1), before=before)
    assert state is not None
    assert (state.was_mended, value(state)) == (True, (4, 12))
    assert solve(make_problem([[9, None], [8, None]], capacity=2, minimum=1), before=before) is None


def test_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where mending would take too long, the flow is found anew."""
    problem = make_problem([[9, 1], [8, 3]])
    before = Answer(
        np.array([1, 2]), np.full(2, UNSCHEDULED), Prices(np.zeros((2, 2), np.int64), np.empty((0, 4), int))
    )
    mended = solve(problem, before=before)
    monkeypatch.setattr(restricted, "MOST_STEPS_PER_ARC", 0)
    anew = solve(problem, before=before)
    assert mended is not None
    assert anew is not None
    assert (mended.was_mended, anew.was_mended) == (True, False)
    assert value(mended) == value(anew) == (4, 12)


@settings(max_examples=150)
@given(SEEDS)
def test_kept(seed: int) -> None:
    """A flow that is kept over more candidates has the same pairs, starts and value, and is balanced in every node."""
    problem = draw(seed)
    state = solve(keep_some(problem, np.random.default_rng(seed)))
    if state is None:
        return
    kept = keep_flow(state, problem, count_places(problem))
    assert value(kept) == value(state)
    assert kept.read_answer().keys.tolist() == state.read_answer().keys.tolist()
    assert kept.read_answer().starts.tolist() == state.read_answer().starts.tolist()
    balance = np.zeros(kept.network.num_nodes, np.int64)
    np.add.at(balance, kept.network.tail, kept.flow)
    np.subtract.at(balance, kept.network.head, kept.flow)
    assert balance.tolist() == kept.network.supply.tolist()


@settings(max_examples=100)
@given(SEEDS)
def test_prices(seed: int) -> None:
    """Both ends of the prices are those of the residual graph of the flow."""
    state = solve(draw(seed))
    if state is None:
        return
    largest, residual = find_largest(state)
    for found, expected in zip((state.prices, largest), find_prices(residual), strict=True):
        assert found.mentors.tolist() == expected.mentors.tolist()
        assert found.times.tolist() == expected.times.tolist()


def test_located() -> None:
    """Pairs of an answer that are no candidates any more are left out, with their starts."""
    problem = make_problem([[1, None], [None, 2]])
    answer = Answer(np.array([0, 1, 3]), np.array([7, 8, 9]), Prices(np.zeros((2, 2), int), np.empty((0, 4), int)))
    assert [part.tolist() for part in locate_answer(problem, answer)] == [[0, 1], [7, 9]]


def test_copies() -> None:
    """A mentee who stands for several takes as many places, and those left over are counted at the hubs."""
    state = solve_restricted(make_problem([[5], [4]], capacity=5), np.array([5]), copies=3)
    assert state is not None
    assert state.flow[state.network.pair >= 0].tolist() == [3, 2]
    assert read_unserved(state).sum() == 1


@settings(max_examples=150)
@given(SEEDS, st.booleans())
def test_compiled_agrees(seed: int, serves_all: bool) -> None:
    """A flow that begins with an auction is worth as much as a new one, and has the same smallest prices."""
    problem = draw(seed)
    plain, compiled = solve(problem), solve(problem, ways=Ways(serves_all=serves_all), use_compiled=True)
    assert (plain is None) == (compiled is None)
    if plain is not None and compiled is not None:
        assert value(plain) == value(compiled)
        assert plain.prices.mentors.tolist() == compiled.prices.mentors.tolist()
        assert plain.prices.times.tolist() == compiled.prices.times.tolist()


@settings(max_examples=100)
@given(SEEDS)
def test_begin(seed: int) -> None:
    """Whatever prices bids begin with, the flow is worth as much, and its smallest prices are the same."""
    problem, rng = draw(seed), np.random.default_rng(seed)
    begin = make_prices(BELOW + rng.integers(-10, 40, problem.num_mentors))
    plain, begun = solve(problem), solve(problem, use_compiled=True, begin=begin)
    assert (plain is None) == (begun is None)
    if plain is not None and begun is not None:
        assert value(plain) == value(begun)
        assert plain.prices.mentors.tolist() == begun.prices.mentors.tolist()


@pytest.mark.parametrize("capacity", [1, 2])
def test_auction_is_enough(monkeypatch: pytest.MonkeyPatch, capacity: int) -> None:
    """The flow is found without a new one, whether there are places for all or not."""
    monkeypatch.setattr(restricted, "find_flow_at", None)
    problem = make_problem([[900, 300], [800, 100], [700, 600]], capacity=capacity)
    state = solve(problem, use_compiled=True)
    assert state is not None
    assert value(state) == {1: (4, 1_500), 2: (6, 2_300)}[capacity]


def test_failed_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ways that took too long are remembered as not worth trying again."""
    monkeypatch.setattr(restricted, "mend_from", lambda *_: None)
    problem = make_problem([[9, 1], [8, 3]])
    state, ways = solve(problem), Ways()
    assert state is not None
    assert solve(problem, ways=ways, before=state.read_answer()) is not None
    assert (ways.mends, ways.bids) == (False, True)
    assert solve(problem, ways=ways, use_compiled=True) is not None
    assert (ways.mends, ways.bids) == (False, False)
