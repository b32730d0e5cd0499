#!/usr/bin/env bash
# Sends a real file through a real service on this machine, shows it sealed, fetches it back and compares.
#   FILE=path      the file to send (default: 1 GiB of generated text)
#   ONCE=1         end after the comparison instead of serving on
#   LISTEN=…       address to listen on (default: a free port of 127.0.0.1; plain HTTP, so loopback only)
#   PROFILE=debug  build quickly instead of well
set -euo pipefail
file=$(realpath -e -- "${FILE:-/dev/null}") # before the directory changes
cd "$(dirname "$0")/.."

profile=${PROFILE:-release}
work=target/demo
dev=$work/service
log=$work/service.log
server=

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
fail() { printf '\ndemo: %s\n' "$*" >&2; exit 1; }
# Waits up to half a minute for a command to succeed, as long as the service lives.
await() {
  for _ in $(seq 300); do
    "${@:2}" && return
    kill -0 "$server" 2>/dev/null || fail "the service has ended"
    sleep 0.1
  done
  fail "in vain: $1"
}
end() {
  local code=$?
  trap - EXIT
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; }
  if [ "$code" = 0 ]; then
    rm -rf "$work"
  else
    [ ! -s "$log" ] || { echo "The end of $log:"; tail -n 20 "$log"; } >&2
    printf '\nThe demo has FAILED.\n' >&2
  fi
  exit "$code"
}
trap end EXIT

command -v cargo >/dev/null || fail "Rust is missing: install it with rustup, or from your distribution"
scripts/install.sh build
scripts/web.sh

say "Building ($profile; the first time takes some minutes)"
case $profile in
release) cargo build --locked -p sealpost-server --release ;;
debug) cargo build --locked -p sealpost-server ;;
*) fail "PROFILE is release or debug" ;;
esac
sealpost=${CARGO_TARGET_DIR:-target}/$profile/sealpost

rm -rf "$work" && mkdir -p "$work/in" "$work/out"
if [ "$file" = /dev/null ]; then
  file=$work/in/patients.txt
  say "Generating $file (1 GiB)"
  # Readable text, so that a glance at what is stored shows that none of it is left. yes ends with its reader.
  { yes 'Patient: Anna Beispiel, born 1971-03-14, diagnosis confidential.' || true; } | head -c $((1 << 30)) >"$file"
fi
name=$(basename -- "$file")
size=$(stat -c %s -- "$file")

say "Starting the service"
"$sealpost" serve --dev "$dev" --listen "${LISTEN:-127.0.0.1:0}" 2>"$log" &
server=$!
await "the service is ready" test -s "$dev/dev.json"
sed -n 's/.*"base_url": *"\([^"]*\)".*/listening on \1/p' "$dev/dev.json"

say "Sending $name ($size bytes) to anna@example.org"
SECONDS=0
export SEALPOST_STATE_DIR=$work/state
sent=$("$sealpost" send --dev "$dev" --to anna@example.org --subject "The demo" --json -- "$file")
link=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' <<<"$sent" | head -n 1)
[ -n "$link" ] || fail "no link came back: $sent"
echo "in $SECONDS s; the link: $link"
has_mail() { compgen -G "$dev/mail/*.eml" >/dev/null; }
await "the mail is written" has_mail
mail=$(compgen -G "$dev/mail/*.eml" | head -n 1)
echo "the mail: $mail"
sed -n '/^\r*$/q; /^From: /p; /^To: /p; /^Subject: /p' "$mail" | sed 's/^/    /'
grep -qF -- "$link" "$mail" || fail "the link is not in the mail"

say "What lies on the disk"
mapfile -t objects < <(find "$dev/data/blobs" -type f | sort)
[ "$size" = 0 ] || [ ${#objects[@]} -gt 0 ] || fail "nothing is stored"
echo "${#objects[@]} sealed objects, $(du -sb "$dev/data/blobs" | cut -f 1) bytes; the beginning of the first one:"
[ ${#objects[@]} = 0 ] || od -A d -t x1z -N 96 "${objects[0]}"
at_rest=("$dev/data" "$dev/keyring" "$dev/vault" "$log")
# Looks for the first readable words of the file, and for its name.
words=$(head -c 1048576 -- "$file" | LC_ALL=C tr -c '[:print:]' '\n' | awk 'length >= 16 { print substr($0, 1, 60); exit }' || true)
for needle in "$words" "$name"; do
  [ ${#needle} -ge 8 ] || continue
  if found=$(grep -raFl -- "$needle" "${at_rest[@]}"); then fail "found in the clear: '$needle' in $found"; fi
  echo "not found in database, files, keys or log: '$needle'"
done

say "Fetching it back through the link"
SECONDS=0
"$sealpost" get "$link" -o "$work/out" >/dev/null
cmp -- "$file" "$work/out/$name" || fail "what came back is not what was sent"
echo "in $SECONDS s; equal, byte for byte"

if [ -z "${ONCE:-}" ]; then
  say "Serving until Ctrl-C: open $link in a browser"
  trap 'exit 0' INT TERM
  wait "$server"
  fail "the service has ended"
fi
