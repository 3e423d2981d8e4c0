"""Generated people as columns of text, ready for a spreadsheet.

What makes real programmes hard is in here: people cluster in topics, a few subjects are wanted by
many and known by few, most mentors take one or two mentees, free times gather around lunch and
evening, and offices lie in several time zones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.generate import vocabulary as words

Texts = NDArray[np.object_]
Column = Sequence[Any]

NUM_TOPICS = len(words.TOPICS)
NUM_SUBJECTS = 6
SUBJECTS: Texts = np.array([subject for topic in words.TOPICS.values() for subject in topic], object)
WANTED_SHARES = np.array([30, 22, 17, 13, 10, 8]) / 100
KNOWN_SHARES = np.array([34, 26, 18, 11, 7, 4]) / 100
"""Share of each of a topic's subjects among goals and among what mentors know: the last are scarce."""


def draw(rng: np.random.Generator, options: Sequence[tuple[Any, int]], size: int) -> NDArray[Any]:
    """Draw from options with shares in per cent."""
    values, shares = zip(*options, strict=True)
    return np.array(values)[rng.choice(len(values), size, p=np.array(shares) / 100)]


def draw_subjects(rng: np.random.Generator, size: int, count: int, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Draw different subjects for each person, mostly from one topic.

    Returns
    -------
    int64 array of shape (size, count)
        Positions in `SUBJECTS`; the last of several lies in another topic.
    """
    home = rng.integers(NUM_TOPICS, size=size)
    order = np.argsort(rng.exponential(size=(size, NUM_SUBJECTS)) / shares, axis=1)[:, :count]
    topics = np.repeat(home[:, None], count, axis=1)
    if count > 1:
        topics[:, -1] = (home + rng.integers(1, NUM_TOPICS, size)) % NUM_TOPICS
    return topics * NUM_SUBJECTS + order


def is_knowledge(subjects: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether subjects are knowledge; every other one is a skill."""
    return np.equal(subjects % 2, 1)


def make_slots(rng: np.random.Generator, size: int) -> list[str]:
    """Return free times of the week as people write them: one to five, most have two or three."""
    counts = 1 + rng.binomial(4, 0.4, size)
    days = rng.choice(len(words.DAYS), (size, 5), p=np.array(words.DAY_SHARES) / 100)
    begins = rng.choice(len(words.BEGINNINGS), (size, 5), p=np.array([s for _, s in words.BEGINNINGS]) / 100)
    lengths = rng.choice(len(words.LENGTHS), (size, 5), p=np.array([s for _, s in words.LENGTHS]) / 100)
    codes = (days * len(words.BEGINNINGS) + begins) * len(words.LENGTHS) + lengths
    texts = _list_free_times()[codes].tolist()
    return ["; ".join(sorted(set(row[:count]))) for row, count in zip(texts, counts.tolist(), strict=True)]


def _list_free_times() -> Texts:
    """Return every free time as text: day, beginning, length."""
    times = [
        f"{day} {begin}-{_add_minutes(begin, minutes)}"
        for day in words.DAYS
        for begin, _ in words.BEGINNINGS
        for minutes, _ in words.LENGTHS
    ]
    return np.array(times, object)


def _add_minutes(clock: str, minutes: int) -> str:
    hours, rest = map(int, clock.split(":"))
    total = hours * 60 + rest + minutes
    return f"{total // 60:02}:{total % 60:02}"


def make_people(rng: np.random.Generator, role: str, first: int, size: int) -> dict[str, Column]:
    """Return what mentors and mentees have in common: id, name, e-mail, office and zone, grade."""
    numbers = range(first, first + size)
    names = np.array([f"{a} {b}" for a in words.FIRST_NAMES for b in words.LAST_NAMES], object)
    places = rng.choice(len(words.ZONES), size, p=np.array([share for _, share in words.ZONES]) / 100)
    shares = words.MENTOR_GRADES if role == "mentor" else words.MENTEE_GRADES
    letter = {"mentor": "M", "mentee": "E"}[role]
    return {
        "id": [f"{letter}{number:07}" for number in numbers],
        "name": names[rng.integers(len(names), size=size)].tolist(),
        "email": [f"{role}.{number}@example.org" for number in numbers],
        "office": np.array(words.OFFICES, object)[places].tolist(),
        "time zone": np.array([zone for zone, _ in words.ZONES], object)[places].tolist(),
        "grade": draw(rng, list(zip(words.GRADES, shares, strict=True)), size).tolist(),
        "slots": make_slots(rng, size),
    }


def make_mentors(rng: np.random.Generator, first: int, size: int, num_places: int | None = None) -> dict[str, Column]:
    """Return mentors as columns of a spreadsheet, the rows from `first` on; with so many places, if that is said."""
    columns = make_people(rng, "mentor", first, size)
    capacity = draw(rng, words.CAPACITIES, size).astype(np.int64)
    columns["capacity"] = (capacity if num_places is None else _share_out(num_places, capacity)).tolist()
    hours = 26 * np.array(columns["capacity"]) + rng.integers(-4, 10, size)
    columns["hours"] = np.where(rng.random(size) < 0.7, hours.astype(object), "").tolist()
    columns["willing"] = np.where(rng.random(size) < 0.97, "yes", "no").tolist()
    subjects = draw_subjects(rng, size, 5, KNOWN_SHARES)
    levels = np.clip(rng.binomial(5, 0.62, subjects.shape), 1, 5)
    levels[np.arange(5) >= rng.integers(3, 6, size)[:, None]] = 0
    columns["skills"] = _list_levels(subjects, np.where(is_knowledge(subjects), 0, levels))
    columns["knowledge"] = _list_levels(subjects, np.where(is_knowledge(subjects), levels, 0))
    columns |= _make_traits(rng, words.TRAITS, 0.97, size)
    return columns


def _share_out(total: int, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return whole numbers that add up to a total, in proportion to weights above 0."""
    upto = np.append(0, np.cumsum(weights))
    return np.diff(total * upto // max(int(upto[-1]), 1))


def _list_levels(subjects: NDArray[np.int64], levels: NDArray[np.int64]) -> list[str]:
    """Return cells such as "Python: 4; Testing: 3"; a level of 0 is not listed."""
    texts = np.array([[f"{name}: {level}" for level in range(6)] for name in SUBJECTS], object)[subjects, levels]
    texts[levels == 0] = ""
    return ["; ".join(filter(None, row)) for row in texts.tolist()]


def _make_traits(rng: np.random.Generator, names: Sequence[str], share: float, size: int) -> dict[str, Column]:
    """Return ratings from 1 to 5, most of them 3 or 4; a share of people gives them."""
    ratings = {name: 1 + rng.binomial(4, 0.6, size) for name in names}
    given = {name: rng.random(size) < share for name in names}
    return {f"trait {name}": np.where(given[name], ratings[name].astype(object), "").tolist() for name in names}


def make_mentees(rng: np.random.Generator, first: int, size: int) -> dict[str, Column]:
    """Return mentees as columns of a spreadsheet, the rows from `first` on."""
    columns = make_people(rng, "mentee", first, size)
    columns["priority"] = rng.geometric(0.3, size).tolist()
    subjects = draw_subjects(rng, size, 3, WANTED_SHARES)
    current = np.minimum(rng.binomial(4, 0.35, subjects.shape), 4)
    target = np.minimum(current + 1 + rng.binomial(3, 0.35, subjects.shape), 5)
    importance = 1 + rng.binomial(4, 0.6, subjects.shape)
    themes = rng.integers(len(words.THEMES), size=subjects.shape)
    cells = [_list_goals(*parts) for parts in zip(subjects.T, current.T, target.T, importance.T, themes.T, strict=True)]
    columns["goals"] = ["; ".join(goals) for goals in zip(*cells, strict=True)]
    columns |= _make_traits(rng, ("direct", "structured"), 0.5, size)
    return columns


def _list_goals(
    subjects: NDArray[np.int64],
    current: NDArray[np.int64],
    target: NDArray[np.int64],
    importance: NDArray[np.int64],
    themes: NDArray[np.int64],
) -> list[str]:
    """Return one goal of every mentee as text."""
    kinds = np.where(is_knowledge(subjects), "knowledge", "skill").tolist()
    names, theme_names = SUBJECTS[subjects].tolist(), np.array(words.THEMES, object)[themes].tolist()
    rows = zip(names, kinds, current.tolist(), target.tolist(), importance.tolist(), theme_names, strict=True)
    return [f"{name} ({kind}) {a}->{b} !{weight} #{theme}" for name, kind, a, b, weight, theme in rows]
