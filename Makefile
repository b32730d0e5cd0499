# Sealpost: `make demo` shows it, `make test` checks it. Both install what is missing on Debian.
.PHONY: demo test test-long screenshots lint build deb web bench fuzz clean

demo:          ## build, send a file, show it sealed, fetch it, compare (FILE=…, ONCE=1 ends there)
	@scripts/demo.sh

test:          ## everything that must hold, on SQLite and PostgreSQL
	@scripts/install.sh test
	@scripts/test-tools.sh
	@scripts/web.sh
	@$(MAKE) --no-print-directory lint
	cargo test --workspace --locked --no-run
	@# Tests wait for browsers and leases more than they compute, so that twice as many run as there are cores.
	RUST_TEST_THREADS=$$(($$(nproc) * 2)) SEALPOST_BIN="$(abspath $(or $(CARGO_TARGET_DIR),target))/debug/sealpost" cargo test --workspace --locked --no-fail-fast --tests # that binary is built by now; tests by themselves build their own

test-long:     ## what takes minutes and 40 GB of disk: 10 GiB from end to end, a ZIP over 4 GiB, memory of big uploads, 2 GiB by browser, 5 GiB that were sealed by each browser, a million transfers in the console
	@scripts/install.sh test
	@scripts/test-tools.sh
	@scripts/web.sh
	SEALPOST_TEST_MEMORY_MIB=4096 cargo test --release --locked -p sealpost-tests --test journeys --test browser -- --include-ignored --test-threads=1 \
		ten_gibibytes four_gibibytes eight_uploads two_gibibytes five_gibibytes a_million

screenshots:   ## what the pages look like, every page and state, by day and night, in three languages: target/screenshots
	@scripts/install.sh test
	@scripts/test-tools.sh
	@scripts/web.sh
	SEALPOST_SCREENSHOTS=all cargo test --workspace --locked --test browser

lint:          ## formatting and lints, warnings are errors
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

build:         ## the release binary, with the pages inside: target/release/sealpost
	@scripts/install.sh build
	@scripts/web.sh
	cargo build --release --locked -p sealpost-server

deb:           ## a Debian package of the release binary: target/sealpost_VERSION_ARCHITECTURE.deb (BIN=… of another one)
	@[ -n "$(BIN)" ] || $(MAKE) --no-print-directory build
	@scripts/package-deb.sh

web:           ## the pages alone: web/dist
	@scripts/install.sh build
	@scripts/web.sh

bench:         ## Sealpost beside bare handlers, in one run; see docs/performance.md
	@scripts/bench.sh

fuzz:          ## every fuzz target for SECONDS (default 60)
	@scripts/fuzz.sh

clean:
	cargo clean
