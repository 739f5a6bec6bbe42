#!/usr/bin/env python3
"""feedroom with many releases, beside hugo: what generating costs, and how long a saved file takes to every reader.

    benches/scale.py [--feedroom BIN] [--work DIR] [--sizes 1000,10000,100000] [CASE ...]

Cases: generate pages again latency hugo-latency restart memory burst idle (all but hugo-latency by default). Each makes
its own newsroom of Markdown releases of 3 kB with front matter in 20 topics under DIR (kept between runs: the same
arguments give the same bytes), runs the programs in turn on the loopback, and prints one line a figure; ratios are of
one run. CPU is user and system time of the process and its children, memory the peak of what is resident. Needs hugo
(Debian) for the ratios; what is missing is said and left out. Ends only the programs that it started.
"""
import argparse
import datetime
import http.client
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOPICS = 20
WORDS = (
    "harbour quay ferry timetable council bridge river level flood warning survey report school library opening "
    "station tram line works closure detour budget vote minister visit harvest market price storm repair crane "
    "pilot beacon museum archive exhibition concert volunteer rescue training exercise permit licence tender water"
    # Prose is full of small words, which tell its language.
    " the of and to in a for that with on by from has was were are this which will is"
).split()


def say(case, size, what, value):
    print(f"{case:<13} {size:>7}  {what:<34} {value}", flush=True)


def release(number):
    """One release: the same number, the same text."""
    dice = random.Random(number)
    sentence = lambda: " ".join(dice.choice(WORDS) for _ in range(dice.randint(8, 18))).capitalize() + "."
    paragraph = lambda: " ".join(sentence() for _ in range(5))
    at = datetime.datetime(2010, 1, 1) + datetime.timedelta(minutes=61 * number)
    tags = ", ".join(f"topic-{n:02}" for n in sorted(dice.sample(range(TOPICS), dice.randint(1, 2))))
    head = f'---\ntitle: "{sentence()[:-1]} no {number}"\ndate: {at.isoformat()}Z\ntags: [{tags}]\n---\n\n'
    body = [paragraph(), f"## {sentence()[:-1]}", paragraph(), f"- {sentence()}\n- {sentence()}"]
    body += [f"> {sentence()}", f"More at [the office](https://office.example/{number})."]
    while sum(map(len, body)) < 2900:
        body.append(paragraph())
    return at, head + "\n\n".join(body) + "\n"


def newsroom(work, size):
    """The folder of releases and a configuration for it."""
    room = work / f"newsroom-{size}"
    releases = room / "releases"
    if not (room / "made").exists():
        shutil.rmtree(room, ignore_errors=True)
        for number in range(size):
            at, text = release(number)
            folder = releases / str(at.year)
            if number % 1000 == 0 or not folder.exists():
                folder.mkdir(parents=True, exist_ok=True)
            (folder / f"release-{number:06}.md").write_text(text)
        (room / "made").touch()
    # Another newsroom's probes are gone; so are what an earlier run served and wrote.
    for leftover in releases.rglob("probe-*"):
        leftover.unlink()
    config = ['[newsroom]', 'title = "Bench"', 'base_url = "http://127.0.0.1/"', 'language = "en"', '',
              '[[folder]]', 'path = "releases"', 'time_zone = "UTC"', '', '[state]', 'dir = "state"', '']
    for n in range(TOPICS):
        config += ['[[topic]]', f'slug = "topic-{n:02}"', f'title = "Topic {n}"', f'tags = ["topic-{n:02}"]', '']
    (room / "feedroom.toml").write_text("\n".join(config))
    return room


def timed(command, **options):
    """Wall seconds, CPU seconds and peak MiB of a command."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    error = child.stderr.read().decode(errors="replace")
    child.stderr.close()
    if child.returncode not in (0, 1):
        sys.exit(f"{command}: {child.returncode}\n{error[-2000:]}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def hugo_site(work, room, size, pages):
    """The same releases as a hugo site that makes a feed for each topic and all, and pages where asked."""
    site = work / f"hugo-{size}-{'pages' if pages else 'feeds'}"
    if not (site / "made").exists():
        shutil.rmtree(site, ignore_errors=True)
        (site / "layouts/_default").mkdir(parents=True)
        hidden = "" if pages else '[[cascade]]\n[cascade._build]\nrender = "never"\nlist = "always"\n[cascade._target]\nkind = "page"\n'
        (site / "config.toml").write_text(
            'baseURL = "http://127.0.0.1/"\ntitle = "Bench"\ndisableLiveReload = true\n'
            'ignoreErrors = ["error-disable-taxonomy"]\ndisableKinds = ["sitemap", "robotsTXT", "404", "section", "taxonomy"]\n[outputs]\nhome = ["RSS"]\n'
            'term = ["RSS"]\npage = ["HTML"]\n[taxonomies]\ntag = "tags"\n[services.rss]\nlimit = 50\n' + hidden)
        (site / "layouts/_default/single.html").write_text(
            "<!doctype html><title>{{ .Title }}</title><h1>{{ .Title }}</h1><time>{{ .Date }}</time>{{ .Content }}")
        (site / "layouts/_default/rss.xml").write_text(
            '{{ `<?xml version="1.0" encoding="utf-8"?>` | safeHTML }}<rss version="2.0"><channel><title>{{ .Title }}'
            "</title><link>{{ .Permalink }}</link><description>{{ .Title }}</description>{{ $list := .RegularPages }}"
            "{{ if .IsHome }}{{ $list = site.RegularPages }}{{ end }}{{ range first 50 $list.ByDate.Reverse }}<item>"
            '<title>{{ .Title }}</title><guid isPermaLink="false">{{ .File.Path }}</guid><pubDate>{{ .Date.Format '
            '"Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate><description>{{ .Content | html }}</description></item>'
            "{{ end }}</channel></rss>")
        shutil.copytree(room / "releases", site / "content/releases")
        (site / "made").touch()
    shutil.rmtree(site / "public", ignore_errors=True)
    return site


def generate(args, size, pages=False):
    room, case = newsroom(args.work, size), "pages" if pages else "generate"
    out = args.work / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [args.feedroom, "generate", "--config", room / "feedroom.toml", "--ephemeral", "--out", out]
    wall, cpu, peak = timed(command if pages else command + ["--feeds-only"])
    say(case, size, "feedroom", f"{wall:6.2f} s  {cpu:6.2f} s CPU  {peak:5.0f} MiB")
    if not shutil.which("hugo"):
        return say(case, size, "hugo", "is missing")
    site = hugo_site(args.work, room, size, pages)
    theirs = timed(["hugo", "--quiet", "--source", site])
    say(case, size, "hugo", f"{theirs[0]:6.2f} s  {theirs[1]:6.2f} s CPU  {theirs[2]:5.0f} MiB")
    say(case, size, "hugo to feedroom",
        f"{theirs[0] / wall:5.2f} wall  {theirs[1] / cpu:5.2f} CPU  {theirs[2] / peak:5.2f} memory")


def again(args, size):
    """The second run with one file changed, beside a plain walk that asks every file's times."""
    room = newsroom(args.work, size)
    out = args.work / "out-again"
    shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(room / "state", ignore_errors=True)
    command = [args.feedroom, "generate", "--config", room / "feedroom.toml", "--feeds-only", "--out", out]
    timed(command)
    (room / "releases" / "probe-again.md").write_text(release(size + 1)[1])
    wall, cpu, _ = timed(command)
    began = time.perf_counter()
    subprocess.run(["find", room / "releases", "-newermt", "2100-01-01"], check=True, stdout=subprocess.DEVNULL)
    walk = time.perf_counter() - began
    say("again", size, "one file changed", f"{wall:6.2f} s  {cpu:6.2f} s CPU, {wall / walk:.1f} times a walk")


class Server:
    """A server that this program started."""

    def __init__(self, command, url, limit=300):
        self.began = time.perf_counter()
        self.child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.port, self.path, self.connection = url[0], url[1], None
        while not self.get():
            if self.child.poll() is not None or time.perf_counter() - self.began > limit:
                self.stop()
                sys.exit(f"{command} does not answer")
            time.sleep(0.002)
        self.first = time.perf_counter() - self.began

    def get(self):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self.connection.request("GET", self.path)
            answer = self.connection.getresponse()
            body = answer.read()
            return body if answer.status == 200 else b""
        except (OSError, http.client.HTTPException):
            self.connection = None
            return b""

    def cpu(self):
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self):
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return {line.split(":")[0]: int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("Vm") and line.endswith("kB")}

    def settle(self):
        """Waits until it has done nothing for two seconds."""
        last, calm = self.cpu(), time.monotonic()
        while time.monotonic() - calm < 2:
            time.sleep(0.25)
            if self.cpu() - last > 0.02:
                last, calm = self.cpu(), time.monotonic()

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(30)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def serve(args, room, fresh=True):
    if fresh:
        shutil.rmtree(room / "state", ignore_errors=True)
    port = args.port
    command = [args.feedroom, "serve", "--config", room / "feedroom.toml", "--listen", f"127.0.0.1:{port}"]
    return Server(command, (port, "/rss.xml"))


def probes(server, folder, writes):
    """Milliseconds from the close of each of some new files to the answer that has its title."""
    waits = []
    mark = f"{os.getpid():x}{int(time.time()):x}"
    for number in range(writes):
        title = f"Probe {mark} number {number:04} end"
        at = datetime.datetime(2026, 6, 1) + datetime.timedelta(minutes=number)
        body = "\n\n".join(["The office reports on the works at the quay and the bridge. " * 9] * 5)
        file = open(folder / f"probe-{mark}-{number:04}.md", "w")
        file.write(f'---\ntitle: "{title}"\ndate: {at.isoformat()}Z\ntags: [topic-00]\n---\n\n{body}\n')
        file.flush()
        began = time.perf_counter()
        file.close()
        while title.encode() not in server.get():
            if time.perf_counter() - began > 60:
                sys.exit("a probe never came")
            time.sleep(0.0005)
        waits.append((time.perf_counter() - began) * 1000)
        time.sleep(0.3 * random.uniform(0.7, 1.3))
    return sorted(waits)


def latency(args, size):
    room = newsroom(args.work, size)
    server = serve(args, room)
    try:
        server.settle()
        before = server.cpu()
        waits = probes(server, room / "releases", args.writes)
        spent = (server.cpu() - before) * 1000 / len(waits)
    finally:
        server.stop()
    say("latency", size, "feedroom: write to feed",
        f"p50 {waits[len(waits) // 2]:.1f} ms  p99 {waits[int(len(waits) * 0.99)]:.1f} ms  {spent:.1f} ms CPU a write")


def hugo_latency(args, size):
    if not shutil.which("hugo"):
        return say("latency", size, "hugo server", "is missing")
    site = hugo_site(args.work, newsroom(args.work, size), size, False)
    port = args.port + 1
    server = Server(["hugo", "server", "--quiet", "--port", str(port), "--source", site, "--appendPort=false"], (port, "/index.xml"))
    try:
        server.settle()
        before = server.cpu()
        waits = probes(server, site / "content/releases", min(args.writes, 30))
        spent = (server.cpu() - before) * 1000 / len(waits)
    finally:
        server.stop()
        for probe in (site / "content/releases").rglob("probe-*"):
            probe.unlink()
    say("latency", size, "hugo server: write to feed", f"p50 {waits[len(waits) // 2]:.0f} ms  {spent:.0f} ms CPU a write")


def restart(args, size):
    room = newsroom(args.work, size)
    first = serve(args, room)
    first.settle()
    first.stop()
    again = serve(args, room, fresh=False)
    again.stop()
    say("restart", size, "to the first answer", f"{again.first * 1000:.0f} ms (the first start ever: {first.first:.1f} s)")


def memory(args, size):
    for what, fresh in [("resident", True), ("resident after a restart", False)]:
        server = serve(args, newsroom(args.work, size), fresh)
        try:
            server.settle()
            kept = server.resident()
        finally:
            server.stop()
        say("memory", size, what, f"{kept['VmRSS']:.0f} MiB, at most {kept['VmHWM']:.0f} MiB")


def burst(args, size, files=5000):
    room = newsroom(args.work, size)
    server = serve(args, room)
    waits, running = [], True

    def poll():
        while running:
            began = time.perf_counter()
            server.get()
            waits.append((time.perf_counter() - began) * 1000)
            time.sleep(0.005)

    try:
        server.settle()
        reader = threading.Thread(target=poll)
        reader.start()
        folder = room / "releases" / "probe-burst"
        folder.mkdir()
        # News of today: so many old releases at once would be held.
        today = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)
        for number in range(files):
            at = today - datetime.timedelta(seconds=2 * files - number)
            text = release(size + number)[1].split("\n")
            text[1] = f'title: "Probe of a burst number {number:05} end"'
            text[2] = f"date: {at.isoformat()}Z"
            (folder / f"probe-{number:05}.md").write_text("\n".join(text))
        last, began = f"number {files - 1:05} end".encode(), time.perf_counter()
        probe = Server.__new__(Server)
        probe.port, probe.path, probe.connection = server.port, "/rss.xml", None
        while last not in probe.get():
            if time.perf_counter() - began > 60:
                sys.exit("the burst never came")
            time.sleep(0.01)
        took = time.perf_counter() - began
        running = False
        reader.join()
    finally:
        running = False
        server.stop()
        shutil.rmtree(room / "releases" / "probe-burst", ignore_errors=True)
    waits.sort()
    say("burst", size, f"{files} files, last in the feed", f"{took:.2f} s after its write; polls p99 {waits[int(len(waits) * 0.99)]:.1f} ms")


def idle(args, size, seconds=20):
    server = serve(args, newsroom(args.work, size))
    try:
        server.settle()
        before = server.cpu()
        time.sleep(seconds)
        spent = server.cpu() - before
    finally:
        server.stop()
    say("idle", size, "CPU of an idle daemon", f"{spent / seconds * 100:.2f} %")


CASES = {
    "generate": generate,
    "pages": lambda args, size: generate(args, size, pages=True),
    "again": again,
    "latency": latency,
    "hugo-latency": hugo_latency,
    "restart": restart,
    "memory": memory,
    "burst": burst,
    "idle": idle,
}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feedroom", type=Path, default=HERE.parent / "target/release/feedroom")
    options.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "feedroom-scale")
    options.add_argument("--sizes", default="1000,10000,100000")
    options.add_argument("--writes", type=int, default=200)
    options.add_argument("--port", type=int, default=18900)
    options.add_argument("cases", nargs="*", metavar="CASE")
    args = options.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    for case in args.cases or [case for case in CASES if case != "hugo-latency"]:
        for size in map(int, args.sizes.split(",")):
            CASES[case](args, size)


main()
