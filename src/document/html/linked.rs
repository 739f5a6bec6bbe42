//! JSON-LD: what a page says of its main entity in linked data (schema.org vocabulary).

use serde_json::{Map, Value};

use super::dom::Dom;

/// How deep objects are followed from the top of a script.
const REACH: usize = 6;

/// The main entity of a page, values as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entity {
    /// How much its type is that of a release: 3 an article, 2 another work, 1 the page itself.
    pub(super) rank: u8,
    /// `datePublished`.
    pub(super) published: Option<String>,
    /// `dateCreated`, `uploadDate`, `datePosted`.
    pub(super) created: Option<String>,
    /// `dateModified`.
    pub(super) modified: Option<String>,
    /// `headline` or `name`.
    pub(super) headline: Option<String>,
    /// `author`, `creator`.
    pub(super) authors: Vec<String>,
    /// `description`.
    pub(super) description: Option<String>,
    /// `keywords` and `articleSection`.
    pub(super) tags: Vec<String>,
    /// `image`.
    pub(super) image: Option<String>,
    /// `inLanguage`.
    pub(super) language: Option<String>,
    /// `publisher`'s name.
    pub(super) publisher: Option<String>,
    /// The line of its script.
    pub(super) line: u32,
    addresses: Vec<String>,
}

/// The entity that the page is about: an article before other works, one that carries the page's address or title
/// before others; none where several articles stand equal (a list).
pub(super) fn main_entity(dom: &Dom, own: &[String], title: &str) -> Option<Entity> {
    let mut entities = Vec::new();
    for id in dom.elements("script") {
        if !dom.attr(id, "type").is_some_and(|t| t.to_ascii_lowercase().contains("ld+json")) {
            continue;
        }
        let source: String = dom.subtree(id).skip(1).filter_map(|at| dom.raw_text(at)).collect();
        let line = dom.line(id);
        match parse(&source) {
            Some(value) => gather(&value, line, 0, &mut entities),
            None => entities.extend(salvage(&source, line)),
        }
    }
    let title = crate::text::fold(title);
    let fits = |e: &Entity| {
        let address = e.addresses.iter().any(|a| own.iter().any(|o| same_address(a, o)));
        let headline = e.headline.as_deref().map(crate::text::fold).unwrap_or_default();
        let named = headline.chars().count() > 8
            && (title.contains(&headline) || headline.contains(&title))
            && !title.is_empty();
        u8::from(address) + u8::from(named)
    };
    let dated = |e: &Entity| e.published.is_some() || e.created.is_some() || e.modified.is_some();
    let score = |e: &Entity| (dated(e), e.rank, fits(e));
    let best = entities.iter().map(&score).max()?;
    let mut equal = entities.iter().filter(|e| score(e) == best);
    let mut first = equal.next()?.clone();
    let rival = equal.any(|e| e.published.as_deref().map(day) != first.published.as_deref().map(day));
    // Where the article leaves it out, the page around it may tell.
    if first.published.is_none() && first.created.is_none() {
        let page = entities.iter().find(|e| e.rank == 1 && e.published.is_some());
        first.published = page.and_then(|e| e.published.clone());
    }
    (!rival || best.2 > 0).then_some(first)
}

/// Parses the JSON of a script, forgiving what sites get wrong: comments and CDATA around it, raw control
/// characters in strings, commas before a closing bracket.
fn parse(source: &str) -> Option<Value> {
    let source =
        source.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
    let source =
        source.trim_end_matches("//]]>").trim_end_matches("]]>").trim_end_matches("-->").trim().trim_end_matches(';');
    let source: String = source.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    serde_json::from_str(&source).ok().or_else(|| serde_json::from_str(&without_stray_commas(&source)).ok())
}

fn without_stray_commas(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in source.chars() {
        if !quoted && matches!(c, '}' | ']') {
            out.truncate(out.trim_end().trim_end_matches(',').len());
        }
        match c {
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
        out.push(c);
    }
    out
}

/// The dates of a script that is no JSON, where it names each only once.
fn salvage(source: &str, line: u32) -> Option<Entity> {
    let field = |name: &str| {
        let mut hits = source.match_indices(name);
        let (at, _) = hits.next()?;
        let rest = source[at + name.len()..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        hits.next().is_none().then(|| rest[..rest.find('"').unwrap_or(0)].to_string()).filter(|v| !v.is_empty())
    };
    let entity = Entity {
        rank: 2,
        published: field("\"datePublished\""),
        modified: field("\"dateModified\""),
        line,
        ..Entity::default()
    };
    (entity.published.is_some() || entity.modified.is_some()).then_some(entity)
}

/// Gathers the works among the objects of a script. Only the ways that lead to the page's own entity are followed:
/// never a list's entries, comments, or works that are merely mentioned.
fn gather(value: &Value, line: u32, depth: usize, out: &mut Vec<Entity>) {
    if depth > REACH || out.len() > 200 {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|v| gather(v, line, depth + 1, out)),
        Value::Object(object) => {
            if let Some(rank) = rank(object) {
                out.push(entity(object, rank, line));
            }
            for way in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(next) = object.get(way) {
                    gather(next, line, depth + 1, out);
                }
            }
        }
        _ => {}
    }
}

fn rank(object: &Map<String, Value>) -> Option<u8> {
    let types = strings(object.get("@type")?);
    types.iter().filter_map(|t| rank_of(t.rsplit(['/', '#', ':']).next().unwrap_or(t))).max()
}

fn rank_of(kind: &str) -> Option<u8> {
    match kind {
        k if k.ends_with("Article") || k.ends_with("Posting") => Some(3).filter(|_| k != "JobPosting"),
        "Report" | "PressRelease" | "Review" | "Recipe" | "HowTo" | "AnalysisNewsArticle" | "ClaimReview" => Some(3),
        "CreativeWork"
        | "VideoObject"
        | "AudioObject"
        | "PodcastEpisode"
        | "RadioEpisode"
        | "TVEpisode"
        | "Clip"
        | "Episode"
        | "Book"
        | "Dataset"
        | "PublicationIssue"
        | "JobPosting"
        | "SpecialAnnouncement"
        | "DigitalDocument"
        | "Question"
        | "QAPage"
        | "Thesis"
        | "SoftwareApplication" => Some(2),
        "WebPage" | "ItemPage" | "AboutPage" | "FAQPage" | "MedicalWebPage" => Some(1),
        _ => None,
    }
}

fn entity(object: &Map<String, Value>, rank: u8, line: u32) -> Entity {
    let text = |name: &str| object.get(name).and_then(|v| strings(v).into_iter().next());
    let names = |name: &str| object.get(name).map(named).unwrap_or_default();
    let mut tags = object.get("keywords").map(strings).unwrap_or_default();
    if let [one] = &tags[..] {
        tags = one.split([',', ';']).map(|t| t.trim().to_string()).collect();
    }
    tags.extend(object.get("articleSection").map(strings).unwrap_or_default());
    Entity {
        rank,
        published: text("datePublished"),
        created: text("dateCreated").or_else(|| text("uploadDate")).or_else(|| text("datePosted")),
        modified: text("dateModified"),
        headline: text("headline").or_else(|| text("name")),
        authors: [names("author"), names("creator")].into_iter().find(|a| !a.is_empty()).unwrap_or_default(),
        description: text("description"),
        tags,
        image: object.get("image").or_else(|| object.get("thumbnailUrl")).and_then(|v| addresses(v).into_iter().next()),
        language: text("inLanguage"),
        publisher: names("publisher").into_iter().next(),
        line,
        addresses: ["url", "@id", "mainEntityOfPage"]
            .iter()
            .filter_map(|n| object.get(*n))
            .flat_map(addresses)
            .collect(),
    }
}

/// The texts of a value: a string, a number, or a list of them.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(s) => vec![s.trim().to_string()].into_iter().filter(|s| !s.is_empty()).collect(),
        Value::Number(n) => vec![n.to_string()],
        Value::Array(values) => values.iter().filter(|v| !v.is_array()).flat_map(strings).collect(),
        Value::Object(object) => object.get("@value").map(strings).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The names of persons and houses.
fn named(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => object.get("name").map(strings).unwrap_or_default(),
        Value::Array(values) => values.iter().filter(|v| !v.is_array()).flat_map(named).collect(),
        other => strings(other),
    }
}

/// The addresses of a page or an image.
fn addresses(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => {
            ["url", "@id", "contentUrl"].iter().filter_map(|n| object.get(*n)).flat_map(strings).collect()
        }
        Value::Array(values) => values.iter().filter(|v| !v.is_array()).flat_map(addresses).collect(),
        other => strings(other),
    }
}

fn same_address(a: &str, b: &str) -> bool {
    let plain = |url: &str| {
        let url = url.split(['#', '?']).next().unwrap_or(url).trim_end_matches('/');
        url.split_once("://").map_or(url, |(_, rest)| rest).trim_start_matches("www.").to_string()
    };
    let (a, b) = (plain(a), plain(b));
    !a.is_empty() && (a == b || (a.starts_with('/') && b.ends_with(&a)))
}

fn day(value: &str) -> &str {
    value.get(..10).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity_of(json: &str) -> Option<Entity> {
        let page = format!("<script type='application/ld+json'>{json}</script><h1>Water</h1>");
        main_entity(&Dom::parse(&page), &["https://a.example/water".into()], "Water comes back")
    }

    #[test]
    fn the_article_of_a_graph_is_found() {
        let json = r#"{"@context":"https://schema.org","@graph":[
            {"@type":"WebPage","datePublished":"2025-01-01","@id":"https://a.example/water"},
            {"@type":["Article","NewsArticle"],"headline":"Water comes back","datePublished":"2025-06-05T08:00:00Z",
             "author":[{"@type":"Person","name":"A. Writer"}],"keywords":"river, dam"},]}"#;
        let entity = entity_of(json).unwrap();
        assert_eq!(entity.published.as_deref(), Some("2025-06-05T08:00:00Z"));
        assert_eq!((entity.authors, entity.tags), (vec!["A. Writer".into()], vec!["river".into(), "dam".into()]));
    }

    #[test]
    fn listed_articles_are_nobodys_date() {
        let one = |n: u8| format!(r#"{{"@type":"NewsArticle","headline":"Other {n}","datePublished":"2025-06-0{n}"}}"#);
        assert_eq!(entity_of(&format!("[{},{}]", one(1), one(2))), None);
        let list = format!(r#"{{"@type":"ItemList","itemListElement":[{}]}}"#, one(1));
        assert_eq!(entity_of(&list), None);
    }

    #[test]
    fn the_article_with_the_pages_address_wins() {
        let json = r#"[{"@type":"NewsArticle","headline":"Other","datePublished":"2025-06-01","url":"https://a.example/other"},
            {"@type":"NewsArticle","headline":"Neu","datePublished":"2025-06-05","mainEntityOfPage":{"@id":"https://www.a.example/water/"}}]"#;
        assert_eq!(entity_of(json).unwrap().published.as_deref(), Some("2025-06-05"));
    }

    #[test]
    fn broken_json_still_gives_its_one_date() {
        let json = r#"{"@type":"NewsArticle" "headline": "A "quote" inside", "datePublished" : "2025-06-05"}"#;
        assert_eq!(entity_of(json).unwrap().published.as_deref(), Some("2025-06-05"));
    }
}
