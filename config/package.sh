#!/usr/bin/env bash
# Packs a built feedroom: a tarball, and a Debian package where cargo-deb is there.
#
#   cargo build --locked --release && config/package.sh [FOLDER]      (FOLDER: where the packages go; target/package)
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
out=${1:-target/package}
mkdir -p "$out"
out=$(readlink -f "$out")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
# The time of everything in the packages: that of the commit, so that the same commit makes the same bytes.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

# What both packages hold lies in one folder, where Cargo.toml's `package.metadata.deb` looks for it.
stage=target/stage
rm -rf "$stage"
mkdir -p "$stage/man" "$stage/completions"
install -m 755 "$target/release/feedroom" "$stage/feedroom"
strip --strip-unneeded "$stage/feedroom"
feedroom=$stage/feedroom
"$feedroom" man --dir "$stage/man"
"$feedroom" completions bash >"$stage/completions/feedroom"
"$feedroom" completions zsh >"$stage/completions/_feedroom"
"$feedroom" completions fish >"$stage/completions/feedroom.fish"

name=feedroom-$version-$(uname -m)-linux
mkdir -p "target/tar/$name/config"
cp -r "$stage/feedroom" "$stage/man" "$stage/completions" README.md CHANGELOG.md LICENSE-* docs "target/tar/$name/"
cp -r config/*.toml config/*.service config/*.socket config/examples "target/tar/$name/config/"
tar -C target/tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "$name" |
  gzip -n9 >"$out/$name.tar.gz"
rm -rf target/tar
echo "$out/$name.tar.gz"

if command -v cargo-deb >/dev/null; then
  gzip -n9 "$stage"/man/*
  cargo deb --quiet --no-build --no-strip --output "$out/"
  ls "$out"/feedroom_*.deb
else
  echo "no Debian package: cargo-deb is not there (cargo install cargo-deb)"
fi
