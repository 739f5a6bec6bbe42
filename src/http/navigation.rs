//! Who opens a feed's address: a reader, or a person with a browser.

use hyper::header::{ACCEPT, HeaderMap};

use super::encoding::quality;
use crate::site::Resource;

/// The request headers that decide it, for `Vary`.
pub const DECIDED_BY: &str = "Accept, Sec-Fetch-Dest, Sec-Fetch-Mode";

/// Whether a request for this resource is a browser's navigation, so that its view is the answer.
///
/// Browsers say so in `Sec-Fetch-*` (W3C, Fetch Metadata Request Headers); no reader does, whatever it claims to
/// accept. A browser that would take the feed's own media type rather than HTML, since something in it shows feeds,
/// gets the feed.
pub fn wants_view(headers: &HeaderMap, resource: &Resource) -> bool {
    let says = |name: &str, value: &str| headers.get(name).is_some_and(|field| field == value);
    let kind = resource.media_type().split(';').next().unwrap_or_default();
    let (page, feed) = (weight(headers, "text/html"), weight(headers, kind));
    (says("sec-fetch-dest", "document") && page > 0 && page >= feed)
        || (says("sec-fetch-mode", "navigate") && !headers.contains_key("sec-fetch-dest") && page > feed)
}

/// How much a client likes a media type, in thousandths: the most specific range that holds it counts (RFC 9110,
/// section 12.5.1), and without the field all are the same.
fn weight(headers: &HeaderMap, kind: &str) -> u16 {
    let mut fields = headers.get_all(ACCEPT).iter().peekable();
    if fields.peek().is_none() {
        return 1000;
    }
    let family = kind.split('/').next().unwrap_or_default();
    let ranges = fields.filter_map(|field| field.to_str().ok()).flat_map(|field| field.split(','));
    let holding = ranges.filter_map(|range| {
        let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
        let name = name.trim();
        let rank = if name.eq_ignore_ascii_case(kind) {
            3
        } else if name.strip_suffix("/*").is_some_and(|part| part.eq_ignore_ascii_case(family)) {
            2
        } else if name == "*/*" {
            1
        } else {
            return None;
        };
        Some((rank, quality(parameters)?))
    });
    holding.max().map_or(0, |(_, weight)| weight)
}
