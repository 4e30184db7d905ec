# Every target sets up .venv by itself: python3 (3.11 or newer), make and a package registry are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo test check lint tests snapshots screenshots bench clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## Open the wizard against an embedded AWS; nothing of yours is touched
	@$(BIN)/panther-s3-wizard --demo

test: check ## Set up and run everything that CI runs

check: lint tests ## Format, lint, types, layers, and all tests with warnings as errors

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

tests: $(READY)
	$(PYTEST) -n 4 --dist=worksteal

snapshots: $(READY) ## Take the screens' snapshots anew; look at every changed SVG before committing it
	$(PYTEST) tests/snapshots --snapshot-update

screenshots: $(READY) ## Make README's picture by driving the wizard against the embedded AWS
	$(BIN)/python -m tests.screenshots

bench: $(READY) ## Measure, as ratios against baselines of the same run
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.responsiveness
	$(BIN)/python -m benchmarks.evaluator
	$(BIN)/python -m benchmarks.checks

clean: ## Remove the environment and everything built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up $(VENV)..." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev --editable '.[demo]'
	@touch $@
