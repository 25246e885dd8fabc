# The two commands of a newcomer: `make demo` and `make test`. The build itself is CMake's.
#
# Each goal installs what it needs (tools/setup), configures its preset and builds.
.DEFAULT_GOAL := help
.PHONY: help setup build demo test asan fuzz soak bench install deb tidy clean
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build: ## build/release/bin/antidotary
	@tools/setup build
	@cmake --preset release >build-release.log 2>&1 || { cat build-release.log; exit 1; }
	@rm -f build-release.log
	@cmake --build --preset release -j $(JOBS)

demo: build ## the main job on inert examples, from infection to undo
	@tools/setup demo
	@tools/demo build/release/bin/antidotary

test: ## every test
	@tools/setup build test
	@cmake --preset dev
	@cmake --build --preset dev -j $(JOBS)
	@ctest --preset dev

asan: ## every test under AddressSanitizer and UBSan
	@tools/setup build test
	@cmake --preset asan
	@cmake --build --preset asan -j $(JOBS)
	@ctest --preset asan

fuzz: ## builds the fuzzers with libFuzzer and runs each for FUZZ_SECONDS (20)
	@tools/setup build
	@cmake --preset fuzz
	@cmake --build --preset fuzz -j $(JOBS)
	@tools/fuzz build/fuzz/bin

soak: ## at length: raced removals, the verifier, damage, all of /usr, outbreaks, the daemon
	@tools/setup build test
	@cmake --preset dev
	@cmake --build --preset dev -j $(JOBS) --target antidotary remedy_race_soak program_soak damage_soak
	@build/dev/bin/remedy_race_soak 200000
	@build/dev/bin/program_soak 100000000 --jobs $(JOBS)
	@python3 tests/formats/archives/damage_test.py build/dev/bin/antidotary . 1000
	@python3 tests/corpus/corpus_test.py build/dev/bin/antidotary . whole
	@python3 tests/corpus/outbreak_replay.py build/dev/bin/antidotary . whole
	@python3 tests/soak/daemon_soak.py build/dev/bin/antidotary . 200000

bench: ## ratios against the peers on the same data in one run
	@tools/setup build bench
	@cmake --preset bench
	@cmake --build --preset bench -j $(JOBS)
	@bench/run build/bench/bin

install: build ## into PREFIX (/usr/local)
	cmake --install build/release --prefix $(PREFIX)

deb: ## Debian packages into build/deb: program, encyclopedia, daemon
	@tools/setup build deb
	@tools/deb

clean: ## removes build/
	rm -rf build
