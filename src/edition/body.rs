//! A body: at hand, or with a keeper who gives it when it is asked for.

use std::fmt;
use std::sync::Arc;

/// Sanitised HTML with absolute addresses, UTF-8.
///
/// Most releases are old, and few ask for their texts; so an edition of many holds the texts of the newest only. Two
/// bodies are equal when their texts are, or when the same keeper keeps both under one name.
#[derive(Clone)]
pub struct Body(Repr);

#[derive(Clone)]
enum Repr {
    Here(Arc<str>),
    Kept { by: Arc<dyn Keeper>, number: usize, print: [u8; 16] },
}

/// Who keeps bodies.
pub trait Keeper: Send + Sync {
    /// The text that was put away under a number, as long as it is the one with this fingerprint; `None` where it is
    /// another by now, or can't be read.
    fn body(&self, number: usize, print: &[u8; 16]) -> Option<Arc<str>>;
}

impl Body {
    /// A body that somebody keeps.
    pub fn kept(by: Arc<dyn Keeper>, number: usize, print: [u8; 16]) -> Self {
        Self(Repr::Kept { by, number, print })
    }

    /// The text; `None` where its keeper can't give it any more.
    pub fn find(&self) -> Option<Arc<str>> {
        match &self.0 {
            Repr::Here(text) => Some(Arc::clone(text)),
            Repr::Kept { by, number, print } => by.body(*number, print),
        }
    }

    /// The text; empty where its keeper can't give it any more.
    pub fn html(&self) -> Arc<str> {
        self.find().unwrap_or_default()
    }
}

impl<T: Into<Arc<str>>> From<T> for Body {
    fn from(text: T) -> Self {
        Self(Repr::Here(text.into()))
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::from("")
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Kept { by: a, number, print }, Repr::Kept { by: b, number: at, print: like }) => {
                Arc::ptr_eq(a, b) && number == at && print == like
            }
            _ => self.html() == other.html(),
        }
    }
}

impl Eq for Body {}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Here(text) => text.fmt(f),
            Repr::Kept { number, .. } => write!(f, "Body(kept as {number})"),
        }
    }
}
