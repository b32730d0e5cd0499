#!/usr/bin/env bash
# How long small questions take while 1,000 uploads are open and 500 downloads run, over three nodes behind nginx, all of
# them on this machine: a release build, PostgreSQL and nginx of its own. SEALPOST_LOAD_UPLOADS, SEALPOST_LOAD_DOWNLOADS
# and SEALPOST_LOAD_SECONDS set other numbers, SEALPOST_LOAD_WITHIN in how many seconds downloads begin; SEALPOST_BIN names a binary that is there already.
set -euo pipefail
cd "$(dirname "$0")/.."
# 1,500 clients, nginx in between, and the nodes: each connection is a file, in more than one process.
ulimit -n 16384 2>/dev/null || { echo "nodes-bench.sh: needs 16384 open files (ulimit -n)" >&2; exit 1; }
if [ -z "${SEALPOST_BIN:-}" ]; then
    cargo build --locked --release --workspace --bin sealpost
    SEALPOST_BIN=$PWD/target/release/sealpost
    export SEALPOST_BIN
fi
echo "$(nproc) cores, $(free -g | awk '/^Mem/ {print $2}') GiB"
cargo test --locked --workspace --test nodes -- --ignored --nocapture --exact \
    load::small_questions_are_answered_while_many_uploads_and_downloads_run
