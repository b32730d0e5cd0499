#!/usr/bin/env bash
# Runs every fuzz target for SECONDS (default 60) each; ends with the first finding. Needs nightly Rust and g++.
set -euo pipefail
# The environment's value: bash itself counts this variable upwards from it.
each=$(printenv SECONDS || echo 60)
cd "$(dirname "$0")/.."

cargo +nightly --version >/dev/null || { echo "nightly Rust is needed: rustup toolchain install nightly"; exit 1; }
command -v g++ >/dev/null || { echo "a C++ compiler is needed: apt-get install g++"; exit 1; }
command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked

# What ships is optimised across crates and has no lines; here findings name theirs.
export CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_DEBUG=line-tables-only

for target in $(cargo +nightly fuzz list); do
  echo "== $target"
  # libFuzzer writes to the first directory and reads all.
  corpora=("fuzz/corpus/$target")
  mkdir -p "${corpora[0]}"
  [ ! -d "fuzz/seeds/$target" ] || corpora+=("fuzz/seeds/$target")
  cargo +nightly fuzz run "$target" "${corpora[@]}" -- -max_total_time="$each" -print_final_stats=1
done
