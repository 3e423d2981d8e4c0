"""The words and signs of a week: days, times of the day, what parts and joins them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from matchmaker.times.unreadable import Unreadable, quote

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ADVICE = "Write times such as 'Mon 18:00-20:00; Fri 12:00-13:30'"
Half = Literal["", "am", "pm"]


class Days(int):
    """Days of the week, one bit each, Monday the lowest."""

    def __iter__(self) -> Iterator[int]:
        return (day for day in range(7) if self >> day & 1)

    @property
    def first(self) -> int:
        """The first day, 0 for Monday."""
        return next(iter(self))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day, in minutes from midnight."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of the day as it was written.

    Parameters
    ----------
    hour, minute : int
    half : {"", "am", "pm"}
        What was written after it.
    is_open : bool
        Whether it could be before or after noon, as far as it was written.
    is_bare : bool
        Whether it is an hour without minutes, which alone says too little.
    """

    hour: int
    minute: int
    half: Half = ""
    is_open: bool = False
    is_bare: bool = False

    def minute_of(self, half: Half) -> int:
        """Return the minute of the day, read in one half of the day or (without) by 24 hours."""
        if not half:
            return self.hour * 60 + self.minute
        return (self.hour % 12 + 12 * (half == "pm")) * 60 + self.minute


class Mark(Enum):
    """Signs between days and times."""

    DASH = "-"
    COMMA = ","


Token = Days | Part | Clock | Mark

PARTS: dict[str, Part] = {
    "allday": Part("all day", 0, 24 * 60),
    "morning": Part("morning", 9 * 60, 12 * 60),
    "afternoon": Part("afternoon", 12 * 60, 17 * 60),
    "evening": Part("evening", 17 * 60, 21 * 60),
}
"""Parts of the day and the hours that they stand for; a notice repeats them."""

DAYS: dict[str, Days] = {
    **{
        name: Days(1 << day)
        for day, names in enumerate(
            (
                "mo mon monday",
                "tu tue tues tuesday",
                "we wed weds wednesday",
                "th thu thur thurs thursday",
                "fr fri friday",
                "sa sat saturday",
                "su sun sunday",
            )
        )
        for name in names.split()
    },
    "daily": Days(0b1111111),
    "weekday": Days(0b0011111),
    "weekend": Days(0b1100000),
}
JOINTS = {"to": Mark.DASH, "until": Mark.DASH, "till": Mark.DASH, "through": Mark.DASH, "and": Mark.COMMA}
CLOCKS = {"noon": Clock(12, 0), "midday": Clock(12, 0), "midnight": Clock(24, 0)}
FILLERS = frozenset({"on", "at", "from", "every", "each"})

PHRASES = (
    (re.compile(r"\b(every|each) ?day\b"), "daily"),
    (re.compile(r"\ball[ -]day\b"), "allday"),
)
TOKEN = re.compile(
    r"""\s*(?:
    (?P<dash>[-‐‑‒–—−~]) | (?P<comma>[,&/+]) |
    (?P<digits>\d{4})(?:\s?h(?:rs)?\b|(?![\d:.])) |
    (?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?::00)?|(?P<hours>\s?h\b))?(?!\d)
        (?:\s?(?P<half>[ap])\.?m\b\.?)? |
    (?P<word>[^\W\d_]+)[.:]?
    )\s*""",
    re.VERBOSE,
)


def read_tokens(text: str) -> list[Token]:
    """Part a text into days, times and signs.

    Parameters
    ----------
    text : str
        In any case.

    Returns
    -------
    list of Token
        Words that add nothing (on, at, every …) are left out.

    Raises
    ------
    Unreadable
        If a word or sign is none of these, or a time does not exist.
    """
    plain = text.casefold()
    for phrase, word in PHRASES:
        plain = phrase.sub(word, plain)
    tokens: list[Token] = []
    position = 0
    while position < len(plain):
        match = TOKEN.match(plain, position)
        if match is None:
            raise _refuse(text, plain[position:].split()[0])
        position = match.end()
        tokens.extend(_read_token(text, match))
    return tokens


def _refuse(text: str, word: str) -> Unreadable:
    problem = f"the times {quote(text)} cannot be read: {quote(word)} is no day and no time"
    return Unreadable(problem, ADVICE)


def _read_token(text: str, match: re.Match[str]) -> Iterator[Token]:
    if match["word"]:
        yield from _read_word(text, match["word"])
    elif match["dash"] or match["comma"]:
        yield Mark.DASH if match["dash"] else Mark.COMMA
    else:
        yield _read_clock(text, match)


def _read_word(text: str, word: str) -> Iterator[Token]:
    """Yield what a word means, singular or plural; nothing for a word that adds nothing."""
    if word in FILLERS:
        return
    for table in (DAYS, PARTS, JOINTS, CLOCKS):
        for form in (word, word.removesuffix("s")):
            if form in table:
                yield table[form]
                return
    raise _refuse(text, word)


def _read_clock(text: str, match: re.Match[str]) -> Clock:
    """Return a time; an hour with a leading zero, of 0 or above 12, or in four digits is by 24 hours."""
    digits, half = match["digits"], match["half"]
    written = digits[:2] if digits else match["hour"]
    hour, minute = int(written), int(digits[2:] if digits else match["minute"] or 0)
    has_minutes = bool(digits or match["minute"] or match["hours"])
    is_real = 1 <= hour <= 12 if half else hour <= 23 or (hour == 24 and minute == 0)
    if not is_real or minute > 59:
        raise Unreadable(f"the times {quote(text)} cannot be read: there is no time {quote(match[0].strip())}", ADVICE)
    if half:
        return Clock(hour, minute, "am" if half == "a" else "pm")
    is_open = not digits and not match["hours"] and 1 <= hour <= 12 and not written.startswith("0")
    return Clock(hour, minute, "", is_open, is_bare=not has_minutes)
