# The front door of development: `make demo`, `make test`, `make check`, `make bench`. Needs Python 3.11 or newer and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test browser check lint types layers wheel schemas tour pictures format bench bench-screening clean

help:
	@echo "make demo    run the main job on a synthetic practice"
	@echo "make test    run the tests"
	@echo "make browser let the tests that look at pages in a browser run (with the system's Chromium)"
	@echo "make check   lint, types, layers, and the tests against the built wheel"
	@echo "make bench   measure speed against named peers, as ratios (most of an hour, 20 GB on disk)"
	@echo "make bench-screening WORK=FOLDER  measure how well and how quickly people are found on a list"
	@echo "make format  format the code"
	@echo "make schemas write docs/schemas/ anew from the models"
	@echo "make tour    write what README's commands print into README"
	@echo "make pictures take the demo's pictures in README (with the system's Chromium)"
	@echo "make clean   remove what the others made"

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "credkit needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/base: $(VENV)/made pyproject.toml
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/dev: $(VENV)/base pyproject.toml
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

demo: $(VENV)/base
	$(BIN)/credkit demo

test: $(VENV)/dev
	$(BIN)/pytest -n auto

# Lets the tests that look at pages in a browser run: the driver here, Chromium from the system.
browser: $(VENV)/dev
	$(BIN)/pip install --quiet --editable '.[browser]'

check: lint types layers wheel

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

layers: $(VENV)/dev
	$(BIN)/lint-imports

# A user installs the wheel, not the checkout: the tests run against it, in an environment of its own, from a folder where
# the checkout's package cannot be imported by accident.
wheel: $(VENV)/dev
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m build --quiet --wheel --outdir build/wheel
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/pip install --quiet "$$(ls build/wheel/*.whl)[dev]"
	cp -r tests docs contrib pyproject.toml README.md build/wheel/
	cd build/wheel && CREDKIT_TESTED=wheel venv/bin/pytest -n auto

schemas: $(VENV)/dev
	$(BIN)/python docs/schemas/write.py

tour: $(VENV)/dev
	$(BIN)/python docs/tour/play.py

pictures: browser
	$(BIN)/python docs/tour/pictures.py

format: $(VENV)/dev
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

$(VENV)/bench: $(VENV)/dev pyproject.toml
	$(BIN)/pip install --quiet --editable '.[bench]'
	@touch $@

bench: $(VENV)/bench
	$(BIN)/python -m bench
	$(BIN)/python -m bench status-grown expiry-grown today-grown sweep-grown
	$(BIN)/python -m bench.screening

# WORK is a folder with a list, a roster and the truth; without one a small one is made.
bench-screening: $(VENV)/bench
	$(BIN)/python -m bench.screening $(WORK) --verbose

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis bench/work credkit-demo
