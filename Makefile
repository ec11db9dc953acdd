.POSIX:
.SUFFIXES:

PYTHON = python3
EXPORTER = reference
SIZE = 100
ARGS =

BIN = .venv/bin
READY = .venv/.installed
SMOKE = build/smoke

.PHONY: help demo test check docs proof serve load bench format lint types wheel pytest

help:
	@echo 'make demo [EXPORTER=SPEC]  check an exporter against the rules of the dialects it speaks'
	@echo 'make test                  everything CI runs: check, wheel smoke run, pytest'
	@echo 'make check                 format, lint and types only'
	@echo 'make docs                  regenerate the generated pages and schemas, and say which changed'
	@echo 'make proof [ARGS=...]      try every mutant, which takes hours, and write docs/mutants.md'
	@echo 'make serve [ARGS=...]      run the simulator on http://127.0.0.1:8080'
	@echo 'make load [SIZE=100]       20 s of bulk exports of SIZE participants'
	@echo 'make bench                 the same for 1, 100 and 10,000 participants, and each interface against its aims'
	@echo 'make wheel                 build a wheel into dist/, and try it in a clean environment'
	@echo 'All take PYTHON=python3.12 to choose the interpreter (3.11 or later).'

demo: $(READY)
	@$(BIN)/conformance run --exporter '$(EXPORTER)' --depth quick $(ARGS)

serve: $(READY)
	@$(BIN)/mock-sis serve $(ARGS)

load: $(READY)
	@$(BIN)/python -m loadtests.bench --size $(SIZE) $(ARGS)

bench: $(READY)
	@$(BIN)/python -m loadtests.bench --size 1 $(ARGS)
	@$(BIN)/python -m loadtests.bench --size 100 $(ARGS)
	@$(BIN)/python -m loadtests.bench --size 10000 $(ARGS)
	@missed=0; for each in receive schoology oneroster startup; do \
		echo "== $$each"; $(BIN)/python benchmarks/$$each.py || missed=1; done; exit $$missed

docs: $(READY)
	@$(BIN)/python -m mock_sis.faults.schema schemas/control/fault.schema.json
	@$(BIN)/python -m mock_sis.faults.docs docs/faults.md
	@$(BIN)/python -m conformance.catalogue docs/rules.md

# A run that was interrupted goes on where it ended.
proof: $(READY)
	@PYTHONPATH=tests:tests/conformance $(BIN)/python -u -m proof $(ARGS)

test: check wheel pytest

check: format lint types

format: $(READY)
	@echo '== format'
	@$(BIN)/ruff format --check --quiet .

lint: $(READY)
	@echo '== lint'
	@$(BIN)/ruff check --quiet .

types: $(READY)
	@echo '== types'
	@$(BIN)/mypy --no-error-summary

# The wheel in an environment that never saw the source tree, tried as a stranger's project would.
wheel: $(READY)
	@echo '== wheel'
	@rm -rf build/clean $(SMOKE) dist && mkdir -p $(SMOKE)
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist . >build/wheel.log 2>&1 \
		|| { cat build/wheel.log; exit 1; }
	@$(PYTHON) -m venv build/clean
	@build/clean/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt "$$(ls dist/*.whl)[conformance]"
	@cp tests/test_installed.py $(SMOKE)/ && : >$(SMOKE)/pytest.ini
	@cd $(SMOKE) && ../clean/bin/python -m pytest -q -p no:cacheprovider

pytest: $(READY)
	@echo '== pytest'
	@$(BIN)/python -m pytest -n auto

# Made once, and again when what it was made from changes.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'mock-sis needs Python 3.11 or later; $(PYTHON) is missing or older.' >&2; \
		echo 'Name another one: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '$(PYTHON) cannot make virtual environments.' >&2; \
		echo 'On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@echo '== install into .venv (once)'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable '.[dev]'
	@touch $(READY)
