#!/bin/sh
# Builds the pages of web/ into web/dist, which the binary has inside (docs/adr/0015). Safe to run again, and by several at
# once: it does nothing if nothing has changed. What it installs is pinned by web/package-lock.json.
#   web.sh            installs what is missing, and builds
#   web.sh install    installs what is missing
set -eu

cd "$(dirname "$0")/.."
tools=${SEALPOST_TEST_TOOLS:-$PWD/target/test-tools}
mkdir -p "$tools"
exec 9>"$tools/.web-lock"
flock 9

fail() {
    echo "web.sh: $*" >&2
    exit 1
}

# What all files are whose names come in, as one line.
sum() {
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

. scripts/node.sh
cd web
modules=node_modules

wanted="$("$node" --version) $(find . -name node_modules -prune -o -name dist -prune -o -name 'package*.json' -print0 | sum)"
if [ "$(cat $modules/.installed 2>/dev/null)" != "$wanted" ]; then
    # Word splitting is meant: a program and its script.
    $npm ci --loglevel=error --no-update-notifier --ignore-scripts --no-audit --no-fund >/dev/null || fail "npm ci failed"
    echo "$wanted" >$modules/.installed
fi
[ "${1:-}" != install ] || exit 0

sources="$wanted $(find . ../locales -name node_modules -prune -o -name dist -prune -o -type f -print0 | sum)"
if [ ! -e dist/admin/index.html ] || [ ! -e dist/pane/pane.html ] || [ ! -e dist/events/launchevent.js ] || [ "$(cat $modules/.built 2>/dev/null)" != "$sources" ]; then
    $npm run --silent build >$modules/.build.log 2>&1 || { cat $modules/.build.log >&2; fail "the pages do not build"; }
    echo "$sources" >$modules/.built
fi
