"""The commands, from files to files, run in this process."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from matchmaker.cli.answer import FILES as ANSWER
from matchmaker.cli.main import COMMANDS, run
from matchmaker.cli.status import Status
from matchmaker.cli.stored import MEMORY

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FILES = (
    "--mentors",
    "mentors.csv",
    "--mentees",
    "mentees.csv",
    "--history",
    "history.csv",
    "--program",
    "program.toml",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the leadership example, as the current folder."""
    shutil.copytree(EXAMPLES / "leadership", tmp_path / "leadership")
    monkeypatch.chdir(tmp_path / "leadership")
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path / "leadership"


@pytest.fixture
def answer(folder: Path) -> Path:
    """Return the folder of a written answer."""
    assert run(["match", *FILES, "--out", "out", "--quiet"]) == Status.DONE
    return folder / "out"


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command that is listed can say what it does."""
    for name in COMMANDS:
        assert run([name, "--help"]) == Status.DONE
        assert "Usage: matchmaker" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version names the version."""
    assert run(["--version"]) == Status.DONE
    assert capsys.readouterr().out.startswith("matchmaker, version ")


def test_wrong_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped command is refused with the one that was probably meant."""
    assert run(["mach"]) == Status.USAGE
    assert "There is no command 'mach'. Did you mean 'match'?" in capsys.readouterr().err
    assert run(["qqqqq"]) == Status.USAGE
    assert "There are: init, check, match" in capsys.readouterr().err
    assert run(["--wrong"]) == Status.USAGE


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each shell gets a script that asks matchmaker for completions."""
    assert run(["completion", shell]) == Status.DONE
    assert "_MATCHMAKER_COMPLETE" in capsys.readouterr().out


def test_files_are_required(capsys: pytest.CaptureFixture[str]) -> None:
    """A side without a file is a usage error that says what to give."""
    assert run(["match", "--mentors", "mentors.csv"]) == Status.USAGE
    assert "Give --mentors FILE and --mentees FILE, or --people FILE for both." in capsys.readouterr().err
    assert run(["match", "--people", "a.csv", "--mentors", "b.csv"]) == Status.USAGE
    assert "not both" in capsys.readouterr().err


def test_match_writes_everything(answer: Path) -> None:
    """A small answer is seven files, and nothing lies aside."""
    expected = {
        "pairs.csv",
        "leftovers.csv",
        "mentors.csv",
        "notices.csv",
        "matching.xlsx",
        "matching.json",
        "run.json",
    }
    assert {path.name for path in answer.iterdir()} == expected == set(ANSWER) - {MEMORY}


def test_out_spares_other_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no answer of ours is not written over, unless that is asked for; an earlier answer is."""
    (folder / "mine").mkdir()
    assert run(["match", *FILES, "--out", "mine", "--quiet"]) == Status.DONE
    assert run(["match", *FILES, "--out", "mine", "--quiet"]) == Status.DONE
    (folder / "theirs").mkdir()
    (folder / "theirs" / "pairs.csv").write_text("shoes\n", encoding="utf-8")
    assert run(["match", *FILES, "--out", "theirs"]) == Status.USAGE
    assert "theirs: pairs.csv would be written over, and this is no answer of matchmaker's." in capsys.readouterr().err
    assert (folder / "theirs" / "pairs.csv").read_text(encoding="utf-8") == "shoes\n"
    assert run(["match", *FILES, "--out", "theirs", "--force", "--quiet"]) == Status.DONE
    assert run(["verify", "theirs"]) == Status.DONE


def test_out_never_over_the_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer has a mentors.csv too, and never replaces the one it is made from."""
    before = (folder / "mentors.csv").read_bytes()
    assert run(["match", *FILES, "--out", ".", "--force"]) == Status.USAGE
    assert ".: the answer would write over mentors.csv. Name another folder with --out." in capsys.readouterr().err
    assert (folder / "mentors.csv").read_bytes() == before


def test_swapped_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files given for each other's side are one fault, not one for each heading."""
    files = ["--mentors", "mentees.csv", "--mentees", "mentors.csv", "--program", "program.toml"]
    assert run(["check", *files]) == Status.USAGE
    assert capsys.readouterr().err == (
        "mentees.csv, row 1: this seems to be the mentees' file, and mentors.csv the mentors'. "
        "Give the two files the other way round\n"
    )


def test_match_on_the_screen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --out the pairs and those left over are printed, and what is proven on stderr."""
    assert run(["match", *FILES]) == Status.DONE
    told = capsys.readouterr()
    assert "Pairs" in told.out
    assert "Left over" in told.out
    rows = [line.split() for line in told.out.splitlines()]
    assert ["Aaron", "Wells", "(E01)", "Farid", "Haddad", "(M06)", "Tue", "12:30", "716,111"] in rows
    assert told.err.count("Notice: ") == 1
    assert "Proven the best possible over all pairs." in told.err


def test_match_as_json(answer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints the very document that --out writes, and nothing else."""
    assert run(["match", *FILES, "--json"]) == Status.DONE
    assert capsys.readouterr().out == (answer / "matching.json").read_text(encoding="utf-8")


def test_same_bytes(answer: Path) -> None:
    """A second run writes the same bytes, workbook and all; times stay in run.json."""
    assert run(["match", *FILES, "--out", "again", "--quiet"]) == Status.DONE
    for path in answer.iterdir():
        if path.name != "run.json":
            assert path.read_bytes() == (answer.parent / "again" / path.name).read_bytes(), path.name


def turn_rows(source: Path, target: Path) -> None:
    """Write a CSV file with its rows in the opposite order, the headings first all the same."""
    with source.open(encoding="utf-8", newline="") as file:
        headings, *rows = csv.reader(file)
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *reversed(rows)])


def test_same_bytes_from_other_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The order of rows and the names of files change nothing but run.json: notices say who, and there where."""
    path = folder / "mentors.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",1,0,24,yes", ",3,0,24,yes"), encoding="utf-8")
    (folder / "turned").mkdir()
    for name in ("mentors", "mentees", "history"):
        turn_rows(folder / f"{name}.csv", folder / "turned" / f"{name}-too.csv")
    files = [f"turned/{name.replace('.csv', '-too.csv')}" if name.endswith(".csv") else name for name in FILES]
    assert run(["match", *FILES, "--out", "out", "--quiet"]) == Status.DONE
    assert capsys.readouterr().err.count("\n") == 1
    assert run(["match", *files, "--out", "again"]) == Status.DONE
    assert "Notice: mentor M14: the free times hold 1 of the 3 mentees" in capsys.readouterr().err
    for one in (folder / "out").iterdir():
        if one.name != "run.json":
            assert one.read_bytes() == (folder / "again" / one.name).read_bytes(), one.name
    document = json.loads((folder / "out" / "matching.json").read_text(encoding="utf-8"))
    texts = [notice["text"] for notice in document["notices"]]
    assert texts[0].startswith("mentor M14: the free times hold 1 of the 3 mentees that the capacity allows. ")
    sheet = openpyxl.load_workbook(folder / "out" / "matching.xlsx")["notices"]
    assert [cell.value for cell in sheet["B"]][1:] == texts
    for name, place in (("out", "mentors.csv, row 15"), ("again", "mentors-too.csv, row 2")):
        noticed = json.loads((folder / name / "run.json").read_text(encoding="utf-8"))["notices"]
        assert any(place in one for one in noticed)


def test_set_aside_keeps_the_fault(answer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever is set aside is left over with the fault, whichever check found it, wherever the file lies."""
    path = answer.parent / "mentors.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",80,yes", ",2,yes", 1).replace(",60,yes", ",soon,yes", 1), encoding="utf-8")
    assert run(["match", *FILES, "--out", "less", "--quiet", "--set-aside-faulty"]) == Status.DONE
    left = json.loads((answer.parent / "less" / "matching.json").read_text(encoding="utf-8"))["leftovers"]
    reasons = [one["reason"] for one in left if one["kind"] == "set aside"]
    assert len(reasons) == 2
    assert any("2 hours are too few for the minimum of 1 mentee" in reason for reason in reasons)
    assert any("'soon'" in reason for reason in reasons)
    assert not any("mentors.csv" in reason for reason in reasons)
    path.rename(path.with_name("moved.csv"))
    capsys.readouterr()
    assert run(["verify", "less", "--mentors", "moved.csv"]) == Status.DONE, capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "utf-8"])
def test_any_console(folder: Path, encoding: str) -> None:
    """A name that the console's encoding lacks is shown with gaps; programs and JSON are UTF-8 on any console."""
    (folder / "m.csv").write_text("id,name,Größe ≥\nm1,Łukasz Žižek,1\n", encoding="utf-8")
    (folder / "e.csv").write_text("id,name\ne1,李 Søren\n", encoding="utf-8")
    files = ["--mentors", "m.csv", "--mentees", "e.csv"]
    shown = run_apart(encoding, "match", *files).decode(encoding)
    assert "ukasz" in shown
    assert ("Łukasz" in shown) == (encoding == "utf-8")
    assert '"Größe ≥"' in run_apart(encoding, "init", "m.csv").decode()
    assert "Größe ≥" in run_apart(encoding, "check", *files, "--json").decode()


def run_apart(encoding: str, *arguments: str) -> bytes:
    """Return what the command prints in a process whose console has an encoding."""
    command = [sys.executable, "-m", "matchmaker", *arguments]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


def test_verify(answer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A written answer passes, and says what is proven."""
    assert run(["verify", str(answer)]) == Status.DONE
    told = capsys.readouterr()
    assert "FAILS" not in told.out
    assert "Proven the best possible over all pairs." in told.err
    assert run(["verify", str(answer), "--json"]) == Status.DONE
    assert len(json.loads(capsys.readouterr().out)["checks"]) > 10


def test_verify_after_a_change(answer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A roster cell that was changed afterwards fails the verification."""
    path = answer.parent / "mentors.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",80,yes", ",81,yes"), encoding="utf-8")
    assert run(["verify", str(answer)]) == Status.FAULTY
    assert "the roster is not the one that was matched" in capsys.readouterr().out


def test_verify_moved_files(answer: Path) -> None:
    """Files that have moved since can be named."""
    (answer.parent / "mentors.csv").rename(answer.parent / "moved.csv")
    assert run(["verify", str(answer)]) == Status.USAGE
    assert run(["verify", str(answer), "--mentors", "moved.csv"]) == Status.DONE


def test_verify_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without an answer is refused with what to give."""
    assert run(["verify", "nowhere"]) == Status.USAGE
    assert "Give the folder that 'matchmaker match --out' wrote" in capsys.readouterr().err


def test_explain(answer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An explanation names the pair's components, the other mentors and what they would cost."""
    assert run(["explain", str(answer), "--mentee", "E02"]) == Status.DONE
    told = capsys.readouterr().out
    assert "Beatriz Lima (E02)" in told
    assert "is their mentor" in told
    assert run(["explain", str(answer), "--mentee", "E02", "--json"]) == Status.DONE
    assert json.loads(capsys.readouterr().out)["mentee"] == "E02"


def test_explain_a_refusal(answer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked about a mentor who is not eligible, it names the rules; of a left-over mentee, the reason."""
    assert run(["explain", str(answer), "--mentee", "E10", "--mentor", "M02"]) == Status.DONE
    assert "Mentor Bram de Wit (M02) is not eligible: refused by" in capsys.readouterr().out
    assert run(["explain", str(answer), "--mentee", "E15"]) == Status.DONE
    assert "Left over: " in capsys.readouterr().out


def test_explain_after_a_change(folder: Path, answer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An answer is not explained from files that changed since: its costs would be those of another roster."""
    for name, before, after in (("mentors.csv", ",80,yes", ",81,yes"), ("program.toml", "weeks = 26", "weeks = 27")):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
        assert run(["explain", str(answer), "--mentee", "E10"]) == Status.USAGE
    first, second = capsys.readouterr().err.splitlines()
    assert first == "the roster of this answer changed after it was made. Match again, or give the files as they were"
    assert second.startswith("the roster and the program of this answer changed after it was made. ")


def test_explain_nobody(answer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown id is refused, with one that is near."""
    assert run(["explain", str(answer), "--mentee", "E1O"]) == Status.USAGE
    assert "E1O" in capsys.readouterr().err


def test_check_finds_what_match_refuses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A required pair that a rule refuses is a fault of the check already, not only of the match."""
    path = folder / "program.toml"
    pair = '[[required]]\nmentor = "M14"\nmentee = "E15"\nreason = "asked for"\n'
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{pair}", encoding="utf-8")
    told = []
    for name in ("check", "match"):
        assert run([name, *FILES]) == Status.FAULTY
        told.append(capsys.readouterr().err)
    assert "the required pair of mentor M14 and mentee E15 breaks the rule" in told[0]
    assert "the required pair of mentor M14 and mentee E15 breaks the rule" in told[1]


def test_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sound roster is counted, with its notices on stderr."""
    assert run(["check", *FILES]) == Status.DONE
    assert "14 mentors, 21 mentees, no faults." in capsys.readouterr().out


def break_roster(folder: Path) -> None:
    """Write a level that there is not into the mentors' file."""
    path = folder / "mentors.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("5,4,2,5,,4,4", "5,4,2,9,,4,4"), encoding="utf-8")


def test_check_faults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault is told with file, row, column and value, and the exit status is 1."""
    break_roster(folder)
    assert run(["check", *FILES]) == Status.FAULTY
    told = capsys.readouterr().err
    assert "mentors.csv, row 2, column 'Skills [Negotiation]'" in told
    assert "1 fault." in told
    assert run(["check", *FILES, "--json"]) == Status.FAULTY
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["row"], fault["column"], fault["value"]) == (2, "Skills [Negotiation]", "9")
    assert run(["match", *FILES]) == Status.FAULTY


def test_set_aside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faulty people are set aside on request, listed, and verified as such."""
    break_roster(folder)
    assert run(["match", *FILES, "--set-aside-faulty", "--out", "out"]) == Status.DONE
    left = (folder / "out" / "leftovers.csv").read_text(encoding="utf-8-sig")
    assert "M01,Amina Otieno,set aside" in left
    assert run(["verify", "out"]) == Status.DONE


def test_faults_of_the_program_name_its_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A required pair that cannot be is told with the program's file and the entry."""
    path = folder / "program.toml"
    text = path.read_text(encoding="utf-8")
    for mentor, told in (("M99", "there is no mentor 'M99'"), ("M10", "the required pair of mentor M10")):
        entry = f'[[required]]\nmentor = "{mentor}"\nmentee = "E01"\n\n[[banned]]'
        path.write_text(text.replace("[[banned]]", entry, 1), encoding="utf-8")
        assert run(["match", *FILES]) == Status.FAULTY
        assert f"program.toml, column 'required[2]': {told}" in capsys.readouterr().err


def test_impossible(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A minimum that cannot be met ends with status 3, names and numbers."""
    (folder / "m.csv").write_text("id,capacity,minimum\nmo,3,2\n", encoding="utf-8")
    (folder / "e.csv").write_text("id\nev\n", encoding="utf-8")
    assert run(["match", "--mentors", "m.csv", "--mentees", "e.csv"]) == Status.IMPOSSIBLE
    assert "mo" in capsys.readouterr().err


def test_program_fault(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped key of the program ends with status 2 and the key that was meant."""
    path = folder / "program.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("weeks = 26", "weks = 26", 1), encoding="utf-8")
    assert run(["check", *FILES]) == Status.USAGE
    assert "weeks" in capsys.readouterr().err


def test_generate_and_match(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A generated roster can be matched and verified with its own program."""
    out = tmp_path / "made"
    assert run(["generate", "--mentees", "60", "--mentors", "30", "--seed", "3", "--out", str(out)]) == Status.DONE
    files = [
        f"--mentors={out / 'mentors.csv'}",
        f"--mentees={out / 'mentees.csv'}",
        f"--program={out / 'program.toml'}",
    ]
    assert run(["match", *files, f"--out={tmp_path / 'answer'}"]) == Status.DONE
    assert "Proven" in capsys.readouterr().err
    assert run(["verify", str(tmp_path / "answer")]) == Status.DONE


def test_init(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A proposed program reads back as a program, and says how sure each line is."""
    assert run(["init", "mentors.csv", "mentees.csv", "--preset", "workplace", "--out", "new.toml"]) == Status.DONE
    text = (folder / "new.toml").read_text(encoding="utf-8")
    assert '"Free times (own clock)" = "slots"' in text
    assert "# likely: 100% of the filled cells are free times of the week" in text
    assert "# certain: the heading is a documented name" in text
    for line in ('"Rather not" = "refused"', '"Would like" = "preferred"', '"Not with" = "refused"'):
        assert f"\n{line}    # likely: 100% of the filled cells name ment" in text
    assert run(["init", "mentors.csv", "--out", "new.toml"]) == Status.USAGE
    assert "new.toml exists already; choose another name." in capsys.readouterr().err
    assert (
        run(["check", "--mentors", "mentors.csv", "--mentees", "mentees.csv", "--program", "new.toml"]) == Status.DONE
    )


def test_init_sides(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files whose names do not say which side they hold are refused; one alone is for both."""
    shutil.copy("mentors.csv", "a.csv")
    assert run(["init", "a.csv", "mentees.csv"]) == Status.USAGE
    assert "a.csv: is this the mentors' or the mentees'?" in capsys.readouterr().err
    assert run(["init", "a.csv"]) == Status.DONE
    assert "[columns.people]" in capsys.readouterr().out


def test_check_what_distinguishes_nobody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A component in which all are alike is told."""
    (folder / "m.csv").write_text("id,skills\nm1,A: 3\nm2,A: 3\n", encoding="utf-8")
    (folder / "e.csv").write_text("id,goals\ne1,A 0->3\ne2,A 0->3\n", encoding="utf-8")
    assert run(["check", "--mentors", "m.csv", "--mentees", "e.csv"]) == Status.DONE
    assert "Notice: the component 'skills' distinguishes nobody" in capsys.readouterr().err


def test_long_answers_are_cut_on_the_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A screen shows the first rows and says where the rest is."""
    (tmp_path / "m.csv").write_text("id,capacity\nmo,200\n", encoding="utf-8")
    (tmp_path / "e.csv").write_text("id\n" + "\n".join(f"e{k}" for k in range(100)) + "\n", encoding="utf-8")
    assert run(["match", f"--mentors={tmp_path / 'm.csv'}", f"--mentees={tmp_path / 'e.csv'}"]) == Status.DONE
    assert "The tables are cut here; --out DIR writes all of it." in capsys.readouterr().out


@pytest.mark.parametrize("command", [["verify", "out"], ["check", *FILES]])
def test_no_solver(answer: Path, command: list[str]) -> None:
    """What checks and what verifies loads no solver from its beginning to its end."""
    code = f"""
import sys
from matchmaker.cli.main import run
status = run({command!r})
print(int(status), [name for name in ("ortools", "scipy.optimize", "matchmaker.solve.search") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=answer.parent, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "0 []"
