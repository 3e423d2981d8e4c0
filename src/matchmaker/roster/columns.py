"""Everyone in columns: one array or list per field, one entry per person.

Readers of files and of people fill these; `Roster` checks them and brings them into one order.
Nothing here is checked yet. Unknown is -1 in a column of whole numbers, and an empty list of words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Place
from matchmaker.text import normalise

UNKNOWN = -1
"""What a column of whole numbers holds where a person said nothing."""


@dataclass(frozen=True, eq=False)
class Lists:
    """A list of words for each person: none, one or several.

    Parameters
    ----------
    offsets : int64 array of shape (num_people + 1,)
        Person `i` has the entries from ``offsets[i]`` up to ``offsets[i + 1]``.
    codes : int32 array of shape (num_entries,)
        Position in `words`.
    words : sequence of str
        The distinct words, as written.
    """

    offsets: NDArray[np.int64]
    codes: NDArray[np.int32]
    words: Sequence[str]


@dataclass(frozen=True, eq=False)
class SubjectLevels:
    """The subjects of each mentor, laid end to end.

    Parameters
    ----------
    offsets : int64 array of shape (num_mentors + 1,)
    subjects : int32 array of shape (num_entries,)
        Position in `words`.
    knowledge : bool array of shape (num_entries,)
        True for knowledge, False for a skill.
    levels : int64 array of shape (num_entries,)
        0 to 5, or -1 for a subject named without a level (the program's ``levels.stated``).
    words : sequence of str
        The distinct subjects, as written.
    """

    offsets: NDArray[np.int64]
    subjects: NDArray[np.int32]
    knowledge: NDArray[np.bool_]
    levels: NDArray[np.int64]
    words: Sequence[str]


@dataclass(frozen=True, eq=False)
class Goals:
    """The goals of each mentee, laid end to end in the order stated.

    Parameters
    ----------
    offsets : int64 array of shape (num_mentees + 1,)
    subjects : int32 array of shape (num_goals,)
        Position in `words`.
    knowledge : bool array of shape (num_goals,)
    current, target : int64 arrays of shape (num_goals,)
        0 to 5, -1 where the program's ``[levels]`` apply.
    importance : int64 array of shape (num_goals,)
        Thousandths, 1,000 to 5,000; -1 where the program's default applies.
    themes : int32 array of shape (num_goals,)
        Position in `theme_words`, -1 for none.
    words, theme_words : sequence of str
    """

    offsets: NDArray[np.int64]
    subjects: NDArray[np.int32]
    knowledge: NDArray[np.bool_]
    current: NDArray[np.int64]
    target: NDArray[np.int64]
    importance: NDArray[np.int64]
    themes: NDArray[np.int32]
    words: Sequence[str]
    theme_words: Sequence[str]


@dataclass(frozen=True, eq=False)
class Source:
    """Where the people of one role were read, so that a fault can name the cell.

    Parameters
    ----------
    file, sheet : str or None
        None for people that were objects.
    rows : int64 array of shape (num_people,) or None
        Spreadsheet row of each person.
    headings : mapping of str to str
        Field to the heading of its column.
    """

    file: str | None = None
    sheet: str | None = None
    rows: NDArray[np.int64] | None = None
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class PersonColumns:
    """What mentors and mentees have in common.

    Parameters
    ----------
    ids, names, emails : sequence of str
        Empty where not given.
    zones : Lists
        At most one word each; none takes the program's zone.
    slots : uint64 array of shape (num_people, 6)
        Free half hours of the week in the person's own zone, Monday 00:00 first.
    slots_known : bool array of shape (num_people,)
    languages : Lists
    traits : mapping of str to int64 array of shape (num_people,)
        A mentor's rating or a mentee's wish, 1 to 5, -1 unknown.
    attributes : mapping of str to Lists
    preferred, refused : Lists
        Ids on the other side, the most preferred first.
    hours : int64 array of shape (num_people,)
        Minutes: a mentor's in the whole programme, or what a mentee's pair must at least meet;
        -1 unknown.
    source : Source
    """

    ids: Sequence[str]
    names: Sequence[str]
    emails: Sequence[str]
    zones: Lists
    slots: NDArray[np.uint64]
    slots_known: NDArray[np.bool_]
    languages: Lists
    traits: Mapping[str, NDArray[np.int64]]
    attributes: Mapping[str, Lists]
    preferred: Lists
    refused: Lists
    hours: NDArray[np.int64]
    source: Source = field(default_factory=Source)

    role = "person"

    def __len__(self) -> int:
        return len(self.ids)

    def locate(self, row: int, field_name: str | None = None) -> Place:
        """Return where a person's field was written.

        Parameters
        ----------
        row : int
            Row number in these columns.
        field_name : str or None
            The field; its heading stands in the place where the file has one.
        """
        column = None if field_name is None else self.source.headings.get(field_name, field_name)
        if self.source.rows is None:
            return Place(file=f"{self.role}s[{row}]", column=column)
        return Place(self.source.file, self.source.sheet, int(self.source.rows[row]), column)


@dataclass(frozen=True, eq=False, kw_only=True)
class MentorColumns(PersonColumns):
    """All mentors.

    Parameters
    ----------
    capacity, minimum : int64 arrays of shape (num_mentors,)
        -1 takes the program's default.
    willing : int64 array of shape (num_mentors,)
        1 yes, 0 no, -1 not said.
    subjects : SubjectLevels
    """

    capacity: NDArray[np.int64]
    minimum: NDArray[np.int64]
    willing: NDArray[np.int64]
    subjects: SubjectLevels

    role = "mentor"


@dataclass(frozen=True, eq=False, kw_only=True)
class MenteeColumns(PersonColumns):
    """All mentees.

    Parameters
    ----------
    wanted, priority : int64 arrays of shape (num_mentees,)
        -1 takes the program's default number of mentors, and the lowest priority.
    focus : Lists
        At most one word each: the subject of a goal, or a component.
    goals : Goals
    """

    wanted: NDArray[np.int64]
    priority: NDArray[np.int64]
    focus: Lists
    goals: Goals

    role = "mentee"


def get_ratings(people: PersonColumns, trait: str) -> NDArray[np.int64]:
    """Return everybody's rating or wish of a trait, however they spell it, -1 where unknown."""
    ratings = np.full(len(people), UNKNOWN, np.int64)
    for name, column in people.traits.items():
        if normalise(name) == normalise(trait):
            ratings = np.where(ratings == UNKNOWN, column, ratings)
    return ratings


def list_words(lists: Lists, row: int) -> list[str]:
    """Return the words of one row."""
    return [lists.words[code] for code in lists.codes[lists.offsets[row] : lists.offsets[row + 1]]]
