"""Whatever leaves a command becomes a message and an exit status, never a traceback."""

from __future__ import annotations

import click
import pytest

from matchmaker.cli.status import Guard, Status, find_status
from matchmaker.errors import (
    Fault,
    Infeasible,
    InputError,
    Place,
    PointsError,
    ProgramError,
    Report,
    RosterError,
    Stopped,
)


def make_report(count: int) -> Report:
    """Return a report with so many faults."""
    report = Report()
    for row in range(count):
        place = Place("a.csv", None, row + 2, "Python")
        report.add_fault(Fault("level", "a level is 0 to 5", "Write 0 to 5", place, "9", ("mentor", row)))
    return report


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RosterError(make_report(1)), Status.FAULTY),
        (ProgramError([Fault("key", "bad")]), Status.USAGE),
        (InputError([Fault("file", "bad")]), Status.USAGE),
        (PointsError("bad"), Status.USAGE),
        (Infeasible("no", None), Status.IMPOSSIBLE),
        (Stopped("early"), Status.STOPPED),
        (click.UsageError("bad"), Status.USAGE),
        (click.Abort(), Status.INTERRUPTED),
        (KeyboardInterrupt(), Status.INTERRUPTED),
        (FileNotFoundError(2, "No such file", "a.csv"), Status.USAGE),
        (RuntimeError("oops"), Status.OUR_FAULT),
    ],
)
def test_statuses(error: BaseException, status: Status) -> None:
    """Each kind of exception has the exit status that the documentation states."""
    assert find_status(error) is status
    with Guard() as guard:
        raise error
    assert guard.status is status


def test_nothing_happened() -> None:
    """A command that ends well has status 0."""
    with Guard() as guard:
        pass
    assert guard.status is Status.DONE


def test_exit_passes() -> None:
    """A deliberate exit is not held up."""
    with pytest.raises(SystemExit), Guard():
        raise SystemExit(5)


def tell(error: BaseException, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the user is told on stderr."""
    with Guard():
        raise error
    return capsys.readouterr().err


def test_faults_end_with_advice(capsys: pytest.CaptureFixture[str]) -> None:
    """Faults are listed, counted, and followed by the next step."""
    text = tell(RosterError(make_report(2)), capsys)
    assert text.splitlines() == [
        "a.csv, row 2, column 'Python': a level is 0 to 5 (found: '9'). Write 0 to 5",
        "a.csv, row 3, column 'Python': a level is 0 to 5 (found: '9'). Write 0 to 5",
        "2 faults. Mend the cells named above, or go on without these people with --set-aside-faulty.",
    ]
    assert "1 fault. Mend" in tell(RosterError(make_report(1)), capsys)


def test_advice_fits_the_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """Setting people aside is advised only where it helps."""
    report = Report()
    report.add_fault(Fault("pair-unknown", "there is no mentor 'x'", "", Place("program", column="required[1]")))
    last = tell(RosterError(report), capsys).splitlines()[-1]
    assert last == "1 fault. Mend what is named above; nobody can be set aside for it."
    report.extend(make_report(2))
    last = tell(RosterError(report), capsys).splitlines()[-1]
    assert last == (
        "3 faults. Mend what is named above; --set-aside-faulty helps only once every fault is one of a person."
    )


def test_missing_file(capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is named, with what to check."""
    text = tell(FileNotFoundError(2, "No such file or directory", "a.csv"), capsys)
    assert text == "a.csv: No such file or directory. Check the name and that you may read or write there\n"
    assert tell(OSError("odd"), capsys) == "odd\n"
    text = tell(PermissionError(13, "Permission denied", "a.xlsx"), capsys)
    assert text == "a.xlsx: Permission denied. Close it where it is open, or check that you may read or write there\n"


def test_our_fault(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours says so; the traceback only comes when asked for."""
    monkeypatch.delenv("MATCHMAKER_DEBUG", raising=False)
    text = tell(RuntimeError("oops"), capsys)
    assert text.startswith("This is a fault of matchmaker itself, not of your files: RuntimeError: oops\n")
    assert "Traceback" not in text
    monkeypatch.setenv("MATCHMAKER_DEBUG", "1")
    assert "Traceback" in tell(RuntimeError("oops"), capsys)


def test_usage_names_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong call is told with where to read more."""
    context = click.Context(click.Command("match"), info_name="match")
    assert tell(click.UsageError("Give --mentors", context), capsys) == "Give --mentors\nSee: match --help\n"
    assert tell(click.UsageError("Give --mentors"), capsys) == "Give --mentors\n"
    assert tell(KeyboardInterrupt(), capsys) == "Interrupted.\n"
