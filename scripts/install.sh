#!/usr/bin/env bash
# Installs from Debian what building (`install.sh build`) or testing (`install.sh test`) needs and is not there.
# Safe to run again: it then does nothing. Rust itself comes from rustup or wherever you have it from.
set -euo pipefail

declare -A packages=([cc]=gcc [curl]=curl [make]=make [git]=git)
others=()
# Without recommended packages, a compiler comes without the C library's headers, and curl without certificates.
[ -e /usr/include/stdlib.h ] || others+=(libc6-dev)
[ -e /etc/ssl/certs/ca-certificates.crt ] || others+=(ca-certificates)
# Node builds the pages; where there is none that is new enough, scripts/node.sh gets one by way of Python.
if ! { command -v npm && node "$(dirname "$0")/node-is-new-enough.cjs"; } >/dev/null 2>&1; then
  packages+=([/usr/bin/python3]=python3)
  /usr/bin/python3 -c 'import venv, ensurepip' 2>/dev/null || others+=(python3-venv)
fi
if [ "${1:-build}" = test ]; then
  packages+=(
    [wget]=wget [aria2c]=aria2 [unzip]=unzip [7z]=p7zip-full [openssl]=openssl
    [chromium]=chromium [firefox-esr]=firefox-esr [WebKitWebDriver]=webkit2gtk-driver [Xvfb]=xvfb
    [/usr/bin/python3]=python3 [/usr/sbin/rsyslogd]=rsyslog
    [mount]=mount [unshare]=util-linux [prlimit]=util-linux [strace]=strace [psql]=postgresql-client
    [/usr/sbin/clamd]=clamav-daemon [/usr/sbin/nginx]=nginx-light [caddy]=caddy
    [dpkg-shlibdeps]=dpkg-dev [lintian]=lintian [setpriv]=util-linux [systemd-analyze]=systemd [shellcheck]=shellcheck
    [softhsm2-util]=softhsm2 [pkcs11-tool]=opensc
    [prometheus]=prometheus [promtool]=prometheus
  )
  compgen -G '/usr/lib/*/rsyslog/lmnsd_ossl.so' >/dev/null || others+=(rsyslog-openssl)
  compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || others+=(libfaketime)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || others+=(postgresql)
  /usr/bin/python3 -c 'import cryptography' 2>/dev/null || others+=(python3-cryptography)
  /usr/bin/python3 -c 'import argon2' 2>/dev/null || others+=(python3-argon2)
  /usr/bin/python3 -c 'import venv, ensurepip' 2>/dev/null || others+=(python3-venv)
fi

missing=("${others[@]}")
for command in "${!packages[@]}"; do
  command -v "$command" >/dev/null || missing+=("${packages[$command]}")
done

if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing from Debian: ${missing[*]}"
  command -v apt-get >/dev/null || { echo "There is no apt-get here: install the like of these yourself." >&2; exit 1; }
  sudo=
  if [ "$(id -u)" != 0 ]; then
    sudo=sudo
    command -v sudo >/dev/null || { echo "Neither root nor sudo: have them installed for you." >&2; exit 1; }
  fi
  $sudo apt-get update -qq
  # Debian starts a PostgreSQL cluster of its own on installation; the tests make one of theirs and leave that alone.
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if [ "${1:-build}" = test ] && ! { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1; then
  echo "Installing from rustup: rustfmt clippy"
  rustup component add rustfmt clippy
fi
