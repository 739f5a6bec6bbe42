//! A folder's files to the bytes of its feeds: files are divided by the record separator, and the first byte of each
//! chooses its name.

#![no_main]

use feedroom_fuzz::promises;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let files = bytes.split(|&b| b == 0x1e).take(8).filter_map(|file| file.split_first());
    let named = |(n, (&name, bytes)): (usize, (&u8, &[u8]))| (format!("{n}/{}", promises::name(name)), bytes.to_vec());
    promises::of_the_chain(&files.enumerate().map(named).collect::<Vec<_>>());
});
