"""Free times of many cells at once are those of each cell alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.tables.freetimes import make_answer, parse_times
from matchmaker.tables.parsing import Refusal, Style
from matchmaker.times import Parsed, Unreadable, format_slots, parse_slots

CLAUSES = st.sampled_from(
    [
        "Mon 18:00-20:00",
        "20:00-21:00",
        "Tue",
        "Tue,Wed",
        "Wed evening",
        "evening",
        "Fri 18:15-20:00",
        "Fri 18:00 - Sun 12:00",
        "none",
        "",
        "gibberish",
        "Mon 6-8",
        "weekdays 12:00-13:00 | Sat 9:00-10:00",
    ]
)
TEXTS = st.lists(st.lists(CLAUSES, max_size=4).map("; ".join), max_size=6)


def read_alone(text: str) -> Parsed | str:
    """Return the times of one cell, or what is wrong with it."""
    try:
        return parse_slots(text)
    except Unreadable as error:
        return error.problem


@given(TEXTS)
def test_as_one_by_one(texts: list[str]) -> None:
    """Cells that share clauses mean what each means by itself, with the same refusals and remarks."""
    found = parse_times(texts)
    alone = [read_alone(text) for text in texts]
    assert {code: refusal.problem for code, refusal in found.refusals.items()} == {
        code: one for code, one in enumerate(alone) if isinstance(one, str)
    }
    readable = {code: one for code, one in enumerate(alone) if isinstance(one, Parsed)}
    assert all(found.bits[code].tolist() == one.bits.tolist() for code, one in readable.items())
    assert {told for told, _ in found.remarks} == {told for one in readable.values() for told in one.notices}
    assert all(0 <= code < len(texts) for _, code in found.remarks)


@pytest.mark.parametrize(
    ("heading", "cell", "times"),
    [
        ("Mon 18:00-19:00", "x", "Mon 18:00-19:00"),
        ("Mon 18:00-19:00", "no", "none"),
        ("Monday", "18:00-19:00, 20:00-21:00", "Mon 18:00-19:00; Mon 20:00-21:00"),
        ("Monday", "Morning", "Mon 09:00-12:00"),
        ("Monday", "none", "none"),
        ("Monday", "no", "none"),
    ],
)
def test_answers_under_a_heading(heading: str, cell: str, times: str) -> None:
    """A cell under a time is a tick; one under a day holds the times of that day."""
    answer = make_answer(heading)(cell, Style())
    assert answer.is_known
    assert format_slots(answer.times.bits) == times


def test_blank_answer() -> None:
    """A blank cell says nothing."""
    assert not make_answer("Monday")("", Style()).is_known


def test_words_for_ticks() -> None:
    """The program's words say what is a tick."""
    parse = make_answer("Mon 18:00-19:00")
    style = Style(words={"gern": 1, "ungern": 0})
    assert format_slots(parse("gern", style).times.bits) == "Mon 18:00-19:00"
    assert format_slots(parse("ungern", style).times.bits) == "none"


def test_a_tick_under_a_day() -> None:
    """A tick under a day says no time, and is refused."""
    with pytest.raises(Refusal, match="the heading names 'Monday' but no time, so a tick says nothing"):
        make_answer("Monday")("yes", Style())
