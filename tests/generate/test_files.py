"""Generated rosters are realistic, repeatable, and as large as asked for."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from matchmaker.generate import files, write_roster
from matchmaker.generate import vocabulary as words


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with 2,000 mentees and 600 mentors."""
    out = tmp_path_factory.mktemp("generated")
    write_roster(out, 2_000, 600, seed=4)
    return out


def test_sizes_and_ids(folder: Path) -> None:
    """There are as many people as asked for, each with an id and an e-mail of their own."""
    for name, count in (("mentors", 600), ("mentees", 2_000)):
        rows = read(folder / f"{name}.csv")
        assert len({row["id"] for row in rows}) == len({row["email"] for row in rows}) == len(rows) == count


def test_same_seed_same_files(folder: Path, tmp_path: Path) -> None:
    """The same seed writes the same bytes; another seed does not."""
    write_roster(tmp_path / "same", 2_000, 600, seed=4)
    write_roster(tmp_path / "other", 2_000, 600, seed=5)
    for name in ("mentors.csv", "mentees.csv", "program.toml"):
        assert (tmp_path / "same" / name).read_bytes() == (folder / name).read_bytes()
    assert (tmp_path / "other" / "mentees.csv").read_bytes() != (folder / "mentees.csv").read_bytes()


def test_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many chunks make as many rows, numbered on, and each one is reported."""
    monkeypatch.setattr(files, "CHUNK", 40)
    seen: list[tuple[str, int]] = []
    write_roster(tmp_path, 100, 0, on_rows=lambda name, rows: seen.append((name, rows)))
    assert [row["id"] for row in read(tmp_path / "mentees.csv")] == [f"E{k:07}" for k in range(1, 101)]
    assert seen == [("mentors", 0), ("mentees", 40), ("mentees", 80), ("mentees", 100)]
    assert read(tmp_path / "mentors.csv") == []


def test_skills_are_scarce(folder: Path) -> None:
    """Some subjects are wanted by many more people than they are known by."""
    wanted = Counter(goal.split(" (")[0] for row in read(folder / "mentees.csv") for goal in row["goals"].split("; "))
    known = Counter(
        part.split(":")[0]
        for row in read(folder / "mentors.csv")
        for part in f"{row['skills']}; {row['knowledge']}".split("; ")
        if part
    )
    shares = sorted(wanted[subject] / max(known[subject], 1) for subject in wanted)
    assert shares[-1] > 4 * shares[0]


def test_topics_cluster(folder: Path) -> None:
    """Two goals of a mentee lie in one topic far more often than chance would have it."""
    topic = {subject: name for name, subjects in words.TOPICS.items() for subject in subjects}
    firsts = [[topic[g.split(" (")[0]] for g in row["goals"].split("; ")[:2]] for row in read(folder / "mentees.csv")]
    assert sum(a == b for a, b in firsts) > 0.9 * len(firsts)


def test_capacities_and_hours(folder: Path) -> None:
    """Most mentors take one or two mentees; some leave their hours open; a few are not willing."""
    rows = read(folder / "mentors.csv")
    capacities = Counter(row["capacity"] for row in rows)
    assert capacities["1"] + capacities["2"] > 0.7 * len(rows)
    assert 0.5 < sum(bool(row["hours"]) for row in rows) / len(rows) < 0.9
    assert 0 < sum(row["willing"] == "no" for row in rows) < 0.1 * len(rows)


@pytest.mark.parametrize("places", [0, 7, 2_200])
def test_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, places: int) -> None:
    """Capacities add up to what was asked for, over all chunks; all else that does not follow from them stays."""
    monkeypatch.setattr(files, "CHUNK", 40)
    write_roster(tmp_path / "plain", 10, 90, seed=4)
    write_roster(tmp_path / "asked", 10, 90, seed=4, num_places=places)
    plain, asked = read(tmp_path / "plain/mentors.csv"), read(tmp_path / "asked/mentors.csv")
    assert sum(int(row["capacity"]) for row in asked) == places
    assert [row["skills"] for row in plain] == [row["skills"] for row in asked]
    write_roster(tmp_path / "empty", 10, 0, num_places=places)
    assert read(tmp_path / "empty/mentors.csv") == []


def test_several_zones(folder: Path) -> None:
    """People live in all the zones, half-hour ones among them, and free times use their own clock."""
    zones = Counter(row["time zone"] for row in read(folder / "mentees.csv"))
    assert len(zones) == len(words.ZONES)
    assert zones["Europe/London"] > zones["Africa/Nairobi"]
