//! Any bytes under any name: the first byte chooses the name.

#![no_main]

use feedroom_fuzz::promises;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some((&name, bytes)) = bytes.split_first() {
        promises::of_reading(promises::name(name), bytes);
    }
});
