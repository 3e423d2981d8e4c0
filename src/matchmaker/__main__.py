"""Run the command: ``python -m matchmaker``."""

from __future__ import annotations

import sys

from matchmaker.cli.main import run


def main() -> None:
    """Run the command with the arguments of this process and end with its exit status."""
    sys.exit(run())


if __name__ == "__main__":
    main()
