# 两个命令就够：make refresh（跑一遍主流程）、make test（跑全部测试）。其余目标见 make help。
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Of another Python there is no stamp, and .venv is made anew.
VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())')
STAMP := $(VENV)/.installed-$(VERSION)
SPARK_STAMP := $(VENV)/.spark-installed-$(VERSION)
SPARK_SERVER := var/spark-server

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo \
		"gonghui needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $(VERSION): make PYTHON=python3.13 $(MAKECMDGOALS)"; exit 2; }
	test -e $@ || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m orchestration.maintaining.install
	@touch $@

install: $(STAMP)  ## the locked environment in .venv

# The second engine is no part of `make install`; what both need has one version in both files.
$(SPARK_STAMP): $(STAMP) requirements-spark.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock
	@touch $@

engine-spark: $(SPARK_STAMP)  ## the locked packages of `gonghui refresh --engine spark`, 80 MB, into the same .venv

refresh: $(STAMP)  ## land, build, audit and publish (the sample exports, until something was landed)
	$(BIN)/gonghui refresh

test: $(SPARK_STAMP)  ## every test, and which lines and branches of the Python none of them runs
	$(BIN)/python -m orchestration.maintaining.install
	$(BIN)/python -m slipcover --branch --source orchestration --skip-covered -m pytest

# Of the version that requirements-spark.lock has the client of.
$(SPARK_SERVER)/.installed: requirements-spark.lock
	$(PYTHON) -m venv --clear $(SPARK_SERVER)
	$(SPARK_SERVER)/bin/python -m pip install --quiet --disable-pip-version-check \
		"pyspark==$$(sed -n 's/^pyspark-client==\([0-9.]*\).*/\1/p' $<)"
	@touch $@

test-spark: $(SPARK_STAMP) $(SPARK_SERVER)/.installed  ## the second engine's tests on Spark itself, before a release: Java 17 (JAVA_HOME), 500 MB, half an hour
	$(BIN)/python -m tests.second_engine.on_spark $(SPARK_SERVER)

lint: $(STAMP)  ## ruff, mypy and sqlfluff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	GONGHUI_BUILD_DB=:memory: $(BIN)/sqlfluff lint dbt_project/models dbt_project/tests analyses

demo: $(STAMP)  ## an invented province at full size, refreshed in var/demo, and where its documents lie (4 GB, minutes)
	$(BIN)/python -m benchmarks.demo

docs: $(STAMP)  ## dbt's documentation as one page, docs/site/index.html, no server and no network needed
	$(BIN)/python -m orchestration.maintaining.docs_site docs/site/index.html

verdict-diff: $(STAMP)  ## which verdicts the working tree changes: make verdict-diff BASE=HEAD~1 [HOME_DIR=…] [REFERENCE_DIR=…]
	@$(BIN)/python -m orchestration.maintaining.verdict_diff $(if $(HOME_DIR),--home "$(HOME_DIR)") \
		$(if $(REFERENCE_DIR),--reference "$(REFERENCE_DIR)") -- "$(BASE)"

clauses: $(STAMP)  ## docs/clauses.md and its seed: what answers each clause; what edits of the seeds are compared with
	$(BIN)/python -m orchestration.maintaining.clause_coverage
	$(BIN)/python -m orchestration.maintaining.transcription

marts: $(STAMP)  ## docs/marts.md: how the published tables hang together
	@$(BIN)/python -m orchestration.maintaining.marts_diagram

catalogue: $(STAMP)  ## what people are told, gathered out of the source for translation, and compiled
	@$(BIN)/python -m orchestration.maintaining.catalogue

templates: $(STAMP)  ## the shipped Word templates of the documents, anew
	@$(BIN)/python -m orchestration.maintaining.word_templates

superset: refresh  ## bi/superset/, the dashboard as an import bundle, anew out of what was published
	$(BIN)/python -m orchestration.superset bi/superset

superset-bundle:  ## bi/superset.zip, for Superset's page Dashboards › Import
	rm -f bi/superset.zip
	$(PYTHON) -m zipfile -c bi/superset.zip bi/superset

mutate: $(SPARK_STAMP)  ## change each rule of SQL, seeds and Python, one at a time, and see whether a test notices
	$(BIN)/python -m tests.mutation
	$(BIN)/python -m tests.mutation.python

torture: $(STAMP)  ## kill -9 refreshes at random moments, KILLS=200 times, ENGINE=spark of the second engine; goes on where it was interrupted
	$(BIN)/python -m tests.faults.torture --kills $(or $(KILLS),200) --engine $(or $(ENGINE),duckdb)

fuzz: $(STAMP)  ## land mutated exports, FUZZ=5000 of each kind, other ones each time
	FUZZ=$(or $(FUZZ),5000) $(BIN)/python -m pytest --timeout 0 tests/fuzz

bench: $(STAMP)  ## a hand-written floor and the product in turn, then peers, into benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks.run --scale 0.1 --pairs 5
	$(BIN)/python -m benchmarks.run --scale 1 --pairs 3
	$(BIN)/python -m benchmarks.peers
	$(BIN)/python -m benchmarks.workbook
	$(BIN)/python -m benchmarks.office_files
	$(BIN)/python -m benchmarks.lost_keys --scale 1
	$(BIN)/python -m benchmarks.reading --scale 1
	$(BIN)/python -m benchmarks.fixed
	$(BIN)/python -m benchmarks.tricks

bench-engines: $(SPARK_STAMP) $(SPARK_SERVER)/.installed  ## DuckDB, Sail and Spark over the same landed exports, SCALES="0.1 1 10"; Java 17
	$(BIN)/python -m benchmarks.engines --scales $(or $(SCALES),0.1 1) --spark $(SPARK_SERVER)

serve: $(STAMP)  ## Dagster's UI and daemon on http://127.0.0.1:3000
	$(BIN)/gonghui serve

lock: $(STAMP)  ## pin requirements.lock and requirements-spark.lock anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --generate-hashes --no-strip-extras --extra dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-strip-extras --extra spark --constraint requirements.lock pyproject.toml -o requirements-spark.lock

.PHONY: help install engine-spark refresh test test-spark lint demo docs verdict-diff clauses marts catalogue superset superset-bundle mutate torture fuzz bench bench-engines serve lock
