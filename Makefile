# The commands of this project; what takes more than a line is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run watch build check test fmt clean

# As in scripts/lib.sh.
CARGO_HOME ?= $(HOME)/.cargo
export PATH := $(CURDIR)/.tools/bin:$(PATH):$(CARGO_HOME)/bin

help: ## says what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

run: ## sets up what is missing, builds, serves on http://127.0.0.1:3000
	@scripts/setup run
	cargo leptos serve

watch: ## the same, rebuilding and reloading on every change
	@scripts/setup run
	cargo leptos watch

build: ## the release: optimised, hashed and precompressed; in target/release and target/site
	@scripts/setup build
	LEPTOS_HASH_FILES=true cargo leptos build --release --precompress

check: ## formatting, lints and documentation, without a warning
	@scripts/setup check
	@scripts/check

test: ## sets up what is missing, runs every test: Rust, then a real browser
	@scripts/setup test
	@scripts/test

fmt: ## formats the Rust code
	cargo fmt

clean: ## removes what was built and what the tests left; data/ and the tools stay
	cargo clean
	rm -rf end2end/test-results end2end/playwright-report end2end/blob-report
