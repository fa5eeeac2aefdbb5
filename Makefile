# `make demo` and `make test` set up what they need; Python 3.11+ and make are enough.

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

PAGES := own_config.en sap_de.de as400_padded.fr
# The example pages: each a delivery and a language.

.PHONY: demo test lint types layers unit browser docs site packaging messages golden reports bench bench-corners clean

demo: .venv/installed
	$(BIN)/dsolint check examples || test $$? -eq 1

test: lint types layers unit

lint: .venv/made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Once as this system, once as Windows: what only POSIX has is an error there.
types: .venv/made
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32

layers: .venv/made
	$(BIN)/lint-imports

unit: .venv/made
	$(BIN)/pytest -n auto

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q dsolint
	touch $@

.venv/made: .venv/installed
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

docs: .venv/made
	$(BIN)/python docs/make.py
	$(BIN)/dsolint schema > schemas/datapackage.json

site: .venv/made
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --config-file docs/site/mkdocs.yml

messages: .venv/made
	$(BIN)/python docs/messages.py

# The pages in Chromium, which has to be installed; `make test` skips them where it is not.
browser: .venv/made tests/browser/node_modules
	$(BIN)/pytest tests/browser

tests/browser/node_modules: tests/browser/package-lock.json
	npm ci --prefix tests/browser --no-audit --no-fund
	touch $@

# What is built, in new environments: takes minutes and the package index; `make test` skips it.
packaging: .venv/made
	$(BIN)/pytest -m packaging

golden: .venv/made
	$(BIN)/python tests/golden.py

reports: export DSOLINT_HISTORY := no-history
reports: .venv/made
	COLUMNS=80 $(BIN)/dsolint check examples --lang en --today 2024-11-22 --output text=reports/examples.txt \
	    --output json=reports/examples.json --format json > /dev/null || test $$? -eq 1
	for page in $(PAGES); do \
	    (cd tests/deliveries && ../../$(BIN)/dsolint check $${page%.*} --lang $${page#*.} --today 2024-06-30 \
	        --output html=../../reports/$$page.html --format json > /dev/null || test $$? -eq 1) || exit 1; \
	done
	$(BIN)/python tests/browser/screenshots.py

# What to measure is in BENCH, such as BENCH="--rows 10000000 --peer dsolint"; see benchmarks/README.md.
bench: .venv/made
	$(BIN)/python -m benchmarks.run --json benchmarks/results/latest.json $(BENCH)

bench-corners: .venv/made
	$(BIN)/python -m benchmarks.corners --json benchmarks/results/corners.json $(BENCH)

clean:
	rm -rf .venv dist build tests/browser/node_modules
