#!/usr/bin/env bash
# Measures Sealpost beside bare handlers on this machine, in one run of about five minutes: docs/performance.md.
#   bench.sh [CASE…]   upload-discard, upload-local, download, small-files, memory, purge, wrong-passwords (default: all)
#   bench.sh format    the file format alone (criterion)
#   bench.sh session   telling who is calling (criterion), on both databases
#   bench.sh record    appending to the audit log, and pages of the log among a million transfers, on both databases
#   bench.sh rules     ten thousand rules for a hundred recipients (criterion)
#   bench.sh inspect   looking into files (criterion)
#   bench.sh stores    a file through a directory, Azurite and moto: CPU and memory of the service (MIB, ROUNDS)
#   bench.sh reports   what reports ask the database beside a million transfers, on both databases
#   bench.sh sizes     what a transfer takes in the database, on both engines
#   MIB, ROUNDS, FILES, MEMORY_MIB, PURGES   how much; FULL=1 sets what docs/performance.md was measured with
#   STRICT=1           ends with an error if a budget is missed
#   DIR=path           where files are stored (default: beside the executable); a disk, or fsync costs nothing
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
if [ "${1:-}" = sizes ]; then
  cargo build --release --locked -p sealpost-server
  exec python3 benches/database_size.py target/release/sealpost
fi
if [ "${1:-}" = stores ]; then
  scripts/test-tools.sh
  cargo build --release --locked -p sealpost-server
  exec python3 benches/stores.py target/release/sealpost "${MIB:-1024}" "${ROUNDS:-3}"
fi
if [ -n "${FULL:-}" ]; then
  export MIB=${MIB:-1024} ROUNDS=${ROUNDS:-7} MEMORY_MIB=${MEMORY_MIB:-4096} PURGES=${PURGES:-100000}
fi
cargo build --release --locked -p sealpost-server -p sealpost-benches
exec target/release/sealpost-benches side-by-side "$@"
