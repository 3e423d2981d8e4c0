"""What a search says while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of the search.

    Parameters
    ----------
    phase : str
    matched, total, bound, gap : int or None
        Pairs, points, the bound on points and their difference, as far as they are known.
    round : int or None
        How many flows there have been, this one included.
    candidates : int or None
        Pairs that the flow is shown.
    pairs_per_second : int or None
        Pairs looked at in a second by the last pass.
    mebibytes : int or None
        Most memory that the process has held so far.
    """

    phase: str
    matched: int | None = None
    total: int | None = None
    bound: int | None = None
    gap: int | None = None
    round: int | None = None
    candidates: int | None = None
    pairs_per_second: int | None = None
    mebibytes: int | None = None


Listener = Callable[[Progress], None]
