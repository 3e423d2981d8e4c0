"""Prices of a certificate become arrays, whatever their order, and what nobody wrote is refused in words."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from matchmaker import Matching, Roster, match
from matchmaker.answer.certificates import read_known_prices, read_prices
from matchmaker.errors import MatchmakerError
from matchmaker.matching import MentorPrice, TimePrice
from tests.searched import generate

change = msgspec.structs.replace


def make_answer(folder: Path) -> tuple[Roster, Matching]:
    """Return a small roster and its matching."""
    roster, program = generate(folder, 6, 2, timetable=False)
    return roster, match(roster, program)


def price(matching: Matching, *prices: MentorPrice | TimePrice) -> Matching:
    """Return an answer whose certificate has some prices."""
    places = tuple(one for one in prices if isinstance(one, MentorPrice))
    times = tuple(one for one in prices if isinstance(one, TimePrice))
    certificate = change(matching.certificate, mentor_prices=places, time_prices=times)
    return change(matching, certificate=certificate)


def test_in_order(tmp_path: Path) -> None:
    """Rows stand by mentor and start; whoever is no mentor of the roster is left out, or refused where all must be known."""
    roster, matching = make_answer(tmp_path)
    a, b = roster.mentors.ids
    told: list[MentorPrice | TimePrice] = [TimePrice(b, 7, 0, 2), MentorPrice(b, 1, -5), TimePrice(a, 9, 1, 3)]
    told.append(TimePrice(a, 8, 0, 4))
    prices = read_prices(price(matching, *told).certificate, roster)
    assert prices.mentors.tolist() == [[0, 0], [1, -5]]
    assert prices.times.tolist() == [[0, 8, 0, 4], [0, 9, 1, 3], [1, 7, 0, 2]]
    more = price(matching, *told, MentorPrice("c", 0, 1), TimePrice("c", 1, 0, 1)).certificate
    known = read_known_prices(more, roster)
    assert (known.mentors.tolist(), known.times.tolist()) == (prices.mentors.tolist(), prices.times.tolist())
    with pytest.raises(MatchmakerError, match="there is no mentor 'c'"):
        read_prices(more, roster)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (MentorPrice("a", 0, 2**70), f"price of mentor 'a' with points {2**70}, which matchmaker never writes"),
        (MentorPrice("b", -(2**63), 0), "price of mentor 'b' with coverage -9223372036854775808"),
        (TimePrice("a", 5000, 0, 1), "price of mentor 'a' with start 5000"),
        (TimePrice("a", -1, 0, 1), "price of mentor 'a' with start -1"),
    ],
)
def test_no_price(tmp_path: Path, wrong: MentorPrice | TimePrice, told: str) -> None:
    """A number that no price has is told with its mentor and what to do, before anything is computed with it."""
    roster, matching = make_answer(tmp_path)
    with pytest.raises(MatchmakerError, match=told) as caught:
        read_known_prices(price(matching, wrong).certificate, roster)
    assert "Take the answer as it was written, or match anew without it" in str(caught.value)
