//! The headline: which words are the release's own title, and where they stand in the page.

use super::dom::{Dom, Id};
use super::marks;
use super::metadata::{self, Meta};

/// The title of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Headline {
    /// The words; empty where the page has no title at all.
    pub(super) text: String,
    /// The field that they were read from (`h1`, `og:title`, `title`).
    pub(super) name: String,
    /// The line.
    pub(super) line: u32,
    /// The element in the text that shows it.
    pub(super) node: Option<Id>,
}

/// What the page's head calls the page.
pub(super) struct Declared {
    /// `<title>` as written.
    pub(super) title: Option<(String, u32)>,
    /// Titles made for sharing and search engines: JSON-LD, `og:title`, `twitter:title`, with their names.
    pub(super) shared: Vec<(String, String, u32)>,
    /// The site's names.
    pub(super) site_names: Vec<String>,
}

/// Finds the headline.
pub(super) fn find(dom: &Dom, declared: &Declared) -> Headline {
    let shared: Vec<String> =
        declared.shared.iter().map(|(text, ..)| without_site(text, &declared.site_names)).collect();
    let title = declared.title.as_ref().map(|(text, _)| without_site(text, &declared.site_names));
    let mut targets: Vec<&str> = shared.iter().map(|s| &**s).collect();
    targets.extend(title.as_deref());
    if let Some((node, text)) = shown(dom, &targets, declared) {
        return Headline { text, name: dom.tag(node).to_string(), line: dom.line(node), node: Some(node) };
    }
    let shared = declared.shared.iter().zip(&shared).map(|((_, name, line), text)| (text, &**name, *line));
    let title = declared.title.iter().zip(&title).map(|((_, line), text)| (text, "title", *line));
    let is_site = |text: &str| declared.site_names.iter().any(|name| same(&tokens(text), &tokens(name)));
    shared.chain(title).find(|(text, ..)| !text.is_empty() && !is_site(text)).map_or_else(
        Headline::default,
        |(text, name, line)| Headline { text: text.clone(), name: name.to_string(), line, node: None },
    )
}

/// The element that shows the title: a heading that agrees with what the head says, else the only `h1`.
fn shown(dom: &Dom, targets: &[&str], declared: &Declared) -> Option<(Id, String)> {
    let targets: Vec<Vec<String>> = targets.iter().map(|t| tokens(t)).filter(|t| !t.is_empty()).collect();
    let raw = declared.title.as_ref().map(|(text, _)| tokens(text)).unwrap_or_default();
    let mut best: Option<(u32, Id, String)> = None;
    let mut lone: Vec<(Id, String)> = Vec::new();
    for id in 1..dom.len() {
        let level = match dom.tag(id) {
            "h1" => 30,
            "h2" => 20,
            "h3" => 12,
            "h4" | "h5" | "p" | "div" | "span" | "strong" | "b" | "td" | "a" | "header" | "font" => 0,
            _ => continue,
        };
        let named = marks::names(dom, id)
            .any(|w| ["headline", "title", "titel", "titre", "titulo", "überschrift"].iter().any(|t| w.contains(t)));
        if level == 0 && !named && dom.attr(id, "itemprop") != Some("headline") && dom.children(id).count() != 1 {
            continue;
        }
        let size = dom.subtree(id).len();
        if size > 60 || dom.ancestors(id).any(|a| matches!(dom.tag(a), "head" | "nav" | "footer" | "aside" | "svg")) {
            continue;
        }
        let text = dom.text(id);
        if text.chars().nth(400).is_some() {
            continue;
        }
        let words = tokens(&text);
        if words.is_empty() {
            continue;
        }
        let site = declared.site_names.iter().any(|name| same(&words, &tokens(name)));
        if level == 30 && !site && !beside(dom, id) {
            lone.push((id, text.clone()));
        }
        let likeness = targets.iter().map(|t| like(&words, t)).max().unwrap_or(0);
        // A part of the whole <title> between separators: `Section / Headline / Site`.
        let part = if contains(&raw, &words) && words.len() >= 4 { 75 } else { 0 };
        let mut likeness = likeness.max(part);
        // `News` above an article that is called otherwise elsewhere.
        if words.len() < 3 && targets.iter().any(|t| t.len() >= 4 && like(&words, t) < 30) {
            likeness = likeness.saturating_sub(45);
        }
        if likeness < 60 || (site && likeness < 100) {
            continue;
        }
        let mut score = likeness + level + if named { 8 } else { 0 };
        if beside(dom, id) {
            score = score.saturating_sub(45);
        }
        if best.as_ref().is_none_or(|(top, ..)| score > *top) {
            best = Some((score, id, text));
        }
    }
    match (best, &mut lone[..]) {
        (Some((score, id, text)), _) if score >= 70 => Some((id, text)),
        // No heading agrees with the head's titles: an only h1 of several words is believed over them.
        (_, [one]) if targets.is_empty() || tokens(&one.1).len() >= 3 => Some(std::mem::take(one)),
        _ => None,
    }
}

/// Whether an element stands in a part that no headline stands in.
fn beside(dom: &Dom, id: Id) -> bool {
    dom.ancestors(id).take(6).any(|a| {
        let small = dom.subtree(a).len() < 400;
        small && marks::region(dom, a).is_some()
    })
}

/// How alike two titles are, 0 to 100: the share of words they have in common, a shorter title that the longer one
/// begins or ends with counted kindly.
fn like(a: &[String], b: &[String]) -> u32 {
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    if a == b {
        return 100;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() >= 4 && (long.starts_with(short) || long.ends_with(short)) {
        return 90;
    }
    let mut left: Vec<&String> = long.iter().collect();
    let mut common = 0;
    for word in short {
        if let Some(at) = left.iter().position(|w| *w == word) {
            left.swap_remove(at);
            common += 1;
        }
    }
    (200 * common / (a.len() + b.len())) as u32
}

fn same(a: &[String], b: &[String]) -> bool {
    !a.is_empty() && (a == b || a.concat() == b.concat())
}

fn contains(long: &[String], part: &[String]) -> bool {
    !part.is_empty() && long.windows(part.len()).any(|w| w == part)
}

/// The words of a title as they are compared; a text without spaces between words is taken by characters.
fn tokens(text: &str) -> Vec<String> {
    let folded = crate::text::fold(text);
    let mut out = Vec::new();
    for word in folded.split(' ').filter(|w| !w.is_empty()).take(200) {
        if word.chars().any(|c| c >= '\u{2E80}') {
            out.extend(word.chars().map(String::from));
        } else {
            out.push(word.to_string());
        }
    }
    out
}

/// The separators that stand between a title and its site's name.
const SEPARATORS: &[&str] = &[
    " | ", " – ", " — ", " - ", " :: ", " : ", " » ", " « ", " · ", " • ", " / ", " ~ ", " › ", " < ", "｜", " ― ",
    "│", ": ", "|", "_",
];

/// A title without the site's name at either end.
pub(super) fn without_site(title: &str, site_names: &[String]) -> String {
    let mut title = crate::text::fold_space(title);
    let names: Vec<Vec<String>> = site_names.iter().map(|n| tokens(n)).collect();
    let is_site = |part: &str| {
        let part = tokens(part);
        names.iter().any(|n| same(&part, n) || (n.len() >= 2 && part.len() <= n.len() + 3 && contains(&part, n)))
    };
    loop {
        let cut = SEPARATORS.iter().find_map(|sep| {
            if let Some((head, tail)) = title.rsplit_once(sep)
                && is_site(tail)
                && !head.trim().is_empty()
            {
                return Some(head.trim().to_string());
            }
            let (head, tail) = title.split_once(sep)?;
            (is_site(head) && !tail.trim().is_empty()).then(|| tail.trim().to_string())
        });
        match cut {
            Some(shorter) if shorter.len() < title.len() => title = shorter,
            _ => return title,
        }
    }
}

/// The names of the site: what it calls itself, and what its address says.
pub(super) fn site_names(metas: &[Meta], publisher: Option<&str>, host: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = metadata::all(
        metas,
        &[
            "ogsitename",
            "applicationname",
            "twittersite",
            "cre",
            "publisher",
            "dcpublisher",
            "copyright",
            "appleMobileWebAppTitle",
        ],
    )
    .map(|n| n.trim_start_matches('@').to_string())
    .chain(publisher.map(str::to_string))
    .collect();
    if let Some(host) = host {
        names.push(host.to_string());
        let labels: Vec<&str> = host.split('.').collect();
        if let Some(main) = labels.len().checked_sub(2).and_then(|at| labels.get(at)) {
            names.push(main.replace('-', " "));
            names.push((*main).to_string());
        }
    }
    names.retain(|name| name.chars().count() >= 2 && name.chars().count() <= 60);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(title: &str, names: &[&str]) -> String {
        without_site(title, &names.iter().map(|n| n.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn the_sites_name_is_cut_from_either_end() {
        assert_eq!(cut("Water is back | The River Times", &["River Times"]), "Water is back");
        assert_eq!(cut("The River: Water is back", &["The River"]), "Water is back");
        assert_eq!(cut("Wasser - Land - Flussblick.de", &["flussblick.de"]), "Wasser - Land");
        assert_eq!(cut("Water - a history", &["River Times"]), "Water - a history");
        assert_eq!(cut("水が戻る｜川新聞", &["川新聞"]), "水が戻る");
    }
}
