"""The roster: everyone, in columns, checked once and brought into one order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, MatchmakerError, Person, Report, RosterError
from matchmaker.people import Former, Mentee, Mentor
from matchmaker.roster.build import read_mentees, read_mentors
from matchmaker.roster.checks import Draft, draft_roster
from matchmaker.roster.columns import Lists, MenteeColumns, MentorColumns, PersonColumns
from matchmaker.roster.order import feed_hash, list_entries, take_people
from matchmaker.text import normalise, quote_list, say_count, suggest

People = TypeVar("People", bound=PersonColumns)


@dataclass(frozen=True, eq=False)
class Links:
    """For each person, row numbers on the other side.

    Parameters
    ----------
    offsets : int64 array of shape (num_people + 1,)
    rows : int64 array of shape (num_links,)
        In the order stated, without those that are not in the roster.
    """

    offsets: NDArray[np.int64]
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class Aside:
    """Somebody who was set aside because of a fault.

    Parameters
    ----------
    role, id, name : str
    fault : Fault
        The first one.
    """

    role: str
    id: str
    name: str
    fault: Fault

    @property
    def reason(self) -> str:
        """The fault in words, without file and row."""
        return str(self.fault.without_rows())


class Roster:
    """All mentors and all mentees, checked.

    Parameters
    ----------
    mentors : sequence of Mentor
    mentees : sequence of Mentee
    history : sequence of Former
        Pairs of earlier programmes.

    Attributes
    ----------
    mentors : MentorColumns
        Sorted by id.
    mentees : MenteeColumns
        Sorted by id.
    same_human : int64 array of shape (num_mentees,)
        Row of the mentor who is the same human (same id or e-mail), or -1.
    former : int32 array of shape (num_former, 2)
        Rows (mentee, mentor) of former pairs, sorted.
    former_outcomes : tuple of str
        What came of each.
    preferred_mentors, refused_mentors : Links
        Of each mentee.
    preferred_mentees, refused_mentees : Links
        Of each mentor.
    aside : tuple of Aside
        People set aside because of faults.
    report : Report
        The notices.

    Raises
    ------
    RosterError
        With every fault at once.
    """

    def __init__(
        self,
        mentors: Sequence[Mentor] = (),
        mentees: Sequence[Mentee] = (),
        history: Sequence[Former] = (),
    ) -> None:
        report = Report()
        draft = draft_roster(read_mentors(mentors, report), read_mentees(mentees, report), history, report)
        report.raise_if_faulty()
        self._fill(draft, {})

    @classmethod
    def from_columns(
        cls,
        mentors: MentorColumns,
        mentees: MenteeColumns,
        *,
        history: Sequence[Former] = (),
        report: Report | None = None,
        set_aside: bool = False,
    ) -> Roster:
        """Return the roster of columns that were read from files.

        Parameters
        ----------
        mentors, mentees : MentorColumns, MenteeColumns
        history : sequence of Former
        report : Report or None
            Faults and notices of the reading so far; they are told together with those found here.
        set_aside : bool
            Whether people with faults are set aside instead of stopping everything.

        Raises
        ------
        RosterError
            With every fault at once.
        """
        draft = draft_roster(mentors, mentees, history, report or Report())
        if draft.report.num_faults and (draft.report.unplaced or not set_aside):
            raise RosterError(draft.report)
        return cls.from_draft(draft, draft.report.faulty)

    @classmethod
    def from_draft(cls, draft: Draft, faulty: Mapping[Person, Fault], *, in_order: bool = True) -> Roster:
        """Return the roster of a draft without the people who have faults; these are listed as set aside.

        Parameters
        ----------
        draft : Draft
        faulty : mapping of (str, int) to Fault
            The first fault of everybody who has any, by role and row of the draft.
        in_order : bool
            Whether rows are sorted by id; if not, nobody's row changes unless somebody is set aside.
        """
        roster = cls.__new__(cls)
        roster._fill(draft, faulty, in_order=in_order)
        return roster

    def _fill(self, draft: Draft, faulty: Mapping[Person, Fault], *, in_order: bool = True) -> None:
        self.aside = tuple(_list_aside(draft, faulty))
        self.report = Report(notices=draft.report.notices, num_notices=draft.report.num_notices)
        mentors = _take_sound(draft.mentors, faulty, in_order=in_order)
        self._settle(mentors, _take_sound(draft.mentees, faulty, in_order=in_order), draft.history)

    def _settle(self, mentors: MentorColumns, mentees: MenteeColumns, history: Sequence[Former]) -> None:
        self.mentors, self.mentees = mentors, mentees
        self._mentor_rows = {name: row for row, name in enumerate(mentors.ids)}
        self._mentee_rows = {name: row for row, name in enumerate(mentees.ids)}
        self.same_human = self._find_same()
        self._place_history(history)
        self.preferred_mentors = link(mentees.preferred, self._mentor_rows)
        self.refused_mentors = link(mentees.refused, self._mentor_rows)
        self.preferred_mentees = link(mentors.preferred, self._mentee_rows)
        self.refused_mentees = link(mentors.refused, self._mentee_rows)

    def _find_same(self) -> NDArray[np.int64]:
        emails = {email.casefold(): row for row, email in enumerate(self.mentors.emails) if email}
        pairs = zip(self.mentees.ids, self.mentees.emails, strict=True)
        rows = [self._mentor_rows.get(name, emails.get(email.casefold(), -1)) for name, email in pairs]
        return np.array(rows, np.int64)

    def _place_history(self, history: Sequence[Former]) -> None:
        known = sorted(
            (self._mentee_rows[one.mentee], self._mentor_rows[one.mentor], one.outcome)
            for one in history
            if one.mentee in self._mentee_rows and one.mentor in self._mentor_rows
        )
        self.former = np.array([one[:2] for one in known], np.int32).reshape(-1, 2)
        self.former_outcomes = tuple(one[2] for one in known)
        self.history = tuple(history)

    def without(self, faulty: Mapping[Person, Fault]) -> Roster:
        """Return a roster without some people, who are listed as set aside.

        Parameters
        ----------
        faulty : mapping of (str, int) to Fault
            The first fault of each, by role and row.
        """
        roster = Roster.__new__(Roster)
        named = [self._name_aside(*person, faulty[person]) for person in sorted(faulty)]
        roster.aside = tuple(sorted([*self.aside, *named], key=lambda one: (one.role, one.id)))
        roster.report = self.report
        sides = (self.mentors, self.mentees)
        kept = [np.array([row for row in range(len(s)) if (s.role, row) not in faulty], np.int64) for s in sides]
        roster._settle(take_people(self.mentors, kept[0]), take_people(self.mentees, kept[1]), self.history)
        return roster

    def _name_aside(self, role: str, row: int, fault: Fault) -> Aside:
        people: PersonColumns = self.mentors if role == "mentor" else self.mentees
        return Aside(role, people.ids[row], people.names[row], fault)

    def is_aside(self, role: str, name: str) -> bool:
        """Return whether somebody was set aside, and nobody else of the role has this id."""
        rows = self._mentor_rows if role == "mentor" else self._mentee_rows
        return name not in rows and any((one.role, one.id) == (role, name) for one in self.aside)

    def mentor_row(self, name: str) -> int:
        """Return the row of a mentor by id; an unknown id is refused with the nearest one."""
        return _find_row(self._mentor_rows, name, "mentor")

    def mentee_row(self, name: str) -> int:
        """Return the row of a mentee by id; an unknown id is refused with the nearest one."""
        return _find_row(self._mentee_rows, name, "mentee")

    def locate_mentors(self, names: Iterable[str]) -> NDArray[np.int64]:
        """Return the rows of mentors by id, -1 for unknown ids."""
        return _locate(self._mentor_rows, names)

    def locate_mentees(self, names: Iterable[str]) -> NDArray[np.int64]:
        """Return the rows of mentees by id, -1 for unknown ids."""
        return _locate(self._mentee_rows, names)

    def find_mentor(self, text: str) -> int:
        """Return the row of a mentor by id, or by an e-mail or name that nobody else has."""
        return _find_person(self.mentors, self._mentor_rows, text)

    def find_mentee(self, text: str) -> int:
        """Return the row of a mentee by id, or by an e-mail or name that nobody else has."""
        return _find_person(self.mentees, self._mentee_rows, text)

    def __repr__(self) -> str:
        return f"<Roster of {say_count(len(self.mentors), 'mentor')} and {say_count(len(self.mentees), 'mentee')}>"


def _find_person(people: PersonColumns, rows: dict[str, int], text: str) -> int:
    """Return the row of somebody by id, e-mail or name."""
    if text in rows:
        return rows[text]
    found = [row for row, email in enumerate(people.emails) if email and email.casefold() == text.casefold()]
    found = found or [row for row, name in enumerate(people.names) if name and normalise(name) == normalise(text)]
    if len(found) > 1:
        ids = quote_list([people.ids[row] for row in found])
        raise MatchmakerError(f"several {people.role}s are called '{text}'. Give the id of one: {ids}")
    return found[0] if found else _find_row(rows, text, people.role)


def _locate(rows: Mapping[str, int], names: Iterable[str]) -> NDArray[np.int64]:
    return np.array(list(map(rows.get, names, repeat(-1))), np.int64)


def _find_row(rows: dict[str, int], name: str, role: str) -> int:
    row = rows.get(name)
    if row is None:
        near = suggest(name, rows) if len(rows) < 100_000 else None
        hint = f"Did you mean '{near}'?" if near else "Give an id of the roster"
        raise MatchmakerError(f"there is no {role} '{name}' in the roster. {hint}")
    return row


def _take_sound(people: People, faulty: Mapping[Person, Fault], *, in_order: bool) -> People:
    """Return the people without faults, sorted by id if so wanted."""
    if not in_order and not faulty:
        return people
    rows = [row for row in range(len(people)) if (people.role, row) not in faulty]
    if in_order:
        rows.sort(key=people.ids.__getitem__)
    return take_people(people, np.array(rows, np.int64))


def _list_aside(draft: Draft, faulty: Mapping[Person, Fault]) -> Iterable[Aside]:
    for (role, row), fault in sorted(faulty.items(), key=lambda item: item[0]):
        people: PersonColumns = draft.mentors if role == "mentor" else draft.mentees
        place = people.locate(row)
        name = people.ids[row] or str(place if place.row is None else replace(place, file=None))
        yield Aside(role, name, people.names[row], fault)


def link(lists: Lists, rows: dict[str, int]) -> Links:
    """Return lists of ids as lists of rows; unknown ids and repeats are left out."""
    places = np.array([rows.get(word, -1) for word in lists.words], np.int64)
    targets = places[lists.codes] if len(lists.codes) else np.empty(0, np.int64)
    owners = np.repeat(np.arange(len(lists.offsets) - 1), np.diff(lists.offsets))
    keys = owners * (len(rows) + 1) + targets
    _, firsts = np.unique(keys, return_index=True)
    kept = np.zeros(len(targets), bool)
    kept[firsts] = True
    kept &= targets >= 0
    counts = np.bincount(owners[kept], minlength=len(lists.offsets) - 1)
    return Links(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), targets[kept])


def hash_roster(roster: Roster) -> str:
    """Return the SHA-256 of every fact in a roster.

    The order of rows and words, and where people were read, change nothing.
    """
    digest = hashlib.sha256()
    for part in (roster.mentors, roster.mentees, roster.former, roster.former_outcomes):
        feed_hash(digest, part)
    feed_hash(digest, [f"{one.role}\0{one.id}" for one in roster.aside])
    return digest.hexdigest()


__all__ = ["Aside", "Links", "Roster", "hash_roster", "link", "list_entries"]
