"""The matching as spreadsheets: ``pairs.csv``, ``leftovers.csv``, ``mentors.csv``, ``notices.csv``, ``matching.xlsx``.

A cell that a spreadsheet program would run as a formula never leaves here as one: in a CSV file such
a text gets an apostrophe in front, in a workbook it is stored as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from matchmaker.answer.effects import tell_effect
from matchmaker.matching import Effect, Leftover, Load, Matching, Pair
from matchmaker.tables.cells import MOST_ROWS

if TYPE_CHECKING:
    from matchmaker.roster import Roster

Cell = str | int | float | None

LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text may begin with that makes a spreadsheet program run it."""

FIRST_DAY = datetime(2000, 1, 1)
"""Creation date of every workbook: the same answer gives the same bytes on any day."""


MANY_ROWS = 50_000
"""Rows of all sheets from which on they are written one by one, without holding them."""


@dataclass(frozen=True)
class Table:
    """One sheet of the answer.

    Parameters
    ----------
    name : str
        Of the file (without ending) and of the sheet.
    headings : sequence of str
    rows : sequence of sequence of cells
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def list_tables(matching: Matching, roster: Roster) -> list[Table]:
    """Return the tables of an answer.

    Parameters
    ----------
    matching : Matching
    roster : Roster
        For names and e-mails.
    """
    people = _Names(roster)
    notices = Table("notices", ("kind", "notice"), [(one.kind, one.text) for one in matching.notices])
    return [_table_pairs(matching, people), _table_leftovers(matching), _table_mentors(matching, people), notices]


class _Names:
    """Names and e-mails by id."""

    def __init__(self, roster: Roster) -> None:
        self.mentors = _index(roster.mentors.ids, roster.mentors.names, roster.mentors.emails)
        self.mentees = _index(roster.mentees.ids, roster.mentees.names, roster.mentees.emails)


def _index(ids: Sequence[str], names: Sequence[str], emails: Sequence[str]) -> dict[str, tuple[str, str]]:
    return dict(zip(ids, zip(names, emails, strict=True), strict=True))


def _table_pairs(matching: Matching, people: _Names) -> Table:
    components = matching.components
    headings = (
        *("mentee", "mentee name", "mentee e-mail", "mentor", "mentor name", "mentor e-mail", "points"),
        *components,
        *("mentee time", "mentee zone", "mentor time", "mentor zone", "hours", "required because"),
    )
    return Table("pairs", headings, [_list_pair(pair, components, people) for pair in matching.pairs])


def _list_pair(pair: Pair, components: Sequence[str], people: _Names) -> list[Cell]:
    meeting = pair.meeting
    when = (meeting.mentee_time, meeting.mentee_zone, meeting.mentor_time, meeting.mentor_zone) if meeting else ()
    return [
        *(pair.mentee, *people.mentees[pair.mentee], pair.mentor, *people.mentors[pair.mentor], pair.points),
        *(pair.components[name] for name in components),
        *(when or ("",) * 4),
        _to_hours(pair.minutes),
        pair.required,
    ]


def _to_hours(minutes: int | None) -> Cell:
    """Return minutes as hours, whole where they are."""
    if minutes is None:
        return None
    return minutes // 60 if minutes % 60 == 0 else round(minutes / 60, 4)


def _table_leftovers(matching: Matching) -> Table:
    headings = (
        "role",
        "id",
        "name",
        "kind",
        "reason",
        "missing",
        "shortfall",
        "nearest mentor",
        "refused by",
    )
    return Table("leftovers", headings, [_list_leftover(leftover) for leftover in matching.leftovers])


def _list_leftover(leftover: Leftover) -> list[Cell]:
    refused = "; ".join(f"{rule}: {count}" for rule, count in leftover.refused_by.items())
    return [
        *(leftover.role, leftover.id, leftover.name, leftover.kind, leftover.reason, leftover.missing),
        *(leftover.shortfall, leftover.nearest, refused),
    ]


def _table_mentors(matching: Matching, people: _Names) -> Table:
    headings = (
        *("mentor", "name", "e-mail", "mentees", "places", "capacity", "minimum"),
        *("hours promised", "hours available"),
        *("one more place: mentees", "one more place: points", "one more place would mean"),
    )
    return Table("mentors", headings, [_list_load(load, people) for load in matching.mentors])


def _list_load(load: Load, people: _Names) -> list[Cell]:
    return [
        *(load.mentor, *people.mentors[load.mentor], load.mentees, load.places, load.capacity, load.minimum),
        *(_to_hours(load.minutes), _to_hours(load.available)),
        *_list_effect(load.one_more),
    ]


def _list_effect(effect: Effect | None) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if effect is None else (effect.mentees, effect.points, tell_effect(effect))


def quote_live(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet program runs: a live text gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(LIVE) else cell


def write_csv(table: Table) -> bytes:
    """Return a table as CSV: UTF-8 with a byte order mark (which Excel needs), commas, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(map(quote_live, table.headings))
    writer.writerows([quote_live(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def write_workbook(tables: Iterable[Table]) -> bytes:
    """Return the tables as an XLSX workbook, a sheet each, or several where one does not hold all rows."""
    import xlsxwriter

    data, parts = io.BytesIO(), [part for table in tables for part in split_table(table)]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    if sum(len(part.rows) for part in parts) > MANY_ROWS:
        options |= {"in_memory": False, "constant_memory": True}
    with xlsxwriter.Workbook(data, options) as workbook:
        workbook.set_properties({"created": FIRST_DAY})
        bold = workbook.add_format({"bold": True, "bg_color": "#DCE6F1"})
        for table in parts:
            _fill_sheet(workbook.add_worksheet(table.name), table, bold)
    return data.getvalue()


def split_table(table: Table, most: int = MOST_ROWS - 1) -> list[Table]:
    """Return the tables of as many rows as a sheet holds below its headings; the second is called `NAME 2`."""
    firsts = range(0, max(len(table.rows), 1), most)
    names = [table.name, *(f"{table.name} {number}" for number in range(2, len(firsts) + 1))]
    return [
        Table(name, table.headings, table.rows[first : first + most]) for name, first in zip(names, firsts, strict=True)
    ]


def _fill_sheet(sheet: Any, table: Table, bold: Any) -> None:
    for column, heading in enumerate(table.headings):
        sheet.write_string(0, column, heading, bold)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell:
                sheet.write_string(number, column, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(number, column, cell)
