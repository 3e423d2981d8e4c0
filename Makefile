# Everything here runs in its own environment under .venv; CI runs the same targets.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
READY := $(VENV)/.ready
MEASURED := $(VENV)/.measured
WORKERS ?= 2
# Tests of compiled functions: they run once more, interpreted, since nobody sees which lines machine code runs.
COMPILED := $(addprefix tests/solve/test_,auction.py coverage.py distances.py repair.py sharing.py shortest.py starts.py)

.PHONY: help setup demo test unit lint types docs docs-serve wheel benchmark benchmark-large benchmark-answers benchmark-million benchmark-kernel benchmark-service chaos fuzz format clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /	/' | expand -t 14

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "matchmaker needs Python 3.11 or newer; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable .
	@touch $(READY)

setup: $(READY)  ## make the environment in .venv

demo: $(READY)  ## match the example programme and show the result
	$(BIN)/python examples/demo.py

test: lint types unit wheel docs  ## everything that CI runs

unit: $(READY)  ## tests with branch coverage
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -n $(WORKERS) --cov --cov-append --cov-report= $(COMPILED)
	$(BIN)/python -m coverage report --fail-under=95 --format=total --omit='*/matchmaker/service/*'
	$(BIN)/python -m coverage report --fail-under=100 --include='*/matchmaker/certificate.py,*/matchmaker/verify/*'

lint: $(READY)  ## style, unused code, formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)  ## mypy, strict
	$(BIN)/mypy

format: $(READY)  ## let ruff rewrite the files
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

wheel: $(READY)  ## build a wheel and run it in an empty environment
	$(BIN)/python scripts/check_wheel.py

docs: $(READY)  ## build the documentation into site/
	$(BIN)/zensical build --clean --strict

docs-serve: $(READY)  ## read the documentation on loopback
	$(BIN)/zensical serve

$(MEASURED): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group benchmark
	@touch $(MEASURED)

benchmark: $(MEASURED)  ## measure speed and memory in ten minutes, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks.run quick

benchmark-large: $(MEASURED)  ## the same up to 100,000 mentees, in about an hour
	$(BIN)/python -m benchmarks.run large

benchmark-answers: $(MEASURED)  ## start again from answers of 100,000 mentees and verify them, in five minutes
	$(BIN)/python -m benchmarks.run answers

benchmark-million: $(MEASURED)  ## one run of 1,000,000 mentees, from CSV files to a verified answer
	$(BIN)/python -m benchmarks.run million

benchmark-kernel: $(MEASURED)  ## how far the kernel is from what a core can do, in a minute
	$(BIN)/python -m benchmarks.limits

benchmark-service: $(READY)  ## measure the service: a small job, answers under load, cancelling, 200 clients
	$(BIN)/python -m benchmarks.service

chaos: $(READY)  ## kill the service at random moments while 1,000 jobs run; nothing may be lost or doubled
	$(BIN)/python -m tests.service.chaos --jobs 1000 --record benchmarks/results/chaos.json
	$(BIN)/python -m benchmarks.service page

fuzz: $(READY)  ## search longer for counter-examples than CI has time for
	MATCHMAKER_FUZZ=1 $(BIN)/python -m pytest -n $(WORKERS)

clean:  ## remove what the targets made
	$(BIN)/python -c "import shutil; [shutil.rmtree(d, True) for d in ('site', 'dist', 'build', 'out', '.pytest_cache', '.mypy_cache', '.ruff_cache')]"
