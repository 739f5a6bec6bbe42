//! Invented editions for the tests of feeds: a plain one of any size, and one of nasty cases.

use chrono::{DateTime, Duration, FixedOffset};
use feedroom::document::Author;
use feedroom::edition::{Attachment, Content, Edition, Item, Newsroom, Topic, Translation, Withdrawn};

/// An instant by its RFC 3339 form.
pub fn at(rfc3339: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(rfc3339).expect("an RFC 3339 date")
}

/// The id of the nth invented item.
pub fn id(n: usize) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, n.to_string().as_bytes()).urn().to_string()
}

/// The nth item: one a day at half past nine, every third in the second topic too.
pub fn item(n: usize) -> Item {
    let published = at("2021-03-01T09:30:00+01:00") + Duration::days(n as i64);
    Item {
        id: id(n),
        slug: format!("release-{n}"),
        title: format!("Release no. {n} of the harbour office"),
        body_html: format!(
            "<p>The harbour office reports on day <b>{n}</b>.</p>\n<p>More <a href=\"https://harbour.example/{n}?a=1&amp;b=2\">there</a>.</p>"
        )
        .into(),
        excerpt: format!("The harbour office reports on day {n}."),
        published,
        undated: false,
        updated: published,
        corrected: false,
        language: None,
        authors: Vec::new(),
        tags: vec!["Harbour".into()],
        topics: if n.is_multiple_of(3) { vec![0, 1] } else { vec![0] },
        image: None,
        attachments: Vec::new(),
        link: None,
        translations: Vec::new(),
        aliases: Vec::new(),
        files: Vec::new(),
    }
}

/// An edition of items 0 to `count`, newest first.
pub fn edition(count: usize) -> Edition {
    Edition { newsroom: newsroom(), topics: topics(), items: (0..count).rev().map(item).collect(), withdrawn: vec![] }
}

/// Changes the items of an edition as a list.
pub fn change<R>(edition: &mut Edition, change: impl FnOnce(&mut Vec<Item>) -> R) -> R {
    let mut items: Vec<Item> = edition.items.iter().cloned().collect();
    let out = change(&mut items);
    edition.items = items.into();
    out
}

/// The house of all invented editions.
pub fn newsroom() -> Newsroom {
    Newsroom {
        title: "Harbour & Quay Authority".into(),
        description: "News of the harbour, its quays < and > its ships.".into(),
        base_url: "https://news.harbour.example/press/".into(),
        language: "en".into(),
        author: Some(Author {
            name: "Press Office".into(),
            email: Some("press@harbour.example".into()),
            url: Some("https://harbour.example/press".into()),
        }),
        rights: Some("© Harbour & Quay Authority".into()),
        icon: Some("https://news.harbour.example/press/assets/icon.png".into()),
        logo: Some("https://news.harbour.example/press/assets/logo.svg".into()),
        hubs: vec!["https://hub.example/".into()],
    }
}

fn topics() -> Vec<Topic> {
    let topic = |slug: &str, title: &str, content| Topic {
        slug: slug.into(),
        title: title.into(),
        description: format!("All about {title}."),
        language: None,
        window: 50,
        content,
    };
    vec![
        topic("harbour", "Harbour", Content::Both),
        topic("ships", "Ships & boats", Content::Full),
        Topic { language: Some("de".into()), window: 10, ..topic("short", "Kurz <gesagt>", Content::Excerpt) },
        topic("empty", "Nothing yet", Content::Both),
    ]
}

/// Titles that break feeds.
pub const NASTY_TITLES: [&str; 22] = [
    "AT&T and R&D",
    "5 < 6 && 7 > 2",
    "Use <b>bold</b> & <script>alert(1)</script>",
    "&amp; is how HTML writes an ampersand; &#38; too",
    "</title></item></channel></rss>",
    "<![CDATA[ not a section ]]> ]]&gt; ]]>",
    "<!-- not a comment --> <?php echo 1 ?>",
    "\"double\" and 'single' quotes",
    "control\u{0}\u{1}\u{8}\u{b}\u{c}\u{1f}\u{7f}characters",
    "c1\u{80}\u{85}\u{9f}controls",
    "non\u{fffe}\u{ffff}\u{1fffe}\u{fdd0}characters and \u{fffd}",
    "bidi \u{202e}override\u{202c} and \u{2066}isolate\u{2069}",
    "مرفأ المدينة يفتح أبوابه",
    "הנמל נפתח לציבור (2025)",
    "港口今日开放，欢迎光临",
    "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿 emoji e\u{301} a\u{308}",
    "line\nbreaks\r\nand\ttabs\u{2028}and\u{a0}spaces",
    "   ",
    "",
    "javascript:alert(1)",
    "{\"json\": \"\\u0000\"}",
    "%3Cb%3E %s {{braces}} ${x}",
];

/// Every nasty title once as the title, in the text, as author, tag, caption and address; then items with every field.
pub fn nasty() -> Edition {
    let mut edition = edition(0);
    let mut items = Vec::new();
    for (n, title) in NASTY_TITLES.iter().enumerate() {
        let escaped = feedroom::text::escape(title);
        items.push(Item {
            title: title.to_string(),
            body_html: format!("<p title=\"{escaped}\">{escaped}</p><pre>]]&gt;{escaped}</pre>").into(),
            excerpt: title.to_string(),
            authors: vec![Author { name: title.to_string(), email: Some("not an address".into()), url: None }],
            tags: vec![title.to_string(), format!("{title} again")],
            attachments: vec![Attachment {
                url: format!("https://news.harbour.example/a/{title}.pdf"),
                media_type: "application/pdf".into(),
                length: Some(12_345),
                title: title.to_string(),
            }],
            topics: vec![0, 1, 2],
            ..item(n)
        });
    }
    let next = items.len();
    items.push(Item { title: "long words ".repeat(1_000), ..item(next) });
    items.push(Item { title: "x".repeat(10_000), topics: vec![2], ..item(next + 1) });
    items.push(rich(next + 2));
    items.push(Item {
        title: "Links of all kinds".into(),
        body_html: "<p><a href=\"#n1\">1</a> <a href=\"/press/x\">2</a> <img src=\"y.png\" alt=\"a &gt; b\"></p>"
            .into(),
        language: Some("ar".into()),
        ..item(next + 3)
    });
    items.push(Item { body_html: "".into(), excerpt: String::new(), ..item(next + 4) });
    edition.items = items.into();
    let old =
        Withdrawn { id: "https://old.example/?p=1&lang=en".into(), ..withdrawn(9_002, "2025-01-03T00:00:00Z", None) };
    edition.withdrawn = vec![
        old,
        withdrawn(9_001, "2025-01-02T03:04:05+05:45", None),
        withdrawn(9_000, "2025-01-01T00:00:00Z", Some("Legal & <Press> \"desk\"")),
    ];
    edition
}

/// A withdrawn item of the first topic.
pub fn withdrawn(n: usize, when: &str, by: Option<&str>) -> Withdrawn {
    Withdrawn {
        id: id(n),
        slug: format!("release-{n}"),
        at: at(when),
        topics: vec!["harbour".into()],
        by: by.map(|name| Author { name: name.into(), ..Author::default() }),
    }
}

/// An item with every field.
pub fn rich(n: usize) -> Item {
    let file = |name: &str, media_type: &str, length| Attachment {
        url: format!("https://news.harbour.example/press/assets/{name}"),
        media_type: media_type.into(),
        length,
        title: name.into(),
    };
    Item {
        title: "Everything at once".into(),
        updated: item(n).published + Duration::hours(5),
        corrected: true,
        language: Some("de-CH".into()),
        authors: vec![
            Author { name: "Ada Muster".into(), email: Some("ada@harbour.example".into()), url: None },
            Author { name: "Bo Beispiel".into(), email: None, url: Some("https://bo.example/".into()) },
        ],
        tags: vec!["Quay".into(), "quay".into(), "Harbour".into()],
        topics: vec![0, 1, 2],
        image: Some(file("quay.jpg?w=1&h=2", "image/jpeg", Some(2_048))),
        attachments: vec![
            file("plan.pdf", "application/pdf", Some(99)),
            file("quay.jpg?w=1&h=2", "image/jpeg", Some(2_048)),
            file("talk.mp3", "audio/mpeg", Some(1_234_567)),
            file("far.mp4", "video/mp4", None),
        ],
        link: Some("https://partner.example/news/42?x=1&y=2".into()),
        translations: vec![
            Translation { language: "fr".into(), url: "https://news.harbour.example/press/items/tout/".into() },
            Translation { language: "de-CH".into(), url: "https://news.harbour.example/press/items/alles/".into() },
        ],
        ..item(n)
    }
}
