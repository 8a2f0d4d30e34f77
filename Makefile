PYTHON ?= python3
BIN := .venv/bin
# The package lists what its server takes, with hashes; what the older one takes is pinned here.
SUFFIX := $(shell $(PYTHON) -c 'import sys; print("python%d.%d" % sys.version_info[:2])').txt
installed = $(if $(wildcard $1),PIP_CONSTRAINT=$1) $(BIN)/python -m label_studio_orm.server install
SERVER := $(BIN)/python -m label_studio_orm.server install
PYTHONS := python3.10 python3.11 python3.12 python3.13
OLD := 1.20.0
export DATABASE

.PHONY: demo test old-server faults fuzz round-trips reliability reach storages constraints check record bench bench-safety bench-labels clean

demo: .venv/package  ## do the main job on a real server; KEEP=1 leaves it running
	$(SERVER)
	$(BIN)/python examples/quickstart.py $(if $(KEEP),--keep)

# Those that need chromium, PostgreSQL or an older server are skipped without it; the end says so.
test: .venv/tests  ## run every test; with DATABASE=postgresql the live ones run on PostgreSQL
	$(SERVER)
	$(BIN)/python -m pytest -n auto --dist worksteal tests/unit tests/wire tests/cassettes tests/meta
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/live

old-server: .venv/package  ## install the older server that some tests need
	$(call installed,$(CURDIR)/tests/server-$(OLD)-$(SUFFIX)) $(OLD)

faults: .venv/tests  ## 200 imports under faults, 20 killed; SEEDS=10-20 or KILLS=3 for some
	$(SERVER)
	$(BIN)/python tests/faults/run.py $(if $(SEEDS),--seeds $(SEEDS)) $(if $(KILLS),--kills $(KILLS))

fuzz: .venv/tests  ## 20,000 changed answers of each kind of endpoint; SEED=, ROUNDS=, ONLY=, FIRST=
	PYTHONPATH=tests $(BIN)/python -m fuzz.run $(if $(SEED),--seed $(SEED)) \
		$(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only $(ONLY)) $(if $(FIRST),--first $(FIRST))

round-trips: .venv/tests  ## 500 made-up projects exported and imported again; ROUND_TRIPS=50 for some
	$(SERVER)
	ROUND_TRIPS=$(or $(ROUND_TRIPS),500) $(BIN)/python -m pytest -k exported tests/live/test_round_trips.py

reliability: .venv/tests  ## write docs/reliability.md anew
	$(SERVER)
	RELIABILITY=1 $(BIN)/python -m pytest tests/live/test_faults.py

reach: .venv/tests old-server  ## try each server that people run, and write docs/servers.md anew; REACH=1.20.0 for one
	$(SERVER)
	$(BIN)/python tests/reach/run.py $(if $(REACH),--only $(REACH))

storages: .venv/tests  ## write the table of docs/storages.md anew
	PYTHONPATH=tests $(BIN)/python -m support.shows

constraints:  ## list anew what the server takes, with hashes; PYTHONS=python3.11 for one
	for python in $(PYTHONS); do $$python tests/constraints.py $$(sed -n 's/^VERSION = "\(.*\)"/\1/p' \
	  label_studio_orm/server/versions.py) || exit 1; done

check: .venv/tests  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

record: .venv/tests  ## record the cassettes anew from a real server
	$(SERVER)
	rm -rf tests/cassettes/recorded
	RECORD=1 $(BIN)/python -m pytest tests/cassettes

bench: .venv/package .bench/sdk0/ready .bench/sdk2/ready  ## measure beside others; QUICK=1 for a try
	$(SERVER)
	$(BIN)/python benchmarks/run.py $(if $(QUICK),--quick) $(if $(ROUNDS),--rounds $(ROUNDS))

bench-safety: .venv/package  ## measure what it costs to survive faults; QUICK=1 for a try
	$(SERVER)
	$(BIN)/python benchmarks/safety.py $(if $(QUICK),--quick)

bench-labels: .venv/tests  ## measure configs, results and masks beside label-studio-sdk; QUICK=1
	$(BIN)/python benchmarks/labels.py $(if $(QUICK),--quick)

clean:
	rm -rf .venv .bench .demo build *.egg-info .hypothesis .pytest_cache .mypy_cache .ruff_cache

.venv/package: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q -e .
	touch $@

.venv/tests: .venv/package tests/requirements.txt
	$(BIN)/python -m pip install -q -r tests/requirements.txt
	touch $@

.bench/%/ready: benchmarks/contenders/%.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install -q -r $<
	touch $@
