#!/bin/bash
# The server against nginx: the same bodies and codings from both, in turns within each round, over the loopback.
#
#   benches/serve.sh [-r ROUNDS=5] [-d SECONDS=2] [-c CONNECTIONS=64] [CASE …]
#
# Cases: 304 gzip plain small close h2. Prints for each the medians of requests a second, of the 99th percentile and
# of CPU a request (user and system, of the process and its children), and the medians of the ratios within each
# round, feedroom to nginx. Needs nginx, wrk, h2load (nghttp2-client) and curl, all of Debian.
# SHELF names a built `shelf` example; without it one is built.
set -eu
rounds=5 seconds=2 connections=64
while getopts r:d:c: option; do
    case $option in
        r) rounds=$OPTARG ;;
        d) seconds=$OPTARG ;;
        c) connections=$OPTARG ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- 304 gzip plain small close h2
here=$(cd "$(dirname "$0")/.." && pwd)
for tool in nginx wrk h2load curl; do
    PATH=$PATH:/usr/sbin command -v $tool >/dev/null || { echo "$tool is missing" >&2; exit 3; }
done
if [ -z "${SHELF:-}" ]; then
    (cd "$here" && cargo build --release --quiet --example shelf)
    SHELF=$here/target/release/examples/shelf
fi

work=$(mktemp -d)
started=()
finish() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

port=${PORT:-18470}
mkdir "$work/www"
"$SHELF" make "$work/www"
cat >"$work/nginx.conf" <<CONF
daemon off; pid $work/nginx.pid; error_log $work/error.log; worker_processes 2; worker_rlimit_nofile 16384;
events { worker_connections 8192; multi_accept on; }
http {
    access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000;
    open_file_cache max=100 inactive=1h; open_file_cache_valid 1h; gzip_static on; gzip_vary on; etag on;
    types { application/rss+xml xml; } charset utf-8; charset_types application/rss+xml;
    server {
        listen 127.0.0.1:$((port + 1)) backlog=4096;
        listen 127.0.0.1:$((port + 2)) http2 backlog=4096;
        http2_max_requests 1000000000; root $work/www;
        add_header Cache-Control "max-age=300, stale-while-revalidate=600";
        add_header X-Content-Type-Options nosniff;
        add_header Access-Control-Allow-Origin "*";
        add_header Access-Control-Expose-Headers "ETag, IM, Delta-Base";
    }
}
CONF
chmod -R a+rX "$work"
"$SHELF" serve "$work/www" 127.0.0.1:$port &
started+=($!)
PATH=$PATH:/usr/sbin nginx -c "$work/nginx.conf" -p "$work" 2>"$work/start.log" &
started+=($!)
sleep 1

# CPU of a process and its children, in ticks.
ticks() {
    local pid sum=0 fields
    for pid in "$1" $(cat /proc/"$1"/task/*/children 2>/dev/null); do
        fields=$(sed 's/.*) //' /proc/"$pid"/stat)
        set -- $fields
        sum=$((sum + ${12} + ${13}))
    done
    echo $sum
}

# One run: server pid, port and case → requests a second, p99 in µs, CPU µs a request.
run() {
    local pid=$1 at=$2 case=$3 file=big coding=gzip headers=() before after out p99
    case $case in
        small) file=small ;;
        plain) coding=identity ;;
        close) headers=(-H "Connection: close") ;;
    esac
    local url=http://127.0.0.1:$at/$file.xml
    headers+=(-H "Accept-Encoding: $coding")
    if [ "$case" = 304 ]; then
        headers+=(-H "If-None-Match: $(curl -s -o /dev/null -D - "${headers[@]}" "$url" | tr -d '\r' | sed -n 's/^etag: *//Ip')")
    fi
    before=$(ticks "$pid")
    if [ "$case" = h2 ]; then
        [ "$pid" = "${started[0]}" ] || url=http://127.0.0.1:$((port + 2))/$file.xml
        rm -f "$work/log"
        out=$(h2load -t 2 -c 16 -m 16 -D "$seconds" --log-file "$work/log" "${headers[@]}" "$url" |
            awk '/^finished/ { rate = $4 } /^requests:/ { count = $8 } END { print rate + 0, count + 0 }')
        # The third column of the log is the time of each request in µs.
        p99=$(awk '{ print $3 }' "$work/log" | sort -n | awk '{ v[NR] = $1 } END { print v[int(NR * 0.99)] + 0 }')
        out="${out% *} $p99 ${out#* }"
    else
        out=$(wrk -t 2 -c "$connections" -d "${seconds}s" -s "$work/report.lua" "${headers[@]}" "$url" | sed -n 's/^@@ //p')
    fi
    after=$(ticks "$pid")
    echo "$out" | awk -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" \
        '{ printf "%.0f %.0f %.2f\n", $1, $2, $3 ? ticks * 1e6 / hz / $3 : 0 }'
}

cat >"$work/report.lua" <<'LUA'
done = function(summary, latency)
    io.write(string.format("@@ %f %d %d\n", summary.requests / summary.duration * 1e6, latency:percentile(99), summary.requests))
end
LUA

for round in $(seq "$rounds"); do
    for case in "$@"; do
        a=$(run "${started[0]}" $port "$case")
        b=$(run "${started[1]}" $((port + 1)) "$case")
        echo "$case $a $b" >>"$work/rounds"
    done
done

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
echo "| case | requests/s | nginx | ratio | p99 µs | nginx | ratio | CPU µs/request | nginx | ratio |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
for case in "$@"; do
    column() { awk -v case="$case" "\$1 == case { print $1 }" "$work/rounds" | median; }
    printf '| %s | %.0f | %.0f | **%.2f** | %.0f | %.0f | **%.2f** | %.1f | %.1f | **%.2f** |\n' "$case" \
        "$(column '$2')" "$(column '$5')" "$(column '$2 / $5')" "$(column '$3')" "$(column '$6')" \
        "$(column '$3 / $6')" "$(column '$4')" "$(column '$7')" "$(column '$4 / $7')"
done
