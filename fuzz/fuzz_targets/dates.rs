//! Dates found in any text, a line, a field and a name: the first byte chooses what is known besides.

#![no_main]

use feedroom_fuzz::promises;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some((&hints, bytes)) = bytes.split_first()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        promises::of_dates(text, hints);
    }
});
