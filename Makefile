# The commands of the project. `make help` lists them.

GO      ?= go
ifndef VERSION
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unversioned)
endif

# The race detector needs a C compiler. Without one the tests run all the same,
# and say so; .ci/run insists on it.
CC_FOUND := $(shell command -v $${CC:-gcc} 2>/dev/null || command -v cc 2>/dev/null)
RACE     := $(if $(CC_FOUND),-race)

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# CONFIG always has a value, so that the other targets need none: a folder was named
# where CONFIG is in the command, or is another than the default. Without cgo the
# playground shares what is compiled with the functions that it builds.
NAMED = $(or $(filter command,$(firstword $(origin CONFIG))),$(filter-out config,$(CONFIG)))
PLAY  = CGO_ENABLED=0 $(GO) run ./cmd/playground

# Ctrl-C reaches every process at the terminal. Who stays up is left so, and that is
# no error of make: the shell has to outlive it to say so.
CTRL_C    = @left=; trap 'left=yes' INT;
BY_CTRL_C = || test "$$left"

# CONFIG=$FOLDER with no such variable must not pass on another folder.
.PHONY: named
named:
	@test -n "$$CONFIG" || { echo 'CONFIG is empty. Say which folder, as in CONFIG=my-config, or leave it out.' >&2; exit 1; }

.PHONY: run
run: named ## Stop desktops on this machine, then stay up; CONFIG is a folder of your own.
	$(CTRL_C) $(PLAY) $(if $(NAMED),-config "$$CONFIG") $(BY_CTRL_C)

.PHONY: demo
demo: ## The same, and exit: 0 only if every desktop is in the state it must be in.
	$(CTRL_C) $(PLAY) -exit $(BY_CTRL_C)

CONFIG ?= config
ifndef YEAR
YEAR   := $(shell date +%Y 2>/dev/null)
endif
OUT    ?= dist

# Recipes take these from the environment and never paste them: a version is the
# name of a git tag, which may hold a quote and a command as well as a number.
export VERSION CONFIG YEAR OUT

.PHONY: check
check: named ## Check the folder CONFIG and the variables, as the functions do at their start.
	@$(GO) run ./cmd/stopdesktops check --config "$$CONFIG"

.PHONY: preview
preview: named ## Print what every timer tick of YEAR does by the folder CONFIG, and why.
	@$(GO) run ./cmd/stopdesktops preview --config "$$CONFIG" --year "$$YEAR"

# Many tests wait for leases and pauses, so more of them run side by side than
# there are processors.
.PHONY: test
test: ## Run every test, with the race detector where there is a C compiler.
ifeq ($(RACE),)
	@echo "No C compiler found: the tests run without the race detector."
endif
	$(GO) test $(RACE) -shuffle=on -count=1 -parallel 12 ./...
ifneq ($(RACE),)
	RACE_FUNCTIONS=yes $(GO) test $(RACE) -shuffle=on -count=1 -parallel 12 ./tests
endif

.PHONY: bench
bench: ## Measure speed and memory beside their baselines.
	$(GO) run ./tests/bench

.PHONY: lint
lint: ## Check format, vet and staticcheck.
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "not gofmt-ed: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# The same commit gives the same bytes in any folder: no path, no flag and no
# note of the machine gets into a program.
# nethttpomithttp2 leaves out HTTP/2, which nothing that they call asks for.
REPEATABLE = CGO_ENABLED=0 GOOS=linux GOARCH=amd64 GOAMD64=v1 GOFLAGS= GOWORK=off
FUNCTIONS  = stopdesktops slackcmd

.PHONY: build
build: version ## Build the functions for Function Compute into dist/bin/; OUT is another folder than dist.
	@for f in $(FUNCTIONS); do $(REPEATABLE) $(GO) build -trimpath -buildvcs=false -tags nethttpomithttp2 -ldflags "-s -w -X main.version=$$VERSION" -o "$$OUT/bin/$$f" ./functions/$$f || exit 1; done

.PHONY: package
package: folder build ## Pack them with the folder CONFIG: dist/*.zip, bills of materials, checksums.
	@CGO_ENABLED=0 $(GO) run -trimpath ./cmd/stopdesktops package --config "$$CONFIG" --version "$$VERSION" --out "$$OUT" $(FUNCTIONS:%="$$OUT/bin/%")

# Said before minutes of compiling, not after: packing refuses what check refuses. The
# program that looks is the one that packs, so it is compiled once. Standard output is
# for the checksums.
.PHONY: folder
folder: named
	@test -f "$$CONFIG/policy.cedar" || { printf 'CONFIG is %s, and there is no %s/policy.cedar. Say CONFIG=DIR, a copy of config/ with the rules of your company.\n' "$$CONFIG" "$$CONFIG" >&2; exit 1; }
	@CGO_ENABLED=0 $(GO) run -trimpath ./cmd/stopdesktops check --config "$$CONFIG" >&2

.PHONY: version
version:
	@test -n "$$OUT" || { echo 'OUT is empty; say which folder the packages go to, or leave it out for dist.' >&2; exit 1; }
	@case $$VERSION in ''|*[!A-Za-z0-9._+-]*) printf '%s\n' 'The version, which is the name of a git tag or VERSION, may hold letters, digits and . _ + - only. Say VERSION=v1.2.0 or such.' >&2; exit 1;; esac

.PHONY: roles
roles: ## Print the roles, their rights and the commands that make them, the bucket and the logs.
	@sh deploy/roles.sh

.PHONY: alarms
alarms: ## Print the commands that make the alarms where Serverless Devs deploys.
	@sh deploy/alarms.sh

.PHONY: clean
clean: ## Remove what was built.
	rm -rf dist
