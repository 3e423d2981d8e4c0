"""Files of an answer: written aside and renamed, so that nobody ever reads half of one, or of two."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, all of them or none.

    Every file is first written under another name; only when all are there do they take their own. Where
    one of them cannot (on Windows, while a spreadsheet program holds it open), those that were replaced come back.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    files : mapping of str to bytes
        Name to content.

    Raises
    ------
    OSError
        If the folder cannot be written to, or one of the files not be replaced. It names that file, and
        the folder is as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    aside = {folder / name: folder / f".{name}.{os.getpid()}.part" for name in files}
    former = {path: part.with_suffix(".old") for path, part in aside.items()}
    try:
        for part, content in zip(aside.values(), files.values(), strict=True):
            part.write_bytes(content)
        _keep_former(former)
        _rename_all(aside, former)
    finally:
        for part in (*aside.values(), *former.values()):
            part.unlink(missing_ok=True)


def _keep_former(former: Mapping[Path, Path]) -> None:
    """Copy the files that are there already to where they can come back from."""
    for path, kept in former.items():
        if path.exists():
            shutil.copyfile(path, kept)


def _rename_all(aside: Mapping[Path, Path], former: Mapping[Path, Path]) -> None:
    """Give all files their names, or none."""
    done: list[Path] = []
    for path, part in aside.items():
        try:
            part.replace(path)
        except OSError as error:
            for earlier in done:
                _restore(earlier, former[earlier])
            error.filename, error.filename2 = str(path), None
            raise
        done.append(path)


def _restore(path: Path, kept: Path) -> None:
    """Take a file back to what it was before, or away if there was none."""
    if kept.exists():
        kept.replace(path)
    else:
        path.unlink()


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
