//! The manifest of a bucket: which objects in it are ours, what stands in each, and who is writing.
//!
//! It is the only object that is ever written on a condition: whoever wants to change any other object first has to
//! put his claim in here, over the very manifest that he has read.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The manifest's own key below the prefix.
pub(super) const KEY: &str = "feedroom-manifest.json.gz";
const VERSION: u32 = 1;
/// A manifest this long when unpacked is none of ours.
const LIMIT: u64 = 256 * 1024 * 1024;

/// Which objects are ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    version: u32,
    /// Counts the claims.
    pub edition: u64,
    /// Who is writing; nobody between two publications.
    pub claim: Option<Claim>,
    /// What stands under each key: a print of bytes and metadata, empty where a writer has not come to an end.
    pub objects: BTreeMap<String, String>,
    /// Objects of withdrawn addresses, which are deleted after a grace.
    pub gone: BTreeMap<String, Gone>,
}

/// Somebody is writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    /// Who.
    pub writer: String,
    /// Goes up while the writer lives.
    pub beat: u64,
}

/// An object on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gone {
    /// When its address was withdrawn, by the clock of the one who withdrew it.
    pub since: DateTime<Utc>,
    /// As in [`Manifest::objects`], of what says that it is withdrawn.
    pub print: String,
}

impl Manifest {
    /// A manifest of nothing.
    pub fn new() -> Self {
        Self { version: VERSION, edition: 0, claim: None, objects: BTreeMap::new(), gone: BTreeMap::new() }
    }

    /// Reads a manifest; the error says why that is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut text = Vec::new();
        let unpack = flate2::read::GzDecoder::new(bytes).take(LIMIT).read_to_end(&mut text);
        unpack.map_err(|error| error.to_string())?;
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        if manifest.version != VERSION {
            return Err(format!("its version is {}, this feedroom knows {VERSION}", manifest.version));
        }
        Ok(manifest)
    }

    /// Everything that the manifest tells of, and nothing believed.
    pub fn doubted(&self) -> Self {
        let objects = self.objects.keys().map(|key| (key.clone(), String::new())).collect();
        Self { objects, ..self.clone() }
    }

    /// The manifest, packed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = serde_json::to_vec(self).expect("maps of strings to plain records are JSON");
        let mut packer = flate2::GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::new(3));
        packer.write_all(&text).expect("a vector takes every byte");
        packer.finish().expect("a vector takes every byte")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_nothing_else_is() {
        let mut manifest = Manifest::new();
        manifest.objects.insert("items/é x/index.html".into(), "0123.ab".into());
        manifest.gone.insert("b".into(), Gone { since: DateTime::UNIX_EPOCH, print: String::new() });
        manifest.claim = Some(Claim { writer: "a".into(), beat: 3 });
        assert_eq!(Manifest::parse(&manifest.to_bytes()), Ok(manifest.clone()));
        manifest.version = 2;
        assert!(Manifest::parse(&manifest.to_bytes()).is_err_and(|why| why.contains("version is 2")));
        assert!(Manifest::parse(b"<Error/>").is_err());
        let bytes = manifest.to_bytes();
        assert!(Manifest::parse(&bytes[..bytes.len() / 2]).is_err());
    }
}
