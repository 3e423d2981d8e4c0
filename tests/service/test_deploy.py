"""The examples of how to run the service fit the service."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path

from matchmaker.service.metrics import Metrics
from matchmaker.service.settings import FIELDS, Settings, read_settings
from matchmaker.service.supervisor import PATIENCE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def test_example_settings_are_settings() -> None:
    """The example names settings that there are, with values that they may have."""
    file = DEPLOY / "service.toml"
    found = read_settings(file, {})
    given = tomllib.loads(file.read_text(encoding="utf-8"))
    assert {name: getattr(found, name) for name in given} == given


def test_unit_stops_the_service_gently() -> None:
    """The unit runs the service with the example, tells only it to stop, and waits longer than jobs may take to end."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / "matchmaker.service", encoding="utf-8")
    service = unit["Service"]
    settings = read_settings(DEPLOY / "service.toml", {})
    assert service["ExecStart"].endswith("matchmaker serve --config /etc/matchmaker/service.toml")
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) >= settings.grace + 20
    assert settings.data == f"/var/lib/{service['StateDirectory']}"


def test_container_names_what_is_there() -> None:
    """The Containerfile copies what is there, sets settings that there are, and is not root."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for name in line.split()]
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    names = re.findall(r"\bMATCHMAKER_(\w+)=", text)
    assert names
    assert {name.lower() for name in names} <= set(FIELDS)
    assert re.search(r"^USER matchmaker$", text, re.MULTILINE)
    assert f":{Settings().port}/readyz" in text


def test_metrics_are_described() -> None:
    """The page on running the service names every metric that there is."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    names = {sample.name for metric in Metrics().registry.collect() for sample in metric.samples}
    families = {metric.name for metric in Metrics().registry.collect()} | names
    told = set(re.findall(r"`(matchmaker_\w+)`", page))
    assert told
    for family in families:
        assert any(name.startswith(family) or family.startswith(name) for name in told), family


def test_patience_is_that_of_the_page() -> None:
    """The page of the service says how long a job that is late has until it is killed."""
    page = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    assert f"within {PATIENCE:.0f} seconds" in page
