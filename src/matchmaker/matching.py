"""The answer: pairs, who is left over and why, every mentor's load, and the certificate."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["mentor", "mentee"]


class Meeting(msgspec.Struct, frozen=True):
    """When a pair meets, week after week.

    Attributes
    ----------
    start : int
        Slot of the UTC week, 0 to 335, at the offsets of the programme's start date.
    mentor_time, mentee_time : str
        Day and time in each person's own zone, such as "Tue 18:00".
    mentor_zone, mentee_zone : str
    """

    start: int
    mentor_time: str
    mentee_time: str
    mentor_zone: str
    mentee_zone: str


class Pair(msgspec.Struct, frozen=True):
    """One mentor with one mentee.

    Attributes
    ----------
    mentee, mentor : str
        Their ids.
    points : int
        Sum of `components`.
    components : dict of str to int
        Points of each component, in the order of the components.
    meeting : Meeting or None
        None where the pair needs no weekly time or arranges its own.
    minutes : int
        What the pair takes of the mentor's time in the whole programme.
    required : str or None
        The reason, where the organiser required the pair.
    """

    mentee: str
    mentor: str
    points: int
    components: dict[str, int]
    meeting: Meeting | None = None
    minutes: int = 0
    required: str | None = None


class Leftover(msgspec.Struct, frozen=True):
    """Somebody without a partner (or a mentee with fewer mentors than wanted), and why.

    Attributes
    ----------
    role : {"mentor", "mentee"}
    id, name : str
    kind : str
        "set aside", "screened out", "no eligible partner", "outcompeted", "not wanted" …: one of
        the kinds listed in the documentation.
    reason : str
        The reason in a sentence.
    refused_by : dict of str to int
        For "no eligible partner": rule to the number of partners it removed.
    shortfall : int or None
        For "outcompeted": the points by which the nearest eligible mentor's place was missed; None where
        those who hold the places come first, whatever the points.
    nearest : str or None
        The mentor that the shortfall speaks of; None where there is no shortfall in points.
    missing : int
        Mentors still wanted (mentees); 0 for mentors.
    """

    role: Role
    id: str
    name: str
    kind: str
    reason: str
    refused_by: dict[str, int] = {}
    shortfall: int | None = None
    nearest: str | None = None
    missing: int = 0


class Effect(msgspec.Struct, frozen=True):
    """What a change does to everybody together; all zero where it changes nothing.

    Parameters
    ----------
    tiers : tuple of (int, int)
        Rank of priority (0 the lowest) and how many mentees more of it have a mentor, below 0 for fewer.
    further : int
        Further mentors more.
    points : int
        Points more. Counted last: nobody is matched or not for points.
    """

    tiers: tuple[tuple[int, int], ...] = ()
    further: int = 0
    points: int = 0

    @property
    def mentees(self) -> int:
        """How many mentees more have a mentor."""
        return sum(count for _, count in self.tiers)

    @property
    def coverage(self) -> int:
        """Coverage more: 2 + rank for a mentee's first mentor, 1 for each further one."""
        return sum((2 + tier) * count for tier, count in self.tiers) + self.further


class Load(msgspec.Struct, frozen=True):
    """What one mentor has got to do.

    Attributes
    ----------
    mentor, name : str
    mentees : int
        Number of mentees matched.
    capacity, minimum : int
    places : int
        Places that count: capacity, cut to what hours and starts allow.
    minutes : int
        Minutes promised to the pairs.
    available : int or None
        Minutes available in the whole programme; None if unknown.
    one_more : Effect or None
        What one more place, with the hours for it, would do; None where hours differ from mentee to mentee,
        or the search was stopped before its proof, since no price is exact then.
    """

    mentor: str
    name: str
    mentees: int
    capacity: int
    minimum: int
    places: int
    minutes: int
    available: int | None
    one_more: Effect | None = None


class LevelResult(msgspec.Struct, frozen=True):
    """Value and bound of one level of the objective.

    Attributes
    ----------
    name : str
    value, bound : int
    """

    name: str
    value: int
    bound: int


class MentorPrice(msgspec.Struct, frozen=True, array_like=True):
    """Price of a place with a mentor: the vector (coverage, points); never zero."""

    mentor: str
    coverage: int
    points: int


class TimePrice(msgspec.Struct, frozen=True, array_like=True):
    """Price of a contested weekly time of a mentor: the vector (coverage, points), above zero."""

    mentor: str
    start: int
    coverage: int
    points: int


class Certificate(msgspec.Struct, frozen=True):
    """What proves the bound, for anybody to re-check without a solver.

    Attributes
    ----------
    objective : str
    levels : tuple of LevelResult
        In the order in which they are compared; the last one is points.
    bound_by : {"prices", "solver"}
        "prices": the bounds can be recomputed from the prices. "solver": they are its claim.
    price_bound : tuple of int
        The bound (coverage, points) recomputable from the prices.
    mentor_prices : tuple of MentorPrice
    time_prices : tuple of TimePrice
    roster_hash, program_hash : str
        SHA-256 of what was matched.
    scoring_version : int
    """

    objective: Literal["coverage", "points"]
    levels: tuple[LevelResult, ...]
    bound_by: Literal["prices", "solver"]
    price_bound: tuple[int, int]
    mentor_prices: tuple[MentorPrice, ...]
    time_prices: tuple[TimePrice, ...]
    roster_hash: str
    program_hash: str
    scoring_version: int

    @property
    def total(self) -> int:
        """Points of all pairs together."""
        return self.levels[-1].value

    @property
    def bound(self) -> int:
        """What no matching of the proven coverage can exceed, in points.

        If the bound on coverage is above its value, this is the bound for a matching that reaches it, and says
        nothing about this one.
        """
        return self.levels[-1].bound

    @property
    def gap(self) -> int:
        """Bound minus total; 0 means proven, if the levels before are proven too."""
        return self.bound - self.total


class Remarked(msgspec.Struct, frozen=True):
    """A notice that follows from roster, program and answer; it names people, not files and rows.

    Attributes
    ----------
    kind, text : str
    """

    kind: str
    text: str


class Matching(msgspec.Struct, frozen=True):
    """The whole answer.

    Attributes
    ----------
    status : {"optimal", "feasible"}
    pairs : tuple of Pair
        Sorted by mentee, then mentor.
    leftovers : tuple of Leftover
        Mentees first, sorted by id.
    mentors : tuple of Load
        Every mentor that passed, sorted by id.
    certificate : Certificate
    components : tuple of str
        The components that the program uses, in order.
    notices : tuple of Remarked
        What the reader should know. What was noticed while the files were read stands in the roster's `report`:
        it speaks of files and rows, on which no answer depends.
    """

    status: Literal["optimal", "feasible"]
    pairs: tuple[Pair, ...]
    leftovers: tuple[Leftover, ...]
    mentors: tuple[Load, ...]
    certificate: Certificate
    components: tuple[str, ...]
    notices: tuple[Remarked, ...] = ()
