//! Pages that stand where nothing else does: a withdrawn release, an address without a page.

use askama::Template;

use super::listing::render;
use super::view::{Frame, Link};
use crate::edition::{Edition, Withdrawn};

/// The page of a withdrawn item, for its `410 Gone`. It names the day and the item's topics, never its title.
pub fn gone(edition: &Edition, withdrawn: &Withdrawn) -> String {
    let mut frame = Frame::new(edition, 2, "", "");
    frame.title = frame.words.withdrawn;
    let note = frame.words.withdrawn_note.replace("{}", &frame.words.date(&withdrawn.at));
    let topics = edition.topics.iter().zip(std::mem::take(&mut frame.topics));
    let (mut all, mut own) = (Vec::new(), Vec::new());
    for (topic, link) in topics {
        if withdrawn.topics.contains(&topic.slug) {
            own.push(Link { href: link.href.clone(), title: link.title.clone(), lang: link.lang.clone(), here: false });
        }
        all.push(link);
    }
    frame.topics = all;
    render(&Notice { note, topics: own, frame })
}

/// The page for an address where nothing stands, for a `404 Not Found` at any depth: its links start at the
/// root of the public address.
pub fn not_found(edition: &Edition) -> String {
    let mut frame = Frame::rooted(edition, root_path(&edition.newsroom.base_url), "", "");
    frame.title = frame.words.missing;
    let note = frame.words.missing_note.to_string();
    render(&Notice { note, topics: Vec::new(), frame })
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    frame: Frame<'a>,
    note: String,
    topics: Vec<Link>,
}

/// The path of an absolute address that ends in `/`: `/` of `https://press.example/`.
fn root_path(base_url: &str) -> String {
    let after_scheme = base_url.find("://").map_or(0, |at| at + 3);
    base_url[after_scheme..].find('/').map_or("/", |at| &base_url[after_scheme + at..]).to_string()
}

#[cfg(test)]
mod tests {
    use super::root_path;

    #[test]
    fn the_root_is_the_path_of_the_public_address() {
        for (base, root) in [
            ("https://press.example/", "/"),
            ("http://127.0.0.1:8080/", "/"),
            ("https://example.org/press/room/", "/press/room/"),
            ("https://example.org", "/"),
        ] {
            assert_eq!(root_path(base), root, "{base}");
        }
    }
}
