"""Large rosters, which are searched: what limits leave is feasible, true, and verified."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest
from msgspec import structs

from matchmaker import Stopped, match
from matchmaker.matching import Leftover, Matching
from matchmaker.verify import verify_matching
from tests.large import let_all_be_large, make_large, make_stop, match_until, read_vectors


@pytest.fixture(autouse=True)
def _are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every roster of this file count as large."""
    let_all_be_large(monkeypatch)


@pytest.mark.parametrize("objective", ["coverage", "points"])
@pytest.mark.parametrize("phase", ["flow", "prices"])
def test_stopped(phase: str, objective: Literal["coverage", "points"]) -> None:
    """What there is after the first flow is an answer with a true bound, and says that it was stopped."""
    roster, program = make_large()
    program = replace(program, objective=objective)
    best, matching = match(roster, program), match_until(roster, program, phase)
    values, bounds = read_vectors(matching.certificate)
    assert matching.status == "feasible"
    assert matching.certificate.bound_by == "prices"
    assert values <= read_vectors(best.certificate)[0] <= bounds
    verification = verify_matching(matching, roster, program)
    assert verification.holds, str(verification)
    assert {load.one_more for load in matching.mentors} == {None}
    reasons = {one.reason.partition(" was found ")[2] for one in matching.leftovers if one.kind == "all taken"}
    assert reasons == {"before the search was stopped"}


def test_stopped_before_an_answer() -> None:
    """Before the first flow there is no answer, whoever asks for the end, and it says what to do."""
    roster, program = make_large()
    limits: dict[str, Any]
    for limits in ({"should_stop": lambda: True}, {"time_limit": 1e-9}):
        with pytest.raises(Stopped, match=r"so there is no answer yet\. Give it more time"):
            match(roster, program, **limits)
    with pytest.raises(Stopped):
        match_until(roster, program, "pairs priced")


def test_gap() -> None:
    """A search that may stop within a gap stays within it, at a proven coverage, and is verified."""
    roster, program = make_large()
    told: list[str] = []
    near = match(roster, program, gap=10**12, on_progress=lambda step: told.append(step.phase))
    *before, points = near.certificate.levels
    assert all(level.value == level.bound for level in before)
    assert 0 <= points.bound - points.value == near.certificate.gap <= 10**12
    assert verify_matching(near, roster, program).holds
    every: list[str] = []
    match(roster, program, on_progress=lambda step: every.append(step.phase))
    assert told.count("flow") < every.count("flow")


def test_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the time is over, the answer so far is returned."""
    roster, program = make_large()
    told: list[str] = []
    monkeypatch.setattr("matchmaker.engine.monotonic", lambda: 100.0 if "flow" in told else 0.0)
    matching = match(roster, program, time_limit=50, on_progress=lambda step: told.append(step.phase))
    assert (matching.status, told.count("flow")) == ("feasible", 1)


def test_proven_before_it_was_stopped() -> None:
    """Whoever stops a search in its last moment gets the proven answer as it would have been anyway."""
    roster, program = make_large()
    best, told = match(roster, program), [""]
    after = make_stop(told, "proven")

    def listen(step: object) -> None:
        if getattr(step, "gap", None) == 0:
            told.append("proven")

    matching = match(roster, program, on_progress=listen, should_stop=after)
    assert matching.status == "optimal"
    assert matching == best


def tamper_shortfall(matching: Matching) -> Matching:
    """Return an answer in which a mentee who is left over is said to be outcompeted."""
    row = next(k for k, one in enumerate(matching.leftovers) if one.kind == "all taken")
    one = matching.leftovers[row]
    said = Leftover(one.role, one.id, one.name, "outcompeted", "x", {}, 5, matching.pairs[0].mentor, one.missing)
    return structs.replace(matching, leftovers=(*matching.leftovers[:row], said, *matching.leftovers[row + 1 :]))


def test_verification_says_what_it_looks_at() -> None:
    """Of large rosters less is promised, and that is said; a claim that no stopped search can make is found."""
    roster, program = make_large()
    best, stopped = match(roster, program), match_until(roster, program, "flow")
    names = [check.name for check in verify_matching(best, roster, program).checks]
    assert "every price is there once (not re-checked: whether they are the smallest)" in names
    assert sum("not re-checked" in name for name in names) == 2
    assert "the mentors' loads add up (of one more place, only that its price bounds it)" in names
    assert not verify_matching(tamper_shortfall(stopped), roster, program).holds
    load = structs.replace(stopped.mentors[0], one_more=best.mentors[0].one_more)
    assert load.one_more is not None
    claimed = structs.replace(stopped, mentors=(load, *stopped.mentors[1:]))
    assert not verify_matching(claimed, roster, program).holds


def test_tampering() -> None:
    """What a proven answer says wrongly of its leftovers, prices and mentors is found without holding the pairs."""
    roster, program = make_large()
    best = match(roster, program)
    certificate = best.certificate
    twice = structs.replace(certificate, mentor_prices=(certificate.mentor_prices[0], *certificate.mentor_prices))
    row = next(k for k, one in enumerate(best.leftovers) if one.nearest is not None)
    short = structs.replace(best.leftovers[row], shortfall=-1)
    for tampered in (
        structs.replace(best, certificate=twice),
        structs.replace(best, leftovers=(*best.leftovers[:row], short, *best.leftovers[row + 1 :])),
        structs.replace(best, leftovers=best.leftovers[:-1]),
        structs.replace(best, mentors=best.mentors[1:]),
        structs.replace(best, mentors=(structs.replace(best.mentors[0], places=77), *best.mentors[1:])),
    ):
        assert not verify_matching(tampered, roster, program).holds
