"""Conditions on attributes, compiled to comparisons of numbers.

A relation looks at a mentee's value and a mentor's. Everybody with the same set of values is one class;
each class becomes a number, a range or a bit set, which are compared pair by pair. `all` and `any` join them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import MatchmakerError
from matchmaker.program import AllOf, Condition, Program, Relation
from matchmaker.roster.build import code_lists
from matchmaker.roster.columns import Lists, PersonColumns, list_words
from matchmaker.roster.line import list_aliases, list_bosses
from matchmaker.scoring.encoded import Bools, Codes, Ints, Node, number_rows
from matchmaker.scoring.sparse import SparsePairs, pack_pairs
from matchmaker.text import normalise
from matchmaker.times import offset_minutes, read_zone

if TYPE_CHECKING:
    import networkx as nx

    from matchmaker.roster import Roster


Compare = Callable[[Any, Any], Bools]


@dataclass(frozen=True, eq=False)
class Comparison:
    """A relation between a mentee's value and a mentor's.

    Parameters
    ----------
    compare : callable
        Values of mentees and of mentors, which broadcast, to where it holds.
    mentee, mentor : arrays of shape (num_mentees, ...) and (num_mentors, ...)
        The values as numbers; anything where unknown.
    mentee_known, mentor_known : bool arrays of shape (num_mentees,) and (num_mentors,)
    if_unknown : bool
        Whether it holds where a value is unknown.
    """

    compare: Compare
    mentee: Any
    mentor: Any
    mentee_known: Bools
    mentor_known: Bools
    if_unknown: bool

    def look(self, rows: Ints) -> Bools:
        """Return where it holds, shape (num_rows, num_mentors)."""
        holds = self.compare(self.mentee[rows, None], self.mentor[None, :])
        holds[~self.mentee_known[rows]] = self.if_unknown
        if not self.mentor_known.all():
            holds[:, ~self.mentor_known] = self.if_unknown
        return holds

    def classify(self) -> Ints:
        """Return a number for each mentee, the same only where it holds with the same mentors."""
        values = self.mentee.reshape(len(self.mentee), -1)
        known = np.where(self.mentee_known[:, None], values, np.zeros_like(values))
        return number_rows([*known.T, self.mentee_known], len(values))

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return where it holds for single pairs, shape (num_pairs,)."""
        known = self.mentee_known[mentees] & self.mentor_known[mentors]
        return np.where(known, self.compare(self.mentee[mentees], self.mentor[mentors]), self.if_unknown)


@dataclass(frozen=True, eq=False)
class Absent:
    """Holds for all pairs but those of a sparse list."""

    pairs: SparsePairs

    def look(self, rows: Ints) -> Bools:
        """Return where it holds, shape (num_rows, num_mentors)."""
        return ~self.pairs.mark(rows)

    def classify(self) -> Ints:
        """Return a number for each mentee, the same only where it holds with the same mentors."""
        counts = np.diff(self.pairs.offsets)
        return np.where(counts > 0, np.arange(1, len(counts) + 1), 0)

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return where it holds for single pairs, shape (num_pairs,)."""
        return self.pairs.find(mentees, mentors) < 0


@dataclass(frozen=True, eq=False)
class Joined:
    """Several conditions: all of them, or at least one.

    Parameters
    ----------
    nodes : tuple of Node
        One or more.
    join : numpy.ufunc
        ``logical_and`` or ``logical_or``.
    """

    nodes: tuple[Node, ...]
    join: np.ufunc

    def look(self, rows: Ints) -> Bools:
        """Return where they hold, shape (num_rows, num_mentors)."""
        return self._reduce(node.look(rows) for node in self.nodes)

    def classify(self) -> Ints:
        """Return a number for each mentee, the same only where they hold with the same mentors."""
        classes = [node.classify() for node in self.nodes]
        return number_rows(classes, len(classes[0]))

    def look_pairs(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return where they hold for single pairs, shape (num_pairs,)."""
        return self._reduce(node.look_pairs(mentees, mentors) for node in self.nodes)

    def _reduce(self, parts: Iterator[Bools]) -> Bools:
        holds = next(parts)
        for part in parts:
            self.join(holds, part, out=holds)
        return holds


@dataclass(frozen=True, eq=False)
class Values:
    """The values of one attribute on one side, as classes.

    Parameters
    ----------
    sets : list of tuple of str
        The distinct sets of values; the empty one is unknown.
    places : int32 array of shape (num_people,)
        The class of each person.
    """

    sets: list[tuple[str, ...]]
    places: Codes

    @property
    def known(self) -> Bools:
        """Which classes have a value."""
        return np.array([bool(values) for values in self.sets], bool)


def classify(lists: Lists | None, size: int, default: str = "") -> Values:
    """Return the classes of people with the same set of values, compared as normalised words.

    Parameters
    ----------
    lists : Lists or None
        None where nobody has the attribute.
    size : int
        Number of people.
    default : str
        Value of those who state none.
    """
    if lists is None:
        return Values([(default,) if default else ()], np.zeros(size, np.int32))
    words = [word.strip() for word in lists.words]
    counts = np.diff(lists.offsets)
    if counts.max(initial=0) <= 1 and not default and "" not in words:
        places = np.full(size, len(words), np.int32)
        places[counts == 1] = lists.codes
        return Values([*((word,) for word in words), ()], places)
    seen: dict[tuple[str, ...], int] = {}
    offsets, codes = lists.offsets.tolist(), lists.codes.tolist()
    places = np.empty(size, np.int32)
    for row in range(size):
        values = tuple(sorted({words[code] for code in codes[offsets[row] : offsets[row + 1]]} - {""}))
        places[row] = seen.setdefault(values or ((default,) if default else ()), len(seen))
    return Values(list(seen), places)


def get_values(people: PersonColumns, attribute: str, zone: str = "") -> Values:
    """Return the classes of an attribute; ``zone`` and ``languages`` are attributes too.

    `zone` is the time zone of people who state none.
    """
    key = normalise(attribute)
    if key in ("zone", "time zone"):
        return classify(people.zones, len(people), zone)
    if key == "languages":
        return classify(people.languages, len(people))
    columns = [lists for name, lists in people.attributes.items() if normalise(name) == key]
    return classify(_merge(columns, len(people)) if len(columns) > 1 else next(iter(columns), None), len(people))


def _merge(columns: Sequence[Lists], size: int) -> Lists:
    """Return one column of an attribute that people spell differently."""
    return code_lists([word for column in columns for word in list_words(column, row)] for row in range(size))


Reading = tuple[Compare, Any, Any]


def read_same(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Reading:
    """The same set of values."""
    return np.equal, *_number_sets(mentee, mentor)


def read_different(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Reading:
    """Not the same set of values."""
    return np.not_equal, *_number_sets(mentee, mentor)


def _number_sets(mentee: Values, mentor: Values) -> tuple[Codes, Codes]:
    """Return the classes of both sides as numbers, equal where the sets of words are the same."""
    numbers: dict[frozenset[str], int] = {}
    keys = ([frozenset(map(normalise, words)) for words in side.sets] for side in (mentee, mentor))
    first, second = (np.array([numbers.setdefault(key, len(numbers)) for key in side], np.int32) for side in keys)
    return first, second


def read_share(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Reading:
    """At least one value in common."""
    sides = [[set(map(normalise, words)) for words in side.sets] for side in (mentee, mentor)]
    both = set().union(*sides[0]) & set().union(*sides[1])
    bits = {word: divmod(place, 64) for place, word in enumerate(sorted(both))}
    packed = [np.zeros((len(side), 1 + len(bits) // 64), np.uint64) for side in sides]
    for words, side in zip(packed, sides, strict=True):
        for row, values in enumerate(side):
            for place, bit in (bits[value] for value in values & both):
                words[row, place] |= np.uint64(1 << bit)
    return are_sharing, packed[0], packed[1]


def are_sharing(mentee: NDArray[np.uint64], mentor: NDArray[np.uint64]) -> Bools:
    """Return where two bit sets, along the last axis, have a bit in common."""
    holds = (mentee[..., 0] & mentor[..., 0]) != 0
    for word in range(1, mentee.shape[-1]):
        holds |= (mentee[..., word] & mentor[..., word]) != 0
    return holds


def read_above(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Reading:
    """The mentor stands `least` to `most` steps above the mentee in the order, or by that much."""
    order = find_order(program, relation)
    lower, higher = rank_values(mentee, order), rank_values(mentor, order)
    least = _scale(1 if relation.least is None else relation.least)
    most = FARTHEST if relation.most is None else _scale(relation.most)
    return are_between, np.stack([lower + least, lower + most], axis=1), higher


def read_within_hours(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Reading:
    """Clocks at most so many hours apart on the first day of the programme."""
    day = program.first_day
    ours, theirs = (
        np.array([offset_minutes(read_zone(words[0]), day) if words else 0 for words in side.sets], np.int64)
        for side in (mentee, mentor)
    )
    reach = 60 * _scale(relation.most) // 1000
    return are_between, np.stack([ours - reach, ours + reach], axis=1), theirs


def are_between(mentee: Ints, mentor: Ints) -> Bools:
    """Return where a mentor's number lies between the two of a mentee."""
    return (mentee[..., 0] <= mentor) & (mentor <= mentee[..., 1])


FARTHEST = 2**61
"""Thousandths of a step that nobody is above anybody."""


def find_order(program: Program, relation: Relation) -> Sequence[str] | None:
    """Return the declared order of a relation's attribute, the mentor's name of it first."""
    orders = {normalise(name): values for name, values in program.orders.items()}
    return orders.get(normalise(relation.mentor)) or orders.get(normalise(relation.mentee))


def rank_values(values: Values, order: Sequence[str] | None) -> Ints:
    """Return each class's place in an order, or its number, in thousandths; 0 where unknown.

    Raises
    ------
    MatchmakerError
        If a value is neither; `matchmaker.roster.check_roster` says whose it is.
    """
    ranks = {normalise(word): 1000 * place for place, word in enumerate(order)} if order else None
    found = [_rank(words[0], ranks) if words else 0 for words in values.sets]
    return np.clip(np.array(found, object), -FARTHEST, FARTHEST).astype(np.int64)


def _rank(word: str, ranks: dict[str, int] | None) -> int:
    try:
        return _scale(Decimal(word)) if ranks is None else ranks[normalise(word)]
    except (InvalidOperation, KeyError, ValueError, OverflowError):
        kind = "a number" if ranks is None else "in the declared order"
        raise MatchmakerError(f"'{word}' is not {kind}: check the roster against the program first") from None


def _scale(number: object) -> int:
    return int(Decimal(str(number)) * 1000)


READERS: dict[str, Callable[[Relation, Values, Values, Program], Reading]] = {
    "same": read_same,
    "different": read_different,
    "above": read_above,
    "share": read_share,
    "within_hours": read_within_hours,
}
"""Every relation between two values: what compares them, and the values of the classes as numbers."""


def compile_condition(condition: Condition, roster: Roster, program: Program, *, as_rule: bool) -> Node:
    """Return a condition that can be looked up.

    Parameters
    ----------
    condition : Relation, AllOf or AnyOf
    roster, program
    as_rule : bool
        Whether unknown values follow `when_unknown`; in a preference they earn nothing.
    """
    if isinstance(condition, Relation):
        return _compile_relation(condition, roster, program, as_rule=as_rule)
    nodes = tuple(compile_condition(part, roster, program, as_rule=as_rule) for part in condition.conditions)
    return Joined(nodes, np.logical_and if isinstance(condition, AllOf) else np.logical_or)


def _compile_relation(relation: Relation, roster: Roster, program: Program, *, as_rule: bool) -> Node:
    if relation.relation == "not_in_line":
        return Absent(pack_pairs(find_line(roster, relation), len(roster.mentees), len(roster.mentors)))
    mentee = get_values(roster.mentees, relation.mentee, program.zone)
    mentor = get_values(roster.mentors, relation.mentor, program.zone)
    compare, ours, theirs = READERS[relation.relation](relation, mentee, mentor, program)
    return Comparison(
        compare,
        ours[mentee.places],
        theirs[mentor.places],
        mentee.known[mentee.places],
        mentor.known[mentor.places],
        as_rule and relation.when_unknown == "allow",
    )


def find_line(roster: Roster, relation: Relation) -> Ints:
    """Return the pairs (mentee, mentor) of whom one is above the other in the reporting line.

    The line leads from everybody to their manager and on, to any depth; managers may be named by id,
    e-mail or name, and need not be in the roster themselves.
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    for people, attribute in ((roster.mentees, relation.mentee), (roster.mentors, relation.mentor)):
        values = get_values(people, attribute)
        bosses = [values.sets[place] for place in values.places.tolist()]
        graph.add_edges_from(list_bosses(people, bosses.__getitem__))
        graph.add_edges_from(list_aliases(people))
    mentors = {normalise(name): row for row, name in enumerate(roster.mentors.ids)}
    mentees = {normalise(name): row for row, name in enumerate(roster.mentees.ids)}
    pairs = [(row, mentors[up]) for name, row in mentees.items() for up in _climb(graph, name) if up in mentors]
    pairs += [(mentees[up], row) for name, row in mentors.items() for up in _climb(graph, name) if up in mentees]
    return np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)


def _climb(graph: nx.DiGraph[str], name: str) -> set[str]:
    import networkx as nx

    return nx.descendants(graph, name) if name in graph else set()


def list_relations(condition: Condition) -> list[Relation]:
    """Return every relation in a condition, in order."""
    if isinstance(condition, Relation):
        return [condition]
    return [relation for part in condition.conditions for relation in list_relations(part)]
