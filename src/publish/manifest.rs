//! The manifest of a published directory: which files in it are ours. What is not in it is never touched.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The manifest's own name in the directory.
pub(super) const NAME: &str = ".feedroom-manifest.json";
const VERSION: u32 = 1;

/// Which files are ours, by their path in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    version: u32,
    pub(super) files: BTreeMap<String, Record>,
}

/// What was written under one name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// The validator of the bytes; for a twin that of the bytes it was made from.
    pub(super) etag: String,
    /// Bytes in the file.
    pub(super) length: u64,
}

impl Manifest {
    /// A manifest of nothing.
    pub(super) fn new() -> Self {
        Self { version: VERSION, files: BTreeMap::new() }
    }

    /// Reads a manifest; the error says why that is none.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if manifest.version != VERSION {
            return Err(format!("its version is {}, this feedroom knows {VERSION}", manifest.version));
        }
        Ok(manifest)
    }

    /// The manifest as text, sorted by path.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a map of strings to plain records is JSON");
        bytes.push(b'\n');
        bytes
    }
}
