//! Who keeps the bodies: the ledger has them all, and those asked for lately are at hand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::compose;
use crate::edition::Keeper;
use crate::item::Draft;
use crate::ledger::{Kept, Ledger, LedgerError, Texts};

/// How many bytes of bodies are at hand; the feeds of a newsroom with twenty topics hold some 3 MiB.
const BUDGET: usize = 12 << 20;

/// The bodies of one ledger, with the addresses of one house.
pub(super) struct Bodies {
    texts: Mutex<Texts>,
    base_url: String,
    at_hand: Mutex<AtHand>,
}

/// Two generations: what the older holds and nobody asks for goes when the younger is full.
#[derive(Default)]
struct AtHand {
    young: Bundle,
    old: Bundle,
    bytes: usize,
    /// What the ledger does not have yet, however much it is.
    held: Option<Bundle>,
}

/// Bodies by their numbers, each with its fingerprint.
type Bundle = HashMap<usize, ([u8; 16], Arc<str>)>;

impl Bodies {
    /// None at hand yet.
    pub fn new(ledger: &Ledger, base_url: &str) -> Result<Self, LedgerError> {
        let texts = Mutex::new(ledger.texts()?);
        Ok(Self { texts, base_url: base_url.to_string(), at_hand: Mutex::default() })
    }

    /// What an item says, out of the ledger.
    ///
    /// # Errors
    /// The ledger can't be read, or holds other words by now.
    pub fn draft(&self, number: usize, kept: &Kept) -> Result<Arc<Draft>, LedgerError> {
        lock(&self.texts).very_draft(number, kept.raw).map(Arc::new)
    }

    /// From now on every body that is put away stays at hand: the ledger does not have it yet.
    pub fn hold(&self) {
        lock(&self.at_hand).held = Some(HashMap::new());
    }

    /// The ledger has them.
    pub fn let_go(&self) {
        lock(&self.at_hand).held = None;
    }

    /// Puts a new body away.
    pub fn put(&self, number: usize, print: [u8; 16], body: Arc<str>) {
        if let Some(held) = &mut lock(&self.at_hand).held {
            held.insert(number, (print, Arc::clone(&body)));
        }
        self.lay(number, print, body);
    }

    /// Lays a body at hand, as it will be asked for soon.
    fn lay(&self, number: usize, print: [u8; 16], body: Arc<str>) {
        let mut at_hand = lock(&self.at_hand);
        at_hand.bytes += body.len() + 64;
        if at_hand.bytes > BUDGET / 2 {
            at_hand.bytes = body.len() + 64;
            at_hand.old = std::mem::take(&mut at_hand.young);
        }
        at_hand.young.insert(number, (print, body));
    }
}

impl Keeper for Bodies {
    fn body(&self, number: usize, print: &[u8; 16]) -> Option<Arc<str>> {
        let found = {
            let at_hand = lock(&self.at_hand);
            let of = |bundle: &Bundle| bundle.get(&number).filter(|(of, _)| of == print).map(|(_, body)| body.clone());
            if let Some(body) = of(&at_hand.young).or_else(|| of(at_hand.held.as_ref()?)) {
                return Some(body);
            }
            of(&at_hand.old)
        };
        let body = match found {
            Some(body) => body,
            None => {
                let draft = lock(&self.texts).draft(number, *print);
                if let Err(error) = &draft {
                    tracing::error!("{error}");
                }
                compose::absolute(&draft.ok()??.body_html, &self.base_url).into()
            }
        };
        self.lay(number, *print, Arc::clone(&body));
        Some(body)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
