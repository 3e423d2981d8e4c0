"""What the cells of a column speak for: shares of cells that fit, signs that part them, scales of words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from matchmaker.tables.parsing import DIGITS, LEVEL, read_roles
from matchmaker.tables.sheet import CodedColumn, parse_number
from matchmaker.text import NO, YES, normalise
from matchmaker.times import Unreadable, find_zone, parse_slots

MOST_LOOKED_AT = 1_000
"""Different texts of a column that are looked at, from the top."""

SIGNS = (";", "|", ",", "/")
"""What may part several values in one cell, the surest first."""

SCALES: Mapping[str, Mapping[str, int]] = {
    "agreement": {
        "strongly disagree": 1,
        "disagree": 2,
        "neither agree nor disagree": 3,
        "neutral": 3,
        "agree": 4,
        "strongly agree": 5,
    },
    "frequency": {"never": 1, "rarely": 2, "sometimes": 3, "often": 4, "always": 5},
    "confidence": {
        "not at all confident": 1,
        "not confident": 1,
        "slightly confident": 2,
        "a little confident": 2,
        "somewhat confident": 3,
        "fairly confident": 3,
        "moderately confident": 3,
        "confident": 4,
        "very confident": 5,
        "extremely confident": 5,
    },
    "proficiency": {
        "none": 0,
        "no experience": 0,
        "novice": 1,
        "beginner": 1,
        "basic": 2,
        "elementary": 2,
        "intermediate": 3,
        "competent": 3,
        "proficient": 4,
        "advanced": 4,
        "expert": 5,
    },
}
"""Words of usual scales, and the numbers proposed for them."""

LEVEL_SCALES = frozenset(("confidence", "proficiency"))
"""Scales that speak of a level, not of an attitude."""


@dataclass(frozen=True)
class Cells:
    """The filled cells of a column that are looked at.

    Parameters
    ----------
    texts : list of str
        Different texts, in the order of their first appearance.
    counts : int64 array of shape (num_texts,)
    num_left : int
        Different texts beyond those.
    """

    texts: list[str]
    counts: np.typing.NDArray[np.int64]
    num_left: int = 0

    def measure(self, check: Callable[[str], bool]) -> float:
        """Return the share of filled cells that a check accepts; 0 if every cell is blank."""
        fits = np.array([check(text) for text in self.texts], bool)
        return float(self.counts[fits].sum() / self.counts.sum()) if len(fits) else 0.0

    @property
    def are_unlike(self) -> bool:
        """Whether no text is there twice."""
        return bool((self.counts == 1).all())

    @property
    def name(self) -> str:
        """How the cells are called in a sentence."""
        return "filled cells" if not self.num_left else f"first {len(self.texts):,} different cells"


def look_at(column: CodedColumn) -> Cells:
    """Return the filled cells of a column, within bounds."""
    counts = np.bincount(column.codes, minlength=len(column.values))
    filled = [code for code, text in enumerate(column.values) if text]
    looked_at = filled[:MOST_LOOKED_AT]
    return Cells([column.values[code] for code in looked_at], counts[looked_at], len(filled) - len(looked_at))


def find_separator(cells: Cells) -> str | None:
    """Return the sign that parts several values in the cells, or None if none clearly does.

    It stands in at least two different cells, and what it parts recurs: cells that hold a few values from one list have
    fewer different values than they have values in all by half, and none is as long as a sentence.
    """
    for sign in SIGNS:
        parted = [text for text in cells.texts if sign in text]
        pieces = [piece.strip() for text in cells.texts for piece in text.split(sign) if piece.strip()]
        recurs = 2 * len(set(map(normalise, pieces))) <= len(pieces)
        if len(parted) >= 2 and recurs and max(map(len, pieces)) <= 60:
            return sign
    return None


def find_scale(cells: Cells) -> tuple[str, dict[str, int]] | None:
    """Return the usual scale that every cell is a word of, and the numbers of the words met."""
    for name, scale in SCALES.items():
        if len(cells.texts) >= 2 and all(normalise(text) in scale for text in cells.texts):
            met = {text: scale[normalise(text)] for text in cells.texts}
            return name, dict(sorted(met.items(), key=lambda item: (item[1], item[0])))
    return None


def is_email(text: str) -> bool:
    """Return whether a text looks like an e-mail address."""
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) is not None


def is_zone(text: str) -> bool:
    """Return whether a text is a time zone."""
    return find_zone(text) is not None


def is_slots(text: str) -> bool:
    """Return whether a text is a list of free times."""
    try:
        return bool(parse_slots(text).bits.any())
    except Unreadable:
        return False


def is_number(text: str) -> bool:
    """Return whether a text is a number from 0 up."""
    number = parse_number(text)
    return number is not None and number >= 0


def is_small(text: str) -> bool:
    """Return whether a text is a whole number up to 20."""
    number = parse_number(text)
    return number is not None and 0 <= number <= 20 and number == int(number)


def is_level(text: str) -> bool:
    """Return whether a text is a whole number from 0 to 5."""
    return is_small(text) and int(parse_number(text) or 0) <= 5


def is_yes_or_no(text: str) -> bool:
    """Return whether a text is a yes or a no."""
    return normalise(text) in YES | NO


def is_role(text: str) -> bool:
    """Return whether a text names roles."""
    return bool(read_roles(text))


def is_short(text: str) -> bool:
    """Return whether a text is a word or a list of words rather than sentences."""
    return len(text) <= 200 and not re.search(r"[.!?](\s|$)", text)


def is_listed(text: str) -> bool:
    """Return whether a text lists subjects with levels, such as "Python: 4; Excel: 2"."""
    found = [LEVEL.fullmatch(part.strip()) for part in text.split(";") if part.strip()]
    return bool(found) and all(one is not None and DIGITS.fullmatch(one["level"]) for one in found)
