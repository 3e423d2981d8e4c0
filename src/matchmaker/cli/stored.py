"""A stored answer and the files that it was made from, read again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matchmaker.cli.options import Inputs, read_program_file, read_roster
from matchmaker.errors import Fault, InputError, Place

MEMORY = "memory.npz"
"""The file of what a run has learned."""

if TYPE_CHECKING:
    from matchmaker.answer.memory import Memory
    from matchmaker.documents import Run
    from matchmaker.matching import Matching
    from matchmaker.program import Program
    from matchmaker.roster import Roster


@dataclass(frozen=True)
class Stored:
    """What lies in a folder of ``match --out``, with its roster and program.

    Parameters
    ----------
    matching : Matching
    roster : Roster
    program : Program
    run : Run
    """

    matching: Matching
    roster: Roster
    program: Program
    run: Run


def read_stored(folder: Path, given: Inputs) -> Stored:
    """Read an answer and, again, the files it was made from.

    Parameters
    ----------
    folder : Path
        Where ``match --out`` wrote.
    given : Inputs
        Files that have moved since; the others are where ``run.json`` says.

    Raises
    ------
    InputError
        If the folder holds no answer, or a file is no longer there.
    RosterError
        If the roster has faults by now.
    """
    from matchmaker.documents import locate_files, read_matching, read_run

    matching = read_matching(_read_bytes(folder / "matching.json"), str(folder / "matching.json"))
    run = read_run(_read_bytes(folder / "run.json"), str(folder / "run.json"))
    inputs = Inputs(**{**locate_files(run, folder), **given.name_files()})
    program = read_program_file(inputs.program)
    roster, _ = read_roster(inputs, program, set_aside=run.set_aside)
    return Stored(matching, roster, program, run)


@dataclass(frozen=True)
class Beginning:
    """What a match begins with.

    Parameters
    ----------
    matching : Matching or None
        An earlier answer.
    memory : Memory
        What its run learned; empty where the file is gone or there is no earlier answer.
    """

    matching: Matching | None
    memory: Memory


def read_start(folder: Path | None) -> Beginning:
    """Read an earlier answer to begin with, and what its run learned; the latter may be missing.

    Parameters
    ----------
    folder : Path or None
        Where ``match --out`` wrote; None begins from nothing.

    Raises
    ------
    InputError
        If the folder holds no answer.
    """
    from matchmaker.answer.memory import Memory
    from matchmaker.documents import read_matching, read_memory

    if folder is None:
        return Beginning(None, Memory())
    matching = read_matching(_read_bytes(folder / "matching.json"), str(folder / "matching.json"))
    path = folder / MEMORY
    return Beginning(matching, read_memory(path.read_bytes() if path.is_file() else b""))


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        remedy = "Give the folder that 'matchmaker match --out' wrote"
        raise InputError([Fault("file", f"cannot be read: {error.strerror}", remedy, Place(str(path)))]) from None
