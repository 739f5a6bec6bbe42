"""Judges the feeds of a generated site by the rules that the W3C Feed Validator applies, and by reading them.

    feeds.py SITE

SITE holds opml.xml and, for all topics and for each, rss.xml, atom.xml, feed.json and archive/. Prints one line a
finding, `path: rule: what`, then a summary; exits 1 where there are findings. Each rule is one function in a table;
a finding is the validator's error or warning of about the same name.
"""

import datetime
import email.utils
import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree
from html import unescape

import feedparser
import html5lib

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
FH = "{http://purl.org/syndication/history/1.0}"
AT = "{http://purl.org/atompub/tombstones/1.0}"
MEDIA = "{http://search.yahoo.com/mrss/}"
XML = "{http://www.w3.org/XML/1998/namespace}"

URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:(//)?[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#\[\]]+$")
MIME = re.compile(r"^[\w!#$%&'*+.^`|~-]+/[\w!#$%&'*+.^`|~-]+(\s*;.*)?$", re.ASCII)
LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")
RFC822 = re.compile(
    r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d [+-]\d\d[03]0$"
)
RFC3339 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
UUID = re.compile(r"^urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", re.I)
RELATIONS = {"alternate", "self", "via", "enclosure", "hub", "related", "current", "prev-archive", "next-archive"}
HISTORY = {"current", "first", "last", "next", "previous", "prev-archive", "next-archive"}
HTML = set(
    "a abbr acronym address article aside audio b bdi bdo big blockquote br caption cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol "
    "p picture pre q rp rt ruby s samp section small source span strike strong sub summary sup table tbody td tfoot "
    "th thead time tr track tt u ul var video wbr center map area data".split()
)
ENTITY = re.compile(r"&(#\w+|amp|lt|gt|quot|apos|nbsp|copy|reg|mdash|ndash|hellip|[a-z]uml)\b")
DAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}


class Document:
    """One feed document: its text, its tree, and where it ought to be served."""

    def __init__(self, site, path, base):
        self.path = path
        self.text = (site / path).read_bytes().decode("utf-8")
        self.address = base + str(path)
        self.base = base
        self.findings = []
        self.kind = "json" if path.suffix == ".json" else "atom" if path.name.endswith("atom.xml") else "rss"
        self.root = json.loads(self.text) if self.kind == "json" else ElementTree.fromstring(self.text)

    def must(self, holds, rule, what=""):
        if not holds:
            self.findings.append((rule, str(what)[:120]))

    def items(self):
        if self.kind == "json":
            return self.root["items"]
        return self.root.findall(f"{ATOM}entry") if self.kind == "atom" else self.root.findall("channel/item")

    def ids(self):
        if self.kind == "json":
            return [item["id"] for item in self.items()]
        return [item.findtext(f"{ATOM}id" if self.kind == "atom" else "guid") for item in self.items()]

    def links(self, rel):
        if self.kind == "json":
            return [self.root["next_url"]] if rel == "prev-archive" and "next_url" in self.root else []
        where = self.root if self.kind == "atom" else self.root.find("channel")
        return [link.get("href") for link in where.findall(f"{ATOM}link") if link.get("rel", "alternate") == rel]


# What several formats share.


def plain(doc, value, name):
    """ContainsHTML, CharacterData: an end tag is a warning; other signs of markup unless written in hexadecimal."""
    doc.must(value.strip(), "NotBlank", name)
    doc.must(not re.search(r"</\w+>", value), "ContainsHTML", f"{name}: {value}")
    if ENTITY.search(value) or re.search("<[/a-zA-Z]", value):
        first = "&#x26;" if ENTITY.search(value) else "&#x3C;"
        doc.must(first in doc.text, "CharacterData", f"{name}: {value}")


def html(doc, value, name):
    """NotHtml, SecurityRisk, ContainsRelRef, DangerousStyleAttr: content that readers would have to repair."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parseFragment(value)
    doc.must(not parser.errors, "NotHtml", f"{name}: {[e[1] for e in parser.errors][:3]}")
    for node in tree.iter():
        if not isinstance(node.tag, str) or node.tag == "DOCUMENT_FRAGMENT":
            continue
        doc.must(node.tag in HTML, "SecurityRisk", f"{name}: <{node.tag}>")
        for attribute, target in node.attrib.items():
            doc.must(attribute != "style" and not attribute.startswith("on"), "SecurityRiskAttr", attribute)
            if attribute in ("href", "src", "cite", "poster"):
                doc.must(re.match(r"\w[\w+.-]*:", target), "ContainsRelRef", f"{name}: {target}")
                doc.must(not target.lower().startswith("javascript:"), "SecurityRiskAttr", target)


def uri(doc, value, rule="InvalidFullLink"):
    doc.must(value and URI.match(value), rule, value)
    if value and value.startswith("urn:uuid:"):
        doc.must(UUID.match(value), "InvalidUUID", value)


def plausible(doc, when):
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=10)
    doc.must(when.year >= 1990 and when < soon, "ImplausibleDate", when)


def rfc822(doc, value):
    doc.must(value and RFC822.match(value), "InvalidRFC2822Date", value)
    when = email.utils.parsedate_to_datetime(value)
    doc.must(when.strftime("%a") == value[:3], "IncorrectDOW", value)
    plausible(doc, when)


def rfc3339(doc, value):
    doc.must(value and RFC3339.match(value), "InvalidRFC3339Date", value)
    plausible(doc, datetime.datetime.fromisoformat(value.replace("Z", "+00:00")))


def language(doc, value):
    doc.must(value is None or LANGUAGE.match(value), "InvalidLanguage", value)


def characters(doc):
    """BadCharacters, NotUTF8, MissingEncoding."""
    doc.must(not re.search("[\x7f-\x9f\ufffd]", doc.text), "BadCharacters")
    if doc.kind != "json":
        doc.must(doc.text.startswith('<?xml version="1.0" encoding="utf-8"?>'), "MissingEncoding")
        doc.must("<!DOCTYPE" not in doc.text and "<!ENTITY" not in doc.text, "InvalidDoctype")


def ids(doc):
    """DuplicateIds, DuplicateValue, NotSufficientlyUnique."""
    found = doc.ids()
    doc.must(len(found) == len(set(found)), "DuplicateIds")
    for one in found:
        doc.must(one and one == one.strip() and not (len(one) < 9 and one.isdigit()), "NotSufficientlyUnique", one)


def own_address(doc):
    """MissingSelf, SelfDoesntMatchLocation."""
    own = [doc.root.get("feed_url")] if doc.kind == "json" else doc.links("self")
    doc.must(own == [doc.address], "SelfDoesntMatchLocation", f"{own} is not {doc.address}")


# RSS 2.0


def rss_channel(doc):
    doc.must(doc.root.tag == "rss" and doc.root.get("version") == "2.0", "InvalidRSSVersion")
    channel = doc.root.find("channel")
    tags = [child.tag for child in channel]
    for name in ("title", "link", "description"):
        doc.must(tags.count(name) == 1, "MissingElement", name)
    for name in set(tags) - {"item", "category", f"{ATOM}link"}:
        doc.must(tags.count(name) == 1, "DuplicateElement", name)
    if "item" in tags:
        doc.must(set(tags[tags.index("item"):]) == {"item"}, "MisplacedItem")
    for name in ("title", "description", "copyright"):
        if channel.findtext(name) is not None:
            plain(doc, channel.findtext(name), name)
    uri(doc, channel.findtext("link"))
    uri(doc, channel.findtext("docs"))
    language(doc, channel.findtext("language"))
    doc.must(channel.findtext("language"), "MissingDCLanguage")
    if channel.find("lastBuildDate") is not None:
        rfc822(doc, channel.findtext("lastBuildDate"))
    doc.must(int(channel.findtext("ttl", "1")) > 0, "InvalidPositiveInteger", "ttl")
    hours = [int(hour.text) for hour in channel.findall("skipHours/hour")]
    doc.must(set(hours) <= set(range(24)) and len(hours) == len(set(hours)) < 24, "NotEnoughHoursInTheDay", hours)
    days = [day.text for day in channel.findall("skipDays/day")]
    doc.must(set(days) <= DAYS and len(days) == len(set(days)) < 7, "EightDaysAWeek", days)
    image = channel.find("image")
    if image is not None:
        doc.must(image.findtext("title") == channel.findtext("title"), "ImageTitleDoesntMatch")
        doc.must(image.findtext("link") == channel.findtext("link"), "ImageLinkDoesntMatch")
        doc.must(re.search(r"\.(jpe?g|gif|png)$", image.findtext("url")), "ImageUrlFormat", image.findtext("url"))
    for link in channel.findall(f"{ATOM}link"):
        atom_link(doc, link, in_entry=False)


def rss_items(doc):
    for item in doc.items():
        tags = [child.tag for child in item]
        several = {"category", f"{ATOM}link", f"{DC}creator", f"{MEDIA}content", f"{MEDIA}thumbnail"}
        for name in set(tags) - several:
            doc.must(tags.count(name) == 1, "DuplicateElement", name)
        doc.must("title" in tags or "description" in tags, "ItemMustContainTitleOrDescription")
        if "title" in tags:
            plain(doc, item.findtext("title"), "title")
        uri(doc, item.findtext("link"))
        guid = item.find("guid")
        doc.must(guid is not None, "MissingGuid")
        doc.must(guid is not None and guid.get("isPermaLink") == "false", "InvalidPermalink")
        rfc822(doc, item.findtext("pubDate"))
        doc.must("author" not in tags or f"{DC}creator" not in tags, "DuplicateItemSemantics", "author, dc:creator")
        doc.must(f"{DC}date" not in tags and f"{DC}subject" not in tags, "DuplicateItemSemantics")
        for category in item.findall("category"):
            plain(doc, category.text or "", "category")
        if f"{CONTENT}encoded" in tags:
            described = "description" in tags and tags.index("description") < tags.index(f"{CONTENT}encoded")
            doc.must(described, "NeedDescriptionBeforeContent")
            html(doc, item.findtext(f"{CONTENT}encoded"), "content:encoded")
        if "description" in tags:
            html(doc, item.findtext("description"), "description")
        doc.must(tags.count("enclosure") <= 1, "DuplicateEnclosure")
        for enclosure in item.findall("enclosure"):
            doc.must(re.match(r"https?://[\w.-]+\.\w", enclosure.get("url", "")), "InvalidURLAttribute")
            uri(doc, enclosure.get("url"), "InvalidURLAttribute")
            doc.must(enclosure.get("length", "").isdigit(), "InvalidIntegerAttribute")
            doc.must(MIME.match(enclosure.get("type", "")), "InvalidMIMEAttribute")
        for source in item.findall("source"):
            uri(doc, source.get("url"))
            plain(doc, source.text or "", "source")
        for media in item.iter(f"{MEDIA}content"):
            uri(doc, media.get("url"))
            doc.must(media.get("medium") in {"image", "audio", "video", "document"}, "InvalidMediaMedium")
            doc.must(int(media.get("fileSize", "1")) > 0, "InvalidPositiveInteger", "fileSize")
            doc.must(MIME.match(media.get("type", "")), "InvalidMIMEAttribute")
        for thumbnail in item.findall(f"{MEDIA}thumbnail"):
            uri(doc, thumbnail.get("url"))
        for link in item.findall(f"{ATOM}link"):
            atom_link(doc, link, in_entry=True)
        rfc3339(doc, item.findtext(f"{ATOM}updated"))
        language(doc, item.findtext(f"{DC}language"))


# Atom


def atom_link(doc, link, in_entry):
    rel = link.get("rel", "alternate")
    doc.must(rel in RELATIONS, "UnregisteredAtomLinkRel", rel)
    doc.must(not (in_entry and rel in HISTORY), "FeedHistoryRelInEntry", rel)
    uri(doc, link.get("href"))
    doc.must(MIME.match(link.get("type", "a/b")), "InvalidMIMEType", link.get("type"))
    doc.must(link.get("length", "0").isdigit(), "InvalidNonNegativeInteger", link.get("length"))
    language(doc, link.get("hreflang"))
    if link.get("title") is not None:
        plain(doc, link.get("title"), "link title")
    if rel == "self" and not in_entry:
        doc.must(link.get("type") in ("application/atom+xml", "application/rss+xml"), "SelfNotAtom", link.get("type"))


def atom_text(doc, element, name):
    value = element.text or ""
    if element.get("type", "text") == "text":
        plain(doc, value, name)
    else:
        doc.must(element.get("type") == "html", "InvalidTextType", element.get("type"))
        doc.must(value.strip(), "NotBlank", name)
        html(doc, value, name)


def alternates(doc, element):
    kinds = [
        (link.get("type"), link.get("hreflang"))
        for link in element.findall(f"{ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    ]
    doc.must(len(kinds) == len(set(kinds)), "DuplicateAtomLink", kinds)


def atom_feed(doc):
    tags = [child.tag for child in doc.root]
    doc.must(doc.root.tag == f"{ATOM}feed", "UndefinedElement", doc.root.tag)
    for name in ("title", "id", "updated", "author"):
        doc.must(tags.count(f"{ATOM}{name}") == 1, "MissingElement", name)
    if f"{ATOM}entry" in tags:
        doc.must(set(tags[tags.index(f"{ATOM}entry"):]) == {f"{ATOM}entry"}, "MisplacedMetadata")
    for name in ("title", "subtitle", "rights"):
        for element in doc.root.findall(f"{ATOM}{name}"):
            atom_text(doc, element, name)
    for name in ("id", "icon", "logo"):
        for element in doc.root.findall(f"{ATOM}{name}"):
            uri(doc, element.text)
    canonical(doc, doc.root.findtext(f"{ATOM}id"))
    rfc3339(doc, doc.root.findtext(f"{ATOM}updated"))
    language(doc, doc.root.get(f"{XML}lang"))
    alternates(doc, doc.root)
    for link in doc.root.findall(f"{ATOM}link"):
        atom_link(doc, link, in_entry=False)
    if doc.root.find(f"{FH}archive") is not None:
        doc.must(doc.links("current"), "MissingCurrentInArchive")
        doc.must(doc.links("prev-archive") or doc.links("next-archive"), "ArchiveIncomplete")
    for stone in doc.root.findall(f"{AT}deleted-entry"):
        uri(doc, stone.get("ref"))
        rfc3339(doc, stone.get("when"))
        doc.must(stone.get("ref") not in doc.ids(), "DuplicateIds", "a tombstone of an entry that is there")
        doc.must((stone.findtext(f"{AT}by/{ATOM}name") or "").strip(), "MissingElement", "at:by name")


def canonical(doc, value):
    parts = urllib.parse.urlsplit(value or "")
    if parts.scheme in ("http", "https"):
        sound = parts.netloc == parts.netloc.lower() and parts.path and not re.search("%[0-9a-f]?[a-f]", value)
        doc.must(sound, "NonCanonicalURI", value)


def atom_entries(doc):
    for entry in doc.items():
        tags = [child.tag for child in entry]
        for name in ("title", "id", "updated", "published"):
            doc.must(tags.count(f"{ATOM}{name}") == 1, "MissingElement", name)
        doc.must(f"{ATOM}author" in tags, "MissingElement", "author")
        atom_text(doc, entry.find(f"{ATOM}title"), "title")
        uri(doc, entry.findtext(f"{ATOM}id"))
        canonical(doc, entry.findtext(f"{ATOM}id"))
        rfc3339(doc, entry.findtext(f"{ATOM}updated"))
        rfc3339(doc, entry.findtext(f"{ATOM}published"))
        summary, content = entry.find(f"{ATOM}summary"), entry.find(f"{ATOM}content")
        doc.must(summary is not None or content is not None, "MissingTextualContent")
        if summary is not None:
            atom_text(doc, summary, "summary")
        if content is not None:
            doc.must(content.get("type") == "html", "InvalidContentMode")
            html(doc, content.text or "", "content")
            uri(doc, content.get(f"{XML}base"))
        for element in entry:
            language(doc, element.get(f"{XML}lang"))
        alternates(doc, entry)
        rels = [link.get("rel", "alternate") for link in entry.findall(f"{ATOM}link")]
        doc.must("alternate" in rels, "MissingContentOrAlternate")
        for link in entry.findall(f"{ATOM}link"):
            atom_link(doc, link, in_entry=True)
        for category in entry.findall(f"{ATOM}category"):
            doc.must((category.get("term") or "").strip(), "AttrNotBlank", "term")
            uri(doc, category.get("scheme"))


# JSON Feed 1.1


def json_feed(doc):
    root = doc.root
    doc.must(root.get("version") == "https://jsonfeed.org/version/1.1", "Version", root.get("version"))
    doc.must(root.get("title", "").strip(), "MissingTitle")
    for name in ("home_page_url", "feed_url", "icon", "favicon", "next_url"):
        if name in root:
            uri(doc, root[name])
    language(doc, root.get("language"))
    for hub in root.get("hubs", []):
        doc.must(hub.get("type") and URI.match(hub.get("url", "")), "InvalidHub", hub)
    for item in root["items"]:
        doc.must(isinstance(item.get("id"), str), "MissingId")
        doc.must("content_html" in item or "content_text" in item, "MissingContent", item.get("id"))
        for name in ("url", "external_url", "image"):
            if name in item:
                uri(doc, item[name])
        for name in ("date_published", "date_modified"):
            rfc3339(doc, item[name])
        html(doc, item.get("content_html", ""), "content_html")
        language(doc, item.get("language"))
        doc.must(all(tag.strip() for tag in item.get("tags", [])), "NotBlank", "tags")
        doc.must(all(a.get("name") or a.get("url") for a in item.get("authors", [])), "NotBlank", "authors")
        for file in item.get("attachments", []):
            uri(doc, file.get("url"))
            doc.must(MIME.match(file.get("mime_type", "")), "InvalidMIMEType", file.get("mime_type"))
            doc.must(file.get("size_in_bytes", 0) >= 0, "InvalidNonNegativeInteger")


# feedparser


def read(doc):
    """A reader sees every item with its id, date and link, and has nothing to repair."""
    if doc.kind == "json":
        return
    parsed = feedparser.parse(doc.text.encode("utf-8"))
    doc.must(not parsed.bozo, "Bozo", parsed.get("bozo_exception"))
    doc.must([entry.id for entry in parsed.entries] == doc.ids(), "Read", "ids")
    for entry in parsed.entries:
        doc.must(entry.get("published_parsed") and entry.get("updated_parsed"), "Read", f"dates of {entry.id}")
        doc.must(entry.link.startswith(doc.base + "items/"), "Read", f"link of {entry.id}: {entry.link}")
        doc.must(entry.get("title", "").strip() and entry.get("author"), "Read", f"title, author of {entry.id}")


RULES = {
    "rss": [characters, ids, own_address, rss_channel, rss_items, read],
    "atom": [characters, ids, own_address, atom_feed, atom_entries, read],
    "json": [characters, ids, own_address, json_feed],
}


# The whole site


def title_of(doc, item):
    """The title as a reader that knows the format shows it."""
    if doc.kind == "json":
        return item["title"]
    if doc.kind == "atom":
        title = item.find(f"{ATOM}title")
        return unescape(title.text) if title.get("type") == "html" else title.text
    # Plain, save where a plain end tag would be taken for undeclared HTML.
    title = item.findtext("title")
    return unescape(title) if re.search(r"&lt;/\w+", title) else title


def date_of(doc, item):
    if doc.kind == "json":
        return datetime.datetime.fromisoformat(item["date_published"])
    if doc.kind == "atom":
        return datetime.datetime.fromisoformat(item.findtext(f"{ATOM}published"))
    return email.utils.parsedate_to_datetime(item.findtext("pubDate"))


def agree(documents):
    """The three formats of a feed hold the same items with the same dates and titles."""
    atom = [doc for doc in documents.values() if doc.kind == "atom" and doc.path.name == "atom.xml"]
    for doc in atom:
        for other in (doc.path.with_name("rss.xml"), doc.path.with_name("feed.json")):
            other = documents[other]
            other.must(other.ids() == doc.ids(), "Agree", "ids")
            for a, b in zip(doc.items(), other.items()):
                other.must(date_of(doc, a) == date_of(other, b), "Agree", f"date of {title_of(doc, a)}")
                other.must(
                    title_of(doc, a) == title_of(other, b), "Agree", f"{title_of(other, b)!r} is not {title_of(doc, a)!r}"
                )


def history(documents):
    """The way back from each feed meets every item of its archive once, and every link leads somewhere."""
    by_address = {doc.address: doc for doc in documents.values()}
    for feed in [doc for doc in documents.values() if doc.path.name in ("atom.xml", "feed.json")]:
        met, seen, doc = [], [], feed
        while doc is not None and doc.address not in seen:
            seen.append(doc.address)
            met += doc.ids()
            older = doc.links("prev-archive")
            doc.must(len(older) <= 1 and all(address in by_address for address in older), "History", older)
            doc = by_address.get(older[0]) if older else None
        feed.must(doc is None, "History", "a circle")
        feed.must(len(met) == len(set(met)), "History", "an item twice")
        pages = [d for d in documents.values() if d.path.parent == feed.path.parent / "archive" and d.kind == feed.kind]
        feed.must({i for page in pages for i in page.ids()} <= set(met), "History", "an item that no link leads to")
        for page in pages:
            if page.kind == "atom":
                page.must(page.links("current") == [feed.address], "History", "current")
                page.must(all(address in by_address for address in page.links("next-archive")), "History", "next")


def lists(site, base, documents):
    """OPML names every feed, the sitemap only pages of the house."""
    findings = []
    outlines = ElementTree.parse(site / "opml.xml").findall("body//outline")
    listed = {outline.get("xmlUrl") for outline in outlines}
    feeds = {doc.address for doc in documents.values() if doc.path.name == "atom.xml"}
    if listed != feeds or not all(o.get("type") == "rss" and o.get("text") and o.get("htmlUrl") for o in outlines):
        findings.append(("opml.xml", "Opml", listed ^ feeds))
    if (site / "sitemap.xml").exists():
        places = [e.text for e in ElementTree.parse(site / "sitemap.xml").iter() if e.tag.endswith("}loc")]
        if len(places) != len(set(places)) or not all(p.startswith(base) and URI.match(p) for p in places):
            findings.append(("sitemap.xml", "Sitemap", "an address twice, or not of the house"))
    return findings


def main():
    site = pathlib.Path(sys.argv[1])
    base = ElementTree.parse(site / "opml.xml").findtext("head/ownerId")
    names = ("rss.xml", "*atom.xml", "*feed.json")
    paths = sorted({path.relative_to(site) for name in names for path in site.rglob(name)})
    documents = {path: Document(site, path, base) for path in paths}
    for doc in documents.values():
        for rule in RULES[doc.kind]:
            rule(doc)
    agree(documents)
    history(documents)
    findings = [(doc.path, *finding) for doc in documents.values() for finding in doc.findings]
    findings += lists(site, base, documents)
    for path, rule, what in findings:
        print(f"{path}: {rule}: {what}")
    items = sum(len(doc.items()) for doc in documents.values())
    print(f"{site}: {len(documents)} documents, {items} items, {len(findings)} findings")
    return 1 if findings or not documents else 0


if __name__ == "__main__":
    sys.exit(main())
