# Everything a user or CI starts, by name. `make help` lists it.
CONFIG   ?= Release
FIXTURES ?= tests/fixtures
AREA     ?=
JOB      ?= samples/quickstart/job.yaml
MODEL    ?= llama
TO       ?= samples/quickstart/model

BUILD  = dotnet build -c $(CONFIG) -v quiet --nologo -clp:NoSummary
LOCAL  = dotnet services/local/Platform.Local/bin/$(CONFIG)/net10.0/Platform.Local.dll

export DOTNET_CLI_TELEMETRY_OPTOUT = 1
export DOTNET_NOLOGO = 1

.PHONY: help build test deps quickstart run up down parity conformance base-model recipes verify e2e clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build everything
	@$(BUILD) Platform.sln

test: deps ## Build everything and run every test; the last line counts them
	@CONFIG=$(CONFIG) bash tests/run.sh

deps: ## Install what the integration tests need, where that is allowed
	@bash tests/deps.sh

quickstart: ## Fine-tune the sample model on this machine and show before and after
	@$(BUILD) services/local/Platform.Local
	@$(LOCAL) run samples/quickstart/job.yaml --fresh

run: ## Run JOB=file.yaml on this machine and follow it to the end
	@$(BUILD) services/local/Platform.Local
	@$(LOCAL) run $(JOB)

up: ## Start the platform in the background; kubectl --kubeconfig .platform/kubeconfig works beside it
	@$(BUILD) services/local/Platform.Local
	@$(LOCAL) up --background

down: ## Stop the platform started by `make up`; its data stays in .platform
	@$(LOCAL) down

parity: ## Compare the library with golden data: FIXTURES=folder AREA=name
	@$(BUILD) tests/Parity
	@dotnet tests/Parity/bin/$(CONFIG)/net10.0/Platform.Parity.dll $(FIXTURES) $(AREA)

conformance: ## Replay the recorded Kubernetes scenarios against KUBECONFIG=file
	@test -n "$(KUBECONFIG)" || { echo "make conformance needs KUBECONFIG=file, for example .platform/kubeconfig after 'make up'."; exit 2; }
	@python3 $(FIXTURES)/kubernetes/replay.py --kubeconfig $(KUBECONFIG)

base-model: ## Rebuild a base model of the samples: MODEL=llama TO=folder (llama, bert, distilbert, opt, whisper, chatglm3)
	@$(BUILD) samples/base-models
	@OMP_NUM_THREADS=1 dotnet samples/base-models/bin/$(CONFIG)/net10.0/Platform.BaseModels.dll $(MODEL) $(TO)

recipes: ## Run every recipe below samples/recipes on this machine; prints a line for each
	@$(BUILD) services/local/Platform.Local
	@LOCAL="$(LOCAL)" bash samples/recipes/run.sh

e2e: ## Run the quickstart job through the embedded cluster as a test
	@$(BUILD) tests/EndToEnd.Tests
	@dotnet test --project tests/EndToEnd.Tests -c $(CONFIG) --no-build

verify: build ## Fail if the layout of a source file is not what .editorconfig says
	@dotnet format whitespace Platform.sln --verify-no-changes --no-restore

clean: ## Delete build output
	@find . -type d \( -name bin -o -name obj \) -not -path './.platform/*' -prune -exec rm -rf {} +
