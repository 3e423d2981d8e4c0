"""A pass lists the best mentors under prices: blocks by the definition, the kernel to the last bit the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.registry import find_case
from benchmarks.rosters import make_encoded
from matchmaker.answer.candidates import find_rows
from matchmaker.roster import Roster
from matchmaker.scoring import Encoded, encode, passes, score_block
from matchmaker.scoring.best import Scorer
from matchmaker.scoring.encoded import NEVER_MENTIONED
from matchmaker.scoring.passes import LOWEST, Lists, choose_best, mix
from matchmaker.solve.costs import NOTHING, Costs, Scale, make_costs
from matchmaker.solve.problem import Prices, Times
from tests.scoring.programmes import draw_programme
from tests.scoring.reference import Reference
from tests.scoring.rosters import write_generated

Ints = NDArray[np.int64]
SEEDS = st.integers(0, 2**32)


def draw_prices(rng: np.random.Generator, num_mentors: int, times: Times | None) -> Prices:
    """Return random prices of places, and of some of the starts that mentors offer."""
    mentors = np.column_stack([rng.integers(-1, 3, num_mentors), rng.integers(-900_000, 900_000, num_mentors)])
    rows = np.empty((0, 2), np.int64)
    if times is not None:
        flags = np.unpackbits(times.mentor_starts.astype("<u8").view(np.uint8), axis=1, bitorder="little")
        rows = np.argwhere(flags & (rng.random(flags.shape) < 0.6))
    worth = np.column_stack([rng.integers(0, 2, len(rows)), rng.integers(1, 500_000, len(rows))])
    return Prices(mentors.astype(np.int64), np.concatenate([rows, worth], axis=1).astype(np.int64))


def draw_costs(rng: np.random.Generator, encoded: Encoded) -> Costs:
    """Return random prices as costs, now and then too wide for 32 bits."""
    scale = Scale(int(rng.choice([24, 40])))
    return make_costs(draw_prices(rng, encoded.num_mentors, encoded.limits.times), scale, encoded.limits.times)


def draw_questions(rng: np.random.Generator, encoded: Encoded) -> list[dict[str, Any]]:
    """Return some questions that a pass can be asked."""
    rows = rng.permutation(encoded.num_mentees)[: int(rng.integers(1, encoded.num_mentees + 1))]
    floor = rng.integers(-900_000, 900_000, len(rows))
    only, few = (rng.random(encoded.num_mentors) < share for share in (0.6, 0.15))
    return [
        {"rows": rows, "most": int(rng.integers(1, 6))},
        {"rows": rows, "most": 2, "floor": floor},
        {"rows": rows, "most": encoded.num_mentors + 1, "floor": floor, "only": only},
        {"rows": rows, "most": 3, "floor": floor, "only": few, "is_tallied": True},
    ]


def list_fields(lists: Lists) -> list[Any]:
    """Return all arrays of lists as plain lists."""
    return [array.tolist() for array in lists]


def list_plainly(encoded: Encoded, required: Ints, costs: Costs, rows: Ints, most: int, **options: Any) -> list[Any]:
    """Return what a pass should list, from the points of single pairs: the oracle."""
    points, eligible = score_block(encoded, rows)
    times, hidden = encoded.limits.times, set(map(tuple, required.tolist()))
    only = options.get("only", np.ones(encoded.num_mentors, bool))
    found = []
    for x, mentee in enumerate(rows.tolist()):
        able = [j for j in range(encoded.num_mentors) if eligible[x, j] and only[j] and (mentee, j) not in hidden]
        values = {j: int(points[x, j] - costs.cost_pairs(np.array([mentee]), np.array([j]), times)[0]) for j in able}
        ties = {j: int(mix(np.array([mentee]), np.array([j]))[0]) for j in able}
        floor = int(options.get("floor", np.full(len(rows), LOWEST))[x])
        best = sorted((j for j in able if values[j] > floor), key=lambda j: (-values[j], ties[j]))[:most]
        found.append(([(j, values[j], int(points[x, j])) for j in best], len(able)))
    return found


def read_lists(lists: Lists) -> list[Any]:
    """Return lists in the form of the oracle."""
    rows = zip(lists.mentors.tolist(), lists.values.tolist(), lists.points.tolist(), lists.counts.tolist(), strict=True)
    return [([cell for cell in zip(a, b, c, strict=True) if cell[0] >= 0], count) for a, b, c, count in rows]


@given(draw_programme(), SEEDS)
def test_both_ways_by_definition(reference: Reference, seed: int) -> None:
    """Over programmes with every component and rule, blocks and kernel list what single pairs say."""
    encoded = encode(Roster(reference.mentors, reference.mentees, reference.history), reference.program)
    required, rng = find_rows(encoded.roster, reference.program), np.random.default_rng(seed)
    costs = draw_costs(rng, encoded)
    blocks, kernel = (Scorer(encoded, required, use_kernel=use) for use in (False, True))
    for question in draw_questions(rng, encoded):
        lists = blocks.list_best(costs=costs, **question)
        assert read_lists(lists) == list_plainly(encoded, required, costs, **question)
        assert list_fields(kernel.list_best(costs=costs, **question)) == list_fields(lists)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> list[Encoded]:
    """Return a generated roster of several words of mentors, with and without a timetable."""
    return write_generated(tmp_path_factory.mktemp("generated"), 300, 150)


@pytest.mark.parametrize("seed", range(6))
def test_many_mentors(generated: list[Encoded], seed: int) -> None:
    """With many mentors, equal points and prices, the kernel lists what the blocks list."""
    rng = np.random.default_rng(seed)
    encoded = generated[seed % 2]
    required = np.column_stack([np.arange(4), np.arange(4)])
    costs = draw_costs(rng, encoded)
    if seed > 3:
        costs = make_costs(Prices(np.zeros((150, 2), np.int64), np.empty((0, 4), np.int64)), Scale(40), None)
    blocks, kernel = (Scorer(encoded, required, use_kernel=use) for use in (False, True))
    for question in draw_questions(rng, encoded):
        assert list_fields(kernel.list_best(costs=costs, **question)) == list_fields(
            blocks.list_best(costs=costs, **question)
        )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 1.0])
def test_every_density(generated: list[Encoded], share: float, seed: int) -> None:
    """Whether few or all mentors mention what mentees want, the kernel lists what the blocks list."""
    rng = np.random.default_rng(seed)
    terms = generated[1].level_terms
    assert terms is not None
    drawn = rng.integers(0, 6, terms.levels.shape)
    levels = np.where(rng.random(drawn.shape) < share, drawn, NEVER_MENTIONED).astype(np.int8)
    encoded = replace(generated[1], level_terms=replace(terms, levels=levels), rules=())
    costs = draw_costs(rng, encoded)
    blocks, kernel = (Scorer(encoded, np.empty((0, 2), np.int64), use_kernel=use) for use in (False, True))
    for question in draw_questions(rng, encoded):
        assert list_fields(kernel.list_best(costs=costs, **question)) == list_fields(
            blocks.list_best(costs=costs, **question)
        )


def test_ties_differ() -> None:
    """Among equals, mentees list different mentors, and each mentee always the same ones."""
    value, rows = np.zeros((50, 40), np.int64), np.arange(50)
    best = choose_best(value, rows, 3, np.full(50, LOWEST))
    assert len(np.unique(best)) > 30
    assert choose_best(value[::-1], rows[::-1], 3, np.full(50, LOWEST))[::-1].tolist() == best.tolist()


def test_nothing_to_list() -> None:
    """Where nobody is eligible, nothing is listed."""
    value = np.full((2, 3), NOTHING)
    assert choose_best(value, np.arange(2), 2, np.full(2, LOWEST)).tolist() == [[-1, -1], [-1, -1]]
    assert choose_best(value[:, :0], np.arange(2), 1, np.full(2, LOWEST)).tolist() == [[-1], [-1]]


@pytest.mark.parametrize("most_held", [0, 10**6])
def test_held_points(monkeypatch: pytest.MonkeyPatch, most_held: int) -> None:
    """A small roster is scored once, a larger one in every pass; the lists are the same, and asking leaves no trace."""
    rng = np.random.default_rng(3)
    encoded = make_encoded(find_case("500x100/timetable/0"))
    fresh = Scorer(encoded, np.empty((0, 2), np.int64), use_kernel=False)
    costs, rows = draw_costs(rng, encoded), np.arange(encoded.num_mentees)
    expected = list_fields(fresh.list_best(rows, costs, 2))
    monkeypatch.setattr(passes, "MOST_HELD", most_held)
    asked: list[int] = []

    def score_and_count(of: Encoded, some: Ints) -> Any:
        asked.append(len(some))
        return score_block(of, some)

    monkeypatch.setattr(passes, "score_block", score_and_count)
    scorer = Scorer(encoded, np.empty((0, 2), np.int64), use_kernel=False)
    only = rng.random(encoded.num_mentors) < 0.5
    scorer.list_best(rows[:1], costs, 2, only=only)
    assert list_fields(scorer.list_best(rows, costs, 2)) == expected
    assert list_fields(scorer.list_best(rows, costs, 2)) == expected
    assert sum(asked) == (len(rows) if most_held else 1 + 2 * len(rows))
