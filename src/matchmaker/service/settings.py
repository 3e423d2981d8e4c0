"""Every setting of the service: one list, which the file, the environment and the documentation follow."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from matchmaker.errors import Fault, InputError, Place, ProgramError
from matchmaker.text import ask

PREFIX = "MATCHMAKER_"
"""What the name of an environment variable begins with; the rest is the setting in capitals."""

MEBIBYTE = 2**20


def _set(default: Any, told: str, least: float | None = None) -> Any:
    """Return a field with what it decides."""
    return field(default=default, metadata={"told": told, "least": least})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a service runs.

    Parameters
    ----------
    data, host, port, root_path
        Where it keeps its jobs, and where it listens.
    jobs, checks, queue, jobs_per_key
        How much it does at once, and how much may wait.
    body, silence, people, memory, check_memory, seconds, check_seconds, wait
        What one job or one question may take.
    retention, grace, crashes, stillness, lease
        How long things are kept, waited for and tried.
    log_level, telemetry
        What it tells.

    Each field says in its metadata what it decides; the documentation prints them.
    """

    data: str = _set("matchmaker-data", "Folder of the embedded store: jobs, keys, answers")
    host: str = _set("127.0.0.1", "Address to listen on; any but loopback needs keys")
    port: int = _set(8080, "Port to listen on; 0 takes a free one", 0)
    root_path: str = _set("", "Path under which a proxy publishes the service")
    jobs: int = _set(1, "Jobs that run at the same time, each in a process of its own", 1)
    checks: int = _set(2, "Checks, explanations and conversions that run at the same time", 1)
    queue: int = _set(100, "Jobs that may wait; beyond it, new ones are refused with 503", 1)
    jobs_per_key: int = _set(50, "Unfinished jobs of one key; beyond it, 429", 1)
    body: int = _set(256 * MEBIBYTE, "Bytes of a request's body; beyond it, 413", 1)
    silence: float = _set(60.0, "Seconds that a caller may keep silent in the middle of a body; beyond it, 408", 1)
    people: int = _set(1_100_000, "Mentors and mentees of one roster; beyond it, 422", 1)
    memory: int = _set(8192 * MEBIBYTE, "Bytes of memory of one job, beside what is loaded; beyond it, it fails", 1)
    check_memory: int = _set(2048 * MEBIBYTE, "Bytes of memory of one check, explanation or conversion", 1)
    seconds: float = _set(3600.0, "Seconds of one job; beyond it, it stops with the best answer so far", 1)
    check_seconds: float = _set(60.0, "Seconds of one check, explanation or conversion; beyond it, 503", 1)
    wait: float = _set(30.0, "Most seconds that a request waits for a change with ?wait=", 0)
    retention: float = _set(30 * 86_400.0, "Seconds after its end at which a job and its personal data are purged", 1)
    grace: float = _set(10.0, "Seconds that jobs get to finish when the service stops; the rest is re-queued", 0)
    crashes: int = _set(3, "Times that the process of a job may end without a word before the job counts as failed", 1)
    stillness: float = _set(120.0, "Seconds without any work after which the process of a job is killed", 1)
    lease: float = _set(30.0, "Seconds after which a job counts as abandoned if nobody vouches for it", 1)
    log_level: str = _set("INFO", "Least severe messages that are logged")
    telemetry: bool = _set(False, "Whether OpenTelemetry traces requests; needs opentelemetry-instrumentation-fastapi")

    @property
    def folder(self) -> Path:
        """Where the embedded store lies."""
        return Path(self.data)


FIELDS: dict[str, Field[Any]] = {one.name: one for one in fields(Settings)}


def read_settings(
    file: Path | None = None, environment: Mapping[str, str] | None = None, given: Mapping[str, Any] | None = None
) -> Settings:
    """Return the settings of a file, the environment and what was given, the later winning over the earlier.

    Parameters
    ----------
    file : Path or None
        TOML: the names of the settings as keys.
    environment : mapping of str to str or None
        None takes that of this process.
    given : mapping of str to object or None
        Such as the options of a command; None means not given.

    Raises
    ------
    InputError
        If the file cannot be read.
    ProgramError
        With every fault of what it holds.
    """
    found = {} if file is None else _read_file(file)
    values, faults = dict[str, Any](), list[Fault]()
    places = {name: Place(str(file), column=name) for name in found}
    for name, text in (os.environ if environment is None else environment).items():
        key = name.removeprefix(PREFIX).lower()
        if name.startswith(PREFIX) and key in FIELDS:
            found[key], places[key] = text, Place("environment", column=name)
    found |= {name: value for name, value in (given or {}).items() if value is not None}
    for name, value in found.items():
        _take(name, value, places.get(name, Place("options", column=name)), values, faults)
    if faults:
        raise ProgramError(faults)
    return Settings(**values)


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        remedy = "Check the name, and that you may read it"
        raise InputError([Fault("file", f"cannot be read: {error.strerror}", remedy, Place(str(file)))]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        remedy = "Write name = value, one on a line"
        raise ProgramError([Fault("toml", f"this is not TOML: {error}", remedy, Place(str(file)))]) from None


def _take(name: str, value: Any, place: Place, values: dict[str, Any], faults: list[Fault]) -> None:
    """Take a value over, or note why it cannot be one."""
    known = FIELDS.get(name)
    if known is None:
        faults.append(Fault("key", f"there is no setting '{name}'", ask(name, FIELDS), place))
        return
    try:
        values[name] = _convert(value, type(known.default))
    except ValueError:
        told = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}[type(known.default)]
        faults.append(Fault("type", f"'{name}' is {told}", f"{known.metadata['told']}: give {told}", place, str(value)))
        return
    least = known.metadata["least"]
    if least is not None and not values[name] >= least:
        faults.append(Fault("range", f"'{name}' is out of range", f"Give {least} or more", place, str(value)))


def _convert(value: Any, kind: type[Any]) -> Any:
    """Return a value as a kind; a text may stand for it, as in the environment."""
    if kind is bool:
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        if str(value).lower() not in words:
            raise ValueError
        return words[str(value).lower()]
    if isinstance(value, bool) or (
        (kind is str) != isinstance(value, str) and not isinstance(value, str | int | float)
    ):
        raise ValueError
    if kind is int and isinstance(value, float):
        raise ValueError
    return kind(value)


def render_settings() -> str:
    """Return every setting as Markdown, for the documentation."""
    rows = ["| setting | default | what it decides |", "|---|---|---|"]
    rows += [f"| `{one.name}` | `{one.default}` | {one.metadata['told']} |" for one in FIELDS.values()]
    return "\n".join(rows)
