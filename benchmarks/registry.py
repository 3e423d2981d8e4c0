"""The cases: size × severity × seed. Each severity is one hard shape, with a knob that says how hard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Size:
    """How many people there are.

    Parameters
    ----------
    mentees, mentors : int
    """

    mentees: int
    mentors: int

    def __str__(self) -> str:
        return f"{self.mentees:,}x{self.mentors:,}"

    @property
    def pairs(self) -> int:
        """How many pairs there are, eligible or not."""
        return self.mentees * self.mentors


@dataclass(frozen=True)
class Knobs:
    """What a severity changes in the generated roster; the defaults are the plain one.

    Parameters
    ----------
    places : float
        Places of all mentors together, for each mentee.
    timetable : bool
        Whether every pair needs a weekly time of its own.
    kinds : int
        Different people on each side, each of whom occurs over and over; 0 leaves everybody as they are.
    stars : float
        Share of mentors who know every subject best and whom therefore everyone wants.
    island : int
        Mentors in an island; mentees are eligible on theirs alone. 0 makes no islands.
    minimum : int
        Fewest mentees of every mentor, cut to their places.
    giant : int
        Capacity of one mentor; 0 for no giant.
    tiers : int
        Tiers of priority.
    half_hours : tuple of int or None
        Fewest and most free half hours a week of everybody; None leaves them as they are.
    helps : bool
        Whether a mentor has to be ahead on a goal, the rule that refuses most pairs.
    single : bool
        Whether every mentor has exactly one place, for rivals that know no capacities.
    """

    places: float = 1.1
    timetable: bool = False
    kinds: int = 0
    stars: float = 0.0
    island: int = 0
    minimum: int = 0
    giant: int = 0
    tiers: int = 1
    half_hours: tuple[int, int] | None = None
    helps: bool = True
    single: bool = False


@dataclass(frozen=True)
class Severity:
    """One hard shape.

    Parameters
    ----------
    name : str
    told : str
        What is hard about it, for the page.
    knobs : Knobs
    """

    name: str
    told: str
    knobs: Knobs = field(default_factory=Knobs)


SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {
        severity.name: severity
        for severity in (
            Severity("plain", "places for 110 % of the mentees, no weekly times"),
            Severity("timetable", "the same, and every pair needs a weekly time of its own", Knobs(timetable=True)),
            Severity(
                "open", "no mentor has to be ahead on a goal, so that most pairs are eligible", Knobs(helps=False)
            ),
            Severity("single", "every mentor has one place", Knobs(single=True)),
            Severity("ties", "everybody on a side is the same person, so that all points are equal", Knobs(kinds=1)),
            Severity("kinds", "twenty different people on each side, each of them over and over", Knobs(kinds=20)),
            Severity("scarcity", "places for 60 % of the mentees", Knobs(places=0.6)),
            Severity("surplus", "places for 300 % of the mentees", Knobs(places=3.0)),
            Severity("rush", "everyone wants the same 1 % of the mentors", Knobs(stars=0.01)),
            Severity("islands", "a rule leaves each mentee at most four eligible mentors", Knobs(island=4)),
            Severity("minimums", "every mentor asks for at least three mentees", Knobs(minimum=3)),
            Severity("giant", "one mentor has a capacity of 10,000", Knobs(giant=10_000)),
            Severity("tiers", "twenty tiers of priority, places for 80 % of the mentees", Knobs(places=0.8, tiers=20)),
            Severity("tight", "two to six free half hours a week each", Knobs(timetable=True, half_hours=(2, 6))),
        )
    }
)

SIZES: Mapping[str, Size] = MappingProxyType(
    {
        str(size): size
        for size in (
            Size(500, 100),
            Size(500, 500),
            Size(2_000, 400),
            Size(10_000, 2_000),
            Size(20_000, 4_000),
            Size(100_000, 20_000),
            Size(1_000_000, 100_000),
            # beside the diagonal, so that the growth with either side shows
            Size(20_000, 2_000),
            Size(10_000, 4_000),
            Size(40_000, 4_000),
            Size(20_000, 8_000),
        )
    }
)


@dataclass(frozen=True)
class Case:
    """One roster of the registry.

    Parameters
    ----------
    size : Size
    severity : Severity
    seed : int
    """

    size: Size
    severity: Severity
    seed: int = 0

    def __str__(self) -> str:
        return f"{self.size}/{self.severity.name}/{self.seed}"


def find_case(name: str) -> Case:
    """Return a case by its name, such as ``2,000x400/plain/0``.

    Raises
    ------
    KeyError
        If there is no such size or severity.
    """
    size, severity, seed = name.split("/")
    return Case(SIZES[size], SEVERITIES[severity], int(seed))
