# Guichet. `make` lists what there is; Python 3.11 or later is all that it needs.

# The first that runs and is recent enough: a name on the PATH may be a shim for nothing. Asked for only when .venv is built.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PORT ?= 8000
CONTRACTS = identity structures espaces notifier gateway

# What the containers are told; with another file than the demo's, secrets belong where its GUICHET_SECRETS says.
SETTINGS ?= deploy/demo.env
SECRETS ?= .secrets
COMPOSE = docker compose --env-file $(SETTINGS) --file deploy/docker-compose.yml

.DEFAULT_GOAL := help
.PHONY: help run journey test faults check contracts clean bench images secrets rotate up down

help: ## lists the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/ready-to-run ## starts everything on this machine: portal, API, mailbox (PORT=8000); Ctrl-C stops it
	@.venv/bin/python -m embedded.run --port $(PORT)

journey: .venv/ready-to-run ## plays the guide through the API: on what `make run` or `make up` started, else on a system of its own
	@.venv/bin/python -m tests.journeys

# ---- Tests: which run where, and side by side, says tests/lanes.py --------------------------------------------------------------
test: .venv/ready-to-test ## runs every test, with one fault of each kind (T=tests/deploy: those of one place)
	@case "$(T)" in ''|tests|*browser*|*embedded*) sh tests/chromium.sh ;; esac
	@case "$(T)" in ''|tests|*integration*|*deploy*|*containers*) sh deploy/engine.sh || echo 'The container tests will be skipped.' ;; esac
	@.venv/bin/python -m tests.lanes $(or $(T),all)

faults: .venv/ready-to-test ## runs the whole fault suite, and kills process after process while people are at work
	@sh deploy/engine.sh
	@.venv/bin/python -m tests.lanes faults

check: .venv/ready-to-test ## format, lint, strict types, import rules
	.venv/bin/ruff format --check --quiet .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

contracts: .venv/ready-to-test ## exports the OpenAPI documents from the code
	@for process in $(CONTRACTS); do \
		.venv/bin/guichet openapi $$process > contracts/openapi/$$process.new \
		&& mv contracts/openapi/$$process.new contracts/openapi/$$process.yaml || exit 1; \
	done

bench: .venv/ready-to-test ## measures against the floor, and writes docs/performance.md (PARTS="routes events", QUICK=1: only looks)
	@sh deploy/engine.sh
	@.venv/bin/python -m bench $(PARTS) $(if $(QUICK),--quick)

images: ## builds the container images
	@sh deploy/engine.sh
	@$(COMPOSE) build --quiet identity structures espaces notifier gateway mailsink

secrets: .venv/ready-to-run ## makes what is missing of the containers' secrets (SECRETS=.secrets)
	@.venv/bin/python -m deploy.secrets $(SECRETS)

rotate: .venv/ready-to-run ## replaces the key that signs access tokens; nobody is signed out (SECRETS=.secrets)
	@GUICHET_SIGNING_KEYS_FILE=$(SECRETS)/identity-signing-keys .venv/bin/guichet identity keys rotate

up: images secrets ## starts everything in containers: PostgreSQL, RabbitMQ, portal (SETTINGS=deploy/demo.env)
	@$(COMPOSE) up --detach --wait
	@echo "Guichet runs: the portal is at http://$$($(COMPOSE) port gateway 8000). make journey plays the guide on it, make down stops it."

down: ## stops the containers; their data stay
	@$(COMPOSE) down

clean: ## forgets the data of `make run`
	@[ ! -d var ] || .venv/bin/python -m embedded.run --forget

.venv/ready-to-%: uv.lock pyproject.toml embedded/uv-requirements.txt
	@sh embedded/run/environment.sh "$(PYTHON)" $*
