//! Pages: their landmarks, links, languages and escapes, read back by an HTML parser; their contrast, computed.

use std::collections::BTreeMap;
use std::path::Path;

use feedroom::edition::{Edition, Item};
use feedroom::page;
use scraper::{ElementRef, Html, Selector};

use crate::page_edition::edition;

#[test]
fn every_page_has_its_landmarks_and_headings_in_order() {
    let edition = edition();
    for (name, text) in pages(&edition) {
        let page = Html::parse_document(&text);
        assert_eq!(all(&page, "h1").len(), 1, "{name}: one h1");
        for landmark in ["body > header", "body > main", "body > footer"] {
            assert_eq!(all(&page, landmark).len(), 1, "{name}: {landmark}");
        }
        let target = one(&page, "body > a.skip").attr("href").unwrap().to_string();
        assert_eq!(one(&page, &target).value().name(), "main", "{name}: the first link skips to main");
        let levels: Vec<u32> =
            all(&page, "h1, h2, h3, h4, h5, h6").iter().map(|h| h.value().name()[1..].parse().unwrap()).collect();
        assert_eq!(levels[0], 1, "{name}: {levels:?}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{name}: {levels:?}");
        for element in all(&page, "[aria-labelledby]") {
            let id = element.attr("aria-labelledby").unwrap();
            assert_eq!(all(&page, &format!("[id='{id}']")).len(), 1, "{name}: one {id}");
        }
        for list in all(&page, "ul, ol") {
            let children = list.children().filter_map(ElementRef::wrap);
            assert!(children.into_iter().all(|child| child.value().name() == "li"), "{name}: {}", list.html());
        }
        for image in all(&page, "img") {
            assert!(image.attr("alt").is_some(), "{name}: {}", image.html());
        }
        assert!(!one(&page, "title").text().collect::<String>().trim().is_empty(), "{name}");
        assert!(all(&page, "html[lang]").len() == 1, "{name}");
    }
}

#[test]
fn no_page_runs_or_borrows_anything() {
    let edition = edition();
    for (name, text) in pages(&edition) {
        let page = Html::parse_document(&text);
        assert!(all(&page, "script:not([type='application/ld+json'])").is_empty(), "{name}");
        assert!(all(&page, "[style], style, iframe, object, embed, base, form").is_empty(), "{name}");
        for element in all(&page, "*") {
            assert!(element.value().attrs().all(|(key, _)| !key.starts_with("on")), "{name}: {}", element.html());
        }
        assert!(!text.contains("href=\"javascript:"), "{name}");
        let sheet = one(&page, "link[rel='stylesheet']").attr("href").unwrap().to_string();
        assert!(sheet.ends_with(page::STYLE_PATH) && !sheet.contains("://"), "{name}: {sheet}");
    }
    assert!(!page::stylesheet().contains("url(") && !page::stylesheet().contains("@import"));
}

#[test]
fn every_link_within_the_site_leads_to_a_page_a_feed_or_a_sheet() {
    let edition = edition();
    let pages = pages(&edition);
    let base = &edition.newsroom.base_url;
    let feeds = edition.topics.iter().map(|topic| format!("{}/", topic.slug)).chain([String::new()]);
    let feeds: Vec<String> =
        feeds.flat_map(|at| ["rss.xml", "atom.xml", "feed.json"].map(|file| format!("{at}{file}"))).collect();
    let known = |path: &str| {
        pages.contains_key(path)
            || feeds.iter().any(|feed| feed == path)
            || [page::STYLE_PATH, "opml.xml"].contains(&path)
            || path.starts_with("assets/")
    };
    for (name, text) in &pages {
        let page = Html::parse_document(text);
        for element in all(&page, "a[href], link[href]") {
            let href = element.attr("href").unwrap();
            if href.starts_with('#') || href.starts_with("https://elsewhere.example/") {
                continue;
            }
            let path = match href.strip_prefix(base.as_str()) {
                Some(path) => path.to_string(),
                None => resolve(name, href, base),
            };
            assert!(known(&path), "{name}: {href} leads to {path}");
        }
    }
}

#[test]
fn feeds_are_discovered_nearest_first_and_named() {
    let edition = edition();
    let discovered = |text: &str| {
        let page = Html::parse_document(text);
        let links = all(&page, "link[rel='alternate'][type]");
        links
            .iter()
            .map(|link| [link.attr("type"), link.attr("href")].map(|a| a.unwrap().to_string()))
            .collect::<Vec<_>>()
    };
    let of = |base: &str| {
        [
            ["application/rss+xml".to_string(), format!("https://press.example/room/{base}rss.xml")],
            ["application/atom+xml".to_string(), format!("https://press.example/room/{base}atom.xml")],
            ["application/feed+json".to_string(), format!("https://press.example/room/{base}feed.json")],
        ]
    };
    let front = discovered(&page::index(&edition));
    assert_eq!(front[..3], of(""));
    assert_eq!(front[3..], [of("river/")[1].clone(), of("harbour/")[1].clone()]);
    assert_eq!(discovered(&page::topic(&edition, 0)), [of("river/"), of("")].concat());
    assert_eq!(
        discovered(&page::item(&edition, named(&edition, "quay"))),
        [of(""), of("river/"), of("harbour/")].concat()
    );
    assert_eq!(discovered(&page::year(&edition, Some(1), 2026)), [of("harbour/"), of("")].concat());
    assert_eq!(discovered(&page::not_found(&edition)), of(""));
    let page = Html::parse_document(&page::topic(&edition, 0));
    let names: Vec<_> = all(&page, "link[rel='alternate']").iter().map(|l| l.attr("title").unwrap()).collect();
    assert_eq!(names[0], "Ämter & Häfen: River <and> nature (RSS)");
    assert_eq!(names[4], "Ämter & Häfen (Atom)");
}

#[test]
fn an_item_says_when_by_whom_in_which_language_and_what_belongs_to_it() {
    let edition = edition();
    let text = page::item(&edition, named(&edition, "quay"));
    let page = Html::parse_document(&text);
    let entry = one(&page, "main > article.h-entry");
    assert_eq!(words(&one(&page, "h1.p-name")), "The \"quay\" <held> & nobody </script> was hurt");
    assert_eq!(one(&page, "time.dt-published").attr("datetime"), Some("2026-02-11T14:30:00+01:00"));
    assert_eq!(words(&one(&page, "time.dt-published")), "11 February 2026");
    assert_eq!(words(&one(&page, ".corrected")), "Corrected on 13 February 2026");
    assert_eq!(words(&one(&page, ".p-author .p-name")), "Ilse Garving");
    assert!(entry.html().contains("<p>Divers <em>inspect</em> the bridge.</p>"), "the body stands as it is");
    assert_eq!(one(&page, ".image img").attr("src"), Some("https://press.example/room/assets/river/crest.png"));
    let file = one(&page, ".files a");
    assert_eq!(file.attr("href"), Some("https://press.example/room/assets/river/report.pdf"));
    assert_eq!(words(&one(&page, ".files .count")), "PDF, 1.3\u{A0}MB");
    assert_eq!(one(&page, "link[rel='canonical']").attr("href"), Some("https://press.example/room/items/quay/"));
    let property = |name: &str| one(&page, &format!("meta[property='{name}']")).attr("content").map(String::from);
    assert_eq!(property("og:type").as_deref(), Some("article"));
    assert_eq!(property("og:title").as_deref(), Some("The \"quay\" <held> & nobody </script> was hurt"));
    assert_eq!(property("og:image").as_deref(), Some("https://press.example/room/assets/river/crest.png"));
    assert_eq!(property("article:published_time").as_deref(), Some("2026-02-11T14:30:00+01:00"));
    assert_eq!(property("article:modified_time").as_deref(), Some("2026-02-13T08:00:00+01:00"));

    let data = one(&page, "script[type='application/ld+json']").text().collect::<String>();
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["@type"], "NewsArticle");
    assert_eq!(data["headline"], "The \"quay\" <held> & nobody </script> was hurt");
    assert_eq!(data["datePublished"], "2026-02-11T14:30:00+01:00");
    assert_eq!(data["dateModified"], "2026-02-13T08:00:00+01:00");
    assert_eq!(data["inLanguage"], "en");
    assert_eq!(data["author"][0]["@type"], "Person");
    assert_eq!(data["publisher"]["name"], "Ämter & Häfen");
    assert_eq!(data["identifier"], "urn:uuid:00000000-0000-0000-0000-000000000001");
}

#[test]
fn a_translated_item_leads_to_its_other_languages() {
    let edition = edition();
    let text = page::item(&edition, named(&edition, "locman"));
    let page = Html::parse_document(&text);
    for link in [one(&page, "link[hreflang]"), one(&page, ".after a[hreflang]")] {
        assert_eq!(link.attr("hreflang"), Some("en-GB"));
        assert_eq!(link.attr("href"), Some("https://press.example/room/items/seals/"));
    }
    assert_eq!(words(&one(&page, ".after a[hreflang]")), "English");
}

#[test]
fn an_undated_item_shows_no_date_anywhere() {
    let edition = edition();
    let text = page::item(&edition, named(&edition, "notice"));
    let page = Html::parse_document(&text);
    assert!(all(&page, "time, meta[property='article:published_time']").is_empty());
    let data = one(&page, "script[type='application/ld+json']").text().collect::<String>();
    assert!(!data.contains("datePublished") && !data.contains("dateModified"));
    for text in [page::index(&edition), page::year(&edition, None, 2026)] {
        let page = Html::parse_document(&text);
        let item = all(&page, ".entry").into_iter().find(|e| words(e).contains("without a day")).unwrap();
        assert!(item.select(&Selector::parse("time").unwrap()).next().is_none());
    }
    let year = page::year(&edition, None, 2026);
    let months: Vec<String> = all(&Html::parse_document(&year), ".month").iter().map(words).collect();
    assert_eq!(months, ["May 2026", "February 2026", "Without a date"]);
}

#[test]
fn each_text_has_its_own_language_and_direction() {
    let edition = edition();
    let index = page::index(&edition);
    let page = Html::parse_document(&index);
    let title = |slug: &str| {
        let titles = all(&page, ".entry h3");
        let title = titles.into_iter().find(|h| h.html().contains(&format!("items/{slug}/"))).unwrap();
        [title.attr("lang").map(String::from), title.attr("dir").map(String::from)]
    };
    assert_eq!(one(&page, "html").attr("lang"), Some("en"));
    assert_eq!(title("quay"), [None, None]);
    assert_eq!(title("locman"), [Some("uk".into()), None]);
    assert_eq!(title("mina"), [Some("ar".into()), Some("rtl".into())]);
    let text = page::item(&edition, named(&edition, "mina"));
    let page = Html::parse_document(&text);
    for part in ["h1", ".body"] {
        assert_eq!((one(&page, part).attr("lang"), one(&page, part).attr("dir")), (Some("ar"), Some("rtl")), "{part}");
    }
}

#[test]
fn the_words_around_are_the_houses_or_english() {
    let mut edition = edition();
    for (language, html_lang, house_lang, skip) in [
        ("de-CH", "de", Some("de-CH"), "Zum Inhalt springen"),
        ("fr", "fr", None, "Aller au contenu"),
        ("es", "es", None, "Saltar al contenido"),
        ("uk", "uk", None, "Перейти до змісту"),
        ("fi", "en", Some("fi"), "Skip to content"),
    ] {
        edition.newsroom.language = language.into();
        let text = page::topic(&edition, 1);
        let page = Html::parse_document(&text);
        assert_eq!(one(&page, "html").attr("lang"), Some(html_lang));
        assert_eq!(one(&page, ".house a").attr("lang"), house_lang);
        assert_eq!(words(&one(&page, ".skip")), skip);
    }
}

#[test]
fn a_withdrawn_release_leaves_a_day_and_its_topics() {
    let edition = edition();
    let text = page::gone(&edition, &edition.withdrawn[0]);
    let page = Html::parse_document(&text);
    assert_eq!(words(&one(&page, "h1")), "Withdrawn");
    assert_eq!(words(&one(&page, ".lead")), "This release was withdrawn on 20 May 2026.");
    let ways: Vec<_> = all(&page, ".ways a").iter().map(|a| a.attr("href").unwrap().to_string()).collect();
    assert_eq!(ways, ["../../", "../../harbour/"]);
    assert!(all(&page, "link[rel='canonical']").is_empty());
}

#[test]
fn years_count_every_item_once_and_a_feeds_page_offers_its_address() {
    let edition = edition();
    assert_eq!(page::years(&edition, None), [(2026, 4), (2025, 1)]);
    assert_eq!(page::years(&edition, Some(1)), [(2026, 2)]);
    let listed: usize = page::years(&edition, None)
        .iter()
        .map(|(year, _)| all(&Html::parse_document(&page::year(&edition, None, *year)), ".entry").len())
        .sum();
    assert_eq!(listed, edition.items.len());
    let text = page::feed(&edition, Some(1), "harbour/rss.xml");
    let page = Html::parse_document(&text);
    assert_eq!(words(&one(&page, ".copy code")), "https://press.example/room/harbour/rss.xml");
    assert_eq!(all(&page, ".entry").len(), 2);
    let style = page::feed_style(&edition);
    assert!(style.contains("\"This is a feed. A feed brings"));
    assert!(!style.contains("{feed}") && !style.contains("{address}"));
}

#[test]
fn text_has_the_contrast_of_wcag_aa_in_every_scheme() {
    for (sheet, pairs) in [
        (page::stylesheet().to_string(), &["ink", "quiet", "link", "visited", "mark"][..]),
        (page::feed_style(&edition()), &["ink", "quiet"][..]),
    ] {
        let schemes = schemes(&sheet);
        assert_eq!(schemes.len(), 2, "light and dark");
        for colours in schemes {
            for ground in ["paper", "panel"] {
                for text in pairs {
                    let ratio = contrast(&colours[*text], &colours[ground]);
                    assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2}");
                }
            }
        }
    }
    assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 0.01);
    assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
}

#[test]
#[ignore = "writes the pages to the folder in FEEDROOM_PAGES, to be looked at in a browser"]
fn write_the_pages_to_look_at() {
    let folder = std::env::var("FEEDROOM_PAGES").expect("FEEDROOM_PAGES names a folder");
    let edition = edition();
    let mut files = pages(&edition);
    files.insert(page::STYLE_PATH.into(), page::stylesheet().into());
    files.insert(feedroom::feed::STYLE_PATH.into(), page::feed_style(&edition));
    for (path, text) in files {
        let path = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path };
        let path = Path::new(&folder).join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// Every page of an edition by its path without the leading slash.
fn pages(edition: &Edition) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::from([
        (String::new(), page::index(edition)),
        ("404".to_string(), page::not_found(edition)),
        ("items/lost/".to_string(), page::gone(edition, &edition.withdrawn[0])),
    ]);
    for topic in [None, Some(0), Some(1)] {
        let base = topic.map_or(String::new(), |topic| format!("{}/", edition.topics[topic].slug));
        for (year, _) in page::years(edition, topic) {
            pages.insert(format!("{base}{year}/"), page::year(edition, topic, year));
        }
        if let Some(topic) = topic {
            pages.insert(base.clone(), page::topic(edition, topic));
        }
        let feed = format!("{base}rss.xml");
        pages.insert(feed.clone(), page::feed(edition, topic, &feed));
    }
    for item in edition.items.iter() {
        pages.insert(item.page_path(), page::item(edition, item));
    }
    pages
}

fn named<'e>(edition: &'e Edition, slug: &str) -> &'e Item {
    edition.items.by_slug(slug).expect("an item of that slug")
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn one<'a>(page: &'a Html, selector: &str) -> ElementRef<'a> {
    let found = all(page, selector);
    assert_eq!(found.len(), 1, "{selector}");
    found[0]
}

fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_string()
}

/// The path without leading slash to which a relative link of the page at `from` leads.
fn resolve(from: &str, href: &str, base: &str) -> String {
    let root = base.splitn(4, '/').nth(3).map(|path| format!("/{path}")).expect("an absolute address");
    if let Some(path) = href.strip_prefix(&root) {
        return path.to_string();
    }
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in href.split('/') {
        match part {
            "." => {}
            ".." => assert!(folders.pop().is_some(), "{href} leaves the site from {from}"),
            part => folders.push(part),
        }
    }
    if href.ends_with("..") { folders.join("/") + "/" } else { folders.join("/") }
}

/// The custom properties of a style sheet that are colours: the light scheme's, then the dark one's.
fn schemes(sheet: &str) -> Vec<BTreeMap<String, String>> {
    let screen = sheet.split("@media print").next().unwrap_or_default();
    let parts = screen.split(":root {").skip(1).map(|part| part.split('}').next().unwrap_or_default());
    parts
        .map(|part| {
            let declarations = part.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "));
            declarations
                .filter(|(_, value)| value.starts_with('#'))
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect()
        })
        .filter(|colours: &BTreeMap<String, String>| !colours.is_empty())
        .collect()
}

/// The contrast ratio of WCAG 2.2 between two colours written `#rrggbb`.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("#rrggbb")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}
