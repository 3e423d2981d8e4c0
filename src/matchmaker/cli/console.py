"""What people see: notices and progress on stderr, tables on stdout."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from threading import Timer
from types import TracebackType
from typing import Protocol

import click

PATIENCE = 1.0
"""Seconds before progress is shown at all."""

LEAST_WAIT = 0.2
"""Seconds that a stage must last to be shown by itself, however long the run has taken."""

MOST_ALIKE = 3
"""Notices of one kind that are shown on the screen; the answer keeps all of them."""


MODES = ("auto", "json", "none")
"""How progress is shown."""

FIELDS = {
    "round": "round {:,}",
    "matched": "matched {:,}",
    "gap": "gap {:,}",
    "mebibytes": "{:,} MiB",
    "pairs_per_second": "{:,} pairs/s",
    "total": "total {:,}",
    "bound": "bound {:,}",
    "candidates": "candidates {:,}",
}
"""What a step may know and how that is said; a narrow terminal shows the first of them."""

Known = dict[str, int]


class Watch:
    """Measures the stages of a run."""

    def __init__(self) -> None:
        self.date = datetime.now(UTC).isoformat(timespec="seconds")
        self.last = time.monotonic()
        self.seconds: dict[str, float] = {}

    def mark(self, stage: str) -> None:
        """Note that a stage ended now."""
        now = time.monotonic()
        self.seconds[stage] = now - self.last
        self.last = now


class Step(Protocol):
    """What a progress report says: see `matchmaker.solve.progress.Progress`."""

    phase: str


@dataclass
class Stage:
    """A step that knows no numbers."""

    phase: str


class Progress:
    """Says on stderr what is going on.

    Leaving the context ends the line, so that what follows begins on its own.

    Parameters
    ----------
    mode : {"auto", "json", "none"}
        "auto" keeps one line up to date on a terminal and writes lines elsewhere, once the run takes more than a
        second; "json" writes an object per line from the beginning.
    """

    def __init__(self, mode: str = "auto") -> None:
        self.began = time.monotonic()
        self.mode = mode
        self.is_live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.told: tuple[str, Known] | None = None
        self.known: Known = {}
        self.num_steps = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def follow(self, phase: str) -> Iterator[None]:
        """Show a stage that tells no steps of its own, if it lasts."""
        if self.mode == "json":
            self(Stage(phase))
            yield
            return
        before = self.num_steps

        def show() -> None:
            if self.num_steps == before:
                self(Stage(phase))

        timer = Timer(max(LEAST_WAIT, PATIENCE - (time.monotonic() - self.began)), show)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def __call__(self, step: Step) -> None:
        """Show a step, if the run has taken long enough for anybody to wonder."""
        self.num_steps += 1
        seconds = time.monotonic() - self.began
        if self.mode == "json":
            show_step(step, seconds)
        elif self.mode == "auto" and seconds >= PATIENCE:
            self._show(step, seconds)

    def _show(self, step: Step, seconds: float) -> None:
        """Show a step that is not the same as the one before; the live line keeps what is still true."""
        known = read_step(step)
        told = step.phase, {name: value for name, value in known.items() if name != "mebibytes"}
        if told == self.told:
            return
        self.told = told
        self.known = carry_on(self.known, known) if self.is_live else known
        words = [f"{seconds:6.1f} s", step.phase, *describe_numbers(self.known)]
        if self.is_live:
            redraw(words)
        else:
            click.echo("  ".join(words), err=True)

    def close(self) -> None:
        """End the line, so that what follows begins on its own."""
        if self.told is not None and self.is_live:
            redraw([])


def read_step(step: Step) -> Known:
    """Return the numbers that a step knows, and the memory that the process has taken so far."""
    values = {name: getattr(step, name, None) for name in FIELDS} | {"mebibytes": measure_peak()}
    return {name: value for name, value in values.items() if value is not None}


def carry_on(before: Known, known: Known) -> Known:
    """Return what is known after a step: a report on the answer replaces the earlier one, the rest stays."""
    lasting = ("pairs_per_second",) if "matched" in known else tuple(before)
    return {name: value for name, value in before.items() if name in lasting} | known


def describe_numbers(known: Known) -> list[str]:
    """Return whatever numbers are known in words."""
    return [FIELDS[name].format(known[name]) for name in FIELDS if name in known]


def show_step(step: Step, seconds: float) -> None:
    """Write a step as a line of JSON."""
    click.echo(json.dumps({"phase": step.phase, "seconds": round(seconds, 3), **read_step(step)}), err=True)


def redraw(words: Sequence[str]) -> None:
    """Write a line over the last one of the terminal, with as many words as its width holds."""
    from rich.console import Console
    from rich.control import Control
    from rich.segment import ControlType

    console = Console(stderr=True, force_terminal=True, highlight=False, markup=False, emoji=False)
    console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))
    ends = accumulate(len(word) + 2 for word in words)
    line = "  ".join(word for word, end in zip(words, ends, strict=True) if end <= console.width)
    console.print(line, end="", soft_wrap=True, style="bold")


def measure_peak() -> int | None:
    """Return the most memory that this process has held so far, in MiB; None where nobody says (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def show_notices(notices: Iterable[tuple[str, str]]) -> None:
    """Write notices, each a kind and a text, to stderr: the first few of a kind in full, the others as a number."""
    seen: Counter[str] = Counter()
    for kind, text in notices:
        seen[kind] += 1
        if seen[kind] <= MOST_ALIKE:
            click.echo(f"Notice: {text}", err=True)
    for kind, count in seen.items():
        if count > MOST_ALIKE:
            click.echo(f"Notice: and {count - MOST_ALIKE:,} more like those above ({kind}).", err=True)


def show_document(data: bytes) -> None:
    """Write a document to stdout in UTF-8, whatever encoding the console has."""
    click.echo(data if hasattr(sys.stdout, "buffer") else data.decode(), nl=not data.endswith(b"\n"))


def name_person(identity: str, name: str) -> str:
    """Return how a person is shown: the name, where there is one, and the id by which commands know them."""
    return f"{name} ({identity})" if name and name != identity else identity


def show_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table to stdout, in colour where the terminal has any and NO_COLOR is not set."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*headings, title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=False).print(table)
