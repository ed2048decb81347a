# make run and make test are all that a newcomer needs; the rest serves development.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --constraint constraints.txt --editable
# Where labelled sentences and dated news lie; only model and findings need them.
SHARED ?= ../shared/data

.PHONY: run test quick lint types contracts suite docs model bench fuzz sizes clean

run: .venv/.core  ## the whole job on the shipped sample
	$(BIN)/bubblefear daily --sample

test: lint types contracts suite  ## everything that CI checks

quick: .venv/.dev  ## the fast tests alone
	$(BIN)/python -m pytest -q -x -m "not slow"

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

contracts: .venv/.dev
	$(BIN)/lint-imports

suite: .venv/.dev
	$(BIN)/python -m pytest -q -n 2

docs: .venv/.dev  ## regenerate the generated pages
	TERMINAL_WIDTH=80 $(BIN)/python -m bubblefear.cli.reference > docs/cli.md
	$(BIN)/python -m bubblefear.store.schema_docs > docs/schema.md

model: .venv/.dev  ## rebuild the embedded model (about an hour and a half on one core)
	$(BIN)/python -m models.sentiment --labels $(SHARED)/labels/train --news $(SHARED)/e2e
	$(BIN)/python -m models.sentiment.meaning --without tests/eval/story_pairs.csv \
		--news $(SHARED)/e2e/news_dev_2025-08_2025-12.csv.gz

bench: .venv/.dev
	$(BIN)/python -m bench

fuzz: .venv/.dev  ## 100,000 broken feeds, pages, dates, addresses and files
	$(BIN)/python -m bench fuzz

sizes: .venv/.dev  ## how often each test finds something where nothing is (500 worlds: a night)
	$(BIN)/python -m bench transmission_sizes

clean:
	rm -rf .venv build *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.core: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) .
	touch $@

.venv/.dev: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) ".[dev,torch]"
	touch $@ .venv/.core
