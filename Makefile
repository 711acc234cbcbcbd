# Two commands: `make demo` sets everything up and runs the main job; `make test` passes the tests.
# Windows: see README.md ("Windows").
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NPM := tests/web/node_modules/.installed

.PHONY: demo test lint check clean

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[office,planning,postgis,test]"
	@touch $(STAMP)

# The checkers of the page's JavaScript; without npm their tests skip on a laptop and fail in CI.
$(NPM): tests/web/package.json
	@if command -v npm >/dev/null; then npm --prefix tests/web install --no-package-lock --no-audit --no-fund --loglevel=error && touch $@; fi

# The main job on the shipped Bac Ninh layers, then on an invented workspace marked DEMO.
demo: $(STAMP)
	$(BIN)/parkgis status
	$(BIN)/parkgis map
	$(BIN)/parkgis report
	rm -rf build/demo
	$(BIN)/parkgis demo build/demo --seed 2026

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint $(NPM)
	$(BIN)/pytest -n 2 -q
	$(BIN)/pytest -n 2 -q --nbmake notebooks

clean:
	rm -rf build dist $(VENV) tests/web/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
