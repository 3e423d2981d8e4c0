"""What people see: notices and progress on stderr, tables on stdout."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
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
    """What a progress report says: see `matchmaker.solve.search.Progress`."""

    phase: str


@dataclass
class Stage:
    """A step that knows no numbers."""

    phase: str


class Progress:
    """One line on stderr that says what is going on, once it takes more than a second.

    Leaving the context ends the line, so that what follows begins on its own.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.began = time.monotonic()
        self.quiet = quiet
        self.is_live = sys.stderr.isatty()
        self.shown = ""
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
        line = f"{seconds:6.1f} s  {describe_step(step)}"
        if self.quiet or seconds < PATIENCE or line[8:] == self.shown[8:]:
            return
        self.shown = line
        click.echo(f"\r\x1b[2K{line}" if self.is_live else line, nl=not self.is_live, err=True)

    def close(self) -> None:
        """End the line, so that what follows begins on its own."""
        if self.shown and self.is_live:
            click.echo("\r\x1b[2K", nl=False, err=True)


def describe_step(step: Step) -> str:
    """Return a step as words: the phase and whatever numbers it knows."""
    names = [name for name in getattr(step, "__slots__", ()) or vars(step) if name != "phase"]
    known = {name: getattr(step, name) for name in names if getattr(step, name) is not None}
    return "  ".join([step.phase, *(f"{name} {value:,}" for name, value in known.items())])


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
