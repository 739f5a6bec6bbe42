//! Feeds: what independent parsers read of them is what was meant.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::Duration;
use feedroom::edition::{Content, Edition, Item};
use feedroom::feed::{self, Channel, Format, LIMIT, Shelf};
use feedroom::problem::Severity;

use crate::feed_edition::{at, change, edition, id, item, nasty, rich, withdrawn};

/// The feed of all topics, or of one.
fn channel(edition: &Edition, topic: Option<usize>) -> Channel<'_> {
    Channel::of(edition, topic, &Shelf::default()).0
}

fn render(edition: &Edition, topic: Option<usize>, format: Format) -> String {
    String::from_utf8(format.render(&channel(edition, topic))).expect("UTF-8")
}

fn has(text: &str, wanted: &[&str]) {
    for want in wanted {
        assert!(text.contains(want), "{want}\n is not in\n{text}");
    }
}

fn has_not(text: &str, unwanted: &[&str]) {
    for not in unwanted {
        assert!(!text.contains(not), "{not}\n is in\n{text}");
    }
}

/// Every feed document of an edition with its path on the site.
fn documents(edition: &Edition) -> Vec<(String, Vec<u8>)> {
    let mut documents =
        vec![("opml.xml".to_string(), feed::opml(edition)), ("sitemap.xml".to_string(), feed::sitemap(edition))];
    for topic in std::iter::once(None).chain((0..edition.topics.len()).map(Some)) {
        let (channel, _) = Channel::of(edition, topic, &Shelf::default());
        for channel in std::iter::once(&channel).chain(&channel.archive()) {
            let paths = Format::ALL.into_iter().filter_map(|format| Some((channel.path(format)?, format)));
            documents.extend(paths.map(|(path, format)| (path, format.render(channel))));
        }
    }
    documents
}

/// Writes the feeds of invented editions under `$FEEDROOM_FEEDS`, for `tests/clients/feeds.sh`.
#[test]
#[ignore = "writes files for tests/clients/feeds.sh"]
fn write_feeds() {
    let out = std::env::var("FEEDROOM_FEEDS").expect("FEEDROOM_FEEDS names a directory");
    for (name, edition) in [("plain", edition(170)), ("nasty", nasty()), ("none", edition(0))] {
        for (path, bytes) in documents(&edition) {
            let path = Path::new(&out).join(name).join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}

#[test]
fn is_well_formed_whatever_goes_in() {
    for (path, bytes) in documents(&nasty()) {
        let text = std::str::from_utf8(&bytes).expect("UTF-8");
        if path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        } else {
            roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
        }
    }
}

#[test]
fn rss_carries_every_field() {
    let edition = Edition { items: vec![rich(3)].into(), ..edition(0) };
    let rss = render(&edition, Some(0), Format::Rss);
    let base = "https://news.harbour.example/press";
    has(
        &rss,
        &[
            "<rss version=\"2.0\" xmlns:atom=",
            "<title>Harbour – Harbour &#x26; Quay Authority</title>",
            "<language>en</language>",
            "<lastBuildDate>Thu, 04 Mar 2021 14:30:00 +0100</lastBuildDate>",
            "<docs>https://www.rssboard.org/rss-specification</docs>",
            "<generator>feedroom</generator>",
            &format!("<url>{base}/assets/icon.png</url>"),
            &format!("<atom:link href=\"{base}/harbour/rss.xml\" rel=\"self\" type=\"application/rss+xml\"/>"),
            "<atom:link href=\"https://hub.example/\" rel=\"hub\"/>",
            &format!("<guid isPermaLink=\"false\">{}</guid>", id(3)),
            "<pubDate>Thu, 04 Mar 2021 09:30:00 +0100</pubDate>",
            "<atom:updated>2021-03-04T14:30:00+01:00</atom:updated>",
            "<dc:creator>Ada Muster, Bo Beispiel</dc:creator>",
            "<dc:language>de-CH</dc:language>",
            &format!("<category domain=\"{base}/#tags\">Quay</category>"),
            &format!("<category domain=\"{base}/#topics\">Ships &#x26; boats</category>"),
            &format!("<enclosure url=\"{base}/assets/talk.mp3\" length=\"1234567\" type=\"audio/mpeg\"/>"),
            &format!("<atom:link href=\"{base}/assets/plan.pdf\" rel=\"enclosure\" type=\"application/pdf\""),
            &format!("<media:thumbnail url=\"{base}/assets/quay.jpg?w=1&#x26;h=2\">"),
            "<media:content fileSize=\"2048\" medium=\"image\" type=\"image/jpeg\"",
            "<source url=\"https://partner.example/news/42?x=1&#x26;y=2\">partner.example</source>",
            "<description><![CDATA[The harbour office reports on day 3.]]></description>",
            "<content:encoded><![CDATA[<p>The harbour office reports on day <b>3</b>.</p>",
        ],
    );
    assert_eq!(rss.matches("<category").count(), 4, "each tag and topic once: {rss}");
    assert_eq!(rss.matches("<media:content").count(), 1, "each image once");
    has_not(&rss, &["<ttl>", "<skipHours>", "<skipDays>", "prev-archive"]);
}

#[test]
fn atom_carries_every_field() {
    let mut edition = Edition { items: vec![rich(3)].into(), ..edition(0) };
    edition.withdrawn.push(withdrawn(7, "2025-01-01T00:00:00+01:00", Some("Legal & \"Press\"")));
    let atom = render(&edition, Some(0), Format::Atom);
    let base = "https://news.harbour.example/press";
    has(
        &atom,
        &[
            "xml:lang=\"en\"",
            &format!("<id>{base}/harbour/atom.xml</id>"),
            "<updated>2025-01-01T00:00:00+01:00</updated>",
            &format!("<icon>{base}/assets/icon.png</icon>"),
            &format!("<logo>{base}/assets/logo.svg</logo>"),
            "<rights>© Harbour &#x26; Quay Authority</rights>",
            &format!("<at:deleted-entry ref=\"{}\" when=\"2025-01-01T00:00:00+01:00\">", id(7)),
            "<at:by>\n<name>Legal &#x26; &quot;Press&quot;</name>",
            "<title xml:lang=\"de-CH\">Everything at once</title>",
            "<published>2021-03-04T09:30:00+01:00</published>",
            "<updated>2021-03-04T14:30:00+01:00</updated>",
            "<name>Ada Muster</name>\n<email>ada@harbour.example</email>",
            &format!("<category term=\"ships\" scheme=\"{base}/#topics\" label=\"Ships &#x26; boats\"/>"),
            "<summary xml:lang=\"de-CH\">The harbour office reports on day 3.</summary>",
            &format!("<content xml:base=\"{base}/items/release-3/\" xml:lang=\"de-CH\" type=\"html\">&#x3C;p&gt;"),
            &format!("<link href=\"{base}/items/tout/\" rel=\"alternate\" hreflang=\"fr\" type=\"text/html\"/>"),
            "<link href=\"https://partner.example/news/42?x=1&#x26;y=2\" rel=\"via\"/>",
            "rel=\"enclosure\" type=\"audio/mpeg\" title=\"talk.mp3\" length=\"1234567\"/>",
            "rel=\"enclosure\" type=\"video/mp4\" title=\"far.mp4\"/>",
            &format!("<media:thumbnail url=\"{base}/assets/quay.jpg?w=1&#x26;h=2\">"),
        ],
    );
    assert_eq!(atom.matches("rel=\"enclosure\"").count(), 4);
    let alternates: Vec<usize> = atom.match_indices("items/release-3/\" rel=\"alternate\"").map(|m| m.0).collect();
    let translation = atom.find("items/tout/").unwrap();
    assert!(alternates[0] < translation && translation < alternates[1], "the page is the first and the last alternate");
    has_not(&atom, &["items/alles/", "fh:"]);
}

#[test]
fn json_carries_every_field() {
    let edition = Edition { items: (0..60).map(item).chain([rich(60)]).collect(), ..edition(0) };
    let feed: serde_json::Value = serde_json::from_str(&render(&edition, Some(0), Format::Json)).unwrap();
    let base = "https://news.harbour.example/press";
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["feed_url"], format!("{base}/harbour/feed.json"));
    assert_eq!(feed["home_page_url"], format!("{base}/harbour/"));
    assert_eq!(feed["next_url"], format!("{base}/harbour/archive/1.feed.json"));
    assert_eq!(feed["hubs"][0]["type"], "WebSub");
    assert_eq!(feed["authors"][0]["name"], "Press Office");
    assert_eq!(feed["language"], "en");
    assert_eq!(feed["items"].as_array().unwrap().len(), 50);
    let item = &feed["items"][0];
    for (name, want) in [
        ("url", format!("{base}/items/release-60/")),
        ("external_url", "https://partner.example/news/42?x=1&y=2".into()),
        ("image", format!("{base}/assets/quay.jpg?w=1&h=2")),
        ("date_published", "2021-04-30T09:30:00+01:00".into()),
        ("date_modified", "2021-04-30T14:30:00+01:00".into()),
        ("language", "de-CH".into()),
        ("summary", "The harbour office reports on day 60.".into()),
    ] {
        assert_eq!(item[name], want, "{name}");
    }
    assert_eq!(item["authors"][1]["url"], "https://bo.example/");
    assert_eq!(item["tags"], serde_json::json!(["Quay", "Harbour", "Ships & boats", "Kurz <gesagt>"]));
    assert_eq!(item["attachments"][2]["size_in_bytes"], 1_234_567);
    assert_eq!(item["attachments"][3].get("size_in_bytes"), None);
}

#[test]
fn a_topic_carries_what_it_wants() {
    let (full, excerpt) = ("reports on day <b>3</b>", "reports on day 3.");
    for (content, shown) in
        [(Content::Both, [true, true]), (Content::Full, [true, false]), (Content::Excerpt, [false, true])]
    {
        let mut edition = Edition { items: vec![item(3)].into(), ..edition(0) };
        edition.topics[0].content = content;
        // The feed of all topics does as the item's first topic does.
        for topic in [None, Some(0)] {
            let rss = render(&edition, topic, Format::Rss);
            let json = render(&edition, topic, Format::Json);
            let atom = scraper::Html::parse_fragment(&render(&edition, topic, Format::Atom))
                .root_element()
                .text()
                .collect::<String>();
            for text in [rss, json, atom] {
                assert_eq!([text.contains(full), text.contains(excerpt)], shown, "{content:?}: {text}");
            }
        }
    }
}

#[test]
fn hints_stand_only_where_the_rhythm_proves_them() {
    let weekdays = (0..400).map(|n| Item { topics: vec![0], ..item(n) });
    let quiet = |item: &Item| !matches!(chrono::Datelike::weekday(&item.published).num_days_from_monday(), 5 | 6);
    let edition = Edition { items: weekdays.filter(quiet).collect(), ..edition(0) };
    let rss = render(&edition, Some(0), Format::Rss);
    has(&rss, &["<ttl>120</ttl>", "<skipDays>\n<day>Saturday</day>\n<day>Sunday</day>\n</skipDays>", "<hour>0</hour>"]);
    has_not(&rss, &["<hour>7</hour>", "<hour>8</hour>", "<hour>9</hour>"]);
}

#[test]
fn same_edition_same_bytes_in_any_order() {
    let straight = nasty();
    let mut shuffled = straight.clone();
    change(&mut shuffled, |items| {
        items.sort_by_key(|item| item.title.len() % 7);
        items.iter_mut().for_each(|item| item.topics.reverse());
    });
    shuffled.withdrawn.reverse();
    assert_ne!(straight, shuffled);
    assert_eq!(documents(&straight), documents(&shuffled));
}

#[test]
fn ties_are_broken_by_id() {
    let mut edition = edition(40);
    change(&mut edition, |items| items.iter_mut().for_each(|item| item.published = at("2021-03-01T00:00:00Z")));
    let ids: Vec<&str> = channel(&edition, None).entries().iter().map(|entry| &*entry.item.id).collect();
    assert!(ids.is_sorted());
}

#[test]
fn long_texts_give_way_from_the_oldest_on() {
    let mut edition = edition(50);
    change(&mut edition, |items| {
        for item in items.iter_mut() {
            item.body_html = "<p>A \"quoted\" sentence &amp; <b>more</b>.</p>\n".repeat(300).into();
        }
        items[3].body_html = format!("<p>{}</p>", "endless ".repeat(50_000)).into();
    });
    let (channel, problems) = Channel::of(&edition, Some(0), &Shelf::default());
    let carried: Vec<bool> = channel.entries().iter().map(|entry| entry.carries == Content::Both).collect();
    let whole = carried.iter().filter(|&&whole| whole).count();
    assert_eq!(carried.len(), 50);
    assert!(!carried[3], "a text that takes most of the feed gives way first");
    assert!(
        whole >= 5 && carried.iter().rposition(|&whole| whole) == Some(whole),
        "the newest keep theirs: {carried:?}"
    );
    for format in Format::ALL {
        let size = format.render(&channel).len();
        assert!(size <= LIMIT && size > LIMIT / 4, "{format:?}: {size}");
    }
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].severity, &*problems[0].path), (Severity::Note, "harbour/atom.xml"));
    has(&problems[0].message, &[&format!("{} of the newest 50 items", 50 - whole), "512 KiB"]);
}

#[test]
fn a_feed_never_passes_its_limit() {
    // Excerpts, tags and captions of a size that no window was meant for: what does not fit goes to the archive.
    let mut edition = edition(200);
    edition.topics[0].window = 200;
    change(&mut edition, |items| items.iter_mut().for_each(|item| item.excerpt = "<\"&'> ".repeat(400)));
    let (channel, problems) = Channel::of(&edition, Some(0), &Shelf::default());
    assert!(channel.entries().len() < 200);
    for format in Format::ALL {
        assert!(format.render(&channel).len() <= LIMIT, "{format:?}");
    }
    has(&problems.last().unwrap().message, &["stand in the archive only"]);
    let archived: usize = channel.archive().iter().map(|page| page.entries().len()).sum();
    assert_eq!(archived + channel.entries().len(), 200);
}

#[test]
fn a_delta_holds_what_the_client_lacks() {
    let before = edition(60);
    let held: BTreeMap<String, _> =
        channel(&before, Some(0)).holdings().map(|(id, updated)| (id.to_string(), updated)).collect();
    assert_eq!(held.len(), 50);

    let mut after = edition(62);
    let gone = change(&mut after, |items| {
        items[10].updated += Duration::hours(1);
        items[10].title.push_str(" (corrected)");
        items.remove(20)
    });
    after.withdrawn = vec![
        feedroom::edition::Withdrawn { id: gone.id.clone(), ..withdrawn(0, "2031-01-01T00:00:00Z", None) },
        withdrawn(999, "2030-01-01T00:00:00Z", None),
    ];
    let full = channel(&after, Some(0));
    let delta = full.since(&held);
    // 61 and 60 are new, 51 was corrected.
    let ids: Vec<&str> = delta.entries().iter().map(|entry| &*entry.item.id).collect();
    assert_eq!(ids, [id(61), id(60), id(51)]);
    let atom = String::from_utf8(Format::Atom.render(&delta)).unwrap();
    has(&atom, &[&format!("ref=\"{}\"", gone.id), "rel=\"self\"", "rel=\"prev-archive\""]);
    has_not(&atom, &[&id(999)]);
    assert!(atom.len() * 8 < Format::Atom.render(&full).len());

    // Entries of the delta are, byte for byte, those of the full feed.
    let whole = String::from_utf8(Format::Atom.render(&full)).unwrap();
    let entries = &atom[atom.find("<entry>").unwrap()..atom.rfind("</entry>").unwrap()];
    assert!(entries.split("<entry>").all(|entry| whole.contains(entry)));

    let nothing = full.since(&full.holdings().map(|(id, updated)| (id.to_string(), updated)).collect());
    assert_eq!(nothing.entries().len(), 0);
    assert_eq!(nothing.updated(), full.updated());
}

#[test]
fn a_mass_withdrawal_crowds_out_no_item() {
    let mut edition = edition(60);
    edition.withdrawn = (1_000..6_000).map(|n| withdrawn(n, "2025-01-01T00:00:00Z", None)).collect();
    let channel = channel(&edition, Some(0));
    assert_eq!(channel.entries().len(), 50);
    assert!(channel.entries().iter().all(|entry| entry.carries == Content::Both));
    assert!(Format::Atom.render(&channel).len() < LIMIT);
}

#[test]
fn lists_lead_to_every_feed_and_page() {
    let edition = edition(4);
    let opml = String::from_utf8(feed::opml(&edition)).unwrap();
    has(
        &opml,
        &[
            "<opml version=\"2.0\">",
            "xmlUrl=\"https://news.harbour.example/press/ships/atom.xml\"",
            "text=\"Kurz &lt;gesagt&gt;\"",
        ],
    );
    assert_eq!(opml.matches("<outline ").count(), 5);
    let sitemap = String::from_utf8(feed::sitemap(&edition)).unwrap();
    has(
        &sitemap,
        &["<loc>https://news.harbour.example/press/items/release-3/</loc><lastmod>2021-03-04T09:30:00+01:00</lastmod>"],
    );
    assert_eq!(sitemap.matches("<url>").count(), 1 + 4 + 4);
    let robots = String::from_utf8(feed::robots(&edition)).unwrap();
    assert_eq!(robots, "User-agent: *\nAllow: /\n\nSitemap: https://news.harbour.example/press/sitemap.xml\n");
}
