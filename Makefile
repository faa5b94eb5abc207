# Everything runs inside .venv, which is made from python3's own venv and the hash-locked requirements.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOAD ?=
NUMBERS ?=
SEEDS ?= 2000
SEED ?= 0

.DEFAULT_GOAL := help
.PHONY: help install demo up test contracts check format openapi sim crash orders memory processes planted \
	mutants triples deviations bench lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/.installed: requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

install: $(VENV)/.installed ## Make .venv with everything in it

demo: install ## The main job on embedded parts; LOAD=<folder of recorded QuickBooks objects> NUMBERS=keep
	@$(BIN)/quickbooks-sync demo $(if $(LOAD),--load $(LOAD)) $(if $(NUMBERS),--numbers $(NUMBERS))

up: install ## Everything in one command, stays up until Ctrl-C
	@$(BIN)/quickbooks-sync up --sandbox

test: install ## All tests
	@$(BIN)/python -m pytest

contracts: install ## Third-party QuickBooks clients against the sandbox
	@$(BIN)/python -m pytest tests/contracts

check: install ## Format, lint, types, import contracts, migrations on both databases, OpenAPI file
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.store.check_migrations
	@$(BIN)/quickbooks-sync openapi --check openapi/openapi.json
	@$(BIN)/quickbooks-sync handbook --check docs

format: install ## Format and fix what can be fixed by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

openapi: install ## Write openapi/openapi.json
	@$(BIN)/quickbooks-sync openapi --write openapi/openapi.json

sim: install ## Simulated histories with faults; SEEDS=2000 SEED=0
	@$(BIN)/python -m tests.simulation --histories $(SEEDS) --seed $(SEED)

crash: install ## Die at every durable step of fixed histories, and again during recovery, on both databases
	@$(BIN)/python -m tests.crash --seed $(SEED)

orders: install ## 200 histories in ten orders each: one final state per history
	@$(BIN)/python -m tests.simulation --orders --histories 200 --seed $(SEED)

memory: install ## A QuickBooks that remembers request ids for ever, for a day, or not at all
	@$(BIN)/python -m tests.simulation --histories 300 --seed $(SEED) \
		--memory forever --memory day --memory none --memory none-late

processes: install ## Real workers that are killed, stopped and frozen, on real servers
	@$(BIN)/python -m tests.processes

planted: install ## Plant single mistakes in a copy of the engine; the suite has to notice each
	@$(BIN)/python -m tests.planted

mutants: install ## How many small changes to the core and the ledger the tests notice
	@$(BIN)/python -m tests.mutants

triples: install ## 20,000 random triples, shuffled: all end in an empty plan
	@$(BIN)/python -m tests.core.triples

deviations: install ## Plant single mistakes in the sandbox; the contract suite has to notice each
	@$(BIN)/python -m tests.contracts.deviations

bench: install ## Measure syncs and pushes on both databases, and the sandbox with 100,000 transactions
	@$(BIN)/python -m tests.bench

lock: install ## Renew the locked requirements (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements/runtime.txt
	uv pip compile pyproject.toml --group dev --all-extras --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements/dev.txt
	uv pip compile --group tap --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements/tap.txt

clean: ## Remove what was built
	rm -rf $(VENV) $(VENV)-tap build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis var
