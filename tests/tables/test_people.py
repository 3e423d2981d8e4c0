"""People are read from spreadsheets as real exports write them, and every bad cell is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from matchmaker.errors import InputError, Report
from matchmaker.people import Former
from matchmaker.program import Column, Columns, Preference, Program, Relation, Rule
from matchmaker.roster import Roster
from matchmaker.roster.columns import MenteeColumns, MentorColumns, list_words
from matchmaker.tables import read_people
from matchmaker.times import format_slots

MENTORS = "id,name\nm1,Mo\n"
MENTEES = "id,name\ne1,Ev\n"


class Files:
    """Writes files and reads the people in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(
        self, mentors: str = MENTORS, mentees: str = MENTEES, history: str | None = None, **program: Any
    ) -> tuple[MentorColumns, MenteeColumns, list[Former], Report]:
        """Return what is read from two texts."""
        return read_people(
            program=Program(**program),
            mentors=self.write("mentors.csv", mentors),
            mentees=self.write("mentees.csv", mentees),
            history=None if history is None else self.write("history.csv", history),
        )

    def read_both(self, people: str, **program: Any) -> tuple[MentorColumns, MenteeColumns, list[Former], Report]:
        """Return what is read from one text for both sides."""
        return read_people(program=Program(**program), people=self.write("people.csv", people))

    def write(self, name: str, text: str) -> Path:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8", newline="")
        return path


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """Return a folder for files."""
    monkeypatch.chdir(tmp_path)
    return Files(Path())


def tell(report: Report) -> str:
    """Return all faults and notices as text."""
    return "\n".join(map(str, [*report.faults, *report.notices]))


def list_goals(mentees: MenteeColumns) -> list[tuple[Any, ...]]:
    """Return every goal: mentee row, subject, knowledge, current, target, importance, theme."""
    goals = mentees.goals
    rows = [(i, k) for i in range(len(mentees)) for k in range(int(goals.offsets[i]), int(goals.offsets[i + 1]))]
    return [
        (
            i,
            goals.words[goals.subjects[k]],
            bool(goals.knowledge[k]),
            int(goals.current[k]),
            int(goals.target[k]),
            int(goals.importance[k]),
            goals.theme_words[goals.themes[k]] if goals.themes[k] >= 0 else None,
        )
        for i, k in rows
    ]


def list_subjects(mentors: MentorColumns) -> list[tuple[Any, ...]]:
    """Return every subject: mentor row, subject, knowledge, level."""
    subjects = mentors.subjects
    rows = [(j, k) for j in range(len(mentors)) for k in range(int(subjects.offsets[j]), int(subjects.offsets[j + 1]))]
    return [
        (j, subjects.words[subjects.subjects[k]], bool(subjects.knowledge[k]), int(subjects.levels[k])) for j, k in rows
    ]


def test_plain_fields(files: Files) -> None:
    """Documented headings are read without being mapped."""
    mentors, mentees, _, report = files.read(
        "id,full name,E-mail,capacity,minimum,hours,willing,time zone,slots,languages,preferred,refused,manager\n"
        "m1,Mo,mo@example.org,2,1,52.5,yes,Europe/London,Mon 18:00-19:00,English; French,e1;e2,e3,m9\n",
        "id,first name,last name,wanted,priority,focus,hours\ne1,Ev,Berg,2,7,Python,10\n",
    )
    assert (list(mentors.ids), list(mentors.names), list(mentors.emails)) == (["m1"], ["Mo"], ["mo@example.org"])
    assert (mentors.capacity[0], mentors.minimum[0], mentors.hours[0], mentors.willing[0]) == (2, 1, 3150, 1)
    assert list_words(mentors.zones, 0) == ["Europe/London"]
    assert format_slots(mentors.slots[0]) == "Mon 18:00-19:00"
    assert list_words(mentors.languages, 0) == ["English", "French"]
    assert (list_words(mentors.preferred, 0), list_words(mentors.refused, 0)) == (["e1", "e2"], ["e3"])
    assert list_words(mentors.attributes["manager"], 0) == ["m9"]
    assert list(mentees.names) == ["Ev Berg"]
    assert (mentees.wanted[0], mentees.priority[0], mentees.hours[0]) == (2, 7, 600)
    assert list_words(mentees.focus, 0) == ["Python"]
    assert tell(report) == ""


def test_missing_columns(files: Files) -> None:
    """What no column speaks of is unknown; without a column, every mentor is willing."""
    mentors, mentees, _, _ = files.read()
    assert (mentors.capacity[0], mentors.hours[0], mentors.willing[0]) == (-1, -1, 1)
    assert not mentors.slots_known[0]
    assert (mentees.wanted[0], mentees.priority[0]) == (-1, -1)


def test_blank_cells(files: Files) -> None:
    """A blank cell is unknown, also whether somebody is willing or free; "none" is no time at all."""
    mentors, _, _, _ = files.read("id,willing,slots,capacity\nm1,,,\nm2,no,none,0\n")
    assert mentors.willing.tolist() == [-1, 0]
    assert mentors.slots_known.tolist() == [False, True]
    assert mentors.capacity.tolist() == [-1, 0]


def test_subjects_in_cells_and_grids(files: Files) -> None:
    """Subjects come from cells with several, and from a column for each, as levels, words or ticks."""
    words = {"Not confident": 1, "Confident": 4}
    mentors, _, _, report = files.read(
        "id,skills,knowledge,Skills [Excel],Talks,Knowledge [Law]\nm1,Python: 4; SQL,Tax: 2,3,Confident,x\nm2,,,,no,\n",
        columns=Columns(mentors={"Talks": Column("skill Speaking", words=words)}),
    )
    assert list_subjects(mentors) == [
        (0, "Python", False, 4),
        (0, "SQL", False, -1),
        (0, "Tax", True, 2),
        (0, "Excel", False, 3),
        (0, "Speaking", False, 4),
        (0, "Law", True, 3),
    ]
    assert tell(report) == ""


def test_goals_in_cells(files: Files) -> None:
    """A goal in a cell states as much as it likes."""
    _, mentees, _, _ = files.read(
        mentees='id,goals\ne1,"Python (skill) 1->3 !5 #Grow; Contract law (knowledge)"\ne2,C++ 0 -> 2\ne3,\n'
    )
    assert list_goals(mentees) == [
        (0, "Python", False, 1, 3, 5000, "Grow"),
        (0, "Contract law", True, -1, -1, -1, None),
        (1, "C++", False, 0, 2, -1, None),
    ]


def test_goals_in_numbered_columns(files: Files) -> None:
    """A goal in columns of its own is read whole; a blank subject is no goal."""
    _, mentees, _, _ = files.read(
        mentees="id,goal 1,goal 1 kind,goal 1 current,goal 1 target,goal 1 importance,goal 1 theme,goal 2 subject\n"
        "e1,Law,knowledge,1,4,2.5,Risk,SQL\ne2,,,,,,,\n"
    )
    assert list_goals(mentees) == [(0, "Law", True, 1, 4, 2500, "Risk"), (0, "SQL", False, -1, -1, -1, None)]


def test_goals_in_grids(files: Files) -> None:
    """A column per goal holds the level wanted, or a tick."""
    _, mentees, _, _ = files.read(mentees="id,goal skill SQL,goal knowledge Law\ne1,4,x\ne2,0,no\n")
    assert list_goals(mentees) == [(0, "SQL", False, -1, 4, -1, None), (0, "Law", True, -1, 3, -1, None)]


def test_slots_in_a_grid(files: Files) -> None:
    """A column per time makes free times of the ticks."""
    mentors, _, _, _ = files.read("id,slot Mon 18:00-19:00,slot Tue 18:00-19:00\nm1,x,\nm2,no,no\nm3,,\n")
    assert format_slots(mentors.slots[0]) == "Mon 18:00-19:00"
    assert mentors.slots_known.tolist() == [True, True, False]


def test_attributes_that_the_program_names(files: Files) -> None:
    """A heading that a rule, a preference or a trait speaks of needs no mapping."""
    mentors, mentees, _, report = files.read(
        "id,Site,Team,kind\nm1,North,A; B,4\n",
        "id,site,team,wants\ne1,north,B,yes\n",
        rules=(Rule("r", Relation("same", "site", "site")),),
        preferences=(Preference("p", Relation("share", "team", "team"), wish="wants"),),
        several=("team",),
        traits={"kind": "quality"},
    )
    assert list_words(mentors.attributes["site"], 0) == ["North"]
    assert list_words(mentors.attributes["team"], 0) == ["A", "B"]
    assert mentors.traits["kind"].tolist() == [4]
    assert list_words(mentees.attributes["wants"], 0) == ["yes"]
    assert tell(report) == ""


def test_options_hold_the_separator(files: Files) -> None:
    """A known option is found before the cell is split, although it holds the separator."""
    column = Column("attribute topics", separator=",", options=("Risk, audit",))
    mentors, _, _, _ = files.read('id,T\nm1,"Risk, audit, Python"\n', columns=Columns(mentors={"T": column}))
    assert list_words(mentors.attributes["topics"], 0) == ["Risk, audit", "Python"]


def test_swapped_files(files: Files) -> None:
    """Documented headings of the other side alone show that the files were swapped; anything less does not."""
    with pytest.raises(InputError) as caught:
        files.read("id,goals\ne,A\n", "id,capacity\nm,2\n")
    assert str(caught.value) == (
        "mentors.csv, row 1: this seems to be the mentees' file, and mentees.csv the mentors'. "
        "Give the two files the other way round"
    )
    files.read("id,goals\nm,A\n")
    files.read("id,goals,skills\nm,A,B\n", "id,capacity\ne,2\n")


def test_unread_columns_are_told(files: Files) -> None:
    """A column that means nothing is told, never guessed; one that is ignored is not."""
    _, _, _, report = files.read("id,Shoe size,Notes\nm1,9,x\n", columns=Columns(mentors={"Notes": Column("ignore")}))
    assert tell(report) == (
        "mentors.csv, row 1: columns that are read as nothing: 'Shoe size'. "
        'Map them in [columns.mentors], or set them to "ignore"'
    )


def test_wrong_mapping(files: Files) -> None:
    """A heading that is not there, and a field that there is not, are faults with what was meant."""
    columns = Columns(mentors={"Capacty": Column("capacity"), "name": Column("nam")})
    text = tell(files.read("id,name,Capacity\nm1,Mo,2\n", columns=columns)[3])
    assert "column 'Capacty': [columns.mentors] speaks of a heading that is not there. Did you mean 'Capacity'?" in text
    assert "[columns.mentors] gives it a field that there is not: 'nam'. Did you mean 'name'?" in text


def test_two_columns_of_one_meaning(files: Files) -> None:
    """Two columns that mean the same are a fault, since one would silently win."""
    text = tell(files.read("id,email,E-mail\nm1,a@example.org,b@example.org\n")[3])
    assert "mentors.csv, row 1, column 'E-mail': 'email' and this column both mean 'email" in text


@pytest.mark.parametrize(
    ("heading", "cell", "told"),
    [
        ("capacity", "two", "this is no number (found: 'two'). Write a whole number, or map the word in [columns]"),
        ("capacity", "1.5", "this is no whole number from 0 up (found: '1.5')"),
        ("capacity", "-1", "this is no whole number from 0 up (found: '-1')"),
        ("hours", "0.001", "these are no hours that make whole minutes (found: '0.001')"),
        ("willing", "maybe", "this is neither yes nor no (found: 'maybe'). Write yes or no"),
        ("slots", "Mon 6-8", "(found: 'Mon 6-8')"),
        ("Skills [SQL]", "good", "this is no level (found: 'good')"),
        ("skills", "SQL: many", ""),
    ],
)
def test_bad_cells(files: Files, heading: str, cell: str, told: str) -> None:
    """A cell that cannot be read names file, row, heading and value, for every row that has it."""
    _, _, _, report = files.read(f'id,{heading}\nm1,"{cell}"\nm2,"{cell}"\n')
    text = tell(report)
    assert told in text
    if told:
        assert [fault.place.row for fault in report.faults] == [2, 3]
        assert [fault.person for fault in report.faults] == [("mentor", 0), ("mentor", 1)]
        assert f"mentors.csv, row 2, column '{heading}': " in text


@pytest.mark.parametrize(
    ("heading", "cell", "told"),
    [
        ("goals", "A 1->12", "the levels of this goal cannot be read"),
        ("goals", "A !1.2345", "this has more than three decimal places"),
        ("goal 1 kind", "talent", "this is neither skill nor knowledge"),
        ("goal 1 importance", "high", "this is no number"),
    ],
)
def test_bad_goals(files: Files, heading: str, cell: str, told: str) -> None:
    """A goal that cannot be read says what would be right."""
    text = tell(files.read(mentees=f"id,goal 1,{heading}\ne1,A,{cell}\n")[3])
    assert told in text or "goal 1" in text


def test_decimal_comma(files: Files) -> None:
    """With decimal_comma, 1,5 is one and a half."""
    mentors, _, _, _ = files.read("id;hours\nm1;1,5\n", columns=Columns(decimal_comma=True))
    assert mentors.hours.tolist() == [90]


def test_ids_of_spreadsheets(files: Files) -> None:
    """123.0 is 123, and leading zeros stay."""
    mentors, _, _, _ = files.read("id\n123.0\n007\n")
    assert list(mentors.ids) == ["123", "007"]


def test_one_file_for_both(files: Files) -> None:
    """A role column parts the people; who is both is on both sides, and the same human."""
    mentors, mentees, history, report = files.read_both(
        "role,email\nmentor,a@example.org\nMentee,b@example.org\nBoth,c@example.org\n"
    )
    assert list(mentors.emails) == ["a@example.org", "c@example.org"]
    assert list(mentees.emails) == ["b@example.org", "c@example.org"]
    roster = Roster.from_columns(mentors, mentees, history=history, report=report)
    assert roster.same_human.tolist() == [-1, 1]


def test_role_words(files: Files) -> None:
    """Other words for the roles are mapped; an unknown one is a fault; no role column, an error."""
    columns = Columns(people={"I am": Column("role")}, roles={"giving": "mentor"})
    mentors, _, _, report = files.read_both("I am,email\ngiving,a@example.org\nlost,b@example.org\n", columns=columns)
    assert len(mentors) == 1
    assert "people.csv, row 3, column 'I am': this is no role (found: 'lost')" in tell(report)
    with pytest.raises(InputError, match="needs a column that says who is a mentor"):
        files.read_both("email\na@example.org\n")


def test_answered_twice(files: Files) -> None:
    """Who answered twice is brought down to one row, as the program says, and it is told."""
    text = "id,email,capacity\nm1,,1\n,a@example.org,2\nm1,,3\n,A@example.org,4\n,,5\n"
    last, _, _, report = files.read(text, columns=Columns(duplicates="last"))
    assert last.capacity.tolist() == [3, 4, 5]
    assert "mentors.csv, row 2: this mentor answered more than once: the last answer (row 4) counts" in tell(report)
    first, _, _, _ = files.read(text, columns=Columns(duplicates="first"))
    assert first.capacity.tolist() == [1, 2, 5]
    assert len(files.read(text)[0]) == 5


def test_history(files: Files) -> None:
    """Former pairs are read with their outcome, if there is such a column."""
    assert files.read(history="Mentor,Mentee,Outcome\n1.0,e1,good\n")[2] == [Former("1", "e1", "good")]
    assert files.read(history="mentee,mentor\ne1,m1\n")[2] == [Former("m1", "e1", "")]
    with pytest.raises(InputError, match="the history has no column 'mentee'"):
        files.read(history="mentor,x\nm1,e1\n")


def write_workbook(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    """Write a workbook with several sheets."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for k, row in enumerate(rows):
                sheet.write_row(k, 0, row)
    return path


def test_workbook_with_both_sheets(files: Files, tmp_path: Path) -> None:
    """One workbook serves both sides if its sheets bear their names; else its sheets are listed."""
    path = write_workbook(tmp_path / "all.xlsx", {"Mentors": [["id"], ["m1"]], "Mentees": [["id"], ["e1"]]})
    mentors, mentees, _, _ = read_people(program=Program(), mentors=path, mentees=path)
    assert (list(mentors.ids), list(mentees.ids)) == (["m1"], ["e1"])
    path = write_workbook(tmp_path / "odd.xlsx", {"One": [["id"], ["m1"]], "Two": [["id"], ["e1"]]})
    with pytest.raises(InputError, match="has the sheets 'One', 'Two', and none is called 'mentors'"):
        read_people(program=Program(), mentors=path, mentees=path)


def test_a_side_is_missing() -> None:
    """Without a file for each side there is nothing to read."""
    with pytest.raises(InputError, match="a file of mentors and one of mentees are needed"):
        read_people(program=Program())


def test_rounded_times_are_told(files: Files) -> None:
    """Free times that do not fall on half hours are read inward, and that is told."""
    mentors, _, _, report = files.read("id,slots\nm1,Mon 18:15-20:00\n")
    assert format_slots(mentors.slots[0]) == "Mon 18:30-20:00"
    assert report.num_notices["slots-read"] == 1


def test_faults_of_the_roster_name_the_cell(files: Files) -> None:
    """A fault found after reading still names the cell that it comes from."""
    mentors, mentees, history, report = files.read("id,Skills [SQL]\nm1,3\nm2,9\n")
    from matchmaker.errors import RosterError

    with pytest.raises(
        RosterError, match=r"mentors\.csv, row 3, column 'Skills \[SQL\]': the level of 'SQL' is out of range"
    ):
        Roster.from_columns(mentors, mentees, history=history, report=report)
