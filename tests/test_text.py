"""Words: the same, near, and listed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.text import ask, normalise, quote_list, suggest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("  Gestion  de\tPROJET ", "géstion de projet"),
        ("Straße", "STRASSE"),
        ("ﬁnance", "Finance"),
        ("a\u00a0b", "a b"),
        ("Py\u200bthon\ufeff", "python"),
        ("e\u0301", "é"),
    ],
)
def test_same_words(one: str, other: str) -> None:
    """Case, accents, white space and invisible characters make no difference."""
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), [("AI", "retail"), ("C", "C++"), ("か", "が"), ("", "a")])
def test_other_words(one: str, other: str) -> None:
    """Words are compared whole, and marks that make another letter count."""
    assert normalise(one) != normalise(other)


@given(st.text(max_size=20))
def test_normalise_once(text: str) -> None:
    """What is normalised stays as it is."""
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_words_take_the_short_way(text: str) -> None:
    """A word of ASCII alone is compared as it is among accents and invisible characters."""
    assert normalise(text) == normalise(f"{text}\u200b")


def test_suggest() -> None:
    """The near word is named as it is known; without one there is the list, or nothing."""
    assert suggest("pyhton", ["Python", "SQL"]) == "Python"
    assert suggest("cooking", ["Python", "SQL"]) is None
    assert ask("PYTON", ["Python", "SQL"]) == "Did you mean 'Python'?"
    assert ask("cooking", ["Python", "SQL"]) == "There are: 'Python', 'SQL'"
    assert ask("cooking", []) == "There are none"


def test_quote_list() -> None:
    """The first few words are named, the others counted."""
    assert quote_list("ab") == "'a', 'b'"
    assert quote_list(map(str, range(1_007))) == "'0', '1', '2', '3', '4' and 1,002 more"
    assert quote_list("abc", most=2) == "'a', 'b' and 1 more"
