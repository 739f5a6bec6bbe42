//! Addresses: the page's own, and the dates that stand in them.

use super::dom::{Dom, Kind};

/// A day read from an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UrlDate {
    /// Year, month, day.
    pub(super) day: (i32, u32, u32),
    /// Whether it is written with separators (`/2025/06/05/`); a run of eight digits may be a number by chance.
    pub(super) separated: bool,
}

/// The addresses that a page gives for itself, surest first: `canonical`, `og:url`, the comment that a browser left
/// when saving, and those of alternates.
pub(super) fn own(dom: &Dom, og_url: Option<&str>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |url: &str| {
        let url = unarchived(url.trim());
        if !url.is_empty() && !out.iter().any(|have| have == url) {
            out.push(url.to_string());
        }
    };
    let of_links = |rel: &str, add: &mut dyn FnMut(&str)| {
        let links = dom.elements("link").filter(|&id| has_word(dom.attr(id, "rel"), rel));
        links.filter_map(|id| dom.attr(id, "href")).for_each(add);
    };
    of_links("canonical", &mut add);
    og_url.into_iter().for_each(&mut add);
    for id in (0..dom.len()).take(400) {
        if let Kind::Comment(text) = dom.kind(id)
            && let Some(url) = saved_from(text)
        {
            add(url);
        }
    }
    for rel in ["amphtml", "bookmark"] {
        of_links(rel, &mut add);
    }
    out
}

/// Whether a space-separated attribute holds a word.
pub(super) fn has_word(value: Option<&str>, word: &str) -> bool {
    value.is_some_and(|v| v.split_ascii_whitespace().any(|w| w.eq_ignore_ascii_case(word)))
}

/// The address in a browser's note such as `saved from url=(0041)https://…` or SingleFile's `url: https://…`.
fn saved_from(comment: &str) -> Option<&str> {
    let at = comment.find("saved from url=").or_else(|| comment.find("url: http"))?;
    let from = at + comment[at..].find("http")?;
    comment[from..].split_whitespace().next()
}

/// The address that an archive's address wraps (`https://web.archive.org/web/20120216182711/http://…`).
fn unarchived(url: &str) -> &str {
    url.find("/web/")
        .and_then(|at| url[at + 5..].find("http").map(|inner| &url[at + 5 + inner..]))
        .filter(|_| url.contains("archive"))
        .unwrap_or(url)
}

/// The host of an absolute address, without `www.`.
pub(super) fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|h| h.contains('.'))
}

/// The day that stands in an address's path.
pub(super) fn date(url: &str) -> Option<UrlDate> {
    let url = unarchived(url);
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next()?;
    let path = path.split_once('/').map_or(path, |(_, path)| path);
    separated(path).map(|day| UrlDate { day, separated: true }).or_else(|| run(path))
}

/// `2025/06/05`, `2025-06-05`, `2025/jun/05`, `2025/0605`, `202506/05` as whole parts of a path.
fn separated(path: &str) -> Option<(i32, u32, u32)> {
    let parts: Vec<&str> = path.split(['/', '-', '_', '.']).collect();
    parts.windows(3).find_map(|w| valid(year(w[0])?, month(w[1])?, two(w[2])?)).or_else(|| {
        parts.windows(2).find_map(|w| {
            let (y, m, d) = match (w[0].len(), w[1].len()) {
                (4, 4) => (year(w[0])?, two(w[1].get(..2)?)?, two(w[1].get(2..)?)?),
                (6, 2) => (year(w[0].get(..4)?)?, two(w[0].get(4..)?)?, two(w[1])?),
                _ => return None,
            };
            valid(y, m, d)
        })
    })
}

/// Eight digits that make a day, alone or at the head of a longer run that goes on as a time.
fn run(path: &str) -> Option<UrlDate> {
    path.split(|c: char| !c.is_ascii_digit()).filter(|digits| matches!(digits.len(), 8 | 12 | 14)).find_map(|digits| {
        let day = valid(year(&digits[..4])?, two(&digits[4..6])?, two(&digits[6..8])?)?;
        Some(UrlDate { day, separated: false })
    })
}

fn year(text: &str) -> Option<i32> {
    let year = text.parse().ok().filter(|_| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()))?;
    (1990..2100).contains(&year).then_some(year)
}

fn two(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit()))
}

fn month(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    two(text).or_else(|| {
        let text = text.to_ascii_lowercase();
        NAMES.iter().position(|n| text == *n).map(|at| at as u32 + 1)
    })
}

fn valid(y: i32, m: u32, d: u32) -> Option<(i32, u32, u32)> {
    chrono::NaiveDate::from_ymd_opt(y, m, d).map(|_| (y, m, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_addresses() {
        let cases = [
            ("https://a.example/2025/06/05/water", Some(((2025, 6, 5), true))),
            ("https://a.example/blog/2025-06-05-water.html", Some(((2025, 6, 5), true))),
            ("https://a.example/world/2025/jun/05/water", Some(((2025, 6, 5), true))),
            ("http://a.example/n1/2025/0605/c1001-123.html", Some(((2025, 6, 5), true))),
            ("http://a.example/202506/05/t1_2.html", Some(((2025, 6, 5), true))),
            ("http://a.example/20250605_Rede.html", Some(((2025, 6, 5), false))),
            ("http://a.example/t20250605_123456.shtml", Some(((2025, 6, 5), false))),
            ("https://web.archive.org/web/20120216182711/http://a.example/x", None),
            ("https://a.example/2025/06/water", None),
            ("https://a.example/20259905", None),
            ("https://a.example/?d=2025-06-05", None),
        ];
        for (url, want) in cases {
            assert_eq!(date(url).map(|d| (d.day, d.separated)), want, "{url}");
        }
    }

    #[test]
    fn an_address_left_by_a_browser_is_the_pages_own() {
        let dom = Dom::parse("<!-- saved from url=(0041)https://a.example/2025/06/05/x --><html><body>x");
        assert_eq!(own(&dom, None), ["https://a.example/2025/06/05/x"]);
    }
}
