#!/usr/bin/env bash
# The shipped units judged by systemd itself: no complaint, and an exposure of at most 1.2.
# Usage: units.sh FEEDROOM
set -euo pipefail
feedroom=$(readlink -f "$1")
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# Whether a program is at /usr/bin is a matter of the package, not of the unit.
for unit in config/feedroom*.service config/feedroom.socket; do
  sed "s|/usr/bin/feedroom|$feedroom|" "$unit" >"$dir/${unit#config/}"
done
cp "$dir/feedroom@.service" "$dir/feedroom@harbour.service"
cd "$dir"
for unit in feedroom.service feedroom.socket feedroom@harbour.service; do
  said=$(systemd-analyze verify --man=no "./$unit" 2>&1)
  [ -z "$said" ] || { echo "$unit: $said"; exit 1; }
done
for unit in feedroom.service feedroom@harbour.service; do
  systemd-analyze security --offline=true --threshold=12 "./$unit" >"$dir/report" || { cat "$dir/report"; exit 1; }
  tail -1 "$dir/report"
done
# One sandbox: what is between these two lines is the same in both units.
sandbox() { sed -n '/^# Many small connections/,/^# Left out/p' "$1"; }
diff <(sandbox feedroom.service) <(sandbox feedroom@.service)
