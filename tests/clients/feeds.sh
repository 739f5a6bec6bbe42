#!/bin/sh
# Judges generated feeds with programs that are not feedroom's: xmllint, jing and feedparser.
#
#   tests/clients/feeds.sh DIR...    each DIR is a site: opml.xml, rss.xml, atom.xml, feed.json, TOPIC/...
#
# Installs nothing. On Debian: apt-get install libxml2-utils jing python3; pip install feedparser html5lib.
set -eu

here=$(dirname "$0")
missing=
for program in xmllint jing python3; do
    command -v "$program" >/dev/null || missing="$missing $program"
done
for module in feedparser html5lib; do
    python3 -c "import $module" 2>/dev/null || missing="$missing python3:$module"
done
if [ -n "$missing" ]; then
    echo "feeds.sh: missing:$missing" >&2
    exit 3
fi
if [ $# -eq 0 ]; then
    echo "usage: feeds.sh DIR..." >&2
    exit 2
fi

failed=0
for site in "$@"; do
    find "$site" -name '*.xml' -exec xmllint --noout --nonet {} + || failed=1
    # jing's wrapper warns on stderr of Java libraries that it does not need.
    find "$site" -name '*atom.xml' -exec jing -c "$here/atom.rnc" {} + 2>/dev/null || failed=1
    python3 "$here/feeds.py" "$site" || failed=1
done
exit $failed
