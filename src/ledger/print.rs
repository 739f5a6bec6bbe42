//! What the ledger remembers of a text in order to know it again: a few hashes, never the text.

use crate::item::{Draft, EvidenceKind};
use crate::text;

/// Half of a BLAKE3 hash: 128 bits, enough that two of a newsroom's texts never meet by chance.
pub type Hash = [u8; 16];

/// From how many words on a text is taken to be unlike any other by chance (`Bug fixes.` is not).
pub const WEIGHTY: u32 = 12;

/// The fingerprints of one draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print {
    /// Of all that could be shown of it, byte for byte; where it lies in its files is left out.
    pub raw: Hash,
    /// Of title and text as a reader compares them ([`text::fold`]).
    pub full: Hash,
    /// Of the text alone, likewise; of the title where there is no text.
    pub body: Hash,
    /// Words of the text.
    pub words: u32,
    /// The instant it declares, in microseconds since 1970; `None` where it is undated.
    pub date: Option<i64>,
    /// Its own address elsewhere.
    pub link: Option<Hash>,
}

impl Print {
    /// The fingerprints of a draft whose raw hash is known.
    pub fn of(draft: &Draft, raw: Hash) -> Self {
        let title = text::fold(&draft.title);
        let body = text::fold(&draft.body_text);
        let mut full = Parts::default();
        feed(&mut full, title.as_bytes());
        feed(&mut full, body.as_bytes());
        Self {
            raw,
            full: full.hash(),
            body: hash(if body.is_empty() { title.as_bytes() } else { body.as_bytes() }),
            words: u32::try_from(words(&body)).unwrap_or(u32::MAX),
            date: draft.date.as_ref().map(|date| date.published.timestamp_micros()),
            link: draft.link.as_ref().map(|link| hash(link.as_bytes())),
        }
    }

    /// Whether the text alone tells it from others.
    pub fn weighty(&self) -> bool {
        self.words >= WEIGHTY
    }
}

/// The hash of everything in a draft that could be shown or decides when it is; where it lies is left out, so
/// that a digest's items stay what they are when something is inserted above them.
pub fn raw(draft: &Draft) -> Hash {
    let mut h = Parts::default();
    for part in [&draft.title, &draft.body_html, &draft.body_text, &draft.excerpt] {
        feed(&mut h, part.as_bytes());
    }
    if let Some(date) = &draft.date {
        feed(&mut h, date.published.to_rfc3339().as_bytes());
        feed(&mut h, &[date.precision as u8, u8::from(explicit(date.evidence.kind))]);
        feed(&mut h, date.evidence.kind.as_str().as_bytes());
    } else {
        feed(&mut h, b"-");
    }
    for instant in [draft.modified, draft.embargo, draft.expires] {
        feed(&mut h, instant.map(|at| at.to_rfc3339()).unwrap_or_default().as_bytes());
    }
    feed(&mut h, &[u8::from(draft.unfinished)]);
    let optional = [&draft.declared_id, &draft.slug, &draft.language, &draft.image, &draft.link];
    for part in optional {
        feed(&mut h, part.as_deref().unwrap_or_default().as_bytes());
    }
    for list in [&draft.aliases, &draft.tags, &draft.attachments] {
        feed(&mut h, &(list.len() as u64).to_le_bytes());
        list.iter().for_each(|part| feed(&mut h, part.as_bytes()));
    }
    for author in &draft.authors {
        for part in [Some(&author.name), author.email.as_ref(), author.url.as_ref()] {
            feed(&mut h, part.map(String::as_bytes).unwrap_or_default());
        }
    }
    h.hash()
}

/// Whether a date of this kind may hold an item back while it lies ahead: what stands in prose never does.
pub fn explicit(kind: EvidenceKind) -> bool {
    matches!(kind, EvidenceKind::FrontMatter | EvidenceKind::Metadata | EvidenceKind::Header)
}

/// Words of a folded text; in scripts that set no spaces, every character is one.
pub fn words(folded: &str) -> usize {
    if folded.is_ascii() {
        return folded.split(' ').filter(|word| !word.is_empty()).count();
    }
    folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().filter(|&c| spaceless(c)).count().max(1))
        .sum()
}

/// Whether a character belongs to a script that sets no spaces between words.
pub fn spaceless(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The hash of some bytes.
pub fn hash(bytes: &[u8]) -> Hash {
    let mut out = Hash::default();
    out.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    out
}

/// Bytes to be hashed in one go, which is several times as fast as one part after another.
#[derive(Default)]
struct Parts(Vec<u8>);

impl Parts {
    fn hash(&self) -> Hash {
        hash(&self.0)
    }
}

fn feed(parts: &mut Parts, part: &[u8]) {
    parts.0.extend_from_slice(&(part.len() as u64).to_le_bytes());
    parts.0.extend_from_slice(part);
}
