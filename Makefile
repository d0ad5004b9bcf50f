# quickstart · check · test · test-faults · fuzz-diff · bench · bench-cluster. Needs Rust, Go (for the tests' peers only) and make.

TARGET := $(shell rustc -vV | sed -n 's/^host: //p')
BIN := target/$(TARGET)/release
REGISTRY := $(or $(CARGO_HOME),$(HOME)/.cargo)/registry/src
# An explicit target keeps the flags away from procedural macros, which cannot be static.
RELEASE := RUSTFLAGS="-C target-feature=+crt-static --remap-path-prefix=$(REGISTRY)=/registry" \
    cargo build --locked --release --target $(TARGET)

.PHONY: quickstart check test test-faults fuzz-diff bench bench-cluster release

quickstart: release
	tests/quickstart/run $(BIN)

check:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo test --locked --workspace --exclude signet-cluster-tests --exclude signet-kubeseal-tests \
	    --exclude signet-chart-tests --exclude signet-sops-tests

test: check release
	tests/release/run $(BIN)
	tests/quickstart/run $(BIN)
	tests/peers/install
	deploy/render --check
	SIGNET_BIN_DIR=$(CURDIR)/$(BIN) tests/chart/run
	tests/monitoring/run
	tests/supply-chain/run
	tests/templates/run
	SIGNET_BIN_DIR=$(CURDIR)/$(BIN) tests/kubeseal/run
	SIGNET_BIN_DIR=$(CURDIR)/$(BIN) tests/sops/run
	SIGNET_BIN_DIR=$(CURDIR)/$(BIN) tests/cluster/run

# Hours.
test-faults: release
	tests/peers/install
	for round in 1 2 3 4 5 6 7 8 9 10; do \
	    SIGNET_FAULTS=long SIGNET_LEADER_KILLS=50 SIGNET_BIN_DIR=$(CURDIR)/$(BIN) \
	        tests/cluster/run --test faults --test crash --test leader --test keys || exit 1; \
	done

# Ten thousand random documents through the real sops and ours; SIGNET_SOPS_SEED for others.
fuzz-diff: release
	tests/peers/install sops sops-functional-tests
	SIGNET_SOPS_DOCUMENTS=10000 SIGNET_BIN_DIR=$(CURDIR)/$(BIN) tests/sops/run --test differential

bench: release
	tests/peers/install
	tests/bench/run $(BIN)

bench-cluster: release
	tests/peers/install
	tests/bench/cluster $(BIN)

release:
	$(RELEASE) --package signet --package signet-controller
