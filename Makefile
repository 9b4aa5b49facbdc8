# Every target that needs Python makes .venv first; `make` alone lists the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check docs bench compile clean

python := .venv/bin/python

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with pinned packages (does nothing when it is up to date)
	@tools/setup.sh

demo: setup ## make the example project in demo-out, judge its releases, write the reports
	rm -rf demo-out
	.venv/bin/govkit demo demo-out --run
	@find "$$PWD/demo-out" -name '*.pdf' | sort

test: setup ## run every test with branch coverage
	$(python) -m pytest --cov --numprocesses auto --dist loadfile

check: setup ## format, lint, types, layers
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	$(python) -m mypy --strict
	$(python) -m pytest tests/test_layers.py

docs: setup ## write docs/commands from --help
	$(python) tools/write_command_docs.py

bench: setup ## measure start, assessment, report and catalogs against their budgets
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(python) "$$file" || exit 1; done

compile: setup ## compile frameworks/*.yaml to the JSON that loads fast
	$(python) -m govkit.catalogs.compiling

clean: ## remove everything these targets made
	rm -rf .venv demo-out build dist htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
