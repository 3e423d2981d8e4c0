"""Sheets and the program's columns -> columns of people. Each distinct cell is read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, InputError, Notice, Place, Report
from matchmaker.people import Former
from matchmaker.program import Program
from matchmaker.roster.columns import MenteeColumns, MentorColumns
from matchmaker.roster.order import take_people
from matchmaker.tables.files import read_sheets
from matchmaker.tables.mapping import Mapped, map_columns
from matchmaker.tables.parsing import read_id
from matchmaker.tables.sheet import Sheet
from matchmaker.tables.sides import read_mentee_side, read_mentor_side
from matchmaker.text import normalise, quote_list

People = TypeVar("People", MentorColumns, MenteeColumns)
History = list[Former]


@dataclass
class _Reading:
    """The files of one call, and what is found in them."""

    program: Program
    report: Report

    def open(self, path: Path, side: str) -> Sheet:
        """Return the one sheet of a file that a side is in."""
        sheets, report = read_sheets(path, heading_row=self.program.columns.heading_row)
        self.report.extend(report)
        if len(sheets) == 1:
            return sheets[0]
        named = [sheet for sheet in sheets if normalise(sheet.sheet or "") in (side, side[:-1])]
        if len(named) == 1:
            return named[0]
        names = quote_list([sheet.sheet or "" for sheet in sheets], 12)
        remedy = f"Call the sheet '{side}', or save it as a file of its own"
        raise InputError(
            [
                Fault(
                    "sheet",
                    f"the workbook has the sheets {names}, and none is called '{side}'",
                    remedy,
                    Place(str(path)),
                )
            ]
        )


def read_people(
    *,
    program: Program,
    mentors: Path | None = None,
    mentees: Path | None = None,
    people: Path | None = None,
    history: Path | None = None,
) -> tuple[MentorColumns, MenteeColumns, History, Report]:
    """Read the people of a programme from spreadsheets.

    Parameters
    ----------
    program : Program
        Says what the columns mean, and what to do with people who answered twice.
    mentors, mentees : Path or None
        A file each; the same workbook may be given twice if its sheets bear these names.
    people : Path or None
        One file for both, with a role column.
    history : Path or None
        Former pairs: columns mentor, mentee and, if there is one, outcome.

    Returns
    -------
    mentors : MentorColumns
    mentees : MenteeColumns
    history : list of Former
    report : Report
        Every fault of a cell, and the notices.

    Raises
    ------
    InputError
        If a file cannot be read at all.
    """
    reading = _Reading(program, Report())
    if people is not None:
        both = _read_both(reading, Path(people))
    else:
        if mentors is None or mentees is None:
            raise InputError(
                [Fault("file", "a file of mentors and one of mentees are needed", "Give both, or one for both")]
            )
        both = _read_mentors(reading, Path(mentors)), _read_mentees(reading, Path(mentees))
    former = [] if history is None else _read_history(reading, Path(history))
    return *both, former, reading.report


def _read_mentors(reading: _Reading, path: Path) -> MentorColumns:
    sheet = reading.open(path, "mentors")
    mapped = map_columns(sheet, reading.program.columns.mentors, reading.program, "mentors", reading.report)
    rows = np.arange(len(sheet.rows))
    return _settle(reading, read_mentor_side(sheet, mapped, rows, reading.program, reading.report))


def _read_mentees(reading: _Reading, path: Path) -> MenteeColumns:
    sheet = reading.open(path, "mentees")
    mapped = map_columns(sheet, reading.program.columns.mentees, reading.program, "mentees", reading.report)
    rows = np.arange(len(sheet.rows))
    return _settle(reading, read_mentee_side(sheet, mapped, rows, reading.program, reading.report))


def _read_both(reading: _Reading, path: Path) -> tuple[MentorColumns, MenteeColumns]:
    sheet = reading.open(path, "people")
    mapped = map_columns(sheet, reading.program.columns.people, reading.program, "people", reading.report)
    is_mentor, is_mentee = read_roles(reading, sheet, mapped)
    mentors = read_mentor_side(sheet, mapped, np.flatnonzero(is_mentor), reading.program, reading.report)
    mentees = read_mentee_side(sheet, mapped, np.flatnonzero(is_mentee), reading.program, reading.report)
    return _settle(reading, mentors), _settle(reading, mentees)


ROLES = {"mentor": "mentor", "mentors": "mentor", "mentee": "mentee", "mentees": "mentee", "both": "both"}


def read_roles(reading: _Reading, sheet: Sheet, mapped: list[Mapped]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows are mentors and which are mentees."""
    column = next((one for one in mapped if one.meaning.kind == "role"), None)
    if column is None:
        problem = "a file for both sides needs a column that says who is a mentor, a mentee or both"
        remedy = 'Call it "role", or map it: "Your heading" = "role" in [columns.people]'
        raise InputError([Fault("role", problem, remedy, Place(sheet.file, sheet.sheet, sheet.heading_row))])
    known = ROLES | {normalise(word): role for word, role in reading.program.columns.roles.items()}
    roles = [known.get(normalise(text), "") for text in column.column.values]
    for code, role in enumerate(roles):
        if not role:
            for row in np.flatnonzero(column.column.codes == code).tolist():
                place = Place(sheet.file, sheet.sheet, int(sheet.rows[row]), column.heading)
                remedy = "Write mentor, mentee or both, or map the word in [columns.roles]"
                text = column.column.values[code]
                reading.report.add_fault(Fault("role", "this is no role", remedy, place, text))
    by_code = np.array(roles, object)[column.column.codes]
    return np.isin(by_code, ("mentor", "both")), np.isin(by_code, ("mentee", "both"))


def _settle(reading: _Reading, people: People) -> People:
    """Return the people with those who answered twice brought down to one row, if the program says so."""
    choice = reading.program.columns.duplicates
    if choice == "fault" or not len(people):
        return people
    keys = [name or email.casefold() for name, email in zip(people.ids, people.emails, strict=True)]
    kept = _keep_one(_join_emails(keys, people.emails), last=choice == "last")
    dropped = np.setdiff1d(np.arange(len(people)), kept)
    for row in dropped.tolist():
        told = f"this {people.role} answered more than once: the {choice} answer counts, this one is left out"
        reading.report.add_notice(Notice("answered-twice", told, "", people.locate(row)))
    return take_people(people, kept) if len(dropped) else people


def _join_emails(keys: list[str], emails: Sequence[str]) -> list[str]:
    """Return one key for rows that share an id or an e-mail."""
    by_email: dict[str, str] = {}
    return [
        by_email.setdefault(email.casefold(), key) if email else key for key, email in zip(keys, emails, strict=True)
    ]


def _keep_one(keys: list[str], *, last: bool) -> NDArray[np.int64]:
    rows: dict[str, int] = {}
    for row, key in enumerate(keys):
        if not key:
            rows[f"\0{row}"] = row
        elif last or key not in rows:
            rows[key] = row
    return np.array(sorted(rows.values()), np.int64)


HISTORY = ("mentor", "mentee", "outcome")


def _read_history(reading: _Reading, path: Path) -> History:
    sheet = reading.open(path, "history")
    places = {normalise(heading): place for place, heading in enumerate(sheet.headings)}
    missing = [name for name in HISTORY[:2] if name not in places]
    if missing:
        problem = f"the history has no column {quote_list(missing)}"
        remedy = "Call the columns mentor, mentee and, if there is one, outcome"
        raise InputError([Fault("column", problem, remedy, Place(sheet.file, sheet.sheet, sheet.heading_row))])
    columns = [_list_texts(sheet, places.get(name)) for name in HISTORY]
    return [Former(read_id(mentor), read_id(mentee), outcome) for mentor, mentee, outcome in zip(*columns, strict=True)]


def _list_texts(sheet: Sheet, place: int | None) -> list[str]:
    if place is None:
        return [""] * len(sheet.rows)
    column = sheet.columns[place]
    return [column.values[code] for code in column.codes.tolist()]
