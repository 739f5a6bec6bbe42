#!/usr/bin/env python3
"""A day of polls in fast motion: what it costs feedroom, and nginx with the same files.

    benches/day.py FEEDROOM [--subscribers N=10000] [--polls N=48]

Subscribers poll every half an hour, each on a new connection; three releases come during the day. Prints, for
feedroom and for nginx serving what `feedroom generate` wrote (with gzip_static), the bytes sent and the processor time,
and what a poll by `A-IM: feed` gets after a release. Needs nginx.

The mix of readers is that of a day of the blog Wandering Thoughts, counted by its author (Chris Siebenmann, "The
importance of limiting syndication feed requests in some way"): of 16,911 polls that were answered 9,419 got a 304, and of
the 7,492 others 313 took no compression. With three releases a day nearly all of those others don't ask whether
anything has changed. That one reader in twenty asks for what is new only (NewsBlur does) is an assumption.
"""

import itertools
import multiprocessing
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

# Of a hundred subscribers: how many, whether they keep validators, and what they send beside.
MIX = [
    (51, True, "Accept-Encoding: gzip, deflate\r\n"),
    (5, True, "Accept-Encoding: gzip, deflate\r\nA-IM: feed\r\n"),
    (42, False, "Accept-Encoding: gzip, deflate\r\n"),
    (2, False, ""),
]
RELEASES = (18, 26, 34)  # polls before which one comes: 9, 13 and 17 o'clock
WORDS = ("harbour quay lock tide vessel pilot dredging timetable works closure notice ferry berth office level weir "
         "channel buoy survey crane permit safety storm signal wharf traffic lighthouse anchor cargo customs").split()


def text(seed, count):
    """Words by a fixed rule, so that it compresses about as text does."""
    state, out = seed * 7919 + 17, []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append(WORDS[(state >> 33) % len(WORDS)] + ("" if (state >> 20) % 3 else f"{(state >> 40) % 97}"))
    return " ".join(out)


def release(number, date):
    paragraphs = "\n\n".join(text(number * 10 + at, 50).capitalize() + "." for at in range(4))
    return f"{text(number, 6).capitalize()} {number}\n\n{date}\n\n{paragraphs}\n"


def ticks(pid):
    """Processor time of a process and its children, in seconds."""
    pids = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as children:
            pids += children.read().split()
    total = 0
    for one in pids:
        with open(f"/proc/{one}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def poll(port, subscribers, results):
    """Polls once for each subscriber; counts answers and bytes by status and way of asking."""
    counts = {}
    for subscriber in subscribers:
        kind, keeps, headers = subscriber["kind"], *MIX[subscriber["kind"]][1:]
        if keeps and subscriber.get("etag"):
            headers += f"If-None-Match: {subscriber['etag']}\r\nIf-Modified-Since: {subscriber['date']}\r\n"
        stream = socket.socket()
        stream.bind((subscriber["address"], 0))
        stream.connect(("127.0.0.1", port))
        stream.sendall(f"GET /rss.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n".encode())
        data = stream.recv(1 << 20)
        length, head = len(data), data[:2000]
        while data:
            data = stream.recv(1 << 20)
            length += len(data)
        stream.close()
        status = int(head[9:12])
        if keeps and status != 304:
            for name in ("etag", "last-modified"):
                value = re.search(rb"\r\n%s: ([^\r]*)" % name.encode(), head, re.I).group(1).decode()
                subscriber["etag" if name == "etag" else "date"] = value
        count = counts.setdefault((kind, status), [0, 0])
        count[0] += 1
        count[1] += length
    results.put((counts, subscribers))


def crowd(port, orders, results, share):
    for _ in iter(orders.get, None):
        poll(port, share, results)


def day(name, port, count, polls, pid, publish):
    """A day of polls; what was answered, and the processor time that it took."""
    kinds = list(itertools.chain.from_iterable([kind] * share for kind, (share, *_) in enumerate(MIX)))
    everybody = [{"kind": kinds[at * 37 % 100], "address": f"127.1.{at >> 8 & 255}.{1 + at % 250}"} for at in range(count)]
    results, crowds = multiprocessing.Queue(), []
    for at in range(2):
        orders = multiprocessing.Queue()
        share = everybody[at::2]
        process = multiprocessing.Process(target=crowd, args=(port, orders, results, share))
        process.start()
        crowds.append((process, orders))
    total, before, begin = {}, ticks(pid), time.time()
    for number in range(polls):
        if number in RELEASES:
            publish(RELEASES.index(number))
        for _, orders in crowds:
            orders.put(number)
        for _ in crowds:
            for key, (answers, length) in results.get()[0].items():
                sum_ = total.setdefault(key, [0, 0])
                sum_[0] += answers
                sum_[1] += length
    spent = ticks(pid) - before
    for process, orders in crowds:
        orders.put(None)
        process.join()
    print(f"{name}: {sum(one[0] for one in total.values())} polls in {time.time() - begin:.0f} s", file=sys.stderr)
    return total, spent


def etag(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/rss.xml") as answer:
        return answer.headers["etag"]


def main():
    feedroom = os.path.realpath(sys.argv[1])
    options = dict(zip(sys.argv[2::2], map(int, sys.argv[3::2])))
    count, polls = options.get("--subscribers", 10000), options.get("--polls", 48)
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin") or sys.exit("nginx is missing")
    port, work = 18650, tempfile.mkdtemp(prefix="day")
    os.chmod(work, 0o755)
    started = []
    try:
        for name in ("served", "generated"):
            os.makedirs(f"{work}/{name}")
            for at in range(80):
                with open(f"{work}/{name}/{at}.txt", "w") as file:
                    file.write(release(at, f"{1 + at % 28} {'March April May'.split()[at // 28]} 2025"))

        def write(name, number):
            with open(f"{work}/{name}/new{number}.txt", "w") as file:
                file.write(release(1000 + number, f"{number + 5} June 2025"))

        def generate():
            run = subprocess.run([feedroom, "generate", "generated", "--out", "www", "--state", "gs", "--feeds-only",
                                  "--base-url", f"http://127.0.0.1:{port}/"], cwd=work, capture_output=True, text=True)
            if run.returncode:
                sys.exit(run.stdout + run.stderr)

        def publish_served(number):
            former = etag(port)
            write("served", number)
            while etag(port) == former:
                time.sleep(0.01)

        def publish_generated(number):
            write("generated", number)
            generate()
            time.sleep(1.5)  # longer than nginx keeps what it knows of a file

        generate()
        with open(f"{work}/nginx.conf", "w") as file:
            file.write(f"""daemon off; pid {work}/nginx.pid; error_log {work}/error.log; worker_processes 2;
                events {{ worker_connections 4096; multi_accept on; }}
                http {{ access_log off; sendfile on; tcp_nopush on; gzip_static on; gzip_vary on; etag on;
                    open_file_cache max=100 inactive=1h; open_file_cache_valid 1s; types {{ application/rss+xml xml; }}
                    client_body_temp_path {work}/b; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f;
                    uwsgi_temp_path {work}/u; scgi_temp_path {work}/s;
                    server {{ listen 127.0.0.1:{port + 1} backlog=4096; root {work}/www;
                        add_header Cache-Control "max-age=300, stale-while-revalidate=600"; }} }}""")
        started.append(subprocess.Popen([feedroom, "serve", "served", "--state", "ss", "--listen", f"127.0.0.1:{port}"],
                                        cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        started.append(subprocess.Popen([nginx, "-c", f"{work}/nginx.conf", "-p", work], stderr=subprocess.DEVNULL))
        time.sleep(2)
        rows = [
            ("feedroom", *day("feedroom", port, count, polls, started[0].pid, publish_served)),
            ("nginx", *day("nginx", port + 1, count, polls, started[1].pid, publish_generated)),
        ]
        print(f"{count} subscribers, {polls} polls each, {len(RELEASES)} releases\n")
        print("| | 304 | 226 | 200 | MB sent | processor s | µs a poll |\n| --- | --- | --- | --- | --- | --- | --- |")
        for name, total, spent in rows:
            answers = {status: sum(one[0] for key, one in total.items() if key[1] == status) for status in (304, 226, 200)}
            sent = sum(one[1] for one in total.values())
            print(f"| {name} | {answers[304]} | {answers[226]} | {answers[200]} | {sent / 1e6:.1f} | {spent:.1f} | "
                  f"{spent * 1e6 / sum(answers.values()):.0f} |")
        total = rows[0][1]
        mean = {key: length / number for key, (number, length) in total.items()}
        print("\nbytes an answer of feedroom, head included: " + ", ".join(
            f"{what} {mean[key]:.0f}" for what, key in
            [("304", (0, 304)), ("new only, gzip", (1, 226)), ("whole, gzip", (2, 200)), ("whole, plain", (3, 200))]
            if key in mean))
        if (1, 226) in mean:
            print(f"what is new only takes {mean[1, 226] / mean[2, 200]:.3f} of the whole")
    finally:
        for process in started:
            process.terminate()
            process.wait()
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
