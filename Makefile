# Mahnwerk's commands. `make` alone lists them. Needs Python 3.11 or newer, git and GNU make 3.81+.
# Everything is installed into .venv; PYTHON=python3.12 picks the interpreter it is made from.

.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The first interpreter found that is new enough; the version itself is checked when it is used.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && \
	{ echo "$$p"; break; }; done)

# Test processes: as many as there are cores. `make test JOBS=1 ARGS="-k ledger"` narrows it down.
JOBS ?= auto
ARGS ?=
PYTEST := PYTHONPATH=tests/house $(BIN)/python -m pytest -p house_skips -n $(JOBS) $(ARGS)
OUR_PYTHON := core connectors config cli sandbox tests $(wildcard bench) $(wildcard docs)

.PHONY: help demo test run check install format lint type arch spell generated docs cov \
	contract cassettes golden live bench lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | \
		awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { \
		echo "make: no Python 3.11 or newer found; install one or name it: make PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "make: $(PYTHON) is not Python 3.11 or newer; name another one: make PYTHON=python3.12" >&2; \
		exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV) || { \
		rm -rf $(VENV); \
		echo "make: $(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; \
		exit 1; }
	@echo "Installing what requirements.lock names into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes -r requirements.lock || { \
		echo "make: pip could not install requirements.lock (its message stands above); mend that and run make again" >&2; \
		exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . || { \
		echo "make: pip could not install mahnwerk itself (its message stands above)" >&2; \
		exit 1; }
	@touch $(STAMP)

install: $(STAMP) ## make .venv from requirements.lock (hashes checked) and install mahnwerk into it
	@echo "Installed in $(VENV): $(BIN)/mahnwerk --help"

demo: $(STAMP) ## the whole way once: import, run, approve, send, into a throw-away home
	@$(BIN)/mahnwerk demo

run: $(STAMP) ## any command: make run ARGS="open-items --json"
	@$(BIN)/mahnwerk $(ARGS)

# What decides about money and time is tested to the last branch; a part of the suite (ARGS) cannot
# tell. Silent when it holds, so that the last line of `make test` stays that of pytest.
BRANCHES = found=$$($(BIN)/coverage report --include='core/domain/*' --fail-under=100) || { \
	echo "$$found"; \
	echo "make: not every branch of core/domain is tested (the list stands above)" >&2; exit 1; }

# First the tests that could mind the zone, under one that is half a day away from ours: not those of
# the house, of guards, of what breaks a connection and of processes that are killed. Then the whole
# suite under UTC, so that the last line speaks of every test. Only the rules are measured there, which
# must be covered to the last branch: measuring everything (`make cov`) takes half as long again.
ZONELESS := tests/house tests/known_failures/test_guards_bite.py tests/contract/test_contract_bites.py \
	tests/contract/test_contract_demo.py tests/contract/test_contract_lexoffice_variants.py
ZONELESS_TOO := tests/connectors/test_http_*.py tests/e2e/test_lexoffice_faults*.py \
	tests/e2e/test_lexoffice_kill*.py tests/sandbox/test_lexoffice_sandbox_faults.py
test: $(STAMP) ## the whole suite, in two time zones, with branch coverage of the rules
	TZ=Pacific/Auckland $(PYTEST) -q -k "not postgres" $(ZONELESS:%=--ignore=%) \
		$(foreach each,$(ZONELESS_TOO),--ignore-glob='$(each)')
	TZ=UTC $(PYTEST) --cov=core/domain --cov-report=term:skip-covered
	@$(if $(ARGS),,$(BRANCHES))

cov: $(STAMP) ## branch coverage as pages under htmlcov/
	TZ=UTC $(PYTEST) -q --cov --cov-report=html --cov-report=term:skip-covered

contract: $(STAMP) ## what every connector owes: suites, broken connectors, cassettes
	TZ=UTC $(PYTEST) -q tests/contract

cassettes: $(STAMP) ## record the cassettes anew against the sandbox; then make golden, and look
	PYTHONPATH=.:tests/contract $(BIN)/python tests/contract/record.py

golden: $(STAMP) ## write the golden files anew; the difference is yours to review
	MAHNWERK_WRITE_GOLDEN=1 $(BIN)/python -m pytest -q tests/contract/test_cassettes.py \
		tests/contract/test_contract_datev.py

live: $(STAMP) ## read-only checks of the real lexoffice, with MAHNWERK_LIVE_LEXOFFICE_KEY
	@test -n "$$MAHNWERK_LIVE_LEXOFFICE_KEY" || { \
		echo "make live: set MAHNWERK_LIVE_LEXOFFICE_KEY to a key of the account to be read" >&2; \
		exit 1; }
	$(BIN)/python -m pytest -q --assert=plain --tb=short tests/contract/live_lexoffice.py

check: lint type arch spell docs ## everything but the suite: style, types, layers, spelling, docs

format: $(STAMP) ## put the code into the one form
	$(BIN)/ruff format $(OUR_PYTHON)
	$(BIN)/ruff check --fix $(OUR_PYTHON)

lint: $(STAMP) ## ruff: form and rules
	$(BIN)/ruff format --check $(OUR_PYTHON)
	$(BIN)/ruff check $(OUR_PYTHON)

type: $(STAMP) ## mypy --strict
	$(BIN)/mypy

arch: $(STAMP) ## import-linter: who may import whom
	$(BIN)/lint-imports

spell: $(STAMP) ## codespell over code and English texts
	git ls-files -z | xargs -0 $(BIN)/codespell

docs: $(STAMP) ## docs, form of files, sizes, lock file, leaks, and generated files up to date
	$(BIN)/python tests/house/check_files.py
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m pytest -q tests/house/test_docs.py tests/house/test_commands_in_docs.py \
		tests/house/test_sizes.py tests/house/test_lock.py tests/house/test_no_leaks.py

generated: $(STAMP) ## write the files that are generated from the code
	$(BIN)/python docs/generate.py

bench: $(STAMP) ## measure; the figures go to docs/performance.md
	$(BIN)/python -m bench --write

lock: ## resolve pyproject.toml anew into requirements.lock (needs uv)
	@command -v uv >/dev/null || { \
		echo "make lock: uv is missing; see docs/development.md for how to get it" >&2; exit 1; }
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate $(ARGS) -o requirements.lock

clean: ## remove .venv and everything that tools leave behind; data in MAHNWERK_HOME stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		.coverage .coverage.* htmlcov build dist *.egg-info
	test ! -e demo-home/.mahnwerk-demo || rm -rf demo-home
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
