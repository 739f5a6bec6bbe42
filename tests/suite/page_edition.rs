//! The edition that the tests of pages show: two topics, two years, three languages, and texts that want escaping.

use chrono::{DateTime, FixedOffset};
use feedroom::document::Author;
use feedroom::edition::{Attachment, Edition, Item, Newsroom, Topic, Translation, Withdrawn};

pub fn edition() -> Edition {
    let house = Newsroom {
        title: "Ämter & Häfen".into(),
        description: "News of a \"river\" <and> its harbour.".into(),
        base_url: "https://press.example/room/".into(),
        language: "en".into(),
        author: Some(Author { name: "Press office".into(), email: Some("press@press.example".into()), url: None }),
        rights: Some("Free to reprint".into()),
        ..Newsroom::default()
    };
    let topic = |slug: &str, title: &str, description: &str| Topic {
        slug: slug.into(),
        title: title.into(),
        description: description.into(),
        window: 50,
        ..Topic::default()
    };
    let asset = |path: &str, media_type: &str, length: u64, title: &str| Attachment {
        url: format!("https://press.example/room/assets/{path}"),
        media_type: media_type.into(),
        length: Some(length),
        title: title.into(),
    };
    let quay = Item {
        updated: at("2026-02-13T08:00:00+01:00"),
        corrected: true,
        authors: vec![Author { name: "Ilse Garving".into(), email: None, url: None }],
        tags: vec!["flood".into(), "a & b".into()],
        topics: vec![0, 1],
        image: Some(asset("river/crest.png", "image/png", 24_520, "The crest on a chart")),
        attachments: vec![asset("river/report.pdf", "application/pdf", 1_250_000, "Report & tables")],
        link: Some("https://elsewhere.example/quay?a=1&b=2".into()),
        body_html: "<h3>What next</h3><p>Divers <em>inspect</em> the bridge.</p><h4>When</h4><p>Soon.</p>".into(),
        ..plain(1, "quay", "The \"quay\" <held> & nobody </script> was hurt", "2026-02-11T14:30:00+01:00")
    };
    let pilots = Item {
        language: Some("uk".into()),
        topics: vec![1],
        translations: vec![Translation {
            language: "en-GB".into(),
            url: "https://press.example/room/items/seals/".into(),
        }],
        ..plain(2, "locman", "Лоцмани пройшли практику", "2026-05-12T00:00:00+02:00")
    };
    let open = Item {
        language: Some("ar".into()),
        topics: vec![0],
        body_html: "<h1>الميناء</h1><p>يفتح الميناء أبوابه.</p>".into(),
        ..plain(3, "mina", "الميناء يفتح أبوابه", "2026-05-04T09:00:00+02:00")
    };
    let undated = Item { undated: true, ..plain(4, "notice", "A notice without a day", "2026-03-01T10:11:12+01:00") };
    let old = Item { topics: vec![0], ..plain(5, "seals", "Seals counted", "2025-12-31T23:30:00+01:00") };
    Edition {
        newsroom: house,
        topics: vec![topic("river", "River <and> nature", "Levels & wildlife"), topic("harbour", "Harbour", "")],
        items: vec![pilots, open, undated, quay, old].into(),
        withdrawn: vec![Withdrawn {
            id: "urn:uuid:00000000-0000-0000-0000-000000000009".into(),
            slug: "lost".into(),
            at: at("2026-05-20T10:00:00+02:00"),
            topics: vec!["harbour".into(), "former".into()],
            by: None,
        }],
    }
}

fn plain(number: u32, slug: &str, title: &str, published: &str) -> Item {
    Item {
        id: format!("urn:uuid:00000000-0000-0000-0000-{number:012}"),
        slug: slug.into(),
        title: title.into(),
        body_html: "<p>It is told here in full.</p>".into(),
        excerpt: "It is told here in full.".into(),
        published: at(published),
        undated: false,
        updated: at(published),
        corrected: false,
        language: None,
        authors: Vec::new(),
        tags: Vec::new(),
        topics: Vec::new(),
        image: None,
        attachments: Vec::new(),
        link: None,
        translations: Vec::new(),
        aliases: Vec::new(),
        files: Vec::new(),
    }
}

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("an RFC 3339 date")
}
