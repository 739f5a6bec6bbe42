#!/usr/bin/env bash
# newsboat.sh FEEDROOM: subscribes newsboat to a running `feedroom serve`, and sees whether a dropped file appears,
# an edited one stays one item, and a renamed one does not come again.
set -euo pipefail
feedroom=$(realpath "$1")
command -v newsboat >/dev/null || { echo "newsboat is missing: apt-get install newsboat" >&2; exit 2; }
command -v sqlite3 >/dev/null || python3 -c 'import sqlite3' || { echo "python3 with sqlite3 is missing" >&2; exit 2; }

work=$(mktemp -d)
server=
finish() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT
mkdir -p "$work/releases/water"
cat >"$work/releases/water/lock.txt" <<'TEXT'
The lock opens again

5 June 2025

Boats can pass the lock from Monday on.
TEXT

"$feedroom" serve "$work/releases" --listen 127.0.0.1:0 --base-url http://127.0.0.1:1/ --state "$work/state" >"$work/log" 2>&1 &
server=$!
for _ in $(seq 100); do
  url=$(sed -n 's/^listening on //p' "$work/log")
  [ -n "$url" ] && break
  kill -0 "$server" || { cat "$work/log"; exit 1; }
  sleep 0.1
done

echo "${url}rss.xml" >"$work/urls"
# newsboat counts days and sends If-Modified-Since: a change within a second must reach it too.
reload() {
  newsboat -q -u "$work/urls" -c "$work/cache.db" -C /dev/null -x reload
  python3 - "$work/cache.db" <<'PY'
import sqlite3, sys, time
for title, date in sqlite3.connect(sys.argv[1]).execute("select title, pubDate from rss_item order by pubDate, title"):
    print(time.strftime("%Y-%m-%d", time.gmtime(date)), title)
PY
}
expect() {
  if [ "$2" != "$3" ]; then
    printf 'FAILED: %s\nwanted:\n%s\ngot:\n%s\n' "$1" "$2" "$3"
    exit 1
  fi
  echo "newsboat: $1"
}

expect "shows the release with its date" "2025-06-05 The lock opens again" "$(reload)"

cat >"$work/releases/water/ferry.txt" <<'TEXT'
A ferry for the northern line

6 June 2025

It takes forty cars.
TEXT
sleep 1.5
both=$'2025-06-05 The lock opens again\n2025-06-06 A ferry for the northern line'
expect "shows a dropped file after a reload" "$both" "$(reload)"

sed -i 's/forty/forty-two/' "$work/releases/water/ferry.txt"
sleep 1.5
expect "keeps an edited release one item" "$both" "$(reload)"

mv "$work/releases/water/ferry.txt" "$work/releases/water/northern-line.txt"
sleep 1.5
expect "keeps a renamed release one item" "$both" "$(reload)"

kill "$server"
wait "$server"
server=
