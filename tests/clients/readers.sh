#!/bin/sh
# Subscribes feed readers that are not feedroom's to a running `feedroom serve`, and tells what each one saw.
#
#   FEEDSMITH=DIR tests/clients/readers.sh FEEDROOM    DIR is where npm installed feedsmith
#
# Installs nothing. On Debian: apt-get install newsboat sfeed rss2email nodejs python3; pip install feedparser;
# npm install --prefix DIR feedsmith@3. Exits 1 where a reader saw something else than was published, 3 where a
# program is missing.
set -eu

here=$(dirname "$0")
if [ $# -ne 1 ]; then
    echo "usage: FEEDSMITH=DIR readers.sh FEEDROOM" >&2
    exit 2
fi
missing=
for program in newsboat sfeed_update r2e node python3; do
    command -v "$program" >/dev/null || missing="$missing $program"
done
python3 -c 'import feedparser' 2>/dev/null || missing="$missing python3:feedparser"
[ -d "${FEEDSMITH:-.}/node_modules/feedsmith" ] || missing="$missing npm:feedsmith"
if [ -n "$missing" ]; then
    echo "readers.sh: missing:$missing" >&2
    exit 3
fi
exec python3 -B "$here/readers.py" "$1" "${FEEDSMITH:-.}"
