//! What drafts say on their way into the ledger: at hand, or packed as it keeps them, since a first look may bring a
//! hundred thousand.

use std::sync::Arc;

use rayon::prelude::*;

use super::print::{self, Print};
use super::shape;
use crate::item::Draft;

/// What a draft says. Cheap to copy.
#[derive(Debug, Clone)]
pub enum Words {
    /// At hand.
    Open(Arc<Draft>),
    /// As the ledger keeps it.
    Packed(Arc<Packed>),
}

/// A packed draft, with what is asked of every draft.
#[derive(Debug)]
pub struct Packed {
    /// All but the long texts.
    head: Draft,
    print: Print,
    bytes: Arc<[u8]>,
}

impl Words {
    /// What it says but for body, text and excerpt, which may be left out.
    pub fn head(&self) -> &Draft {
        match self {
            Words::Open(draft) => draft,
            Words::Packed(packed) => &packed.head,
        }
    }

    /// All that it says.
    pub fn draft(&self) -> Arc<Draft> {
        match self {
            Words::Open(draft) => Arc::clone(draft),
            Words::Packed(packed) => Arc::new(packed.draft()),
        }
    }

    /// Its fingerprints, where they are made already.
    pub(super) fn print(&self) -> Option<&Print> {
        match self {
            Words::Open(_) => None,
            Words::Packed(packed) => Some(&packed.print),
        }
    }

    /// As the ledger keeps it, where it is packed already.
    pub(super) fn bytes(&self) -> Option<&Arc<[u8]>> {
        match self {
            Words::Open(_) => None,
            Words::Packed(packed) => Some(&packed.bytes),
        }
    }
}

impl From<Arc<Draft>> for Words {
    fn from(draft: Arc<Draft>) -> Self {
        Words::Open(draft)
    }
}

impl Packed {
    fn draft(&self) -> Draft {
        let Draft { body_html, body_text, excerpt, .. } =
            shape::unpack(&self.bytes).expect("it was packed by this process");
        Draft { body_html, body_text, excerpt, ..self.head.clone() }
    }
}

/// Packs drafts, on all cores. What can't be packed stays as it is.
pub fn pack(drafts: Vec<Words>) -> Vec<Words> {
    let packed = drafts.into_par_iter().map_init(shape::compressor, |press, words| {
        let draft = match words {
            Words::Open(draft) => draft,
            packed => return packed,
        };
        let Ok(bytes) = shape::pack(press, &draft) else { return draft.into() };
        let print = Print::of(&draft, print::raw(&draft));
        let empty = String::new;
        let head = Draft { body_html: empty(), body_text: empty(), excerpt: empty(), ..Arc::unwrap_or_clone(draft) };
        Words::Packed(Arc::new(Packed { head, print, bytes: bytes.into() }))
    });
    packed.collect()
}
