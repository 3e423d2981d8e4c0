"""How a matching came about is kept beside it and leads back to its files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.documents import (
    Run,
    list_versions,
    locate_files,
    read_run,
    relate_path,
    write_folder,
    write_run,
)

texts = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)


@given(st.builds(Run, files=texts, versions=texts, seconds=st.just({"reading": 0.25})))
def test_round_trip(run: Run) -> None:
    """A run reads back as it was written."""
    assert read_run(write_run(run)) == run


def test_paths_lead_back(tmp_path: Path) -> None:
    """A file is found again from the folder of the answer, also after both moved together."""
    out = tmp_path / "answers" / "one"
    run = Run(files={"mentors": relate_path(tmp_path / "mentors.csv", out)})
    assert run.files == {"mentors": "../../mentors.csv"}
    assert locate_files(run, out) == {"mentors": tmp_path / "mentors.csv"}


def test_other_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path on another drive, which has no relative form, is kept whole."""

    def refuse(*_: object) -> str:
        raise ValueError("path is on mount 'D:'")

    monkeypatch.setattr(os.path, "relpath", refuse)
    assert relate_path(tmp_path / "a.csv", tmp_path) == (tmp_path / "a.csv").resolve().as_posix()


def test_versions() -> None:
    """The versions name matchmaker, Python and the solver."""
    assert {"matchmaker", "python", "ortools"} <= set(list_versions())


def test_folder_is_whole(tmp_path: Path) -> None:
    """All files are there, none is left aside, and a second writing replaces the first."""
    write_folder(tmp_path / "out", {"a.csv": b"1", "b.csv": b"2"})
    write_folder(tmp_path / "out", {"a.csv": b"3"})
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == {"a.csv": b"3", "b.csv": b"2"}


def test_folder_stays_old(tmp_path: Path) -> None:
    """When one file cannot be written, the earlier ones keep their content and nothing lies about."""
    write_folder(tmp_path, {"a.csv": b"old"})
    with pytest.raises(OSError, match="missing"):
        write_folder(tmp_path, {"a.csv": b"new", "missing/b.csv": b""})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.csv": b"old"}
