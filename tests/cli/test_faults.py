"""Every fault is told at once, with the step that helps, and nobody who is set aside is lost."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.cli.main import run
from matchmaker.cli.status import Status

MENTORS = "id,capacity,zone,grade\nm1,2,UTC,G7\nm2,two,UTC,G9\nm3,1,Mars,G7\n"
MENTEES = "id,goals,grade\ne1,Python,G6\ne2,Excel 3->3,G6\ne3,Excel,XX\n"
ABOVE = '[orders]\ngrade = ["G6", "G7"]\n[[rules]]\nname = "up"\nrelation = "above"\nattribute = "grade"\n'

Check = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Return a function that runs a command over some texts: status, lines of stdout, lines of stderr."""
    monkeypatch.chdir(tmp_path)

    def run_check(
        *options: str, mentors: str = MENTORS, mentees: str = MENTEES, program: str = ABOVE, command: str = "check"
    ) -> tuple[int, list[str], list[str]]:
        for name, text in (("m.csv", mentors), ("e.csv", mentees), ("p.toml", program)):
            (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        status = run([command, "--mentors", "m.csv", "--mentees", "e.csv", "--program", "p.toml", *options])
        told = capsys.readouterr()
        return status, told.out.splitlines(), told.err.splitlines()

    return run_check


def leave_notices(lines: list[str]) -> list[str]:
    """Return the lines that are no notices, without the remedies."""
    return [line.partition(" (found")[0] for line in lines if not line.startswith("Notice")]


def test_all_at_once(check: Check) -> None:
    """Faults of cells, of the roster and of its agreement with the program are told together, each once."""
    status, out, err = check()
    assert (status, out) == (Status.FAULTY, [])
    assert leave_notices(err) == [
        "m.csv, row 3, column 'capacity': this is no number",
        "e.csv, row 3, column 'goals': the target of the goal 'Excel' is not above the current level",
        "m.csv, row 4, column 'zone': no time zone is called 'Mars'",
        "e.csv, row 4, column 'grade': 'XX' is not in the declared order",
        "m.csv, row 3, column 'grade': 'G9' is not in the declared order",
        "5 faults. Mend the cells named above, or go on without these people with --set-aside-faulty.",
    ]


def test_no_consequences(check: Check) -> None:
    """A cell that cannot be read makes no second fault of what the program fills in for it."""
    mentors = "id,capacity,minimum,zone,slots\nm1,two,2,Mars,Mon 9:00-10:00\n"
    mentees = "id,goals,focus,wanted\ne1,Python 12->13,Python,two\n"
    required = '[[required]]\nmentor = "m1"\nmentee = "e1"\n[[required]]\nmentor = "m1"\nmentee = "e1"\n'
    status, _, err = check(mentors=mentors, mentees=mentees, program=required)
    assert status == Status.FAULTY
    assert leave_notices(err)[:-1] == [
        "m.csv, row 2, column 'capacity': this is no number",
        "e.csv, row 2, column 'wanted': this is no number",
        "e.csv, row 2, column 'goals': the levels of this goal cannot be read",
        "m.csv, row 2, column 'zone': no time zone is called 'Mars'",
        "p.toml, column 'required': mentor m1 with mentee e1 is required twice. Keep one",
    ]


def test_aside_with_reasons(check: Check, tmp_path: Path) -> None:
    """Everybody who is set aside is named with the fault, also with one that only the program makes."""
    status, out, _ = check("--set-aside-faulty")
    assert status == Status.DONE
    assert leave_notices(out) == [
        "1 mentor, 1 mentee, no faults without 4 people set aside:",
        "  mentee e2: e.csv, row 3, column 'goals': the target of the goal 'Excel' is not above the current level",
        "  mentee e3: e.csv, row 4, column 'grade': 'XX' is not in the declared order",
        "  mentor m2: m.csv, row 3, column 'capacity': this is no number",
        "  mentor m3: m.csv, row 4, column 'zone': no time zone is called 'Mars'",
    ]
    assert check("--set-aside-faulty", "--out", "out", command="match")[0] == Status.DONE
    with (tmp_path / "out" / "leftovers.csv").open(encoding="utf-8-sig", newline="") as file:
        reasons = {row["id"]: row["reason"] for row in csv.DictReader(file) if row["kind"] == "set aside"}
    assert reasons["e3"].startswith("set aside because of a fault: column 'grade': 'XX' is not in")
    assert set(reasons) == {"e2", "e3", "m2", "m3"}
    assert run(["verify", "out"]) == Status.DONE


def test_aside_by_consequence(check: Check) -> None:
    """Who is at fault only once others are set aside is set aside too: here the least hours that a pair needs."""
    mentors = "id,capacity,minimum,hours\nm1,3,3,6\nm2,1,0,6\n"
    mentees = "id,hours,zone\ne1,2,Mars\ne2,5,UTC\ne3,5,UTC\ne4,5,UTC\n"
    status, out, _ = check("--set-aside-faulty", mentors=mentors, mentees=mentees, program="")
    assert status == Status.DONE
    assert out[0] == "1 mentor, 3 mentees, no faults without 2 people set aside:"
    assert out[2] == (
        "  mentor m1: m.csv, row 2, column 'hours': 6 hours are too few for the minimum of 3 mentees. "
        "Give more hours or lower the minimum"
    )


def test_required_and_aside(check: Check) -> None:
    """A required pair of somebody who is set aside stops the run and says why; a ban is no matter."""
    pair = '[[{}]]\nmentor = "m2"\nmentee = "e1"\n'
    status, _, err = check("--set-aside-faulty", program=pair.format("required"))
    assert status == Status.FAULTY
    assert leave_notices(err) == [
        "p.toml, column 'required[1]': mentor 'm2' was set aside because of a fault, but is in a required pair",
        "1 fault. Mend what is named above; nobody can be set aside for it.",
    ]
    assert check("--set-aside-faulty", program=pair.format("banned"))[0] == Status.DONE


def test_required_against_rule(check: Check) -> None:
    """That a required pair breaks a rule is told before anything is matched, with a step that helps."""
    required = '[[required]]\nmentor = "m1"\nmentee = "e1"\n'
    order = ABOVE.replace('"G6", "G7"', '"G7", "G6"')
    status, _, err = check(mentors="id,grade\nm1,G7\n", mentees="id,grade\ne1,G6\n", program=order + required)
    assert status == Status.FAULTY
    assert leave_notices(err) == [
        "p.toml, column 'required[1]': the required pair of mentor m1 and mentee e1 breaks the rule 'up'. Take the "
        "requirement out or change the rule, or add override = true and a reason to the pair",
        "1 fault. Mend what is named above; nobody can be set aside for it.",
    ]


def test_required_of_the_unwilling(check: Check) -> None:
    """A mentor who did not agree can be required only where the screening does not ask for it."""
    required = '[[required]]\nmentor = "m1"\nmentee = "e1"\n'
    files = {"mentors": "id,willing\nm1,no\n", "mentees": "id\ne1\n"}
    assert "has a mentor who did not agree to mentor" in "".join(check(**files, program=required)[2])
    assert check(**files, program=f"{required}[screening]\nwilling = false\n")[0] == Status.DONE


def test_counts_by_kind(check: Check) -> None:
    """Beyond 1,000 faults the rest is counted by kind, on the screen and in JSON."""
    mentors = "id,capacity,zone\n" + "".join(f"m{i},x,{'UTC' if i % 2 else 'Mars'}\n" for i in range(3000))
    status, _, err = check(mentors=mentors, program="")
    assert status == Status.FAULTY
    assert err[-2:] == [
        "… 3,501 more; in all by kind: number 3,000, target 1, zone 1,500",
        "4,501 faults. Mend the cells named above, or go on without these people with --set-aside-faulty.",
    ]
    found = json.loads("\n".join(check("--json", mentors=mentors, program="")[1]))
    assert (len(found["faults"]), found["num_faults"]) == (1000, {"number": 3000, "target": 1, "zone": 1500})
    status, out, _ = check("--set-aside-faulty", mentors=mentors, program="")
    assert out[0] == "0 mentors, 2 mentees, no faults without 3,001 people set aside:"
    assert len(out) == 3002


ERROR = "the cell holds an error of the spreadsheet instead of a value"


def test_flaws_belong_to_people(check: Check) -> None:
    """An error cell and a row that is too long are their person's fault, who can be set aside."""
    files = {"mentors": "id,capacity\nm1,#REF!\nm2,2,oops\nm3,1\n", "mentees": "id\ne1\n", "program": ""}
    status, _, err = check(**files)
    assert status == Status.FAULTY
    assert leave_notices(err) == [
        f"m.csv, row 2, column 'capacity': {ERROR}",
        "m.csv, row 3: the row has 3 cells, but there are 2 headings",
        "2 faults. Mend the cells named above, or go on without these people with --set-aside-faulty.",
    ]
    status, out, _ = check("--set-aside-faulty", **files)
    assert status == Status.DONE
    assert leave_notices(out) == [
        "1 mentor, 1 mentee, no faults without 2 people set aside:",
        f"  mentor m1: m.csv, row 2, column 'capacity': {ERROR}",
        "  mentor m2: m.csv, row 3: the row has 3 cells, but there are 2 headings",
    ]


def test_flaws_of_nobody(check: Check) -> None:
    """A row that is filled only beyond the headings is told, and cannot be set aside as a person."""
    files = {"mentors": "id,capacity\nm1,2\n,,oops\n", "mentees": "id\ne1\n", "program": ""}
    for options in ((), ("--set-aside-faulty",)):
        status, _, err = check(*options, **files)
        assert status == Status.FAULTY
        assert leave_notices(err) == [
            "m.csv, row 3: the row has 3 cells, but there are 2 headings",
            "1 fault. Mend what is named above; nobody can be set aside for it.",
        ]


def test_errors_where_nobody_reads(check: Check) -> None:
    """Errors in a column that is read as nothing harm nobody, also where they were drawn down below the last person."""
    mentors = "id,desk\nm1,#N/A\nm2,4\n,#N/A\n,#ERROR!\n"
    status, out, err = check(mentors=mentors, mentees="id\ne1\n", program="")
    assert (status, out, leave_notices(err)) == (Status.DONE, ["2 mentors, 1 mentee, no faults."], [])
    read = '[columns.mentors]\ndesk = "attribute desk"\n'
    _, _, err = check(mentors=mentors, mentees="id\ne1\n", program=read)
    assert leave_notices(err)[:5] == [
        f"m.csv, row 2, column 'desk': {ERROR}",
        f"m.csv, row 4, column 'desk': {ERROR}",
        f"m.csv, row 5, column 'desk': {ERROR}",
        "m.csv, row 4, column 'id': this mentor has neither an id nor an e-mail. Give one of the two",
        "m.csv, row 5, column 'id': this mentor has neither an id nor an e-mail. Give one of the two",
    ]


def test_both_roles_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with the row of somebody who is mentor and mentee is told once, and sets both aside."""
    monkeypatch.chdir(tmp_path)
    text = "id,role,time zone,capacity\na,both,Mars,1\nb,#N/A,UTC,1\nc,mentor,UTC,1\nd,mentee,UTC,\n"
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    assert run(["check", "--people", "people.csv"]) == Status.FAULTY
    assert leave_notices(capsys.readouterr().err.splitlines()) == [
        f"people.csv, row 3, column 'role': {ERROR}",
        "people.csv, row 2, column 'time zone': no time zone is called 'Mars'",
        "2 faults. Mend the cells named above, or go on without these people with --set-aside-faulty.",
    ]
    assert run(["check", "--people", "people.csv", "--set-aside-faulty"]) == Status.DONE
    aside = capsys.readouterr().out.splitlines()
    assert aside[0] == "1 mentor, 1 mentee, no faults without 3 people set aside:"
    assert [line.split(":")[0] for line in aside[1:]] == ["  mentee a", "  mentee b", "  mentor a"]


def test_no_column_of_ids(check: Check) -> None:
    """A table without ids and e-mails is told once, not for each of its people."""
    status, _, err = check(mentors="Employee,Name\n1,Ann\n2,Bo\n", mentees="id\ne1\n", program="")
    assert status == Status.FAULTY
    assert leave_notices(err)[0] == (
        "m.csv: no column says who the mentors are: none is read as id or email. "
        'Call one "id" or "email", or map it in [columns]: "Your heading" = "id"'
    )
    assert len(leave_notices(err)) == 2


def test_wishes_are_yes_or_no(check: Check) -> None:
    """A wish is read like any other yes or no; what is neither is a fault, not a silent no."""
    program = '[[preferences]]\nname = "like me"\nrelation = "same"\nattribute = "site"\nwish = "wants"\n'
    files = {"mentors": "id,site\nm1,n\nm2,s\n", "program": program}
    status, _, err = check(mentees="id,site,wants\ne1,n,maybe\ne2,n,✓\ne3,s,no\ne4,s,\n", **files)
    assert status == Status.FAULTY
    assert leave_notices(err)[0] == (
        "e.csv, row 2, column 'wants': this is neither yes nor no, as the wish of 'like me' asks for"
    )
    assert check(mentees="id,site,wants\ne1,n,✓\n", command="match", **files)[0] == Status.DONE
    status, out, _ = check("--json", mentees="id,site,wants\ne1,n,✓\n", command="match", **files)
    assert json.loads("\n".join(out))["pairs"][0]["points"] == 1_000_000


def test_wishes_of_both_roles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is mentor and mentee may name people of either side; who is neither is still a fault."""
    monkeypatch.chdir(tmp_path)
    head, more = "id,email,role,preferred,refused\n", "m,m@x,mentor,,\ne,e@x,mentee,,\n"
    (tmp_path / "people.csv").write_text(f'{head}b,b@x,both,"m; e","m@x"\n{more}', encoding="utf-8")
    assert run(["check", "--people", "people.csv"]) == Status.FAULTY
    assert "'m' is both preferred and refused" in capsys.readouterr().err
    (tmp_path / "people.csv").write_text(f'{head}b,b@x,both,e,"m@x"\n{more}', encoding="utf-8")
    assert run(["check", "--people", "people.csv"]) == Status.DONE
    assert "not in the roster" not in capsys.readouterr().err
    (tmp_path / "people.csv").write_text(f"{head}b,b@x,both,zz,M\n{more}", encoding="utf-8")
    assert run(["check", "--people", "people.csv"]) == Status.FAULTY
    err = capsys.readouterr().err
    assert "there is no mentor 'M' to refuse (found: 'M'). Correct the id or take it out. Did you mean 'm'?" in err
    assert "the preferred mentor 'zz' is not in the roster and counts for nothing. There are: 'b', 'm'" in err


def test_numbered_rows(check: Check) -> None:
    """Ids that are mere numbers of rows make one human of two people: that is told, with what to do."""
    files = {"mentors": "id,email\n1,a@x\n2,b@x\n3,C@x\n4,\n", "mentees": "id,email\n1,d@x\n2,e@x\n3,c@x\n4,f@x\n"}
    status, _, err = check(**files, program="")
    assert status == Status.DONE
    assert (
        "Notice: a mentor and a mentee with different e-mails have the same id: '1', '2'. Each is taken for one human, "
        'never paired with themself. If they are two, give them ids of their own, or set the column to "ignore" so that '
        "their e-mails are the ids"
    ) in err


def test_unreadable_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All files that cannot be read are told at once, as text and as JSON."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.csv").write_bytes(b"")
    (tmp_path / "h.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    files = ["--mentors", "m.csv", "--mentees", "e.csv"]
    assert run(["check", *files]) == Status.USAGE
    assert capsys.readouterr().err.splitlines() == [
        "m.csv: the file cannot be read: No such file or directory. Check the name, and that you may read it",
        "e.csv: there is nothing in it. A table needs a row of headings and a row for each person",
    ]
    assert run(["check", *files, "--json"]) == Status.USAGE
    found = json.loads(capsys.readouterr().out)
    assert [(fault["kind"], fault["file"]) for fault in found["faults"]] == [("file", "m.csv"), ("empty", "e.csv")]
    (tmp_path / "p.toml").write_text("weks = 3\n", encoding="utf-8")
    assert run(["check", *files, "--program", "p.toml", "--json"]) == Status.USAGE
    assert json.loads(capsys.readouterr().out)["faults"][0]["remedy"] == "Did you mean 'weeks'?"
