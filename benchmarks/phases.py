"""The drivers of our own phases: each loads what it needs, and gives back the work to be timed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from benchmarks import store
from benchmarks.bounds import bound_anew
from benchmarks.clock import TURNS
from benchmarks.problems import count_places, describe_outcome, make_scorer, search
from benchmarks.registry import Case, find_case
from benchmarks.rivals import Dense
from benchmarks.rosters import make_encoded, make_program, make_roster, read_columns
from benchmarks.stopwatch import watch_phases
from matchmaker.scoring import Encoded
from matchmaker.scoring.best import Scorer
from matchmaker.scoring.passes import LOWEST
from matchmaker.solve.costs import Costs, choose_scale, make_costs
from matchmaker.solve.problem import Prices, Problem
from matchmaker.solve.sample import make_no_prices

LISTED = 16
MOST_BLOCK_PAIRS = 200_000_000
"""Pairs after which a pass by NumPy blocks is long enough to tell its speed."""

MILLION = 1_000_000


@dataclass(frozen=True)
class Job:
    """Work to be timed, and what to say of its answer.

    Parameters
    ----------
    work : callable
    describe : callable
        From what `work` returned to counts; not timed.
    turns : int
        How often the work is done at most.
    """

    work: Callable[[], Any]
    describe: Callable[[Any], dict[str, Any]] = lambda _: {}
    turns: int = TURNS


def warm_up() -> None:
    """Load the compiled kernel, so that no driver is charged for it."""
    from matchmaker.scoring.best import has_kernel

    if has_kernel():
        encoded = make_encoded(find_case("2,000x400/scarcity/0"))  # prices of every kind, and a flow that is mended
        search(encoded, make_scorer(encoded, use_kernel=True))


def prepare_case(folder: Path, name: str) -> Job:
    """Make the roster and the look-ups of a case and keep them."""
    case = find_case(name)

    def work() -> Encoded:
        encoded = make_encoded(case)
        store.keep(folder, name, "encoded", encoded)
        return encoded

    return Job(work, lambda encoded: {"mentees": encoded.num_mentees, "mentors": encoded.num_mentors}, turns=1)


def prepare_dense(folder: Path, name: str) -> Job:
    """Score every pair in blocks and keep the points, for rivals."""
    encoded = store.load(folder, name, "encoded")

    def work() -> Dense:
        return Dense(score_all(encoded), count_places(encoded))

    def describe(dense: Dense) -> dict[str, Any]:
        store.keep_dense(folder, name, dense)
        return {"eligible": int((dense.points >= 0).sum())}

    return Job(work, describe)


def score_all(encoded: Encoded) -> Any:
    """Return the points of all pairs, -1 where they are not eligible, int32."""
    from matchmaker.scoring.blocks import choose_block_rows, score_block

    points = np.empty((encoded.num_mentees, encoded.num_mentors), np.int32)
    size = choose_block_rows(encoded)
    for first in range(0, encoded.num_mentees, size):
        rows = np.arange(first, min(first + size, encoded.num_mentees))
        block, eligible = score_block(encoded, rows)
        points[rows] = np.where(eligible, block, -1)
    return points


def do_nothing(folder: Path, name: str) -> Job:
    """Take what every driver takes: an interpreter, imports, the compiled kernel."""
    return Job(lambda: None)


def read_files(folder: Path, name: str) -> Job:
    """Read CSV files into a checked roster."""
    from matchmaker.generate import write_roster
    from matchmaker.roster import Roster

    case = find_case(name)
    place = store.find_folder(folder, name) / "files"
    write_roster(place, case.size.mentees, case.size.mentors, case.seed)
    program = make_program(place, case.severity.knobs)
    return Job(
        lambda: Roster.from_columns(*read_columns(place, program)), lambda roster: {"people": count_people(case)}
    )


def count_people(case: Case) -> int:
    """Return how many people a case has."""
    return case.size.mentees + case.size.mentors


def encode_roster(folder: Path, name: str) -> Job:
    """Compile a roster into look-ups."""
    from matchmaker.scoring import encode

    roster, program = make_roster(find_case(name))
    return Job(lambda: encode(roster, program))


def score_by_kernel(folder: Path, name: str) -> Job:
    """List each mentee's best mentors without prices, by the kernel."""
    return _list_best(folder, name, use_kernel=True)


def score_by_blocks(folder: Path, name: str) -> Job:
    """The same by NumPy blocks, of as many mentees as make a fair sample."""
    return _list_best(folder, name, use_kernel=False)


def _list_best(folder: Path, name: str, *, use_kernel: bool) -> Job:
    encoded = store.load(folder, name, "encoded")
    scorer = make_scorer(encoded, use_kernel=use_kernel)
    most = encoded.num_mentees if use_kernel else MOST_BLOCK_PAIRS // encoded.num_mentors
    rows = np.arange(min(encoded.num_mentees, most))
    costs = cost(encoded, make_no_prices(encoded.num_mentors))
    scorer.list_best(rows[:1], costs, LISTED)
    return Job(lambda: scorer.list_best(rows, costs, LISTED), lambda lists: count_pairs(scorer, rows, lists.counts))


def count_pairs(scorer: Scorer, rows: Any, counts: Any) -> dict[str, Any]:
    """Return how many pairs a pass looked at, and how many of them are eligible."""
    return {"pairs": len(rows) * scorer.encoded.num_mentors, "eligible": int(counts.sum())}


def cost(encoded: Encoded, prices: Prices) -> Costs:
    """Return prices on a scale that holds them."""
    most = int(encoded.limits.wanted.max(initial=0))
    scale = choose_scale(prices, MILLION, 2 + int(encoded.limits.priority.max(initial=0)), most)
    return make_costs(prices, scale, encoded.limits.times)


def list_candidates(folder: Path, name: str) -> Job:
    """List each mentee's best mentors at the final prices."""
    encoded, outcome = store.load(folder, name, "encoded"), store.load(folder, name, "outcome")
    scorer, rows = make_scorer(encoded, use_kernel=True), np.arange(encoded.num_mentees)
    costs = cost(encoded, outcome.solution.prices)
    scorer.list_best(rows[:1], costs, LISTED)
    return Job(lambda: scorer.list_best(rows, costs, LISTED), lambda lists: count_pairs(scorer, rows, lists.counts))


def find_flow(folder: Path, name: str) -> Job:
    """Find the best flow over the candidates of the last round."""
    from matchmaker.solve.network import build_network
    from matchmaker.solve.restricted import find_flow_at

    encoded, outcome = store.load(folder, name, "encoded"), store.load(folder, name, "outcome")
    network = build_network(outcome.problem, count_places(encoded))
    counts = {"candidates": len(outcome.problem.pairs), "arcs": len(network.tail)}
    return Job(lambda: find_flow_at(network, None), lambda _: counts)


def find_smallest_prices(folder: Path, name: str) -> Job:
    """Find the smallest prices of a flow over the candidates of the last round."""
    from matchmaker.solve.network import build_network
    from matchmaker.solve.residual import build_residual, find_potentials
    from matchmaker.solve.restricted import find_flow_at

    encoded, outcome = store.load(folder, name, "encoded"), store.load(folder, name, "outcome")
    network = build_network(outcome.problem, count_places(encoded))
    flow = find_flow_at(network, None)
    assert flow is not None

    def work() -> Any:
        residual = build_residual(network, flow)
        return find_potentials(residual.forward, network.sink, network.mentor_node)

    return Job(work, lambda _: {"arcs": len(network.tail)})


def price_pairs(folder: Path, name: str) -> Job:
    """Hold the final prices against every pair, with nobody skipped."""
    encoded, outcome = store.load(folder, name, "encoded"), store.load(folder, name, "outcome")
    scorer, rows = make_scorer(encoded, use_kernel=True), np.arange(encoded.num_mentees)
    costs = cost(encoded, outcome.solution.prices)
    floor = find_floors(encoded, outcome.problem, costs)
    scorer.list_best(rows[:1], costs, LISTED)
    return Job(lambda: scorer.list_best(rows, costs, 1, floor), lambda lists: describe_gains(scorer, lists))


def find_floors(encoded: Encoded, problem: Problem, costs: Costs) -> Any:
    """Return for every mentee what a pair must be worth to be better than every candidate."""
    from matchmaker.solve.gains import find_present

    present = find_present(problem, costs, 1)[:, 0]
    bonus = np.where(encoded.limits.wanted > 0, 2 + encoded.limits.priority, 0) << np.int64(costs.scale.bits)
    return np.maximum(np.maximum(present, -bonus), LOWEST)


def describe_gains(scorer: Scorer, lists: Any) -> dict[str, Any]:
    """Return how many mentees could gain from a pair outside the candidates: none, if all is proven."""
    gaining = int((lists.mentors[:, 0] >= 0).sum())
    return {"gaining": gaining, **count_pairs(scorer, lists.rows, lists.counts)}


def verify_bound(folder: Path, name: str) -> Job:
    """Compute the bound of the final prices anew, as `matchmaker verify` does, without a solver."""
    encoded, outcome = store.load(folder, name, "encoded"), store.load(folder, name, "outcome")
    make_scorer(encoded).list_best(np.arange(1), cost(encoded, outcome.solution.prices), 1)

    def work() -> tuple[int, int]:
        return bound_anew(encoded, outcome.solution.prices)

    def describe(bound: tuple[int, int]) -> dict[str, Any]:
        told = tuple(level.value for level in outcome.solution.levels)
        return {"pairs": encoded.num_mentees * encoded.num_mentors, "is_proven": bound == told}

    return Job(work, describe)


def run_whole(folder: Path, name: str) -> Job:
    """Search and prove, from look-ups to the end, as matchmaker would; keep the outcome for other drivers."""
    encoded = store.load(folder, name, "encoded")

    def work() -> Any:
        with watch_phases() as watch:
            outcome = search(encoded, make_scorer(encoded))
        return outcome, watch

    def describe(answer: Any) -> dict[str, Any]:
        outcome, watch = answer
        store.keep(folder, name, "outcome", outcome)
        shares = {phase: round(seconds, 4) for phase, seconds in watch.seconds.items()}
        return {**describe_outcome(outcome), "phases": shares, "kernel": make_scorer(encoded).use_kernel}

    return Job(work, describe)


def run_small(folder: Path, name: str) -> Job:
    """Search and prove with every pair as a candidate, as matchmaker does for small rosters."""
    from matchmaker.answer.candidates import collect_candidates
    from matchmaker.solve.search import solve

    encoded = store.load(folder, name, "encoded")

    def work() -> Any:
        problem = collect_candidates(encoded, np.empty((0, 2), np.int64), "coverage")
        return problem, solve(problem)

    def describe(answer: Any) -> dict[str, Any]:
        problem, solution = answer
        levels = {level.name: level.value for level in solution.levels}
        return {"status": solution.status, "matched": len(solution.chosen), **levels, "candidates": len(problem.pairs)}

    return Job(work, describe)


def travel(folder: Path, name: str) -> Job:
    """Run the commands from generated files to a verified answer, with a log."""
    from benchmarks.journey import Journey

    journey = Journey(find_case(name), store.find_folder(folder, name) / "files")
    return Job(journey.run, dict, turns=1)


def count_clashes(folder: Path, name: str) -> Job:
    """Match without weekly times and see how many mentors could not meet all their mentees."""
    from benchmarks.clashes import find_clashes

    encoded = store.load(folder, name, "encoded")
    return Job(lambda: find_clashes(encoded), dict)


PHASES: Mapping[str, tuple[str, Callable[[Path, str], Job]]] = MappingProxyType(
    {
        "bare": ("imports and the compiled kernel alone", do_nothing),
        "prepare": ("making the case", prepare_case),
        "dense": ("the points of all pairs in blocks", prepare_dense),
        "read": ("read: CSV files to a roster", read_files),
        "encode": ("encode: roster to look-ups", encode_roster),
        "kernel": ("score pass by the kernel", score_by_kernel),
        "blocks": ("score pass by NumPy blocks", score_by_blocks),
        "candidates": ("candidates at the final prices", list_candidates),
        "flow": ("flow over the last candidates", find_flow),
        "prices": ("prices of that flow", find_smallest_prices),
        "pricing": ("pricing of every pair", price_pairs),
        "verify": ("verify: the bound anew, in blocks", verify_bound),
        "whole": ("whole run, look-ups to proof", run_whole),
        "small": ("every pair a candidate", run_small),
        "journey": ("from CSV files to a verified answer", travel),
        "clashes": ("impossible timetables", count_clashes),
    }
)
"""Each driver with what it is called on the page."""

WARMED = frozenset(
    {"bare", "journey", "kernel", "candidates", "flow", "prices", "pricing", "whole", "small", "clashes"}
    | {"leave", "join", "command"}
)
"""Drivers that run compiled code."""
