"""An earlier roster and program with changes: who joined, left or changed, which pairs stay or must not come again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from matchmaker.documents.request import ChangesDocument, NamedPair, read_lists, read_program_part
from matchmaker.errors import Fault, Person, Place, Report
from matchmaker.people import Former, Mentee, Mentor
from matchmaker.program import BannedPair, Program, RequiredPair
from matchmaker.text import suggest

Anybody = TypeVar("Anybody", Mentor, Mentee)

KEPT = "kept from the earlier matching"
"""Why a pair that is kept is required, where nobody said."""


@dataclass(frozen=True)
class People:
    """The people of a programme as objects, and where each was read.

    Parameters
    ----------
    mentors : sequence of Mentor
    mentees : sequence of Mentee
    history : sequence of Former
    places : mapping of (str, int) to str
        Role and row to the JSON Pointer of somebody in the document that is being read; others come from earlier.
    """

    mentors: Sequence[Mentor]
    mentees: Sequence[Mentee]
    history: Sequence[Former]
    places: dict[Person, str]


def apply_changes(
    earlier: People, program: Program, changes: ChangesDocument, report: Report
) -> tuple[People, Program]:
    """Return people and program as they are after some changes.

    Parameters
    ----------
    earlier : People
    program : Program
    changes : ChangesDocument
    report : Report
        Takes a fault for everybody who is said to change or leave and is not there.

    Raises
    ------
    ProgramError
        If there is a new program with faults.
    """
    joined, changed = (read_lists(one, report) for one in (changes.joined, changes.changed))
    gone = {"mentor": frozenset(changes.left.mentors), "mentee": frozenset(changes.left.mentees)}
    places: dict[Person, str] = {}
    mentors = _change("mentor", earlier.mentors, joined[0], changed[0], gone["mentor"], places, report)
    mentees = _change("mentee", earlier.mentees, joined[1], changed[1], gone["mentee"], places, report)
    mentors = [_forget(one, gone["mentee"]) for one in mentors]
    mentees = [_forget(one, gone["mentor"]) for one in mentees]
    history = [*earlier.history, *joined[2], *changed[2]]
    if changes.has_program:
        program = read_program_part(changes.program)
    program = _settle_pairs(program, changes.keep, changes.ban, gone)
    return People(mentors, mentees, history, places), program


def get_id(person: Mentor | Mentee) -> str:
    """Return the id by which somebody is known: the e-mail where there is no id."""
    return str(person.id or person.email).strip()


def _change(
    role: str,
    earlier: Sequence[Anybody],
    joined: Sequence[Anybody],
    changed: Sequence[Anybody],
    gone: frozenset[str],
    places: dict[Person, str],
    report: Report,
) -> list[Anybody]:
    """Return one side after the changes, the earlier people first."""
    known = {get_id(one): one for one in earlier}
    _refuse_strangers(role, known, gone, lambda _: f"left.{role}s", report)
    now = {get_id(one): row for row, one in enumerate(changed)}
    _refuse_twice(role, changed, gone, report)
    _refuse_strangers(role, known, now, lambda name: f"changed.{role}s[{now[name] + 1}]", report)
    people = list[Anybody]()
    for name, person in known.items():
        if name in gone:
            continue
        if name in now:
            places[role, len(people)] = f"/changed/{role}s/{now[name]}"
        people.append(changed[now[name]] if name in now else person)
    for row, person in enumerate(joined):
        places[role, len(people)] = f"/joined/{role}s/{row}"
        people.append(person)
    return people


def _refuse_twice(role: str, changed: Sequence[Anybody], gone: frozenset[str], report: Report) -> None:
    """Note a fault for everybody who is said to change twice, or to change and leave."""
    seen = set[str]()
    for row, person in enumerate(changed):
        name = get_id(person)
        if name in seen or name in gone:
            problem = f"{role} '{name}' changes twice" if name in seen else f"{role} '{name}' changes and leaves"
            place = Place(column=f"changed.{role}s[{row + 1}]")
            report.add_fault(Fault("change-twice", problem, "Say one thing of each person", place, name))
        seen.add(name)


def _refuse_strangers(
    role: str, known: Iterable[str], named: Iterable[str], place: Callable[[str], str], report: Report
) -> None:
    """Note a fault for everybody who is named and was not there."""
    known = frozenset(known)
    for name in sorted(set(named) - known):
        near = suggest(name, known) if len(known) < 100_000 else None
        remedy = f"Did you mean '{near}'?" if near else "Name somebody of the earlier roster, or let them join"
        problem = f"there was no {role} '{name}'"
        report.add_fault(Fault("change-unknown", problem, remedy, Place(column=place(name)), name))


def _forget(person: Anybody, gone: frozenset[str]) -> Anybody:
    """Return somebody without wishes that speak of people who left."""
    if not gone:
        return person
    return replace(person, preferred=_without(person.preferred, gone), refused=_without(person.refused, gone))


def _without(words: Any, gone: frozenset[str]) -> Any:
    """Return a list without some words; what is no list is left to be refused."""
    if not isinstance(words, list | tuple):
        return words
    return [word for word in words if not (isinstance(word, str) and word in gone)]


def _settle_pairs(
    program: Program, keep: Sequence[NamedPair], ban: Sequence[NamedPair], gone: dict[str, frozenset[str]]
) -> Program:
    """Return a program that requires what is kept, bans what is banned, and forgets pairs of people who left."""
    required = {(one.mentee, one.mentor): one for one in program.required}
    for pair in keep:
        kept = RequiredPair(pair.mentor, pair.mentee, reason=pair.reason or KEPT)
        required.setdefault((pair.mentee, pair.mentor), kept)
    banned = {(one.mentee, one.mentor): one for one in program.banned}
    for pair in ban:
        banned.setdefault((pair.mentee, pair.mentor), BannedPair(pair.mentor, pair.mentee, reason=pair.reason))
    return replace(program, required=_still(required.values(), gone), banned=_still(banned.values(), gone))


Named = TypeVar("Named", RequiredPair, BannedPair)


def _still(pairs: Iterable[Named], gone: dict[str, frozenset[str]]) -> tuple[Named, ...]:
    return tuple(one for one in pairs if one.mentor not in gone["mentor"] and one.mentee not in gone["mentee"])
