//! Header fields: the names under which site generators, mail and announcements keep the same facts.
//!
//! Front matter in any notation and header lines become one tree of nodes; this file knows which key means what.

use super::sanitise;
use super::tree::{Key, Node, Value};
use super::{Author, DateField, DateRole, DateSource, Field, Header};
use crate::text;

/// Tags, authors and files of one release; what goes beyond is a machine's.
const LIST_LIMIT: usize = 200;

/// Keys that date a release, the strongest first; a key's weight decides between several.
const DATES: [(DateRole, &[&str]); 4] = [
    (
        DateRole::Published,
        &[
            "date",
            "published",
            "datepublished",
            "pubdate",
            "publisheddate",
            "publishedat",
            "publishedon",
            "publishedtime",
            "publicationdate",
            "posted",
            "postedon",
            "postedat",
            "dateposted",
            "releasedate",
            "released",
            "releasedat",
            "publishdate",
            "publishat",
            "publishon",
            "issued",
            "dcdate",
            "created",
            "createdat",
            "creationdate",
            "datecreated",
        ],
    ),
    (
        DateRole::Updated,
        &[
            "updated",
            "lastmod",
            "modified",
            "lastmodified",
            "lastmodifiedat",
            "lastmodifieddate",
            "updatedat",
            "updateddate",
            "lastupdated",
            "lastupdate",
            "datemodified",
            "modifiedat",
            "modifieddate",
            "revised",
        ],
    ),
    (
        DateRole::Embargo,
        &[
            // Beside these every key that begins with the word.
            "publishdate",
            "publishat",
            "publishon",
            "notbefore",
        ],
    ),
    (
        DateRole::Expires,
        &[
            "expirydate",
            "expires",
            "expiredate",
            "expiration",
            "expirationdate",
            "expiry",
            "expiresat",
            "unpublishdate",
            "notafter",
        ],
    ),
];

/// Keys under which generators nest a page's own fields; what stands there is weaker than the top level.
const NESTED: [&str; 8] = ["extra", "params", "taxonomies", "metadata", "meta", "seo", "frontmatter", "data"];

/// The header that a mapping of fields gives. Anything but a mapping gives an empty one.
pub(super) fn header(root: &Node) -> Header {
    let fields = Fields::new(root);
    let (link, local_path) = fields.address();
    Header {
        title: fields.field(&["title", "headline", "subject"]).map(decoded),
        dates: fields.dates(),
        tags: fields.words(&["tags", "tag", "categories", "category", "keywords", "topics", "topic", "subjects"]),
        authors: fields.authors(&["authors", "author", "by", "byline", "creator", "from"]),
        summary: fields.text(&["description", "summary", "excerpt", "abstract", "teaser", "lede"]),
        language: fields.text(&["lang", "language", "locale"]).and_then(|tag| language_tag(&tag)),
        id: fields.text(&["id", "guid", "uuid"]),
        slug: fields.text(&["slug"]),
        path_hint: local_path,
        aliases: fields.addresses(&["aliases", "alias", "redirectfrom"]),
        image: fields.addresses(&IMAGES).into_iter().next(),
        attachments: fields.addresses(&[
            "attachments",
            "attachment",
            "enclosures",
            "enclosure",
            "downloads",
            "files",
            "audio",
        ]),
        link,
        site_name: None,
        draft: fields.is_draft(),
    }
}

/// The text of a release that is a mapping as a whole, with the line it starts in.
pub(super) fn body(root: &Node) -> Option<Field> {
    let fields = Fields::new(root);
    let names = ["body", "content", "text", "details", "description", "summary"];
    fields.all(&names).find_map(|(key, node)| {
        let value = node.scalar().map(text::clean).filter(|value| !value.trim().is_empty())?;
        // A block scalar starts below its key, and its place may be given as either line.
        let line = if value.trim_end().contains('\n') { key.line + 1 } else { node.line };
        Some(Field { value, name: key.name.clone(), line })
    })
}

/// Keys of a lead image, and those under which an image's address is nested in its own mapping.
const IMAGES: [&str; 14] = [
    "image",
    "images",
    "cover",
    "coverimage",
    "featuredimage",
    "featureimage",
    "featured",
    "hero",
    "heroimage",
    "banner",
    "header",
    "ogimage",
    "thumbnail",
    "thumb",
];
/// Keys of an address within a mapping that describes a file.
const ADDRESSES: [&str; 12] =
    ["src", "url", "href", "path", "file", "image", "teaser", "feature", "filename", "overlayimage", "ogimage", "link"];

/// A BCP 47 tag out of a locale as systems write it (`pt_BR.UTF-8`); `None` for anything else.
pub(super) fn language_tag(written: &str) -> Option<String> {
    let tag = written.trim().split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let valid = (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    valid.then_some(tag)
}

/// An author out of `Name <mail>`, `mail (Name)` or a name alone.
pub(super) fn author(written: &str) -> Option<Author> {
    let written = clean(written);
    let is_mail = |s: &str| s.contains('@') && !s.contains(' ');
    if let Some((name, mail)) = written.strip_suffix('>').and_then(|s| s.rsplit_once('<')) {
        let name = name.trim().trim_matches('"').to_string();
        let (mail, url) = if is_mail(mail) { (Some(mail.to_string()), None) } else { (None, web(mail)) };
        return Some(Author { name: if name.is_empty() { mail.clone()? } else { name }, email: mail, url });
    }
    if let Some((mail, name)) = written.strip_suffix(')').and_then(|s| s.split_once(" (")).filter(|p| is_mail(p.0)) {
        return Some(Author { name: name.to_string(), email: Some(mail.to_string()), url: None });
    }
    let email = is_mail(&written).then(|| written.clone());
    (!written.is_empty()).then_some(Author { name: written, email, url: None })
}

/// The fields of a mapping and of the mappings nested in it, by the plain form of their keys.
struct Fields<'a> {
    entries: Vec<(String, &'a Key, &'a Node)>,
}

impl<'a> Fields<'a> {
    fn new(root: &'a Node) -> Self {
        let mut entries = Vec::new();
        let mut nested = Vec::new();
        if let Value::Map(map) = &root.value {
            for (key, node) in map {
                let plain = plain_key(&key.name);
                if let (Value::Map(inner), true) = (&node.value, NESTED.contains(&plain.as_str())) {
                    nested.extend(inner.iter().map(|(key, node)| (plain_key(&key.name), key, node)));
                } else {
                    entries.push((plain, key, node));
                }
            }
        }
        entries.extend(nested);
        Self { entries }
    }

    fn all<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = (&'a Key, &'a Node)> + 's {
        names.iter().flat_map(move |name| self.entries.iter().filter(move |e| e.0 == *name).map(|e| (e.1, e.2)))
    }

    fn field(&self, names: &[&str]) -> Option<Field> {
        self.all(names).find_map(|(key, node)| {
            let value = clean(node.scalar()?);
            (!value.is_empty()).then(|| Field { value, name: key.name.clone(), line: key.line })
        })
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        self.field(names).map(|field| field.value)
    }

    fn dates(&self) -> Vec<DateField> {
        let mut dates = Vec::new();
        for (role, names) in DATES {
            let embargoes = self.entries.iter().filter(|entry| role == DateRole::Embargo && is_embargo(&entry.0));
            for (key, node) in embargoes.map(|entry| (entry.1, entry.2)).chain(self.all(names)) {
                let value = clean(node.scalar().unwrap_or_default());
                let is_nothing = matches!(node.value, Value::Scalar(_)) && is_no(&value);
                // `published: true` is a switch and a name without a digit no date; but what `date:` or an embargo
                // says must be looked at, since a date that can't be read holds back.
                let is_said = match role {
                    DateRole::Embargo => !is_nothing,
                    _ => text::has_digit(&value) || is_date_key(&key.name) && !is_nothing && !is_yes(&value),
                };
                if is_said {
                    let field = Field { value, name: key.name.clone(), line: key.line };
                    dates.push(DateField { role, source: DateSource::FrontMatter, field });
                }
            }
        }
        dates
    }

    fn words(&self, names: &[&str]) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for (_, node) in self.all(names) {
            for written in node.scalars() {
                let split = matches!(node.value, Value::Scalar(_));
                for word in written.split(|c| split && (c == ',' || c == ';')) {
                    let word = clean(&decode_entities(word));
                    if !word.is_empty() && words.len() < LIST_LIMIT && !words.contains(&word) {
                        words.push(word);
                    }
                }
            }
        }
        words
    }

    fn authors(&self, names: &[&str]) -> Vec<Author> {
        let mut authors: Vec<Author> = Vec::new();
        for (_, node) in self.all(names) {
            for entry in node.items() {
                let found = match &entry.value {
                    Value::Map(_) => {
                        let fields = Fields::new(entry);
                        let url = fields.text(&["url", "website", "link", "homepage", "uri"]).and_then(|url| web(&url));
                        let email = fields.text(&["email", "mail"]);
                        fields.text(&["name", "title"]).or_else(|| email.clone()).map(|name| Author {
                            name,
                            email,
                            url,
                        })
                    }
                    _ => entry.scalar().and_then(|written| author(&decode_entities(written))),
                };
                authors.extend(found.filter(|author| authors.len() < LIST_LIMIT && !authors.contains(author)));
            }
        }
        authors
    }

    /// Addresses of files: texts, lists of texts, mappings with an address in them.
    fn addresses(&self, names: &[&str]) -> Vec<String> {
        let mut addresses: Vec<String> = Vec::new();
        for (_, node) in self.all(names) {
            for entry in node.items() {
                let found = match &entry.value {
                    Value::Map(_) => Fields::new(entry).addresses(&ADDRESSES).into_iter().next(),
                    // A podcast's enclosure may be `address length type`.
                    _ => entry
                        .scalar()
                        .and_then(|s| if s.contains("://") { s.split_whitespace().next() } else { Some(s.trim()) })
                        .map(clean),
                };
                let is_address = |s: &String| !s.is_empty() && !matches!(s.as_str(), "true" | "false");
                addresses.extend(
                    found
                        .filter(is_address)
                        .filter(|address| addresses.len() < LIST_LIMIT && !addresses.contains(address)),
                );
            }
        }
        addresses
    }

    /// The release's own absolute address, and the path that it has on its own site.
    fn address(&self) -> (Option<String>, Option<Field>) {
        let names = ["canonicalurl", "canonical", "permalink", "link", "path", "url", "slug"];
        let fields = || names.iter().filter_map(|name| self.field(&[name]).map(|field| (*name, field)));
        let link =
            fields().filter(|(name, _)| !matches!(*name, "url" | "path" | "slug")).find_map(|(_, f)| web(&f.value));
        let path = fields().find(|(_, f)| web(&f.value).is_none() && f.value.chars().any(|c| c.is_ascii_digit()));
        (link, path.map(|(_, field)| field))
    }

    fn is_draft(&self) -> bool {
        let is = |names: &[&str], words: &[&str]| {
            self.text(names).is_some_and(|value| words.iter().any(|word| value.eq_ignore_ascii_case(word)))
        };
        is(&["draft", "isdraft"], &["true", "yes", "on", "1"])
            || is(&["published", "publish"], &["false", "no", "off"])
            || is(&["status"], &["draft", "hidden", "private"])
    }
}

/// Whether a key of any spelling declares an embargo: `embargo`, `Embargo-Until`, `X-Embargo`, `sperrfrist`.
pub(super) fn is_embargo(key: &str) -> bool {
    let plain = plain_key(key);
    let plain = plain.strip_prefix('x').unwrap_or(&plain);
    ["embargo", "sperrfrist"].iter().any(|stem| plain.starts_with(stem))
}

/// Whether a key says that its value is a date and nothing else.
fn is_date_key(key: &str) -> bool {
    let plain = plain_key(key);
    plain == "date" || plain.ends_with("date") || plain.ends_with("at") && plain.starts_with("publish")
}

/// Whether a value says that a field says nothing.
pub(super) fn is_no(value: &str) -> bool {
    matches!(value.to_lowercase().as_str(), "" | "no" | "none" | "false" | "null" | "~" | "off")
}

fn is_yes(value: &str) -> bool {
    matches!(value.to_lowercase().as_str(), "yes" | "true" | "on")
}

/// A key in the form in which keys are compared: lower case, letters and digits only.
fn plain_key(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A value on one line, with what no feed may carry taken out: escapes may have brought it in.
fn clean(written: &str) -> String {
    text::fold_space(&text::clean(written))
}

/// An absolute web address, or nothing.
fn web(written: &str) -> Option<String> {
    (written.starts_with("https://") || written.starts_with("http://")).then(|| written.to_string())
}

fn decoded(field: Field) -> Field {
    Field { value: clean(&decode_entities(&field.value)), ..field }
}

/// Text in which HTML entities were left by the tool that wrote it.
fn decode_entities(written: &str) -> String {
    sanitise::decode_entities(written)
}
