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
    matched, total, bound : int or None
        Pairs, points and the bound on points, as far as they are known.
    """

    phase: str
    matched: int | None = None
    total: int | None = None
    bound: int | None = None


Listener = Callable[[Progress], None]
