"""Free times of a week as people write them, and back.

``Mon 18:00-20:00; Tue 12:00-13:30``, ``Monday 6pm-8pm``, ``Mon,Wed 18:00–19:00``, ``weekdays
evening``, ``Fri 18:00 - Sun 12:00``: days, then times. A time holds for the days before it, also
across a separator; a range that ends before it begins runs past midnight.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from matchmaker.times.bits import NUM_SLOTS, SLOT_MINUTES, Words, pack_mask, unpack_slots
from matchmaker.times.unreadable import Unreadable, quote
from matchmaker.times.words import ADVICE, DAY_NAMES, Clock, Days, Mark, Part, Token, read_tokens

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
DAY_SLOTS = DAY_MINUTES // SLOT_MINUTES
NIGHT_MINUTES = 12 * 60
"""A range past midnight that is longer than this is worth a notice."""

NO_TIMES = frozenset({"", "none"})
"""Texts that say: no free time at all."""

SEPARATORS = re.compile(r"[;|\r\n]+")


class Parsed(NamedTuple):
    """Free times that were read.

    Parameters
    ----------
    bits : uint64 array of shape (6,)
        Slots of the person's own week.
    notices : tuple of str
        What the reader should know: times rounded to whole half hours, parts of the day.
    """

    bits: Words
    notices: tuple[str, ...]


class _Span(NamedTuple):
    """Minutes of the week, from the first to before the last, which may lie beyond the week's end."""

    first: int
    last: int


class _Clause(NamedTuple):
    """What one clause says: its slots, the days that a further time would hold for, its notices."""

    mask: int
    days: Days
    notices: tuple[str, ...]


def parse_slots(text: str) -> Parsed:
    """Read free times as people write them.

    Parameters
    ----------
    text : str
        Days (English names, full or short; ``Mon-Fri``; ``daily``, ``weekdays``, ``weekend``) and
        times (``18:00-20:00``, ``6pm-8pm``, ``6-8pm``, ``18h``, ``1800-2000``; a single time is that
        half hour), parted by ``;``, ``,``, ``|`` or line breaks. Times past midnight and past the
        week's end are fine. ``all day``, ``morning``, ``afternoon`` and ``evening`` stand for the
        hours in `matchmaker.times.words.PARTS`. Empty or ``none``: no free time.

    Returns
    -------
    Parsed
        Times that are not on the half hour are rounded inward, with a notice.

    Raises
    ------
    Unreadable
        If some of it has no meaning, or more than one.
    """
    mask, days, notices = 0, Days(0), list[str]()
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold() not in NO_TIMES:
        for clause in filter(None, map(str.strip, SEPARATORS.split(plain))):
            found, days, remarks = _read_clause(clause, days)
            mask |= found
            notices.extend(remarks)
    return Parsed(pack_mask(mask), tuple(dict.fromkeys(notices)))


@lru_cache(maxsize=65536)
def _read_clause(text: str, days: Days) -> _Clause:
    """Read what stands between two separators; rosters repeat few of them, so they are kept."""
    reader = _Reader(text, days)
    spans = list(reader.read())
    mask = 0
    for span in spans:
        mask |= _cover(span)
    return _Clause(mask, reader.days, tuple(reader.notices))


def _cover(span: _Span) -> int:
    """Return the slots that lie wholly inside a span, one bit each."""
    mask = 0
    for slot in range(-(-span.first // SLOT_MINUTES), span.last // SLOT_MINUTES):
        mask |= 1 << slot % NUM_SLOTS
    return mask


class _Reader:
    """Goes through the tokens of one clause."""

    def __init__(self, text: str, days: Days) -> None:
        self.text = text
        self.days = days
        self.are_days_open = False
        self.notices: list[str] = []
        self.tokens = read_tokens(text)

    def read(self) -> Iterator[_Span]:
        """Yield the spans of the clause, week minutes each."""
        while self.tokens:
            token = self.tokens.pop(0)
            if isinstance(token, Days):
                self._add_days(self._read_days(token))
            elif isinstance(token, Clock):
                yield from self._note(self._read_times(token))
                self._check_parted()
            elif isinstance(token, Part):
                yield from self._read_part(token)
                self._check_parted()
            elif token is Mark.DASH:
                raise self._refuse("a range has a beginning and an end")
        if self.are_days_open:
            raise self._refuse("a day without a time; for a whole day write 'Mon 00:00-24:00'")

    def _refuse(self, reason: str) -> Unreadable:
        return Unreadable(f"the times {quote(self.text)} cannot be read: {reason}", ADVICE)

    def _check_parted(self) -> None:
        """Refuse two times with nothing between them, which may be a range that lost its dash."""
        if isinstance(self._peek(), Clock | Part):
            raise self._refuse("two times with neither a dash nor a comma between them")

    def _peek(self) -> Token | None:
        return self.tokens[0] if self.tokens else None

    def _take_dash(self) -> bool:
        """Take a dash if one comes next, and say so."""
        if self._peek() is not Mark.DASH:
            return False
        self.tokens.pop(0)
        return True

    def _add_days(self, days: Days) -> None:
        """Add to the days named just now, or begin anew if they have had their time."""
        self.days = Days(self.days | days) if self.are_days_open else days
        self.are_days_open = True

    def _read_days(self, first: Days) -> Days:
        """Return one day, or all days of a range such as Fri-Mon."""
        if not self._take_dash():
            return first
        last = self.tokens.pop(0) if self.tokens else None
        if not isinstance(last, Days) or first.bit_count() != 1 or last.bit_count() != 1:
            raise self._refuse("a range of days goes from one day to another, such as Mon-Fri")
        begin, length = first.first, (last.first - first.first) % 7
        return Days(sum(1 << (begin + later) % 7 for later in range(length + 1)))

    def _use_days(self) -> Days:
        """Return the days that a time holds for."""
        if not self.days:
            raise self._refuse("a time without a day before it")
        self.are_days_open = False
        return self.days

    def _read_part(self, part: Part) -> Iterator[_Span]:
        for day in self._use_days():
            yield _Span(day * DAY_MINUTES + part.first, day * DAY_MINUTES + part.last)
        if part.last - part.first < DAY_MINUTES:
            self.notices.append(f"{quote(part.name)} is read as {_say(part.first)}-{_say(part.last)}")

    def _read_times(self, first: Clock) -> Iterator[_Span]:
        """Yield one span for every day that a time, or a range of times, holds for."""
        if not self._take_dash():
            begin = self._check_begin(self._settle_one(first))
            yield from self._repeat(begin, begin + SLOT_MINUTES)
        elif isinstance(self._peek(), Days):
            yield self._read_long_range(first)
        else:
            begin, end = self._settle(first, self._take_clock())
            is_past_midnight = end <= begin
            yield from self._repeat(begin, end + DAY_MINUTES * is_past_midnight)
            if is_past_midnight and end + DAY_MINUTES - begin > NIGHT_MINUTES:
                self.notices.append(f"{quote(self.text)} runs past midnight, from {_say(begin)} to {_say(end)}")

    def _repeat(self, begin: int, end: int) -> Iterator[_Span]:
        for day in self._use_days():
            yield _Span(day * DAY_MINUTES + begin, day * DAY_MINUTES + end)

    def _read_long_range(self, first: Clock) -> _Span:
        """Return a range that names the day of its end too, such as Fri 18:00 - Sun 12:00."""
        begin_days, end_days = self._use_days(), self.tokens.pop(0)
        last = self._take_clock()
        if not isinstance(end_days, Days) or begin_days.bit_count() != 1 or end_days.bit_count() != 1:
            raise self._refuse("a range from day to day begins on one day and ends on one")
        begin = begin_days.first * DAY_MINUTES + self._check_begin(self._settle_one(first))
        end = end_days.first * DAY_MINUTES + self._settle_one(last)
        if begin % WEEK_MINUTES == end % WEEK_MINUTES:
            raise self._refuse("a range that ends where it begins")
        self.days = end_days
        return _Span(begin, begin + (end - begin) % WEEK_MINUTES)

    def _take_clock(self) -> Clock:
        last = self.tokens.pop(0) if self.tokens else None
        if not isinstance(last, Clock):
            raise self._refuse("a range has a beginning and an end")
        return last

    def _settle_one(self, clock: Clock) -> int:
        """Return the minute of the day of a time that no other speaks for."""
        if clock.is_bare:
            raise self._refuse(f"{clock.hour} alone is no time; write {clock.hour:02}:00, or add am or pm")
        return clock.minute_of(clock.half)

    def _check_begin(self, minute: int) -> int:
        """Return the minute at which a range or a half hour begins."""
        if minute == DAY_MINUTES:
            raise self._refuse("24:00 and midnight can only end a range; write 00:00 of the day that begins")
        return minute

    def _settle(self, first: Clock, last: Clock) -> tuple[int, int]:
        """Return begin and end of a range; one ``am`` or ``pm`` may speak for both."""
        if first.is_bare and first.is_open and last.is_bare and last.is_open:
            raise self._refuse(f"{first.hour} could be a morning or an evening hour")
        begin, end = first.minute_of(first.half), last.minute_of(last.half)
        if last.half and first.is_open:
            begin = min(_both(first), key=lambda minute: (end - minute - 1) % DAY_MINUTES)
        elif first.half and last.is_open:
            end = min(_both(last), key=lambda minute: (minute - begin - 1) % DAY_MINUTES)
        if begin == end:
            raise self._refuse("a range that ends where it begins; for a whole day write 00:00-24:00")
        return self._check_begin(begin), end

    def _note(self, spans: Iterator[_Span]) -> Iterator[_Span]:
        """Pass spans on, with a notice where they are not on the half hour."""
        for span in spans:
            if span.first % SLOT_MINUTES or span.last % SLOT_MINUTES:
                self.notices.append(f"{quote(self.text)} is rounded inward to whole half hours")
            yield span


def _both(clock: Clock) -> tuple[int, int]:
    """Return the minutes of the day that a time without am or pm could be."""
    return clock.minute_of("am"), clock.minute_of("pm")


def _say(minute: int) -> str:
    """Return a minute of the day as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"


def format_slots(bits: Words) -> str:
    """Return free slots as text that `parse_slots` reads back.

    Parameters
    ----------
    bits : uint64 array of shape (6,)

    Returns
    -------
    str
        Such as ``Mon 18:00-20:00; Fri 23:00-01:00``, the earliest first; ``none`` if there are none.
        Times of more than twelve hours past midnight are cut at midnight.
    """
    pieces = sorted(piece for run in _list_runs(unpack_slots(bits)) for piece in _cut(*run))
    return "; ".join(_format_range(first, last) for first, last in pieces) or "none"


def _list_runs(free: np.typing.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield first slot and slot after the last of every run, which may lie beyond the week's end."""
    beginnings = np.flatnonzero(free & ~np.roll(free, 1)).tolist()
    ends = np.flatnonzero(~free & np.roll(free, 1)).tolist()
    if not beginnings:
        yield from [(0, NUM_SLOTS)] * bool(free[0])
        return
    for first in beginnings:
        yield first, min(first + (end - first) % NUM_SLOTS for end in ends)


def _cut(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield a run whole if it is short, else in one piece for each day."""
    if last - first <= DAY_SLOTS // 2:
        yield first, last
        return
    midnights = range(first - first % DAY_SLOTS + DAY_SLOTS, last, DAY_SLOTS)
    for begin, end in pairwise([first, *midnights, last]):
        yield begin % NUM_SLOTS, begin % NUM_SLOTS + end - begin


def _format_range(first: int, last: int) -> str:
    day, begin = divmod(first, DAY_SLOTS)
    end = last - day * DAY_SLOTS
    end -= DAY_SLOTS * (end > DAY_SLOTS)
    return f"{DAY_NAMES[day]} {_say(begin * SLOT_MINUTES)}-{_say(end * SLOT_MINUTES)}"
