"""Build a wheel from this checkout, install it into an empty environment and run its command."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "leadership"


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command to its end and return what it printed; stop here if it fails."""
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def make_environment(folder: Path) -> Path:
    """Make an empty virtual environment and return the folder of its programs."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts" if os.name == "nt" else "bin")


def check_command(programs: Path, folder: Path) -> None:
    """Match and verify the example with the installed command."""
    command = programs / "matchmaker"
    print(run(command, "--version", cwd=folder).strip())
    files = ("--mentors", EXAMPLE / "mentors.csv", "--mentees", EXAMPLE / "mentees.csv")
    program = ("--program", EXAMPLE / "program.toml", "--history", EXAMPLE / "history.csv")
    run(command, "match", *files, *program, "--out", folder / "out", cwd=folder)
    run(command, "verify", folder / "out", cwd=folder)
    run(command, "explain", folder / "out", "--mentee", "E10", cwd=folder)


def check_types(programs: Path, folder: Path) -> None:
    """Hold that whoever installs the wheel gets its types."""
    code = "from importlib.resources import files; assert files('matchmaker').joinpath('py.typed').is_file()"
    run(programs / "python", "-c", code, cwd=folder)


def main() -> None:
    """Build, install, run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", folder / "dist")
        (wheel,) = (folder / "dist").glob("*.whl")
        programs = make_environment(folder / "venv")
        run(programs / "python", "-m", "pip", "install", "--quiet", wheel)
        check_command(programs, folder)
        check_types(programs, folder)
        print(f"{wheel.name}: installs into an empty environment, matches and verifies the example")


if __name__ == "__main__":
    main()
