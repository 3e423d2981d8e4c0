"""Sheets, and numbers in cells."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.tables import CodedColumn, Sheet, explain_number, find_column, parse_number, parse_whole


def make_sheet(*headings: str) -> Sheet:
    """Return a sheet without rows."""
    columns = [CodedColumn(np.zeros(0, np.int32), []) for _ in headings]
    return Sheet("a.csv", None, list(headings), 1, np.zeros(0, np.int64), columns)


@pytest.mark.parametrize(
    ("heading", "position"), [("E-mail", 1), ("e-mail", 2), ("prénom", 0), ("PRENOM", 0), ("name", None)]
)
def test_find_column(heading: str, position: int | None) -> None:
    """A heading is found as written first, then without regard to case and accents."""
    assert find_column(make_sheet("Prénom", "E-mail", "e-mail"), heading) == position


@pytest.mark.parametrize(
    ("text", "decimal_comma", "number"),
    [
        ("1.5", None, "1.5"),
        ("1,5", None, "1.5"),
        (" 1,50 ", None, "1.50"),
        ("0,500", None, "0.500"),
        ("1,500", None, None),
        ("1,500", True, "1.500"),
        ("1,500", False, "1500"),
        ("1.500", None, "1.500"),
        ("1.500", True, None),
        ("1.500,5", True, "1500.5"),
        ("1.500,5", None, None),
        ("1,500.5", None, "1500.5"),
        ("1,500,000", None, None),
        ("1,500,000", False, "1500000"),
        ("1,5", False, None),
        ("1,5,5", None, None),
        ("-3", None, "-3"),
        ("\u22123", None, "-3"),
        ("+.5", None, "0.5"),
        ("7e-2", None, "0.07"),
        ("1e999999999", None, None),
        ("1" * 31, None, None),
        ("٣", None, None),
        ("nan", None, None),
        ("inf", None, None),
        ("", None, None),
        ("12 h", None, None),
        ("1_000", None, None),
    ],
)
def test_parse_number(text: str, decimal_comma: bool | None, number: str | None) -> None:
    """A number is read exactly; what may mean two numbers means none unless the user said which."""
    assert parse_number(text, decimal_comma) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("3.0", 3), ("3,0", 3), ("-2", -2), ("3.5", None), ("three", None)]
)
def test_parse_whole(text: str, number: int | None) -> None:
    """A whole number may be written with zeros behind the point, and nothing else there."""
    assert parse_whole(text) == number


@pytest.mark.parametrize(
    ("text", "problem"), [("1,500", "may mean 1.5 or 1500"), ("2.125", "may mean 2.125 or 2125"), ("x", "is no number")]
)
def test_explain_number(text: str, problem: str) -> None:
    """A text that is no number is told apart from one that may mean two."""
    assert explain_number(text) == problem


@given(st.decimals(-(10**9), 10**9, places=3), st.booleans())
def test_numbers_read_back(number: Decimal, has_comma: bool) -> None:
    """Every number of up to three places reads back in the notation that was announced."""
    text = f"{number:f}".rstrip("0").rstrip(".")
    if has_comma:
        assert parse_number(text.replace(".", ","), decimal_comma=True) == number
    else:
        assert parse_number(text) == parse_number(text, decimal_comma=False) == number


@given(st.text(max_size=40), st.sampled_from([True, False, None]))
def test_any_text_may_be_a_number(text: str, decimal_comma: bool | None) -> None:
    """Any text at all is a finite number or none."""
    number = parse_number(text, decimal_comma)
    assert number is None or number.is_finite()
    assert explain_number(text)


def test_read_cell() -> None:
    """A cell is looked up by its code."""
    assert CodedColumn(np.array([1, 0], np.int32), ["a", "b"]).read_cell(0) == "b"
