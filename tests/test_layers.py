"""The layer rule: a file imports only what stands above it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

import matchmaker

SOURCE = Path(matchmaker.__file__).parent

LAYERS = (
    "version",
    "errors",
    "text",
    "kinds",
    "times",
    "people",
    "program",
    "roster",
    "solve.problem",
    "solve.starts",
    "solve.places",
    "solve.costs",
    "solve.gains",
    "scoring",
    "certificate",
    "solve",
    "assignment",
    "matching",
    "answer",
    "verify",
    "explain",
    "engine",
    "tables",
    "documents",
    "generate",
    "service",
    "cli",
    "__main__",
)
"""Every layer, the lowest first; a dotted name is a file that stands apart from its folder."""

SOLVER_FREE = ("certificate", "verify", "tables", "documents", "generate", "cli.main")
"""What must not even load a solver on import."""

SOLVERS = (
    "ortools",
    "scipy.optimize",
    "matchmaker.solve.flow",
    "matchmaker.solve.search",
    "matchmaker.solve.hours",
)


def list_modules() -> list[str]:
    """Return the dotted names of all modules below the package."""
    names = (path.relative_to(SOURCE).with_suffix("").parts for path in sorted(SOURCE.rglob("*.py")))
    return [".".join(part for part in parts if part != "__init__") for parts in names]


def find_layer(module: str) -> int:
    """Return the layer of a module: the longest entry that it lies in."""
    fits = [name for name in LAYERS if module == name or module.startswith(f"{name}.")]
    assert fits, f"{module} stands in no layer: give it a place in tests/test_layers.py"
    return LAYERS.index(max(fits, key=len))


def read_imports(module: str) -> Iterator[str]:
    """Yield the modules of the package that a module imports, at its top or inside a function."""
    path = SOURCE.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("matchmaker"):
            source = (node.module or "").removeprefix("matchmaker").lstrip(".")
            for alias in node.names:
                full = f"{source}.{alias.name}".lstrip(".")
                yield full if full in MODULES else source
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("matchmaker.") for a in node.names if a.name.startswith("matchmaker."))


MODULES = list_modules()


@pytest.mark.parametrize("module", [name for name in MODULES if name])
def test_imports_point_up(module: str) -> None:
    """A module imports nothing from a layer that stands below its own."""
    below = [name for name in read_imports(module) if name and find_layer(name) > find_layer(module)]
    assert below == []


def test_layers_are_documented() -> None:
    """The architecture page lists the same layers in the same order."""
    page = SOURCE.parents[1] / "docs" / "architecture.md"
    table = page.read_text(encoding="utf-8").split("\n## Layers\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert [name for row in rows for name in row.split("`")[1::2]] == [
        name for name in LAYERS if name not in ("version", "__main__")
    ]


def test_no_cycles() -> None:
    """No two modules import each other, not even in a roundabout way."""
    arrows = [(module, name) for module in MODULES for name in read_imports(module) if name and module]
    graph = nx.DiGraph((a, b) for a, b in arrows if a != b and not a.startswith(f"{b}.") and b)
    assert list(nx.simple_cycles(graph)) == []


@pytest.mark.parametrize("module", SOLVER_FREE)
def test_no_solver_at_import(module: str) -> None:
    """What verifies, reads, writes or helps loads no solver, not even by way of others."""
    code = f"import sys, matchmaker.{module}; print([name for name in {SOLVERS!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_reading_loads_little() -> None:
    """Reading and checking load what takes long to load only where it is needed: reporting lines, workbooks."""
    code = (
        "import sys, matchmaker.tables, matchmaker.roster; print({'networkx', 'scipy', 'xlsxwriter'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "set()"


def test_short_files() -> None:
    """Every file stays below 500 lines, so that it can be read at one sitting."""
    sizes = {str(p): len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCE.rglob("*.py")}
    assert {name: size for name, size in sizes.items() if size >= 500} == {}
