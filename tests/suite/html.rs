//! Saved pages of sites of many kinds: the release's own headline and date, never those of what stands around it.

use feedroom::date::{self, Hints};
use feedroom::document::{self, BlockKind, DateRole, DateSource, Document, Settings, Syntax};

const PROSE: &str = "The river rose by two metres in the night and the old mill stood in water up to its windows, so the \
    council met before breakfast and decided to open both gates, which took until noon and six strong people.";

/// A page with a head, a navigation with a headline-like link, the given body, and a footer with dates.
fn page(lang: &str, head: &str, body: &str) -> Document {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\"><head><meta charset=utf-8>{head}</head><body>\
         <header class=site><p id=today>Thursday, 1 January 2026</p><a href=/>River Times</a></header>\
         <nav><ul><li><a href=/a>News of 3 March 2024</a></li></ul></nav>\
         <main>{body}</main>\
         <aside class=related><h3><a href=/b>Another story entirely</a></h3><span class=date>7 July 2023</span></aside>\
         <footer>© 2026 River Times. Last updated 2 February 2026</footer></body></html>"
    );
    read(&html)
}

fn read(html: &str) -> Document {
    document::read("page.html", html.as_bytes(), &Settings::default()).0.expect("a page can be read")
}

/// The day of the first date, with its role.
fn first_date(document: &Document) -> Option<(DateRole, String)> {
    let hints = Hints { order: None, language: document.header.language.as_deref() };
    let field = document.header.dates.first()?;
    let start = date::find(&field.field.value, &hints).first()?.start;
    Some((field.role, format!("{:04}-{:02}-{:02}", start.year?, start.month?, start.day?)))
}

fn published(document: &Document) -> Option<String> {
    first_date(document).filter(|(role, _)| *role == DateRole::Published).map(|(_, day)| day)
}

fn title(document: &Document) -> &str {
    document.header.title.as_ref().map_or("", |t| &t.value)
}

#[test]
fn declared_dates_of_every_dialect_are_read() {
    let heads = [
        r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Water is back","datePublished":"2025-06-05T08:00:00+02:00","dateModified":"2025-07-01"}</script>"#,
        r#"<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"River Times"},{"@type":"BlogPosting","datePublished":"2025-06-05"}]}</script>"#,
        r#"<script type="application/ld+json">[{"@type":"Organization"},{"@type":"Report","dateCreated":"2025-06-05"}]</script>"#,
        r#"<meta property="article:published_time" content="2025-06-05T08:00:00Z"><meta property="article:modified_time" content="2025-08-08">"#,
        r#"<meta property="og:published_time" content="2025-06-05">"#,
        r#"<meta name="DC.date.issued" content="2025-06-05">"#,
        r#"<meta name="dcterms.issued" content="2025-06-05">"#,
        r#"<meta name="pubdate" content="20250605">"#,
        r#"<meta name="sailthru.date" content="2025-06-05 08:00:00">"#,
        r#"<meta name="parsely-pub-date" content="2025-06-05T06:00:00Z">"#,
        r#"<meta name="cXenseParse:recs:publishtime" content="2025-06-05T06:00:00Z">"#,
        r#"<meta name="publication_date" content="5 June 2025">"#,
        r#"<meta name="citation_publication_date" content="2025/06/05">"#,
        r#"<meta name="date" content="2025-06-05">"#,
        r#"<meta itemprop="datePublished" content="2025-06-05">"#,
        r#"<link rel="canonical" href="https://river.example/2025/06/05/water">"#,
        r#"<meta property="og:url" content="https://river.example/news/2025-06-05-water.html">"#,
        r#"<meta property="article:published_time" content="1749103200">"#,
    ];
    for head in heads {
        let document = page("en", head, &format!("<h1>Water is back</h1><p>{PROSE}</p><p>{PROSE}</p>"));
        assert_eq!(published(&document).as_deref(), Some("2025-06-05"), "{head}");
        assert_eq!(document.header.dates[0].source, DateSource::Metadata, "{head}");
        assert_eq!(title(&document), "Water is back", "{head}");
    }
}

#[test]
fn marked_dates_in_the_body_are_read() {
    let bodies = [
        r#"<article itemscope itemtype="https://schema.org/NewsArticle"><h1>Water is back</h1><span itemprop="datePublished" content="2025-06-05">Thursday</span>"#,
        r#"<article><h1>Water is back</h1><time pubdate datetime="2025-06-05">three days ago</time>"#,
        r#"<article class="hentry"><h1 class="entry-title">Water is back</h1><abbr class="published" title="2025-06-05T08:00:00Z">Thursday</abbr>"#,
        r#"<article><h1>Water is back</h1><a href="/x" rel=bookmark><time class="entry-date published" datetime="2025-06-05T08:00:00+02:00">5 June</time></a>"#,
        r#"<div typeof="sioc:Post"><h1>Water is back</h1><span property="dc:date dc:created" content="2025-06-05T08:00:00+02:00">last week</span>"#,
        r#"<article><h1>Water is back</h1><span class=timestamp title="Thursday, June 5, 2025 9:00 AM">3 days ago</span>"#,
        r#"<article><div class=date><div>05</div><div>Jun</div><div>2025</div></div><h1>Water is back</h1>"#,
        r#"<article><h1>Water is back</h1><p>By Ann Rivers <time datetime="2025-06-05T10:00">2 days ago</time></p>"#,
    ];
    for body in bodies {
        let document = page("en", "", &format!("{body}<p>{PROSE}</p><p>{PROSE}</p></article>"));
        assert_eq!(published(&document).as_deref(), Some("2025-06-05"), "{body}");
    }
}

#[test]
fn date_lines_by_the_headline_are_read_in_many_languages() {
    let lines = [
        ("en", "<p class=byline>By Ann Rivers | Posted on June 5, 2025 at 10:00 am</p>"),
        ("en-GB", "<p>Published: 5 June 2025</p>"),
        ("de", "<div class=datum>05.06.2025, 10:30 Uhr</div>"),
        ("de", "<p>Flussstadt, 5. Juni 2025</p>"),
        ("fr", "<span>Publié le 5 juin 2025 à 10h30</span>"),
        ("es", "<div class=fecha>Jueves, 5 de junio de 2025</div>"),
        ("pt", "<p>Publicado em 5 de junho de 2025</p>"),
        ("it", "<p>5 giugno 2025</p>"),
        ("nl", "<p>Geplaatst op 5 juni 2025</p>"),
        ("sv", "<p>Publicerad 5 juni 2025</p>"),
        ("pl", "<p>Opublikowano: 5 czerwca 2025</p>"),
        ("cs", "<p>Publikováno 5. června 2025</p>"),
        ("ru", "<div>Опубликовано: 5 июня 2025</div>"),
        ("uk", "<div>5 червня 2025, 10:30</div>"),
        ("tr", "<div>Yayınlanma: 5 Haziran 2025</div>"),
        ("el", "<div>Δημοσιεύτηκε: 5 Ιουνίου 2025</div>"),
        ("id", "<div>Diterbitkan 5 Juni 2025</div>"),
        ("vi", "<div>Ngày đăng: 05/06/2025</div>"),
        ("ja", "<p>公開日：2025年6月5日</p>"),
        ("zh", "<p>2025-06-05 10:30 来源：河报</p>"),
        ("ko", "<p>입력 2025.06.05 10:30</p>"),
        ("ar", "<p>تاريخ النشر: 5 يونيو 2025</p>"),
        ("hi", "<p>प्रकाशित: 5 जून 2025</p>"),
        ("fi", "<p>Julkaistu 5.6.2025</p>"),
    ];
    for (lang, line) in lines {
        for body in [format!("<h1>Water is back</h1>{line}"), format!("{line}<h1>Water is back</h1>")] {
            let document = page(lang, "", &format!("{body}<p>{PROSE}</p><p>{PROSE}</p>"));
            assert_eq!(published(&document).as_deref(), Some("2025-06-05"), "{lang}: {body}");
            assert_eq!(document.header.dates[0].source, DateSource::Visible, "{lang}: {body}");
        }
    }
}

#[test]
fn a_label_on_the_line_before_counts() {
    let body = format!(
        "<h1>Water is back</h1><dl><dt>Last updated</dt><dd>9 June 2025</dd><dt>Published</dt><dd>5 June 2025</dd></dl>\
         <p>{PROSE}</p><p>{PROSE}</p>"
    );
    assert_eq!(published(&page("en", "", &body)).as_deref(), Some("2025-06-05"));
}

#[test]
fn the_date_of_publication_comes_before_the_last_change() {
    let bodies = [
        "<p>Published 5 June 2025, updated 9 June 2025</p>",
        "<p>Updated: 9 June 2025 | Published: 5 June 2025</p>",
        "<p>Aktualisiert: 09.06.2025</p><p>Erstellt: 05.06.2025</p>",
        "<p><time class=updated datetime=2025-06-09>9 June 2025</time> <time class=published datetime=2025-06-05>5 June 2025</time></p>",
    ];
    for body in bodies {
        let document = page("en", "", &format!("<h1>Water is back</h1>{body}<p>{PROSE}</p><p>{PROSE}</p>"));
        assert_eq!(published(&document).as_deref(), Some("2025-06-05"), "{body}");
        assert!(document.header.dates.iter().any(|d| d.role == DateRole::Updated), "{body}");
    }
}

#[test]
fn a_page_that_tells_only_its_last_change_says_so() {
    let head = r#"<meta property="article:modified_time" content="2025-06-09T08:00:00Z">"#;
    let document = page("en", head, &format!("<h1>Water is back</h1><p>{PROSE}</p><p>{PROSE}</p>"));
    assert_eq!(first_date(&document), Some((DateRole::Updated, "2025-06-09".to_string())));
}

#[test]
fn other_dates_of_a_page_are_not_taken() {
    let bodies = [
        // Today's date, navigation, related pages and the footer come with every page.
        String::new(),
        format!("<p>{PROSE} On 28 May 1998 the mill was sold, and on 3 April 2001 it was sold again.</p>"),
        "<div class=comments><div class=comment><b>Bob</b> <span class=date>6 June 2025</span><p>Nice.</p></div></div>".into(),
        "<p>Deadline: 30 September 2027</p>".into(),
        "<p>Member since 5 May 2011</p>".into(),
        "<p>When: 5 June 2027, 10:00</p>".into(),
        "<p>Event date: 5 June 2024, 10:00</p>".into(),
        "<dl><dt>Closing date:</dt><dd>5 June 2024</dd></dl>".into(),
        "<figure><img src=i.jpg><figcaption>The mill on 3 May 2015</figcaption></figure>".into(),
        "<section class=teaser-list><h3><a href=/c>Mill sold</a></h3><time datetime=2024-01-01>1 January 2024</time></section>".into(),
    ];
    for body in bodies {
        let document = page("en", "", &format!("<h1>Water is back</h1><p>{PROSE}</p><p>{PROSE}</p>{body}"));
        // The footer's last change is given as no more than that.
        assert!(
            document.header.dates.iter().all(|d| d.role == DateRole::Updated),
            "{body}: {:?}",
            document.header.dates
        );
    }
}

#[test]
fn witnesses_that_agree_outweigh_one_that_differs() {
    let head =
        r#"<meta name="date" content="2025-11-30"><link rel=canonical href="https://river.example/2025/06/05/water">"#;
    let document = page("en", head, &format!("<h1>Water is back</h1><p class=date>5 June 2025</p><p>{PROSE}</p>"));
    assert_eq!(published(&document).as_deref(), Some("2025-06-05"));
}

#[test]
fn a_year_that_the_line_leaves_out_is_taken_from_the_pages_names() {
    let html = format!(
        "<html lang=ja><body id=news20250605_k1><h1>水が戻る</h1><p class=article-date>[06月05日 11時30分]</p><p>{}</p></body>",
        "川の水が戻りました。".repeat(20)
    );
    assert_eq!(published(&read(&html)).as_deref(), Some("2025-06-05"));
}

#[test]
fn an_ambiguous_date_is_read_as_the_page_proves() {
    let body = format!(
        "<h1>Water is back</h1><p class=date>05/06/2025</p><p>{PROSE}</p><p>{PROSE}</p>\
         <ul class=archive><li>Mill sold 04/25/2025</li></ul>"
    );
    assert_eq!(published(&page("en", "", &body)).as_deref(), Some("2025-05-06"));
}

#[test]
fn titles_lose_the_sites_name_and_are_never_navigation() {
    let cases = [
        (
            "<title>Water is back at the mill | River Times</title><meta property=og:site_name content='River Times'>",
            "<h2>Water is back at the mill</h2>",
        ),
        (
            "<title>Water is back at the mill - River Times</title><meta property=og:site_name content='River Times'>",
            "",
        ),
        (
            "<title>River Times: Water is back at the mill</title><meta property=og:site_name content='River Times'>",
            "<h1>River Times</h1>",
        ),
        ("<meta property=og:title content='Water is back at the mill'><title>News</title>", "<h1>News</h1>"),
        (
            "<title>News / Water is back at the mill / River Times</title>",
            "<h1>River Times</h1><h2>Latest</h2><h3>Water is back at the mill</h3>",
        ),
        (
            "<title>Water is back at the mill – rivertimes.example</title><link rel=canonical href=https://www.rivertimes.example/x>",
            "",
        ),
        ("", "<h1>Water is back at the mill</h1>"),
    ];
    for (head, body) in cases {
        let document = page("en", head, &format!("{body}<p>{PROSE}</p><p>{PROSE}</p>"));
        assert_eq!(title(&document), "Water is back at the mill", "{head} {body}");
    }
}

#[test]
fn the_text_is_given_without_the_page_around_it() {
    let body = format!(
        "<h1>Water is back</h1><p class=date>5 June 2025</p><p>{PROSE}</p><h2>What follows</h2><ul><li>One</li><li>Two</li></ul>\
         <table><tr><th>Gate</th><th>Open</th></tr><tr><td>East</td><td>yes</td></tr></table>\
         <div class=share-buttons><a href=x>Share</a></div><p onclick=x()>Second <a href='javascript:alert(1)'>link</a> \
         <a href=/more>more</a>.</p><script>evil()</script>\
         <div id=comments><p>{PROSE}</p></div>"
    );
    let document = page("en", "<link rel=canonical href=https://river.example/a/water>", &body);
    let kinds: Vec<BlockKind> = document.blocks.iter().map(|b| b.kind).collect();
    let want = [BlockKind::Paragraph, BlockKind::Heading(2), BlockKind::List, BlockKind::Table, BlockKind::Paragraph];
    assert_eq!(kinds, want, "{:#?}", document.blocks);
    assert!(document.blocks.iter().all(|b| b.lines.first == 2), "the page stands on its second line");
    let html: String = document.blocks.iter().map(|b| &*b.html).collect();
    assert!(html.contains("https://river.example/more"), "{html}");
    for bad in ["javascript", "onclick", "evil", "Share", "River Times"] {
        assert!(!html.contains(bad), "{bad} in {html}");
    }
}

#[test]
fn blocks_have_their_lines() {
    let html = format!(
        "<html>\n<body>\n<h1>Water</h1>\n\n<p>\n{PROSE}\n\nMore.</p>\n<div>tail text<br>\nand more of it</div>"
    );
    let lines: Vec<(u32, u32)> = read(&html).blocks.iter().map(|b| (b.lines.first, b.lines.last)).collect();
    assert_eq!(lines, [(6, 8), (9, 9), (10, 10)]);
}

#[test]
fn header_fields_are_gathered() {
    let head = r#"<meta name=author content="Ann Rivers"><meta name=keywords content="river, mill, river"><meta property="article:section" content="Town">
        <meta name=description content="Two gates"><meta property="og:image" content="https://river.example/i.jpg">
        <meta property="og:site_name" content="River Times"><link rel=canonical href="https://river.example/water">"#;
    let header = page("en-GB", head, &format!("<h1>Water is back</h1><p>{PROSE}</p>")).header;
    assert_eq!(header.language.as_deref(), Some("en-GB"));
    assert_eq!(header.authors.iter().map(|a| &*a.name).collect::<Vec<_>>(), ["Ann Rivers"]);
    assert_eq!(header.tags, ["river", "mill", "Town"]);
    assert_eq!(header.summary.as_deref(), Some("Two gates"));
    assert_eq!(header.image.as_deref(), Some("https://river.example/i.jpg"));
    assert_eq!(header.link.as_deref(), Some("https://river.example/water"));
    assert_eq!(header.site_name.as_deref(), Some("River Times"));
}

/// The entries of a list page as (title, date).
fn entries(document: &Document) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for pair in document.blocks.windows(2) {
        if let (BlockKind::Heading(_), BlockKind::Paragraph) = (pair[0].kind, pair[1].kind) {
            out.push((pair[0].text.clone(), pair[1].text.clone()));
        }
    }
    out
}

#[test]
fn pages_that_list_releases_are_given_entry_by_entry() {
    let titles = [
        "Council opens both gates of the mill",
        "Bridge to be painted blue next spring",
        "Ferry runs again after the long flood",
        "Library lends boats to its readers",
        "School moves to the upper town hall",
    ];
    let entry = |shape: usize, n: usize| {
        let (title, day) = (titles[n], 25 - n);
        let link = format!("<a href=/press/{n}>{title}</a>");
        match shape {
            0 => format!("<li><span class=date>{day} June 2025</span> {link}</li>").replace("</span> ", "</span><br>"),
            1 => format!("<tr><td><time datetime=2025-06-{day}>06/{day}/25</time></td><td>{link}</td></tr>"),
            2 => format!(
                "<div class='views-row row-{n}'><h3>{link}</h3><div>June {day}, 2025</div><p>{}</p></div>",
                &PROSE[..90]
            ),
            3 => format!("<h3>{link}</h3><p class=date>{day} June 2025</p><p>{}</p>", &PROSE[..90]),
            4 => format!("<p class=date>{day} June 2025</p><h4>{link}</h4>"),
            _ => format!("<article><time datetime=2025-06-{day}>{day}. Juni 2025</time><h2>{link}</h2></article>"),
        }
    };
    for shape in 0..6 {
        let all: String = (0..titles.len()).map(|n| entry(shape, n)).collect();
        let all = match shape {
            0 => format!("<ul>{all}</ul>"),
            1 => format!("<table>{all}</table>"),
            _ => all,
        };
        let document = page("en", "<title>Press releases</title>", &format!("<h1>Press releases</h1>{all}"));
        assert_eq!(document.syntax, Syntax::HtmlList, "shape {shape}");
        let got = entries(&document);
        assert_eq!(got.iter().map(|(t, _)| &**t).collect::<Vec<_>>(), titles, "shape {shape}");
        for (n, (_, date)) in got.iter().enumerate() {
            let found = date::find(date, &Hints::default());
            assert_eq!(
                (found[0].start.month, found[0].start.day),
                (Some(6), Some(25 - n as u32)),
                "shape {shape}: {date}"
            );
        }
        assert_eq!((document.header.dates.len(), document.header.title), (0, None), "the list's own are no release's");
    }
}

#[test]
fn lists_of_dated_links_are_lists_and_articles_that_end_in_them_are_none() {
    let rows = ["12.06.2024", "03.06.2024", "21.05.2024", "02.05.2024"].iter().enumerate();
    let rows: String = rows
        .map(|(n, day)| format!("<li><span>{day}</span> <a href=/n/{n}>Lock number {n} closed for inspection</a></li>"))
        .collect();
    let list = page("de", "", &format!("<main><h1>Aktuelles</h1><ul>{rows}</ul></main>"));
    assert_eq!(list.syntax, Syntax::HtmlList);
    assert_eq!(entries(&list).len(), 4);
    let article = page(
        "en",
        "",
        &format!("<main><h1>Water is back</h1><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p><ul>{rows}</ul></main>"),
    );
    assert_eq!(article.syntax, Syntax::Html);
}

#[test]
fn a_page_of_nothing_but_tags_is_read_as_far_as_it_goes() {
    let (document, problems) =
        document::read("cells.html", "<table><tr><td>a".repeat(60_000).as_bytes(), &document::Settings::default());
    assert!(document.is_some() && problems.iter().any(|p| p.message.contains("bare text")), "{problems:?}");
}

#[test]
fn the_country_of_a_page_orders_its_dates() {
    let read = |head: &str| {
        let body = format!("<h1>Water is back</h1><p class=date>Posted 05/06/2024</p><p>{PROSE}</p><p>{PROSE}</p>");
        page("en", head, &body).header.language
    };
    assert_eq!(read("<meta property=og:locale content=en_US>").as_deref(), Some("en-US"));
    assert_eq!(read("<meta property=og:locale content=fr_FR>").as_deref(), Some("en"));
}

#[test]
fn the_text_ends_where_it_leads_away() {
    for heading in ["Related articles", "Weitere Meldungen", "À lire aussi", "Читайте также:", "関連記事"]
    {
        let body = format!(
            "<h1>Water is back</h1><p class=date>5 June 2025</p><p>{PROSE}</p><p>{PROSE}</p><h3>{heading}</h3>\
             <p>3 June 2025</p><h2>The mill is sold</h2><p>{PROSE}</p>"
        );
        let document = page("en", "", &body);
        assert_eq!(document.blocks.len(), 2, "{heading}: {:#?}", document.blocks);
        assert_eq!(published(&document).as_deref(), Some("2025-06-05"), "{heading}");
    }
}

#[test]
fn a_sentence_about_the_text_itself_tells_its_date() {
    let sentences = [
        (
            "en",
            "This entry was posted on Thursday, June 5th, 2025 at 10:00 am and is filed under Town, River and Mill by Ann.",
        ),
        (
            "de",
            "Dieser Beitrag wurde am Donnerstag, 5. Juni 2025 um 10:00 Uhr in der Rubrik Stadt von Ann veröffentlicht.",
        ),
        (
            "fr",
            "Cet article a été publié le 5 juin 2025 dans la rubrique Ville par Ann, avec les mots rivière et moulin.",
        ),
    ];
    for (lang, sentence) in sentences {
        let body = format!(
            "<h1>Water is back</h1><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p><p class=postmetadata>{sentence}</p>"
        );
        assert_eq!(published(&page(lang, "", &body)).as_deref(), Some("2025-06-05"), "{sentence}");
    }
}

#[test]
fn the_only_date_line_counts_though_it_tells_a_change() {
    let body = format!("<h1>Wasser</h1><p>Stand: 05.06.2025, 10:30 Uhr</p><p>{PROSE}</p><p>{PROSE}</p>");
    assert_eq!(published(&page("de", "", &body)).as_deref(), Some("2025-06-05"));
}

#[test]
fn data_in_scripts_tells_the_date_where_nothing_else_does() {
    let state =
        r#"<script>window.state = {"article":{"title":"Water is back","publishedAt":"2025-06-05T08:00:00Z"}}</script>"#;
    let document = page("en", state, &format!("<h1>Water is back</h1><p>{PROSE}</p><p>{PROSE}</p>"));
    assert_eq!(published(&document).as_deref(), Some("2025-06-05"));
    let many = state.replace("}}", r#"},"next":{"publishedAt":"2025-06-07T08:00:00Z"}}"#);
    let document = page("en", &many, &format!("<h1>Water is back</h1><p>{PROSE}</p><p>{PROSE}</p>"));
    assert_eq!(published(&document), None, "two dates are none");
}

#[test]
fn an_article_with_a_list_after_it_stays_an_article() {
    let list: String = (1..7)
        .map(|n| format!("<li><a href=/{n}>Some other release of the town {n}</a><br>{n} May 2025</li>"))
        .collect();
    let body = format!(
        "<h1>Water is back</h1><p>5 June 2025</p><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p><ul>{list}</ul>"
    );
    let document = page("en", "", &body);
    assert_eq!(document.syntax, Syntax::Html);
    assert_eq!(published(&document).as_deref(), Some("2025-06-05"));
}

#[test]
fn hostile_pages_are_read_as_text() {
    let attributes: String = (0..2000).map(|n| format!(" a{n}")).collect();
    let pages = [
        "<div>".repeat(2000),
        "<table><tr><td>".repeat(1000),
        format!("<div{attributes}>"),
        "<b>\n\n".repeat(2000),
        "<b><i><u>".repeat(1000),
    ];
    for html in pages {
        let bytes = format!("<title>Deep water</title><p>kept</p>{html}<p>and this</p>");
        let (document, problems) = document::read("page.html", bytes.as_bytes(), &Settings::default());
        let texts: Vec<String> = document.unwrap().blocks.into_iter().map(|block| block.text).collect();
        assert_eq!(texts, ["Deep water", "kept", "and this"], "{}", &html[..40]);
        assert_eq!(problems.len(), 1, "{problems:?}");
    }
}

#[test]
fn odd_pages_are_read() {
    for (html, blocks) in [
        ("<".repeat(3000), 1),
        ("<p>kept<!--".to_string() + &"-".repeat(3000), 1),
        ("<p>water ".repeat(300), 300),
        ("<a href=x>".repeat(300), 0),
        ("<script>".repeat(300), 0),
        ("<h1>a</h1>".repeat(300), 300),
    ] {
        let document = read(&format!("<title>Deep water</title>{html}"));
        assert_eq!(document.blocks.len(), blocks, "{}", &html[..40]);
    }
}
