"""How a matching came about, ``run.json``: the files it was made from, times and versions.

Apart from the matching itself, so that the same answer is the same bytes on any day.
"""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import msgspec

from matchmaker.documents.envelope import pack_document, unpack_document
from matchmaker.version import __version__

FORMAT = "matchmaker.run"
VERSION = 1
LIBRARIES = ("numpy", "scipy", "networkx", "ortools", "msgspec")


class Run(msgspec.Struct, frozen=True):
    """One run of ``matchmaker match``.

    Attributes
    ----------
    files : dict of str to str
        Option (mentors, mentees, people, history, program) to the path of its file, relative to the
        folder of this document where that is possible.
    set_aside : bool
        Whether faulty people were set aside.
    began : str
        Date and time in UTC (ISO 8601).
    seconds : dict of str to float
        Time of each stage.
    versions : dict of str to str
        Of matchmaker, Python and the libraries that matter for the answer.
    notices : tuple of str
        What was noticed in the files, with the rows that it concerns.
    hashes : dict of str to str
        Name to SHA-256 of what is slow to compare: the workbook.
    """

    files: dict[str, str]
    set_aside: bool = False
    began: str = ""
    seconds: dict[str, float] = {}
    versions: dict[str, str] = {}
    notices: tuple[str, ...] = ()
    hashes: dict[str, str] = {}


def list_versions() -> dict[str, str]:
    """Return the versions that an answer may depend on."""
    libraries = {name: version(name) for name in LIBRARIES}
    return {"matchmaker": __version__, "python": platform.python_version(), **libraries}


def relate_path(path: Path, folder: Path) -> str:
    """Return a path as seen from a folder, with forward slashes; absolute from another drive."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def locate_files(run: Run, folder: Path) -> dict[str, Path]:
    """Return the paths of a run's files, as seen from here.

    Parameters
    ----------
    run : Run
    folder : Path
        Where its ``run.json`` lies.
    """
    return {name: Path(os.path.normpath(folder / path)) for name, path in run.files.items()}


def write_run(run: Run) -> bytes:
    """Return the document of a run."""
    return pack_document(FORMAT, VERSION, run)


def read_run(data: bytes, file: str | None = None) -> Run:
    """Return the run that a document holds.

    Raises
    ------
    InputError
        If the document is no run, or of an unknown version.
    """
    return unpack_document(data, FORMAT, VERSION, Run, file)
