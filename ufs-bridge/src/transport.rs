//! HTTP of all services: one client for all stores, and a count of requests per task.

use std::cell::Cell;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{Request, Response, Uri};
use opendal::{Buffer, HttpBody, HttpTransport};
use opendal_http_transport_reqwest::ReqwestTransport;

use crate::error::{Code, Failure, Outcome};

const CONNECT_TIMEOUT_MS: u64 = 10_000;
const IDLE_CONNECTIONS_PER_HOST: usize = 64;

tokio::task_local! {
    static REQUESTS: Cell<u64>;
}

/// Runs `work` and says how many requests it sent from its own task: a listing that sends one has
/// begun a new page.
pub async fn counting_requests<T>(work: impl Future<Output = T>) -> (T, u64) {
    REQUESTS
        .scope(Cell::new(0), async {
            let result = work.await;
            (result, REQUESTS.with(Cell::get))
        })
        .await
}

#[derive(Clone)]
pub struct CountingTransport {
    inner: ReqwestTransport,
    signed_path: bool,
}

impl CountingTransport {
    /// Sends paths as signature version 4 encodes them. OpenDAL leaves `'`, `*` and their like as
    /// they are, and a server that signs what it was sent comes to another signature.
    pub fn with_signed_path(mut self) -> Self {
        self.signed_path = true;
        self
    }
}

fn signed_path(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if !path.contains(['!', '\'', '(', ')', '*']) {
        return None;
    }
    let mut encoded = String::with_capacity(path.len() + 16);
    for c in path.chars() {
        match c {
            '!' | '\'' | '(' | ')' | '*' => encoded.push_str(&format!("%{:02X}", c as u32)),
            _ => encoded.push(c),
        }
    }
    if let Some(query) = uri.query() {
        encoded.push('?');
        encoded.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(encoded.parse().ok()?);
    Uri::from_parts(parts).ok()
}

impl HttpTransport for CountingTransport {
    async fn fetch(&self, mut request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        let _ = REQUESTS.try_with(|count| count.set(count.get() + 1));
        if self.signed_path
            && let Some(uri) = signed_path(request.uri())
        {
            *request.uri_mut() = uri;
        }
        self.inner.fetch(request).await
    }
}

/// The certificates that the host trusts. None at all is no error: plain HTTP needs none, and TLS
/// then fails with its own words.
fn tls() -> Outcome<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    let loaded = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(loaded.certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(Code::Internal, format!("TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn builder(proxy: Option<&str>, connect_timeout_ms: u64) -> Outcome<reqwest::ClientBuilder> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls()?)
        // Proxies come from the configuration of the mount only, as in the Java servers.
        .no_proxy()
        .connect_timeout(Duration::from_millis(connect_timeout_ms))
        .pool_max_idle_per_host(IDLE_CONNECTIONS_PER_HOST)
        .pool_idle_timeout(Duration::from_secs(60))
        .tcp_nodelay(true);
    if let Some(url) = proxy {
        let proxy = reqwest::Proxy::all(url)
            .map_err(|_| Failure::new(Code::InvalidArgument, "http.proxy is not a URL"))?;
        builder = builder.proxy(proxy);
    }
    Ok(builder)
}

fn finished(builder: reqwest::ClientBuilder) -> Outcome<reqwest::Client> {
    builder.build().map_err(|error| Failure::new(Code::Internal, format!("HTTP client: {error}")))
}

fn build(proxy: Option<&str>, connect_timeout_ms: u64) -> Outcome<CountingTransport> {
    let client = finished(builder(proxy, connect_timeout_ms)?)?;
    Ok(CountingTransport { inner: ReqwestTransport::new(client), signed_path: false })
}

static SHARED: OnceLock<CountingTransport> = OnceLock::new();
static SHARED_PLAIN: OnceLock<reqwest::Client> = OnceLock::new();

/// The client of the services that are written here. It follows no redirect: a token would go to
/// whoever a server names, and the body of an upload would be gone.
pub fn plain_client() -> Outcome<reqwest::Client> {
    if let Some(shared) = SHARED_PLAIN.get() {
        return Ok(shared.clone());
    }
    let plain = builder(None, CONNECT_TIMEOUT_MS)?.redirect(reqwest::redirect::Policy::none());
    let made = finished(plain)?;
    Ok(SHARED_PLAIN.get_or_init(|| made).clone())
}

/// Takes "http.*" out of `options`.
pub fn transport(options: &mut HashMap<String, String>) -> Outcome<CountingTransport> {
    let proxy = options.remove("http.proxy");
    let timeout = options.remove("http.connect_timeout_ms");
    if proxy.is_none() && timeout.is_none() {
        if let Some(shared) = SHARED.get() {
            return Ok(shared.clone());
        }
        let made = build(None, CONNECT_TIMEOUT_MS)?;
        return Ok(SHARED.get_or_init(|| made).clone());
    }
    let timeout = match timeout {
        None => CONNECT_TIMEOUT_MS,
        Some(text) => text.parse().map_err(|_| {
            Failure::new(Code::InvalidArgument, "http.connect_timeout_ms is not a number")
        })?,
    };
    build(proxy.as_deref(), timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_sent_as_they_are_signed() {
        let uri: Uri = "http://h:1/b/it's%20(a)*!?list=x'".parse().unwrap();
        let sent = signed_path(&uri).unwrap();
        assert_eq!(sent.to_string(), "http://h:1/b/it%27s%20%28a%29%2A%21?list=x'");
        assert!(signed_path(&"http://h/b/plain".parse().unwrap()).is_none());
    }
}
