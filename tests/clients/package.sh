#!/usr/bin/env bash
# The packages: made, judged by lintian, and installed, removed and purged in a fresh Debian root. Needs root.
# Usage: package.sh   (after `cargo build --release`; needs cargo-deb, lintian, debootstrap)
set -euo pipefail
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
config/package.sh "$dir/packages"
deb=$(echo "$dir"/packages/feedroom_*.deb)

lintian --fail-on error --suppress-tags initial-upload-closes-no-bugs "$deb"

# The tarball works where it is unpacked.
mkdir "$dir/tar"
tar -xzf "$dir"/packages/feedroom-*.tar.gz -C "$dir/tar" --strip-components=1
"$dir/tar/feedroom" --version
test -s "$dir/tar/man/feedroom-serve.1" && test -s "$dir/tar/config/feedroom@.service"

root=$dir/root
# The suite and mirror that this machine itself installs from.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -1 || true)
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
if ! debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$dir/debootstrap.log" 2>&1; then
  tail -3 "$dir/debootstrap.log"
  echo "SKIPPED: no fresh Debian root could be made here; the package is unpacked instead"
  dpkg-deb -x "$deb" "$root"
  test -x "$root/usr/bin/feedroom" && test -f "$root/etc/feedroom/feedroom.toml"
  exit 0
fi
cp "$deb" "$root/feedroom.deb"
within() { chroot "$root" env DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

within dpkg -i /feedroom.deb
within feedroom --version
within feedroom config --config /etc/feedroom/feedroom.toml >/dev/null
for file in /etc/feedroom/feedroom.toml /usr/share/bash-completion/completions/feedroom \
  /usr/share/zsh/vendor-completions/_feedroom /usr/share/fish/vendor_completions.d/feedroom.fish \
  /lib/systemd/system/feedroom.service /lib/systemd/system/feedroom@.service /lib/systemd/system/feedroom.socket; do
  test -s "$root$file" || { echo "$file is not there"; exit 1; }
done
within dpkg-query -W -f '${Conffiles}' feedroom | grep -q /etc/feedroom/feedroom.toml
# minbase leaves manual pages out of no package, so they are judged by the reader of this machine.
dpkg-deb -x "$deb" "$dir/unpacked"
MANPATH=$dir/unpacked/usr/share/man man -P cat feedroom-serve | grep -q -- '--listen'
test ! -e "$root/etc/systemd/system/multi-user.target.wants/feedroom.service" # nothing starts by itself

# What the service would leave behind; a setting of the administrator.
install -d -m 700 "$root/var/lib/private/feedroom"
echo ledger >"$root/var/lib/private/feedroom/ledger.db"
ln -s private/feedroom "$root/var/lib/feedroom"
echo '# ours' >>"$root/etc/feedroom/feedroom.toml"
within dpkg -i /feedroom.deb # an upgrade keeps both
grep -q '# ours' "$root/etc/feedroom/feedroom.toml"
within dpkg -r feedroom
test ! -e "$root/usr/bin/feedroom" && test -s "$root/var/lib/feedroom/ledger.db"
grep -q '# ours' "$root/etc/feedroom/feedroom.toml"
within dpkg -P feedroom
left=$(find "$root" -xdev -path "$root/proc" -prune -o -name '*feedroom*' ! -name feedroom.deb -print)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
echo "installed, upgraded, removed with the state kept, purged wholly"
