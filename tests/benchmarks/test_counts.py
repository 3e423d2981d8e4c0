"""The gate against slow searches: counts that depend on no clock, with limits that leave some room."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from benchmarks.problems import describe_outcome, make_scorer, search
from benchmarks.registry import SEVERITIES, find_case
from benchmarks.rosters import make_encoded
from matchmaker.solve import recall, sample


class Limits(NamedTuple):
    """The most of each count, and the fewest mentees skipped."""

    rounds: int
    passes: int
    candidates: int
    looked_at: int
    skipped: int


LIMITS = {
    "plain": Limits(3, 8, 33_000, 400, 1_700),
    "timetable": Limits(3, 7, 9_000, 150, 1_800),
    "open": Limits(3, 8, 35_000, 400, 1_700),
    "single": Limits(3, 10, 33_000, 250, 1_800),
    "ties": Limits(1, 2, 33_000, 0, 2_000),
    "kinds": Limits(2, 7, 24_000, 100, 1_900),
    "scarcity": Limits(3, 10, 33_000, 300, 1_800),
    "surplus": Limits(2, 7, 32_000, 100, 1_900),
    "rush": Limits(3, 7, 33_000, 250, 1_800),
    "islands": Limits(1, 6, 8_000, 0, 2_000),
    "minimums": Limits(3, 8, 33_000, 400, 1_700),
    "giant": Limits(3, 10, 33_000, 250, 1_800),
    "tiers": Limits(3, 8, 33_000, 250, 1_750),
    "tight": Limits(2, 6, 3_600, 50, 1_900),
}


def test_every_severity_has_limits() -> None:
    """No severity goes without."""
    assert set(LIMITS) == set(SEVERITIES)


@pytest.mark.parametrize("name", LIMITS)
def test_counts(name: str) -> None:
    """The search proves every severity at 2,000 × 400 within its limits.

    The seconds of a run say little where machines are shared; rounds, candidates and mentees looked at say whether
    the search has become slower. Raise a limit only with the reason in the commit.
    """
    encoded = make_encoded(find_case(f"2,000x400/{name}/0"))
    counts = describe_outcome(search(encoded, make_scorer(encoded, use_kernel=False)))
    assert (counts["status"], counts["gap"]) == ("optimal", 0)
    most = LIMITS[name]._asdict()
    least_skipped = most.pop("skipped")
    over = {count: (counts[count], limit) for count, limit in most.items() if counts[count] > limit}
    assert over == {}
    assert counts["skipped"] >= least_skipped


def count_rounds(monkeypatch: pytest.MonkeyPatch, name: str, fewest: int) -> dict[str, int]:
    """Return the counts at 2,000 × 400 with a sample of a tenth or of so many mentees, whichever is more."""
    monkeypatch.setattr(sample, "FEWEST", fewest)
    encoded = make_encoded(find_case(f"2,000x400/{name}/0"))
    return describe_outcome(search(encoded, make_scorer(encoded, use_kernel=False)))


def test_rounds_follow_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rounds at 2,000 × 400 come from a sample of half of everybody: a tenth, as of large rosters, costs more."""
    half, tenth = (count_rounds(monkeypatch, "tiers", fewest)["rounds"] for fewest in (1_000, 1))
    assert (half, tenth) == (1, 3)


def test_one_round_where_all_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timetable at 2,000 × 400 takes one round whatever the sample: 8,661 of the 8,733 eligible pairs are on the first lists."""
    counts = [count_rounds(monkeypatch, "timetable", fewest) for fewest in (1_000, 1)]
    assert [one["rounds"] for one in counts] == [1, 1]
    assert [one["candidates"] for one in counts] == [8_661, 8_661]


def test_some_mentors_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a look at some mentors shows is noted in the search itself, so that later rounds need not look again."""
    known: list[int] = []
    note = recall.Recall.note

    def watch(self: recall.Recall, *given: Any) -> None:
        note(self, *given)
        known.append(len(self.groups[-1].known))

    monkeypatch.setattr(recall.Recall, "note", watch)
    encoded = make_encoded(find_case("2,000x400/plain/0"))
    search(encoded, make_scorer(encoded, use_kernel=False))
    assert max(known) > 1
