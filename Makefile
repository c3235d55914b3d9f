# wellclear: set up, check, test, measure, show. Needs git, make and Python 3.11 or newer with venv; nothing else.
#
#   make demo      set up and show the main job: plans checked, and three centres that tell each other; ONCE=1 ends by itself
#   make test      set up and run the tests
#   make check     set up and run linter, formatter, types, layers and architecture tests
#   make bench     set up and measure speed and memory beside careful shapely and rtree
#   make docs      set up and build the documentation into site/
#   make torture   set up and run the long campaigns; SEED=n repeats one
#   make setup     only set up .venv from requirements.lock
#   make lock      resolve pyproject.toml anew into requirements.lock
#   make clean     remove .venv and everything else that was made

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.set-up
SEED   ?= $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')
WORKERS ?= auto
PYTEST_ARGS ?=

PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup check test bench demo docs torture lock clean

help:
	@sed -n 's/^#   //p' Makefile

setup: $(STAMP)

# The stamp is made anew when what is installed must change; sources are installed in place and need no new set-up.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "wellclear needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo missing)."; \
	  echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "set up: environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "'$(PYTHON) -m venv' does not work here (on Debian and Ubuntu: apt-get install python3-venv)."; exit 1; }
	@echo "set up: packages from requirements.lock (about a minute the first time)"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@echo "set up: wellclear itself"
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/architecture $(PYTEST_ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(PYTEST_ARGS)

bench: $(STAMP)
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/bench_store.py
	$(BIN)/python benchmarks/bench_centre.py
	$(BIN)/python benchmarks/bench_links.py
	$(BIN)/python benchmarks/bench_dss.py
	$(BIN)/python benchmarks/bench_uss.py

demo: $(STAMP)
	@$(BIN)/wellclear demo $(if $(ONCE),--once)

docs: $(STAMP)
	$(BIN)/mkdocs build --strict

torture: $(STAMP)
	$(BIN)/python tools/torture.py --seed $(SEED)

lock:
	@$(PYTHON) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip --quiet --disable-pip-version-check install "uv==0.13.9"
	$(VENV)-lock/bin/uv --quiet pip compile pyproject.toml --universal --python-version 3.11 --all-extras --group dev \
	  --generate-hashes --no-annotate --custom-compile-command "make lock" --output-file requirements.lock

clean:
	rm -rf $(VENV) $(VENV)-lock site dist build demo-out bench-out torture-out .pytest_cache .mypy_cache .ruff_cache \
	  .hypothesis .import_linter_cache
