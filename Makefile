# Every command of the project; `make` alone lists them.

PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin

# A uv that merely stands on PATH is not enough: it has to run.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .tools/bin/uv)
UV_FILE := $(filter .tools/bin/uv,$(UV))

export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
ifneq ($(shell test -w "$$HOME" && echo writable),writable)
export UV_CACHE_DIR := $(CURDIR)/.tools/cache
export PIP_NO_CACHE_DIR := 1
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test browser screens quick check lint format openapi bench quality soak lock python

help: ## list the commands
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: .venv/.run-stamp ## make the environment in .venv

demo: setup ## sample data, a full matching run, then serve (PORT=8000)
	@$(BIN)/taysir demo --port $(PORT)

serve: setup ## serve the database that TAYSIR_DATABASE_URL names (PORT=8000)
	@$(BIN)/taysir serve --port $(PORT)

test: browser ## every test, on SQLite and a real PostgreSQL, pages in a real browser
	@$(BIN)/python -m pytest -n 2 $(ARGS)

browser: .venv/.test-stamp ## find a Chromium for the tests of the pages, or install one
	@$(BIN)/python -m tests.web.browser

screens: browser ## draw docs/screens anew, in English and Arabic
	@$(BIN)/python -m tests.web.screens

quick: .venv/.test-stamp ## only the tests that need no database or server
	@$(BIN)/python -m pytest -m pure $(ARGS)

check: lint ## what the build runs beside the tests: style, types, import contracts, dead code, dependencies
	@echo "mypy" && $(BIN)/mypy
	@echo "import contracts" && $(BIN)/lint-imports --no-cache
	@echo "dead code" && ! $(BIN)/vulture | grep -v "unused variable" # columns, fields and words are read by name
	@echo "dependencies" && $(BIN)/deptry .
	@echo "security" && $(BIN)/bandit --quiet --configfile pyproject.toml --recursive app matching

lint: .venv/.test-stamp ## ruff: rules and format
	@echo "ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .

format: .venv/.test-stamp ## let ruff mend what it can
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

openapi: .venv/.test-stamp ## write docs/openapi.json and docs/settings.md anew
	@$(BIN)/python -m tests.house.documents

bench: .venv/.test-stamp ## the figures of the benchmark
	@$(BIN)/taysir bench $(ARGS)

quality: setup ## measure the engine on the judged pairs and write docs/quality.md
	@$(BIN)/taysir evaluate --write docs/quality.md

soak: browser ## the long runs: truth table, withdrawals, kills, planted bugs, pages in six languages (ARGS="--triples 100000 …")
	@$(BIN)/python -m pytest tests/soak -s $(ARGS)
	@AXE_LANGUAGES="ar en es fr ru zh" $(BIN)/python -m pytest tests/web/test_access_for_all.py

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

lock: $(UV_FILE) ## compile the three lock files anew from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(COMPILE) $(ARGS) pyproject.toml --extra postgres -o requirements.lock
	@$(COMPILE) $(ARGS) pyproject.toml --extra postgres --group test --group bench -c requirements.lock -o requirements-test.lock
	@$(COMPILE) $(ARGS) --group tools -o requirements-tools.lock

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install the Debian package python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, this is $$($(PYTHON) --version): set PYTHON to a newer one." >&2; exit 1; }

.tools/bin/uv: requirements-tools.lock | python
	@$(PYTHON) -m ensurepip --version >/dev/null 2>&1 || { echo "Python cannot make environments: install the Debian package python3-venv." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .tools
	@.tools/bin/pip install --quiet --require-hashes -r requirements-tools.lock
	@touch $@

.venv/bin/python: | python $(UV_FILE)
	@$(UV) venv --quiet --clear --python $(PYTHON) .venv

# $(1): the lock to bring .venv in line with.
define install
@$(UV) pip sync --quiet --python .venv --require-hashes $(1)
@$(UV) pip install --quiet --python .venv --no-deps --build-constraints requirements-tools.lock -e .
endef

# Where the test packages are in, the smaller lock would take them out again: the larger one holds both.
.venv/.run-stamp: requirements.lock pyproject.toml | .venv/bin/python
	$(call install,$$(test -e .venv/.test-stamp && echo requirements-test.lock || echo requirements.lock))
	@touch $@

.venv/.test-stamp: requirements-test.lock requirements.lock pyproject.toml | .venv/bin/python
	$(call install,requirements-test.lock)
	@touch .venv/.run-stamp $@
