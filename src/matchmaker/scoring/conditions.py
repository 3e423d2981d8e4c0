"""Conditions on attributes, compiled to tables over classes of people with the same values.

A relation looks at a mentee's value and a mentor's. Everybody with the same value is one class, so a
relation is a small table of classes; `all` and `any` combine look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from matchmaker.program import AllOf, AnyOf, Condition, Relation
from matchmaker.roster.columns import Lists, PersonColumns
from matchmaker.scoring.encoded import Bools, Codes, Ints, Node
from matchmaker.text import normalise
from matchmaker.times import offset_minutes, read_zone

if TYPE_CHECKING:
    from matchmaker.program import Program
    from matchmaker.roster import Roster


@dataclass(frozen=True, eq=False)
class Table:
    """A relation as a table of classes.

    Parameters
    ----------
    holds : bool array of shape (num_mentee_classes, num_mentor_classes)
    mentee, mentor : int32 arrays of shape (num_mentees,) and (num_mentors,)
        The class of each.
    """

    holds: Bools
    mentee: Codes
    mentor: Codes

    def look(self, rows: Ints) -> Bools:
        """Return where it holds, shape (num_rows, num_mentors)."""
        return self.holds[self.mentee[rows]][:, self.mentor]


@dataclass(frozen=True, eq=False)
class Refused:
    """Pairs in a sparse list, per mentee, where the condition does not hold.

    Parameters
    ----------
    offsets : int64 array of shape (num_mentees + 1,)
    mentors : int64 array of shape (num_pairs,)
    num_mentors : int
    """

    offsets: Ints
    mentors: Ints
    num_mentors: int

    def look(self, rows: Ints) -> Bools:
        """Return where it holds, shape (num_rows, num_mentors)."""
        return ~mark_pairs(self.offsets, self.mentors, rows, self.num_mentors)


@dataclass(frozen=True, eq=False)
class Every:
    """All of the conditions."""

    nodes: tuple[Node, ...]

    def look(self, rows: Ints) -> Bools:
        """Return where all hold, shape (num_rows, num_mentors)."""
        return np.logical_and.reduce([node.look(rows) for node in self.nodes])


@dataclass(frozen=True, eq=False)
class Either:
    """At least one of the conditions."""

    nodes: tuple[Node, ...]

    def look(self, rows: Ints) -> Bools:
        """Return where at least one holds, shape (num_rows, num_mentors)."""
        return np.logical_or.reduce([node.look(rows) for node in self.nodes])


def list_places(offsets: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return (position in rows, entry) of every sparse entry of some rows."""
    counts = offsets[rows + 1] - offsets[rows]
    places = np.repeat(np.arange(len(rows)), counts)
    ends = np.cumsum(counts)
    entries = np.arange(counts.sum()) - np.repeat(ends - counts, counts) + np.repeat(offsets[rows], counts)
    return places, entries


def mark_pairs(offsets: Ints, mentors: Ints, rows: Ints, num_mentors: int) -> Bools:
    """Return where a pair is in a sparse list, shape (num_rows, num_mentors)."""
    marked = np.zeros((len(rows), num_mentors), bool)
    places, entries = list_places(offsets, rows)
    marked[places, mentors[entries]] = True
    return marked


def pack_pairs(pairs: Ints, num_mentees: int) -> tuple[Ints, Ints]:
    """Return pairs (mentee, mentor) as offsets per mentee and mentors, sorted, each once."""
    unique = np.unique(pairs.reshape(-1, 2), axis=0)
    counts = np.bincount(unique[:, 0].astype(np.int64), minlength=num_mentees)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), unique[:, 1].astype(np.int64)


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
    seen: dict[tuple[str, ...], int] = {}
    offsets, codes = lists.offsets.tolist(), lists.codes.tolist()
    places = np.empty(size, np.int32)
    for row in range(size):
        values = tuple(sorted({words[code] for code in codes[offsets[row] : offsets[row + 1]]}))
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
    found = next((lists for name, lists in people.attributes.items() if normalise(name) == key), None)
    return classify(found, len(people))


Compare = Callable[[Relation, Values, Values, "Program"], Bools]


def _meet(mentee: Values, mentor: Values) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return membership matrices of both sides over the words of both."""
    words: dict[str, int] = {}
    for values in (*mentee.sets, *mentor.sets):
        for word in values:
            words.setdefault(normalise(word), len(words))
    sides = []
    for side in (mentee, mentor):
        matrix = np.zeros((len(side.sets), max(len(words), 1)), np.int64)
        for row, values in enumerate(side.sets):
            matrix[row, [words[normalise(word)] for word in values]] = 1
        sides.append(matrix)
    return sides[0], sides[1]


def compare_share(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Bools:
    """At least one value in common."""
    a, b = _meet(mentee, mentor)
    return a @ b.T > 0


def compare_same(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Bools:
    """The same set of values."""
    a, b = _meet(mentee, mentor)
    common = a @ b.T
    return (common == a.sum(axis=1)[:, None]) & (common == b.sum(axis=1)[None, :])


def compare_different(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Bools:
    """Not the same set of values."""
    return ~compare_same(relation, mentee, mentor, program)


def compare_above(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Bools:
    """The mentor stands `least` to `most` steps above the mentee in the order, or by that much."""
    order = find_order(program, relation)
    lower, higher = rank_values(mentee, order), rank_values(mentor, order)
    steps = higher[None, :] - lower[:, None]
    least = 1 if relation.least is None else relation.least
    holds = steps >= _scale(least)
    return holds if relation.most is None else holds & (steps <= _scale(relation.most))


def find_order(program: Program, relation: Relation) -> Sequence[str] | None:
    """Return the declared order of a relation's attribute, the mentor's name of it first."""
    orders = {normalise(name): values for name, values in program.orders.items()}
    return orders.get(normalise(relation.mentor)) or orders.get(normalise(relation.mentee))


def rank_values(values: Values, order: Sequence[str] | None) -> Ints:
    """Return each class's place in an order, or its number, in thousandths; 0 where there is none."""
    ranks = {normalise(word): place for place, word in enumerate(order)} if order else {}
    return np.array([_rank(words, ranks, is_ordered=order is not None) for words in values.sets], np.int64)


def _rank(words: tuple[str, ...], ranks: dict[str, int], *, is_ordered: bool) -> int:
    if not words:
        return 0
    if is_ordered:
        return 1000 * ranks.get(normalise(words[0]), 0)
    try:
        return _scale(Decimal(words[0]))
    except InvalidOperation:
        return 0


def _scale(number: object) -> int:
    return int(Decimal(str(number)) * 1000)


def compare_within_hours(relation: Relation, mentee: Values, mentor: Values, program: Program) -> Bools:
    """Clocks at most so many hours apart on the first day of the programme."""
    sides = [
        np.array([offset_minutes(read_zone(words[0]), program.first_day) if words else 0 for words in side.sets])
        for side in (mentee, mentor)
    ]
    apart = np.abs(sides[0][:, None] - sides[1][None, :])
    return apart * 1000 <= 60 * _scale(relation.most)


COMPARISONS: dict[str, Compare] = {
    "same": compare_same,
    "different": compare_different,
    "above": compare_above,
    "share": compare_share,
    "within_hours": compare_within_hours,
}
"""Every relation between two values, with what compares them."""


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
    return Every(nodes) if isinstance(condition, AllOf) else Either(nodes)


def _compile_relation(relation: Relation, roster: Roster, program: Program, *, as_rule: bool) -> Node:
    if relation.relation == "not_in_line":
        pairs = find_line(roster, relation)
        return Refused(*pack_pairs(pairs, len(roster.mentees)), len(roster.mentors))
    mentee = get_values(roster.mentees, relation.mentee, program.zone)
    mentor = get_values(roster.mentors, relation.mentor, program.zone)
    holds = COMPARISONS[relation.relation](relation, mentee, mentor, program)
    unknown = ~mentee.known[:, None] | ~mentor.known[None, :]
    allowed = as_rule and relation.when_unknown == "allow"
    return Table(np.where(unknown, allowed, holds), mentee.places, mentor.places)


def find_line(roster: Roster, relation: Relation) -> Ints:
    """Return the pairs (mentee, mentor) of whom one is above the other in the reporting line.

    The line leads from everybody to their manager and on, to any depth; managers may be named by id,
    e-mail or name, and need not be in the roster themselves.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for people, attribute in ((roster.mentees, relation.mentee), (roster.mentors, relation.mentor)):
        values = get_values(people, attribute)
        for row, name in enumerate(people.ids):
            graph.add_edges_from((normalise(name), normalise(boss)) for boss in values.sets[values.places[row]])
            graph.add_edges_from(_list_aliases(people, row))
    mentors = {normalise(name): row for row, name in enumerate(roster.mentors.ids)}
    mentees = {normalise(name): row for row, name in enumerate(roster.mentees.ids)}
    pairs = [(row, mentors[up]) for name, row in mentees.items() for up in _climb(graph, name) if up in mentors]
    pairs += [(mentees[up], row) for name, row in mentors.items() for up in _climb(graph, name) if up in mentees]
    return np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)


def _climb(graph: nx.DiGraph[str], name: str) -> set[str]:
    return nx.descendants(graph, name) if name in graph else set()


def _list_aliases(people: PersonColumns, row: int) -> list[tuple[str, str]]:
    """Return arrows from a person's e-mail and name to their id, so that each leads on."""
    target = normalise(people.ids[row])
    others = {normalise(people.emails[row]), normalise(people.names[row])} - {"", target}
    return [(other, target) for other in sorted(others)]


def list_relations(condition: Condition) -> list[Relation]:
    """Return every relation in a condition, in order."""
    if isinstance(condition, Relation):
        return [condition]
    return [relation for part in condition.conditions for relation in list_relations(part)]


__all__ = ["AllOf", "AnyOf", "compile_condition", "find_line", "get_values", "list_relations"]
