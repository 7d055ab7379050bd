# Everything a developer or operator does with a clone, one word each. `make demo` and `make test` prepare what they need.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help env demo test test-model lint bench docs image lock clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The server of the real model has an environment of its own: none of it is needed by PRISM.
MODEL := .venv-model
MODEL_STAMP := $(MODEL)/.installed
# How many processes share the tests: one for each processor, as long as memory for their containers lasts.
PROCESSES := auto --maxprocesses 4
# The lock is universal: one file serves every supported Python and platform.
COMPILE_ANY = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"
COMPILE = $(COMPILE_ANY) pyproject.toml
COMPILE_MODEL = $(COMPILE_ANY) --group model

help: ## List these commands.
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

env: $(STAMP) ## Make .venv from the lock, with hashes checked, and install PRISM into it.

# Rebuilt when the lock or the package's metadata changes; a half-made environment has no stamp and is made again.
$(STAMP): requirements/dev.lock pyproject.toml requirements/find-python.sh
	@python="$$(sh requirements/find-python.sh)" || exit 1; \
	test -x $(BIN)/python && $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| "$$python" -m venv --clear $(VENV)
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q prism plugins/*/prism_* # as pip does with what it copies
	@touch $@

demo: env ## Review the examples, then evaluate the approved one in a container if an engine answers.
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: env ## Run every test.
	$(BIN)/python -m pytest --numprocesses $(PROCESSES)

test-model: env $(MODEL_STAMP) ## Have a real, small model review; the first time builds its server, which takes minutes.
	PRISM_MODEL_PYTHON=$(CURDIR)/$(MODEL)/bin/python $(BIN)/python -m pytest -rP tests/real_model

$(MODEL_STAMP): requirements/model.lock requirements/find-python.sh
	@python="$$(sh requirements/find-python.sh)" || exit 1; "$$python" -m venv --clear $(MODEL)
	$(MODEL)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/model.lock
	@touch $@

lint: env ## Check style and types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@for tests in plugins/*/tests; do \
		echo "mypy $$tests"; $(BIN)/mypy $$tests/*.py || exit 1; \
	done

bench: env ## Measure intake, review and start-up beside their yardsticks.
	$(BIN)/python -m tests.benchmarks

docs: env ## Generate the reference pages and build the site into site/.
	$(BIN)/python docs/generate.py
	$(BIN)/mkdocs build --strict

image: ## Build the evaluation image: on an official base, or from this machine's own packages where there is no registry.
	docker build --quiet --tag prism-evaluator:latest . || .ci/image.sh

lock: env ## Resolve the dependencies anew and write requirements/*.lock.
	$(BIN)/python -m pip --disable-pip-version-check install --quiet uv
	$(COMPILE) -o requirements/run.lock
	$(COMPILE) --extra cluster --extra docker --extra llm --extra otel --extra postgres --extra s3 --extra service --group dev --group docs -o requirements/dev.lock
	$(COMPILE) --all-extras -o requirements/all.lock
	$(COMPILE_MODEL) -o requirements/model.lock

clean: ## Remove the environment and everything built.
	rm -rf $(VENV) $(MODEL) build dist site .mypy_cache .ruff_cache .pytest_cache
