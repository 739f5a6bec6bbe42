#!/usr/bin/env bash
# The shipped settings for nginx and Caddy, tried with the real ones: unchanged polls stay 304, in every coding, also
# where a proxy compresses by itself.
#
#   tests/clients/proxies.sh FEEDROOM
#
# Needs curl, and nginx or caddy (Debian: nginx-light, caddy); what isn't there is skipped, and said so.
set -euo pipefail
feedroom=$(realpath "$1")
here=$(cd "$(dirname "$0")/../.." && pwd)
port=${PORT:-18610}
front=http://127.0.0.1:$((port + 1))
PATH=$PATH:/usr/sbin

work=$(mktemp -d)
chmod 755 "$work"
started=()
finish() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

# Waits until an address answers.
up() { curl -s -o /dev/null --retry 50 --retry-delay 1 --retry-connrefused --retry-max-time 60 "$1" || fail "$1 never answered"; }

mkdir "$work/releases" "$work/releases/assets"
{ printf 'River levels rise\n\n5 June 2025\n\n'; for _ in $(seq 40); do echo "The weir stayed open, see assets/talk.mp3."; done; } \
  >"$work/releases/flood.txt"
head -c 200000 /dev/zero >"$work/releases/flood.mp3"
cat >"$work/feedroom.toml" <<CONF
[newsroom]
base_url = "$front/"
[[folder]]
path = "releases"
[server]
listen = ["127.0.0.1:$port"]
proxies = ["127.0.0.1"]
moved = { "/feed/" = "/rss.xml" }
gone = ["/staff.xml"]
CONF
FEEDROOM_LOG=feedroom::access=info "$feedroom" serve --config "$work/feedroom.toml" --ephemeral \
  >"$work/out" 2>"$work/log" &
started+=($!)
up "http://127.0.0.1:$port/rss.xml"

# field NAME ARGUMENTS…: a header field of what curl gets.
field() { local name=$1; shift; curl -s -o /dev/null -D - "$@" | tr -d '\r' | sed -n "s/^$name: *//Ip" | head -1; }
status() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
want() { [ "$2" = "$3" ] || fail "$name: $1 is $2, not $3"; }

# What must hold behind every proxy.
behind() {
  name=$1
  up "$front/rss.xml"
  for path in /rss.xml /atom.xml /feed.json; do
    [ -z "${VERBOSE:-}" ] || "$feedroom" check "$front$path" || true
    "$feedroom" check "$front$path" >"$work/check" 2>&1 || { cat "$work/check"; fail "$name: check of $path"; }
  done
  local coding tag forms form
  for coding in identity gzip br zstd; do
    tag=$(field etag -H "Accept-Encoding: $coding" "$front/rss.xml")
    [ -n "$tag" ] || fail "$name: no ETag under $coding"
    # As it came, weakened, and with what Apache would make of it.
    local strong=${tag#W/}
    forms=("$tag" "W/$strong" "${strong%\"}-gzip\"" "\"other\", $tag")
    for form in "${forms[@]}"; do
      want "a poll with $form under $coding" \
        "$(status -H "Accept-Encoding: $coding" -H "If-None-Match: $form" "$front/rss.xml")" 304
    done
    want "a poll with another tag under $coding" \
      "$(status -H "Accept-Encoding: $coding" -H 'If-None-Match: "other"' "$front/rss.xml")" 200
  done
  want "a poll by date" "$(status -H "If-Modified-Since: $(field last-modified "$front/rss.xml")" "$front/rss.xml")" 304
  want "HEAD" "$(status -I "$front/rss.xml")" 200
  want "a former address" "$(status "$front/feed/")" 301
  want "where it leads" "$(field location "$front/feed/" | sed 's,^http://[^/]*,,')" /rss.xml
  want "a retired feed" "$(status "$front/staff.xml")" 410
  want "a part of an asset" "$(status -H 'Range: bytes=0-99' "$front/assets/flood.mp3")" 206
  # The edition before the next change, and what is new since.
  tag=$(field etag -H 'Accept-Encoding: gzip' "$front/rss.xml")
  printf 'A change behind %s\n\n6 June 2025\n\nThe lock opens.\n' "$name" >"$work/releases/$((++number)).txt"
  for _ in $(seq 100); do
    [ "$(status -H 'Accept-Encoding: gzip' -H "If-None-Match: $tag" "$front/rss.xml")" = 304 ] || break
    sleep 0.1
  done
  want "a poll for what is new" \
    "$(status -H 'A-IM: feed' -H 'Accept-Encoding: gzip' -H "If-None-Match: $tag" "$front/rss.xml")" 226
  # The client is told as the proxy names it, not as it names itself.
  curl -s -o /dev/null --interface 127.0.0.2 -H 'X-Forwarded-For: 203.0.113.9' "$front/robots.txt?$number"
  grep -q "client=\"127.0.0.2\".*target=\"/robots.txt?$number\"" "$work/log" || fail "$name: the client is not in the log"
  echo "$name: all as it should be"
}
number=0

# The shipped settings with another address and without TLS, inside of the rest of a configuration.
nginx_with() {
  sed -e "s/127.0.0.1:8080/127.0.0.1:$port/" -e "s/listen 443 ssl http2/listen 127.0.0.1:$((port + 1))/" \
    -e '/listen \[::\]/d' -e '/ssl_certificate/d' "$here/config/nginx.conf" | sed "$2" >"$work/server.conf"
  cat >"$work/nginx.conf" <<CONF
daemon off; pid $work/nginx.pid; error_log $work/error.log; worker_processes 1;
events { worker_connections 512; }
http {
    access_log off; client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/f;
    uwsgi_temp_path $work/u; scgi_temp_path $work/s; $1
    include $work/server.conf;
}
CONF
  nginx -c "$work/nginx.conf" -p "$work" 2>"$work/start.log" &
  proxy=$!
  started+=($proxy)
}

if command -v nginx >/dev/null; then
  types="application/rss+xml application/atom+xml application/feed+json"
  gzip="gzip on; gzip_proxied any; gzip_min_length 100; gzip_vary on; gzip_types $types;"
  nginx_with "" ""
  behind nginx
  kill $proxy; wait $proxy || true
  nginx_with "$gzip" "/gzip off/d"
  behind "nginx with gzip on"
  kill $proxy; wait $proxy || true
  # Here nginx alone compresses: feedroom is never told that the reader takes gzip.
  nginx_with "$gzip" "s/gzip off;/proxy_set_header Accept-Encoding identity;/"
  up "$front/rss.xml"
  tag=$(field etag -H 'Accept-Encoding: gzip' "$front/rss.xml")
  case $tag in W/*) ;; *) fail "nginx that compresses itself was to weaken the tag: $tag" ;; esac
  behind "nginx that compresses itself"
  kill $proxy; wait $proxy || true
else
  echo "SKIPPED: nginx is not here"
fi

if command -v caddy >/dev/null; then
  sed -e "s/127.0.0.1:8080/127.0.0.1:$port/" -e "s,^news.example.org,$front," "$here/config/Caddyfile" >"$work/Caddyfile"
  sed -i "1i {\n\tadmin off\n\tauto_https off\n}" "$work/Caddyfile"
  HOME=$work caddy run --config "$work/Caddyfile" --adapter caddyfile 2>"$work/caddy.log" &
  started+=($!)
  behind Caddy
else
  echo "SKIPPED: caddy is not here"
fi
