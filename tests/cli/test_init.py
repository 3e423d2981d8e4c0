"""A program is proposed from any files people have, and nothing is guessed in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from matchmaker.cli.commands.init import find_side
from matchmaker.cli.main import run
from matchmaker.cli.status import Status
from matchmaker.program import read_program

ROWS = [["id", "name", "Grade"], ["1", "Ann", "G7"], ["2", "Bo", "G6"]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, as the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_workbook(name: str, *sheets: str) -> str:
    """Write a workbook with a table in each sheet."""
    with xlsxwriter.Workbook(name) as workbook:
        for title in sheets:
            sheet = workbook.add_worksheet(title)
            for number, row in enumerate(ROWS):
                sheet.write_row(number, 0, row)
    return name


def write(name: str, text: str) -> str:
    """Write a text file."""
    Path(name).write_text(text, encoding="utf-8", newline="")
    return name


def test_any_cells(folder: Path) -> None:
    """Whatever signs headings and cells hold, the program reads back with the very headings."""
    heading = 'How sure\r\nare "you"? # x.y\x01'
    sheet = '"How sure\r\nare ""you""? # x.y\x01",id,\x7f\n"line\rline\x0b\x1f",1,\x02\n"two\r\n",2,\x03\n'
    assert run(["init", write("mentors.csv", sheet), "--out", "p.toml"]) == Status.DONE
    text = (folder / "p.toml").read_text(encoding="utf-8")
    assert "# unknown: 2 different values: 'line line', 'two'" in text
    write("all.toml", text.replace('# "How sure', '"How sure'))
    assert list(read_program("p.toml").columns.mentors) == ["id"]
    assert heading in read_program("all.toml").columns.mentors


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("mentors", "mentors"),
        ("Mentee applications", "mentees"),
        ("mentors and mentees", "people"),
        ("Mentoring mentees", "mentees"),
        ("mentorship 2027", None),
        ("Form Responses 1", None),
    ],
)
def test_sides(name: str, side: str | None) -> None:
    """A name says which side a table holds, and "mentoring" says neither."""
    assert find_side(name) == side


def test_one_workbook(capsys: pytest.CaptureFixture[str]) -> None:
    """A workbook of both sides is proposed for whole, given once or twice; its other sheets are nobody's."""
    name = write_workbook("both.xlsx", "Mentors", "Mentees", "Notes")
    for files in ([name], [name, name]):
        assert run(["init", *files]) == Status.DONE
        text = capsys.readouterr().out
        write("p.toml", text)
        columns = read_program("p.toml").columns
        assert list(columns.mentors) == list(columns.mentees) == ["id", "name"]
    assert run(["check", "--mentors", name, "--mentees", name, "--program", "p.toml"]) == Status.DONE


def test_unclear_sides(capsys: pytest.CaptureFixture[str]) -> None:
    """Where it is not clear which side is meant, it says what would make it so."""
    table = "id,name\n1,Ann\n"
    write("a.csv", table)
    assert run(["init", "a.csv", write("mentors.csv", table)]) == Status.USAGE
    assert "a.csv: is this the mentors' or the mentees'? Say so in the file's name." in capsys.readouterr().err
    assert run(["init", "mentors.csv", write("mentors2.csv", table)]) == Status.USAGE
    assert "mentors.csv and mentors2.csv both seem to hold the mentors. Give one of them." in capsys.readouterr().err
    assert run(["init", write_workbook("w.xlsx", "Form", "Lists")]) == Status.USAGE
    assert "w.xlsx has the sheets 'Form', 'Lists'. Call them 'mentors' and 'mentees', or 'people'." in (
        capsys.readouterr().err
    )
    assert run(["init", "a.csv"]) == Status.DONE
    assert "[columns.people]" in capsys.readouterr().out


def test_notices(capsys: pytest.CaptureFixture[str]) -> None:
    """What is to be known about how a file was read is told, not passed over."""
    Path("mentors.csv").write_bytes("Our mentors\n\nid,name,name\n1,Zoë,x\n".encode("cp1252"))
    assert run(["init", "mentors.csv"]) == Status.DONE
    told = capsys.readouterr().err
    assert "it is read as cp1252" in told
    assert "the headings were found in row 3; row 1 above them is no part of the table (found: 'Our mentors')" in told
    assert "the heading 'name' was there before; it is read as 'name (2)'" in told
