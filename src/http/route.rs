//! The public rooms of the house as one pure function: a site and a request's head in, an answer out.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};

use super::address::{self, Found};
use super::answer::{Answer, Kind, Plan};
use super::conditional::{self, Verdict};
use super::encoding::Accepted;
use super::navigation::{self, wants_view};
use super::range::{self, Part};
use crate::site::{Coding, Content, Encoded, Resource, Site};

const ALLOW: &str = "GET, HEAD, OPTIONS";
const VARY: &str = "Accept-Encoding";
const A_IM: HeaderName = HeaderName::from_static("a-im");
const IM: HeaderName = HeaderName::from_static("im");
const DELTA_BASE: HeaderName = HeaderName::from_static("delta-base");

/// Pages carry their style in a file and no script; pictures and sound may come from where the release has them.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' https: data:; \
                           media-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A drawing or page that lies beside a release must not act in the name of this house.
const ASSET_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/// Answers a request at `now`, which counts only where a release is about to open.
pub fn route(site: &Site, request: &Parts, now: DateTime<Utc>) -> Answer {
    let answer = match request.method {
        Method::GET => get(site, request, now),
        Method::HEAD => get(site, request, now).without_body(),
        Method::OPTIONS => options(&request.headers),
        Method::POST | Method::PUT | Method::DELETE | Method::PATCH | Method::TRACE | Method::CONNECT => {
            Answer::plain(StatusCode::METHOD_NOT_ALLOWED).with(header::ALLOW, ALLOW)
        }
        _ => Answer::plain(StatusCode::NOT_IMPLEMENTED),
    };
    // Everything here is public and nothing knows who asks, so a reader that lives in a browser may see it all,
    // failures too. Pages are for people, who need no permission.
    if answer.headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        return answer;
    }
    answer
        .with(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .with(header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, IM, Delta-Base")
}

/// `OPTIONS`, and with it the preflight of a browser (Fetch, section 3.2).
fn options(headers: &HeaderMap) -> Answer {
    let answer = Answer::new(StatusCode::NO_CONTENT).with(header::ALLOW, ALLOW);
    if !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return answer;
    }
    answer
        .with(header::ACCESS_CONTROL_ALLOW_METHODS, ALLOW)
        .with(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "A-IM, Cache-Control, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range",
        )
        .with(header::ACCESS_CONTROL_MAX_AGE, "86400")
}

fn get(site: &Site, request: &Parts, now: DateTime<Utc>) -> Answer {
    match address::find(site, &request.uri) {
        Found::Here(resource) => choose(site, &resource, request, now),
        Found::Elsewhere(location) => match HeaderValue::from_str(&location) {
            Ok(location) => Answer::plain(StatusCode::MOVED_PERMANENTLY)
                .with_value(header::LOCATION, location)
                .with_value(header::CACHE_CONTROL, kept(site, request, now)),
            Err(_) => Answer::plain(StatusCode::NOT_FOUND),
        },
        Found::Gone(page) => absent(StatusCode::GONE, &page),
        Found::Missing => absent(StatusCode::NOT_FOUND, &site.not_found),
        Found::Malformed => Answer::plain(StatusCode::BAD_REQUEST),
    }
}

/// How long an answer may be kept.
fn kept(site: &Site, request: &Parts, now: DateTime<Utc>) -> HeaderValue {
    let path = request.uri.path();
    site.freshness.cache_control(path.strip_prefix(site.prefix.as_str()).unwrap_or(path), now)
}

/// Nothing is here: a page says so. It is asked for anew each time, for a release may come to stand here.
fn absent(status: StatusCode, page: &Bytes) -> Answer {
    let answer = if page.is_empty() {
        Answer::plain(status)
    } else {
        page_policy(Answer::new(status))
            .with(header::CONTENT_TYPE, "text/html; charset=utf-8")
            .with(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .bytes(page.clone())
    };
    answer.with(header::CACHE_CONTROL, "no-cache")
}

/// A resource is here, and a browser may be shown its view.
fn choose(site: &Site, resource: &Resource, request: &Parts, now: DateTime<Utc>) -> Answer {
    let Some(view) = resource.view() else { return present(site, resource, request, now) };
    let chosen = if wants_view(&request.headers, resource) { view } else { resource };
    let mut answer = present(site, chosen, request, now);
    let varies = answer.headers.get(header::VARY).and_then(|vary| vary.to_str().ok());
    let varies = [varies.unwrap_or_default(), navigation::DECIDED_BY].join(if varies.is_some() { ", " } else { "" });
    insert(&mut answer, header::VARY, &varies);
    answer
}

/// A resource is chosen: which of its codings, and is it wanted at all?
fn present(site: &Site, resource: &Resource, request: &Parts, now: DateTime<Utc>) -> Answer {
    let headers = &request.headers;
    let accepted = Accepted::read(headers);
    let offered = offer(resource, accepted);
    let Some(selected) = accepted.best(offered) else {
        return Answer::plain(StatusCode::NOT_ACCEPTABLE).with(header::VARY, VARY);
    };
    let mut answer = match conditional::judge(headers, resource, selected, |c| accepted.takes(c) && offered(c)) {
        Verdict::Failed => return Answer::plain(StatusCode::PRECONDITION_FAILED),
        Verdict::NotModified(held) => not_modified(resource, held),
        Verdict::Proceed => match delta(resource, request, selected) {
            Some(answer) => answer,
            None => whole(resource, request, selected),
        },
    };
    answer.about.whole = resource.length();
    answer.about.kind = match resource {
        resource if resource.is_page() => Kind::Page,
        resource if resource.is_feed() => Kind::Feed,
        _ => Kind::Asset,
    };
    if !answer.headers.contains_key(header::CACHE_CONTROL) {
        let kept = match resource.is_immutable() {
            true => HeaderValue::from_static("public, max-age=31536000, immutable"),
            false => kept(site, request, now),
        };
        answer.headers.insert(header::CACHE_CONTROL, kept);
    }
    if matches!(resource.content(), Content::Bytes(_)) && !answer.headers.contains_key(header::VARY) {
        answer.headers.insert(header::VARY, HeaderValue::from_static(VARY));
    }
    answer
}

/// Which codings a resource is offered in. A body too small to be compressed is, for a client that refuses it
/// plain; a file never is.
fn offer(resource: &Resource, accepted: Accepted) -> impl Fn(Coding) -> bool + Copy {
    let coded =
        resource.is_coded() || (!accepted.takes(Coding::Identity) && matches!(resource.content(), Content::Bytes(_)));
    move |coding| coded || coding == Coding::Identity
}

/// `304` with what a cache needs to go on with its copy (RFC 9110, section 15.4.5).
fn not_modified(resource: &Resource, held: Coding) -> Answer {
    let mut answer = Answer::new(StatusCode::NOT_MODIFIED).with_value(header::ETAG, resource.etag_header(held).clone());
    answer.about.coding = held;
    if resource.is_page() {
        answer = page_policy(answer);
    }
    answer
}

/// Only what has changed since the edition that the client holds (RFC 3229 with the `feed` manipulation of the
/// readers that know it). Caches keep it only where they know what `im` means.
fn delta(resource: &Resource, request: &Parts, selected: Coding) -> Option<Answer> {
    if request.method != Method::GET || !resource.has_deltas() || !wants_delta(&request.headers) {
        return None;
    }
    let named = conditional::editions(&request.headers).filter_map(|(hash, tag)| Some((resource.delta(hash)?, tag)));
    let (body, base) = named.min_by_key(|(body, _)| body.plain().len())?;
    let base = HeaderValue::from_str(&format!("\"{base}\"")).ok()?;
    let answer = Answer::new(StatusCode::IM_USED)
        .with(IM, "feed")
        .with_value(DELTA_BASE, base)
        .with(header::CACHE_CONTROL, "no-store, im")
        .with(header::VARY, "A-IM, If-None-Match, Accept-Encoding");
    Some(encoded(describe(answer, resource, selected), body, selected))
}

/// Whether `A-IM` (RFC 3229, section 10.5.3) lists `feed` and doesn't refuse it.
///
/// The library feedparser asks in the name of every program that uses it, whether or not that knows what it will get:
/// rss2email takes `226` for a failure, keeps the old tag, and so misses every later release. A media type that no one
/// else accepts gives the library away; those programs get the whole feed.
fn wants_delta(headers: &HeaderMap) -> bool {
    const FEEDPARSER: &str = "application/x-netcdf";
    if headers.get(header::ACCEPT).and_then(|field| field.to_str().ok()).is_some_and(|field| field.contains(FEEDPARSER))
    {
        return false;
    }
    headers.get_all(A_IM).iter().filter_map(|field| field.to_str().ok()).flat_map(|field| field.split(',')).any(|im| {
        let (name, weight) = im.split_once(';').unwrap_or((im, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        name.trim().eq_ignore_ascii_case("feed") && !refused
    })
}

fn whole(resource: &Resource, request: &Parts, selected: Coding) -> Answer {
    let answer = describe(Answer::new(StatusCode::OK), resource, selected);
    match resource.content() {
        Content::Bytes(body) => encoded(answer, body, selected),
        Content::File { path, length, modified } => {
            let plan = |range| Plan::File { path: path.clone(), length: *length, modified: *modified, range };
            let answer = answer.with(header::ACCEPT_RANGES, "bytes");
            match asked_part(resource, request, *length) {
                Part::Whole => sized(answer, *length, plan(0..*length)),
                Part::Bytes(range) => {
                    let told = format!("bytes {}-{}/{length}", range.start, range.end - 1);
                    let mut answer = sized(answer, range.end - range.start, plan(range));
                    answer.status = StatusCode::PARTIAL_CONTENT;
                    insert(&mut answer, header::CONTENT_RANGE, &told);
                    answer
                }
                Part::Unsatisfiable => {
                    let answer = Answer::plain(StatusCode::RANGE_NOT_SATISFIABLE);
                    // A cache that kept it might give it to whoever asks for the whole file.
                    let mut answer = answer.with(header::CACHE_CONTROL, "no-store");
                    insert(&mut answer, header::CONTENT_RANGE, &format!("bytes */{length}"));
                    answer
                }
            }
        }
    }
}

/// `Range` counts for `GET` only (RFC 9110, section 14.2), and only where `If-Range` lets it.
fn asked_part(resource: &Resource, request: &Parts, length: u64) -> Part {
    match request.headers.get(header::RANGE).and_then(|field| field.to_str().ok()) {
        Some(field) if request.method == Method::GET && conditional::range_stands(&request.headers, resource) => {
            range::read(field, length)
        }
        _ => Part::Whole,
    }
}

/// What a representation says of itself.
fn describe(mut answer: Answer, resource: &Resource, coding: Coding) -> Answer {
    for (name, value) in resource.headers() {
        answer.headers.append(name, value.clone());
    }
    let answer = answer
        .with_value(header::CONTENT_TYPE, resource.media_type_header().clone())
        .with_value(header::ETAG, resource.etag_header(coding).clone())
        .with_value(header::LAST_MODIFIED, resource.last_modified_header().clone())
        .with(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    match resource.content() {
        Content::Bytes(_) if resource.is_page() => page_policy(answer),
        Content::File { .. } if is_active(resource.media_type()) => {
            answer.with(header::CONTENT_SECURITY_POLICY, ASSET_POLICY)
        }
        _ => answer,
    }
}

fn page_policy(answer: Answer) -> Answer {
    answer
        .with(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)
        .with(header::REFERRER_POLICY, "strict-origin-when-cross-origin")
}

/// Whether a browser would run what stands in a file of this type.
fn is_active(media_type: &str) -> bool {
    ["html", "xml", "javascript"].iter().any(|kind| media_type.contains(kind))
}

fn encoded(mut answer: Answer, body: &Encoded, coding: Coding) -> Answer {
    if coding != Coding::Identity {
        answer.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.as_str()));
    }
    answer.about.coding = coding;
    answer.bytes(body.coded(coding).clone())
}

fn sized(mut answer: Answer, length: u64, plan: Plan) -> Answer {
    answer.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    answer.plan = plan;
    answer
}

fn insert(answer: &mut Answer, name: HeaderName, ascii: &str) {
    if let Ok(value) = HeaderValue::from_str(ascii) {
        answer.headers.insert(name, value);
    }
}
