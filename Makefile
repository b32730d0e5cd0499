# Sealpost: `make demo` shows it, `make test` checks it. Both install what is missing on Debian.
.PHONY: demo test check lint build bench fuzz clean

demo:          ## build, send a file, show it sealed, fetch it, compare (FILE=…, ONCE=1 ends there)
	@scripts/demo.sh

test:          ## everything that must hold, on SQLite and PostgreSQL
	@scripts/install.sh test
	@scripts/test-tools.sh
	@$(MAKE) --no-print-directory lint
	cargo test --workspace --locked

lint:          ## formatting and lints, warnings are errors
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

build:         ## the release binary: target/release/sealpost
	cargo build --release --locked -p sealpost-server

bench:         ## Sealpost beside bare handlers, in one run; see docs/performance.md
	@scripts/bench.sh

fuzz:          ## every fuzz target for SECONDS (default 60)
	@scripts/fuzz.sh

clean:
	cargo clean
