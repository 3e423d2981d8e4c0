"""Whether the tables beside an answer still say what the answer says; whoever edits one by hand is told where."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matchmaker.errors import InputError
from matchmaker.tables.files import read_sheets
from matchmaker.tables.output import Cell, Table, list_tables, quote_live, split_table, write_csv
from matchmaker.verify import Check

if TYPE_CHECKING:
    from matchmaker.matching import Matching
    from matchmaker.roster import Roster
    from matchmaker.tables.sheet import Sheet

PROMISE = "the tables in the folder say what the answer says"
KEYS = {
    "pairs": ("mentee", "mentor"),
    "leftovers": ("role", "id"),
    "mentors": ("mentor",),
    "notices": ("kind", "notice"),
}
"""The columns that tell the rows of a table apart; their order may have been changed."""

WORKBOOK = "matching.xlsx"
Rows = Iterable[tuple[int, Sequence[str]]]


def compare_folder(folder: Path, matching: Matching, roster: Roster, workbook_hash: str = "") -> Check:
    """Compare the tables that are in a folder with those of an answer.

    Parameters
    ----------
    folder : Path
    matching : Matching
    roster : Roster
    workbook_hash : str
        SHA-256 of the workbook as it was written; one that still has it is not read.

    Returns
    -------
    Check
        Its failures name file and row.
    """
    try:
        tables = list_tables(matching, roster)
    except KeyError as error:
        return Check(PROMISE, (f"cannot be compared: {error} is not in the roster",))
    failures = [told for table in tables for told in _compare_csv(folder / f"{table.name}.csv", table)]
    return Check(PROMISE, (*failures, *_compare_workbook(folder / WORKBOOK, tables, workbook_hash)))


def _compare_csv(path: Path, table: Table) -> Iterator[str]:
    if not path.exists():
        return
    data = path.read_bytes()
    if data == write_csv(table):
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield f"{path.name} is not UTF-8 any more"
        return
    first = text.split("\n", 1)[0]
    sign = next((sign for sign in ";\t" if sign in first and "," not in first), ",")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    try:
        rows = [(number, line) for number, line in enumerate(lines, start=1) if line]
    except csv.Error as error:
        yield f"{path.name} cannot be read: {error}"
        return
    headings = rows[0][1] if rows else []
    yield from _compare_rows(path.name, table, headings, rows[1:], [list(map(_show, row)) for row in table.rows])


def _show(cell: Cell) -> str:
    """Return a cell as a CSV file shows it."""
    shown = quote_live(cell)
    return "" if shown is None else str(shown)


def _compare_rows(
    name: str, table: Table, headings: Sequence[str], found: Rows, rows: Sequence[Sequence[str]]
) -> Iterator[str]:
    """Yield what differs between a table and the rows of a file, each with its row number."""
    if list(headings) != list(table.headings):
        yield f"{name}, row 1: the headings are not those of the answer"
        return
    places = [table.headings.index(heading) for heading in KEYS[table.name]]
    left = Counter(tuple(row[place] for place in places) for row in rows)
    right = {tuple(row[place] for place in places): row for row in rows}
    for number, row in found:
        cells = [*row, *[""] * (len(headings) - len(row))]
        key = tuple(cells[place] for place in places)
        if not left[key]:
            yield f"{name}, row {number}: the answer has no such row ({_name(table, key)})"
            continue
        left[key] -= 1
        for heading, cell, expected in zip(headings, cells, right[key], strict=False):
            if cell != expected:
                yield f"{name}, row {number}, column '{heading}': holds {cell!r}, and the answer says {expected!r}"
    yield from (f"{name}: a row is missing ({_name(table, key)})" for key, count in left.items() if count)


def _name(table: Table, key: Sequence[str]) -> str:
    return ", ".join(f"{heading} {word}" for heading, word in zip(KEYS[table.name], key, strict=True))


def _compare_workbook(path: Path, tables: Sequence[Table], expected: str) -> Iterator[str]:
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() == expected:
        return
    try:
        sheets, _ = read_sheets(path)
    except InputError as error:
        yield str(error).replace(str(path), path.name)
        return
    known = {sheet.sheet: sheet for sheet in sheets}
    parts = [(table, part) for table in tables for part in split_table(table)]
    for table, part in parts:
        name = f"{path.name}, sheet '{part.name}'"
        if part.name in known:
            rows = [[_strip(cell) for cell in row] for row in part.rows]
            yield from _compare_rows(name, table, known[part.name].headings, _list_rows(known[part.name]), rows)
        elif part.rows:
            yield f"{name} is missing"


def _strip(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _list_rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    for row, number in enumerate(sheet.rows.tolist()):
        yield number, [column.read_cell(row) for column in sheet.columns]
