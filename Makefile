# The verbs of the house. Each sets up what it needs, and does nothing twice.
#   make demo  [ARGS="--sites 10"]        a live briefing with simulated sites, on this machine
#   make test  [ARGS="tests/core -x"]     every test, but of the slowest only one case
#   make check                            lint, format, types (Python and JavaScript)
#   make bench [ARGS=…]                   the tables of docs/benchmarks.md
#   make soak [ARGS="--minutes 60"]       the slowest tests' other cases; ten minutes of the demo: what grows?
#   make papers                           the papers of a meeting as pictures, to be looked at
#   make docs                             rewrite what is gathered from the code: the map's list, the settings file
#   make clean                            forget everything that was set up

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

TEST_PACKAGES := chromium chromium-headless-shell coturn docker-compose dovecot-imapd espeak-ng firefox-esr fonts-noto-core gir1.2-gst-plugins-bad-1.0 \
	gstreamer1.0-nice gstreamer1.0-plugins-bad gstreamer1.0-plugins-good gstreamer1.0-tools iproute2 janus nftables \
	poppler-utils postgresql python3-gst-1.0 systemd

# Two processes for two cores, and one more for the tests that mostly wait (tests/conftest.py); those that measure how long something takes come last.
JOBS ?= 3
NO_TESTS := 5

.PHONY: demo test check check-lint check-format check-types check-scripts bench soak papers docs clean

demo: .venv/ready-run
	@$(BIN)/giaoban demo $(ARGS)

# Tests start many processes, each of which would compile our modules anew where this is set.
test soak: export PYTHONDONTWRITEBYTECODE :=

test: .venv/ready-test
	@deploy/debian-packages $(TEST_PACKAGES)
	$(BIN)/pytest --numprocesses $(JOBS) --dist loadscope --no-loadscope-reorder -m 'not alone and not soak' $(ARGS) || [ $$? -eq $(NO_TESTS) ]
	$(BIN)/pytest -m 'alone and not soak' $(or $(ARGS),$$(grep -rl --include=*.py mark.alone tests)) || [ $$? -eq $(NO_TESTS) ]

check: check-lint check-format check-types check-scripts

check-lint: .venv/ready-check
	$(BIN)/ruff check .

check-format: .venv/ready-check
	$(BIN)/ruff format --check .

check-types: .venv/ready-check
	$(BIN)/mypy

check-scripts: .venv/ready-check node_modules/ready
	$(BIN)/node node_modules/typescript/bin/tsc --noEmit --project server/web/pages/static/jsconfig.json

bench: .venv/ready-test
	@deploy/debian-packages $(TEST_PACKAGES)
	@$(BIN)/python -m tests.bench $(ARGS)

soak: .venv/ready-test
	@deploy/debian-packages $(TEST_PACKAGES)
	@$(BIN)/pytest -m soak
	@$(BIN)/python -m tests.bench.soak $(ARGS)

papers: .venv/ready-test
	@deploy/debian-packages fonts-liberation2 libreoffice-calc-nogui libreoffice-writer-nogui poppler-utils
	@$(BIN)/python -m tests.records.documents.render

docs: .venv/ready-test
	@$(BIN)/python -m tests.docs.listing
	@$(BIN)/python -m tests.deploy.environment
	@$(BIN)/python -m tests.records.editions

clean:
	rm -rf .venv node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results .coverage
	find server endpoints schedules tests -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Giao Ban needs Python 3.11 or newer; name it: make PYTHON=python3.11 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || deploy/debian-packages python3-venv
	$(PYTHON) -m venv .venv

# ready-run is the service; ready-test and ready-check add the extra of that name (see pyproject.toml).
.venv/ready-run: EXTRA :=
.venv/ready-test: EXTRA := [test]
.venv/ready-check: EXTRA := [test,check]
.venv/ready-%: constraints.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.$(EXTRA)'
	@touch $@

# Node.js brings its own list of certificate authorities; offices with their own authority have it in the system's.
node_modules/ready: package-lock.json | .venv/ready-check
	PATH="$(CURDIR)/$(BIN):$$PATH" NODE_USE_SYSTEM_CA=1 npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@
