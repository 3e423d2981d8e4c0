"""Any file: told apart by content, read or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError
from matchmaker.tables import read_sheets

SAVE_AS = "Open it in its own program and save it as .xlsx or 'CSV UTF-8'"


def refuse(path: Path, sheet: str | None = None) -> str:
    """Return why a file cannot be read, without the folder."""
    with pytest.raises(InputError) as caught:
        read_sheets(path, sheet=sheet)
    return str(caught.value).removeprefix(str(path.parent)).lstrip("/\\")


def write(folder: Path, data: bytes, name: str = "a.csv") -> Path:
    """Return a file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


def test_content_decides(tmp_path: Path) -> None:
    """A workbook that is called .csv and a text file that is called .xlsx are read as what they are."""
    path = tmp_path / "a.csv"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Mentors").write_row(0, 0, ["id", "name"])
    book.close()
    sheets, report = read_sheets(path)
    assert [(sheet.file, sheet.sheet, sheet.headings) for sheet in sheets] == [(str(path), "Mentors", ["id", "name"])]
    sheets, report = read_sheets(str(write(tmp_path, b"id;name\n1;Ada\n", "b.xlsx")))
    assert [(sheet.sheet, sheet.headings) for sheet in sheets] == [(None, ["id", "name"])]
    assert not report.faults


def test_choices(tmp_path: Path) -> None:
    """Separator, encoding and heading row can be stated."""
    path = write(tmp_path, "a,b\nc:dé,x\n1:2,x\n".encode("latin-1"))
    (sheet,), report = read_sheets(path, separator=":", encoding="latin-1", heading_row=2)
    assert (sheet.headings, sheet.heading_row) == (["c", "dé,x"], 2)
    assert not report.notices


def test_sheet_of_a_text_file(tmp_path: Path) -> None:
    """A text file has no sheet to name."""
    assert refuse(write(tmp_path, b"id\n1\n"), sheet="Mentors") == (
        "a.csv: a text file has no sheets (found: 'Mentors'). Name a sheet only for a workbook"
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"%PDF-1.7", f"this is a PDF document, not a table. {SAVE_AS}"),
        (b"\x89PNG\r\n", f"this is a picture, not a table. {SAVE_AS}"),
        (b"\x1f\x8b\x08", f"this is a compressed file (gzip), not a table. {SAVE_AS}"),
        (b"\xef\xbb\xbf \n<HTML><table>", f"this is a web page, not a table. {SAVE_AS}"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old",
            f"this is an old Office file (such as .xls), which is not read. {SAVE_AS}",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "the workbook is protected by a password. Open it and save it without a password",
        ),
        (b"", "there is nothing in it. A table needs a row of headings and a row for each person"),
    ],
)
def test_foreign_files(tmp_path: Path, data: bytes, problem: str) -> None:
    """What is no table is called by its name, with the way out."""
    assert refuse(write(tmp_path, data)) == f"a.csv: {problem}"


def test_unreadable_files(tmp_path: Path) -> None:
    """A file that is not there, is a folder, or cannot have a name at all is a fault."""
    remedy = "Check the name, and that you may read it"
    assert refuse(tmp_path / "none.csv") == f"none.csv: the file cannot be read: No such file or directory. {remedy}"
    assert "the file cannot be read: " in refuse(tmp_path)
    assert "the file cannot be read: embedded null" in refuse(tmp_path / "a\0b")


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the largest size is refused before it is read whole."""
    monkeypatch.setattr("matchmaker.tables.files.MOST_BYTES", 4)
    assert refuse(write(tmp_path, b"id\n1\n")) == (
        "a.csv: the file has more than 4 bytes, too many to read. Delete what is not needed, or split the file"
    )


@given(st.binary(max_size=50), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n"]))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes) -> None:
    """Any bytes at all are read, or refused with a fault that says what to do."""
    path = write(tmp_path_factory.getbasetemp(), head + data, "any")
    try:
        sheets, _ = read_sheets(path)
    except InputError as error:
        told = error.faults
    else:
        told = ()
        assert sheets
    assert all(fault.problem and fault.remedy for fault in told)
