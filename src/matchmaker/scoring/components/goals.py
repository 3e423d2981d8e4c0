"""Skills and knowledge: how far a mentor can take a mentee towards each goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.roster.columns import UNKNOWN
from matchmaker.scoring.encoded import (
    NEVER_MENTIONED,
    Codes,
    Encoded,
    Ints,
    LevelTerms,
    find_tables,
    share_points,
)
from matchmaker.scoring.weights import reduce_weights, to_thousandths
from matchmaker.text import normalise

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft

NAMES = ("skills", "knowledge")

FIT_LOSS = 2
"""Per cent of a goal's points lost for each level that an expert stands beyond the nearest."""


def add(draft: Draft) -> None:
    r"""Compile the goals of every mentee.

    With c the current level, t the target and l the mentor's level, a goal is worth coverage × fit,

    .. math::

        \text{coverage} = \frac{\min(\max(\min(l, t) - c, 0), t - c)}{t - c}, \qquad
        \text{fit} = 1 - 0.02 \max(0, l - t - 1),

    the share of the way on which the mentor is ahead, with the nearest sufficient expert preferred. A
    goal weighs importance × theme × the weight of its kind, and the counted goals share the weight of
    skills and knowledge together.

    Notes
    -----
    Programmes aimed at a mentee's specific need had more than double the effect of others
    (Christensen et al. 2020, 48 studies).
    """
    places = [draft.weight(name) for name in NAMES]
    together = places[0][1] + places[1][1]
    mentees = draft.roster.mentees
    entries = list_counted(draft)
    goals = mentees.goals
    kind = goals.knowledge[entries].astype(np.int64)
    owners = np.repeat(np.arange(len(mentees)), np.diff(goals.offsets))[entries]
    current, target = fill_levels(draft)
    weight = _weigh_goals(draft, entries, kind, owners)
    sums = np.bincount(owners, weight, minlength=len(mentees)).astype(np.int64)
    unsaid = np.flatnonzero(sums == 0)
    for place, own in places:
        if place >= 0:
            draft.base[place, unsaid] = share_points(own[unsaid], 1, draft.weights.total[unsaid], 2)
    counts = np.bincount(owners, minlength=len(mentees))
    shape = (
        together[owners],
        weight,
        sums[owners],
        current[entries],
        target[entries],
        draft.weights.total[owners],
    )
    rows, table = find_tables(*shape)
    subject, levels = match_subjects(draft, entries)
    component = np.array([place for place, _ in places], np.int32)[kind]
    draft.level_terms = LevelTerms(
        levels,
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        subject,
        table,
        component,
        current[entries],
        _fill_tables(rows, draft.program.fit == "nearest"),
    )


def fill_levels(draft: Draft) -> tuple[Ints, Ints]:
    """Return the current and target level of every goal, with the program's defaults."""
    goals, levels = draft.roster.mentees.goals, draft.program.levels
    current = np.where(goals.current == UNKNOWN, levels.current, goals.current)
    return current, np.where(goals.target == UNKNOWN, levels.target, goals.target)


def list_counted(draft: Draft) -> Ints:
    """Return the goals that count: each mentee's most important, ties in the order stated."""
    goals = draft.roster.mentees.goals
    owners = np.repeat(np.arange(len(draft.roster.mentees)), np.diff(goals.offsets))
    importance = _fill_importance(draft)
    order = np.lexsort((np.arange(len(owners)), -importance, owners))
    keys = np.array(_code(draft.goal_keys), np.int64)[goals.subjects] * 2 + goals.knowledge
    _, firsts = np.unique(np.column_stack([owners[order], keys[order]]), axis=0, return_index=True)
    once = order[np.sort(firsts)]
    starts = np.searchsorted(owners[once], np.arange(len(draft.roster.mentees)))
    rank = np.arange(len(once)) - starts[owners[once]]
    return np.sort(once[rank < draft.program.goals_counted])


def _code(keys: list[str]) -> list[int]:
    seen: dict[str, int] = {}
    return [seen.setdefault(key, len(seen)) for key in keys]


def _fill_importance(draft: Draft) -> Ints:
    stated = draft.roster.mentees.goals.importance
    return np.where(stated == UNKNOWN, to_thousandths(draft.program.levels.importance), stated)


def _weigh_goals(draft: Draft, entries: Ints, kind: Ints, owners: Ints) -> Ints:
    """Return importance × theme × kind of each goal, doubled for a mentee's focus, as small integers."""
    goals = draft.roster.mentees.goals
    themes = {normalise(name): to_thousandths(weight) for name, weight in draft.program.themes.items()}
    by_theme = reduce_weights([*(themes.get(normalise(word), 1000) for word in goals.theme_words), 1000])
    by_kind = np.stack([draft.weight(name)[1] for name in NAMES])
    importance = _fill_importance(draft)[entries]
    divisor = np.gcd.reduce(importance) if len(importance) else 1
    weight = importance // divisor * np.array(by_theme, np.int64)[goals.themes[entries]]
    doubled = 1 + (draft.weights.focus_goal[owners] == entries)
    return np.asarray(weight * by_kind[kind, owners] * doubled, np.int64)


def match_subjects(draft: Draft, entries: Ints) -> tuple[Codes, np.typing.NDArray[np.int8]]:
    """Return the row of each goal in the level matrix, and the matrix."""
    goals, subjects = draft.roster.mentees.goals, draft.roster.mentors.subjects
    rows: dict[tuple[str, bool], int] = {}
    words = zip(goals.subjects[entries].tolist(), goals.knowledge[entries].tolist(), strict=True)
    subject = np.array([rows.setdefault((draft.goal_keys[k], kind), len(rows)) for k, kind in words], np.int32)
    levels = np.full((max(len(rows), 1), len(draft.roster.mentors)), NEVER_MENTIONED, np.int8)
    owners = np.repeat(np.arange(len(draft.roster.mentors)), np.diff(subjects.offsets))
    stated = np.where(subjects.levels == UNKNOWN, draft.program.levels.stated, subjects.levels)
    for kind in (False, True):
        places = np.array([rows.get((key, kind), -1) for key in draft.subject_keys], np.int64)
        if not len(places):
            continue
        mine = np.flatnonzero((subjects.knowledge == kind) & (places[subjects.subjects] >= 0))
        mine = mine[np.argsort(stated[mine], kind="stable")]
        levels[places[subjects.subjects[mine]], owners[mine]] = stated[mine]
    return subject, levels


def _fill_tables(rows: Ints, is_nearest: bool) -> Ints:
    """Return the points of each level, for each distinct kind of goal."""
    together, weight, sums, current, target, total = rows.T[:, :, None]
    level = np.arange(6)
    covered = np.clip(np.minimum(level, target) - current, 0, target - current)
    fit = 100 - FIT_LOSS * np.maximum(0, level - target - 1) * is_nearest
    points = share_points(together * weight, covered * fit, total * np.maximum(sums, 1), (target - current) * 100)
    return np.concatenate([points, np.zeros((len(rows), 1), np.int64)], axis=1)


def explain(encoded: Encoded, mentee: int, mentor: int) -> dict[str, str]:
    """Return for skills and knowledge what the mentor's levels mean for the mentee's goals."""
    terms = encoded.level_terms
    told: dict[str, list[str]] = {name: [] for name in NAMES}
    goals = encoded.roster.mentees.goals
    if terms is not None:
        stated = [goals.words[goals.subjects[k]] for k in _list_entries(encoded, mentee)]
        first = int(terms.offsets[mentee])
        for k, word in enumerate(stated):
            level = int(terms.levels[terms.subject[first + k], mentor])
            name = encoded.components[terms.component[first + k]]
            told[name].append(_tell(word, level, int(terms.current[first + k])))
    return {name: "; ".join(parts) or "no such goal was stated" for name, parts in told.items()}


def _list_entries(encoded: Encoded, mentee: int) -> list[int]:
    counted = encoded.counted_goals
    offsets = encoded.roster.mentees.goals.offsets
    return [int(k) for k in counted[(counted >= offsets[mentee]) & (counted < offsets[mentee + 1])]]


def _tell(word: str, level: int, current: int) -> str:
    if level == NEVER_MENTIONED:
        return f"'{word}' is not among the mentor's subjects"
    if level <= current:
        return f"in '{word}' the mentor is at level {level}, no further than the mentee's {current}"
    return f"in '{word}' the mentor is at level {level}, the mentee at {current}"
