#!/bin/sh
# Installs what tests need and Cargo cannot bring, under target/test-tools. Safe to run again, and by several at once.
# Everything is pinned: tests/tools has the lists.
set -eu

cd "$(dirname "$0")/.."
tools=${SEALPOST_TEST_TOOLS:-$PWD/target/test-tools}
mkdir -p "$tools"
exec 9>"$tools/.lock"
flock 9

fail() {
    echo "test-tools.sh: $*" >&2
    exit 1
}

# Whether $1 was installed from these very files by these very programs; else forgets it.
is_installed() {
    [ "$(cat "$tools/$1/.installed" 2>/dev/null)" = "$2" ] || { rm -rf "${tools:?}/$1" && return 1; }
}

# Python: an SMTP server (aiosmtpd) for the mail crate's tests, a tus client (tuspy) for the journeys, S3 (moto) for the blob crate's.
command -v python3 >/dev/null || fail "python3 is missing"
wanted="$(python3 --version) $(sha256sum <tests/tools/requirements.txt)"
if ! is_installed python "$wanted"; then
    python3 -m venv "$tools/python" ||
        fail "python3 cannot make a virtual environment; on Debian: apt-get install python3-venv"
    "$tools/python/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement tests/tools/requirements.txt
    echo "$wanted" >"$tools/python/.installed"
fi

# Node: another tus client (tus-js-client) for the journeys; Azure Blob (azurite); what drives a browser and checks what it shows.
. scripts/node.sh
wanted="$node $("$node" --version) $(cat tests/tools/package.json tests/tools/package-lock.json | sha256sum)"
if ! is_installed node "$wanted"; then
    mkdir -p "$tools/node/bin"
    ln -s "$node" "$tools/node/bin/node"
    cp tests/tools/package.json tests/tools/package-lock.json "$tools/node"
    # Word splitting is meant: a program and its script.
    (cd "$tools/node" && $npm ci --loglevel=error --no-update-notifier --ignore-scripts --no-audit --no-fund >/dev/null) || fail "npm ci failed"
    echo "$wanted" >"$tools/node/.installed"
fi
