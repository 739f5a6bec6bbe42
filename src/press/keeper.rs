//! Who keeps the bodies: the ledger has them all, and those asked for lately are at hand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::compose;
use crate::edition::Keeper;
use crate::ledger::{Ledger, LedgerError, Texts};

/// How many bytes of bodies are at hand; the feeds of a newsroom with twenty topics hold some 3 MiB.
const BUDGET: usize = 24 << 20;

/// The bodies of one ledger, with the addresses of one house.
pub(super) struct Bodies {
    texts: Mutex<Texts>,
    base_url: String,
    at_hand: Mutex<AtHand>,
}

/// Two generations: what the older holds and nobody asks for goes when the younger is full.
#[derive(Default)]
struct AtHand {
    young: HashMap<usize, ([u8; 16], Arc<str>)>,
    old: HashMap<usize, ([u8; 16], Arc<str>)>,
    bytes: usize,
}

impl Bodies {
    /// None at hand yet.
    pub fn new(ledger: &Ledger, base_url: &str) -> Result<Self, LedgerError> {
        let texts = Mutex::new(ledger.texts()?);
        Ok(Self { texts, base_url: base_url.to_string(), at_hand: Mutex::default() })
    }

    /// Lays a body at hand, as it will be asked for soon.
    pub fn lay(&self, number: usize, print: [u8; 16], body: Arc<str>) {
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
            let young = at_hand.young.get(&number).filter(|(of, _)| of == print);
            if let Some((_, body)) = young {
                return Some(Arc::clone(body));
            }
            at_hand.old.get(&number).filter(|(of, _)| of == print).map(|(_, body)| Arc::clone(body))
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
