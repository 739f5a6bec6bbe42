//! An embargo holds the whole of its release wherever it stands in the file and however its line is broken, and never
//! becomes its title.

use feedroom::document;
use feedroom::item::{self, Draft};
use feedroom::problem::{Problem, Severity};

const TITLE: &str = "Harbour opens its new lock";
const BODY: &str = "The board opens the lock on Monday. It is long.";

fn derive(path: &str, text: &str) -> (Vec<Draft>, Vec<Problem>) {
    let document = document::read(path, text.as_bytes(), &document::Settings::default()).0.expect("a readable text");
    item::derive(&[&document], &item::Settings { time_zone: chrono_tz::Tz::UTC, language: None, date_order: None })
}

/// One release with the lines of an embargo in all places and syntaxes.
fn places(lines: &str) -> Vec<(&'static str, String)> {
    let date = "Hallwig, 3 June 2025";
    let broken = lines.replace('\n', "<br>");
    let bold = lines.split('\n').map(|line| format!("**{line}**")).collect::<Vec<_>>().join("  \n");
    let page = |body: String| format!("<html><head><title>{TITLE}</title></head><body>{body}</body></html>");
    vec![
        ("a.txt", format!("{lines}\n\n{TITLE}\n\n{date}\n\n{BODY}\n")),
        ("a.txt", format!("{TITLE}\n\n{lines}\n\n{date}\n\n{BODY}\n")),
        ("a.txt", format!("{TITLE}\n{lines}\n{date}\n\n{BODY}\n")),
        ("a.txt", format!("{TITLE}\n\n{date}\n\n{lines}\n\n{BODY}\n")),
        ("a.txt", format!("{TITLE}\n\n{date}\n\n{BODY}\n\n{lines}\n")),
        ("a.md", format!("# {TITLE}\n\n{lines}\n\n{date}\n\n{BODY}\n")),
        ("a.md", format!("{bold}\n\n# {TITLE}\n\n{date}\n\n{BODY}\n")),
        ("a.html", page(format!("<h1>{TITLE}</h1><p><b>{broken}</b></p><p>{date}</p><p>{BODY}</p>"))),
        ("a.htm", page(format!("<p><span>{broken}</span></p><p><b>{TITLE}</b></p><p>{date}</p><p>{BODY}</p>"))),
        ("a.htm", page(format!("<p>{TITLE}</p><p>{date}</p><p>{}</p><p>{BODY}</p>", lines.replace('\n', "</p><p>")))),
    ]
}

#[test]
fn a_time_on_the_next_line_is_that_of_the_embargo() {
    for lines in [
        "Sperrfrist: 5.5.2199, 10.00 Uhr",
        "Sperrfrist: 5.5.2199,\n10.00 Uhr",
        "Sperrfrist: 5.5.2199\nUhrzeit: 10 Uhr",
        "EMBARGOED UNTIL 5 May 2199\nat 10am",
        "EMBARGOED UNTIL\n5 May 2199\n10:00",
        "EMBARGOED UNTIL 10 a.m.,\n5 May 2199",
        "Sous embargo jusqu'au 5 mai 2199\nà 10 heures",
        "Mit Sperrfrist bis 5.5.2199, 10 Uhr",
        "Please respect the embargo (5 May 2199, 10:00)",
        "FOR RELEASE AT 10:00 ON 5 MAY 2199",
        "For release: 5 May 2199, 10:00",
        "Release: 5 May 2199, 10:00",
        "To be published on 5 May 2199 at 10:00",
        "À diffuser le 5 mai 2199 à 10 h",
        "Zur Veröffentlichung am 5. Mai 2199, 10 Uhr",
        "Pressemitteilung mit Sperrfrist 5. Mai 2199, 10 Uhr",
    ] {
        for (path, text) in places(lines) {
            let (drafts, problems) = derive(path, &text);
            let until = drafts[0].embargo.map(|until| until.to_rfc3339());
            assert_eq!(until.as_deref(), Some("2199-05-05T10:00:00+00:00"), "{problems:#?} of {text}");
            assert_eq!((drafts.len(), drafts[0].title.as_str()), (1, TITLE), "{text}");
            assert_eq!(drafts[0].body_text, BODY, "{text}");
        }
    }
}

#[test]
fn a_time_that_nobody_can_read_holds_back_and_is_named() {
    for lines in [
        "Sperrfrist: 5.5.2199, abends",
        "Sperrfrist: 5.5.2199\n(nach der Sitzung)",
        "Sperrfrist: 5.5.2199 nach der Sitzung (ca. 18 Uhr)",
        "Es gilt das gesprochene Wort / Sperrfrist Redebeginn 5.5.2199",
        "Sperrfrist beachten!",
        "*** EMBARGO ***",
    ] {
        for (path, text) in places(lines) {
            let (drafts, problems) = derive(path, &text);
            assert!(drafts.iter().all(|draft| draft.unfinished), "{text}");
            assert_eq!((drafts.len(), drafts[0].title.as_str()), (1, TITLE), "{text}");
            let held = problems.iter().find(|problem| problem.message.contains("held back")).expect(&text);
            assert_eq!(held.severity, Severity::Error, "{text}");
            assert!(
                text.lines()
                    .nth(held.line as usize - 1)
                    .is_some_and(|line| line.contains("Sperr") || line.contains("EMBARGO"))
            );
        }
    }
}

#[test]
fn a_word_that_is_split_into_runs_is_read() {
    let text = format!(
        "<html><body><p><b>{TITLE}</b></p><p><span>SPERR</span><span>FRIST</span>: 5.5.2199, 10.00 Uhr</p><p>3 June \
         2025</p><p>{BODY}</p></body></html>"
    );
    let (drafts, _) = derive("a.htm", &text);
    assert_eq!(drafts[0].embargo.map(|until| until.to_rfc3339()).as_deref(), Some("2199-05-05T10:00:00+00:00"));
    assert_eq!((drafts[0].title.as_str(), drafts[0].body_text.as_str()), (TITLE, BODY));
}

/// A day alone is that of the release, and holds all of it: one release, not a headline under one date and a text under
/// another. Of several such lines each opens a release.
#[test]
fn the_day_of_a_release_holds_all_of_it() {
    for lines in ["FOR RELEASE 5 MAY 2199", "For release: 5 May 2199", "Zur Veröffentlichung am 5. Mai 2199"] {
        for (path, text) in places(lines) {
            let (drafts, problems) = derive(path, &text);
            let until = drafts[0].embargo.map(|until| until.to_rfc3339());
            assert_eq!(until.as_deref(), Some("2199-05-05T00:00:00+00:00"), "{problems:#?} of {text}");
            assert_eq!((drafts.len(), drafts[0].title.as_str()), (1, TITLE), "{text}");
        }
        if lines.starts_with("Zur") {
            continue;
        }
        let other = lines.replace("2199", "2025");
        let digest =
            format!("{lines}\n\n{TITLE}\n\n{BODY}\n\n{other}\n\nQuay closes\n\nThe quay closes. Ships leave.\n");
        let (drafts, _) = derive("a.txt", &digest);
        let days: Vec<_> = drafts
            .iter()
            .map(|draft| draft.date.as_ref().map(|date| date.published.date_naive().to_string()))
            .collect();
        assert_eq!(days, [Some("2199-05-05".to_string()), Some("2025-05-05".to_string())], "{digest}");
    }
}
