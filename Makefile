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
OUR_PYTHON := core connectors config cli webhook_app worker sandbox tests $(wildcard bench) $(wildcard docs)

.PHONY: help demo test run check install format lint type arch spell generated docs cov \
	contract cassettes golden live fire bench lock clean

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

# What decides about money and time is tested to the last branch, by its own tests and a few of the
# services that use it: measuring costs two thirds of the time again, so the whole suite is not
# measured (`make cov` does). A part of the suite (ARGS) cannot tell.
RULES := tests/domain tests/config $(wildcard tests/services/test_bank_lines*.py \
	tests/services/test_claims*.py tests/services/test_fact_wording.py \
	tests/services/test_links*.py tests/services/test_run_diff.py tests/store/test_store_twins.py)
BRANCHES = TZ=UTC $(PYTEST) -q -k "not postgres" $(RULES) --cov=core/domain --cov-report= && \
	{ found=$$($(BIN)/coverage report --include='core/domain/*' --fail-under=100) || { \
	echo "$$found"; \
	echo "make: not every branch of core/domain is tested (the list stands above)" >&2; exit 1; }; }

# First what turns instants into days or days into instants, under a zone that is half a day away
# from ours: the clocks of platforms and stand-ins, days of files, letters and mails, what is due,
# synced, booked, sent, reported, taken back or kept until when, the hours of the worker, and one
# story of each kind from end to end. Then the rules alone, measured. Then the whole suite under UTC,
# so that the last line speaks of every test.
ZONED := tests/channels tests/config tests/connectors/datev_csv $(wildcard \
	tests/cli/test_cli_default_date.py tests/cli/test_cli_people.py tests/cli/test_cli_way.py \
	tests/cli/test_onboard_command.py tests/cli/test_sync_command.py \
	tests/connectors/test_lexoffice_[cdmps]*.py tests/connectors/test_sevdesk_*.py \
	tests/connectors/test_stripe_[eflmprst]*.py \
	tests/contract/test_cassettes.py tests/contract/test_contract_lexoffice.py \
	tests/contract/test_contract_sevdesk.py tests/contract/test_contract_stripe.py \
	tests/domain/test_bank_lines.py tests/domain/test_business_days.py \
	tests/domain/test_default_da*.py tests/domain/test_dunning_d*.py tests/domain/test_forecast.py \
	tests/domain/test_instalments.py tests/domain/test_ledger_due.py tests/domain/test_limitation.py \
	tests/domain/test_schedule.py \
	tests/e2e/test_lexoffice_truth.py tests/e2e/test_lexoffice_way.py \
	tests/e2e/test_office_story.py tests/e2e/test_replay_story.py tests/e2e/test_sevdesk_way.py \
	tests/e2e/test_stripe_way.py \
	tests/known_failures/test_07_w*.py tests/known_failures/test_08*.py \
	tests/known_failures/test_23*.py \
	tests/letters/test_letter_archive.py tests/letters/test_letter_mail.py \
	tests/letters/test_letter_words.py \
	tests/sandbox/test_lexoffice_sandbox_[cdpvw]*.py tests/sandbox/test_sevdesk_*.py \
	tests/sandbox/test_stripe_sandbox_[eloms]*.py \
	tests/services/test_bank_lines*.py tests/services/test_booked*.py \
	tests/services/test_deliver_catch_up.py tests/services/test_deliver_source.py \
	tests/services/test_doctor*.py tests/services/test_gate.py tests/services/test_inbox*.py \
	tests/services/test_onboard*.py \
	tests/services/test_platform_notices.py tests/services/test_poll*.py \
	tests/services/test_returned_mail.py tests/services/test_run.py \
	tests/services/test_sending_hours.py tests/services/test_sync*.py \
	tests/services/test_withdraw_sent.py \
	tests/store/test_store_budgets.py tests/store/test_store_deliveries.py \
	tests/store/test_store_events.py tests/store/test_store_quiet.py \
	tests/webhook_app/test_api_an*.py tests/webhook_app/test_hook_own.py \
	tests/worker/test_worker_days.py)
test: $(STAMP) ## the whole suite (the approval page in Chromium, if there is one), rules by branch
	TZ=Pacific/Auckland $(PYTEST) -q -k "not postgres" $(ZONED) $(if $(ARGS),|| test $$? -eq 5)
	$(if $(ARGS),,$(BRANCHES))
	TZ=UTC $(PYTEST)

# One after the other and with their figures: they look at the clock, so nothing else should run.
fire: $(STAMP) ## the big rigs: kills at every step, storms of events, two fleets, broken machines
	MAHNWERK_FIRE=full TZ=UTC PYTHONPATH=tests/house $(BIN)/python -m pytest -q -s --durations=20 \
		tests/fire $(ARGS)

cov: $(STAMP) ## branch coverage as pages under htmlcov/
	TZ=UTC $(PYTEST) -q --cov --cov-report=html --cov-report=term:skip-covered

contract: $(STAMP) ## what every connector owes: suites, broken connectors, cassettes
	TZ=UTC $(PYTEST) -q tests/contract

cassettes: $(STAMP) ## record the cassettes anew against the sandbox; then make golden, and look
	PYTHONPATH=.:tests/contract $(BIN)/python tests/contract/record.py

golden: $(STAMP) ## write the golden files anew; the difference is yours to review
	MAHNWERK_WRITE_GOLDEN=1 $(BIN)/python -m pytest -q tests/contract/test_cassettes.py \
		tests/contract/test_contract_datev.py

LIVE := $(if $(MAHNWERK_LIVE_LEXOFFICE_KEY),lexoffice) $(if $(MAHNWERK_LIVE_SEVDESK_KEY),sevdesk) \
	$(if $(MAHNWERK_LIVE_STRIPE_KEY),stripe)
live: $(STAMP) ## read-only checks of real accounts: MAHNWERK_LIVE_LEXOFFICE_KEY, _SEVDESK_KEY, _STRIPE_KEY
	@test -n "$(strip $(LIVE))" || { \
		echo "make live: set MAHNWERK_LIVE_LEXOFFICE_KEY, MAHNWERK_LIVE_SEVDESK_KEY or" \
			"MAHNWERK_LIVE_STRIPE_KEY to a key of the account to be read" >&2; \
		exit 1; }
	$(BIN)/python -m pytest -q --assert=plain --tb=short \
		$(foreach each,$(LIVE),tests/contract/live_$(each).py)

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
	$(MAKE) install && PYTHONPATH=tests/house $(BIN)/python tests/house/runtime_lock.py

clean: ## remove .venv and everything that tools leave behind; data in MAHNWERK_HOME stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		.coverage .coverage.* htmlcov build dist *.egg-info
	test ! -e demo-home/.mahnwerk-demo || rm -rf demo-home
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
