//! The texts that are measured, all invented here: the kinds that a folder holds, and what nobody writes.

use std::fmt::Write;

/// The length of the texts of each kind, in bytes.
const MEBIBYTE: usize = 1 << 20;

/// A text under the name that it is read as.
pub struct Case {
    pub name: String,
    pub path: &'static str,
    pub make: Box<dyn Fn() -> Vec<u8>>,
}

/// Every case, kinds first.
pub fn all() -> Vec<Case> {
    let case = |name: &str, path: &'static str, make: fn() -> String| Case {
        name: name.to_string(),
        path,
        make: Box::new(move || make().into_bytes()),
    };
    let mut cases = vec![
        case("plain: one release", "flood.txt", || one_release(MEBIBYTE)),
        case("plain: digest", "digest.txt", || releases(1, MEBIBYTE)),
        case("markdown", "flood.md", markdown),
        case("html: page", "flood.html", page),
        case("html: list", "news.html", list),
        case("changelog", "CHANGELOG.md", changelog),
        case("changelog: Debian", "changelog.Debian", debian),
        case("changelog: NEWS", "NEWS", news),
        case("mail", "flood.eml", mail),
        Case { name: "utf-16".into(), path: "utf16.txt", make: Box::new(utf_16) },
        Case { name: "windows-1251".into(), path: "russian.txt", make: Box::new(|| foreign("windows-1251", RUSSIAN)) },
        Case { name: "shift_jis".into(), path: "japanese.txt", make: Box::new(|| foreign("shift_jis", JAPANESE)) },
    ];
    for (name, make) in HOSTILE {
        for path in ["hostile.txt", "hostile.md", "hostile.html"] {
            let name = format!("{name} {}", &path["hostile".len()..]);
            cases.push(Case { name, path, make: Box::new(move || make().into_bytes()) });
        }
    }
    cases
}

/// A name and how its text is made.
type Named = (&'static str, fn() -> String);

/// What nobody writes, and somebody sends.
const HOSTILE: &[Named] = &[
    ("digits", || "7".repeat(1_000_000)),
    ("dots", || ".".repeat(1_000_000)),
    ("spaces", || format!("a{}b", " ".repeat(1_000_000))),
    ("empty lines", || format!("a{}b", "\n".repeat(1_000_000))),
    ("dashes", || "-".repeat(1_000_000)),
    ("pairs of digits", || fill("12 ")),
    ("dotted digits", || fill("1.")),
    ("slashes", || fill("05/06/")),
    ("dates in a line", || fill("5 June 2025 ")),
    ("days in a line", || fill("5 June ")),
    ("months in a line", || fill("June ")),
    ("years in a line", || fill("2025 ")),
    ("times in a line", || fill("12:30 ")),
    ("nested lists", || deep("  ", 200)),
    ("one nested list", || deep(" ", 1400)),
    ("nested quotes", || fill("> ")),
    ("brackets", || fill("[")),
    ("links", || fill("[a](")),
    ("emphasis", || fill("*a _b ")),
    ("backticks", || (1..1400).map(|n| format!("{} ", "`".repeat(n))).collect()),
    ("nested tags", || fill("<div>")),
    ("nested paragraphs", || fill("<b>\n\n")),
    ("formats and paragraphs", || format!("{}{}", "<font>".repeat(200), fill("<p>x"))),
    ("closed tags", || fill("<p><b>a</b></p>")),
    ("cells", || format!("<table>{}", fill("<tr><td>a"))),
    ("bare cells", || fill("<td>a")),
    ("headings", || fill("<h1>Deep water</h1>")),
    ("times", || fill("<time datetime=2025-06-05>5 June 2025</time>")),
    ("attributes", || format!("<p{}>", (0..100_000).map(|n| format!(" a{n}=1")).collect::<String>())),
    ("left of tags", || fill("<")),
    ("open comments", || fill("<!--")),
    ("entities", || fill("&amp;")),
    ("one line", || fill("water rises at the lock and ")),
    ("one line, one word", || "w".repeat(1_000_000)),
    ("100,000 short lines", || (0..100_000).map(|n| format!("line {n}\n")).collect()),
    ("100,000 equal lines", || "water\n".repeat(100_000)),
    ("100,000 date lines", || "5 June 2025\n".repeat(100_000)),
    ("100,000 days", || (0..100_000).map(|n| format!("{} May {}\n", n % 28 + 1, 1990 + n % 37)).collect()),
    ("dates and words", || (0..30_000).map(|n| format!("{} May 2025\n\nWater {n}.\n\n", n % 28 + 1)).collect()),
    ("100,000 headings", || (0..100_000).map(|n| format!("# {n}\n")).collect()),
    ("100,000 paragraphs", || (0..100_000).map(|n| format!("Word {n}.\n\n")).collect()),
    ("rules", || "---\n".repeat(200_000)),
    ("table rows", || format!("|a|b|\n|-|-|\n{}", "|1|2|\n".repeat(100_000))),
    ("footnotes", || (0..50_000).map(|n| format!("a[^{n}]\n\n[^{n}]: b\n\n")).collect()),
    ("header fields", || (0..100_000).map(|n| format!("Field{n}: a\n")).collect()),
    ("front matter of maps", || format!("---\n{}---\na\n", "a:\n ".repeat(100_000))),
    ("front matter of lists", || format!("---\ntags: {}\n---\na\n", "[".repeat(100_000))),
    ("open quotes", || fill("\u{201c}a ")),
    ("open brackets", || fill("(a ")),
    ("versions", || (0..50_000).map(|n| format!("## {n}.0.1 - 2025-06-05\n\n- a\n\n")).collect()),
    ("arabic digits", || fill("٧٧٧٧")),
    ("japanese days", || fill("6月5日")),
    ("combining marks", || format!("a{}", fill("\u{301}"))),
];

/// A mebibyte of a unit.
fn fill(unit: &str) -> String {
    unit.repeat(MEBIBYTE / unit.len())
}

/// A mebibyte of lists within lists.
fn deep(indent: &str, depth: usize) -> String {
    let nest: String = (0..depth).map(|n| format!("{}- a\n", indent.repeat(n))).collect();
    nest.repeat(MEBIBYTE / nest.len() + 1)
}

/// Words that sentences are made of.
#[rustfmt::skip] // words read as running text
const WORDS: [&str; 64] = [
    "the", "harbour", "of", "and", "to", "in", "a", "lock", "water", "ships", "for", "is", "on", "that", "by",
    "with", "authority", "will", "be", "at", "from", "barrier", "new", "has", "it", "was", "as", "quay", "open",
    "which", "pilots", "said", "this", "are", "year", "an", "have", "ferry", "not", "or", "were", "their", "bridge",
    "more", "signal", "also", "river", "two", "first", "level", "metres", "but", "works", "its", "per", "cent",
    "public", "repair", "night", "during", "towpath", "May", "dredging", "May",
];

#[rustfmt::skip] // words read as running text
const RUSSIAN: [&str; 16] = [
    "порт", "вода", "и", "в", "на", "шлюз", "суда", "открыт", "новый", "мост", "река", "уровень", "ремонт", "года", "для", "причал",
];

#[rustfmt::skip] // words read as running text
const JAPANESE: [&str; 16] = [
    "港", "水位", "の", "は", "新しい", "橋", "工事", "船", "を", "開く", "川", "発表", "しました", "年", "から", "公開",
];

/// Draws in a fixed order, so that every run measures the same bytes.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: usize) -> Self {
        Self((seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn words(&mut self, words: &[&str], count: usize, between: &str) -> String {
        let mut out = String::new();
        for n in 0..count {
            out.push_str(if n > 0 { between } else { "" });
            out.push_str(words[self.below(words.len())]);
        }
        out
    }

    fn sentence(&mut self) -> String {
        let count = 8 + self.below(16);
        let number = self.below(400);
        format!("Today {} {number} {}.", self.words(&WORDS, count, " "), self.words(&WORDS, 4, " "))
    }

    fn paragraph(&mut self) -> String {
        let count = 3 + self.below(4);
        (0..count).map(|_| self.sentence()).collect::<Vec<_>>().join(" ")
    }

    fn title(&mut self) -> String {
        format!("Harbour {}", self.words(&WORDS, 6, " "))
    }

    fn day(&mut self) -> String {
        const MONTHS: [&str; 4] = ["January", "March", "August", "November"];
        format!("{} {} {}", 1 + self.below(28), MONTHS[self.below(4)], 2005 + self.below(20))
    }
}

/// Text made of pieces up to a length.
fn until(length: usize, mut piece: impl FnMut(&mut String)) -> String {
    let mut out = String::with_capacity(length + 4096);
    while out.len() < length {
        piece(&mut out);
    }
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes all that is written");
}

/// One release of many paragraphs.
fn one_release(length: usize) -> String {
    let mut draw = Draw::new(7);
    let head = "5 June 2025\n\nThe flood of the century\n\n";
    format!("{head}{}", until(length, |out| push(out, format_args!("{}\n\n", draw.paragraph()))))
}

/// Dated releases under each other.
pub fn releases(seed: usize, length: usize) -> String {
    let mut draw = Draw::new(seed + 1);
    until(length, |out| {
        push(out, format_args!("{}\n\n{}\n\n", draw.day(), draw.title()));
        (0..4).for_each(|_| push(out, format_args!("{}\n\n", draw.paragraph())));
    })
}

fn utf_16() -> Vec<u8> {
    let text = releases(2, MEBIBYTE / 2);
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

/// A text of these words in a legacy encoding.
fn foreign(encoding: &str, words: [&'static str; 16]) -> Vec<u8> {
    let mut draw = Draw::new(3);
    let between = if words == RUSSIAN { " " } else { "" };
    let text = until(2 * MEBIBYTE, |out| push(out, format_args!("{}.\n\n", draw.words(&words, 60, between))));
    let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).expect("a known label");
    encoding.encode(&text).0.into_owned()
}

fn markdown() -> String {
    let mut draw = Draw::new(11);
    let head = "---\ntitle: The flood of the century\ndate: 2025-06-05\ntags: [water, locks]\n---\n\n";
    let body = until(MEBIBYTE, |out| {
        push(out, format_args!("## {}\n\n{}\n\n", draw.title(), draw.paragraph()));
        push(
            out,
            format_args!("- *{}*\n- [{}](https://harbour.example/{})\n\n", draw.title(), draw.title(), draw.below(99)),
        );
        push(out, format_args!("{}\n{}\n\n> {}\n\n", draw.sentence(), draw.sentence(), draw.sentence()));
    });
    format!("{head}{body}")
}

fn page() -> String {
    let mut draw = Draw::new(13);
    let head = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>The flood | Harbour</title>\
        <meta property=article:published_time content=2025-06-05T10:00:00Z></head><body><nav><ul><li><a href=/>Home</a>\
        </ul></nav><main><article><h1>The flood of the century</h1><p class=date>5 June 2025</p>";
    let body = until(MEBIBYTE, |out| {
        push(out, format_args!("<h2 class=\"head\">{}</h2>\n<p>{}</p>\n", draw.title(), draw.paragraph()));
        push(
            out,
            format_args!(
                "<p class=\"text\">{} <a href=\"/a/{}\">{}</a></p>\n",
                draw.sentence(),
                draw.below(99),
                draw.title()
            ),
        );
    });
    format!("{head}{body}</article></main><footer><p>Harbour Authority</p></footer></body></html>")
}

fn list() -> String {
    let mut draw = Draw::new(17);
    let head = "<!DOCTYPE html><html lang=en><head><title>News | Harbour</title></head><body><main><h1>News</h1>";
    let body = until(MEBIBYTE, |out| {
        let (day, title, at) = (draw.day(), draw.title(), draw.below(99_999));
        push(
            out,
            format_args!("<article class=teaser><p class=date>{day}</p><h2><a href=\"/news/{at}\">{title}</a></h2>"),
        );
        push(out, format_args!("<p>{}</p></article>\n", draw.sentence()));
    });
    format!("{head}{body}</main></body></html>")
}

fn changelog() -> String {
    let (mut draw, mut n) = (Draw::new(19), 30_000);
    let body = until(MEBIBYTE, |out| {
        n -= 1;
        push(
            out,
            format_args!(
                "## [{}.{}.0] - {}-0{}-1{}\n\n### Added\n\n",
                n / 10,
                n % 10,
                2005 + n / 1500,
                1 + n % 9,
                n % 10
            ),
        );
        (0..5).for_each(|_| push(out, format_args!("- {}\n", draw.sentence())));
        out.push('\n');
    });
    format!("# Changelog\n\nAll notable changes.\n\n{body}")
}

fn debian() -> String {
    let (mut draw, mut n) = (Draw::new(23), 9000);
    until(MEBIBYTE, |out| {
        n -= 1;
        push(out, format_args!("lock ({}.{}-1) unstable; urgency=medium\n\n", n / 10, n % 10));
        (0..5).for_each(|_| push(out, format_args!("  * {}\n", draw.sentence())));
        push(out, format_args!("\n -- Lock Keeper <keeper@harbour.example>  Thu, 05 Jun 2025 10:00:00 +0200\n\n"));
    })
}

fn news() -> String {
    let (mut draw, mut n) = (Draw::new(29), 9000);
    until(MEBIBYTE, |out| {
        n -= 1;
        push(out, format_args!("* Noteworthy changes in release {}.{} (2025-06-05) [stable]\n\n", n / 10, n % 10));
        push(out, format_args!("** Bug fixes\n\n"));
        (0..5).for_each(|_| push(out, format_args!("  {}\n\n", draw.sentence())));
    })
}

fn mail() -> String {
    let mut draw = Draw::new(31);
    let head = "From: Press Office <press@harbour.example>\nTo: all@harbour.example\nSubject: The flood of the century\n\
        Date: Thu, 5 Jun 2025 10:00:00 +0200\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
        Content-Transfer-Encoding: quoted-printable\n\n";
    let body = until(MEBIBYTE, |out| {
        push(out, format_args!("{} =\n{} caf=C3=A9\n\n", draw.sentence(), draw.sentence()));
    });
    format!("{head}{body}")
}
