#!/bin/sh
# Installs what tests need and Cargo cannot bring, under target/test-tools. Safe to run again, and by several at once.
set -eu

cd "$(dirname "$0")/.."
tools=${SEALPOST_TEST_TOOLS:-$PWD/target/test-tools}
mkdir -p "$tools"
exec 9>"$tools/.lock"
flock 9

# Python: an SMTP server (aiosmtpd) for the mail crate's tests.
python_packages='aiosmtpd==1.4.6 atpublic==7.0.0 attrs==25.4.0'
python_done="$tools/python/.installed"
if [ "$(cat "$python_done" 2>/dev/null)" != "$python_packages" ]; then
    rm -rf "$tools/python"
    python3 -m venv "$tools/python" || {
        echo "python3 cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2
        exit 1
    }
    # Word splitting is meant: one argument a package.
    "$tools/python/bin/pip" install --quiet --disable-pip-version-check --no-deps $python_packages
    echo "$python_packages" >"$python_done"
fi
