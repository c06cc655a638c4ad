# Needs Python 3.11 or newer and make; everything else is brought in, at the versions of the lock.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV := 0.13.9

# What commands and pages load, compiled once: else each start spends a second of its own on it,
# for ever where the system forbids Python to keep what it compiles, as images of containers do.
LOADED := import logging; logging.disable(); \
	import plotly.graph_objects, st_aggrid, streamlit.web.bootstrap; \
	from engine.cli.main import PARTS, main; \
	[main.get_command(None, name) for name in PARTS]

# What tests write lies in memory where there is room: on a disk each commit waits for it, and each of
# 44,000 files and folders that half of the tests leave waits up to 1 ms to be deleted.
IN_MEMORY = $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4 * 2^20 {print "TMPDIR=/dev/shm"}')

# The first interpreter that runs, is new enough and can make an environment.
PYTHON = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

.DEFAULT_GOAL := help
.PHONY: help setup run test check format docs samples bench fuzz lock clean

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: $(READY)  ## the environment, from nothing

run: setup  ## the workbench in the browser
	@$(BIN)/workbench serve

test: setup  ## all tests, the browser's too
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.api.npm
	@PYTHONDONTWRITEBYTECODE= POLARS_MAX_THREADS=1 $(IN_MEMORY) $(BIN)/pytest -n 3 --dist loadscope  # a third one works while two wait for their browsers

check: setup  ## format, lint, floors, types, generated docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/python -m tests.reference --check

format: setup  ## lay the code out and fix what lint can fix
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

docs: setup  ## the generated parts of the README
	@$(BIN)/python -m tests.reference

samples: setup  ## the sample data
	@$(BIN)/python -c 'from pathlib import Path; from engine.samples.activity import write_shop; \
		write_shop(Path("data/samples"), 2_000)'

bench: setup  ## how long things take on this machine
	@$(BIN)/pytest tests/benchmarks -o python_files='bench_*.py' -p no:randomly -s

fuzz: setup  ## the laws, with 100,000 filters on tables by plain Python and compiled
	@$(BIN)/pytest -n 2 -m hypothesis --hypothesis-profile fuzz

lock: $(BIN)/uv  ## the lock, from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --quiet \
		--no-header --no-emit-index-url --output-file requirements.lock

clean:  ## away with everything that can be made again; data stays
	@rm -rf $(VENV) tests/api/javascript/node_modules *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml requirements.lock | $(BIN)/uv
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c '$(LOADED)'
	@touch $@

$(BIN)/uv:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with venv found as python3 or python3.11 to python3.14: \
	install one (on Debian: apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
