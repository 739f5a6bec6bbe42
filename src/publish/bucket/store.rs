//! Opening a store: which one an address means, whose credentials are used, and how its requests travel.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt, Full};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::client::{
    ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};

use super::Settings;
use super::error::BucketError;
use crate::http::{Client, ClientErrorKind, retry_after};

/// A store and what it can do.
pub(super) struct Store {
    pub objects: Arc<dyn ObjectStore>,
    /// Whether it keeps media types and the like, and writes on conditions; a local folder does neither.
    pub is_remote: bool,
    /// Requests sent so far, repetitions included.
    pub requests: Arc<AtomicU64>,
}

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a request is repeated in all.
const REPEATING: Duration = Duration::from_secs(60);
/// A server that wants to be left alone for longer is asked again at the next publication.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Opens the store of the settings. `env` is the environment, which names credentials and nothing else.
pub(super) fn open(settings: &Settings, env: &dyn Fn(&str) -> Option<OsString>) -> Result<Store, BucketError> {
    let bad = |why: String| BucketError::Address { url: settings.url.clone(), why };
    let requests = Arc::new(AtomicU64::new(0));
    let connector = Connector { requests: Arc::clone(&requests) };
    let retry = RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(10),
            base: 2.0,
        },
        max_retries: 8,
        retry_timeout: REPEATING,
    };
    let url = &settings.url;
    let (scheme, rest) = url.split_once(':').ok_or_else(|| bad("it has no scheme".into()))?;
    let built: object_store::Result<Arc<dyn ObjectStore>> = match scheme {
        "memory" => {
            return Ok(Store { objects: Arc::new(object_store::memory::InMemory::new()), is_remote: true, requests });
        }
        "file" => {
            let folder = PathBuf::from(rest.trim_start_matches("//"));
            std::fs::create_dir_all(&folder).map_err(|error| bad(error.to_string()))?;
            let store = object_store::local::LocalFileSystem::new_with_prefix(folder);
            let store = store.map_err(|error| bad(error.to_string()))?.with_automatic_cleanup(true);
            return Ok(Store { objects: Arc::new(store), is_remote: false, requests });
        }
        "s3" | "s3a" => {
            let mut builder =
                AmazonS3Builder::from_env().with_url(url).with_retry(retry).with_http_connector(connector);
            if let Some(endpoint) = &settings.endpoint {
                let insecure = endpoint.starts_with("http://");
                builder = builder.with_endpoint(endpoint).with_allow_http(insecure);
            }
            let profile = Profile::read(env);
            if env("AWS_ACCESS_KEY_ID").is_none()
                && let (Some(id), Some(secret)) =
                    (profile.get("aws_access_key_id"), profile.get("aws_secret_access_key"))
            {
                builder = builder.with_access_key_id(id).with_secret_access_key(secret);
                if let Some(token) = profile.get("aws_session_token") {
                    builder = builder.with_token(token);
                }
            }
            let region = settings.region.as_deref();
            let named = env("AWS_REGION").or_else(|| env("AWS_DEFAULT_REGION")).is_some();
            if let Some(region) = region.or(profile.get("region").filter(|_| !named)) {
                builder = builder.with_region(region);
            }
            builder.build().map(|store| Arc::new(store) as _)
        }
        "gs" => {
            let builder = GoogleCloudStorageBuilder::from_env().with_url(url);
            builder.with_retry(retry).with_http_connector(connector).build().map(|store| Arc::new(store) as _)
        }
        "az" | "azure" | "abfs" | "abfss" => {
            let mut builder =
                MicrosoftAzureBuilder::from_env().with_url(url).with_retry(retry).with_http_connector(connector);
            if let Some(endpoint) = &settings.endpoint {
                builder = builder.with_endpoint(endpoint.clone()).with_allow_http(endpoint.starts_with("http://"));
            }
            builder.build().map(|store| Arc::new(store) as _)
        }
        other => return Err(bad(format!("`{other}` is none of s3, gs, az, file"))),
    };
    Ok(Store { objects: built.map_err(|error| bad(error.to_string()))?, is_remote: true, requests })
}

/// A profile of the files that AWS's own tools use, `~/.aws/credentials` and `~/.aws/config`.
#[derive(Debug, Default)]
struct Profile(BTreeMap<String, String>);

impl Profile {
    fn read(env: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let name = env("AWS_PROFILE").and_then(|name| name.into_string().ok()).unwrap_or_else(|| "default".into());
        let home = env("HOME").map(PathBuf::from).unwrap_or_default().join(".aws");
        let at = |variable: &str, file: &str| env(variable).map_or_else(|| home.join(file), PathBuf::from);
        let mut profile = Self::default();
        for path in [at("AWS_CONFIG_FILE", "config"), at("AWS_SHARED_CREDENTIALS_FILE", "credentials")] {
            profile.take(&std::fs::read_to_string(path).unwrap_or_default(), &name);
        }
        profile
    }

    /// Takes the keys of a section `[name]` or `[profile name]`.
    fn take(&mut self, text: &str, name: &str) {
        let mut here = false;
        for line in text.lines().map(str::trim) {
            if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                here = section.trim().trim_start_matches("profile ").trim() == name;
            } else if let (true, Some((key, value))) = (here && !line.starts_with(['#', ';']), line.split_once('=')) {
                self.0.insert(key.trim().to_lowercase(), value.trim().to_string());
            }
        }
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// The house's own client in the place of the one that the store would bring along.
#[derive(Debug)]
struct Connector {
    requests: Arc<AtomicU64>,
}

#[derive(Debug)]
struct Service {
    client: Client,
    requests: Arc<AtomicU64>,
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service { client: Client::new(PATIENCE), requests: Arc::clone(&self.requests) }))
    }
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        self.requests.fetch_add(1, Relaxed);
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let answer = self.client.send(http::Request::from_parts(head, body)).await.map_err(|error| {
            let kind = match error.kind {
                ClientErrorKind::Connect => HttpErrorKind::Connect,
                ClientErrorKind::Timeout => HttpErrorKind::Timeout,
                ClientErrorKind::Broken => HttpErrorKind::Interrupted,
            };
            HttpError::new(kind, error)
        })?;
        // The store's own pauses know nothing of what the server asks for.
        if matches!(answer.status().as_u16(), 429 | 503)
            && let Some(pause) = retry_after(&answer)
        {
            tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
        }
        Ok(answer.map(|bytes| HttpResponseBody::new(Full::new(bytes).map_err(|never| match never {}))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_out_of_the_usual_files() {
        let text = "[other]\naws_access_key_id = no\n[ press ]\n# aws_access_key_id = old\nAWS_ACCESS_KEY_ID=id\n\
                    aws_secret_access_key = a=b/c\n\n[profile press]\nregion = eu-central-1\n";
        let mut profile = Profile::default();
        profile.take(text, "press");
        assert_eq!(profile.get("aws_access_key_id"), Some("id"));
        assert_eq!(profile.get("aws_secret_access_key"), Some("a=b/c"));
        assert_eq!(profile.get("region"), Some("eu-central-1"));
        assert_eq!(profile.get("aws_session_token"), None);
    }
}
