//! Plain text, read and derived.

#![no_main]

use feedroom_fuzz::promises;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    promises::of_deriving("release.txt", bytes);
});
