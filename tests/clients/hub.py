#!/usr/bin/env python3
"""feedroom tells a WebSub hub that others wrote; a subscriber of that hub gets what is new, and nothing that waits.

    tests/clients/hub.py FEEDROOM

Starts the hub, a subscriber and feedroom, all on the loopback, and ends them. Exits with 1 where something is wrong.
"""
import http.server
import logging
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from celery import Celery
from flask import Flask
from flask_websub.hub import Hub, SQLite3HubStorage
from werkzeug.serving import make_server


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_hub(folder):
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    celery = Celery("hub", broker="memory://")
    celery.conf.task_always_eager = True
    hub = Hub(SQLite3HubStorage(str(folder / "hub.sqlite3")), celery)
    app = Flask("hub")
    app.config["PUBLISH_SUPPORTED"] = True
    app.register_blueprint(hub.build_blueprint(url_prefix="/hub"))
    server = make_server("127.0.0.1", free_port(), app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.port}/hub"


class Subscriber(http.server.BaseHTTPRequestHandler):
    """Confirms what it asked for, and keeps what it is sent."""

    got = []

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        self.answer(200, query.get("hub.challenge", [""])[0].encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.got.append((self.headers.get("Link", ""), body.decode()))
        self.answer(200, b"")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def until(what, holds, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.05)
    sys.exit(f"hub: {what}: not within {seconds} s")


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.headers, answer.read().decode()
    except (OSError, urllib.error.URLError):
        return None


def main():
    feedroom = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        hub = start_hub(folder)
        subscriber = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Subscriber)
        threading.Thread(target=subscriber.serve_forever, daemon=True).start()
        port = free_port()
        base = f"http://127.0.0.1:{port}/"
        (folder / "releases" / "works").mkdir(parents=True)
        first = "---\ntitle: The first\ndate: 2025-06-05\n---\n\nThe office reports on the quay.\n"
        (folder / "releases" / "first.md").write_text(first)
        (folder / "feedroom.toml").write_text(
            f'[newsroom]\ntitle = "Hub"\nbase_url = "{base}"\nhubs = ["{hub}"]\n\n[[folder]]\npath = "releases"\n\n'
            f'[server]\nlisten = ["127.0.0.1:{port}"]\n\n[state]\ndir = "state"\n'
        )
        daemon = subprocess.Popen([feedroom, "serve", "--config", folder / "feedroom.toml"], stdout=subprocess.DEVNULL)
        try:
            head, _ = until("feedroom answers", lambda: fetch(base + "atom.xml"))
            # Discovery (Recommendation, section 4): by the header fields alone.
            links = dict((rel, url) for url, rel in re.findall(r'<([^>]+)>;\s*rel="(\w+)"', ", ".join(head.get_all("Link"))))
            assert links == {"self": base + "atom.xml", "hub": hub}, links
            # A subscription, which the hub verifies.
            form = {
                "hub.mode": "subscribe",
                "hub.topic": links["self"],
                "hub.callback": f"http://127.0.0.1:{subscriber.server_port}/",
            }
            urllib.request.urlopen(links["hub"], urllib.parse.urlencode(form).encode(), timeout=10).close()
            before = len(Subscriber.got)
            waiting = "---\ntitle: Not yet\ndate: 2199-06-05\n---\n\nNobody may know of the bridge.\n"
            (folder / "releases" / "waiting.md").write_text(waiting)
            second = "---\ntitle: The second\ndate: 2025-06-06\n---\n\nThe crane is mended again.\n"
            (folder / "releases" / "second.md").write_text(second)
            has = lambda title: [body for _, body in Subscriber.got[before:] if title in body]
            until("the hub sends what is new", lambda: has("The second"))
            # An edit is told too, and goes to the hub after it is public.
            (folder / "releases" / "second.md").write_text(second.replace("is mended", "was mended and painted"))
            until("the hub sends the correction", lambda: has("mended and painted"))
            told = [link for link, _ in Subscriber.got[before:]]
            assert all('rel="hub"' in link and links["self"] in link for link in told), told
            assert not has("Not yet") and not has("bridge"), "what waits was told"
            # Nothing changed, nothing is told.
            time.sleep(1)
            count = len(Subscriber.got)
            (folder / "releases" / "second.md").touch()
            time.sleep(2)
            assert len(Subscriber.got) == count, "told without a change"
        finally:
            daemon.terminate()
            daemon.wait(30)
        print(f"hub: {len(Subscriber.got) - before} messages of Flask-WebSub's hub, each with what is public and no more")


main()
