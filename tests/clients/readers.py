"""Subscribes readers to a running newsroom and compares what each shows with what was published.

    readers.py FEEDROOM FEEDSMITH

Prints a table, a row a reader and format and a column a stage; then what differs, and exits 1 where anything does.
Each reader keeps what it has seen, as its users do: after each stage it must show every item ever published exactly
once, with its title, date, author, link, text and enclosures, as far as the reader shows these at all.
"""

import calendar
import datetime
import email
import email.policy
import email.utils
import html
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

import feedparser

import newsroom

PUBLIC = "http://newsroom.example/"


@dataclass
class Seen:
    """An item as a reader shows it; None for what it does not show."""

    title: str
    link: str
    text: str
    date: float | None = None
    author: str | None = None
    files: list | None = None
    key: str = field(default="", compare=False)


def run(command, **options):
    done = subprocess.run(command, capture_output=True, timeout=60, **options)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: exit {done.returncode}: {(done.stdout + done.stderr).decode()[-500:]}")
    return done.stdout


def epoch(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Library:
    """A program that has only a parser: it asks with the validators it was given, and keeps items by their ids."""

    def __init__(self, work, address):
        self.address, self.headers, self.kept = address, {}, {}

    def refresh(self):
        try:
            with urllib.request.urlopen(urllib.request.Request(self.address, headers=self.headers)) as answer:
                self.headers = {"If-None-Match": answer.headers["ETag"]}
                body = answer.read()
        except urllib.error.HTTPError as error:
            if error.code != 304:
                raise
            return
        items = self.parse(body)
        assert len({item.key for item in items}) == len(items), "an id twice in one document"
        self.kept.update((item.key, item) for item in items)

    def items(self):
        return list(self.kept.values())


class Feedparser(Library):
    name, formats = "feedparser", ("rss.xml", "atom.xml")

    def parse(self, body):
        feed = feedparser.parse(body)
        assert not feed.bozo, feed.bozo_exception
        return [
            Seen(
                html.unescape(entry.title),
                entry.link,
                entry.content[0].value,
                calendar.timegm(entry.published_parsed),
                entry.author_detail.name,
                [(e.href, e.type, e.length) for e in entry.enclosures],
                entry.id,
            )
            for entry in feed.entries
        ]


class Feedsmith(Library):
    name, formats, folder = "feedsmith", ("rss.xml", "atom.xml", "feed.json"), None

    def parse(self, body):
        script = str(pathlib.Path(__file__).with_name("feedsmith.cjs"))
        feed = json.loads(run(["node", script, self.folder], input=body))
        read = getattr(self, self.address.rsplit("/", 1)[1].split(".")[0])
        return [read(item) for item in feed.get("items", feed.get("entries"))]

    def rss(self, item):
        date = email.utils.parsedate_to_datetime(item["pubDate"]).timestamp()
        files = [(e["url"], e["type"], str(e["length"])) for e in item.get("enclosures", [])]
        files += [(e["href"], e["type"], str(e["length"])) for e in item["atom"].get("links", [])]
        text = item["content"]["encoded"]
        return Seen(item["title"], item["link"], text, date, item["dc"]["creators"][0], files, item["guid"]["value"])

    def atom(self, entry):
        link = [e["href"] for e in entry["links"] if e["rel"] == "alternate"][0]
        files = [(e["href"], e["type"], str(e["length"])) for e in entry["links"] if e["rel"] == "enclosure"]
        author, date = entry["authors"][0]["name"], epoch(entry["published"])
        return Seen(entry["title"]["value"], link, entry["content"]["value"], date, author, files, entry["id"])

    def feed(self, item):
        files = [(e["url"], e["mime_type"], str(e["size_in_bytes"])) for e in item.get("attachments", [])]
        author = item["authors"][0]["name"] if "authors" in item else "Press desk"
        return Seen(
            item["title"], item["url"], item["content_html"], epoch(item["date_published"]), author, files, item["id"]
        )


class Newsboat:
    name, formats = "newsboat", ("rss.xml", "atom.xml")

    def __init__(self, work, address):
        self.cache, self.urls = work / "cache.db", work / "urls"
        self.urls.write_text(address + "\n")

    def refresh(self):
        run(["newsboat", "-q", "-u", self.urls, "-c", self.cache, "-C", "/dev/null", "-x", "reload"])

    def items(self):
        rows = sqlite3.connect(self.cache).execute(
            "select title, url, content, pubDate, author, enclosure_url, enclosure_type from rss_item"
        )
        # It keeps one enclosure an item, and no length.
        return [Seen(t, u, c, d, a, [(e, kind, None)] if e else []) for t, u, c, d, a, e, kind in rows]


class Sfeed:
    name, formats = "sfeed", ("rss.xml", "atom.xml")

    def __init__(self, work, address):
        self.folder, self.settings = work / "feeds", work / "sfeedrc"
        self.settings.write_text(f"sfeedpath='{self.folder}'\nfeeds() {{ feed house '{address}'; }}\n")

    def refresh(self):
        run(["sfeed_update", self.settings])

    def items(self):
        seen = []
        for line in (self.folder / "house").read_text().splitlines():
            date, title, link, text, _, _, author, file, _ = line.split("\t")
            text = re.sub(r"\\([nt\\])", lambda escape: {"n": "\n", "t": "\t", "\\": "\\"}[escape[1]], text)
            seen.append(Seen(title, link, text, float(date), author, [(file, None, None)] if file else []))
        return seen


class Rss2email:
    name, formats = "rss2email", ("rss.xml", "atom.xml")

    def __init__(self, work, address):
        self.mail = work / "mail"
        (self.mail / "INBOX").mkdir(parents=True)
        for part in ("cur", "new", "tmp"):
            (self.mail / "INBOX" / part).mkdir()
        settings = work / "rss2email.cfg"
        settings.write_text(
            f"[DEFAULT]\nto = reader@mail.example\nemail-protocol = maildir\nmaildir-path = {self.mail}\n"
            "html-mail = True\ndate-header = True\ndate-header-order = issued\n"
        )
        self.command = ["r2e", "-c", settings, "-d", work / "seen.json"]
        run([*self.command, "add", "house", address])

    def refresh(self):
        run([*self.command, "run"])

    def items(self):
        seen = []
        for path in (self.mail / "INBOX" / "new").iterdir():
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = mail.get_content()
            author = str(mail["From"]).rsplit("<", 1)[0].strip(' "').removeprefix(f"{newsroom.HOUSE}: ")
            link = re.search(r'<h1 class="header"><a href="([^"]*)"', text)
            files = re.findall(r'Enclosure: *<a href="([^"]*)"', text)
            seen.append(
                Seen(
                    str(mail["Subject"]),
                    html.unescape(link[1]) if link else "",
                    text,
                    mail["Date"].datetime.timestamp(),
                    author,
                    [(file, None, None) for file in files],
                )
            )
        return seen


READERS = [Feedparser, Feedsmith, Newsboat, Sfeed, Rss2email]


class Server:
    """A running newsroom on a port of loopback that the system chose."""

    def __init__(self, feedroom, config, log):
        self.log = log
        with open(log, "wb") as output:
            command = [feedroom, "serve", "--config", config]
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        self.address = self.wait(lambda: re.search(r"^listening on (\S+)", log.read_text(), re.M))[1]

    def get(self, path):
        # Its public address is another, so what lies below that is asked for here.
        return urllib.request.urlopen(urllib.parse.urljoin(self.address, path)).read()

    def wait(self, ready):
        for _ in range(300):
            if self.process.poll() is not None:
                break
            if found := ready():
                return found
            time.sleep(0.1)
        raise RuntimeError(f"the server did not come so far:\n{self.log.read_text()[-2000:]}")

    def stop(self):
        self.process.terminate()
        return self.process.wait(30)


def shows(feed, sign, missing):
    return sign in feed and not any(title in feed for title in missing)


def differences(published, seen, sizes):
    """What a reader shows otherwise than it was meant, a line each."""
    for item in published:
        found = [one for one in seen if one.title == item.title]
        if len(found) != 1:
            yield f"{item.title!r} is there {len(found)} times"
            continue
        one = found[0]
        if item.date is not None and one.date != item.date.timestamp():
            yield f"{item.title!r}: date {one.date and datetime.datetime.fromtimestamp(one.date, newsroom.ZONE)}"
        if item.date is None and abs(time.time() - (one.date or 0)) > 3600:
            yield f"{item.title!r}: date {one.date}, not that of its first sight"
        if one.author != item.author:
            yield f"{item.title!r}: author {one.author!r}"
        if not re.fullmatch(re.escape(PUBLIC) + r"items/[\w-]+/", one.link):
            yield f"{item.title!r}: link {one.link!r}"
        if item.text not in html.unescape(re.sub("<[^>]*>", "", one.text)):
            yield f"{item.title!r}: text {one.text[:200]!r}"
        wanted = {urllib.parse.urljoin(PUBLIC + "assets/", file) for file in item.files}
        files = {file for file, *_ in one.files}
        # A reader that keeps one of several must keep one that was meant.
        if not files <= wanted or bool(files) != bool(wanted):
            yield f"{item.title!r}: enclosures {sorted(files)}"
        for file, kind, length in one.files:
            expected = {"pdf": "application/pdf", "mp3": "audio/mpeg"}.get(file.rsplit(".", 1)[-1])
            if kind not in (None, expected) or length not in (None, str(sizes.get(file))):
                yield f"{item.title!r}: enclosure {file} is {kind} of {length} bytes"
    titles = {item.title for item in published}
    yield from (f"{one.title!r} was never published" for one in seen if one.title not in titles)


def complete(published, reader, seen):
    """Readers that keep all enclosures have all of them."""
    if isinstance(reader, Library):
        for item in published:
            have = [len(one.files) for one in seen if one.title == item.title]
            if have and have != [len(item.files)]:
                yield f"{item.title!r}: {have[0]} of {len(item.files)} enclosures"


def follow(server, seen):
    """Where links and enclosures lead: a page with the title, a file of the length that was told."""
    for one in seen:
        page = server.get(one.link.removeprefix(PUBLIC)).decode()
        if html.escape(one.title, quote=False) not in html.escape(html.unescape(page), quote=False):
            yield f"{one.title!r}: its page does not show the title"
        for file, _, length in one.files:
            if str(len(server.get(file.removeprefix(PUBLIC)))) != length:
                yield f"{one.title!r}: {file} has not {length} bytes"


def main():
    feedroom, Feedsmith.folder = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2]
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        room = newsroom.Newsroom(work)
        sizes = {
            f"{PUBLIC}assets/{file.relative_to(room.releases)}": file.stat().st_size
            for file in room.releases.rglob("*.*")
        }
        # Readers keep their settings and caches in here, and don't ask a proxy for loopback.
        os.environ.update(HOME=str(work), XDG_CONFIG_HOME=str(work), XDG_DATA_HOME=str(work), no_proxy="127.0.0.1")
        server = Server(feedroom, room.config, work / "log")
        try:
            return stages(server, room, work, sizes)
        finally:
            server.stop()


def stages(server, room, work, sizes):
    readers = []
    for kind in READERS:
        for name in kind.formats:
            folder = work / f"{kind.name}-{name}"
            folder.mkdir()
            readers.append((kind(folder, server.address + name), name))
    steps = [
        ("subscribe", lambda: None, "Tide"),
        ("edit", room.edit, "5.6 m"),
        ("rename", room.rename, newsroom.FERRY.title),
        ("withdraw", room.withdraw, newsroom.BRIDGE.title),
    ]
    rows = {(reader.name, name): [] for reader, name in readers}
    found = []
    for stage, change, sign in steps:
        change()
        # Every feed shows the change, and what went is gone: it is given time to come back under another name.
        missing = {item.title for item in room.published} - {item.title for item in room.current}
        for _, name in readers:
            server.wait(lambda: shows(server.get(name).decode(), sign, missing))
        for reader, name in readers:
            try:
                reader.refresh()
                seen = reader.items()
                wrong = [*differences(room.published, seen, sizes), *complete(room.published, reader, seen)]
                if stage == "subscribe" and isinstance(reader, Feedsmith):
                    wrong += follow(server, seen)
            except (AssertionError, RuntimeError, LookupError) as error:
                seen, wrong = [], [f"{type(error).__name__}: {error}"]
            rows[reader.name, name].append(f"{len(seen)} of {len(room.published)}" + (" !" if wrong else ""))
            found += [f"{reader.name}, {name}, {stage}: {what}" for what in wrong]
    print(f"{'reader':<12}{'feed':<12}" + "".join(f"{stage:<12}" for stage, *_ in steps))
    for (reader, name), cells in rows.items():
        print(f"{reader:<12}{name:<12}" + "".join(f"{cell:<12}" for cell in cells))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(readers)} subscriptions, {len(room.published)} items, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
