#!/usr/bin/env bash
# Installs from Debian what building (`install.sh build`) or testing (`install.sh test`) needs and is not there.
set -euo pipefail

declare -A packages=([cc]=gcc [curl]=curl [make]=make [git]=git)
if [ "${1:-build}" = test ]; then
  packages+=([wget]=wget [aria2c]=aria2 [unzip]=unzip [7z]=p7zip-full [node]=nodejs [npm]=npm [openssl]=openssl [/usr/bin/python3]=python3
    [chromium]=chromium)
  extra=()
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || extra+=(postgresql)
  /usr/bin/python3 -c 'import cryptography' 2>/dev/null || extra+=(python3-cryptography)
  /usr/bin/python3 -c 'import venv, ensurepip' 2>/dev/null || extra+=(python3-venv)
fi

missing=(${extra[@]+"${extra[@]}"})
for command in "${!packages[@]}"; do
  command -v "$command" >/dev/null || missing+=("${packages[$command]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing from Debian: ${missing[*]}"
sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
# Debian starts its own PostgreSQL cluster on installation; the tests make one of theirs and leave that alone.
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
