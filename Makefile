# Paperround. A fresh clone needs python3.11 (or newer) and make; each target sets up what it needs in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
ARGS ?=
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
CODE = bot handlers storage tests $(if $(BENCHMARKS),benchmarks)
BENCHMARKS = $(notdir $(basename $(filter-out %/__init__.py %/recording.py %/peer_queue.py %/shelf.py %/search_engines.py %/crowd.py %/bot_process.py %/discord_bot.py %/slack_bot.py,$(wildcard benchmarks/*.py))))
# The locks are complete, so pip need not resolve; files are checked against their hashes, compiled when first used.
INSTALL = $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --no-deps
PYTEST = $(BIN)/python -m pytest -n $(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench lock clean venv

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.runtime ## show a first digest, without any account (ARGS='…' go to paperround demo)
	@$(BIN)/paperround demo $(ARGS)

run: $(VENV)/.runtime ## run the bot with the settings of the environment and .env
	@$(BIN)/paperround run $(ARGS)

test: $(VENV)/.dev ## run the tests (ARGS='-k mute', WORKERS=0 for a single process)
	@$(PYTEST) $(ARGS)

check: $(VENV)/.dev ## everything that must hold before a merge: lint, format, types, imports, tests, coverage
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-logo
	$(PYTEST) --cov --cov-report= $(ARGS)
	$(BIN)/coverage report --include='bot/domain/*,bot/services/*' --fail-under=95

bench: $(VENV)/.dev ## run the benchmarks, one table each
	@set -e; for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m "benchmarks.$$name" $(ARGS); done

lock: ## renew the locks from pyproject.toml (UPGRADE=1 also takes newer versions)
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	"$(PYTHON)" -m venv "$$tools"; "$$tools/bin/python" -m pip install --quiet --disable-pip-version-check uv; \
	pin="$$tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links"; \
	$$pin $(if $(UPGRADE),--upgrade) pyproject.toml --group dev -o requirements-dev.lock; \
	$$pin pyproject.toml -c requirements-dev.lock -o requirements.lock; \
	$$pin --group build -c requirements-dev.lock -o requirements-build.lock

venv: $(VENV)/.dev ## set up .venv with everything

clean: ## remove .venv and whatever tools left behind
	rm -rf $(VENV) dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	"$(PYTHON)" -m venv $(VENV)

# Enough to run the bot, so that the first digest is not kept waiting by test tools.
$(VENV)/.runtime: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) …"
	@$(INSTALL) --require-hashes -r requirements.lock -r requirements-build.lock
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Adding the tools for tests and checks …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
