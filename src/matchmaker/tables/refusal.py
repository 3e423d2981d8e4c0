"""How a file that cannot be read is refused."""

from __future__ import annotations

from matchmaker.errors import Fault, InputError, Place

MOST_SHOWN = 60
"""Characters of a cell that a message repeats."""


def shorten(text: str) -> str:
    """Return a text short enough for a message."""
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def refuse_file(kind: str, place: Place, problem: str, remedy: str, value: str | None = None) -> InputError:
    """Return the exception for a file that cannot be read, to be raised.

    Parameters
    ----------
    kind : str
        A stable word, listed in the documentation.
    place : Place
    problem, remedy : str
    value : str or None
        What was found, shortened if it is long.
    """
    return InputError([Fault(kind, problem, remedy, place, None if value is None else shorten(value))])
