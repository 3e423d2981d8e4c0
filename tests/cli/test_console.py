"""Progress is shown after a second, notices are cut, costs are told in words."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from matchmaker.cli.answer import describe_proof, summarise
from matchmaker.cli.commands.explain import describe_cost
from matchmaker.cli.console import LEAST_WAIT, Progress, Watch, show_notices
from matchmaker.explain import Choice
from matchmaker.matching import LevelResult
from tests.documents.test_answer import make_matching


@dataclass
class Step:
    """A step with one number and one that is unknown."""

    phase: str
    matched: int
    total: int | None = None


def test_progress_waits_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is shown in the first second; then each new step, once."""
    progress = Progress()
    progress(Step("flow", 3))
    assert capsys.readouterr().err == ""
    progress.began -= 2
    progress(Step("flow", 1_234))
    progress(Step("flow", 1_234))
    assert capsys.readouterr().err == "   2.0 s  flow  matched 1,234\n"
    progress.is_live = True
    progress(Step("prices", 5))
    progress.close()
    assert capsys.readouterr().err == "\r   2.0 s  prices  matched 5\r"


def test_quiet_progress(capsys: pytest.CaptureFixture[str]) -> None:
    """Quiet is quiet."""
    progress = Progress(quiet=True)
    progress.began -= 2
    progress(Step("flow", 3))
    progress.close()
    assert capsys.readouterr().err == ""


def test_notices_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """The first three notices of a kind are shown, the others counted."""
    show_notices([("clash", "c"), *(("clock-change", f"n{k}") for k in range(5)), ("clash", "d")])
    assert capsys.readouterr().err.splitlines() == [
        *("Notice: c", "Notice: n0", "Notice: n1", "Notice: n2", "Notice: d"),
        "Notice: and 2 more like those above (clock-change).",
    ]


def test_stages_are_shown_if_they_last(capsys: pytest.CaptureFixture[str]) -> None:
    """A stage that tells no steps shows itself once it lasts, and not if it ends or tells a step before."""
    with Progress() as progress:
        progress.began -= 2
        with progress.follow("reading"):
            pass
        with progress.follow("scoring"):
            progress(Step("flow", 3))
            time.sleep(LEAST_WAIT * 2)
        assert "scoring" not in capsys.readouterr().err
        with progress.follow("checking"):
            time.sleep(LEAST_WAIT * 2)
    assert capsys.readouterr().err.endswith(" s  checking\n")


def test_watch() -> None:
    """A watch measures each stage by itself."""
    watch = Watch()
    watch.last -= 5
    watch.mark("reading")
    watch.mark("matching")
    assert watch.seconds["reading"] >= 5 > watch.seconds["matching"]


def test_proof_in_words() -> None:
    """Only what the prices prove is called proven."""
    told = describe_proof(make_matching())
    assert told.startswith("Stopped before the end (coverage 0 of at most 0, points 0 of at most 7)")
    assert "the bound that anyone can recompute is coverage 0, points 7" in told
    assert summarise(make_matching()).startswith("0 pairs for 0 mentees, 0 still wanting; 0 points.")
    assert make_matching().certificate.levels[0] == LevelResult("coverage", 0, 0)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (Choice("m", "", True, 5, 0, 0), "is their mentor"),
        (Choice("m", "", False, 5, None, None), "impossible beside what is required"),
        (Choice("m", "", False, 5, 0, 1234), "1,234 points"),
        (Choice("m", "", False, 5, 0, 0), "nothing: just as good"),
        (Choice("m", "", False, 5, 2, 7), "2 of coverage (fewer or less urgent mentees matched); 7 points less"),
        (Choice("m", "", False, 5, 2, -7), "2 of coverage (fewer or less urgent mentees matched); 7 points more"),
        (Choice("m", "", False, 5, 0, 9, is_exact=False), "9 points, at most, the search was stopped"),
    ],
)
def test_costs_in_words(choice: Choice, told: str) -> None:
    """What a choice would cost is told in words, with its sign and whether it is exact."""
    assert describe_cost(choice) == told
