//! Why a bucket could not be published to, in words that tell what to do.

use std::fmt;

use object_store::Error as StoreError;

/// Why a bucket could not be published to. Every object there is still whole; the next run goes on from here.
#[derive(Debug)]
pub enum BucketError {
    /// The address of the bucket can't be used.
    Address {
        /// The address.
        url: String,
        /// Why not.
        why: String,
    },
    /// The store refused, or could not be reached.
    Store {
        /// What was tried: `write`, `read` …
        verb: &'static str,
        /// The key; empty for the bucket itself.
        key: String,
        /// What to do about it, where that is known.
        advice: Option<&'static str>,
        /// What the store says.
        error: String,
    },
    /// Another feedroom writes to the same place.
    Conflict,
    /// Objects stand there that feedroom did not put there.
    Foreign {
        /// Their keys.
        keys: Vec<String>,
    },
    /// The manifest can't be read, so it is not known what may be replaced.
    Manifest {
        /// Why not.
        why: String,
    },
    /// An address of the site can't be a key.
    Key {
        /// The address.
        address: String,
    },
    /// The connection to the world could not be set up.
    System(std::io::Error),
}

impl BucketError {
    pub(super) fn store(verb: &'static str, key: &str, error: &StoreError) -> Self {
        let error = whole(error);
        BucketError::Store { verb, key: key.to_string(), advice: advice(&error, key), error }
    }
}

/// What the store said, with its causes, without line breaks.
fn whole(error: &StoreError) -> String {
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !told.contains(&more) {
            told = format!("{told}: {more}");
        }
        cause = error.source();
    }
    told.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What usually helps, by the words that stores use; what stands in addresses and keys is none of them.
fn advice(error: &str, key: &str) -> Option<&'static str> {
    const KNOWN: [(&[&str], &str); 7] = [
        (
            &["RequestTimeTooSkewed", "RequestExpired", "difference between the request time"],
            "the clock of this machine is wrong: set it (timedatectl shows it)",
        ),
        (
            &["QuotaExceeded", "InsufficientStorage", "Insufficient Storage", "EntityTooLarge", "quota"],
            "the bucket takes no more: make room or raise its quota",
        ),
        (
            &["NoSuchBucket", "ContainerNotFound", "bucket does not exist"],
            "there is no such bucket: create it, or correct `url`",
        ),
        (
            &["SignatureDoesNotMatch", "InvalidAccessKeyId", "InvalidToken", "ExpiredToken", "AuthenticationFailed"],
            "the credentials are not accepted: look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the credentials file",
        ),
        (
            &["AccessDenied", "Forbidden", "Unauthorized"],
            "the credentials may not do this: they need to read, write, list and delete below the prefix",
        ),
        (
            &["169.254.169.254", "Missing credentials", "metadata"],
            "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
        ),
        (
            &["no answer within", "Connect", "connect", "dns error"],
            "the store can't be reached: look at `endpoint` and the network",
        ),
    ];
    let said = if key.is_empty() { error.to_string() } else { error.replace(key, "") };
    let said = said.split(' ').filter(|word| !word.contains("://")).collect::<Vec<_>>().join(" ");
    KNOWN.iter().find(|(words, _)| words.iter().any(|word| said.contains(word))).map(|(_, advice)| *advice)
}

impl fmt::Display for BucketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BucketError::Address { url, why } => write!(f, "can't use the bucket {url}: {why}"),
            BucketError::Store { verb, key, advice, error } => {
                let place = if key.is_empty() { "the bucket" } else { key };
                match advice {
                    Some(advice) => write!(f, "cannot {verb} {place}: {advice} ({error})"),
                    None => write!(f, "cannot {verb} {place}: {error}"),
                }
            }
            BucketError::Conflict => f.write_str(
                "another feedroom publishes to the same place; let one of them do it, or give each a `prefix`",
            ),
            BucketError::Foreign { keys } => {
                let shown: Vec<&str> = keys.iter().take(5).map(String::as_str).collect();
                write!(f, "the bucket holds objects that feedroom did not put there: {}", shown.join(", "))?;
                if keys.len() > shown.len() {
                    write!(f, " and {} more", keys.len() - shown.len())?;
                }
                f.write_str("; nothing was changed; set a `prefix`, or replace them with `feedroom publish --anew`")
            }
            BucketError::Manifest { why } => write!(
                f,
                "cannot read the bucket's manifest: {why}; `feedroom publish --anew` uploads everything and writes a new one"
            ),
            BucketError::Key { address } => write!(f, "the address {address} can't be a key"),
            BucketError::System(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BucketError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_keys_give_no_advice() {
        let missing = "<Error><Code>NoSuchBucket</Code></Error>";
        let told = |address: &str, key: &str| {
            let error = format!("Error performing GET {address}/{key} in 1ms - status code: 404 Not Found: {missing}");
            advice(&error, key).unwrap_or_default()
        };
        for (address, key) in [
            ("http://127.0.0.1:45075/news", "rss.xml"),
            ("http://127.0.0.1:9000/quota", "items/fishing-quota/index.html"),
        ] {
            assert!(told(address, key).starts_with("there is no such bucket"), "{address} {key}");
        }
        let full = "Object at location items/quota/ not found: status code: 507 Insufficient Storage";
        assert!(advice(full, "items/quota/").is_some_and(|advice| advice.starts_with("the bucket takes no more")));
        assert_eq!(advice("Object at location items/quota/ broke", "items/quota/"), None);
    }
}
