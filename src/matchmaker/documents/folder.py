"""Files of an answer: written aside and renamed, so that nobody ever reads half of one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, all of them or none.

    Every file is first written under another name; only when all are there do they take their own.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    files : mapping of str to bytes
        Name to content.

    Raises
    ------
    OSError
        If the folder cannot be written to; what was written aside is removed again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    aside = {folder / name: folder / f".{name}.{os.getpid()}.part" for name in files}
    try:
        for part, content in zip(aside.values(), files.values(), strict=True):
            part.write_bytes(content)
        for path, part in aside.items():
            part.replace(path)
    finally:
        for part in aside.values():
            part.unlink(missing_ok=True)


def is_foreign(folder: Path, names: Iterable[str]) -> bool:
    """Return whether writing some files into a folder would replace what is no answer of ours.

    Parameters
    ----------
    folder : Path
    names : iterable of str
        The files to be written.
    """
    if not any((folder / name).exists() for name in names):
        return False
    return not any(_is_ours(folder / name) for name in ("run.json", "matching.json"))


def _is_ours(path: Path) -> bool:
    """Return whether a file begins as a document of ours does."""
    try:
        with path.open("rb") as file:
            return b'"format": "matchmaker.' in file.read(100)
    except OSError:
        return False
