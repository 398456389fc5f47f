# The commands of the house. "make help" lists them.
.DEFAULT_GOAL := help
.PHONY: help build run stop test suites asan-suites tsan-suites backends backends-stop lint asan tsan clang fuzz chaos bench dist format clean
SHELL := /bin/bash

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

build: ## compile the servers, the command line and the web pages into build/
	@tools/install_packages.sh build
	@tools/build.sh release AlluxioMaster AlluxioWorker AlluxioJobMaster AlluxioJobWorker alluxio-cli alluxio-guardian
	@tools/build_webui.sh

run: build ## start a cluster on this host and prove that it works; data is kept
	@tools/run.sh

stop: ## stop it
	@bin/alluxio-stop.sh local

test: ## everything CI runs; the last line counts it
	@tools/install_packages.sh build test
	@time tools/build.sh release all tests bench-programs
	@tools/build_webui.sh
	@tools/run_tests.py

lint: ## doors, sizes, names, cards, headers that compile alone
	@tools/install_packages.sh build
	@tools/build.sh release room.proto
	@tools/run_tests.py --only lint --only tools

asan: ## unit tests with the address and undefined-behaviour sanitizers
	@tools/install_packages.sh build
	@tools/build.sh asan tests
	@tools/run_tests.py --build build/asan --only unit

tsan: ## unit tests with the thread sanitizer
	@tools/install_packages.sh build
	@tools/build.sh tsan tests
	@tools/run_tests.py --build build/tsan --only unit

# SUITES="chaos failover" chooses some of tests/ci_suites.txt; PROPERTIES="key=value key=value" is what
# all their clusters have.
SUITE_OPTIONS = --only suites $(addprefix --suite ,$(SUITES)) $(addprefix --property ,$(PROPERTIES))

suites: ## suites without unit tests; SUITES="chaos failover", PROPERTIES=alluxio.network.transport=GRPC
	@tools/install_packages.sh build test
	@tools/build.sh release suite-programs
	@tools/run_tests.py $(SUITE_OPTIONS)

asan-suites: ## suites over address and undefined-behaviour sanitizers; SUITES, PROPERTIES
	@tools/install_packages.sh build test
	@tools/build.sh asan suite-programs
	@tools/run_tests.py --build build/asan --lanes 1 $(SUITE_OPTIONS)

tsan-suites: ## suites over the thread sanitizer; SUITES, PROPERTIES
	@tools/install_packages.sh build test
	@tools/build.sh tsan suite-programs
	@tools/run_tests.py --build build/tsan --lanes 1 $(SUITE_OPTIONS)

clang: ## everything with clang and its thread-safety analysis
	@tools/install_packages.sh build clang
	@tools/build.sh clang all tests
	@tools/run_tests.py --build build/clang --only unit

fuzz: ## libFuzzer programs, SECONDS each (default 60)
	@tools/install_packages.sh build clang
	@tools/build.sh fuzz fuzzers
	@tools/fuzz.sh $(or $(SECONDS),60)

chaos: build ## random faults under several masters: SECONDS, SEEDS, SEED; see tests/chaos/README.md
	@tools/install_packages.sh test
	@tools/build.sh release chaos-client
	@CHAOS_SECONDS=$(or $(SECONDS),60) SEEDS=$(or $(SEEDS),1) SEED=$(SEED) ZOOKEEPERS=$(or $(ZOOKEEPERS),3) \
	  python3 tests/chaos/chaos.py

bench: $(if $(LIST),,build) ## compare with the Java servers (ROW=name for one, LIST=1 for their names)
ifdef LIST
	@python3 bench/bench.py --list
else
	@tools/install_packages.sh test bench
	@tools/build.sh release bench-programs
	@tests/java/fetch.sh stores
	@tests/backends/fetch.sh versitygw hdfs
	@python3 bench/bench.py $(ROW)
endif

backends: ## start HDFS, S3 servers and other stores on loopback, addresses in build/backends.env
	@tools/install_packages.sh test
	@tests/backends/fetch.sh; tests/backends/serve.py start

backends-stop: ## stop them
	@tests/backends/serve.py stop

dist: build ## one relocatable tar in dist/
	@tools/dist.sh

format: ## clang-format over files that differ from main's last commit
	@tools/install_packages.sh clang
	@git diff --name-only --diff-filter=d HEAD -- 'src/*.h' 'src/*.cc' | xargs -r clang-format-14 -i

clean: ## remove what was built; data, settings and logs stay
	@rm -rf build dist
