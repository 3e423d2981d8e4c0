"""The answer as spreadsheets: complete, and never a live formula."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine import match
from matchmaker.matching import Effect
from matchmaker.people import Mentee, Mentor
from matchmaker.program import Program
from matchmaker.roster import Roster
from matchmaker.tables.output import LIVE, Table, list_tables, quote_live, split_table, write_csv, write_workbook
from tests.small import PROGRAM, make_roster


def read_csv(data: bytes) -> list[list[str]]:
    """Return the cells of a CSV file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """Return the tables of the small programme's answer."""
    roster = make_roster()
    return {table.name: table for table in list_tables(match(roster, PROGRAM), roster)}


def test_tables(tables: dict[str, Table]) -> None:
    """Four tables: the pairs with names and times, everybody left over, every mentor's load, every notice."""
    assert list(tables) == ["pairs", "leftovers", "mentors", "notices"]
    pair = dict(zip(tables["pairs"].headings, tables["pairs"].rows[0], strict=True))
    assert (pair["mentee"], pair["mentor name"], pair["mentor e-mail"]) == ("eve", "Ann", "ann@example.org")
    assert (pair["mentor time"], pair["hours"], pair["required because"]) == ("Mon 13:00", 24, "they began together")
    assert len(tables["leftovers"].rows) == 5
    ann = dict(zip(tables["mentors"].headings, tables["mentors"].rows[0], strict=True))
    assert (ann["hours promised"], ann["hours available"]) == (48, 60)


def test_one_more_place() -> None:
    """The worth of a place is told with who would be matched, also where points alone would be 0; blank if unknown."""
    mentees = [Mentee(id=f"e{k}", priority=k) for k in range(2)]
    roster = Roster(mentors=[Mentor(id="m")], mentees=mentees)
    matching = match(roster, Program(weeks=3))
    row = list_tables(matching, roster)[2].rows[0]
    assert row[-3:] == [1, 0, "one mentee more would be matched"]
    assert matching.mentors[0].one_more == Effect(((0, 1),), 0, 0)
    unequal = Roster(
        mentors=[Mentor(id="m", capacity=3, hours=3)], mentees=[Mentee(id=f"e{k}", hours=k) for k in (1, 2, 3)]
    )
    assert list_tables(match(unequal, Program(weeks=5)), unequal)[2].rows[0][-3:] == [None, None, None]


def test_unscheduled_pairs() -> None:
    """Pairs without a weekly time leave its cells blank; half hours stay exact."""
    roster = Roster(mentors=[Mentor(id="m", hours=3)], mentees=[Mentee(id="e", hours=1.5)])
    table = list_tables(match(roster, Program(weeks=3)), roster)[0]
    row = dict(zip(table.headings, table.rows[0], strict=True))
    assert (row["mentee time"], row["hours"]) == ("", 1.5)


def test_csv_reads_back(tables: dict[str, Table]) -> None:
    """A CSV file has a byte order mark for Excel and reads back cell by cell."""
    data = write_csv(tables["leftovers"])
    assert data.startswith(b"\xef\xbb\xbf")
    shown = [["" if cell is None else str(cell) for cell in row] for row in tables["leftovers"].rows]
    assert read_csv(data) == [list(tables["leftovers"].headings), *shown]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)


@given(st.lists(st.tuples(texts | st.sampled_from([f"{sign}1+1" for sign in LIVE]), st.integers(-5, 5)), max_size=4))
def test_never_live(rows: list[tuple[str, int]]) -> None:
    """Whatever a text begins with, no cell of a CSV file or a workbook is a formula."""
    table = Table("t", ("a", "b"), rows)
    for row in read_csv(write_csv(table))[1:]:
        assert not row[0].startswith(LIVE)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(write_workbook([table]))).active
    for cells in sheet.iter_rows(min_row=2):
        assert all(cell.data_type != "f" for cell in cells)


def test_numbers_are_numbers() -> None:
    """A negative number is no formula and stays a number."""
    assert quote_live(-5) == -5
    assert quote_live("-5") == "'-5"
    assert quote_live(None) is None


def test_workbook(tables: dict[str, Table]) -> None:
    """A workbook has a sheet per table, and the same bytes each time."""
    data = write_workbook(tables.values())
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["pairs", "leftovers", "mentors", "notices"]
    assert write_workbook(tables.values()) == data


def test_more_rows_than_a_sheet() -> None:
    """What one sheet does not hold goes on in the next; nobody is lost."""
    rows = [(f"e{k}", k) for k in range(5)]
    parts = split_table(Table("pairs", ("mentee", "points"), rows), 2)
    assert [part.name for part in parts] == ["pairs", "pairs 2", "pairs 3"]
    assert [row for part in parts for row in part.rows] == rows
    assert [part.name for part in split_table(Table("pairs", ("mentee",), []), 2)] == ["pairs"]


def test_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that is written row by row says the same."""
    table = Table("pairs", ("mentee", "points"), [("=1+1", 3), ("b", None), ("c", 2.5)])
    at_once = read_cells(write_workbook([table]))
    monkeypatch.setattr("matchmaker.tables.output.MANY_ROWS", 0)
    assert read_cells(write_workbook([table])) == at_once
    assert write_workbook([table]) == write_workbook([table])


def read_cells(data: bytes) -> list[list[object]]:
    """Return all cells of a workbook's first sheet."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]
