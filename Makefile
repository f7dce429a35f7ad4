# Guichet. `make` lists what there is; Python 3.11 or later is all that it needs.

# The first that runs and is recent enough: a name on the PATH may be a shim for nothing. Asked for only when .venv is built.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PORT ?= 8000
SIZE ?= 300
SERVICE ?= identity
CONTRACTS = identity structures espaces notifier gateway

# What the containers are told; with another file than the demo's, secrets belong where its GUICHET_SECRETS says.
SETTINGS ?= deploy/demo.env
SECRETS ?= .secrets
COMPOSE = docker compose --env-file $(SETTINGS) --file deploy/docker-compose.yml

.DEFAULT_GOAL := help
.PHONY: help run journey demo-data watch logs shell test quick faults check contracts sentences clean bench images secrets rotate pin sbom audit up down

help: ## lists the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/ready-to-run ## starts everything on this machine: portal, API, mailbox (PORT=8000); Ctrl-C stops it
	@.venv/bin/python -m embedded.run --port $(PORT)

journey: .venv/ready-to-run ## plays the guide through the API: on what `make run` or `make up` started, else on a system of its own
	@.venv/bin/python -m tests.journeys

demo-data: .venv/ready-to-run ## fills what `make run` started, so that pages are seen full (SIZE=300 structures; 10 to 10000)
	@.venv/bin/python -m embedded.demo_data --size $(SIZE)

watch: .venv/ready-to-test ## like `make run`, started again whenever a file of the code changes
	@.venv/bin/watchfiles --sigint-timeout 60 --sigkill-timeout 90 '.venv/bin/python -m embedded.run --port $(PORT)' \
		chassis services gateway contracts embedded

logs: ## follows the logs of what `make run` or `make up` started
	@if [ -e var/running.json ]; then tail --lines=20 --follow=name var/log/*.log; else $(COMPOSE) logs --tail=20 --follow; fi

shell: .venv/ready-to-run ## a Python prompt with the database of a service of `make run` (SERVICE=identity)
	@.venv/bin/python -m embedded.shell $(SERVICE)


# ---- Tests: tests/lanes.py decides which of them run side by side ----
test: .venv/ready-to-test ## runs every test, with one fault of each kind (T=tests/deploy: those of one place)
	@case "$(T)" in ''|tests|*browser*|*embedded*) sh tests/chromium.sh ;; esac
	@case "$(T)" in ''|tests|*integration*|*deploy*|*containers*) sh deploy/engine.sh || echo 'The container tests will be skipped.' ;; esac
	@.venv/bin/python -m tests.lanes $(or $(T),all)

quick: .venv/ready-to-test ## runs what needs neither containers nor a browser nor a whole system
	@.venv/bin/python -m tests.lanes quick

faults: .venv/ready-to-test ## runs the whole fault suite, and kills process after process while people are at work
	@sh deploy/engine.sh
	@.venv/bin/python -m tests.lanes faults

check: .venv/ready-to-test ## format, lint, strict types, import rules
	.venv/bin/ruff format --check --quiet .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

sentences: .venv/ready-to-test ## prints every sentence that says no, in a table to read
	@.venv/bin/python -m tests.gateway.refused_input

contracts: .venv/ready-to-test ## exports the OpenAPI documents from the code, and types of their answers for the gateway
	@for process in $(CONTRACTS); do \
		.venv/bin/guichet openapi $$process > contracts/openapi/$$process.new \
		&& mv contracts/openapi/$$process.new contracts/openapi/$$process.yaml || exit 1; \
	done
	@.venv/bin/python -m gateway.clients.generate_answers

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

pin: ## prints the base images by digest, as lines for the file of settings
	@sh deploy/pin.sh

sbom: .venv/ready-to-run ## lists the libraries that run, as CycloneDX, in var/sbom.cdx.json; each image holds its own
	@mkdir -p var && .venv/tools/bin/uv export --quiet --preview-features sbom-export --frozen --no-dev --format cyclonedx1.5 --output-file var/sbom.cdx.json

audit: .venv/ready-to-run ## asks an advisory source about every library in uv.lock; says so where none answers
	@sh deploy/audit.sh

up: images secrets ## starts everything in containers: PostgreSQL, RabbitMQ, portal (SETTINGS=deploy/demo.env)
	@$(COMPOSE) up --detach --wait
	@echo "Guichet runs: the portal is at http://$$($(COMPOSE) port proxy 8080). make journey plays the guide on it, make down stops it."

down: ## stops the containers; their data stay
	@$(COMPOSE) down

clean: ## forgets the data of `make run`
	@[ ! -d var ] || .venv/bin/python -m embedded.run --forget

.venv/ready-to-%: uv.lock pyproject.toml embedded/uv-requirements.txt
	@sh embedded/run/environment.sh "$(PYTHON)" $*
