"""Free times are read as people write them, and written so that they read back."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matchmaker.times import NUM_SLOTS, Unreadable, format_slots, parse_slots, unpack_slots
from matchmaker.times.bits import pack_mask
from matchmaker.times.words import ADVICE, DAY_NAMES, DAYS, PARTS

TIMES = st.tuples(st.integers(0, 23), st.integers(0, 59))
FULL_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@given(st.integers(0, 2**NUM_SLOTS - 1) | st.sets(st.integers(0, 335)).map(lambda s: sum(1 << n for n in s)))
@example(2**NUM_SLOTS - 1)
@example(1 << 335 | 1)
@example((2**NUM_SLOTS - 1) ^ (1 << 100))
def test_format_reads_back(mask: int) -> None:
    """Slots written as text are the same slots when read, without any notice."""
    bits = pack_mask(mask)
    parsed = parse_slots(format_slots(bits))
    assert parsed.bits.tolist() == bits.tolist()
    assert parsed.notices == ()


@given(st.lists(st.tuples(st.integers(0, 6), TIMES, TIMES), max_size=5), st.sampled_from([";", ",", "|", "\n"]))
def test_parse_by_minutes(ranges: list[tuple[int, tuple[int, int], tuple[int, int]]], separator: str) -> None:
    """A slot is free exactly where one range covers each of its minutes; ranges run past midnight."""
    ranges = [item for item in ranges if item[1] != item[2]]
    texts, slots = [], np.zeros(NUM_SLOTS, bool)
    for day, (hour, minute), (end_hour, end_minute) in ranges:
        texts.append(f"{DAY_NAMES[day]} {hour:02}:{minute:02}-{end_hour}:{end_minute:02}")
        begin, end = 60 * hour + minute, 60 * end_hour + end_minute
        free = np.zeros(NUM_SLOTS * 30, bool)
        free[(day * 1440 + np.arange(begin, end + 1440 * (end <= begin))) % free.size] = True
        slots |= free.reshape(NUM_SLOTS, 30).all(axis=1)
    assert np.array_equal(unpack_slots(parse_slots(separator.join(texts)).bits), slots)


@given(st.integers(0, 6), st.integers(0, 23), st.integers(0, 23), st.booleans())
def test_halves_of_the_day(day: int, begin: int, end: int, both: bool) -> None:
    """6pm-8pm, and 6-8pm where the first hour leaves open which half it is in, are 18:00-20:00."""
    if begin == end:
        return
    texts = [f"{(hour - 1) % 12 + 1}{'ap'[hour >= 12]}m" for hour in (begin, end)]
    if not both:
        is_short = (end - begin) % 24 <= 12
        if not is_short:
            return
        texts[0] = texts[0][:-2]
    parsed = parse_slots(f"{FULL_NAMES[day]} {'-'.join(texts)}")
    exact = parse_slots(f"{DAY_NAMES[day]} {begin:02}:00-{end:02}:00")
    assert parsed.bits.tolist() == exact.bits.tolist()


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("", "none"),
        ("  None ", "none"),
        (" ; ;", "none"),
        ("Tue 18:00", "Tue 18:00-18:30"),
        ("Monday 6pm-8pm", "Mon 18:00-20:00"),
        ("Mon 6 p.m. to 8 P.M.", "Mon 18:00-20:00"),
        ("Mon 6pm-8", "Mon 18:00-20:00"),
        ("Mon 10pm-2", "Mon 22:00-02:00"),
        ("Mon 11-1pm", "Mon 11:00-13:00"),
        ("Mon 6pm-20:00", "Mon 18:00-20:00"),
        ("Mon 08-10am", "Mon 08:00-10:00"),
        ("Mon 9-17", "Mon 09:00-17:00"),
        ("Mon 06-08", "Mon 06:00-08:00"),
        ("Mon 1800-2000", "Mon 18:00-20:00"),
        ("Mon 18.00 – 20.30", "Mon 18:00-20:30"),
        ("Mon 18h-20h30", "Mon 18:00-20:30"),
        ("Mon 18:00:00-20:00:00", "Mon 18:00-20:00"),
        ("Mon: 18:00-20:00.", None),
        ("Mon: 18:00-20:00", "Mon 18:00-20:00"),
        ("on Mondays from 18:00 until 20:00", "Mon 18:00-20:00"),
        ("Mon,Wed 18:00–19:00", "Mon 18:00-19:00; Wed 18:00-19:00"),
        (
            "Mon and Wed 18:00-19:00 & 20:00-21:00",
            "Mon 18:00-19:00, 20:00-21:00; Wed 18:00-19:00, 20:00-21:00",
        ),
        ("Mon 18:00-19:00\r\n20:00-21:00", "Mon 18:00-19:00; Mon 20:00-21:00"),
        ("Mon 18:00-19:00 Tue 20:00", "Mon 18:00-19:00; Tue 20:00-20:30"),
        ("Fri-Mon 10:00", "Fri 10:00; Sat 10:00; Sun 10:00; Mon 10:00"),
        ("weekdays, Sat 10:00", "Mon-Sat 10:00"),
        ("weekend 10:00", "Sat 10:00; Sun 10:00"),
        ("daily 07:00-08:00", "Mon-Sun 07:00-08:00"),
        ("every day at noon", "Mon-Sun 12:00-12:30"),
        ("Tue all day", "Tue 00:00-24:00"),
        ("Fri 23:00-midnight", "Fri 23:00-24:00"),
        ("Fri 23:00-01:00", "Fri 23:00-24:00; Sat 00:00-01:00"),
        ("Sun 23:00-01:00", "Sun 23:00-24:00; Mon 00:00-01:00"),
        ("Fri 18:00 - Sun 12:00", "Fri 18:00-24:00; Sat 00:00-24:00; Sun 00:00-12:00"),
        ("Sun 18:00 - Mon 8am", "Sun 18:00-24:00; Mon 00:00-08:00"),
        ("Mon 18:00 - Mon 08:00", "Mon 18:00-24:00; Tue-Sun 00:00-24:00; Mon 00:00-08:00"),
        ("Fri 18:00 - Sun 24:00, 20:00", "Fri 18:00-24:00; Sat 00:00-24:00; Sun 00:00-24:00"),
        ("Ｍon １８:00", "Mon 18:00"),
    ],
)
def test_same_times(text: str, same: str | None) -> None:
    """Every usual way of writing gives the slots of the plain one."""
    if same is None:
        with pytest.raises(Unreadable):
            parse_slots(text)
    else:
        assert format_slots(parse_slots(text).bits) == format_slots(parse_slots(same).bits)


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        (0, "none"),
        (1, "Mon 00:00-00:30"),
        (0b1011, "Mon 00:00-01:00; Mon 01:30-02:00"),
        (1 << 335 | 1, "Sun 23:30-00:30"),
        (2**48 - 1, "Mon 00:00-24:00"),
        ((2**48 - 1) << 24, "Mon 12:00-24:00; Tue 00:00-12:00"),
        ((2**25 - 1) << (336 - 24) | 1, None),
    ],
)
def test_format(bits: int, text: str | None) -> None:
    """Text is short and plain: one range at a time, cut at midnight where it is long."""
    assert format_slots(pack_mask(bits % 2**NUM_SLOTS)) == (text or "Mon 00:00-00:30; Sun 12:00-24:00")


@pytest.mark.parametrize(
    ("text", "same", "notices"),
    [
        (
            "Mon 18:15-20:00",
            "Mon 18:30-20:00",
            ("'Mon 18:15-20:00' is rounded inward to whole half hours",),
        ),
        ("Mon,Tue 18:15", "none", ("'Mon,Tue 18:15' is rounded inward to whole half hours",)),
        ("weekdays evening", "Mon-Fri 17:00-21:00", ("'evening' is read as 17:00-21:00",)),
        (
            "Sat mornings; Sun afternoon",
            "Sat 09:00-12:00; Sun 12:00-17:00",
            ("'morning' is read as 09:00-12:00", "'afternoon' is read as 12:00-17:00"),
        ),
        (
            "Mon 20:00-18:00",
            "Mon 20:00-24:00; Tue 00:00-18:00",
            ("'Mon 20:00-18:00' runs past midnight, from 20:00 to 18:00",),
        ),
    ],
)
def test_notices(text: str, same: str, notices: tuple[str, ...]) -> None:
    """What was rounded, or read by a table, is told."""
    parsed = parse_slots(text)
    assert parsed.notices == notices
    assert parsed.bits.tolist() == parse_slots(same).bits.tolist()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Montag 18:00", "'montag' is no day and no time"),
        ("Mon (18:00)", "'(18:00)' is no day and no time"),
        ("Mon 18:00-20:00 UTC", "'utc' is no day and no time"),
        ("Mon 25:00", "there is no time '25:00'"),
        ("Mon 18:75", "there is no time '18:75'"),
        ("Mon 13pm", "there is no time '13pm'"),
        ("Mon 24:30", "there is no time '24:30'"),
        ("18:00-20:00", "a time without a day before it"),
        ("morning", "a time without a day before it"),
        ("Mon", "a day without a time; for a whole day write 'Mon 00:00-24:00'"),
        ("Mon 18:00, Tue", "a day without a time; for a whole day write 'Mon 00:00-24:00'"),
        ("Mon 18", "18 alone is no time; write 18:00, or add am or pm"),
        ("Mon 6", "6 alone is no time; write 06:00, or add am or pm"),
        ("Fri 18 - Sun 12:00", "18 alone is no time; write 18:00, or add am or pm"),
        ("Mon 6-8", "6 could be a morning or an evening hour"),
        ("Mon 18:00-", "a range has a beginning and an end"),
        ("Mon 18:00-20:00-22:00", "a range has a beginning and an end"),
        ("- Mon 18:00", "a range has a beginning and an end"),
        ("Mon 18:00-Tue", "a range has a beginning and an end"),
        ("Mon - 18:00", "a range of days goes from one day to another, such as Mon-Fri"),
        ("Mon -", "a range of days goes from one day to another, such as Mon-Fri"),
        ("weekdays-Sun 18:00", "a range of days goes from one day to another, such as Mon-Fri"),
        ("Mon,Tue 18:00 - Wed 10:00", "a range from day to day begins on one day and ends on one"),
        ("Mon 18:00 - weekend 10:00", "a range from day to day begins on one day and ends on one"),
        ("Mon 18:00 - Mon 18:00", "a range that ends where it begins"),
        ("Mon 18:00-6pm", "a range that ends where it begins; for a whole day write 00:00-24:00"),
        ("Mon 24:00", "24:00 and midnight can only end a range; write 00:00 of the day that begins"),
        (
            "Mon midnight-2am",
            "24:00 and midnight can only end a range; write 00:00 of the day that begins",
        ),
        ("Mon 18:00 20:00", "two times with neither a dash nor a comma between them"),
        ("Mon evening 20:00", "two times with neither a dash nor a comma between them"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    """What has no meaning, or two, is refused with the reason and an example."""
    with pytest.raises(Unreadable) as caught:
        parse_slots(text)
    assert caught.value.problem == f"the times '{text}' cannot be read: {reason}"
    assert caught.value.remedy == ADVICE


def test_long_text_is_cut() -> None:
    """A message repeats no more than the beginning of a long text."""
    with pytest.raises(Unreadable) as caught:
        parse_slots("x" * 5_000)
    assert len(str(caught.value)) < 300


@given(st.text(st.sampled_from("MonTuesdaydily 0123456789:.-,;–apmh&|\n"), max_size=40) | st.text(max_size=30))
def test_any_text(text: str) -> None:
    """Any text is either read, to slots that read back, or refused."""
    with suppress(Unreadable):
        bits = parse_slots(text).bits
        assert parse_slots(format_slots(bits)).bits.tolist() == bits.tolist()


WORDS = [*DAYS, *PARTS, "-", ",", ";", "18:00", "20:00", "9", "6pm", "8:15", "noon", "midnight", "to", "at"]


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_any_words(text: str) -> None:
    """Known words in any order are either read, or refused with the text that was meant."""
    with suppress(Unreadable):
        assert unpack_slots(parse_slots(text).bits).any() or "8:15" in text or not text.strip(" ;,")
