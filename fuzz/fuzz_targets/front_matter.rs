//! Front matter of every kind, and what follows it.

#![no_main]

use feedroom_fuzz::promises;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    promises::of_reading("release.md", bytes);
});
