# Two commands do everything on a fresh machine with Python 3.11 or newer: `make demo` and `make test`.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?= -n auto --dist loadfile

.PHONY: demo demo-web test check audit licences judge sweep soak fuzz corpora lock clean

demo: $(VENV)/.runtime
	$(BIN)/mailbot demo

# The same, then the staff's page over it until Ctrl-C.
demo-web: $(VENV)/.runtime
	$(BIN)/mailbot demo --web

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mailbot --config config.yaml check
	$(BIN)/python -m tools.audit

# Known vulnerabilities of the pinned packages; says so and goes on where the advisory service cannot be asked.
audit: $(VENV)/.dev
	$(BIN)/python -m tools.audit

licences: $(VENV)/.dev
	$(BIN)/python -m tools.licences

judge: $(VENV)/.dev
	$(BIN)/python -m tests.corpus.measure

# The whole crash sweep: death at every effect there is, a disk that refuses at every one, floods of full size. Hours; `make test` makes a dozen cuts.
sweep: $(VENV)/.dev
	$(BIN)/python -m tests.faults.sweep
	$(BIN)/python -m tests.faults.sweep --deed error=EIO --places fsync,fdatasync,rename,pwrite64,write
	$(BIN)/python -m tests.faults.sweep --deed error=ENOSPC --places pwrite64,write,mkdir,link,ftruncate
	MAILBOT_SWEEP=1 $(BIN)/python -m pytest tests/faults/test_loops.py $(PYTEST_ARGS)

# Simulated weeks for an hour, or SOAK_SECONDS; each seed is printed and plays the same history again (--seed N).
SOAK_SECONDS ?= 3600
soak: $(VENV)/.dev
	$(BIN)/python -m tests.faults.soak --seconds $(SOAK_SECONDS) $(SOAK_ARGS)

# A coverage-guided fuzzer over mails, headers, archives and names, FUZZ_SECONDS for each; a find ends it and lies in the current folder.
FUZZ_SECONDS ?= 300
fuzz: $(VENV)/.dev
	for target in mails headers archives names; do $(BIN)/python -m tests.fuzz $$target --seconds $(FUZZ_SECONDS) || exit 1; done

# Folders of raw mails (FOLDERS="a b"), such as other mail projects test with, through Dovecot; CORPORA_ARGS=--twisted damages each in eleven ways.
corpora: $(VENV)/.dev
	$(BIN)/python -m tests.hostile.corpora $(FOLDERS) $(CORPORA_ARGS)

# Pins every dependency with its hashes; run after changing pyproject.toml. Needs uv. The extra `ocr` (355 MB) is in the dev lock only.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
		--extra archives --extra demo --output-file requirements/run.txt requirements/build.in
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
		--all-extras --constraint requirements/run.txt --output-file requirements/dev.txt requirements/build.in

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "mailbot needs Python 3.11 or newer; none was found (set PYTHON=...)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(BIN)/python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

clean:
	rm -rf $(VENV) build dist
