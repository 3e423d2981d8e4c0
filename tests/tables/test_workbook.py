"""Workbooks: what cells mean, which sheets are read, and what is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import InputError, Report
from matchmaker.tables import Sheet
from matchmaker.tables.errorcells import is_error
from matchmaker.tables.formats import classify_format, write_moment, write_number
from matchmaker.tables.headings import OUTER, name_column
from matchmaker.tables.workbook import read_workbook, unescape_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RESAVE = "Open it in a spreadsheet program and save it again as .xlsx, or as 'CSV UTF-8'"

Parts = dict[str, str | bytes]


def read(data: bytes, **options: Any) -> tuple[list[Sheet], Report]:
    """Return the sheets of a workbook's bytes, and the report."""
    report = Report()
    return read_workbook(data, "a.xlsx", report, **options), report


def refuse(data: bytes, **options: Any) -> str:
    """Return why a workbook cannot be read."""
    with pytest.raises(InputError) as caught:
        read(data, **options)
    return str(caught.value)


def list_cells(sheet: Sheet) -> list[list[str]]:
    """Return headings and cells row by row."""
    texts = [[column.values[code] for code in column.codes] for column in sheet.columns]
    return [sheet.headings, *[list(row) for row in zip(*texts, strict=True)]]


def write(*sheets: list[list[Any]], **options: Any) -> bytes:
    """Return a workbook with these sheets, named A, B and so on."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False, **options})
    formats = {
        datetime: book.add_format({"num_format": "dd/mm/yy hh:mm:ss"}),
        date: book.add_format({"num_format": 14}),
        timedelta: book.add_format({"num_format": "[h]:mm"}),
    }
    for position, rows in enumerate(sheets):
        page = book.add_worksheet(name_column(position))
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(i, j, cell)
                elif type(cell) in formats:
                    page.write_datetime(i, j, cell, formats[type(cell)])
                else:
                    page.write(i, j, cell)
    book.close()
    return stream.getvalue()


def make_parts(cells: str, **more: str | bytes) -> Parts:
    """Return the parts of a workbook whose only sheet holds this XML."""
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(
            [("worksheet", "sheet.xml"), ("sharedStrings", "/xl/texts.xml"), ("styles", "../xl/styles.xml")]
        )
    )
    return {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{OFFICE}/officeDocument" '
        'Target="xl/main.xml"/></Relationships>',
        "xl/_rels/main.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        "xl/main.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" r:id="r0"/></sheets>'
        "</workbook>",
        "xl/texts.xml": f'<sst xmlns="{MAIN}"><si><t>id</t></si><si><r><t>na</t></r><r><t>me</t></r>'
        "<rPh><t>x</t></rPh></si><si/></sst>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
        "xl/sheet.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>',
    } | {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in more.items()}


def pack(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def read_cells(cells: str, **more: str | bytes) -> list[list[str]]:
    """Return headings and cells of a workbook whose only sheet holds this XML."""
    return list_cells(read(pack(make_parts(cells, **more)))[0][0])


HEAD = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=9
).filter(lambda text: not is_error(text.strip(OUTER))) | st.sampled_from(
    ["007", "=1+1", "_x0041_", " padded ", "two\nlines", "1,5", "<&>"]
)
MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 30)).map(lambda moment: moment.replace(microsecond=0))
CELLS = (
    TEXTS
    | st.integers(-(10**14), 10**14)
    | st.floats(-1e300, 1e300)
    | st.booleans()
    | MOMENTS
    | MOMENTS.map(datetime.date)
)


def show(cell: Any) -> str:
    """Return the text as which a cell must be read."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        short = float(f"{cell:.16G}")
        return str(int(short)) if abs(short) <= 10**15 and short == int(short) else repr(short)
    if isinstance(cell, datetime):
        if (cell.hour, cell.minute, cell.second) == (0, 0, 0):
            return cell.date().isoformat()
        return str(cell) if cell.second else str(cell)[:-3]
    return str(cell).strip(OUTER)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), max_size=6)))
def test_written_workbooks_read_back(rows: list[list[Any]]) -> None:
    """What a workbook was written from reads back as text, row by row."""
    width = len(rows[0]) if rows else 2
    headings = [f"h{i}" for i in range(width)]
    sheets, report = read(write([headings, *rows]), heading_row=1)
    shown = [[show(cell) for cell in row] for row in rows]
    filled = [i for i, row in enumerate(shown) if any(row)]
    assert list_cells(sheets[0]) == [headings, *[shown[i] for i in filled]]
    assert sheets[0].rows.tolist() == [i + 2 for i in filled]
    assert not report.faults


def test_another_writer() -> None:
    """A workbook from another program, with inline formats and dates, reads the same."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["id", "when", "hours", "sum"])
    page.append(["007", datetime(2024, 5, 31, 9, 30), 1.5, "=1+1"])
    page.append([123.0, date(2024, 5, 31), True, None])
    page["C3"].number_format = "0%"
    stream = io.BytesIO()
    book.save(stream)
    sheets, _ = read(stream.getvalue())
    assert list_cells(sheets[0]) == [
        ["id", "when", "hours", "sum"],
        ["007", "2024-05-31 09:30", "1.5", ""],
        ["123", "2024-05-31", "TRUE", ""],
    ]
    assert [str(fault) for _, fault in sheets[0].list_faults()] == [
        "a.xlsx, sheet 'Sheet', row 2, column 'sum': the cell has a formula whose result was never saved. "
        "Open the workbook in a spreadsheet program and save it"
    ]


def test_sheets() -> None:
    """All visible sheets that are not blank are read, in order; or the one that is named."""
    data = write([["id"], ["1"]], [], [["name"], ["Ada"]])
    assert [(sheet.sheet, sheet.headings) for sheet in read(data)[0]] == [("A", ["id"]), ("C", ["name"])]
    assert [sheet.sheet for sheet in read(data, sheet="c")[0]] == ["C"]
    assert refuse(data, sheet="D") == ("a.xlsx: the workbook has no such sheet (found: 'D'). There are: 'A', 'B', 'C'")
    assert refuse(data, sheet="B") == (
        "a.xlsx, sheet 'B': there is nothing in it. A table needs a row of headings and a row for each person"
    )
    assert read(write([], [["a"], ["x"], ["b"], ["y"]]), heading_row=3)[0][0].headings == ["b"]


def test_hidden_sheets() -> None:
    """Hidden sheets are left out with a notice, unless they are named or there is no other."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    for name in ("Mentors", "Lists"):
        book.add_worksheet(name).write(0, 0, name)
    book.worksheets()[1].hide()
    book.close()
    sheets, report = read(stream.getvalue())
    assert [sheet.sheet for sheet in sheets] == ["Mentors"]
    assert [str(notice) for notice in report.notices] == [
        "a.xlsx: hidden sheets are left out: 'Lists'. To read one, show it in the spreadsheet program"
    ]
    sheets, report = read(stream.getvalue(), sheet="Lists")
    assert [sheet.sheet for sheet in sheets] == ["Lists"]
    assert not report.notices


def test_grid() -> None:
    """Cells beside the headings are a column without one; titles above are skipped."""
    rows = [["Our mentors"], [], ["id", "name"], ["1", "Ada"], ["2", "Bo", "", "a remark"], [], ["3"]]
    sheets, report = read(write(rows))
    assert list_cells(sheets[0]) == [
        ["id", "name", "Column D"],
        ["1", "Ada", ""],
        ["2", "Bo", "a remark"],
        ["3", "", ""],
    ]
    assert (sheets[0].heading_row, sheets[0].rows.tolist()) == (3, [4, 5, 7])
    assert [notice.kind for notice in report.notices] == ["rows-above", "heading-missing"]
    assert sheets[0].columns[2].values == ["", "a remark"]


def test_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are numbered and coded alike across the chunks in which they are read."""
    monkeypatch.setattr("matchmaker.tables.cells.CELLS_AT_ONCE", 500)
    rows = [[str(i), "x", *(["late"] if i == 6_000 else [])] for i in range(6_001)]
    sheets, _ = read(write([["id", "b"], *rows], constant_memory=True))
    assert sheets[0].rows.tolist() == list(range(2, 6_003))
    assert sheets[0].columns[0].values == [str(i) for i in range(6_001)]
    assert sheets[0].columns[2].values == ["", "late"]
    assert sheets[0].columns[2].read_cell(6_000) == "late"


def test_cell_types() -> None:
    """Every type of cell that the standard knows is read; blanks with a format are blank."""
    cells = (
        HEAD + '<row r="3"><c r="A3" t="inlineStr"><is><t>in</t><rPh><t>no</t></rPh><t>line</t></is></c>'
        '<c t="str"><f>A1</f><v>shown</v></c></row>'
        '<row><c t="d"><v>2024-05-31T00:00:00</v></c><c t="b"><v>0</v></c></row>'
        '<row><c t="d"><v>soon</v></c><c t="n"><v>1E3</v></c></row>'
        '<row><c t="str"><f>""</f><v></v></c><c s="9"/></row>'
        '<row r="9"><c r="B9"><v>12:30</v></c></row><row><c t="s"><v>2</v></c><c s="x"><v>1.0</v></c></row>'
        '<row><c t="d"><v>2024-05-31T00:00:00+02:00</v></c></row>'
    )
    sheets, report = read(pack(make_parts(cells)))
    assert list_cells(sheets[0]) == [
        ["id", "name"],
        ["inline", "shown"],
        ["2024-05-31", "FALSE"],
        ["soon", "1000"],
        ["", "12:30"],
        ["", "1"],
        ["2024-05-31T00:00:00+02:00", ""],
    ]
    assert sheets[0].rows.tolist() == [3, 4, 5, 9, 10, 11]
    assert not report.faults


def test_error_cells() -> None:
    """Errors are faults with their place, whatever their text; as a heading they are blank."""
    cells = '<row><c t="e"><v>#REF!</v></c><c t="inlineStr"><is><t>b</t></is></c></row>' + (
        '<row><c><v>1</v></c><c t="e"><v>#NV</v></c></row>'
    )
    sheets, _ = read(pack(make_parts(cells)), heading_row=1)
    assert list_cells(sheets[0]) == [["Column A", "b"], ["1", ""]]
    assert [str(fault) for _, fault in sheets[0].list_faults()] == [
        "a.xlsx, sheet 'S', row 2, column 'b': the cell holds an error of the spreadsheet instead of a value "
        "(found: '#NV'). Correct the formula, or leave the cell blank"
    ]


def test_dates_of_styles() -> None:
    """Whether a number is a date is told by the format of its cell's style, not by that of a named style."""
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="yyyy"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/>'
        '<xf numFmtId="x"/></cellXfs></styleSheet>'
    )
    cells = HEAD + '<row><c s="0"><v>45443</v></c><c s="1"><v>45443</v></c></row><row><c s="2"><v>5</v></c></row>'
    assert read_cells(cells, xl__styles_xml=styles)[1:] == [["45443", "2024-05-31"], ["5", ""]]


def test_dates_from_1904() -> None:
    """A workbook that counts days from 1904 shows the same dates."""
    rows: list[list[Any]] = [["when"], [datetime(2024, 5, 31, 9, 30, 1)], [date(1904, 1, 1)], [date(2030, 12, 24)]]
    texts = [["when"], ["2024-05-31 09:30:01"], ["1904-01-01"], ["2030-12-24"]]
    assert list_cells(read(write(rows, date_1904=True))[0][0]) == texts
    assert list_cells(read(write(rows))[0][0]) == texts


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [
        (0, None, ""),
        (14, None, "date"),
        (46, None, "elapsed"),
        (9, None, ""),
        (164, "General", ""),
        (164, "0.00", ""),
        (164, "#,##0\\ \\d", ""),
        (164, '0 "days"', ""),
        (164, "[Red]0;[Blue]-0", ""),
        (164, "[$-407]d. mmmm yyyy", "date"),
        (164, "hh:mm AM/PM", "date"),
        (164, "[h]:mm:ss", "elapsed"),
        (164, "0.0E+00", ""),
        (164, "_d0", ""),
        (14, "0", ""),
    ],
)
def test_classify_format(number: int, code: str | None, kind: str) -> None:
    """Letters of dates count only where a format means them."""
    assert classify_format(number, code) == kind


@pytest.mark.parametrize(
    ("text", "kind", "from_1904", "shown"),
    [
        ("0.5", "date", False, "12:00"),
        ("0.50001157", "date", False, "12:00:01"),
        ("1", "date", False, "1900-01-01"),
        ("59", "date", False, "1900-02-28"),
        ("61", "date", False, "1900-03-01"),
        ("0", "date", True, "1904-01-01"),
        ("2958465", "date", False, "9999-12-31"),
        ("2958465", "date", True, "2958465"),
        ("2958466", "date", False, "2958466"),
        ("45443.999999", "date", False, "2024-06-01"),
        ("-1", "date", False, "-1"),
        ("nan", "date", False, "nan"),
        ("soon", "date", False, "soon"),
        ("1.104166667", "elapsed", False, "26:30:00"),
    ],
)
def test_write_moment(text: str, kind: str, from_1904: bool, shown: str) -> None:
    """Days become ISO text; what lies outside the calendar stays a number."""
    assert write_moment(text, kind, from_1904=from_1904) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("123.0", "123"), ("-0", "0"), ("1E+20", "1e+20"), ("0.1", "0.1"), ("inf", "inf"), ("x", "x"), ("1e400", "1e400")],
)
def test_write_number(text: str, shown: str) -> None:
    """Numbers are written as a person would."""
    assert write_number(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a_x000D_b", "a\rb"), ("_x005F_x000D_", "_x000D_"), ("_x0000_", "_x0000_"), ("_xD83D_", "_xD83D_"), ("_x", "_x")],
)
def test_unescape_text(text: str, shown: str) -> None:
    """Escaped signs are written out, except those that no text may hold."""
    assert unescape_text(text) == shown


def test_strict_namespace_and_prefix() -> None:
    """The strict form of the standard, with prefixes, reads the same."""
    sheet = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        '<x:row><x:c t="inlineStr"><x:is><x:t>id</x:t></x:is></x:c></x:row>'
        "<x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert read_cells("", xl__sheet_xml=sheet) == [["id"], ["7"]]


def test_claims_of_size() -> None:
    """A sheet that claims a billion cells is read by the cells it has."""
    sheet = (
        f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>{HEAD}'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert read_cells("", xl__sheet_xml=sheet) == [["id", "name", "Column XFD"], ["", "", "1"]]


def test_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet that would fill more cells than can be held is refused."""
    monkeypatch.setattr("matchmaker.tables.coding.MOST_CELLS", 50_000)
    far = "".join(f'<row r="{i}"><c r="XFD{i}"><v>1</v></c></row>' for i in range(2, 9))
    assert refuse(pack(make_parts(HEAD + far))) == (
        "a.xlsx, sheet 'S': the table has more than 50,000 cells or 16,384 columns, too many to read. "
        "Delete what is not needed, or split the file"
    )


LARGE = "a.xlsx: the workbook unpacks to more than can be read. Delete what is not needed, or save it as CSV"


def test_bombs() -> None:
    """What unpacks to far more than it is, or hides a monster tag, is refused before it is held."""
    assert refuse(pack(make_parts("", xl__sheet_xml=b" " * (1 << 25)))) == LARGE
    noise = "".join(f"{i:x}" for i in range(500_000))
    assert refuse(pack(make_parts(f'<row x="{noise}"/>'))) == LARGE
    assert refuse(pack({f"{i}": "" for i in range(10_001)})) == LARGE


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ('<row r="2"/><row r="2"/>', "row 2 of sheet 'S' is out of order"),
        ('<row r="1048577"/>', "row 1048577 of sheet 'S' is out of order"),
        ('<row><c r="B1"/><c r="A1"/></row>', "in row 1 of sheet 'S', a cell at column B is out of order"),
        ('<row><c r="XFE1"/></row>', "in row 1 of sheet 'S', a cell at column A is out of order"),
        ('<row><c r="a1"/></row>', "in row 1 of sheet 'S', a cell at column A is out of order"),
        ('<row><c r=""/></row>', "in row 1 of sheet 'S', a cell at column A is out of order"),
        (
            '<row><c t="s"><v>3</v></c></row>',
            "in row 1 of sheet 'S', a cell at column A refers to a text that is not there",
        ),
        (
            '<row><c t="s"><v>-1</v></c></row>',
            "in row 1 of sheet 'S', a cell at column A refers to a text that is not there",
        ),
        ("<row>", "the workbook's part xl/sheet.xml is damaged"),
        ("<a>" * 300 + "</a>" * 300, "the workbook's XML is nested too deeply"),
    ],
)
def test_damaged_sheets(cells: str, problem: str) -> None:
    """A sheet that cannot be right is refused with what is wrong."""
    assert refuse(pack(make_parts(cells))) == f"a.xlsx: {problem}. {RESAVE}"


def test_long_cell() -> None:
    """A cell longer than any program writes is refused with its row."""
    assert refuse(pack(make_parts(f"<row><c><v>{'x' * 1_000_001}</v></c></row>"), zipfile.ZIP_STORED)) == (
        "a.xlsx, sheet 'S', row 1: a cell has more than 1,000,000 characters. Shorten the text"
    )


def test_entities() -> None:
    """A document type is refused, and with it every entity."""
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    assert refuse(pack(make_parts("", xl__sheet_xml=bomb))) == (
        f"a.xlsx: the workbook has a document type, as no spreadsheet program writes it. {RESAVE}"
    )


def test_unknown_xml_encoding() -> None:
    """XML in an encoding that is none is damaged."""
    part = '<?xml version="1.0" encoding="base64"?><a/>'
    assert "part xl/sheet.xml is damaged" in refuse(pack(make_parts("", xl__sheet_xml=part)))


def test_too_many_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """More shared texts than can be held are refused."""
    monkeypatch.setattr("matchmaker.tables.workbook.MOST_STRINGS", 2)
    assert refuse(pack(make_parts(HEAD))) == f"a.xlsx: the workbook has too many texts. {RESAVE}"


def test_missing_parts() -> None:
    """A part that is missing is named; a workbook needs a sheet, but neither texts nor styles."""
    parts = make_parts(HEAD)
    del parts["xl/sheet.xml"]
    assert refuse(pack(parts)) == f"a.xlsx: the workbook lacks its part xl/sheet.xml. {RESAVE}"
    parts = make_parts("", xl__main_xml=f'<workbook xmlns="{MAIN}"/>')
    assert refuse(pack(parts)) == f"a.xlsx: the workbook lists no sheets. {RESAVE}"
    parts = make_parts("<row><c><v>1</v></c></row>")
    relation = f'<Relationship Id="r0" Type="{OFFICE}/worksheet" Target="sheet.xml"/>'
    link = '<Relationship Id="r1" TargetMode="External" Target="http://example.org"/>'
    parts["xl/_rels/main.xml.rels"] = f'<Relationships xmlns="{PACKAGE}">{relation}{link}</Relationships>'
    del parts["xl/texts.xml"], parts["xl/styles.xml"]
    assert list_cells(read(pack(parts))[0][0]) == [["1"]]


def test_workbook_without_relations() -> None:
    """A workbook whose root does not say where it begins is found by its usual place."""
    parts = make_parts(HEAD)
    parts["xl/workbook.xml"], parts["xl/_rels/workbook.xml.rels"] = (
        parts["xl/main.xml"],
        parts["xl/_rels/main.xml.rels"],
    )
    parts["_rels/.rels"] = f'<Relationships xmlns="{PACKAGE}"/>'
    assert read(pack(parts))[0][0].headings == ["id", "name"]


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("content.xml", "an OpenDocument file (such as .ods)"),
        ("xl/workbook.bin", "a binary workbook (.xlsb)"),
        ("word/document.xml", "a Word document"),
    ],
)
def test_other_archives(part: str, name: str) -> None:
    """Other programs' archives are recognised and refused with the way out."""
    assert refuse(pack({part: ""})) == (
        f"a.xlsx: this is {name}, which is not read. Open it in its own program and save it as .xlsx or 'CSV UTF-8'"
    )


def test_plain_archive() -> None:
    """A zip archive of anything else is no workbook."""
    assert refuse(pack({"mentors.csv": "id"})) == (
        "a.xlsx: this is a zip archive, not a workbook. Unpack it, and give a CSV file or an .xlsx workbook"
    )


def test_damaged_archives() -> None:
    """An archive that was cut off, changed, encrypted or packed unusually is refused."""
    data = pack(make_parts(HEAD), zipfile.ZIP_STORED)
    assert refuse(data[:-30]) == f"a.xlsx: the file is damaged or was cut off. {RESAVE}"
    changed = data.replace(b"<sheetData>", b"<sheetdata>")
    assert refuse(changed) == f"a.xlsx: the workbook's part xl/sheet.xml is damaged. {RESAVE}"
    assert refuse(pack(make_parts(HEAD), zipfile.ZIP_LZMA)) == (
        f"a.xlsx: the workbook's part _rels/.rels is encrypted or packed in an unusual way. {RESAVE}"
    )


def check_any(data: bytes) -> None:
    """Read data that may be anything: sheets, or a fault that says what to do."""
    try:
        sheets, _ = read(data)
    except InputError as error:
        told = error.faults
    else:
        told = ()
        assert all(len(column.codes) == len(sheet.rows) for sheet in sheets for column in sheet.columns)
    assert all(fault.problem and fault.remedy for fault in told)


SAMPLE = write([["id", "when"], ["1", datetime(2024, 5, 31)], ["2", 3.5]])
CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4), st.integers(0, 8)), max_size=6)


def change(data: bytes, changes: list[tuple[float, bytes, int]]) -> bytes:
    """Return data with some bytes replaced, put in or cut out."""
    for where, new, num_old in changes:
        start = int(where * len(data))
        data = data[:start] + new + data[start + num_old :]
    return data


@given(CHANGES)
def test_changed_archives(changes: list[tuple[float, bytes, int]]) -> None:
    """A workbook with any bytes changed gives sheets or a fault, never another exception."""
    check_any(change(SAMPLE, changes))


@settings(max_examples=200)
@given(st.data())
def test_changed_parts(data: st.DataObject) -> None:
    """A workbook with any bytes changed inside one part gives sheets or a fault."""
    with zipfile.ZipFile(io.BytesIO(SAMPLE)) as archive:
        parts: Parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(
        st.sampled_from([name for name in parts if name.startswith(("xl/", "_rels")) and "theme" not in name])
    )
    part = parts[name]
    assert isinstance(part, bytes)
    parts[name] = change(part, data.draw(CHANGES))
    check_any(pack(parts, zipfile.ZIP_STORED))


@given(st.binary(max_size=80))
def test_any_bytes(data: bytes) -> None:
    """Any bytes after a zip's first ones give a fault."""
    check_any(b"PK\x03\x04" + data)
    check_any(data)


NAMES = st.sampled_from(["row", "c", "v", "f", "is", "t", "rPh", "x"])
ATTRIBUTES = st.sampled_from(
    ["", ' r="1"', ' r="B2"', ' t="s"', ' t="e"', ' t="d"', ' t="b"', ' t="str"', ' s="1"', ' r="²"', ' t="s" r="A²"']
)
TREES = st.recursive(
    st.sampled_from(["", "0", "1", "-1", "²", "x", "1e999", "45443.5", "#N/A"]),
    lambda inner: st.builds(
        lambda name, attributes, parts: f"<{name}{attributes}>{''.join(parts)}</{name}>",
        NAMES,
        ATTRIBUTES,
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(TREES)
def test_any_tree(cells: str) -> None:
    """Well-formed XML that makes no sense as a sheet gives sheets or a fault."""
    check_any(pack(make_parts(cells), zipfile.ZIP_STORED))


def test_leading_zeros() -> None:
    """Zeros that only a cell's format shows, as in ids and postcodes, are part of what is read."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        page, zeros = book.add_worksheet(), book.add_format({"num_format": "00000"})
        page.write_row(0, 0, ["id", "capacity"])
        for row, number in enumerate((123, 7.0, 1234567, 1.5), start=1):
            page.write_number(row, 0, number, zeros)
            page.write_number(row, 1, row, book.add_format({"num_format": "0"}))
    sheets, _ = read(stream.getvalue())
    assert list_cells(sheets[0])[1:] == [["00123", "1"], ["00007", "2"], ["1234567", "3"], ["1.5", "4"]]
