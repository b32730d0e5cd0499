#!/usr/bin/env bash
# Puts the binary, its unit and its documentation into a Debian package: target/sealpost_VERSION_ARCHITECTURE.deb.
# The same input gives the same bytes.
#   BIN      the binary (default: target/release/sealpost, which `make build` makes)
#   OUT      the directory for the package (default: target)
#   QUICK=1  compresses little, for trying out
set -euo pipefail

cd "$(dirname "$0")/.."
BIN=${BIN:-target/release/sealpost}
OUT=${OUT:-target}
compression=(-Zxz)
[ -z "${QUICK:-}" ] || compression=(-Zgzip -z1)
fail() { echo "package-deb.sh: $*" >&2; exit 1; }
[ -x "$BIN" ] || fail "$BIN is missing; make build makes it"
command -v dpkg-shlibdeps >/dev/null || fail "dpkg-shlibdeps is missing; on Debian: apt-get install dpkg-dev"

# Times in the package are those of the last commit, not of the building.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.toml)}
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
[ -n "$version" ] || fail "Cargo.toml has no version"
architecture=$(dpkg --print-architecture)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/debian/sealpost
doc=$root/usr/share/doc/sealpost
umask 022

install -D -m 755 "$BIN" "$root/usr/bin/sealpost"
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/sealpost"
install -D -m 640 deploy/deb/sealpost.toml "$root/etc/sealpost/sealpost.toml"
install -D -m 644 deploy/systemd/sealpost.service "$root/usr/lib/systemd/system/sealpost.service"
install -D -m 644 deploy/systemd/sealpost.sysusers "$root/usr/lib/sysusers.d/sealpost.conf"
install -D -m 644 deploy/systemd/sealpost.tmpfiles "$root/usr/lib/tmpfiles.d/sealpost.conf"
install -D -m 644 deploy/deb/copyright "$doc/copyright"
install -D -m 644 -t "$doc" docs/operations.md docs/keys.md docs/retention.md docs/security.md docs/audit.md
install -D -m 644 deploy/sealpost.example.toml "$doc/examples/sealpost.example.toml"
[ ! -d deploy/proxy ] || install -D -m 644 -t "$doc/examples" deploy/proxy/*
mkdir -p "$root/usr/share/man/man1" "$root/usr/share/lintian/overrides" "$root/DEBIAN"
gzip -9n <deploy/deb/sealpost.1 >"$root/usr/share/man/man1/sealpost.1.gz"
gzip -9n <CHANGELOG.md >"$doc/CHANGELOG.md.gz"
gzip -9n >"$doc/changelog.gz" <<END
sealpost ($version) stable; urgency=medium

  * What has changed is in CHANGELOG.md.gz.

 -- $(sed -n 's/^Maintainer: //p' deploy/deb/control)  $(LC_ALL=C date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")
END
install -m 644 deploy/deb/lintian-overrides "$root/usr/share/lintian/overrides/sealpost"

# What the binary is linked with, in versions that have the symbols that it uses.
printf 'Source: sealpost\n\nPackage: sealpost\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O -e debian/sealpost/usr/bin/sealpost | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || fail "dpkg-shlibdeps found nothing that $BIN is linked with"

install -m 755 deploy/deb/postinst deploy/deb/prerm deploy/deb/postrm "$root/DEBIAN"
echo /etc/sealpost/sealpost.toml >"$root/DEBIAN/conffiles"
size=$(du -k --apparent-size -s "$root" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" -e "s/@DEPENDS@/$depends/" \
  deploy/deb/control >"$root/DEBIAN/control"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod 644 "$root/DEBIAN/conffiles" "$root/DEBIAN/control" "$root/DEBIAN/md5sums"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$OUT"
package=$OUT/sealpost_${version}_$architecture.deb
dpkg-deb --root-owner-group "${compression[@]}" --build "$root" "$package" >/dev/null
echo "$package"
