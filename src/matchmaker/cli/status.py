"""Exit statuses, and the one place where an exception becomes a message and a status."""

from __future__ import annotations

import os
import traceback
from enum import IntEnum
from types import TracebackType

import click

from matchmaker.errors import (
    Infeasible,
    InputError,
    MatchmakerError,
    PointsError,
    ProgramError,
    RosterError,
    Stopped,
)
from matchmaker.text import say_count


class Status(IntEnum):
    """What the exit status of the command means."""

    DONE = 0
    FAULTY = 1
    USAGE = 2
    IMPOSSIBLE = 3
    STOPPED = 4
    OUR_FAULT = 70
    INTERRUPTED = 130


STATUSES: tuple[tuple[type[BaseException], Status], ...] = (
    (RosterError, Status.FAULTY),
    (ProgramError, Status.USAGE),
    (InputError, Status.USAGE),
    (PointsError, Status.USAGE),
    (Infeasible, Status.IMPOSSIBLE),
    (Stopped, Status.STOPPED),
    (MatchmakerError, Status.USAGE),
    (click.Abort, Status.INTERRUPTED),
    (KeyboardInterrupt, Status.INTERRUPTED),
    (click.ClickException, Status.USAGE),
    (OSError, Status.USAGE),
)
"""The first entry that fits an exception tells its exit status."""


class Guard:
    """Turns whatever leaves a command into a message on stderr and a `status`."""

    status = Status.DONE

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            return True
        if isinstance(error, SystemExit | GeneratorExit):
            return False
        self.status = find_status(error)
        click.echo(describe(error, self.status), err=True)
        return True


def find_status(error: BaseException) -> Status:
    """Return the exit status that stands for an exception."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), Status.OUR_FAULT)


def describe(error: BaseException, status: Status) -> str:
    """Return what to tell the user about an exception."""
    if status is Status.INTERRUPTED:
        return "Interrupted."
    if status is Status.OUR_FAULT:
        return _describe_our_fault(error)
    if isinstance(error, RosterError):
        return describe_faults(error)
    if isinstance(error, Stopped):
        return f"{error}: a larger --time-limit, or none"
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        hint = f"\nSee: {context.command_path} --help" if context else ""
        return f"{error.format_message()}{hint}"
    if isinstance(error, PermissionError) and error.filename:
        return (
            f"{error.filename}: {error.strerror}. Close it where it is open, or check that you may read or write there"
        )
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. Check the name and that you may read or write there"
    return str(error)


def describe_faults(error: RosterError) -> str:
    """Return all faults with a line on what to do next."""
    faults = say_count(sum(error.report.num_faults.values()), "fault")
    return f"{error}\n{faults}. {_advise(error)}"


def _advise(error: RosterError) -> str:
    """Return the next step; only faults of people can be set aside with them."""
    if not error.report.unplaced:
        return "Mend the cells named above, or go on without these people with --set-aside-faulty."
    if not error.report.faulty:
        return "Mend what is named above; nobody can be set aside for it."
    return "Mend what is named above; --set-aside-faulty helps only once every fault is one of a person."


def _describe_our_fault(error: BaseException) -> str:
    if os.environ.get("MATCHMAKER_DEBUG"):
        return "".join(traceback.format_exception(error))
    return (
        f"This is a fault of matchmaker itself, not of your files: {type(error).__name__}: {error}\n"
        "Please report it. Set MATCHMAKER_DEBUG=1 and run again to see where it happened."
    )
