"""Text files: encodings, separators, rows."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError, Report
from matchmaker.tables import Sheet
from matchmaker.tables.coding import Source
from matchmaker.tables.delimited import find_separator, read_delimited
from matchmaker.tables.errorcells import is_error
from matchmaker.tables.headings import OUTER

Rows = list[list[str]]


def read(data: bytes, **options: str | None) -> tuple[Sheet, Report]:
    """Return the table of a file's bytes, and its report."""
    report = Report()
    return read_delimited(data, Source("a.csv"), report, **options), report


def refuse(data: bytes, **options: str | None) -> str:
    """Return why a file cannot be read."""
    with pytest.raises(InputError) as caught:
        read(data, **options)
    return str(caught.value)


def list_cells(sheet: Sheet) -> Rows:
    """Return the cells row by row."""
    texts = [[column.values[code] for code in column.codes] for column in sheet.columns]
    return [list(row) for row in zip(*texts, strict=True)]


def write(rows: Rows, separator: str, encoding: str, line_end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    """Return a file with these rows."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode(encoding)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=8).filter(
    lambda text: not is_error(text.strip(OUTER))
) | st.sampled_from(["", "1,5", "a;b", 'say "hi"', "two\nlines", " padded\u00a0", "a|b", "=1+1"])
LETTERS = st.text("abcdefgh é", min_size=1, max_size=6).filter(lambda text: text.strip())


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], Rows]:
    """Draw headings that are all different, and rows that fill at least one cell."""
    width = draw(st.integers(2, 5))
    names = draw(st.lists(LETTERS, min_size=width, max_size=width))
    headings = [f"{name.strip()}{position}" for position, name in enumerate(names)]
    row = st.lists(CELLS, min_size=width, max_size=width).filter(lambda row: any(text.strip(OUTER) for text in row))
    return headings, draw(st.lists(row, max_size=8))


@given(
    tables(),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_written_tables_read_back(
    table: tuple[list[str], Rows], separator: str, encoding: str, line_end: str, quoting: int
) -> None:
    """Cells and row numbers read back whatever the dialect and the encoding, once these are named."""
    headings, rows = table
    stated = encoding if encoding.endswith(("le", "be")) else None
    if line_end != "\r\n":
        quoting = csv.QUOTE_ALL  # csv.writer leaves the other line ends in cells bare
    data = write([headings, *rows], separator, encoding, line_end, quoting)
    report = Report()
    sheet = read_delimited(data, Source("a.csv", heading_row=1), report, separator=separator, encoding=stated)
    assert sheet.headings == headings
    assert sheet.heading_row == 1
    assert sheet.rows.tolist() == list(range(2, len(rows) + 2))
    assert list_cells(sheet) == [[text.strip(OUTER) for text in row] for row in rows]
    assert report.num_faults.total() == 0
    for column in sheet.columns:
        assert column.values == list(dict.fromkeys(column.values[code] for code in column.codes))


@given(st.integers(2, 6), st.integers(1, 12), st.sampled_from(",;\t|"), st.data())
def test_separator_is_found(width: int, num_rows: int, separator: str, data: st.DataObject) -> None:
    """The separator is found among cells in quotation marks that hold any of the others."""
    texts = st.sampled_from(["a", "b c", "1,5", "x;y", "p|q", "d\te", "", 'in "quotes"', "two\nlines"])
    rows = [[f"h{i}" for i in range(width)]]
    rows += [data.draw(st.lists(texts, min_size=width, max_size=width)) for _ in range(num_rows)]
    assert find_separator(write(rows, separator, "utf-8", quoting=csv.QUOTE_ALL).decode()) == separator


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("name;hours\nAda;1,5\nBo;2,5\nCy;3,5\n", ";"),
        ("a,b;c\n1,x;y\n", ";"),
        ("only\none\ncolumn\n", ","),
        ("", ","),
        ('a|b\n"1"|"2"\n', "|"),
        ("My export, of 2024\n\n\na;b;c\n1;2;3\n", ";"),
        ('a;b\n1;"never closed\n', ";"),
        ("sep,is\tno\tword\n1\t2\t3\n", "\t"),
    ],
)
def test_separators(text: str, separator: str) -> None:
    """Rows of equal length decide, not the number of signs."""
    assert find_separator(text) == separator


def test_separator_of_long_files() -> None:
    """A beginning that ends inside quotation marks does not hide the separator."""
    text = "a;b\n" + '1;"two\nlines"\n' * 40_000
    cut = text[: 1 << 18]
    assert find_separator(cut if cut.count('"') % 2 else cut[:-8]) == ";"
    assert find_separator("a;b\n" + "1;2\n" * 5 + '3;"' + "x" * (1 << 18)) == ";"


def test_stated_separator() -> None:
    """The line that tells Excel the separator is obeyed, and is no row."""
    sheet, _ = read(b"sep=;\r\na;b\r\n1;2,5\r\n")
    assert (sheet.headings, sheet.heading_row, sheet.rows.tolist()) == (["a", "b"], 1, [2])
    sheet, _ = read(b"sep=\n,a\n1,2\n")
    assert sheet.heading_row == 2


@pytest.mark.parametrize("separator", ["", ";;", '"', "\n"])
def test_refused_separators(separator: str) -> None:
    """What cannot stand between cells is refused."""
    assert refuse(b"a,b\n", separator=separator) == (
        f"a.csv: this cannot separate cells (found: {separator!r}). Name one sign, such as ',' or ';'"
    )


def test_rows_are_the_spreadsheets() -> None:
    """A row is one row however many lines it has; blank rows are counted and left out."""
    sheet, report = read(b'a,b\n"1\n1",2\n\n , \xc2\xa0\n,,,\n3\n4,5,\n')
    assert sheet.rows.tolist() == [2, 6, 7]
    assert list_cells(sheet) == [["1\n1", "2"], ["3", ""], ["4", "5"]]
    assert not report.faults
    assert not report.notices


def test_long_rows_are_faults() -> None:
    """A row with more cells than headings is named, with the first cell too many."""
    sheet, _ = read(b"a,b\n1,2\n1,2,3,,4\n1,2,,\n")
    assert [str(fault) for _, fault in sheet.list_faults()] == [
        "a.csv, row 3: the row has 5 cells, but there are 2 headings (found: '3'). "
        "Put cells that hold the separator in quotation marks, or give each column a heading"
    ]


def test_headings_below_prose() -> None:
    """Rows of prose above the headings are skipped with a notice, and counted."""
    sheet, report = read(b"Mentors of 2024\n\nas of today, by Ann\nid,name,hours\n1,Ada,2\n2,Bo,3\n")
    assert (sheet.headings, sheet.heading_row, sheet.rows.tolist()) == (["id", "name", "hours"], 4, [5, 6])
    assert [str(notice) for notice in report.notices] == [
        "a.csv, row 1: the headings were found in row 4; rows 1 to 3 above them are no part of the table "
        "(found: 'Mentors of 2024'). If the headings stand elsewhere, name their row as heading_row in [columns]"
    ]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("id,name\n", 1),
        ("id,name,hours\n1,,\n2,,\n3,,\n", 1),
        (",name,hours\n0,a,1\n1,b,2\n", 1),
        ("id,name,hours,x\n1,2,3,4\n", 1),
        ("A title\nid,name,hours\n1,2,3\n", 2),
        ("A title,,\nid,name,hours\n1,2,3\n", 2),
        ("A\nB\nC\nid,name,hours\n1,2,3\n", 4),
        ("word\nanother\nthird\n", 1),
        ("id,n,h\n1,2,3\n1,2,3,,,,,,,note\n", 1),
    ],
)
def test_heading_rows(text: str, row: int) -> None:
    """The headings are the first row that fits the width of the table."""
    assert read(text.encode())[0].heading_row == row


def test_heading_row_that_no_row_fits() -> None:
    """Where no row is half full, the first one has the headings."""
    assert read(b",,,a\n,,,b\n,,c,\n")[0].heading_row == 1


def test_stated_heading_row() -> None:
    """The user's heading row is taken as it is; one that is blank or not there is refused."""
    data = b"a,b\nc,d\n\n1,2\n"
    sheet = read_delimited(data, Source("a.csv", heading_row=2), Report())
    assert (sheet.headings, sheet.rows.tolist()) == (["c", "d"], [4])
    for row, problem in (
        (3, "a.csv, row 3: the row is blank, but the headings were said to stand there"),
        (9, "a.csv: there is no row 9, where the headings were said to stand"),
    ):
        with pytest.raises(InputError) as caught:
            read_delimited(data, Source("a.csv", heading_row=row), Report())
        assert str(caught.value) == f"{problem}. Name a row that has the headings"


def test_heading_names() -> None:
    """Repeated and missing headings get names of their own; blank columns are left out."""
    sheet, report = read(b"id, Name ,name,,Name (2),,\n1,a,b,c,d,,\n")
    assert sheet.headings == ["id", "Name", "name (3)", "Column D", "Name (2)"]
    assert [str(notice) for notice in report.notices] == [
        "a.csv, row 1, column 'name (3)': the heading 'name' was there before; it is read as 'name (3)'. "
        "Give every column a heading of its own",
        "a.csv, row 1, column 'Column D': column D has cells, but no heading; it is read as 'Column D'. "
        "Give every column a heading of its own",
    ]


def test_missing_heading_beside_its_name() -> None:
    """A made-up name gives way to a real heading."""
    assert read(b"Column B,,c\n1,2,3\n")[0].headings == ["Column B", "Column B (2)", "c"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_mark(encoding: str) -> None:
    """UTF-16 without a mark is recognised where most signs are plain ones."""
    sheet, report = read("id;name\n1;Zoë\n".encode(encoding))
    assert list_cells(sheet) == [["1", "Zoë"]]
    assert not report.notices


def test_cp1252() -> None:
    """What is not UTF-8 is read as cp1252, and the reader is told."""
    sheet, report = read("id,name\n1,Zoë – ok\n".encode("cp1252"))
    assert list_cells(sheet) == [["1", "Zoë – ok"]]
    assert [str(notice) for notice in report.notices] == [
        "a.csv: the text is not UTF-8; it is read as cp1252, the encoding of older Windows programs "
        "(found: '1,Zoë – ok'). If letters with accents look wrong, save the file as 'CSV UTF-8'"
    ]


@pytest.mark.parametrize(
    ("data", "encoding", "problem"),
    [
        (b"a,b\n1,\x81\n", None, "the text is not written in cp1252: byte 7, in line 2, means no letter"),
        (b"\xef\xbb\xbfa\n\xff\n", None, "the text is not written in UTF-8: byte 6, in line 2, means no letter"),
        (b"\xff\xfea\x00b", None, "the text is not written in UTF-16: byte 5, in line 1, means no letter"),
        (b"a,b\n\xc3(\n", "utf-8", "the text is not written in UTF-8: byte 5, in line 2, means no letter"),
        (b"a\0b\0", "utf-16", "the text is not written in UTF-16: byte 1, in line 1, means no letter"),
        (b"+AGEAYgA", "utf-7", "the text is not written in UTF-7: byte 1, in line 1, means no letter"),
    ],
)
def test_undecodable(data: bytes, encoding: str | None, problem: str) -> None:
    """A text that is not in its encoding is refused with the first byte that shows it."""
    assert refuse(data, encoding=encoding) == f"a.csv: {problem}. Save it as 'CSV UTF-8'"


@pytest.mark.parametrize("encoding", ["klingon", "base64", "undefined", "a\0b"])
def test_unknown_encodings(encoding: str) -> None:
    """An encoding that does not exist, or is none of texts, is refused."""
    assert refuse(b"a\n", encoding=encoding) == (
        f"a.csv: there is no such text encoding (found: {encoding!r}). Usual ones are utf-8, utf-16 and cp1252"
    )


def test_long_undecodable() -> None:
    """The first byte is counted right across the pieces in which a file is decoded."""
    data = b"a\n" + b"x" * ((1 << 20) - 3) + b"\xc3\xc3"
    assert "byte 1,048,576, in line 2" in refuse(data, encoding="utf-8")
    assert "byte 1,048,576, in line 2" in refuse(data[:-1], encoding="utf-8")


def test_nul() -> None:
    """A NUL is refused with its row, and so is data that is no text at all."""
    end = "this is no text: it holds NUL bytes. Give a CSV file, or a workbook saved as .xlsx"
    assert refuse(b"a,b\n1,2\n3,\x004\n") == f"a.csv, row 3: {end}"
    assert refuse(b"a,b\n\xff\x00\xff\n") == f"a.csv: {end}"
    assert refuse("a\n\0".encode("utf-16")) == f"a.csv, row 2: {end}"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (
            b'a,b\n"1\n2",x\n3,"never\nclosed,\n',
            'row 3: a quotation mark opens a cell and is never closed. Close it, or write "" for a mark inside a cell',
        ),
        (
            b'a,b\n1,"say "hi" now"\n',
            "row 2: a quotation mark closes a cell, but text follows it. "
            'Write "" for a quotation mark inside a quoted cell',
        ),
        (
            b'a,b\n1,2\n3,"' + b"x" * 140_000 + b'"\n',
            "row 3: a cell has more than 131,072 characters. "
            "Perhaps a quotation mark before it is never closed; otherwise shorten the text",
        ),
    ],
)
def test_quotes(data: bytes, fault: str) -> None:
    """Quotation marks that do not fit are refused with their row."""
    assert refuse(data) == f"a.csv, {fault}"


def test_quotes_after_blanks_and_inside() -> None:
    """Blanks before a quotation mark do no harm, and a mark inside a bare cell is an ordinary sign."""
    sheet, _ = read(b'a, b\n1, "x, y"\n2,5" pipe\n')
    assert list_cells(sheet) == [["1", "x, y"], ["2", '5" pipe']]


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf", b"\n\n", b" , \n,,\n"])
def test_blank_files(data: bytes) -> None:
    """A file in which nothing is filled is refused."""
    assert refuse(data) == ("a.csv: there is nothing in it. A table needs a row of headings and a row for each person")


def test_only_headings() -> None:
    """A table without people is a table."""
    sheet, report = read(b"id,name\n")
    assert (sheet.headings, sheet.rows.tolist(), list_cells(sheet)) == (["id", "name"], [], [])
    assert not report.faults


def test_errors_of_a_spreadsheet() -> None:
    """Errors that a spreadsheet wrote into a text file are faults, and blank cells."""
    sheet, _ = read(b"id,hours\n1,#N/A\n2,3\n#REF!,\n")
    assert list_cells(sheet) == [["1", ""], ["2", "3"], ["", ""]]
    assert [str(fault) for _, fault in sheet.list_faults()] == [
        f"a.csv, row {row}, column '{column}': the cell holds an error of the spreadsheet instead of a value "
        f"(found: '{text}'). Correct the formula, or leave the cell blank"
        for row, column, text in ((2, "hours", "#N/A"), (4, "id", "#REF!"))
    ]


def test_many_rows() -> None:
    """Rows are numbered and coded alike across the chunks in which they are read."""
    lines = [f"{i},{i % 7 or ''}" for i in range(20_000)]
    lines[9_000] = " , "
    sheet, _ = read("\n".join(["id,x", *lines]).encode())
    kept = [i for i in range(20_000) if i != 9_000]
    assert sheet.rows.tolist() == [i + 2 for i in kept]
    assert list_cells(sheet) == [[str(i), str(i % 7 or "")] for i in kept]


def test_blank_rows_first() -> None:
    """Thousands of blank rows before the headings are counted."""
    sheet, _ = read(b"\n" * 10_000 + b"a,b\n1,2\n")
    assert (sheet.heading_row, sheet.rows.tolist()) == (10_001, [10_002])


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table beyond the largest size is refused."""
    monkeypatch.setattr("matchmaker.tables.coding.MOST_CELLS", 5)
    assert refuse(b"a,b\n1,2\n3,4\n5,6\n") == (
        "a.csv: the table has more than 5 cells or 16,384 columns, too many to read. "
        "Delete what is not needed, or split the file"
    )


@given(st.binary(max_size=60) | st.text(',;"\n\r\t|a 1\0\ufeff=sep', max_size=40).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are a table or an InputError with a fault, never another exception."""
    try:
        sheet, _ = read(data)
    except InputError as error:
        told = error.faults
    else:
        told = ()
        assert len(sheet.headings) == len(sheet.columns) == len(set(sheet.headings)) > 0
        assert all(len(column.codes) == len(sheet.rows) for column in sheet.columns)
    assert all(fault.problem and fault.remedy for fault in told)
