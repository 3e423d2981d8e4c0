"""Progress is shown after a second, notices are cut, costs are told in words."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from dataclasses import dataclass, fields

import pytest
from msgspec import structs

from matchmaker.cli.answer import describe_proof, sum_up_notices, summarise, tell_stop
from matchmaker.cli.commands.explain import describe_contest, describe_cost
from matchmaker.cli.console import FIELDS, LEAST_WAIT, Progress, Watch, measure_peak, show_notices
from matchmaker.explain import Choice, ContestedTime
from matchmaker.matching import Effect, Leftover, LevelResult, Matching, Pair, Remarked
from matchmaker.solve.progress import Progress as Told
from tests.documents.test_answer import make_matching


@dataclass
class Step:
    """A step with a few numbers, some of them unknown."""

    phase: str
    matched: int | None = None
    gap: int | None = None
    pairs_per_second: int | None = None


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process have taken 64 MiB, on a terminal of 80 columns."""
    monkeypatch.setattr("matchmaker.cli.console.measure_peak", lambda: 64)
    monkeypatch.setenv("COLUMNS", "80")


def make_late(mode: str = "auto") -> Progress:
    """Return a progress display that began two seconds ago."""
    progress = Progress(mode)
    progress.began -= 2
    return progress


def test_progress_waits_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is shown in the first second; then each new step, once, though memory grew."""
    progress = Progress()
    progress(Step("flow", 3))
    assert capsys.readouterr().err == ""
    progress = make_late()
    progress(Step("flow", 1_234))
    progress(Step("flow", 1_234))
    progress(Step("pairs priced", pairs_per_second=5_000))
    assert capsys.readouterr().err == (
        "   2.0 s  flow  matched 1,234  64 MiB\n   2.0 s  pairs priced  64 MiB  5,000 pairs/s\n"
    )


def test_live_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal one line is written over, with what is still true, and with no more than fits."""
    progress = make_late()
    progress.is_live = True
    steps = [Step("pairs priced", pairs_per_second=7), Step("prices", 5, 9), Step("pairs priced", None, None, 8)]
    for step in (*steps, Step("flow", 6)):
        progress(step)
    lines = [line for line in re.split(r"\r|\x1b\[[0-9;]*[mK]", capsys.readouterr().err) if line]
    assert lines == [
        "   2.0 s  pairs priced  64 MiB  7 pairs/s",
        "   2.0 s  prices  matched 5  gap 9  64 MiB  7 pairs/s",
        "   2.0 s  pairs priced  matched 5  gap 9  64 MiB  8 pairs/s",
        "   2.0 s  flow  matched 6  64 MiB  8 pairs/s",
    ]
    monkeypatch.setenv("COLUMNS", "40")
    progress(Step("flow", 1_000_000, 1_000_000))
    progress.close()
    told = capsys.readouterr().err
    assert "flow  matched 1,000,000\x1b" in told
    assert told.endswith("\r\x1b[2K")


def test_progress_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """For machines every step is an object of what is known, from the beginning, each stage once."""
    with Progress("json") as progress:
        with progress.follow("reading"):
            time.sleep(LEAST_WAIT * 2)
        progress(Step("flow", 3))
        progress(Step("flow", 3))
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one.pop("seconds") >= 0 for one in told] == [True] * 3
    assert told == [
        {"phase": "reading", "mebibytes": 64},
        {"phase": "flow", "matched": 3, "mebibytes": 64},
        {"phase": "flow", "matched": 3, "mebibytes": 64},
    ]


def test_every_field_is_shown() -> None:
    """Every number that the search tells can be shown."""
    assert {"phase", *FIELDS} == {one.name for one in fields(Told)}


def test_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    """None is none."""
    progress = make_late("none")
    progress(Step("flow", 3))
    progress.close()
    assert capsys.readouterr().err == ""


def test_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of the process is known where the system tells it, and unknown elsewhere."""
    monkeypatch.undo()
    assert os.name == "nt" or 10 < (measure_peak() or 0) < 100_000
    monkeypatch.setitem(sys.modules, "resource", None)
    assert measure_peak() is None
    progress = make_late()
    progress(Step("flow", 3))


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
    assert capsys.readouterr().err.endswith(" s  checking  64 MiB\n")


def test_watch() -> None:
    """A watch measures each stage by itself."""
    watch = Watch()
    watch.last -= 5
    watch.mark("reading")
    watch.mark("matching")
    assert watch.seconds["reading"] >= 5 > watch.seconds["matching"]


def make_stopped(*levels: tuple[str, int, int]) -> Matching:
    """Return a matching of a search that was stopped, with some levels."""
    matching = make_matching()
    results = tuple(LevelResult(*level) for level in levels)
    return structs.replace(matching, certificate=structs.replace(matching.certificate, levels=results))


def test_proof_in_words() -> None:
    """Only what the prices prove is called proven, and a bound on points only where it says something."""
    told = describe_proof(make_matching())
    assert told == (
        "Stopped before the end: no pairing has a higher coverage; 0 points of at most 7, a gap of 7. "
        "Anyone can recompute this bound."
    )
    assert summarise(make_matching()).startswith("0 pairs for 0 mentees; 0 points.")
    assert describe_proof(make_stopped(("points", 1, 4)), "Stopped by Ctrl-C").startswith(
        "Stopped by Ctrl-C: 1 point of at most 4, a gap of 3."
    )
    assert describe_proof(make_stopped(("coverage", 3, 4), ("points", 9, 7))).startswith(
        "Stopped before the end: coverage 3 of at most 4; with a coverage of 4 no more than 7 points are possible. "
    )
    solved = structs.replace(make_matching().certificate, bound_by="solver")
    assert describe_proof(structs.replace(make_matching(), certificate=solved)) == (
        "Stopped before the end (coverage 0 of at most 0, points 0 of at most 7); "
        "the bound that anyone can recompute is coverage 0, points 7."
    )


def test_what_stopped_it() -> None:
    """What stopped a search is named: whoever asked, the gap that was allowed, or the clock."""
    near, far = make_matching(), make_stopped(("coverage", 3, 4), ("points", 7, 7))
    assert tell_stop(near, was_asked=True, gap=9, has_limit=True) == "Stopped by Ctrl-C"
    assert tell_stop(near, was_asked=False, gap=7, has_limit=True) == "Stopped within --gap 7"
    assert tell_stop(near, was_asked=False, gap=6, has_limit=True) == "Stopped by --time-limit"
    assert tell_stop(far, was_asked=False, gap=9, has_limit=True) == "Stopped by --time-limit"
    assert tell_stop(near, was_asked=False, gap=0, has_limit=False) == "Stopped before the end"


def make_left(name: str, missing: int) -> Leftover:
    """Return a mentee who lacks mentors."""
    return Leftover("mentee", name, "", "all taken", "", missing=missing)


def test_summary() -> None:
    """Those without any mentor are counted apart from those who have fewer than they want."""
    pairs = (Pair("a", "m", 3, {}), Pair("b", "m", 4, {}))
    left = (make_left("a", 1), make_left("c", 1), make_left("d", 2), Leftover("mentor", "n", "", "not needed", ""))
    told = summarise(make_matching(pairs=pairs, leftovers=left))
    assert told.startswith("2 pairs for 2 mentees, 2 without a mentor, 1 with fewer mentors than wanted; 0 points. ")
    assert summarise(make_matching(pairs=pairs[:1])).startswith("1 pair for 1 mentee; 0 points. ")


def test_clock_changes_are_one_notice() -> None:
    """Meetings that move are one notice on the screen, and hide no other; a single one is told as it is."""
    moves = tuple(Remarked("clock-change", f"move {k}") for k in range(3))
    pairs = tuple(Pair(name, "m", 3, {}) for name in "abcd")
    matching = make_matching(pairs=pairs, notices=(*moves, Remarked("clash", "a clash")))
    told = "3 of 4 pairs meet at another time in some weeks, for clocks change on different days: "
    assert sum_up_notices(matching, has_files=True) == [
        ("clash", "a clash"),
        ("clock-change", f"{told}notices.csv has each of them"),
    ]
    assert sum_up_notices(matching, has_files=False)[1][1] == f"{told}--out DIR writes each of them into notices.csv"
    assert sum_up_notices(make_matching(notices=moves[:1]), has_files=True) == [("clock-change", "move 0")]


def cost(tiers: tuple[tuple[int, int], ...], further: int, points: int) -> Choice:
    """Return a choice with an effect on coverage."""
    effect = Effect(tiers, further, points)
    return Choice("m", "", False, 5, -effect.coverage, -points, effect=effect)


def test_contested_times_in_words() -> None:
    """What one more meeting would do is told, also where it is nothing or unknown."""
    told = [describe_contest(ContestedTime("m", "Mon 12:00", one)) for one in (Effect(points=5), Effect(), None)]
    assert told == [
        "; one more meeting then would mean: 5 points gained",
        "; one more meeting then would change nothing by itself",
        "",
    ]


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (Choice("m", "", True, 5, 0, 0), "is their mentor"),
        (Choice("m", "", False, 5, None, None), "impossible beside what is required"),
        (Choice("m", "", False, 5, 0, 1234), "1,234 points"),
        (Choice("m", "", False, 5, 0, 0), "nothing: just as good"),
        (Choice("m", "", False, 5, 0, -9), "nothing: 9 points gained"),
        (cost(((0, -1),), 0, -7), "one mentee fewer would be matched, and 7 points lost"),
        (cost(((0, -1),), 0, 7), "one mentee fewer would be matched, and 7 points gained"),
        (cost(((0, 2), (1, -1)), 0, 1), "one mentee more would be matched, one mentee would be matched in place of one of another priority, and 1 point gained"),
        (cost(((0, 1), (3, -1)), 0, 0), "one mentee would be matched in place of one of higher priority"),
        (cost(((0, -2), (1, -1), (3, 3)), 0, -1), "3 mentees would be matched in place of others of lower priority, and 1 point lost"),
        (cost(((0, 2), (1, -2), (2, -1), (3, 1)), 0, -1), "3 mentees would be matched in place of others of higher priority, and 1 point lost"),
        (cost(((0, 1), (1, -2), (2, 1)), 0, -1), "2 mentees would be matched in place of others of another priority, and 1 point lost"),
        (cost(((3, -1),), 0, -7), "one mentee fewer would be matched (priority rank 3), and 7 points lost"),
        (cost(((0, -1), (3, -1)), 0, -7), "2 mentees fewer would be matched (priority ranks 0 and 3), and 7 points lost"),
        (cost((), -1, -9), "there would be one further mentor fewer, and 9 points lost"),
        (cost(((0, -1),), 2, 0), "one mentee fewer would be matched, and there would be 2 further mentors more"),
        (cost((), 0, 9), "9 points gained"),
        (Choice("m", "", False, 5, 0, 1), "1 point"),
        (Choice("m", "", False, 5, None, None, is_exact=False), "not known: nothing was found in time"),
        (Choice("m", "", False, 5, 0, 9, is_exact=False), "9 points; or less, since the search was stopped before it was certain"),
    ],
)  # fmt: skip
def test_costs_in_words(choice: Choice, told: str) -> None:
    """What a choice would cost is told in words, with its sign and whether it is exact."""
    assert describe_cost(choice) == told
