# Two commands matter: `make run` and `make test`. Everything they need is fetched into this folder.
.DEFAULT_GOAL := help
.PHONY: help run setup install test test-slow lint clean

# The first Python that really runs and is new enough; a shim on PATH may be hollow.
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
  "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1 \
  && echo "$$p" && break; done)

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1  \2/p' Makefile

run: install ## install what is missing, then start everything; Ctrl-C stops it
	@exec .venv/bin/frontdesk run

setup: install ## install, build and train without starting
	@$(PYTHON) scripts/set_up.py --train

install:
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed and none is on PATH." >&2; exit 1; }
	@$(PYTHON) scripts/set_up.py

test: install ## all tests but the long counts
	@.venv/bin/python scripts/run_tests.py

test-slow: install ## the long counts: kills, races, storms
	@nlu/.venv/bin/python -m pytest -q -m slow nlu/tests
	@.venv/bin/python -m pytest -q -m slow --timeout 1800

lint: install ## style, types and layers
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@cd web && npm run lint

clean: ## remove what was built; state under .frontdesk and the environments stay
	rm -rf .tools/stamps .tools/logs web/dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -not -path './nlu/.venv/*' -not -path './.tools/*' -prune -exec rm -rf {} +
