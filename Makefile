# `make demo` and `make test` set up all that they need in a virtual environment of their own; `make help` says the rest.

PYTHON ?= python3
VENV ?= .venv

BIN := $(abspath $(VENV))/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
C_SOURCES := $(wildcard templates/runtime/*.[ch] cython_optimizations/*.pyx cython_optimizations/*.pxd)
LOG := $(VENV)/build.log

.DEFAULT_GOAL := help
.PHONY: help demo test lint format sanitize checkers build clean setup
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PYTHON=... chooses the Python (3.11 or newer; now: $(PYTHON)), VENV=... the virtual environment (now: $(VENV))"

demo: $(VENV)/.built ## compile and validate the example
	@CNS_AOTC=$(BIN)/cns-aotc examples/demo.sh

test: lint ## all checks and all tests
	$(BIN)/python -m pytest -n auto --dist loadgroup

lint: $(VENV)/.built $(VENV)/.tools ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.tools ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sanitize: $(VENV)/.built $(VENV)/.tools ## the tests under ASan and UBSan, in a copy of the tree
	PYTHON=$(BIN)/python tools/sanitize.sh -n auto

checkers: $(VENV)/.built $(VENV)/.tools ## W3C suite and random shapes through emitted checkers, under ASan, UBSan, valgrind
	CNS_CHECKERS=sanitizers $(BIN)/python -m pytest tests/runtime/test_artifact.py -k checker
	CNS_CHECKERS=valgrind $(BIN)/python -m pytest tests/runtime/test_artifact.py -k checker

build: $(VENV)/.tools ## sdist and wheel, in dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation

clean: ## remove what was built, and the virtual environment
	rm -rf build dist *.egg-info cython_optimizations/*.c cython_optimizations/*.so cython_optimizations/*.a $(VENV)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis

setup: $(VENV)/.built $(VENV)/.tools ## the environment alone, for an editor

# ------------------------------------------------------------ the environment, made anew only where something changed

# The virtual environment, with what builds the package and Python's headers.
$(VENV)/.venv: tools/python_headers.py
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "cns needs Python 3.11 or newer; \
	$(PYTHON) is " + sys.version.split()[0] + ". Say which: make PYTHON=/path/to/python3")'
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python tools/python_headers.py
	@touch $@

# The editable package with its dependencies.
$(VENV)/.package: $(VENV)/.venv pyproject.toml setup.py $(wildcard tools/build_*.py)
	@echo "Installing cns (editable) and what it depends on; the C is compiled, which takes a minute ..."
	@$(PIP) install $$($(BIN)/python -c \
	'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])')
	@$(PIP) install --no-build-isolation --editable .
	@touch $@

# The extension modules, after a change to C or Cython.
$(VENV)/.built: $(VENV)/.package $(C_SOURCES)
	@$(BIN)/python setup.py --quiet build_ext --inplace > $(LOG) 2>&1 || { cat $(LOG); exit 1; }
	@touch $@

# What the checks and tests need.
$(VENV)/.tools: $(VENV)/.package
	@echo "Installing what the tests need ..."
	@$(PIP) install --no-build-isolation --editable '.[test]'
	@touch $@
