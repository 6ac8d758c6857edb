# Comitia's verbs. `make demo` and `make test` do all the set-up on a fresh machine with Python 3.11 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: install demo test cover check fmt bench soak

install: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Comitia needs Python 3.11 or later: make PYTHON=python3.11 install"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Could not make a virtual environment: on Debian, apt-get install python3-venv"; exit 1; }
	@echo "Installing the pinned dependencies into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

demo: $(READY)
	@$(BIN)/comitia demo

test: $(READY)
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup

cover: $(READY)
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup --cov --cov-report=term

check: $(READY)
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: run make fmt"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/comitia check --config app.yaml > /dev/null

fmt: $(READY)
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

bench: $(READY)
	@$(BIN)/python -m tests.benchmarks --write bench.json

soak: $(READY)
	@$(BIN)/python -m tests.soak
