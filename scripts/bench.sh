#!/usr/bin/env bash
# Measures Sealpost beside bare handlers on this machine, in one run of about five minutes: docs/performance.md.
#   bench.sh [CASE…]   upload-discard, upload-local, download, small-files, memory, purge, wrong-passwords (default: all)
#   bench.sh format    the file format alone (criterion)
#   bench.sh session   telling who is calling (criterion), on both databases
#   bench.sh record    appending to the audit log, and pages of the log among a million transfers, on both databases
#   bench.sh rules     ten thousand rules for a hundred recipients (criterion)
#   bench.sh inspect   looking into files (criterion)
#   bench.sh metrics   what counting costs (criterion)
#   bench.sh stores    a file through a directory, Azurite and moto: CPU and memory of the service (MIB, ROUNDS)
#   bench.sh replica   copying to a directory, Azurite and moto, and what it costs those who work meanwhile (MIB, ROUNDS, SECONDS_A_TURN)
#   bench.sh start     from exec to ready, on both databases (TRANSFERS, ROUNDS)
#   bench.sh reports   what reports ask the database beside a million transfers, on both databases
#   bench.sh sizes     what a transfer takes in the database and of a processor, on both engines
#   bench.sh web-sealed  sealing and opening in Chromium, with its memory and passwords (MIB, ROUNDS; ALL=1 for what was tried)
#   MIB, ROUNDS, FILES, MEMORY_MIB, PURGES   how much; FULL=1 sets what docs/performance.md was measured with
#   STRICT=1           ends with an error if a budget is missed
#   DIR=path           where files are stored (default: beside the executable; of stores, replica and start: /tmp); a disk, or fsync costs nothing
#   SEALPOST_BIN=path  of stores, replica, start and sizes: a binary that is there already
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = format ]; then
  exec cargo bench --locked -p sealpost-benches --bench sealed
fi
if [ "${1:-}" = session ]; then
  exec cargo bench --locked -p sealpost-benches --bench session
fi
if [ "${1:-}" = record ]; then
  exec cargo bench --locked -p sealpost-benches --bench record
fi
if [ "${1:-}" = rules ]; then
  exec cargo bench --locked -p sealpost-benches --bench rules
fi
if [ "${1:-}" = inspect ]; then
  exec cargo bench --locked -p sealpost-benches --bench inspect
fi
if [ "${1:-}" = reports ]; then
  exec cargo bench --locked -p sealpost-benches --bench reports
fi
if [ "${1:-}" = metrics ]; then
  exec cargo bench --locked -p sealpost-benches --bench metrics
fi
build() {
  [ -n "${SEALPOST_BIN:-}" ] && return
  cargo build --release --locked -p sealpost-server
  SEALPOST_BIN=target/release/sealpost
}
if [ "${1:-}" = sizes ]; then
  build
  exec python3 benches/database_size.py "$SEALPOST_BIN"
fi
if [ "${1:-}" = stores ]; then
  scripts/test-tools.sh
  build
  exec python3 benches/stores.py "$SEALPOST_BIN" "${MIB:-1024}" "${ROUNDS:-3}"
fi
if [ "${1:-}" = replica ]; then
  scripts/test-tools.sh
  build
  exec python3 benches/replica.py "$SEALPOST_BIN" "${MIB:-1024}" "${ROUNDS:-3}" "${SECONDS_A_TURN:-20}"
fi
if [ "${1:-}" = start ]; then
  build
  exec python3 benches/start_up.py "$SEALPOST_BIN" "${TRANSFERS:-10000}" "${ROUNDS:-9}"
fi
if [ "${1:-}" = web-sealed ]; then
  scripts/test-tools.sh
  scripts/web.sh install
  tools=${SEALPOST_TEST_TOOLS:-$PWD/target/test-tools}
  export NODE_PATH=$tools/node/node_modules
  exec "$tools/node/bin/node" web/packages/sealed/browser/bench.mjs target/web-sealed
fi
if [ -n "${FULL:-}" ]; then
  export MIB=${MIB:-1024} ROUNDS=${ROUNDS:-7} MEMORY_MIB=${MEMORY_MIB:-4096} PURGES=${PURGES:-100000}
fi
cargo build --release --locked -p sealpost-server -p sealpost-benches
exec target/release/sealpost-benches side-by-side "$@"
