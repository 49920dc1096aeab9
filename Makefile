# Everything installs what it needs: `make demo` and `make test` work on a fresh Debian or Ubuntu.
.DEFAULT_GOAL := help
.PHONY: help setup system apparmor r tools lock check lint unit test bench demo web web-check clean

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
STAMP := $(VENV)/.installed

help: ## tell what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

system: ## install the Debian packages that jails need
	@bash scripts/system_packages.sh

apparmor: ## install AppArmor's leave for bubblewrap where Ubuntu asks for one
	@bash scripts/apparmor.sh

r: ## install R, for modules in R
	@bash scripts/r.sh

$(STAMP): pyproject.toml requirements.lock scripts/setup.sh
	@PYTHON=$(PYTHON) bash scripts/setup.sh $(VENV)
	@touch $@

setup: system $(STAMP) ## set up the project's Python, the studio, the scripts' default environment and the modules'
	@sh scripts/web.sh fresh
	@$(RUN)/bottega environment create default
	@$(RUN)/bottega environment create bottega

tools: ## set up what only tests need
	@bash scripts/test_tools.sh

lock: $(STAMP) ## resolve both locks anew
	@bash scripts/lock.sh $(RUN)/uv

web: $(STAMP) ## build the studio in the browser
	sh scripts/web.sh build

web-check: $(STAMP) ## its types, lint and tests
	sh scripts/web.sh check

lint: $(STAMP)
	$(RUN)/ruff format --check src tests bench hatch_build.py
	$(RUN)/ruff check src tests bench hatch_build.py
	$(RUN)/lint-imports
	$(RUN)/mypy

check: setup lint web-check ## the fast part, for daily use
	$(RUN)/pytest -q -n 2 --dist loadfile -m "not slow"

test: setup tools lint web-check ## everything, slow suites too, with coverage
	$(RUN)/coverage erase
	$(RUN)/coverage run -m pytest -q -n 2 --dist loadfile --ignore tests/e2e
	$(RUN)/coverage run -m pytest -q -n 2 --dist loadfile tests/e2e
	$(RUN)/coverage combine -q
	$(RUN)/coverage report --fail-under=85

bench: setup ## measure, each number as a ratio against a peer in the same run
	$(RUN)/python -m bench

demo: setup ## run the main job over real data in the jail, then publish web services and call them
	@bash scripts/demo.sh $(RUN)

clean: ## remove what was built here
	rm -rf $(VENV) web/node_modules src/bottega/server/static/app .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* .test demo
