"""A table that was edited after the answer was written is found, with file and row."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import openpyxl
import pytest

from matchmaker.engine import match
from matchmaker.matching import Matching
from matchmaker.roster import Roster
from matchmaker.tables.comparing import compare_folder
from matchmaker.tables.output import list_tables, write_csv, write_workbook
from tests.small import PROGRAM, make_roster

ROSTER = make_roster()


@pytest.fixture(scope="module")
def matching() -> Matching:
    """Return the answer of the small programme."""
    return match(ROSTER, PROGRAM)


@pytest.fixture
def folder(tmp_path: Path, matching: Matching) -> Path:
    """Return a folder with its tables."""
    tables = list_tables(matching, ROSTER)
    for table in tables:
        (tmp_path / f"{table.name}.csv").write_bytes(write_csv(table))
    (tmp_path / "matching.xlsx").write_bytes(write_workbook(tables))
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text in a file once."""
    text = path.read_bytes().decode("utf-8-sig")
    assert text.count(old) >= 1
    path.write_bytes(text.replace(old, new, 1).encode("utf-8-sig"))


def list_failures(folder: Path, matching: Matching) -> list[str]:
    """Return what differs."""
    return list(compare_folder(folder, matching, ROSTER).failures)


def test_untouched(folder: Path, matching: Matching) -> None:
    """Tables as they were written hold, the workbook read or known by its hash; so does a folder without any."""
    assert list_failures(folder, matching) == []
    data = (folder / "matching.xlsx").read_bytes()
    assert compare_folder(folder, matching, ROSTER, hashlib.sha256(data).hexdigest()).holds
    assert list_failures(folder / "nowhere", matching) == []


def test_changed_cell(folder: Path, matching: Matching) -> None:
    """A changed cell is named with file, row and column."""
    edit(folder / "pairs.csv", "Mon 13:00", "Mon 14:00")
    edit(folder / "mentors.csv", "ann@example.org", "anne@example.org")
    assert list_failures(folder, matching) == [
        "pairs.csv, row 2, column 'mentee time': holds 'Mon 14:00', and the answer says 'Mon 13:00'",
        "mentors.csv, row 2, column 'e-mail': holds 'anne@example.org', and the answer says 'ann@example.org'",
    ]


def test_rows(folder: Path, matching: Matching) -> None:
    """A row too many and one too few are told; another order or other line ends are no change."""
    path = folder / "pairs.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([head, *rows[::-1]]), encoding="utf-8")
    assert list_failures(folder, matching) == []
    path.write_text("\n".join([head, *rows[1:]]), encoding="utf-8")
    assert list_failures(folder, matching) == ["pairs.csv: a row is missing (mentee eve, mentor ann)"]
    path.write_text("\n".join([head, *rows, rows[0]]), encoding="utf-8")
    told = f"pairs.csv, row {len(rows) + 2}: the answer has no such row (mentee eve, mentor ann)"
    assert list_failures(folder, matching) == [told]


def test_moved_pair(folder: Path, matching: Matching) -> None:
    """A mentee moved to another mentor is a row too many and one too few."""
    edit(folder / "pairs.csv", "eve,Eve,,ann", "eve,Eve,,bob")
    assert list_failures(folder, matching) == [
        "pairs.csv, row 2: the answer has no such row (mentee eve, mentor bob)",
        "pairs.csv: a row is missing (mentee eve, mentor ann)",
    ]


def test_other_tables(folder: Path, matching: Matching) -> None:
    """Saved with semicolons it is the same table; with other headings, bytes or quotes it is none."""
    path = folder / "mentors.csv"
    text = path.read_text(encoding="utf-8-sig")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(csv.reader(text.splitlines()))
    assert list_failures(folder, matching) == []
    path.write_text(text.replace("mentor,", "who,", 1), encoding="utf-8")
    assert list_failures(folder, matching) == ["mentors.csv, row 1: the headings are not those of the answer"]
    path.write_bytes(b"\xff\xfe\x00")
    assert list_failures(folder, matching) == ["mentors.csv is not UTF-8 any more"]
    path.write_text('"' + "x" * 200_000, encoding="utf-8")
    assert list_failures(folder, matching)[0].startswith("mentors.csv cannot be read: ")


def test_workbook(folder: Path, matching: Matching) -> None:
    """A workbook that was only saved again holds; a changed cell, a lost sheet and a damaged file do not."""
    path = folder / "matching.xlsx"
    book = openpyxl.load_workbook(path)
    book.save(path)
    assert list_failures(folder, matching) == []
    book["leftovers"]["E2"] = "because"
    book.save(path)
    (told,) = list_failures(folder, matching)
    assert told.startswith("matching.xlsx, sheet 'leftovers', row 2, column 'reason': holds 'because', and the answer")
    del book["pairs"]
    book.save(path)
    assert list_failures(folder, matching)[0] == "matching.xlsx, sheet 'pairs' is missing"
    path.write_bytes(b"PK\x03\x04broken")
    assert list_failures(folder, matching)[0].startswith("matching.xlsx: ")


def test_other_roster(folder: Path, matching: Matching) -> None:
    """An answer of people who are not there cannot be compared, and that is said."""
    assert compare_folder(folder, matching, Roster()).failures == ("cannot be compared: 'eve' is not in the roster",)
