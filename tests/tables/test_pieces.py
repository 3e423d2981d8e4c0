"""Cells with several values are parted by their signs, and known values stay whole."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.tables.parsing import Style
from matchmaker.tables.pieces import Pieces, split_cells


def list_cells(pieces: Pieces) -> list[list[str]]:
    """Return the values of each cell."""
    ends = pieces.offsets.tolist()
    return [[pieces.words[k] for k in pieces.codes[a:b].tolist()] for a, b in itertools.pairwise(ends)]


def split_plainly(text: str, signs: str) -> list[str]:
    """Return the values of one cell, one after another: the oracle."""
    return list(dict.fromkeys(filter(None, (part.strip() for part in re.split(f"[{re.escape(signs)}]", text)))))


TEXTS = st.lists(st.text("aB ;,|\n", max_size=12), max_size=8)


@given(TEXTS, st.sampled_from([";\n", ";,\n"]))
def test_as_one_by_one(texts: list[str], signs: str) -> None:
    """All cells at once give what each alone gives, and every value is listed once."""
    pieces = split_cells(texts, Style(), signs)
    assert list_cells(pieces) == [split_plainly(text, signs) for text in texts]
    assert len(set(pieces.words)) == len(pieces.words)
    assert "" not in pieces.words


@given(TEXTS, st.sampled_from([",", "|", ";"]))
def test_stated_separator(texts: list[str], separator: str) -> None:
    """A stated separator takes the place of all others."""
    assert list_cells(split_cells(texts, Style(separator=separator))) == [split_plainly(t, separator) for t in texts]


OPTIONS = ("Risk, audit", "Risk", "R", "People, change, culture", "People, change")


@given(st.lists(st.sampled_from([*OPTIONS, "Python"]), unique=True))
def test_options_survive(chosen: list[str]) -> None:
    """Options that hold the separator come out as they went in, the longest first."""
    style = Style(separator=",", options=frozenset(option.casefold() for option in OPTIONS))
    (found,) = list_cells(split_cells([", ".join(chosen)], style))
    assert found == chosen or ", ".join(found) == ", ".join(chosen)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("risk,  AUDIT, Python", ["risk,  AUDIT", "Python"]),
        ("Brisk, audit", ["Brisk", "audit"]),
        ("People, change, culture", ["People, change, culture"]),
        ("People, change, Risk", ["People, change", "Risk"]),
        ("audit, Risk", ["audit", "Risk"]),
        ("", []),
    ],
)
def test_options_are_whole_words(text: str, found: list[str]) -> None:
    """An option is found in any case, never inside another word."""
    style = Style(separator=",", options=frozenset(option.casefold() for option in OPTIONS))
    assert list_cells(split_cells([text], style)) == [found]
