# Comitia's verbs. `make demo` and `make test` do all the set-up on a fresh machine with Python 3.11 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

PLAYGROUND := tools/playground/node_modules/.package-lock.json

.PHONY: install demo demo-teams playground test cover check fmt bench soak

install: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Comitia needs Python 3.11 or later: make PYTHON=python3.11 install"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Could not make a virtual environment: on Debian, apt-get install python3-venv"; exit 1; }
	@echo "Installing the pinned dependencies into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

demo: $(READY)
	@$(BIN)/comitia demo

demo-teams: $(READY) $(PLAYGROUND)
	@$(BIN)/comitia playground

# Microsoft's Agents Playground, which the browser tests drive too.
playground: $(PLAYGROUND)

$(PLAYGROUND): tools/playground/package.json tools/playground/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "Microsoft's Agents Playground needs Node.js 18 or later: on Debian, apt-get install nodejs npm"; exit 1; }
	@echo "Installing Microsoft's Agents Playground into tools/playground ..."
	@cd tools/playground && npm ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch $(PLAYGROUND)

test: $(READY)
	@! command -v npm >/dev/null || $(MAKE) -s playground
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
