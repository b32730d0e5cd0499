#!/usr/bin/env bash
# Sends a real file through a real service on this machine, shows it sealed, fetches it back and compares.
#   FILE=path  the file to send (default: 1 GiB of generated text)
#   ONCE=1     end after the comparison instead of serving on
#   LISTEN=…   address to listen on (default 127.0.0.1:8443, plain HTTP on loopback)
set -euo pipefail
cd "$(dirname "$0")/.."

listen=${LISTEN:-127.0.0.1:8443}
work=target/demo
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

command -v cargo >/dev/null || { echo "Rust is missing: install it from your distribution or with rustup." >&2; exit 1; }
scripts/install.sh build

say "Building (release; the first time takes some minutes)"
cargo build --release --locked -p sealpost-server
sealpost=target/release/sealpost

rm -rf "$work" && mkdir -p "$work/in" "$work/out"
file=${FILE:-}
if [ -z "$file" ]; then
  file=$work/in/big-file.txt
  say "Generating $file (1 GiB)"
  # Readable text, so that a glance at what is stored shows that none of it is left.
  yes 'Patient: Anna Beispiel, born 1971-03-14, diagnosis confidential.' | head -c $((1 << 30)) >"$file" || true
fi

say "Starting the service"
"$sealpost" serve --dev "$work/data" --listen "$listen" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true' EXIT
for _ in $(seq 300); do [ -s "$work/data/dev.json" ] && break; kill -0 $server; sleep 0.1; done

say "Sending $file to anna@example.org"
link=$("$sealpost" send --dev "$work/data" --to anna@example.org --subject "Demo" --json "$file" | sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' | head -n 1)
echo "link: $link"
mail=$(find "$work/data" -name '*.eml' | head -n 1)
for _ in $(seq 100); do [ -n "$mail" ] && break; sleep 0.1; mail=$(find "$work/data" -name '*.eml' | head -n 1); done
echo "mail: $mail"

say "What lies on the disk"
object=$(find "$work/data/blobs" -type f | sort | head -n 1)
find "$work/data/blobs" -type f | wc -l | xargs echo "objects:"
od -A d -t x1z -N 96 "$object"
needle=$(head -c 32 "$file" | tr -d '\000')
if [ -n "$needle" ] && grep -qraF -- "$needle" "$work/data"; then echo "plaintext found at rest" >&2; exit 1; fi
echo "No byte of the file can be found at rest."

say "Fetching it back through the link"
"$sealpost" get "$link" -o "$work/out"
fetched=$(find "$work/out" -type f | head -n 1)
cmp "$file" "$fetched"
echo "equal: $(stat -c %s "$fetched") bytes"

[ -n "${ONCE:-}" ] && exit 0
say "Serving until Ctrl-C: open $link in a browser"
wait $server
