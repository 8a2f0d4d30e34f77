PYTHON ?= python3
BIN := .venv/bin
# The package pins its server with hashes; the older one is pinned here.
SUFFIX := $(shell $(PYTHON) -c 'import sys; print("python%d.%d" % sys.version_info[:2])').txt
installed = $(if $(wildcard $1),PIP_CONSTRAINT=$1) $(BIN)/python -m label_studio_orm.server install
SERVER := $(BIN)/python -m label_studio_orm.server install
OLD := 1.20.0
export DATABASE

.PHONY: demo docs test contract old-server faults fuzz round-trips reliability reach storages notebooks pictures templates constraints check record bench bench-safety bench-labels clean

demo: .venv/package  ## run the main workflow on a real server; KEEP=1 leaves it running
	$(SERVER)
	$(BIN)/python examples/quickstart.py $(if $(KEEP),--keep)

# Tests that need Chromium, PostgreSQL or an older server are skipped without it; the end lists them.
test: .venv/tests .bench/sdk0/ready  ## run every test; DATABASE=postgresql runs the live ones on PostgreSQL
	$(SERVER)
	$(BIN)/python -m pytest -n auto --dist worksteal tests/unit tests/wire tests/cassettes tests/meta tests/contract
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/live

docs: .venv/docs  ## build the documentation site in build/docs/html; warnings are errors
	$(BIN)/python -m sphinx -q -j auto -W --keep-going -n docs build/docs/html
	@echo "The site is build/docs/html/index.html."

old-server: .venv/package  ## install the older server that some tests need
	$(call installed,$(CURDIR)/tests/server-$(OLD)-$(SUFFIX)) $(OLD)

contract: .bench/sdk2/ready  ## write down what label-studio-sdk 2.1.2 sends, for tests/contract; ONLY=workspaces
	PYTHONPATH=tests .bench/sdk2/bin/python -m contract.capture $(ONLY)

faults: .venv/tests  ## 200 imports and batches under faults, 20 killed; SEEDS=10-20, KILLS=3, ONLY=batch
	$(SERVER)
	$(BIN)/python tests/faults/run.py $(if $(SEEDS),--seeds $(SEEDS)) $(if $(KILLS),--kills $(KILLS)) \
		$(if $(ONLY),--only $(ONLY))

fuzz: .venv/tests  ## 20,000 mutated responses of each kind of endpoint; SEED=, ROUNDS=, ONLY=, FIRST=
	PYTHONPATH=tests $(BIN)/python -m fuzz.run $(if $(SEED),--seed $(SEED)) \
		$(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only $(ONLY)) $(if $(FIRST),--first $(FIRST))

round-trips: .venv/tests  ## export and re-import 500 generated projects; ROUND_TRIPS=50 runs some
	$(SERVER)
	ROUND_TRIPS=$(or $(ROUND_TRIPS),500) $(BIN)/python -m pytest -k exported tests/live/test_round_trips.py

reliability: .venv/tests  ## regenerate docs/explanation/reliability.md
	$(SERVER)
	RELIABILITY=1 $(BIN)/python -m pytest tests/live/test_faults.py

reach: .venv/tests old-server  ## test each kind of server, and regenerate docs/explanation/servers.md; REACH=1.20.0 tests one
	$(SERVER)
	$(BIN)/python tests/reach/run.py $(if $(REACH),--only $(REACH))

storages: .venv/tests  ## regenerate the table of docs/guide/storages.md
	PYTHONPATH=tests $(BIN)/python -m support.shows

notebooks: .venv/tests  ## run the tutorials again, and store their outputs
	$(SERVER)
	PYTHONPATH=tests $(BIN)/python -m support.notebooks

pictures: .venv/tests  ## take the pictures of displays in docs/pictures again; ONLY=task for one
	$(SERVER)
	PYTHONPATH=tests $(BIN)/python -m support.pictures $(ONLY)

templates: .venv/package  ## regenerate the templates of labeling configs that the package ships
	$(SERVER)
	$(BIN)/python tests/templates.py

constraints: .venv/package  ## regenerate the constraints of the server, with hashes; needs all supported Pythons
	$(BIN)/python tests/constraints.py

check: .venv/tests  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

record: .venv/tests  ## record the cassettes again from a real server
	$(SERVER)
	rm -rf tests/cassettes/recorded
	RECORD=1 $(BIN)/python -m pytest tests/cassettes

bench: .venv/package .bench/sdk0/ready .bench/sdk2/ready  ## compare with other SDKs; QUICK=1, ONLY=annotations
	$(SERVER)
	$(BIN)/python benchmarks/run.py $(if $(QUICK),--quick) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(ONLY),--only $(ONLY))

bench-safety: .venv/package  ## measure the cost of fault tolerance; QUICK=1 for a short trial
	$(SERVER)
	$(BIN)/python benchmarks/safety.py $(if $(QUICK),--quick)

bench-labels: .venv/tests  ## compare configs, results and masks with label-studio-sdk; QUICK=1
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

.venv/docs: .venv/package docs/requirements.txt
	$(BIN)/python -m pip install -q -r docs/requirements.txt
	touch $@

.bench/%/ready: benchmarks/contenders/%.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install -q -r $<
	touch $@
