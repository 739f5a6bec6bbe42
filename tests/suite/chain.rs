//! The whole chain, from the bytes of any files to the bytes of feeds, keeps its promises whatever the files hold.

use proptest::prelude::*;

use crate::promises;

/// Pieces of which files are made that mean something to some reader.
#[rustfmt::skip] // words read as running text
const PIECES: &[&str] = &[
    "5 June 2025", "05.06.2025", "2025-06-05T10:00:00+02:00", "31.02.2025", "June 2025", "5 – 7 juin",
    "٥ يونيو ٢٠٢٥", "2025年6月5日", "GENEVA, 5 June 2025 — ", "Published: ", "FOR IMMEDIATE RELEASE",
    "EMBARGOED UNTIL ", "###", "-30-", "Notes to editors", "About us", "Deep water",
    "The gates stood open until noon.", "The gates stood open…", "\n", "\n\n", "\r\n", "\r", " ", "\t", "\u{a0}",
    "\u{ad}", "\u{feff}", "\u{0}", "\u{b}", "\u{85}", "\u{2028}", "\u{fffe}", "]]>", "&amp;", "&nbsp;", "&#0;",
    "&#xd800;", "<", ">", "\"", "<p>", "</p>", "<br>", "<b>", "<table><tr><td>", "</table>", "<h1>", "</h1>",
    "<h2>", "<time datetime=\"2025-06-05\">", "<!--", "-->", "<script>", "</script>", "<svg><title>",
    "<a href=\"javascript:x\">", "<img src=\"a.png\" alt='\"'>", "<!doctype html>", "<article>", "---\n", "+++\n",
    "{\n", "}\n", "title: ", "date: ", "tags: [", "]", "draft: true\n", "&a ", "*a", "# ", "## [1.2.0] - ",
    "* Noteworthy changes in release ",
    "lock (1.2-1) unstable; urgency=low\n\n  * A lock.\n\n -- A <a@example.org>  ",
    "Thu, 05 Jun 2025 10:00:00 +0200", "From: a@example.org\n", "Subject: =?utf-8?q?Deep_w=C3=A4ter?=\n", "Date: ",
    "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n", "--b\n", "Content-Type: text/html\n\n",
    "- ", "> ", "1. ", "    ", "|a|b|\n|-|-|\n", "[a](b)", "[^1]", "[^1]: ", "**", "`", "```\n", "====\n",
    "* * *\n", "\u{301}", "🚢",
];

/// Bytes of files: text of pieces, cut or spoilt in some of them.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => proptest::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => "\\PC{0,12}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn files() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let file = (any::<u8>(), file());
    proptest::collection::vec(file, 0..4).prop_map(|files| {
        let named = |(n, (name, bytes))| (format!("{n}/{}", promises::name(name)), bytes);
        files.into_iter().enumerate().map(named).collect()
    })
}

/// What the properties and the fuzz targets found, as small as it gets.
const FOUND: &[(&str, &str)] = &[
    ("release.html", "<p>Deep&#8; water</p>"),
    ("release.html", "<title>a</title><b>\n\n&#0;&"),
    (
        "release.md",
        "<!DOCTYPE html>2 September2024<a>\n<h1>ged sand<e>2 September2024<h>ore news<r>2 Januar2024<e>usen fer<h1>s<p\">2 \
         Januar2024<a>\">Privac",
    ),
];

#[test]
fn what_was_found_stays_right() {
    for (name, text) in FOUND {
        promises::of_the_chain(&[(name.to_string(), text.as_bytes().to_vec())]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_files_become_feeds(files in files()) {
        promises::of_the_chain(&files);
    }

    #[test]
    fn any_file_is_derived_under_any_name(name in any::<u8>(), bytes in file()) {
        promises::of_deriving(promises::name(name), &bytes);
    }

    #[test]
    fn dates_of_any_text_stand_where_they_say(hints in any::<u8>(), bytes in file()) {
        promises::of_dates(&String::from_utf8_lossy(&bytes), hints);
    }
}
