"""How far the kernel is from what a core can do: ``python -m benchmarks.limits [CASE ...]``.

For one chunk of mentees on one core, each stage of the kernel is timed and its instructions are counted, and how many
pairs reach it. Beside it stands what the same core can do: its clock, and the bytes it reads in a second.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from benchmarks.phases import LISTED, cost
from benchmarks.problems import make_scorer
from benchmarks.registry import find_case
from benchmarks.rosters import make_encoded
from benchmarks.steps import can_count, count_instructions
from benchmarks.tables import write_table
from matchmaker.scoring import Encoded, kernel
from matchmaker.scoring.best import choose_chunk_rows
from matchmaker.scoring.layout import Flat
from matchmaker.scoring.passes import LOWEST, Answerer, Question
from matchmaker.solve.costs import Costs
from matchmaker.solve.sample import make_no_prices

CASES = ("10,000x2,000/open/0", "10,000x2,000/plain/0")
HIGH = np.int64(2**50)
"""A floor that no pair reaches."""

REPEATS = 15
FEW, MORE = 2, 12
"""Mentees whose instructions are counted; the difference has nothing in it that is done once."""

LINE = 64
SIZES = {"16 KiB": 1 << 14, "512 KiB": 1 << 19, "256 MiB": 1 << 28}
CYCLES = 5
"""A shift (1), an exclusive or (1) and a multiplication (3) that wait for each other, on current x86 and ARM cores."""


class Stage(NamedTuple):
    """A part of the kernel's work, which contains the stages before.

    Parameters
    ----------
    name : str
    seconds : float
        For each mentee.
    instructions : float
        For each mentee; 0 where they cannot be counted.
    """

    name: str
    seconds: float
    instructions: float


class Reached(NamedTuple):
    """How many mentors a mentee has on average who get so far."""

    eligible: float
    weighed: float
    started: float


@njit(cache=True)
def chain(num: int) -> Any:  # pragma: no cover - compiled
    """Shift, mix and multiply, each step waiting for the one before."""
    word = np.uint64(1)
    for _ in range(num):
        word = (word ^ (word >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    return word


@njit(cache=True)
def read_words(words: Any, turns: int) -> Any:  # pragma: no cover - compiled
    """Add up all words of an array, several times over."""
    total = np.uint64(0)
    for turn in range(turns):
        words[turn % 8] = turn
        for x in range(words.shape[0]):
            total += words[x]
    return total


def take_fastest(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the processor seconds of the fastest of some runs on this thread."""
    fastest = float("inf")
    for _ in range(repeats):
        began = time.thread_time()
        work()
        fastest = min(fastest, time.thread_time() - began)
    return fastest


def measure_clock(num: int = 50_000_000) -> float:
    """Return the cycles of a second."""
    chain(1)
    return CYCLES * num / take_fastest(lambda: chain(num), 3)


def measure_reading(size: int) -> float:
    """Return the bytes that one core reads in a second out of an array of some bytes."""
    words, turns = np.ones(size // 8, np.uint64), max(1, (1 << 29) // size)
    read_words(words, 1)
    return size * turns / take_fastest(lambda: read_words(words, turns), 5)


class Bench:
    """One chunk of a case, to be asked for in stages.

    Parameters
    ----------
    encoded : Encoded
    """

    def __init__(self, encoded: Encoded) -> None:
        self.encoded = encoded
        self.answerer: Answerer = make_scorer(encoded, use_kernel=True).workers.answerer
        self.costs: Costs = cost(encoded, make_no_prices(encoded.num_mentors))
        size = min(encoded.num_mentees, choose_chunk_rows(encoded.num_mentees, encoded.num_mentors))
        self.rows = self.answerer.layout.order[:size]
        self.floor = self.answerer.answer(self.ask(np.full(size, LOWEST)), self.costs).values[:, -1] - 1

    @property
    def flat(self) -> Flat:
        """What the kernel reads."""
        return self.answerer.layout.flat

    def ask(self, floor: Any) -> Question:
        """Return a question about the first mentees."""
        return Question(self.rows[: len(floor)], LISTED, floor, None)

    def prepare(self, flat: Flat, floor: Any) -> Callable[[], None]:
        """Return the work of the kernel alone, everything that it reads and writes made before."""
        size, costs, question = len(floor), self.costs, self.ask(floor)
        chunk = self.answerer._make_chunk(question, costs)
        fees = kernel.Fees(costs.mentors, costs.offsets, costs.starts, costs.prices, costs.open)
        lists = kernel.Found(
            np.empty((size, LISTED), np.int32),
            np.empty((size, LISTED), np.int64),
            np.empty((size, LISTED), np.int32),
            np.empty(size, np.int64),
            np.empty(0, np.int64),
        )
        room = self.answerer._make_room(chunk, LISTED)
        return lambda: kernel.list_best(flat, chunk, fees, lists, room)

    def list_stages(self) -> list[tuple[str, Flat, Any]]:
        """Return the stages, each with what the kernel is given so that it does no more."""
        no_goals = self.flat._replace(goal_offsets=np.zeros_like(self.flat.goal_offsets))
        high, lowest = np.full(len(self.rows), HIGH), np.full(len(self.rows), LOWEST)
        return [
            ("bits of the rules", no_goals, high),
            ("turns by goals", self.flat, high),
            ("who might be listed is weighed", self.flat, self.floor),
            ("the list is found", self.flat, lowest),
        ]

    def measure(self, *, is_counted: bool) -> Iterator[Stage]:
        """Yield what each stage takes for a mentee, with all stages before."""
        for name, flat, floor in self.list_stages():
            work, few, more = (self.prepare(flat, floor[:size]) for size in (len(floor), FEW, MORE))
            work()
            seconds = take_fastest(work) / len(floor)
            steps = count_instructions(more) - count_instructions(few) if is_counted else 0
            yield Stage(name, seconds, steps / (MORE - FEW))

    def measure_classes(self) -> float:
        """Return the seconds for a mentee that the vectors of the classes take."""
        question = self.ask(self.floor)
        return take_fastest(lambda: self.answerer._make_chunk(question, self.costs)) / len(self.rows)

    def count_bytes(self) -> float:
        """Return the bytes of bits that are read for a pair."""
        flat = self.flat
        goals = len(flat.goal_table) / self.encoded.num_mentees
        asked = len(flat.above_entry) / self.encoded.num_mentees if flat.is_above_asked else 0.0
        return 8 * flat.helpers.shape[1] * (1 + asked + 2 * goals) / self.encoded.num_mentors

    def count_reached(self, sample: int = 200) -> Reached:
        """Return how many mentors get how far once the list is full of the best, counted one by one in NumPy."""
        from matchmaker.scoring.blocks import score_block

        rows, floor = self.rows[:sample], self.floor[:sample]
        eligible = score_block(self.encoded, rows)[1]
        chunk = self.answerer._make_chunk(self.ask(floor), self.costs)
        counts = np.zeros(2)
        for x, mentee in enumerate(rows.tolist()):
            counts += self._count_mentee(mentee, eligible[x], chunk.worth[chunk.earning[x]], int(floor[x]) + 1)
        weighed, started = counts / len(rows)
        return Reached(float(eligible.sum(axis=1).mean()), float(weighed), float(started))

    def _count_mentee(self, mentee: int, eligible: Any, worth: Any, least: int) -> Any:
        flat = self.flat
        goals = slice(flat.goal_offsets[mentee], flat.goal_offsets[mentee + 1])
        earned = flat.tables[flat.goal_table[goals, None], flat.levels[flat.goal_subject[goals]]]
        helps, peaks = earned > 0, flat.peaks[flat.goal_table[goals]]
        bound = np.where(helps.sum(axis=0) > 1, peaks.sum(), (helps * peaks[:, None]).max(axis=0, initial=0))
        value = worth.astype(np.int64) + flat.base[mentee] + flat.start_peaks[flat.start_row[mentee]]
        weighed = eligible & (value + bound >= least)
        return weighed.sum(), (weighed & (value + earned.sum(axis=0) >= least)).sum()


def describe_machine() -> tuple[float, list[str]]:
    """Return the clock, and lines about what one core does."""
    clock = measure_clock()
    told = ", ".join(f"{measure_reading(size) / 1e9:.0f} GB/s out of {name}" for name, size in SIZES.items())
    return clock, [f"One core: {clock / 1e9:.2f} GHz; it reads {told}.", ""]


def describe_case(name: str, clock: float, *, is_counted: bool) -> list[str]:
    """Return a table of the stages of a case, and what it says of bytes."""
    bench = Bench(make_encoded(find_case(name)))
    mentors, reached = bench.encoded.num_mentors, bench.count_reached()
    table, before = [], Stage("", 0.0, 0.0)
    for stage in bench.measure(is_counted=is_counted):
        seconds, steps = stage.seconds - before.seconds, stage.instructions - before.instructions
        table.append(describe_stage(stage.name, seconds, steps, clock, mentors))
        before = stage
    table.append(describe_stage("together", before.seconds, before.instructions, clock, mentors))
    bytes_read, speed = bench.count_bytes(), mentors / before.seconds
    return [
        f"### {name}",
        "",
        *write_table(("stage", "ns a mentee", "instructions a mentee", "a pair", "a cycle"), table),
        f"Of {mentors:,} mentors, {reached.eligible:,.0f} are eligible; against the final list, "
        f"{reached.weighed:.0f} are weighed, and the starts of {reached.started:.0f} counted.",
        f"Vectors of the classes: {bench.measure_classes() * 1e9:,.0f} ns a mentee.",
        f"Bits read: {bytes_read:.2f} bytes a pair, {bytes_read * speed / 1e9:.1f} GB/s.",
        f"{speed:.3g} pairs a second on one core, {clock / speed:.1f} cycles a pair.",
        "",
    ]


def describe_stage(name: str, seconds: float, steps: float, clock: float, mentors: int) -> tuple[str, ...]:
    """Return a row of the table."""
    counted = (f"{steps:,.0f}", f"{steps / mentors:.2f}", f"{steps / (seconds * clock):.1f}") if steps else ("", "", "")
    return (name, f"{seconds * 1e9:,.0f}", *counted)


def main() -> None:
    """Measure and print."""
    is_counted = can_count()
    clock, lines = describe_machine()
    for name in sys.argv[1:] or CASES:
        lines += describe_case(name, clock, is_counted=is_counted)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
