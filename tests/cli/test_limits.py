"""Limits and Ctrl-C: the best answer so far is written with its true bound, or it is said that there is none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from matchmaker.cli.console import Progress
from matchmaker.cli.interrupts import AT_ONCE, Interrupts
from matchmaker.cli.main import run
from matchmaker.cli.status import Status
from matchmaker.errors import Stopped
from matchmaker.generate import write_roster
from tests.large import LIMIT, let_all_be_large

FILES = ["--mentors=mentors.csv", "--mentees=mentees.csv", "--program=program.toml"]
MATCH = ["match", *FILES, "--out=answer"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a roster that counts as large and takes several rounds, as the current one."""
    write_roster(tmp_path, 300, 60, seed=1)
    monkeypatch.chdir(tmp_path)
    let_all_be_large(monkeypatch)
    return tmp_path


def once_at(monkeypatch: pytest.MonkeyPatch, phase: str, act: Callable[[], Any]) -> None:
    """Do something when a phase is told for the first time."""
    tell, left = Progress.__call__, [act]

    def listen(progress: Progress, step: Any) -> None:
        tell(progress, step)
        if step.phase == phase and left:
            left.pop()()

    monkeypatch.setattr(Progress, "__call__", listen)


def interrupt() -> None:
    """Send this process what Ctrl-C sends."""
    signal.raise_signal(signal.SIGINT)


def interrupt_twice() -> None:
    """Send it twice."""
    interrupt()
    interrupt()


def hold_answer(folder: Path) -> dict[str, Any]:
    """Hold that a written answer is verified and no better than its bound, and return its document."""
    assert run(["verify", str(folder / "answer")]) == Status.DONE
    return hold_bounds(folder)


def hold_bounds(folder: Path) -> dict[str, Any]:
    """Hold that an answer is no better than its bound, by coverage first, and return its document."""
    document: dict[str, Any] = json.loads((folder / "answer" / "matching.json").read_text(encoding="utf-8"))
    levels = document["certificate"]["levels"]
    assert [level["value"] for level in levels] <= [level["bound"] for level in levels]
    if levels[0]["value"] == levels[0]["bound"]:
        assert levels[-1]["bound"] >= levels[-1]["value"]
    return document


def test_time_limit(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """When the time is over, the answer so far is written, and it is said that the limit ended the search."""
    now = [0.0]
    monkeypatch.setattr("matchmaker.engine.monotonic", lambda: now[0])
    once_at(monkeypatch, "flow", lambda: now.append(now.pop() + 100))
    assert run([*MATCH, "--time-limit=50"]) == Status.DONE
    told = capsys.readouterr().err
    assert " points. Stopped by --time-limit: coverage " in told
    assert told.endswith("Anyone can recompute this bound.\n")
    assert hold_answer(folder)["status"] == "feasible"
    assert "Stopped before the end: coverage " in capsys.readouterr().err


def test_too_little_time(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the first flow there is no answer: status 4, what to do, and nothing is written."""
    assert run([*MATCH, "--time-limit=0.000001"]) == Status.STOPPED
    assert capsys.readouterr().err == (
        "stopped before the first flow over everybody, so there is no answer yet. Give it more time: "
        "a larger --time-limit, or none\n"
    )
    assert not (folder / "answer").exists()


def test_gap(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Within the gap it stops, and says how far it may be from the best."""
    assert run([*MATCH, "--gap=1000000000"]) == Status.DONE
    assert "Stopped within --gap 1000000000: no pairing has a higher coverage; " in capsys.readouterr().err
    document = hold_answer(folder)
    assert document["status"] == "feasible"
    assert document["certificate"]["levels"][0]["value"] == document["certificate"]["levels"][0]["bound"]


def test_interrupt(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """The first Ctrl-C ends the search; what there is is written, and Ctrl-C is again what it was."""
    before = signal.getsignal(signal.SIGINT)
    once_at(monkeypatch, "flow", interrupt)
    assert run(MATCH) == Status.DONE
    told = capfd.readouterr().err
    assert "\nStopping at the next possible moment, with the best answer so far. Press Ctrl-C again" in told
    assert "Stopped by Ctrl-C: coverage " in told
    assert signal.getsignal(signal.SIGINT) is before
    assert hold_answer(folder)["status"] == "feasible"


@pytest.mark.parametrize("phase", ["scoring", "pairs priced"])
def test_interrupt_without_an_answer(
    folder: Path, phase: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C before there is any answer ends with status 130, and nothing is written."""
    before = signal.getsignal(signal.SIGINT)
    once_at(monkeypatch, phase, interrupt)
    assert run([*MATCH, "--progress=json"]) == Status.INTERRUPTED
    assert capsys.readouterr().err.endswith("Interrupted.\n")
    assert signal.getsignal(signal.SIGINT) is before
    assert not (folder / "answer").exists()


def test_interrupt_of_a_small_roster(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A small roster has no answer before its proof, so Ctrl-C ends it without one."""
    monkeypatch.setattr(LIMIT, 10**9)
    once_at(monkeypatch, "flow", interrupt)
    assert run(MATCH) == Status.INTERRUPTED
    assert capsys.readouterr().err.endswith("Interrupted.\n")


def test_interrupt_while_writing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once there is an answer, the first Ctrl-C leaves it to be written; a second one ends, and leaves no half."""
    once_at(monkeypatch, "writing", interrupt)
    assert run([*MATCH, "--progress=json"]) == Status.DONE
    assert hold_answer(folder)["status"] == "optimal"
    monkeypatch.setattr("matchmaker.documents.write_folder", lambda *_: interrupt_twice())
    assert run([*MATCH, "--out=other"]) == Status.INTERRUPTED
    assert not (folder / "other").exists()


def test_second_interrupt() -> None:
    """A second Ctrl-C ends the process at once in a search, and later by an exception that tidies up."""
    before = signal.getsignal(signal.SIGINT)
    with Interrupts() as interrupts:
        interrupt()
        assert interrupts.should_stop()
        assert signal.getsignal(signal.SIGINT) is AT_ONCE
        interrupts.keep_answer()
        with pytest.raises(KeyboardInterrupt):
            interrupt()
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(Stopped), Interrupts():
        raise Stopped("by the clock")


def test_ignored_interrupts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Ctrl-C is to be ignored, such as in the background, it stays ignored."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            interrupt()
            interrupts.keep_answer()
        assert not interrupts.was_asked
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_json_is_for_machines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines of progress are objects that tell what is known of the answer; quiet means none of them."""
    assert run([*MATCH, "--progress=json"]) == Status.DONE
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert [one["phase"] for one in (told[0], told[1], told[-1])] == ["reading", "scoring", "writing"]
    last = next(one for one in reversed(told) if one["phase"] == "prices")
    assert last["gap"] == last["bound"] - last["total"] == 0
    assert {"round", "matched", "candidates", "seconds"} <= set(last)
    for more in (["--progress=none"], ["--progress=json", "--quiet"]):
        assert run([*MATCH, *more]) == Status.DONE
        assert "{" not in capsys.readouterr().err


def test_help_loads_little() -> None:
    """Help needs neither NumPy nor rich."""
    code = (
        "import sys; from matchmaker.cli.main import run; run(['match', '--help']);"
        "print([name for name in ('numpy', 'rich', 'ortools') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


BEGIN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from matchmaker.__main__ import main
main()
"""
"""Runs the command as a shell in the foreground does, whatever this process was told to ignore."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a roster of more than two million eligible pairs."""
    out = tmp_path_factory.mktemp("large")
    write_roster(out, 3_000, 800, seed=3)
    text = (out / "program.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("[[rules]]")
    head = head.replace("minimum_hours", "helps = false\ntimetable = false\nminimum_hours")
    open_to_all = head + rest[rest.index("[[preferences]]") :]
    (out / "program.toml").write_text(open_to_all, encoding="utf-8", newline="\n")
    return out


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "-1"])
def test_no_time(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no number of seconds above 0 is refused as usage; nobody takes nan for no limit."""
    assert run(["match", f"--time-limit={seconds}"]) == Status.USAGE
    assert "--time-limit" in capsys.readouterr().err


def test_interrupted_at_the_start() -> None:
    """Whoever interrupts while modules are read is told so in a word, and sees none of our files."""
    code = """
import sys
class Stop:
    def find_spec(self, name, *rest):
        if name == "matchmaker.cli.main":
            raise KeyboardInterrupt
import matchmaker.__main__
sys.meta_path.insert(0, Stop())
matchmaker.__main__.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (130, "Interrupted.\n")


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    command = [sys.executable, "-c", BEGIN, *arguments]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8")


def end(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the command in a process of its own; return its status and what it said."""
    process = start(folder, *arguments)
    told = process.communicate()[1]
    return process.returncode, told


def hold_written(folder: Path) -> dict[str, Any]:
    """Hold that an answer is verified by a process of its own, and no better than its bound."""
    status, told = end(folder, "verify", "answer")
    assert status == Status.DONE, told
    return hold_bounds(folder)


def test_time_limit_apart(large: Path) -> None:
    """However much time there is, it ends with an answer or says that there is none; given enough, with one."""
    seconds = 0.25
    while True:
        status, told = end(large, *MATCH, f"--time-limit={seconds}", "--quiet")
        if status == Status.DONE:
            break
        assert status == Status.STOPPED, told
        assert "there is no answer yet. Give it more time" in told
        seconds *= 4
    assert "Stopped by --time-limit: " in told or "Proven the best possible" in told
    hold_written(large)


def test_gap_apart(large: Path) -> None:
    """A gap that is surely reached before the proof leaves a verified answer within it."""
    status, told = end(large, *MATCH, "--gap=1000000000", "--quiet")
    assert status == Status.DONE
    assert "Stopped within --gap 1000000000: no pairing has a higher coverage; " in told
    assert hold_written(large)["status"] == "feasible"


def wait_for(lines: IO[str], phase: str) -> None:
    """Read lines of progress until one tells a phase."""
    for line in lines:
        if line.startswith("{") and json.loads(line)["phase"] == phase:
            return
    raise AssertionError(f"{phase} was never told")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole consoles only")
def test_interrupt_apart(large: Path) -> None:
    """Ctrl-C after the first flow leaves a verified answer, whether the search ended by then or not."""
    with start(large, *MATCH, "--progress=json") as process:
        assert process.stderr is not None
        wait_for(process.stderr, "flow")
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == Status.DONE, told
    assert "Stopped by Ctrl-C: " in told or "Proven the best possible" in told
    hold_written(large)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole consoles only")
def test_interrupt_apart_without_an_answer(large: Path) -> None:
    """Ctrl-C while the files are read ends with status 130; if it comes so late that there is an answer, with that."""
    with start(large, "match", *FILES, "--out=none", "--progress=json") as process:
        assert process.stderr is not None
        wait_for(process.stderr, "reading")
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode in (Status.INTERRUPTED, Status.DONE), told
    is_interrupted = process.returncode == Status.INTERRUPTED
    assert told.endswith("Interrupted.\n") == is_interrupted != (large / "none").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends it by an exception")
def test_two_interrupts_apart() -> None:
    """A second Ctrl-C ends the process by the signal itself, which shells report as status 130."""
    code = (
        "import signal; from matchmaker.cli.interrupts import Interrupts\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with Interrupts():\n  signal.raise_signal(signal.SIGINT)\n  signal.raise_signal(signal.SIGINT)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == -signal.SIGINT
    assert done.stderr.strip().startswith("Stopping at the next possible moment")
