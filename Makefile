# One command for each thing one does here; `make` alone lists them.
#
# Everything lives in $(VENV). The stamp files in it say what was installed and when: nothing is installed
# again until pyproject.toml or constraints.txt changes. `make verify` needs no development tools and takes none.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

BIN := $(VENV)/bin
USER_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
BROWSER_STAMP := $(VENV)/.installed-browser
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
TYPES := types-linux types-darwin types-win32

.DEFAULT_GOAL := help
.PHONY: help verify test test-browser check lint types $(TYPES) imports bench format
.DELETE_ON_ERROR:

help:
	@echo 'make verify   prove every answer key in content/'
	@echo 'make test     run the tests; make test-browser, in headless Chromium'
	@echo 'make check    lint, types on three platforms, import contracts, tests: the one gate'
	@echo 'make bench    measure, and write benchmarks/results.json'
	@echo 'make format   bring the code into shape'
	@echo 'Each installs into $(VENV) what it needs. PYTHON=python3.12 chooses the interpreter, ARGS="..." adds options.'

verify: $(USER_STAMP)
	$(BIN)/quizkit verify content/ $(ARGS)

test: $(DEV_STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

# One after the other, so that the cheap checks speak first and pytest speaks last.
check: $(DEV_STAMP)
	$(MAKE) --no-print-directory lint types imports
	$(MAKE) --no-print-directory test

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TYPES)

# A cache each: in a shared one, every platform would throw away the work of the one before.
$(TYPES): types-%: $(DEV_STAMP)
	$(BIN)/mypy --platform $* --cache-dir .mypy_cache/$*

imports: $(DEV_STAMP)
	$(BIN)/lint-imports

test-browser: $(BROWSER_STAMP)
	$(BIN)/python -m pytest tests/browser -m browser $(ARGS)

bench: $(DEV_STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

format: $(DEV_STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	@command -v '$(PYTHON)' >/dev/null || { \
	    echo '$(PYTHON) was not found. Install Python 3.11 or newer, or name yours: make PYTHON=/path/to/python3' >&2; exit 2; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo 'quizkit needs Python 3.11 or newer, and $(PYTHON) is older. Name another: make PYTHON=python3.12' >&2; exit 2; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo '$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: sudo apt install python3-venv' >&2; exit 2; }
	'$(PYTHON)' -m venv --clear '$(VENV)'

$(USER_STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e .
	@touch $@

# What development needs includes what users need, so both stamps are set.
$(DEV_STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[dev]'
	@touch $(USER_STAMP) $@

$(BROWSER_STAMP): $(DEV_STAMP)
	$(INSTALL) -e '.[dev,browser]'
	@touch $@
