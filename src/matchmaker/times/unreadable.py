"""What text about times cannot be read, and what would be right."""

from __future__ import annotations

from typing import Any

MOST_QUOTED = 60
"""Characters of a faulty text that a message repeats."""


class Unreadable(ValueError):
    """A text that means no time, slot or zone; callers turn it into a fault.

    Parameters
    ----------
    problem : str
        What is wrong, as a sentence without a full stop.
    remedy : str
        What would be right.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}. {remedy}")

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (self.problem, self.remedy)


def quote(text: str) -> str:
    """Return a text in quotation marks, cut if it is long."""
    short = text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 1]}…"
    return f"'{short}'"
