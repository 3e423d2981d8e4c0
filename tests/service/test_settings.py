"""Settings: file, environment and options, every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.errors import InputError, ProgramError
from matchmaker.service.settings import FIELDS, Settings, read_settings, render_settings


def test_the_later_source_wins(tmp_path: Path) -> None:
    """Options win over the environment, the environment over the file; what nobody said is the default."""
    file = tmp_path / "service.toml"
    file.write_text('port = 1\njobs = 1\nqueue = 5\nlog_level = "DEBUG"\n')
    environment = {"MATCHMAKER_PORT": "2", "MATCHMAKER_JOBS": "2", "MATCHMAKER_TELEMETRY": "yes", "HOME": "x"}
    found = read_settings(file, environment, {"port": 3, "host": None})
    assert (found.port, found.jobs, found.queue, found.log_level, found.telemetry) == (3, 2, 5, "DEBUG", True)
    assert found.host == Settings().host


def test_every_fault_is_told(tmp_path: Path) -> None:
    """A setting that is unknown, of another kind or out of range names its place; all of them at once."""
    file = tmp_path / "service.toml"
    file.write_text("prot = 1\njobs = 1.5\nqueue = true\ntelemetry = 3\n")
    with pytest.raises(ProgramError) as caught:
        read_settings(file, {"MATCHMAKER_LEASE": "soon", "MATCHMAKER_RETENTION": "0"})
    assert str(caught.value).replace(str(file), "FILE") == "\n".join(
        [
            "FILE, column 'prot': there is no setting 'prot'. Did you mean 'port'?",
            "FILE, column 'jobs': 'jobs' is a whole number (found: '1.5'). "
            "Jobs that run at the same time, each in a process of its own: give a whole number",
            "FILE, column 'queue': 'queue' is a whole number (found: 'True'). "
            "Jobs that may wait; beyond it, new ones are refused with 503: give a whole number",
            "FILE, column 'telemetry': 'telemetry' is true or false (found: '3'). "
            "Whether OpenTelemetry traces requests; needs opentelemetry-instrumentation-fastapi: give true or false",
            "environment, column 'MATCHMAKER_LEASE': 'lease' is a number (found: 'soon'). "
            "Seconds after which a job counts as abandoned if nobody vouches for it: give a number",
            "environment, column 'MATCHMAKER_RETENTION': 'retention' is out of range (found: '0'). Give 1 or more",
        ]
    )


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    """A file that is not there, or no TOML, says so."""
    with pytest.raises(InputError, match="cannot be read"):
        read_settings(tmp_path / "none.toml", {})
    file = tmp_path / "service.toml"
    file.write_text("port 1")
    with pytest.raises(ProgramError, match="this is not TOML"):
        read_settings(file, {})


def test_every_setting_is_documented() -> None:
    """The page of the service lists every setting with its default, as it is in the code."""
    page = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    assert render_settings() in page
    assert all(one.metadata["told"] for one in FIELDS.values())
