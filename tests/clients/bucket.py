"""The bucket against an S3 server of others, walked by feedparser while it changes. Run by bucket.sh."""

import argparse
import gzip
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import boto3
import feedparser

BUCKET = "news"
MANIFEST = "feedroom-manifest.json.gz"


def say(text):
    print(text, flush=True)


def until(what, is_so, patience=300):
    end = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.02)


class Store:
    """The server, the requests that it has logged, and its bucket."""

    def __init__(self, folder):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = folder / "s3.log"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        with open(self.log_path, "w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        os.environ.update(AWS_ACCESS_KEY_ID="id", AWS_SECRET_ACCESS_KEY="secret", AWS_REGION="us-east-1")
        until("the S3 server answers", self.answers)
        self.s3 = boto3.client("s3", endpoint_url=self.url, region_name="us-east-1")
        self.s3.create_bucket(Bucket=BUCKET)
        everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
        self.s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
        self.mark = 0

    def answers(self):
        try:
            urllib.request.urlopen(self.url + "/moto-api/data.json").read()
            return True
        except OSError:
            return False

    def asked(self):
        """Method and key of the requests since the last call, those of this script left out."""
        with open(self.log_path) as log:
            log.seek(self.mark)
            text = log.read()
        whole = text[: text.rfind("\n") + 1]
        self.mark += len(whole.encode())
        new = whole.splitlines()
        found = [re.search(r'"(PUT|GET|HEAD|DELETE|POST) /news/?([^ ?"]*)', line) for line in new]
        return [(hit[1], hit[2]) for hit in found if hit]

    def objects(self):
        keys = {}
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for entry in page.get("Contents", []):
                keys[entry["Key"]] = entry["ETag"].strip('"')
        return keys

    def read(self, key):
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


class Reader:
    """Walks from the feeds to everything that they lead to, as a reader and its user do."""

    def __init__(self, store, feeds):
        self.base = f"{store.url}/{BUCKET}/"
        self.feeds = feeds
        self.walks = self.fetched = 0
        self.random = random.Random(7)

    def get(self, url, came_from):
        url = url.split("#")[0]
        key = url[len(self.base) :]
        if key == "" or key.endswith("/"):
            url += "index.html"
        try:
            with urllib.request.urlopen(url) as answer:
                body = answer.read()
                assert len(body) == int(answer.headers["Content-Length"]), f"half of {url}"
                self.fetched += 1
                return body, answer.headers["Content-Type"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{came_from} links to {url}: {error}") from None

    def walk(self, most=20):
        for feed in self.feeds:
            body, kind = self.get(self.base + feed, "a subscriber")
            if feed.endswith(".json"):
                entries = [item["url"] for item in json.loads(body)["items"]]
                older = []
            else:
                parsed = feedparser.parse(body, response_headers={"content-type": kind})
                assert not parsed.bozo, f"{feed}: {parsed.bozo_exception}"
                entries = [entry.link for entry in parsed.entries]
                older = [link.href for link in parsed.feed.get("links", []) if link.rel == "prev-archive"]
            assert entries, f"{feed} is empty"
            links = [link for link in entries if link.startswith(self.base)]
            chosen = links[:5] + self.random.sample(links, min(len(links), most - 5)) + older
            for link in chosen:
                page, kind = self.get(link, feed)
                if kind.startswith("text/html"):
                    assert page.rstrip().endswith(b"</html>"), f"half of {link}"
                    inner = re.findall(rb'(?:href|src)="(http[^"]+)"', page)
                    for further in {one.decode() for one in inner if one.decode().startswith(self.base)}:
                        if "/assets/" in further:
                            self.get(further, link)
        # A front page leads to every topic and its feeds.
        page, _ = self.get(self.base, "a person")
        for href in set(re.findall(rb'href="([^"#:]+)"', page)):
            self.get(self.base + href.decode().lstrip("./"), "the front page")
        self.walks += 1

    def walk_until(self, stop):
        self.fault = None
        try:
            while not stop.is_set():
                self.walk()
        except Exception as error:  # noqa: BLE001, told by the main thread
            self.fault = error


def release(number, word=""):
    return f"Level {number} of the year\n\n{1 + number % 28} {['March', 'April', 'May'][number % 3]} 2025\n\n" + (
        f"Station {number} measured {number * 17} centimetres at noon, {word or 'as always'}. " * 8 + "\n"
    )


class Room:
    """A newsroom that is published to the bucket."""

    def __init__(self, folder, program, store, items):
        self.folder, self.program, self.items = folder, program, items
        for number in range(items):
            self.write(number)
        config = f"""[newsroom]
title = "Levels"
base_url = "{store.url}/{BUCKET}/"
[[folder]]
path = "releases"
[publish.bucket]
url = "s3://{BUCKET}"
endpoint = "{store.url}"
region = "us-east-1"
"""
        (folder / "feedroom.toml").write_text(config)

    def write(self, number, word=""):
        path = self.folder / "releases" / ("north" if number % 2 else "south") / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.folder / "aside"
        aside.write_text(release(number, word))
        aside.rename(path)

    def start(self, *arguments):
        command = [self.program, *arguments, "--config", "feedroom.toml"]
        return subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def publish(self):
        run = self.start("publish")
        out, _ = run.communicate()
        assert run.returncode == 0, out
        return out.strip().splitlines()[-1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("feedroom")
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--changes", type=int, default=4)
    parser.add_argument("--kills", type=int, default=4)
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.feedroom).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        store = Store(folder)
        try:
            check(folder, program, store, arguments)
        finally:
            store.process.terminate()
            store.process.wait()


def check(folder, program, store, arguments):
    feeds = ["rss.xml", "atom.xml", "feed.json", "north/rss.xml", "south/atom.xml"]
    room = Room(folder, program, store, arguments.items)
    reader = Reader(store, feeds)
    store.asked()

    say(room.publish())
    reader.walk()
    store.asked()
    say(room.publish())
    asked = store.asked()
    assert len(asked) <= 2, f"an unchanged site cost {asked}"
    say(f"unchanged: {len(asked)} request")

    before = store.objects()
    store.asked()
    room.write(arguments.items // 2, "corrected")
    say(room.publish())
    written = sorted(key for method, key in store.asked() if method == "PUT")
    others = [key for key in written if key.startswith("items/")]
    assert len(others) == 1, f"one release changed, and {others} were uploaded"
    after = store.objects()
    truly = {key for key in after if before.get(key) != after[key]}
    assert set(written) == truly, f"uploaded without need: {set(written) - truly}"
    say(f"one changed release: {len(written)} uploads of {len(after)} objects: {', '.join(written)}")

    # The daemon publishes change after change, while a reader walks without a pause.
    daemon = room.start("serve", "--listen", "127.0.0.1:0")
    # What it says must go somewhere.
    threading.Thread(target=daemon.stdout.read, daemon=True).start()
    stop = threading.Event()
    walker = threading.Thread(target=reader.walk_until, args=(stop,))
    reader.walks = reader.fetched = 0
    walker.start()
    for change in range(arguments.changes):
        number = arguments.items + change
        room.write(number, f"change {change}")
        if change % 3 == 0:
            room.write(number // 2, f"changed {change}")
        title = f"Level {number} of the year".encode()
        until(f"change {change} is in the bucket", lambda: title in find(store, number))
        assert reader.fault is None, reader.fault
    stop.set()
    walker.join()
    daemon.terminate()
    daemon.wait()
    assert reader.fault is None, reader.fault
    say(f"{arguments.changes} changes, {reader.walks} walks, {reader.fetched} objects read, nothing missing or half")

    # Killed at random points.
    chance = random.Random(11)
    longest = 0.3
    killed = 0
    for kill in range(arguments.kills):
        for number in chance.sample(range(arguments.items), min(arguments.items, 20)):
            room.write(number, f"killed {kill}")
        room.write(arguments.items + arguments.changes + kill, f"killed {kill}")
        store.asked()
        run = room.start("publish")
        # From its first write on: before, there is nothing to break.
        until("it writes", lambda: any(method == "PUT" for method, _ in store.asked()) or run.poll() is not None)
        began = time.monotonic()
        try:
            run.wait(chance.uniform(0, longest))
            longest = max(0.05, (time.monotonic() - began) * 1.1)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
            killed += 1
            longest *= 1.1
        reader.walk(5)
    say(f"{killed} of {arguments.kills} publications killed")
    say(room.publish())
    reader.walk()
    compare(room, store)


def find(store, number):
    try:
        return store.read(f"items/level-{number}-of-the-year/index.html")
    except store.s3.exceptions.NoSuchKey:
        return b""


def compare(room, store):
    """What is in the bucket is what `generate` writes, byte for byte."""
    out = room.folder / "out"
    run = room.start("generate", "--out", str(out))
    told, _ = run.communicate()
    assert run.returncode == 0, told
    twins = (".gz", ".br", ".zst")
    files = {
        str(path.relative_to(out)): path for path in out.rglob("*") if path.is_file() and path.suffix not in twins
    }
    files.pop(".feedroom-manifest.json")
    manifest = json.loads(gzip.decompress(store.read(MANIFEST)))
    assert manifest["claim"] is None, manifest["claim"]
    keys = set(store.objects()) - {MANIFEST} - set(manifest["gone"])
    assert keys == set(files), (keys ^ set(files),)
    wrong = [key for key, path in files.items() if store.read(key) != path.read_bytes()]
    assert not wrong, wrong
    say(f"repaired: {len(files)} objects are what generate writes")


main()
