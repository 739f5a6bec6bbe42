//! What the names of elements (classes, ids, roles) say that they hold: a date, comments, something beside the text.

use super::dom::{Dom, Id};

/// How strongly class names and ids say that an element holds a date of publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DateMark {
    /// It is a date of another kind: an event's, today's, an edition's.
    Foreign,
    /// Nothing is said.
    None,
    /// It may hold one: a byline, a line of details.
    Weak,
    /// It is a date.
    Strong,
}

/// Reads the names of an element: its class, id and item property.
pub(super) fn date_mark(dom: &Dom, id: Id) -> DateMark {
    let mut mark = DateMark::None;
    for word in names(dom, id) {
        let here = match &*word {
            "today" | "heute" | "current" | "currentdate" | "now" | "uhr" | "clock" | "edition" | "editionjour"
            | "countdown" | "deadline" | "expires" | "expiry" | "birthday" | "weather" | "copyright" => {
                return DateMark::Foreign;
            }
            w if w.contains("update") || w.contains("modif") => DateMark::None,
            w if w.contains("date") && !w.contains("candidate") && !w.contains("mandate") => DateMark::Strong,
            w if ["datum", "fecha", "timestamp", "publish", "tarih", "tanggal", "posted", "pubdate", "dato"]
                .iter()
                .any(|d| w.contains(d)) =>
            {
                DateMark::Strong
            }
            "created" | "published" | "publie" | "publicado" | "erschienen" | "veroeffentlicht" => DateMark::Strong,
            "time" | "zeit" | "heure" | "hora" | "data" | "day" | "meta" | "metadata" | "postmeta" | "byline"
            | "dateline" | "info" | "infos" | "details" | "submitted" | "author" | "autor" | "kicker" | "subline"
            | "subtitle" | "metas" | "waktu" | "stamp" | "source" | "credit" | "credits" => DateMark::Weak,
            _ => DateMark::None,
        };
        mark = mark.max(here);
    }
    mark
}

/// What part of a page an element's name says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    /// Comments of readers.
    Comments,
    /// Something beside the text: navigation, related articles, sharing, a banner.
    Beside,
    /// Short texts that lead to others; on a page that lists releases they are what it is about.
    Teasers,
}

/// Reads an element's tag, role and names.
pub(super) fn region(dom: &Dom, id: Id) -> Option<Region> {
    match dom.tag(id) {
        "nav" | "footer" | "aside" | "dialog" | "button" => return Some(Region::Beside),
        // Some systems put the whole page in a form.
        "form" if dom.subtree(id).len() < 150 => return Some(Region::Beside),
        "" | "html" | "body" | "main" | "article" | "h1" => return None,
        _ => {}
    }
    if matches!(
        dom.attr(id, "role"),
        Some("navigation" | "banner" | "contentinfo" | "complementary" | "search" | "dialog" | "alert" | "menu")
    ) {
        return Some(Region::Beside);
    }
    for word in names(dom, id) {
        match &*word {
            w if w.starts_with("comment") && w != "commentary" => return Some(Region::Comments),
            w if w.starts_with("kommentar") || w.starts_with("comentario") || w.starts_with("commento") => {
                return Some(Region::Comments);
            }
            "recent" | "widget" | "widgets" | "promo" => return Some(Region::Teasers),
            w if w.contains("teaser") => return Some(Region::Teasers),
            "disqus" | "respond" | "reply" | "replies" | "leserbriefe" | "leserkommentare" | "trackback"
            | "pingback" => return Some(Region::Comments),
            "nav" | "navi" | "navbar" | "menu" | "menue" | "topbar" | "toolbar" | "social" | "socials" | "share"
            | "sharing" | "shares" | "sharebar" | "breadcrumb" | "breadcrumbs" | "cookie" | "cookies" | "consent"
            | "gdpr" | "subscribe" | "subscription" | "ad" | "ads" | "advert" | "advertisement" | "anzeige"
            | "promotion" | "popular" | "trending" | "mostread" | "carousel" | "calendar" | "kalender" | "login"
            | "modal" | "popup" | "overlay" | "search" | "suche" | "pagination" | "pager" | "tagcloud" | "ticker"
            | "weather" | "wetter" | "rail" | "similar" | "outbrain" | "taboola" | "paywall" | "wm" | "offcanvas"
            | "skip" | "skiplinks" | "sitemap" | "copyright" | "imprint" | "readmore" | "weitere" | "weiteres"
            | "meistgelesen" | "lesenswert" | "next" | "prev" | "previous" | "toc" | "banner" | "rss" | "polls"
            | "poll" | "umfrage" => return Some(Region::Beside),
            w if [
                "sidebar",
                "related",
                "recommend",
                "breadcrumb",
                "cookie",
                "footer",
                "newsletter",
                "navigation",
                "mostread",
                "morenews",
                "verwandt",
                "relacionad",
                "correlat",
                "advertis",
                "sponsor",
            ]
            .iter()
            .any(|part| w.contains(part)) =>
            {
                return Some(Region::Beside);
            }
            _ => {}
        }
    }
    None
}

/// The words of an element's class, id and item property, lower case, camel case taken apart.
pub(super) fn names(dom: &Dom, id: Id) -> impl Iterator<Item = String> {
    let values = ["class", "id", "itemprop", "data-testid"].into_iter().filter_map(|attr| dom.attr(id, attr));
    let words: Vec<String> = values.flat_map(split).take(40).collect();
    words.into_iter()
}

fn split(value: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower = false;
    for c in value.chars().take(400) {
        if (!c.is_alphanumeric() || (lower && c.is_uppercase())) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(
            split("articleDate post__meta--top Entry-Title2"),
            ["article", "date", "post", "meta", "top", "entry", "title2"]
        );
    }
}
