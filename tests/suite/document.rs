//! Reading files of every syntax and encoding into documents.

use std::time::{Duration, Instant};

use encoding_rs::Encoding;
use feedroom::document::{Block, BlockKind, DateRole, Document, Settings, Syntax, read};
use feedroom::problem::{Problem, Severity};
use proptest::prelude::*;

fn settings() -> Settings {
    Settings::default()
}

fn document(path: &str, text: &str) -> Document {
    let (document, problems) = read(path, text.as_bytes(), &settings());
    assert_eq!(problems, [], "{path}");
    document.expect("a document")
}

fn problem(path: &str, bytes: &[u8]) -> Problem {
    let (document, problems) = read(path, bytes, &settings());
    assert_eq!(document, None, "{path}");
    let [problem] = problems.as_slice() else { panic!("one problem of {path}, not {problems:?}") };
    problem.clone()
}

/// `kind first-last text`, a block a line.
fn outline(document: &Document) -> String {
    let kind = |block: &Block| match block.kind {
        BlockKind::Heading(level) => format!("h{level}"),
        other => format!("{other:?}").to_lowercase(),
    };
    let line = |b: &Block| format!("{} {}-{} {}\n", kind(b), b.lines.first, b.lines.last, b.text.replace('\n', "⏎"));
    document.blocks.iter().map(line).collect()
}

fn dates(document: &Document) -> Vec<(DateRole, &str, &str, u32)> {
    let field = |date: &'_ feedroom::document::DateField| (date.role, date.field.line);
    let dates = &document.header.dates;
    dates.iter().map(|d| (field(d).0, d.field.name.as_str(), d.field.value.as_str(), field(d).1)).collect()
}

fn title(document: &Document) -> Option<&str> {
    document.header.title.as_ref().map(|field| field.value.as_str())
}

const GERMAN: &str = "Größere Fähre für Rügen\n\nDie Reederei erhält im Frühjahr ein größeres Schiff; die Gäste würden es \
                      schätzen, heißt es.\n";
const RUSSIAN: &str = "Новый паром\n\nПароходство получит весной более крупное судно, сообщила пресс-служба порта.\n";
const POLISH: &str = "Nowy prom\n\nŻegluga otrzyma wiosną większy statek, który zastąpi dotychczasową łódź; podróżni są \
                      zadowoleni, że będzie można płynąć częściej.\n";
const JAPANESE: &str = "新しいフェリー\n\n船会社は春に大型の船を受け取る予定です。乗客は喜んでいます。\n";
const CHINESE: &str = "新渡轮\n\n航运公司将在春季接收一艘更大的船只，乘客们对此表示高兴。\n";

#[test]
fn every_encoding_gives_the_same_text() {
    for (text, label, language) in [
        (GERMAN, "utf-8", None),
        (GERMAN, "windows-1252", None),
        (RUSSIAN, "windows-1251", None),
        (RUSSIAN, "koi8-u", Some("ru")),
        (POLISH, "windows-1250", Some("pl")),
        (POLISH, "iso-8859-2", Some("pl")),
        (JAPANESE, "shift_jis", None),
        (JAPANESE, "euc-jp", None),
        (JAPANESE, "iso-2022-jp", None),
        (CHINESE, "gbk", Some("zh")),
        (CHINESE, "big5", Some("zh-TW")),
    ] {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a known label");
        let (bytes, _, lost) = encoding.encode(text);
        if lost {
            continue; // simplified characters are not in Big5
        }
        let settings = Settings { language: language.map(str::to_string), ..settings() };
        let (found, problems) = read("ferry.txt", &bytes, &settings);
        let found = found.expect("a document");
        assert_eq!(problems, [], "{label}");
        assert_eq!(outline(&found), outline(&document("ferry.txt", text)), "{label}");
        assert_eq!(found.encoding, encoding.name(), "{label}");
    }
}

#[test]
fn wide_encodings_with_and_without_a_mark() {
    for text in [GERMAN, RUSSIAN, JAPANESE] {
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let wide: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let mut cases = vec![
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), "UTF-8"),
            ([b"\xFF\xFE", little.as_slice()].concat(), "UTF-16LE"),
            ([b"\xFE\xFF", big.as_slice()].concat(), "UTF-16BE"),
            ([b"\xFF\xFE\0\0", wide.as_slice()].concat(), "UTF-32LE"),
        ];
        if text != JAPANESE {
            // Without a mark and almost without ASCII nothing tells.
            cases.extend([(little, "UTF-16LE"), (big, "UTF-16BE")]);
        }
        for (bytes, encoding) in cases {
            let (found, problems) = read("ferry", &bytes, &settings());
            let found = found.expect("a document");
            assert_eq!((problems, found.encoding), (vec![], encoding));
            assert_eq!(outline(&found), outline(&document("ferry", text)), "{encoding}");
        }
    }
}

#[test]
fn declared_encodings_are_believed_unless_the_bytes_say_otherwise() {
    let page = "<html><head><meta charset=\"iso-8859-2\"><title>x</title></head><body><p>Zażółć</p></body></html>";
    let (bytes, _, _) = encoding_rs::ISO_8859_2.encode(page);
    assert_eq!(read("a.html", &bytes, &settings()).0.map(|d| d.encoding), Some("ISO-8859-2"));
    assert_eq!(read("a.html", page.as_bytes(), &settings()).0.map(|d| d.encoding), Some("UTF-8"));
}

#[test]
fn a_damaged_byte_is_one_problem_with_its_line() {
    let (found, problems) = read("a.txt", b"Gr\xC3\xBC\xC3\x9Fe\r\n\r\nK\xC3\xB6ln am Rh\xFFein\r\n", &settings());
    let found = found.expect("a document");
    assert_eq!(found.encoding, "UTF-8");
    assert!(outline(&found).contains("Köln am Rh\u{FFFD}ein"));
    assert_eq!(problems.iter().map(|p| (p.line, p.severity)).collect::<Vec<_>>(), [(3, Severity::Warning)]);
}

#[test]
fn lines_are_the_files_whatever_breaks_them() {
    for line_break in ["\n", "\r\n", "\r"] {
        let text = ["---", "title: Ferry", "---", "", "# A", "", "one\u{AD}two\u{A0}three", "four", "", "- x", ""]
            .join(line_break);
        assert_eq!(
            outline(&document("a.md", &text)),
            "h1 5-5 A\nparagraph 7-8 onetwo three four\nlist 10-10 x\n",
            "{line_break:?}"
        );
    }
}

#[test]
fn what_is_no_text_is_named() {
    for (bytes, word) in [
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04\x14\0\x06\0", "ZIP"),
        (b"{\\rtf1\\ansi Hello}", "RTF"),
        (b"\0\x01\x02\x03\x04\x05\x06\x07", "binary"),
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xEF\xBB\xBF\n", "empty"),
    ] {
        let problem = problem("a.txt", bytes);
        assert!(problem.message.contains(word), "{problem}");
        assert_eq!(problem.severity, Severity::Error);
    }
    let small = Settings { max_bytes: 10, ..settings() };
    let (found, problems) = read("a.txt", b"more than ten bytes", &small);
    assert!(found.is_none() && problems[0].message.contains("MiB"), "{problems:?}");
}

#[test]
fn front_matter_in_every_notation_says_the_same() {
    let yaml = "---\n# a comment\nTitle: \"Fish &amp; chips: a &quot;story&quot;\"\ndate: 2025-06-05 10:00:00 +02:00\nlastmod: 2025-06-07\n\
                expiryDate: 2026-01-01\ntags: [sea, Food]\nauthors:\n  - name: Ann Lee\n    email: ann@example.org\n  - Bo\n\
                summary: >-\n  Two\n  lines\nlang: pt_BR\nslug: fish\naliases: /old/fish/\nimage:\n  src: fish.jpg\n\
                canonical_url: https://example.org/fish\ndraft: true\n---\nBody\n";
    let toml = "+++\nTitle = 'Fish &amp; chips: a &quot;story&quot;'\n# a comment\ndate = 2025-06-05T10:00:00+02:00\nlastmod = 2025-06-07\nexpiryDate = \
                2026-01-01\ndraft = true\nslug = 'fish'\nlang = 'pt_BR'\nsummary = 'Two lines'\naliases = ['/old/fish/']\n\
                canonical_url = 'https://example.org/fish'\nauthors = [{ name = 'Ann Lee', email = 'ann@example.org' }, 'Bo']\n\
                image = { src = 'fish.jpg' }\n[taxonomies]\ntags = ['sea', 'Food']\n+++\nBody\n";
    let json = "{\n\"Title\": \"Fish &amp; chips: a &quot;story&quot;\",\n\"date\": \"2025-06-05T10:00:00+02:00\",\n\"lastmod\": \"2025-06-07\",\n\
                \"expiryDate\": \"2026-01-01\",\n\"tags\": [\"sea\", \"Food\"], \"draft\": true, \"slug\": \"fish\", \"lang\": \"pt_BR\",\n\
                \"summary\": \"Two lines\", \"aliases\": [\"/old/fish/\"], \"canonical_url\": \"https://example.org/fish\",\n\
                \"authors\": [{\"name\": \"Ann Lee\", \"email\": \"ann@example.org\"}, \"Bo\"], \"image\": {\"src\": \"fish.jpg\"}\n}\nBody\n";
    for (text, lines) in [(yaml, [3, 4, 5, 6]), (toml, [2, 4, 5, 6]), (json, [2, 3, 4, 5])] {
        let found = document("fish.md", text);
        let header = &found.header;
        assert_eq!(title(&found), Some("Fish & chips: a \"story\""));
        assert_eq!(header.title.as_ref().map(|f| (f.name.as_str(), f.line)), Some(("Title", lines[0])));
        let found_dates = dates(&found);
        let told: Vec<_> = found_dates.iter().map(|d| (d.0, d.1, d.3)).collect();
        assert_eq!(
            told,
            [
                (DateRole::Published, "date", lines[1]),
                (DateRole::Updated, "lastmod", lines[2]),
                (DateRole::Expires, "expiryDate", lines[3])
            ]
        );
        assert!(found_dates[0].2.starts_with("2025-06-05") && found_dates[0].2.ends_with("+02:00"));
        assert_eq!(header.tags, ["sea", "Food"]);
        let authors: Vec<_> = header.authors.iter().map(|a| (a.name.as_str(), a.email.as_deref())).collect();
        assert_eq!(authors, [("Ann Lee", Some("ann@example.org")), ("Bo", None)]);
        assert_eq!(header.summary.as_deref(), Some("Two lines"));
        assert_eq!(header.language.as_deref(), Some("pt-BR"));
        assert_eq!((header.slug.as_deref(), header.image.as_deref()), (Some("fish"), Some("fish.jpg")));
        assert_eq!(header.aliases, ["/old/fish/"]);
        assert_eq!(header.link.as_deref(), Some("https://example.org/fish"));
        assert!(header.draft);
        let last = u32::try_from(text.lines().count()).expect("few lines");
        assert_eq!(outline(&found), format!("paragraph {last}-{last} Body\n"));
    }
}

#[test]
fn dated_keys_keep_their_roles() {
    let found = document(
        "a.md",
        "---\ntitle: T\npublishDate: 2025-06-10\npublished: true\nextra:\n  created: 2025-06-01\n  date: April 21, 2026\nversion: 1.10\nid: 0042\n---\nx\n",
    );
    assert_eq!(
        dates(&found),
        [
            (DateRole::Published, "date", "April 21, 2026", 7),
            (DateRole::Published, "publishDate", "2025-06-10", 3),
            (DateRole::Published, "created", "2025-06-01", 6),
            (DateRole::Embargo, "publishDate", "2025-06-10", 3),
        ]
    );
    assert_eq!(found.header.id.as_deref(), Some("0042"));
    for held in ["draft: yes", "published: false", "status: draft"] {
        assert!(document("a.md", &format!("---\ntitle: T\n{held}\n---\nx\n")).header.draft, "{held}");
    }
    let hinted = document("a.md", "+++\npath = \"2015/02/13/plan\"\ntitle = \"T\"\n+++\nx\n");
    assert_eq!(hinted.header.path_hint.map(|f| (f.value, f.line)), Some(("2015/02/13/plan".to_string(), 2)));
}

#[test]
fn broken_front_matter_is_a_problem_and_never_publishes_a_draft() {
    for (text, line, notation) in [
        ("---\ntitle: \"Ferry\ndraft: true\ndate: [2025\n---\n\nBody text.\n", 2, "YAML"),
        ("---\ntitle: Ferry: a new one\ndraft: true\n---\n\n\nBody text.\n", 2, "YAML"),
        ("+++\ntitle = Ferry\ndraft = true\n+++\n\n\nBody text.\n", 2, "TOML"),
        ("{\n\"title\": \"Ferry\",\n\"draft\": true,,\n}\n\n\nBody text.\n", 3, "JSON"),
    ] {
        let (found, problems) = read("ferry.md", text.as_bytes(), &settings());
        let found = found.expect("the text is read all the same");
        let [problem] = problems.as_slice() else { panic!("one problem, not {problems:?}") };
        assert_eq!(problem.severity, Severity::Error);
        assert!(problem.line >= line && problem.line <= line + 3 && problem.column > 0, "{problem}");
        assert!(problem.message.contains(notation), "{problem}");
        assert_eq!(outline(&found), "paragraph 7-7 Body text.\n", "{text}");
        assert!(found.header.draft, "{text}");
    }
}

#[test]
fn front_matter_without_an_end_is_a_problem_and_never_publishes_a_draft() {
    for text in [
        "---\ntitle: Ferry\ndraft: true\ntags:\n  - quay\n\nBody text.\n",
        "+++\ntitle = \"Ferry\"\ndraft = true\n[extra]\nb=1\n\nBody text.\n",
    ] {
        let (found, problems) = read("ferry.md", text.as_bytes(), &settings());
        let found = found.expect("the text is read all the same");
        let [problem] = problems.as_slice() else { panic!("one problem, not {problems:?}") };
        assert_eq!((problem.severity, problem.line, problem.column), (Severity::Error, 6, 1), "{problem}");
        assert_eq!(outline(&found), "paragraph 7-7 Body text.\n", "{text}");
        assert!(found.header.draft && title(&found) == Some("Ferry"), "{text}");
    }
    for text in ["---\nNote: the ferry is late.\n\nText.\n", "---\ntitle: of nobility\nare sold here.\n\nText.\n"] {
        let (found, problems) = read("note.md", text.as_bytes(), &settings());
        assert!(problems.is_empty() && found.as_ref().and_then(title).is_none(), "{text}: {problems:?}");
    }
}

#[test]
fn header_fields_of_other_markups_are_read() {
    for (path, text, line) in [
        ("a.rst", "Lock opened\n###########\n\n:date: 2025-06-05\n:tags: lock\n\nIt is open.\n", 7),
        ("b.rst", "===========\nLock opened\n===========\n:date: 2025-06-05\n\nIt is open.\n", 6),
        ("a.adoc", "= Lock opened\nJane Roe <jane@lock.example>\nv1.0, 2025-06-05\n\nIt is open.\n", 5),
        ("b.adoc", "= Lock opened\n:revdate: 2025-06-05\n:page-tags: lock\n\nIt is open.\n", 5),
        ("nikola.rst", ".. title: Lock opened\n.. date: 2025-06-05 10:00:00 UTC\n.. type: text\n\nIt is open.\n", 5),
        ("a.org", "#+TITLE: Lock opened\n#+DATE: <2025-06-05 Thu>\n\nIt is open.\n", 4),
        ("hexo.md", "title: Lock opened\ndate: 2025-06-05\n---\nIt is open.\n", 4),
    ] {
        let document = document(path, text);
        assert_eq!(title(&document), Some("Lock opened"), "{path}");
        let date = &document.header.dates[0];
        assert_eq!((date.role, date.field.value.get(..10)), (DateRole::Published, Some("2025-06-05")), "{path}");
        let body: Vec<(&str, u32)> = document.blocks.iter().map(|b| (b.text.as_str(), b.lines.first)).collect();
        assert_eq!(body, [("It is open.", line)], "{path}");
    }
    for text in ["= a\n\nb", "Heading\n=======\n\nText.\n", "#+NAME: x\n", ":date: 2025-06-05\n", "title: a\n\n---\n"] {
        assert!(document("note.txt", text).header.dates.is_empty(), "{text}");
    }
}

#[test]
fn what_only_looks_like_front_matter_is_text() {
    let ruled = document("a.md", "---\n\nA rule stands above this.\n\n---\n\nAnd below.\n");
    assert_eq!(title(&ruled), None);
    assert!(outline(&ruled).contains("A rule stands above this."));
    let braces = document("a.txt", "{% include x %}\n{Sic} he wrote.\n");
    assert!(outline(&braces).contains("{Sic} he wrote."));
}

#[test]
fn a_yaml_bomb_is_a_problem_within_a_second() {
    let lines = ('b'..='z').map(|c| {
        let before = char::from(u8::try_from(u32::from(c)).expect("ASCII") - 1);
        format!("{c}: &{c} [{}]\n", vec![format!("*{before}"); 9].join(","))
    });
    let text = format!("---\na: &a [x,x,x,x,x,x,x,x,x]\n{}title: Bomb\n---\nBody\n", lines.collect::<String>());
    let start = Instant::now();
    let (found, problems) = read("bomb.md", text.as_bytes(), &settings());
    assert!(start.elapsed() < Duration::from_secs(3));
    assert_eq!(problems.len(), 1);
    assert_eq!(found.as_ref().and_then(title), Some("Bomb"));
}

#[test]
fn markdown_blocks_are_what_a_reader_sees() {
    let text = "# Ferry *Heron* {#heron}\n5 June 2025\nSASSNITZ – The new ferry arrived this morning after a long and windy crossing from\nGdańsk, [the port](docs/port.md) said.[^1]\n\n\
                * one\n* two\n\n> quoted\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n    code <b>\n\n***\n\n{{< video id=7 >}}\n\n\
                <div class=\"x\" onclick=\"evil()\">\n  <h2>Raw <script>alert(1)</script></h2>\n</div>\n\n![alt](a.png)\n\n- [x] done\n\n[^1]: A note.\n";
    let found = document("news/ferry.md", text);
    assert_eq!(found.syntax, Syntax::Markdown);
    assert_eq!(
        outline(&found),
        "h1 1-1 Ferry Heron\n\
         paragraph 2-4 5 June 2025⏎SASSNITZ – The new ferry arrived this morning after a long and windy crossing from Gdańsk, the port said.\n\
         list 6-7 one⏎two\nquote 9-9 quoted\ntable 11-13 a b⏎1 2\ncode 15-15 code <b>\nrule 17-17 \n\
         other 21-23 Raw\nparagraph 25-25 \nlist 27-27 ☑ done\nother 29-29 1⏎A note.\n"
    );
    let html: String = found.blocks.iter().map(|block| block.html.as_str()).collect();
    assert!(html.contains("<a href=\"/assets/news/docs/port.md\">the port</a>"), "{html}");
    assert!(html.contains("<img src=\"/assets/news/a.png\" alt=\"alt\" />"), "{html}");
    for evil in ["onclick", "script", "class=", "style=", "id="] {
        assert!(!html.contains(evil), "{evil} in {html}");
    }
}

#[test]
fn markdown_changelogs_are_told_from_posts_and_readmes() {
    let versions = "## [Unreleased]\n\n## [1.2.0] - 2025-06-05\n\n### Added\n\n- x\n\n## 1.1.0 ‘Tern’\n\nReleased 2025-01-02.\n\n1.0.0 / 2024-12-01\n------------------\n\n[1.2.0]: https://example.org\n";
    let found = document("CHANGELOG.md", &format!("# Changelog\n\n{versions}"));
    assert_eq!(found.syntax, Syntax::Changelog);
    assert_eq!(
        outline(&found),
        "h1 1-1 Changelog\nh2 3-3 [Unreleased]\nh2 5-5 1.2.0 - 2025-06-05\nh3 7-7 Added\nlist 9-9 x\nh2 11-11 1.1.0 ‘Tern’\n\
         paragraph 13-13 Released 2025-01-02.\nh2 15-16 1.0.0 / 2024-12-01\n"
    );
    for (path, text, syntax) in [
        ("releases.md", format!("# Release notes\n\n{versions}"), Syntax::Changelog),
        ("CHANGES", format!("# Changes\n\n{versions}"), Syntax::Changelog),
        ("README.md", format!("# Lamp\n\n{versions}"), Syntax::Markdown),
        ("post.md", format!("---\ntitle: Lamp 1.2\n---\n{versions}"), Syntax::Markdown),
        ("water.md", "# Water\n\n## 1.2 Scope\n\nx\n\n## 5 June 2025\n\nx\n".to_string(), Syntax::Markdown),
    ] {
        assert_eq!(document(path, &text).syntax, syntax, "{path}");
    }
}

#[test]
fn gnu_news_and_changes_open_each_version_with_a_heading() {
    let news = "GNU Lamp NEWS   -*- outline -*-\n\n* Noteworthy changes in release 3.8 (2021-08-01) [stable]\n\n** Bug fixes\n\n  lamp no longer\n  flickers.\n\n** One entry\n\n** Another\n\n* Noteworthy changes in release 3.7 (2018-12-31) [stable]\n\n  First.\n";
    let found = document("NEWS", news);
    assert_eq!(found.syntax, Syntax::News);
    assert_eq!(
        outline(&found),
        "h1 1-1 GNU Lamp NEWS\nh2 3-3 Noteworthy changes in release 3.8 (2021-08-01) [stable]\nh3 5-5 Bug fixes\n\
         paragraph 7-8 lamp no longer flickers.\nlist 10-10 One entry\nlist 12-12 Another\n\
         h2 14-14 Noteworthy changes in release 3.7 (2018-12-31) [stable]\nparagraph 16-16 First.\n"
    );
    for (path, text, heading) in [
        (
            "NEWS",
            "lamp 1.14.10 (2023-09-01)\n=========================\n\nFixes:\n\n• One\n  more\n",
            "h2 1-2 lamp 1.14.10 (2023-09-01)",
        ),
        (
            "Changes",
            "Revision history for Lamp\n\n2.4000   2025-07-04\n  - One\n\n2.3000   2024-07-04\n  - Two\n",
            "h2 3-3 2.4000 2025-07-04",
        ),
        (
            "NEWS",
            "2023.01.18 - GNU lamp 7.2 \"Licht\"\n• One.\n\n2022.12.14 - GNU lamp 7.1 \"Lux\"\n• Two.\n",
            "h2 1-1 2023.01.18 - GNU lamp 7.2 \"Licht\"",
        ),
        (
            "lamp.txt",
            "Version 4.3 (19 Jan 2020)\n\nOne.\n\nVersion 4.2 (19 Jan 2019)\n\nTwo.\n\nVersion 4.1 (1 Jan 2018)\n\nThree.\n",
            "h2 1-1 Version 4.3 (19 Jan 2020)",
        ),
        ("changes.rst", "1.2.0 (2025-06-05)\n------------------\n\n* One\n", "h2 1-2 1.2.0 (2025-06-05)"),
    ] {
        let found = document(path, text);
        assert_eq!(found.syntax, Syntax::News, "{text}");
        assert!(outline(&found).contains(heading), "{}", outline(&found));
    }
    for text in [
        "1.2 Scope\n\nWater.\n\n1.3 Terms\n\nMore.\n\n1.4 Sea\n\nx\n",
        "2023.01.18\n\nFerry.\n\n2022.12.14\n\nHarbour.\n",
    ] {
        assert_eq!(document("notes.txt", text).syntax, Syntax::Plain, "{text}");
    }
}

#[test]
fn debian_changelogs_keep_their_trailers_apart() {
    let text = "lamp (2:4.0.2-1~deb12u1) bookworm-security; urgency=high\n\n  * New upstream release.\n    - with a patch\n\n  [ Ann Lee ]\n  * Fix.\n\n -- Ann Lee <ann@example.org>  Mon, 05 Dec 2022 21:34:57 +1100\n\nlamp (1.0) unstable; urgency=low\n\n  A paragraph\n  of news.\n\n -- Ann Lee <ann@example.org>  Mon, 23 Jan 2012 22:26:16 +1100\n";
    for path in ["changelog.Debian", "NEWS", "changelog", "lamp.txt"] {
        let found = document(path, text);
        assert_eq!(found.syntax, Syntax::DebianChangelog);
        assert_eq!(
            outline(&found),
            "h2 1-1 lamp (2:4.0.2-1~deb12u1) bookworm-security; urgency=high\nlist 3-4 New upstream release.⏎with a patch\n\
             paragraph 6-6 [ Ann Lee ]\nlist 7-7 Fix.\nparagraph 9-9 -- Ann Lee <ann@example.org> Mon, 05 Dec 2022 21:34:57 +1100\n\
             h2 11-11 lamp (1.0) unstable; urgency=low\nparagraph 13-14 A paragraph of news.\n\
             paragraph 16-16 -- Ann Lee <ann@example.org> Mon, 23 Jan 2012 22:26:16 +1100\n"
        );
    }
}

#[test]
fn mail_is_dated_by_its_sender() {
    let text = "Received: from relay.example.net by mx.example.org; Tue, 10 Jun 2025 01:02:03 +0000\nFrom: =?utf-8?q?J=C3=B6rg?= Lee <jorg@example.org>\n\
                To: lamp-news@example.org\nSubject: Re: [lamp-news] =?utf-8?b?R3LDvMOfZTo=?= Lamp 1.2\n [stable] is out\nDate: Thu, 5 Jun 2025 23:30:00 +0900 (JST)\n\
                Message-ID: <abc.1@example.org>\nContent-Type: multipart/alternative; boundary=\"b\"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n\
                The lamp shines.\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>The lamp <b>shines</b>.</p>\n--b--\n";
    for path in ["lamp.eml", "lamp.txt", "lamp"] {
        let found = document(path, text);
        assert_eq!(found.syntax, Syntax::Announcement);
        assert_eq!(title(&found), Some("Grüße: Lamp 1.2 [stable] is out"));
        assert_eq!(dates(&found), [(DateRole::Published, "Date", "Thu, 5 Jun 2025 23:30:00 +0900 (JST)", 6)]);
        assert_eq!(found.header.authors[0].name, "Jörg Lee");
        assert_eq!(found.header.authors[0].email.as_deref(), Some("jorg@example.org"));
        assert_eq!(found.header.id.as_deref(), Some("mid:abc.1@example.org"));
        assert_eq!(outline(&found), "paragraph 13-13 The lamp shines.\n");
    }
    let koi8 = "From: a@example.org\nSubject: x\nContent-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: quoted-printable\n\n=F0=D2=C9=D7=C5=D4\n";
    assert_eq!(outline(&document("a.eml", koi8)), "paragraph 6-6 Привет\n");
    let only_html = "From: a@example.org\nSubject: x\nContent-Type: text/html\n\n<p>Hello <i>you</i></p>\n";
    assert!(outline(&document("a.eml", only_html)).contains("Hello you"));
    let signed = "From: a@example.org\nSubject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello.\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n";
    assert_eq!(outline(&document("a.eml", signed)), "paragraph 7-7 Hello.\n");
}

#[test]
fn header_lines_need_a_title_and_a_known_field() {
    let item = "Title: Lamp 2\nAuthor: Ann Lee <ann@example.org>\nContent-Type: text/plain\nPosted: 2025-06-05\nRevision: 1\nDisplay-If: lamp\n\nText.\n";
    let found = document("item.en.txt", item);
    assert_eq!((found.syntax, title(&found)), (Syntax::Announcement, Some("Lamp 2")));
    assert_eq!(dates(&found), [(DateRole::Published, "Posted", "2025-06-05", 4)]);
    assert_eq!(outline(&found), "paragraph 8-8 Text.\n");
    let pelican = document("a.md", "Title: Lamp\nDate: 2025-06-05\nTags: light, news\nStatus: draft\n\n## Hello\n");
    assert_eq!((pelican.syntax, pelican.header.draft), (Syntax::Markdown, true));
    assert_eq!(pelican.header.tags, ["light", "news"]);
    for text in [
        "Contact: Jane Doe\nPhone: 555 1234\n\nText.\n",
        "Note: the lamp is new.\n\nText.\n",
        "Title: Lamp\n\nText.\n",
        "Title: Lamp\nA line of prose here.\n\nText.\n",
        "Warning: Date: is not here\n\nText.\n",
    ] {
        let found = document("a.txt", text);
        assert_eq!((found.syntax, title(&found)), (Syntax::Plain, None), "{text}");
    }
}

#[test]
fn content_decides_where_the_name_does_not() {
    let page =
        "<!-- saved -->\n<!DOCTYPE html>\n<html><head><title>Ferry</title></head><body><p>New.</p></body></html>\n";
    for (path, text, syntax) in [
        ("page.txt", page, Syntax::Html),
        ("page", page, Syntax::Html),
        ("page.md", page, Syntax::Html),
        ("part.txt", "<div><p>One.</p></div>\n", Syntax::Html),
        ("a.html", "No tags at all.\n", Syntax::Plain),
        ("a.txt", "<3 is a heart, and 2 < 3.\n", Syntax::Plain),
        ("a.txt", "# Ferry\n\nA **new** one, [see](https://example.org).\n", Syntax::Markdown),
        ("a.txt", "# 1 in the list\nof things\n", Syntax::Plain),
        ("a.txt", "---\ntitle: Ferry\n---\n\nText.\n", Syntax::Plain),
        ("a.yml", "---\ntitle: Ferry\ndate: 2025-06-05\ndescription: |\n  One *two*.\n\n  Three.\n", Syntax::Markdown),
    ] {
        assert_eq!(document(path, text).syntax, syntax, "{path} {text}");
    }
    let advisory = document("a.yml", "---\ntitle: Ferry\ndate: 2025-06-05\ndescription: |\n  One *two*.\n\n  Three.\n");
    assert_eq!(outline(&advisory), "paragraph 5-5 One two.\nparagraph 7-7 Three.\n");
    assert!(problem("_config.yml", b"theme: sea\n").message.contains("title"));
    let jekyll = document("a.html", "---\ntitle: Ferry\n---\n<h1>Other</h1><p>Text.</p>\n");
    assert_eq!((title(&jekyll), jekyll.syntax), (Some("Ferry"), Syntax::Html));
}

/// Pieces that mean something to one syntax or another, so that random texts meet the readers' branches.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "---\n",
        "+++\n",
        "{\"a\": ",
        "}\n",
        "title: x\n",
        "Title: x\n",
        "Date: 5 June 2025\n",
        "From: a@b\n",
        "Subject: ",
        "# ",
        "## 1.2.3 - 2025-06-05\n",
        "* ",
        "- ",
        "> ",
        "| a | b |\n|--|--|\n",
        "```\n",
        "<div>",
        "</div>",
        "<p ",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<b onclick='x'>",
        "<a href=\"javascript:x\">",
        "<img src=../../x.png>",
        "&amp;",
        "&#8;",
        "&nbsp;",
        "[x](y)",
        "![",
        "](",
        "[^1]",
        "[^1]: ",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        " ",
        "x",
        "é",
        "水",
        "\u{0}",
        "\u{AD}",
        "\u{202E}",
        "lamp (1.0) unstable; urgency=low\n",
        " -- A <a@b>  Mon, 05 Dec 2022 21:34:57 +1100\n",
        "=?utf-8?q?a?=",
        "Content-Type: multipart/mixed; boundary=x\n",
        "--x\n",
        "<table>",
        "<td>",
        "<svg>",
        "<style>",
        "\"",
        "'",
        "=",
        "{{",
        "}}",
        "{%",
    ]);
    prop::collection::vec(prop_oneof![4 => piece.prop_map(str::to_string), 1 => ".{0,8}"], 0..60)
        .prop_map(|v| v.concat())
}

fn check(path: &str, bytes: &[u8]) {
    let (found, problems) = read(path, bytes, &settings());
    assert!(found.is_some() || !problems.is_empty());
    let lines = u32::try_from(bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count()).expect("few lines") + 1;
    for problem in &problems {
        assert!(problem.line <= lines, "{problem}");
    }
    for block in found.iter().flat_map(|document| &document.blocks) {
        // Void elements may end as HTML or as XML has it.
        let wrapped = format!("<x>{}</x>", block.html.replace("<hr>", "<hr />").replace("<br>", "<br />"));
        let parsed = roxmltree::Document::parse(&wrapped).unwrap_or_else(|error| panic!("{error}: {wrapped}"));
        for node in parsed.descendants().filter(roxmltree::Node::is_element) {
            assert!(!["script", "style", "iframe", "form"].contains(&node.tag_name().name()), "{wrapped}");
            for attribute in node.attributes() {
                let is_link = ["href", "src", "poster"].contains(&attribute.name());
                let is_safe = ["/assets/", "http:", "https:", "mailto:", "tel:", "ftp:"]
                    .iter()
                    .any(|s| attribute.value().starts_with(s));
                assert!(!attribute.name().starts_with("on"), "{wrapped}");
                assert!(!is_link || is_safe || attribute.value().is_empty(), "{wrapped}");
            }
        }
        assert!(
            1 <= block.lines.first && block.lines.first <= block.lines.last && block.lines.last <= lines,
            "{block:?}"
        );
    }
}

#[test]
fn what_the_properties_found() {
    for (path, text) in [
        ("a.txt", "+++\n\n\n---\n---\n---\n---\n"),
        ("a.html", "title: x\n---\n<div>"),
        ("a.html", "·Date: 5 June 2025\n---\n<div>---\n"),
    ] {
        check(path, text.as_bytes());
    }
}

#[test]
fn entities_bring_no_forbidden_characters_back() {
    for (path, text) in [
        ("a.md", "---\ntitle: a&#8;b\ntags: [x&#8;]\n---\n\nAn entity&#8; here, and <b>one&#xFFFE;</b> there.\n"),
        (
            "a.html",
            "<title>a&#8;b</title><p>An entity&#8; here, long enough to be the text of a page, and one more&#xFFFF; there.</p>",
        ),
    ] {
        check(path, text.as_bytes());
        let document = read(path, text.as_bytes(), &settings()).0.unwrap();
        assert_eq!(document.header.title.unwrap().value, "ab");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_well_formed_blocks(text in pieces(), name in 0..7_usize) {
        let path = ["a.md", "a.txt", "a.html", "a.eml", "NEWS", "d/a.yml", "changelog"][name];
        check(path, text.as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), name in 0..5_usize) {
        check(["a.md", "a.txt", "a.html", "a.eml", "a"][name], &bytes);
    }
}
