"""What a change does to everybody together, in the words of a coordinator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.matching import Effect
from matchmaker.text import join_words, say_count

if TYPE_CHECKING:
    from matchmaker.solve.effects import Change


def make_effect(change: Change) -> Effect:
    """Return a change as a part of the answer."""
    return Effect(tuple(sorted(change.tiers.items())), change.further, change.points)


def tell_effect(effect: Effect) -> str:
    """Return an effect in words, exactly: who is matched, further mentors, points.

    Examples
    --------
    >>> from matchmaker.matching import Effect
    >>> tell_effect(Effect(((0, -1),), 0, -472_279))
    'one mentee fewer would be matched, and 472,279 points lost'
    >>> tell_effect(Effect(((0, -1), (2, 1)), -1, 0))
    'one mentee would be matched in place of one of lower priority, and there would be one further mentor fewer'
    >>> tell_effect(Effect())
    'nothing'
    """
    told = [*_tell_mentees(effect), *_tell_further(effect.further)]
    if effect.points:
        change = "gained" if effect.points > 0 else "lost"
        told.append(f"{say_count(abs(effect.points), 'point')} {change}")
    if len(told) < 2:
        return told[0] if told else "nothing"
    return f"{', '.join(told[:-1])}, and {told[-1]}"


def _tell_mentees(effect: Effect) -> list[str]:
    net, told = effect.mentees, []
    swaps = min(sum(n for _, n in effect.tiers if n > 0), -sum(n for _, n in effect.tiers if n < 0))
    if net:
        ranks = "" if swaps else _tell_ranks([tier for tier, _ in effect.tiers])
        told.append(f"{_count(abs(net), 'mentee')} {'more' if net > 0 else 'fewer'} would be matched{ranks}")
    if swaps:
        gain = sum(tier * count for tier, count in effect.tiers)
        other = "another" if net or not gain else "lower" if gain > 0 else "higher"
        whom = "one" if swaps == 1 else "others"
        told.append(f"{_count(swaps, 'mentee')} would be matched in place of {whom} of {other} priority")
    return told


def _tell_ranks(ranks: list[int]) -> str:
    """Return the ranks of priority, where anybody has one above the lowest."""
    if not any(ranks):
        return ""
    return f" (priority rank{'s' if len(ranks) > 1 else ''} {join_words([f'{rank}' for rank in ranks])})"


def _tell_further(count: int) -> list[str]:
    if not count:
        return []
    return [f"there would be {_count(abs(count), 'further mentor')} {'more' if count > 0 else 'fewer'}"]


def _count(count: int, word: str) -> str:
    return f"one {word}" if count == 1 else f"{count:,} {word}s"
