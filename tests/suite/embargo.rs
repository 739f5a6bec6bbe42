//! Nothing comes out before its time, wherever a file says so, in whatever words, and whatever other files say.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use feedroom::document::{self, Document};
use feedroom::item::{self, Draft};
use feedroom::ledger::{self, Ledger, Scan, Words};
use feedroom::problem::{Problem, Severity};
use proptest::prelude::*;

fn settings() -> item::Settings {
    item::Settings { time_zone: chrono_tz::Tz::UTC, language: None, date_order: None }
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn read(path: &str, text: &str) -> Document {
    document::read(path, text.as_bytes(), &document::Settings::default()).0.expect("the text is readable")
}

fn derive(files: &[(&str, &str)]) -> (Vec<Draft>, Vec<Problem>) {
    let documents: Vec<Document> = files.iter().map(|(path, text)| read(path, text)).collect();
    item::derive(&documents.iter().collect::<Vec<_>>(), &settings())
}

/// All words that are public at an instant.
fn public(drafts: Vec<Draft>, now: &str) -> String {
    let mut ledger = Ledger::ephemeral().expect("a ledger in memory");
    let now = instant(now);
    let outcome = ledger.publish(&Scan::of(drafts), now, &ledger::Settings::default()).expect("a ledger in memory");
    let mut out = String::new();
    for touched in outcome.touched.iter().filter(|touched| touched.kept.is_public(now)) {
        let draft = touched.draft.as_ref().map(Words::draft);
        let draft = draft.unwrap_or_else(|| ledger.draft(touched.slot).expect("a text in memory"));
        writeln!(out, "{}\n{}\n{}", draft.title, draft.body_text, draft.excerpt).expect("a string takes all");
    }
    out
}

const BEFORE: &str = "2026-05-01T12:00:00Z";
const EVE: &str = "2199-05-05T08:59:59Z";
const TIME: &str = "2199-05-05T09:00:00Z";
const DAY_BEFORE: &str = "2199-05-04T12:00:00Z";
const LINE: &str = "EMBARGOED UNTIL 5 May 2199 10:00 CET";

/// Two releases under the same embargo, with and without other blocks that both have.
fn pair(line: &str) -> Vec<[(&'static str, String); 2]> {
    let a = "Harbour board opens the secretalpha lock\n\nThe board opens the lock on Monday. It is 300 metres long.";
    let b = "Rail freight returns to the secretbeta quay\n\nTrains run from Tuesday. There are two of them each day.";
    let date = "3 May 2026";
    vec![
        [("a.txt", format!("{line}\n\n{a}\n")), ("b.txt", format!("{line}\n\n{b}\n"))],
        [
            ("a.txt", format!("{line}\n\n{a}\n")),
            ("b.txt", format!("{}\n", b.replacen("\n\n", &format!("\n\n{line}\n\n"), 1))),
        ],
        [("a.txt", format!("{line}\n{a}\n")), ("b.txt", format!("{line}\n{b}\n"))],
        [("a.txt", format!("{a}\n\n{line}\n")), ("b.txt", format!("{b}\n\n{line}"))],
        [("a.txt", format!("{line}\n\n{date}\n\n{a}\n")), ("b.txt", format!("{line}\n\n{date}\n\n{b}\n"))],
        [("a.md", format!("{line}\n\n# {a}\n")), ("b.md", format!("**{line}**\n\n# {b}\n"))],
        [
            ("a.md", format!("---\ntitle: secretalpha\ndate: 2026-04-30\n---\n{line}\n\n{a}\n")),
            ("b.md", format!("---\ntitle: secretbeta\n---\n\n> {line}\n\n{b}\n")),
        ],
        [
            ("a.html", page(&format!("<p>{line}</p><h1>secretalpha lock opens on Monday</h1>{}", paragraphs(a)))),
            ("b.html", page(&format!("<h1>secretbeta quay has trains</h1><p><b>{line}</b></p>{}", paragraphs(b)))),
        ],
        [
            (
                "a.html",
                page(&format!(
                    "<aside class=notice>{line}</aside><article><h1>secretalpha</h1>{}</article>",
                    paragraphs(a)
                )),
            ),
            ("b.html", page(&format!("<main><h1>secretbeta quay</h1>{}<footer>{line}</footer></main>", paragraphs(b)))),
        ],
        [
            (
                "a.eml",
                format!(
                    "From: a@example.org\nSubject: secretalpha\nDate: Mon, 27 Apr 2026 10:00:00 +0000\n\n{line}\n\n{a}\n"
                ),
            ),
            (
                "b.eml",
                format!(
                    "From: a@example.org\nSubject: {line}: secretbeta\nDate: Mon, 27 Apr 2026 10:00:00 +0000\n\n{b}\n"
                ),
            ),
        ],
        [
            (
                "a.eml",
                format!(
                    "From: a@example.org\nSubject: secretalpha\nEmbargo: 2199-05-05 10:00 CET\nDate: Mon, 27 Apr 2026 10:00:00 +0000\n\n{a}\n"
                ),
            ),
            (
                "b.eml",
                format!(
                    "From: a@example.org\nSubject: secretbeta\nDate: Mon, 27 Apr 2026 10:00:00 +0000\nMIME-Version: 1.0\n\
                     Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n{b}\n--b\n\
                     Content-Type: text/html\n\n<p>{line}</p>{}\n--b--\n",
                    paragraphs(b)
                ),
            ),
        ],
        [
            ("a.txt", format!("Title: secretalpha\nDate: 2026-04-30\n\n{line}\n\n{a}\n")),
            (
                "b.yml",
                format!("title: secretbeta\ndate: 2026-04-30\nbody: |\n  {line}\n\n  {}\n", b.replace('\n', "\n  ")),
            ),
        ],
        [
            (
                "CHANGELOG.md",
                format!(
                    "# Changelog\n\n## 1.1.0 - 2026-04-30\n\n{line}\n\n- secretalpha gates\n\n## 1.0.0 - 2025-04-30\n\n{line}\n\n- more secretalpha\n"
                ),
            ),
            (
                "NEWS",
                format!("* Noteworthy changes in release 1.1 (2026-04-30)\n\n{line}\n\n  secretbeta gates work.\n"),
            ),
        ],
    ]
}

fn page(body: &str) -> String {
    format!("<!doctype html><html lang=en><head><title>Harbour</title></head><body>{body}</body></html>")
}

fn paragraphs(text: &str) -> String {
    let long = "The board said that ships of any size will pass the gates by day and by night from then on.";
    text.split("\n\n").map(|part| format!("<p>{part} {long}</p>")).collect()
}

#[test]
fn a_line_that_several_files_share_holds_them_all() {
    for pair in pair(LINE) {
        let files: Vec<(&str, &str)> = pair.iter().map(|(path, text)| (*path, text.as_str())).collect();
        for files in [files.clone(), vec![files[0]], vec![files[1]]] {
            for now in [BEFORE, EVE] {
                let out = public(derive(&files).0, now);
                assert!(!out.contains("secret"), "{now}\n{out}\nof {files:#?}");
            }
            let (drafts, problems) = derive(&files);
            assert!(problems.iter().all(|problem| problem.severity < Severity::Error), "{problems:#?} of {files:#?}");
            let out = public(drafts, TIME);
            for (_, text) in &files {
                let secret = if text.contains("secretalpha") { "secretalpha" } else { "secretbeta" };
                assert!(out.contains(secret), "{secret} is not out: {out} of {files:#?}");
            }
            assert!(!out.contains("EMBARGOED"), "the line is no part of the text: {out}");
        }
    }
}

#[test]
fn a_line_of_more_than_a_hundred_files_holds_them_all() {
    let texts: Vec<(String, String)> = (0..130)
        .map(|n| {
            (
                format!("{n}.txt"),
                format!("{LINE}\n\nNotice {n} of the secret harbour works\n\nGate {n} opens. Ships pass.\n"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(public(derive(&files).0, EVE), "");
    assert_eq!(public(derive(&files).0, TIME).matches("secret").count(), 130);
}

#[test]
fn a_line_that_nobody_can_read_holds_back_and_is_named() {
    let text = "Harbour opens new lock\n\nThe harbour board will open the secret lock. It is 300 metres long.";
    for line in [
        "EMBARGOED UNTIL Friday 27 November 10:00",
        "Embargoed until 5 May, 10:00",
        "EMBARGOED UNTIL 10:00 CET ON 27 NOVEMBER",
        "EMBARGOED UNTIL 1 December 10:00",
        "EMBARGOED UNTIL 31 June 2036",
        "EMBARGOED UNTIL 5 May 2136, ten o'clock",
        "EMBARGOED UNTIL Monday 5 May 2026",
        "Embargoed until further notice",
        "EMBARGOED",
        "Sperrfrist: 32. Mai 2036, 10 Uhr",
        "Sperrfrist: Beginn der Rede",
        "Sous embargo jusqu'à la fin du discours",
        "Bajo embargo hasta el viernes",
        "Sotto embargo fino alle 10 di venerdì",
        "Sob embargo até sexta-feira",
        "Onder embargo tot vrijdag 10 uur",
        "Embargo do odwołania",
        "Под эмбарго до пятницы",
        "Εμπάργκο έως την Παρασκευή",
        "엠바고: 금요일 10시",
    ] {
        for (place, text) in [
            (1, format!("{line}\n\n{text}\n")),
            (2, format!("Harbour opens new lock\n{line}\n\n{}\n", &text[24..])),
            (3, text.replacen("\n\n", &format!("\n\n{line}\n\n"), 1)),
            (5, format!("{text}\n\n{line}")),
            (4, format!("{text}\n{line}\n")),
        ] {
            let (drafts, problems) = derive(&[("a.txt", &text)]);
            assert!(!drafts.is_empty() && drafts.iter().all(|draft| draft.unfinished), "{text}: {drafts:#?}");
            let held = problems.iter().find(|problem| problem.message.contains("held back")).expect(&text);
            assert_eq!((held.severity, held.line), (Severity::Error, place), "{text}");
            assert!(held.message.contains("2025-06-05 10:00"), "what to write: {}", held.message);
            assert!(drafts[0].title.contains("Harbour opens"), "{line}: {}", drafts[0].title);
            assert_eq!(public(drafts, TIME), "", "{text}");
        }
    }
}

#[test]
fn a_year_is_read_where_the_release_proves_it() {
    let of = |head: &str| {
        let text = format!("{head}\n\nHarbour opens new lock\n\nThe board opens the lock. It is 300 metres long.\n");
        let (drafts, _) = derive(&[("a.txt", &text)]);
        let draft = &drafts[0];
        (!draft.unfinished).then(|| draft.embargo.expect("an embargo").to_rfc3339())
    };
    let opens = |text: &str| Some(text.to_string());
    assert_eq!(of("24 November 2026\n\nEMBARGOED UNTIL 27 November 10:00"), opens("2026-11-27T10:00:00+00:00"));
    assert_eq!(of("EMBARGOED UNTIL Friday 27 November 10:00\n\n27 November 2026"), opens("2026-11-27T10:00:00+00:00"));
    assert_eq!(of("28 December 2026\n\nEmbargo: 5 January, 10:00"), opens("2027-01-05T10:00:00+00:00"));
    // Nothing tells the year; another weekday; a day before that of the release, or long after it.
    assert_eq!(of("EMBARGOED UNTIL 27 November 10:00"), None);
    assert_eq!(of("24 November 2026\n\nEMBARGOED UNTIL Monday 27 November 10:00"), None);
    assert_eq!(of("5 January 2026\n\nEMBARGOED UNTIL 27 November 10:00"), None);
}

#[test]
fn a_date_that_means_two_days_holds_until_the_later() {
    let text = |line: &str| format!("{line}\n\nHarbour opens new lock\n\nThe board opens the lock. It is long.\n");
    let until = |texts: &[(&str, &str)]| derive(texts).0[0].embargo.map(|until| until.date_naive().to_string());
    assert_eq!(until(&[("a.txt", &text("EMBARGOED UNTIL 05/06/2199"))]).as_deref(), Some("2199-06-05"));
    assert_eq!(until(&[("a.txt", &text("EMBARGOED UNTIL 06/05/2199"))]).as_deref(), Some("2199-06-05"));
    let proof = ("b.txt", "A ferry\n\n05/25/2025\n\nIt takes forty cars across the river.\n");
    assert_eq!(until(&[("a.txt", &text("EMBARGOED UNTIL 05/06/2199")), proof]).as_deref(), Some("2199-05-06"));
}

#[test]
fn prose_about_embargoes_holds_nothing_back() {
    for (title, line) in [
        (
            "Council extends the arms embargo until 2199",
            "The arms embargo until 2027 stays in force, the council said.",
        ),
        ("Embargo on oil lifted", "The embargo on oil ended on Monday. It had lasted until 5 May 2025."),
        ("Embargo on grain exports extended until 5 May 2199", "Ministers met. They agreed on the embargo until 2199."),
        ("Embargo until 2027 agreed", "Nobody may sell grain. The embargo until 5 May 2199 was agreed by all."),
        ("EU-Embargo bis Mai 2199 verlängert", "Die Minister haben das Embargo bis 5. Mai 2199 verlängert. Es gilt."),
        ("Sperrfrist für Arbeitslosengeld verkürzt", "Die Sperrfrist dauert zwölf Wochen. Sie endet im Mai 2199."),
        (
            "L'embargo pétrolier prolongé jusqu'au 5 mai 2199",
            "Le conseil a prolongé l'embargo. Il court jusqu'en 2199.",
        ),
        ("El embargo de armas, hasta 2199", "El consejo prorrogó el embargo hasta el 5 de mayo de 2199. Así fue."),
        ("Embargo sulle armi prorogato fino al 2199", "Il consiglio ha prorogato l'embargo fino al 5 maggio 2199."),
        ("Wapenembargo verlengd tot 5 mei 2199", "De raad heeft het embargo verlengd tot 5 mei 2199. Dat is lang."),
        ("Нефтяное эмбарго продлено до 5 мая 2199 года", "Совет продлил эмбарго до 5 мая 2199 года. Оно действует."),
        ("Ембарго на зброю продовжено до 5 травня 2199 року", "Рада продовжила ембарго до 2199 року. Воно діє."),
        ("Silah ambargosu 2199'a kadar uzatıldı", "Konsey ambargoyu 5 Mayıs 2199'a kadar uzattı. Süre uzun."),
        ("Placing of new shares", "Not for release in the United States, Canada or Japan before or after 5 May 2199."),
    ] {
        for (path, text) in [
            ("a.txt", format!("{title}\n\n3 June 2025\n\n{line}\n")),
            ("a.md", format!("---\ntitle: \"{title}\"\ndate: 2025-06-03\n---\n\n{line}\n")),
            ("a.html", page(&format!("<h1>{title}</h1><p>3 June 2025</p><p>{line}</p>"))),
        ] {
            let (drafts, problems) = derive(&[(path, &text)]);
            if line.starts_with("Not for") {
                continue;
            }
            assert!(problems.is_empty(), "{problems:#?} of {text}");
            let out = public(drafts, BEFORE);
            assert!(out.contains(title) && out.contains(line), "{out:?} of {text}");
        }
    }
}

#[test]
fn the_strictest_copy_of_a_text_counts() {
    let text = "Harbour opens the secret lock\n\n28 April 2026\n\nThe harbour board opens the lock on Monday in the presence of many guests from all over the country. It is 300 metres long.\n";
    let held = format!("{LINE}\n\n{text}");
    let undated = text.replace("28 April 2026\n\n", "");
    let teaser =
        format!("News\n\n{}\n\nOther things happened at the old quay, too, and nobody knew of it.\n", &undated[31..]);
    let unreadable = held.replace("5 May 2199", "Friday");
    for (held, at_last) in [(&held, true), (&format!("{LINE}\n\n{undated}"), true), (&unreadable, false)] {
        for copy in [text, undated.as_str()] {
            for files in [[("a.txt", held.as_str()), ("b.txt", copy)], [("a.txt", copy), ("b.txt", held.as_str())]] {
                assert!(!public(derive(&files).0, EVE).contains("secret"), "{files:#?}");
                assert_eq!(public(derive(&files).0, TIME).contains("secret"), at_last, "{files:#?}");
            }
        }
    }
    let files = [("a.txt", held.as_str()), ("b.txt", teaser.as_str())];
    assert!(!public(derive(&files).0, EVE).contains("300 metres"), "{files:#?}");
}

#[test]
fn a_digest_holds_back_what_its_line_is_for() {
    let items = ["Gates open\nThe oldone gates open. Ships pass.", "Quay closes\nThe oldtwo quay closes. Ships leave."];
    let digest = |top: &str, between: &str| {
        format!("{top}3 June 2025\n\n{}\n\n{between}28 May 2025\n\n{}\n", items[0], items[1])
    };
    let out = |top: &str, between: &str| {
        let out = public(derive(&[("a.txt", &digest(top, between))]).0, BEFORE);
        (out.contains("oldone"), out.contains("oldtwo"))
    };
    assert_eq!(out("", ""), (true, true));
    // Above all of them and parted from the first: for all. Close to one: for that one.
    assert_eq!(out(&format!("{LINE}\n\n"), ""), (false, false));
    assert_eq!(out(&format!("{LINE}\n"), ""), (false, true));
    assert_eq!(out("", &format!("{LINE}\n")), (true, false));
    // Between two and close to none: for both, and somebody is told.
    assert_eq!(out("", &format!("{LINE}\n\n")), (false, false));
    let (_, problems) = derive(&[("a.txt", &digest("", &format!("{LINE}\n\n")))]);
    assert!(problems.iter().any(|problem| problem.line == 6 && problem.message.contains("between")), "{problems:#?}");
    let (_, problems) = derive(&[("a.txt", &digest(&format!("{LINE}\n\n"), ""))]);
    assert!(problems.iter().any(|problem| problem.line == 1 && problem.message.contains("above 2")), "{problems:#?}");
}

#[test]
fn a_declared_date_that_nobody_can_read_holds_back() {
    for (field, line) in [
        ("date: 2199-02-30", 3),
        ("date: tomorrow", 3),
        ("date: 5 May", 3),
        ("publishDate: next week", 3),
        ("embargo: soon", 3),
        ("embargo: true", 3),
        ("embargo: 5 May 10:00", 3),
        ("embargo:\n  until: 2199-05-05", 3),
        ("Embargo-Until: Friday", 3),
    ] {
        let text = format!("---\ntitle: Lock\n{field}\n---\n\nThe board opens the secret lock. It is long.\n");
        let (drafts, problems) = derive(&[("a.md", &text)]);
        assert_eq!(public(drafts, BEFORE), "", "{field}");
        let held = problems.iter().find(|problem| problem.message.contains("held back")).expect(field);
        assert_eq!((held.severity, held.line), (Severity::Error, line), "{field}");
    }
    for field in
        ["date: 2199", "date: May 2199", "embargo: 2199-05-05", "embargo: false\ndate: 2199-05-05", "date: 5 May 2199"]
    {
        let text = format!("---\ntitle: Lock\n{field}\n---\n\nThe board opens the secret lock. It is long.\n");
        let (drafts, problems) = derive(&[("a.md", &text)]);
        assert!(problems.is_empty(), "{field}: {problems:#?}");
        assert_eq!(public(drafts.clone(), BEFORE), "", "{field}");
        assert!(public(drafts, "2199-06-01T00:00:00Z").contains("secret"), "{field}");
    }
    for field in
        ["embargo: no", "embargo:", "published: true", "date:", "date: 2025", "created: by hand", "date: 5 June"]
    {
        let text = format!("---\ntitle: Lock\n{field}\n---\n\nThe board opens the lock. It is long.\n");
        let path = if field.ends_with("June") { "2025-06-05-lock.md" } else { "a.md" };
        let (drafts, _) = derive(&[(path, &text)]);
        assert!(public(drafts, BEFORE).contains("lock"), "{field}");
    }
}

#[test]
fn no_text_is_lost_beside_an_embargo() {
    let (drafts, problems) = derive(&[("a.txt", "Theta\n\nNot for publication before 5 May 2199\n\nleakF\n")]);
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(public(drafts.clone(), BEFORE), "");
    let out = public(drafts, "2199-05-05T00:00:00Z");
    assert!(out.contains("Theta") && out.contains("leakF"), "{out:?}");
    let (drafts, _) =
        derive(&[("a.txt", "EMBARGOED UNTIL 5 May 2199, 10:00 CET: Harbour opens new lock\n\nIt is long.\n")]);
    assert_eq!(drafts[0].title, "Harbour opens new lock");
    let (drafts, _) =
        derive(&[("a.txt", "EMBARGOED\n5 May 2199, 10:00 CET\n\nHarbour opens new lock\n\nIt is long.\n")]);
    assert_eq!((drafts[0].title.as_str(), drafts[0].unfinished), ("Harbour opens new lock", false));
    assert_eq!(drafts[0].embargo.map(|until| until.to_utc()), Some(instant(TIME)));
}

#[test]
fn a_file_of_embargoes_is_held_back_as_a_whole() {
    let entry =
        |n: usize, line: &str| format!("{n:04}-01-01\n\n{line}\nNotice of the secret gate\n\nGate {n} opens.\n\n");
    let own: String =
        (1900..2100).flat_map(|n| (0..6).map(move |_| n)).map(|n| entry(n, "Embargo: 5 May 2025")).collect();
    let above: String = (1..29).map(|day| format!("Embargo: {day} May 2025\n\n")).collect();
    let (a, b) = (entry(2001, ""), entry(2002, ""));
    for text in [own + &a, format!("{above}{a}{b}")] {
        let (drafts, problems) = derive(&[("a.txt", &text)]);
        assert!(drafts.last().expect("releases").unfinished, "{:?}", problems.last());
        assert!(problems.iter().any(|problem| problem.message.contains("held back")));
    }
}

/// Blocks of the files of a newsroom, some of them in several files.
const BLOCKS: &[&str] = &[
    "Harbour Office",
    "PRESS RELEASE",
    "FOR IMMEDIATE RELEASE",
    "3 June 2025",
    "28.05.2025",
    "A second ferry for the northern line",
    "# Notes of the week",
    "## 3 June 2025",
    "The trust opened a new lock at its largest harbour, which had been closed to larger ships for nine years.",
    "Board elects a chair",
    "On 4 June 2025 the board met and elected Ann Arbour. She thanked it.",
    "HALLWIG, 2 June 2025 — From Monday a second ferry takes forty cars across the river.",
    "###",
    "Notes to editors",
    "About Harbour Office\nHarbour Office keeps eleven harbours.",
    "Contact: Ann Arbour, +44 20 5555 0101",
    "---",
    "- one\n- two",
    "Home",
];

/// Lines that hold a release back until 2199 or for good.
const LINES: &[&str] = &[
    LINE,
    "EMBARGOED UNTIL Friday, 10:00",
    "This release is embargoed until 00:01 on 5 May 2199.",
    "Embargo: 5 May 2199, 10:00",
    "Sperrfrist: 5. Mai 2199, 10 Uhr",
    "Sous embargo jusqu'au 5 mai 2199 à 10 h",
    "Не публиковать до 10:00 5 мая 2199 г.",
    "EMBARGOED",
];

/// What a file is made of: the blocks above and below its own words, an embargo line and its place among them, what
/// parts the blocks, and the kind of file.
type Parts = (Vec<&'static str>, Vec<&'static str>, Option<&'static str>, usize, &'static str, u8);

/// A file whose own words are secret where an embargo stands in it.
fn written(n: usize, (above, below, line, place, gap, kind): Parts) -> (String, String) {
    let own = if line.is_some() { "secret" } else { "open" };
    let own = format!("The {own} works number {n} go on at the inner gate of the harbour. Ships pass it by day.");
    let mut blocks: Vec<&str> = above.into_iter().chain([own.as_str()]).chain(below).collect();
    if let Some(line) = line {
        blocks.insert(place % (blocks.len() + 1), line);
    }
    let text = blocks.join(gap);
    let mail = "From: a@example.org\nDate: Mon, 27 Apr 2026 10:00:00 +0000\nSubject: Works";
    match kind {
        0 => (format!("{n}.txt"), text),
        1 => (format!("{n}.md"), text),
        2 => (format!("{n}.md"), format!("---\ntitle: Works {n}\ndate: 2025-06-03\n---\n\n{text}")),
        3 => (format!("{n}.html"), page(&text.lines().map(|line| format!("<p>{line}</p>")).collect::<String>())),
        _ => (format!("{n}.eml"), format!("{mail} {n}\n\n{text}")),
    }
}

/// The files of a folder, some of them under embargo.
fn newsroom() -> impl Strategy<Value = Vec<(String, String)>> {
    let blocks = || proptest::collection::vec(proptest::sample::select(BLOCKS), 0..6);
    let line = proptest::option::of(proptest::sample::select(LINES));
    let file = (blocks(), blocks(), line, 0..12usize, proptest::sample::select(vec!["\n", "\n\n"]), 0..5u8);
    proptest::collection::vec(file, 1..5)
        .prop_map(|files| files.into_iter().enumerate().map(|(n, parts)| written(n, parts)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_out_before_its_time(files in newsroom(), late in any::<u8>()) {
        let texts: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        // Of a digest the line may be for another release.
        prop_assume!(texts.iter().all(|text| derive(&[*text]).0.len() == 1));
        let out = public(derive(&texts).0, DAY_BEFORE);
        prop_assert!(!out.contains("secret"), "{out}\nof {files:#?}");
        // The same as the files come one after another, in another order.
        let again = |path: &str| texts.iter().find(|(name, _)| *name == path).map(|(path, text)| read(path, text));
        let mut folder = item::Folder::new(settings());
        let mut drafts = BTreeMap::new();
        let late = usize::from(late) % texts.len();
        for (path, text) in texts[late..].iter().chain(&texts[..late]) {
            let change = folder.update(vec![read(path, text)], &[], &again);
            for place in change.gone {
                drafts.remove(&place);
            }
            drafts.extend(change.came);
            let now: Vec<Draft> = drafts.values().map(|draft| (**draft).clone()).collect();
            let out = public(now, DAY_BEFORE);
            prop_assert!(!out.contains("secret"), "{out}\nafter {path} of {files:#?}");
        }
    }
}
