"""Sheets and the program's columns -> columns of people. Each distinct cell is read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, InputError, Place, Report
from matchmaker.people import Former
from matchmaker.program import Program
from matchmaker.roster.columns import MenteeColumns, MentorColumns
from matchmaker.tables.duplicates import choose_rows
from matchmaker.tables.files import read_sheets
from matchmaker.tables.mapping import Mapped, map_columns
from matchmaker.tables.parsing import ROLES, Refusal, read_roles
from matchmaker.tables.references import read_former, resolve, tell_lookalikes
from matchmaker.tables.sheet import Sheet
from matchmaker.tables.sides import Side
from matchmaker.tables.subjects import read_mentee_side, read_mentor_side
from matchmaker.tables.swapped import refuse_swapped
from matchmaker.text import normalise, quote_list

Ints = NDArray[np.int64]
History = list[Former]


@dataclass
class _Reading:
    """The files of one call, and what is found in them."""

    program: Program
    report: Report
    sheets: Mapping[str, str] = field(default_factory=dict)

    def open_all(self, paths: Mapping[str, Path | None]) -> dict[str, Sheet]:
        """Return the sheet of each side that has a file; what cannot be read of any of them is told together."""
        sheets, faults = dict[str, Sheet](), list[Fault]()
        for side, path in paths.items():
            try:
                if path is not None:
                    sheets[side] = self.open(Path(path), side)
            except InputError as error:
                faults += error.faults
        if faults:
            raise InputError(dict.fromkeys(faults))
        return sheets

    def open(self, path: Path, side: str) -> Sheet:
        """Return the one sheet of a file that a side is in."""
        heading_row = None if side == "history" else self.program.columns.heading_row
        if side in self.sheets:
            return self._open_named(path, self.sheets[side], heading_row)
        sheets, report = read_sheets(path, heading_row=heading_row)
        if len(sheets) == 1:
            self.report.extend(report)
            self.tell_strays(sheets[0])
            return sheets[0]
        names = [sheet.sheet or "" for sheet in sheets]
        fits = [name for name in names if normalise(name) in (side, side.removesuffix("s"))]
        if len(fits) == 1:
            return self._open_named(path, fits[0], heading_row)
        raise InputError([_describe_sheets(path, names, side)])

    def _open_named(self, path: Path, name: str, heading_row: int | None) -> Sheet:
        """Return one sheet of a workbook; what is wrong with its other sheets matters to nobody."""
        sheets, report = read_sheets(path, sheet=name, heading_row=heading_row)
        self.report.extend(report)
        self.tell_strays(sheets[0])
        return sheets[0]

    def start_side(self, role: str, sheet: Sheet, mapped: list[Mapped], rows: Ints) -> Side:
        """Return a side with one row for each person, if the program says so."""
        silent = sheet.find_silent([one.heading for one in mapped])
        side = Side(role, sheet, mapped, rows[~silent[rows]], self.program, self.report)
        side = replace(side, rows=choose_rows(side))
        side.tell_flaws()
        return side

    def tell_strays(self, sheet: Sheet) -> None:
        """Note a fault for each row that is filled only beyond the last heading, and so belongs to nobody."""
        filled = set(sheet.rows.tolist()) if sheet.flaws else set[int]()
        for number, fault in sheet.list_faults():
            if number not in filled:
                self.report.add_fault(fault)


def _describe_sheets(path: Path, names: Sequence[str], side: str) -> Fault:
    """Return the fault of a workbook in which it is not clear where a side is."""
    problem = f"the workbook has the sheets {quote_list(names, 12)}, and none is called '{side}'"
    if sum(normalise(name) in (side, side.removesuffix("s")) for name in names) > 1:
        problem = f"the workbook has the sheets {quote_list(names, 12)}, and more than one is the {side}'"
    remedy = f"Call one sheet '{side}', or save it as a file of its own"
    if side == "people" and {"mentors", "mentees"} <= set(map(normalise, names)):
        remedy = "Give the workbook twice: for the mentors and for the mentees"
    return Fault("sheet", problem, remedy, Place(str(path)))


def read_people(
    *,
    program: Program,
    mentors: Path | None = None,
    mentees: Path | None = None,
    people: Path | None = None,
    history: Path | None = None,
    sheets: Mapping[str, str] | None = None,
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
    sheets : mapping of str to str or None
        "mentors", "mentees", "people" or "history" -> the sheet of the workbook, where its name does
        not say it.

    Returns
    -------
    mentors : MentorColumns
    mentees : MenteeColumns
    history : list of Former
        With ids where an e-mail was written.
    report : Report
        Every fault of a cell, and the notices. The person of a fault is a row of these columns.

    Raises
    ------
    InputError
        If a file cannot be read at all.
    """
    reading = _Reading(program, Report(), sheets or {})
    is_clear = (people is None) != (mentors is None) and (mentors is None) == (mentees is None)
    if not is_clear:
        problem = "a file of mentors and one of mentees are needed, or one file for both"
        raise InputError([Fault("file", problem, "Give mentors and mentees, or people")])
    opened = reading.open_all({"people": people, "mentors": mentors, "mentees": mentees, "history": history})
    if "people" in opened:
        both = _read_both(reading, opened["people"])
    else:
        refuse_swapped(opened["mentors"], opened["mentees"], program)
        both = _read_mentors(reading, opened["mentors"]), _read_mentees(reading, opened["mentees"])
    former = read_former(opened["history"], reading.report) if "history" in opened else []
    tell_lookalikes(*both, reading.report)
    return *resolve(*both, former), reading.report


def _read_mentors(reading: _Reading, sheet: Sheet) -> MentorColumns:
    mapped = map_columns(sheet, reading.program.columns.mentors, reading.program, "mentors", reading.report)
    return read_mentor_side(reading.start_side("mentor", sheet, mapped, np.arange(len(sheet.rows))))


def _read_mentees(reading: _Reading, sheet: Sheet) -> MenteeColumns:
    mapped = map_columns(sheet, reading.program.columns.mentees, reading.program, "mentees", reading.report)
    return read_mentee_side(reading.start_side("mentee", sheet, mapped, np.arange(len(sheet.rows))))


def _read_both(reading: _Reading, sheet: Sheet) -> tuple[MentorColumns, MenteeColumns]:
    mapped = map_columns(sheet, reading.program.columns.people, reading.program, "people", reading.report)
    column = next((one for one in mapped if one.meaning.kind == "role"), None)
    if column is None:
        raise InputError([_miss_role(sheet)])
    known = {**ROLES} | {normalise(word): ROLES[role] for word, role in reading.program.columns.roles.items()}
    roles = [read_roles(text, known) for text in column.column.values]
    places = column.column.codes
    is_mentor = np.array(["mentor" in role for role in roles], bool)[places]
    is_mentee = np.array(["mentee" in role or not role for role in roles], bool)[places]
    mentors = reading.start_side("mentor", sheet, mapped, np.flatnonzero(is_mentor))
    mentees = reading.start_side("mentee", sheet, mapped, np.flatnonzero(is_mentee))
    _refuse_roles(mentees, column, roles)
    return read_mentor_side(mentors), read_mentee_side(mentees)


def _miss_role(sheet: Sheet) -> Fault:
    problem = "a file for both sides needs a column that says who is a mentor, a mentee or both"
    remedy = 'Call it "role", or map it: "Your heading" = "role" in [columns.people]'
    return Fault("role", problem, remedy, Place(sheet.file, sheet.sheet, sheet.heading_row))


def _refuse_roles(side: Side, column: Mapped, roles: Sequence[frozenset[str]]) -> None:
    """Refuse rows without a role; they stand among the mentees, so that they can be set aside."""
    codes = column.column.codes[side.rows]
    remedy = "Write mentor, mentee or both, or map the word in [columns.roles]"
    for row in np.flatnonzero(np.array([not role for role in roles], bool)[codes]).tolist():
        text = column.column.values[codes[row]]
        if (side.role, row) in side.report.faulty:
            continue
        side.refuse(column, row, text, Refusal("role", "this is no role" if text else "the role is blank", remedy))
