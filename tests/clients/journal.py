#!/usr/bin/env python3
"""The daemon's messages in the journal's own fields, received on the journal's own socket.

Usage: unshare --mount journal.py FEEDROOM   (as root: /run is covered by a folder of its own)
"""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile

feedroom = os.path.realpath(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
pathlib.Path("/run/systemd/journal").mkdir(parents=True)
journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.bind("/run/systemd/journal/socket")
journal.settimeout(30)


def fields(message):
    """Fields of one entry of the native protocol: `NAME=value`, or NAME, a length and as many bytes."""
    found = {}
    while message:
        line, _, rest = message.partition(b"\n")
        if b"=" in line:
            name, _, value = line.partition(b"=")
            message = rest
        else:
            name, length = line, int.from_bytes(rest[:8], "little")
            value, message = rest[8 : 8 + length], rest[8 + length + 1 :]
        found[name.decode()] = value.decode()
    return found


with tempfile.TemporaryDirectory() as folder:
    release = pathlib.Path(folder, "releases/works/quay.txt")
    release.parent.mkdir(parents=True)
    release.write_text("The quay is closed\n\n31 June 2025\n\nDredging.\n")
    ours, theirs = socket.socketpair()
    about = os.fstat(theirs.fileno())
    environment = {"JOURNAL_STREAM": f"{about.st_dev}:{about.st_ino}", "FEEDROOM_ACCESS_LOG": "true", "HOME": folder}
    command = [feedroom, "serve", "releases", "--ephemeral", "--listen", "127.0.0.1:0"]
    daemon = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True)
    try:
        address = daemon.stdout.readline().split("http://")[1].split("/")[0]
        subprocess.run(["curl", "-fsS", "-o", "/dev/null", f"http://{address}/rss.xml"], check=True)
        entries = []
        while not entries or entries[-1].get("FEEDROOM_STATUS") != "200":
            message = journal.recv(65536)
            # An empty one only asks whether the journal is there.
            if message:
                entries.append(fields(message))
    finally:
        daemon.terminate()
        daemon.wait()

published = next(entry for entry in entries if entry["MESSAGE"].startswith("published: 1 item"))
assert published["PRIORITY"] == "5" and published["SYSLOG_IDENTIFIER"] == "feedroom", published
assert published["TARGET"] == "feedroom::daemon::room", published
warned = next(entry for entry in entries if "quay.txt:3" in entry["MESSAGE"])
assert warned["PRIORITY"] == "4", warned
asked = entries[-1]
assert asked["MESSAGE"] == "GET /rss.xml" and asked["FEEDROOM_METHOD"] == "GET" and asked["FEEDROOM_TARGET"] == "/rss.xml", asked
ours.setblocking(False)
try:
    said = ours.recv(100)
    raise SystemExit(f"beside the journal it said {said!r}")
except BlockingIOError:
    print(f"{len(entries)} messages in the journal's own fields")
