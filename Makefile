# make run and make test are all that a newcomer needs; the rest serves development.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --constraint constraints.txt --editable
# Where labelled sentences and dated news lie; only model and findings need them.
SHARED ?= ../shared/data

.PHONY: run test quick lint types contracts suite browser chromium pages docs site \
	screenshots model bench fuzz sizes audit faults longrun clean

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

suite: .venv/.dev chromium
	$(BIN)/python -m pytest -q -n 2

browser: .venv/.dev chromium  ## the browser tests alone
	$(BIN)/python -m pytest -q -n 2 -m browser

# Where it cannot be had, the browser tests are skipped and say so.
chromium:  ## the browser and the fonts that the browser tests need
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
			&& apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
				--no-install-recommends chromium fonts-noto-cjk >/dev/null; } \
		|| echo "No chromium here and none to be installed: browser tests will be skipped." >&2

pages: .venv/.dev  ## seconds that each kind of page takes (BUBBLEFEAR_BENCH_DB names a database)
	$(BIN)/python -m bench page_times

screenshots: .venv/.dev chromium  ## photograph the review's pages for docs/img
	$(BIN)/python docs/refresh_screenshots.py

docs: .venv/.dev  ## regenerate the generated pages
	TERMINAL_WIDTH=80 $(BIN)/python -m bubblefear.cli.reference > docs/cli.md
	$(BIN)/python -m bubblefear.store.schema_docs > docs/schema.md
	$(BIN)/python docs/list_decisions.py > docs/decisions.md
	PYTHONPATH=. $(BIN)/python docs/list_benchmarks.py

site: .venv/.dev  ## the documents as pages, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

model: .venv/.dev  ## rebuild the embedded model (about an hour and a half on one core)
	$(BIN)/python -m models.sentiment --labels $(SHARED)/labels/train --news $(SHARED)/e2e
	$(BIN)/python -m models.sentiment.meaning --without tests/eval/story_pairs.csv \
		--news $(SHARED)/e2e/news_dev_2025-08_2025-12.csv.gz

bench: .venv/.dev  ## every benchmark beside its peer (25 minutes; BUBBLEFEAR_BENCH_DB: real news)
	$(BIN)/python -m bench

fuzz: .venv/.dev  ## 100,000 broken feeds, pages, dates, addresses and files
	$(BIN)/python -m bench.fuzz

sizes: .venv/.dev  ## how often each test finds something where nothing is (500 worlds: a night)
	$(BIN)/python -m bench transmission_sizes

audit: .venv/.dev  ## the pins against published advisories (needs the network; no part of make test)
	$(BIN)/python .ci/audit.py

# The same seed gives the same runs: SEED=7 others, make faults ONLY=12 the one alone.
N ?= 300
SEED ?= 20260105
faults: .venv/.dev  ## N commands killed, starved, locked out and lied to, and run again
	$(BIN)/python -m bench.faults $(N) --seed $(SEED) $(if $(ONLY),--only $(ONLY)) \
		--json bench/results-faults.json

DAYS ?= 60
longrun: .venv/.dev  ## 60 simulated days of the daily job, each vintage rebuilt at the end
	$(BIN)/python -m bench.longrun $(DAYS)

clean:
	rm -rf .venv build site *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.core: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) .
	touch $@

.venv/.dev: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) ".[dev,torch,ray]"
	touch $@ .venv/.core
