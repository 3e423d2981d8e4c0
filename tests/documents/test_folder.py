"""The files of an answer change together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.documents import write_folder


def test_written_whole(tmp_path: Path) -> None:
    """Every file is there under its own name, and nothing else."""
    write_folder(tmp_path / "new", {"a": b"1", "b": b"2"})
    write_folder(tmp_path / "new", {"a": b"3", "b": b"4"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {"a": b"3", "b": b"4"}


def test_a_file_held_open_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one file cannot be replaced, the others come back, and the fault names the file."""
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "held").write_bytes(b"held")
    rename = Path.replace

    def refuse(part: Path, target: Path) -> Path:
        if target.name == "held":
            raise PermissionError(13, "Permission denied", str(part), None, str(target))
        return rename(part, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError) as caught:
        write_folder(tmp_path, {"a": b"1", "b": b"2", "held": b"3"})
    assert caught.value.filename == str(tmp_path / "held")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old", "held": b"held"}
