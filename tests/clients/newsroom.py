"""The newsroom that readers are subscribed to: what is written, and what of it every reader must see."""

import dataclasses
import email.message
import datetime
import pathlib

ZONE = datetime.timezone(datetime.timedelta(hours=2))
HOUSE = "Harbour Office"

CONFIG = """
[newsroom]
title = "Harbour Office"
description = "News of the quays & the tide"
base_url = "http://newsroom.example/"
language = "en"
author = { name = "Press desk", email = "press@harbour.example" }

[[folder]]
path = "releases"
time_zone = "Europe/Berlin"
date_order = "dmy"

[[topic]]
slug = "water"
title = "Water"
folders = ["water"]

[server]
listen = ["127.0.0.1:0"]

[state]
dir = "state"
"""


@dataclasses.dataclass
class Item:
    """An item as it was meant. `date` is None where the release has none; `files` are enclosures by name."""

    title: str
    date: datetime.datetime | None
    text: str
    author: str = "Press desk"
    files: tuple = ()


def day(year, month, date, hour=0, minute=0):
    return datetime.datetime(year, month, date, hour, minute, tzinfo=ZONE)


FLOOD = """---
title: 'Tide & time: "R&D" finds levels > 5 m, and < 6 m'
date: 2025-06-05T10:30:00+02:00
author: {name: Ada Muster, email: ada@harbour.example}
tags: [tides, "R&D"]
image: gauge.png
attachments: [report.pdf]
---
The gauge at the *old quay* rose to **5.4 m**, says [the survey](https://survey.example/a?b=1&c=2).

| place | level |
| ----- | ----- |
| quay  | 5.4 m |

More in the [report](report.pdf).
"""

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Seals return to the sandbank – Harbour Office</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Seals return to the sandbank", "datePublished": "2025-05-20T08:15:00+02:00",
"author": {"@type": "Person", "name": "Bo Beispiel"}}</script></head>
<body><nav><a href="/">Home</a></nav><main><article><h1>Seals return to the sandbank</h1>
<p>Forty-one seals were counted on the sandbank this week, more than ever before in spring.</p>
<p>Boats keep a distance of three hundred metres until August.</p></article></main></body></html>
"""

DIGEST = """01.04.2025

Night work at lock two

The lower gates of lock two are painted at night until the end of the month.

02.04.2025

Crane moves upstream

The floating crane leaves its berth at noon and needs the whole width of the fairway.
"""

CHANGELOG = """# Changelog

## [1.1.0] - 2025-03-09

### Added

- Levels every minute instead of every ten.

## [1.0.0] - 2025-02-03

- First version of the gauge's interface.
"""

RUSSIAN = """Паром снова ходит

12 мая 2025 г.

Паром через реку снова ходит по расписанию, сообщает порт.
"""

ARABIC = """---
title: المرفأ يفتح أبوابه 🌊
date: 2025-05-14T00:00:00+02:00
lang: ar
---
يفتح المرفأ أبوابه للزوار يوم السبت & الأحد.
"""

# Bytes of a small picture, document and recording; only their lengths matter to a feed.
PICTURE, DOCUMENT, RECORDING = b"\x89PNG\r\n\x1a\n" + bytes(300), b"%PDF-1.4\n" + bytes(2000), b"ID3" + bytes(5000)

ITEMS = [
    Item('Tide & time: "R&D" finds levels > 5 m, and < 6 m', day(2025, 6, 5, 10, 30), "old quay",
         "Ada Muster", ("water/report.pdf", "water/flood.mp3")),
    Item("The lock opens again", day(2025, 6, 4), "Boats can pass the lock"),
    Item("Seals return to the sandbank", day(2025, 5, 20, 8, 15), "three hundred metres", "Bo Beispiel"),
    Item("Night work at lock two", day(2025, 4, 1), "painted at night"),
    Item("Crane moves upstream", day(2025, 4, 2), "whole width of the fairway"),
    Item("1.1.0", datetime.datetime(2025, 3, 9, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
         "every minute"),
    Item("1.0.0", datetime.datetime(2025, 2, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
         "First version"),
    Item("Паром снова ходит", day(2025, 5, 12), "по расписанию"),
    Item("المرفأ يفتح أبوابه 🌊", day(2025, 5, 14), "للزوار"),
    Item("Pilots move ashore", day(2025, 5, 2, 9, 30), "keys of the new station", "Cy Ferrer"),
    Item("A notice without a date", None, "nobody dated"),
]
FERRY = Item("A ferry for the northern line", day(2025, 6, 6), "forty cars")
BRIDGE = Item("The bridge is closed", day(2025, 6, 7), "until Sunday")


class Newsroom:
    """Its files, and what authors do to them. Each change comes with a new item, by which one knows that it is out."""

    def __init__(self, work):
        self.config = work / "feedroom.toml"
        self.config.write_text(CONFIG)
        self.releases = work / "releases"
        self.published = list(ITEMS)
        self.current = list(ITEMS)
        self.put("water/flood.md", FLOOD)
        for name, content in [("gauge.png", PICTURE), ("report.pdf", DOCUMENT), ("flood.mp3", RECORDING)]:
            (self.releases / "water" / name).write_bytes(content)
        self.put("water/lock.txt", "The lock opens again\n\n4 June 2025\n\nBoats can pass the lock from Monday on.\n")
        self.put("water/seals.html", PAGE)
        self.put("notices.txt", DIGEST)
        self.put("gauge/CHANGELOG.md", CHANGELOG)
        (self.releases / "ferry-ru.txt").write_bytes(RUSSIAN.encode("windows-1251"))
        self.put("doors.md", ARABIC)
        mail = email.message.EmailMessage()
        mail["From"], mail["To"] = "Cy Ferrer <cy@harbour.example>", "press-list@harbour.example"
        mail["Subject"], mail["Date"] = "Pilots move ashore", "Fri, 02 May 2025 09:30:00 +0200"
        mail.set_content("The keys of the new station were handed over this morning at the pier.\n")
        (self.releases / "pilots.eml").write_bytes(mail.as_bytes())
        self.put("undated.txt", "A notice without a date\n\nThis is a notice that nobody dated, on purpose.\n")

    def put(self, path, text):
        path = self.releases / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self):
        """A text is corrected."""
        self.put("water/flood.md", FLOOD.replace("5.4 m**", "5.6 m**, not 5.4 m as was first told"))

    def rename(self):
        """A file gets another name in another folder, and a new release appears."""
        (self.releases / "water/lock.txt").rename(self.releases / "lock-is-open.txt")
        self.put("ferry.txt", "A ferry for the northern line\n\n6 June 2025\n\nIt takes forty cars over the river.\n")
        self.published.append(FERRY)
        self.current.append(FERRY)

    def withdraw(self):
        """A file goes away, and a new release appears."""
        (self.releases / "water/seals.html").unlink()
        self.put("bridge.txt", "The bridge is closed\n\n7 June 2025\n\nNobody crosses it until Sunday night.\n")
        self.current = [item for item in self.current if not item.title.startswith("Seals")] + [BRIDGE]
        self.published.append(BRIDGE)
