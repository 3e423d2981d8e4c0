"""The reporting line: who leads to whom, however managers are named, and who leads to themself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import partial

from matchmaker.roster.columns import PersonColumns, list_words
from matchmaker.text import normalise

MOST_RANKS = 20
"""So many times the ends of reporting lines are cut off before circles are sought; few lines are longer."""

Arrow = tuple[str, str]
"""From one node to the next; nodes are normalised ids, e-mails and names."""

Row = tuple[PersonColumns, int]
"""Somebody: the side, and the row in it."""


def list_bosses(people: PersonColumns, find: Callable[[int], Iterable[str]]) -> Iterator[Arrow]:
    """Yield an arrow from everybody's id to each of their managers, as these are named.

    Parameters
    ----------
    people : PersonColumns
    find : callable
        Row to managers.
    """
    for row, name in enumerate(people.ids):
        yield from ((normalise(name), normalise(boss)) for boss in find(row))


def list_aliases(people: PersonColumns) -> Iterator[Arrow]:
    """Yield an arrow from everybody's e-mail and name to their id, so that each leads on."""
    for row, identity in enumerate(people.ids):
        target = normalise(identity)
        others = {normalise(people.emails[row]), normalise(people.names[row])} - {"", target}
        yield from ((other, target) for other in sorted(others))


def name_human(people: PersonColumns, row: int) -> str:
    """Return one name for all rows of one human: the e-mail, where there is one."""
    return normalise(people.emails[row] or people.ids[row])


def find_circles(sides: Sequence[PersonColumns]) -> list[list[Row]]:
    """Return the people who lead back to themselves, circle by circle.

    Parameters
    ----------
    sides : sequence of PersonColumns
        With their managers, if any, in the attribute "manager".
    """
    where: dict[str, list[Row]] = {}
    arrows: list[Arrow] = []
    for people in sides:
        managers = people.attributes.get("manager")
        if managers is not None:
            arrows += list_bosses(people, partial(list_words, managers))
            for row, name in enumerate(people.ids):
                where.setdefault(normalise(name), []).append((people, row))
    where.pop("", None)  # people without an id, which is a fault of its own
    aliases = _list_clear_aliases(sides, where, {boss for _, boss in arrows}) if arrows else []
    return [[where[name][0] for name in circle if name in where] for circle in _find_cycles([*arrows, *aliases])]


def _list_clear_aliases(
    sides: Sequence[PersonColumns], where: Mapping[str, Sequence[Row]], named: Set[str]
) -> list[Arrow]:
    """Return arrows from e-mails and names of managers to ids, but for those that are an id too or mean several people.

    Parameters
    ----------
    sides : sequence of PersonColumns
    where : mapping of str to sequence of (PersonColumns, int)
        Id to the rows that have it.
    named : set of str
        How managers are named.
    """
    unknown = named - where.keys()
    aliases = [arrow for people in sides for arrow in list_aliases(people) if arrow[0] in unknown]
    aliases = [(alias, name) for alias, name in aliases if name in where]
    meant: dict[str, set[str]] = {}
    for alias, name in aliases:
        meant.setdefault(alias, set()).update(name_human(*one) for one in where[name])
    return [(alias, name) for alias, name in aliases if len(meant[alias]) == 1]


def _find_cycles(arrows: Sequence[Arrow]) -> list[list[str]]:
    """Return the nodes that lead back to themselves, strongly connected ones together, sorted."""
    arrows = _prune(arrows)
    if not arrows:
        return []
    import networkx as nx  # takes longer to load than most rosters to check

    graph = nx.DiGraph(arrows)
    cycles = sorted(sorted(part) for part in nx.strongly_connected_components(graph))
    return [cycle for cycle in cycles if len(cycle) > 1 or graph.has_edge(cycle[0], cycle[0])]


def _prune(arrows: Sequence[Arrow]) -> Sequence[Arrow]:
    """Return the arrows that may be part of a circle: the highest and the lowest of a line are not, again and again."""
    for _ in range(MOST_RANKS):
        tails, heads = {tail for tail, _ in arrows}, {head for _, head in arrows}
        kept = [(tail, head) for tail, head in arrows if tail in heads and head in tails]
        if len(kept) == len(arrows):
            break
        arrows = kept
    return arrows
