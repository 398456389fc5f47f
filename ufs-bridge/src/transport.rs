//! HTTP of all services: one client for all stores, a count of requests per task, and patience with
//! stores that ask for it.

use std::cell::Cell;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use http::{Request, Response, StatusCode, Uri};
use opendal::raw::oio::ReadStream;
use opendal::{Buffer, HttpBody, HttpTransport};
use opendal_http_transport_reqwest::ReqwestTransport;

use crate::error::{Code, Failure, Outcome};

const CONNECT_TIMEOUT_MS: u64 = 10_000;
const IDLE_CONNECTIONS_PER_HOST: usize = 64;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A signature is good for a quarter of an hour.
const LONGEST_PATIENCE_MS: u64 = 300_000;
/// Of an answer that is thrown away; a longer one costs its connection.
const MAX_DRAINED: usize = 64 << 10;

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
    patience: Duration,
}

impl CountingTransport {
    /// Sends paths as signature version 4 encodes them. OpenDAL leaves `'`, `*` and their like as
    /// they are, and a server that signs what it was sent comes to another signature.
    pub fn with_signed_path(mut self) -> Self {
        self.signed_path = true;
        self
    }

    /// A request that the store was too busy to take up was not carried out, so whatever it asks
    /// for, it is sent again, with growing pauses.
    async fn patiently(&self, request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        let began = tokio::time::Instant::now();
        let mut longest = FIRST_PAUSE;
        loop {
            let response = self.inner.fetch(request.clone()).await?;
            let pause = asked_pause(&response).unwrap_or_else(|| jittered(longest));
            if !is_throttled(response.status()) || began.elapsed() + pause >= self.patience {
                return Ok(response);
            }
            drain(response.into_body()).await;
            tokio::time::sleep(pause).await;
            longest = LONGEST_PAUSE.min(longest * 2);
        }
    }
}

fn is_throttled(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
}

fn asked_pause(response: &Response<HttpBody>) -> Option<Duration> {
    let seconds = response.headers().get(http::header::RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?))
}

/// Half of it or more, so that callers that were refused together do not come back together.
fn jittered(longest: Duration) -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    longest / 2 + longest * (now.subsec_nanos() / 1000 % 1000) / 2000
}

/// Reads what is left, which keeps the connection.
async fn drain(mut body: HttpBody) {
    let mut read = 0;
    while let Ok(some) = body.read().await {
        read += some.len();
        if some.is_empty() || read > MAX_DRAINED {
            return;
        }
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
        self.patiently(request).await
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
    Ok(CountingTransport {
        inner: ReqwestTransport::new(client),
        signed_path: false,
        patience: Duration::ZERO,
    })
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
    let patience = number(options, "http.patience_ms")?.unwrap_or(0).min(LONGEST_PATIENCE_MS);
    let mut transport = client(options)?;
    transport.patience = Duration::from_millis(patience);
    Ok(transport)
}

fn number(options: &mut HashMap<String, String>, name: &str) -> Outcome<Option<u64>> {
    let text = options.remove(name);
    text.map(|text| text.parse())
        .transpose()
        .map_err(|_| Failure::new(Code::InvalidArgument, format!("{name} is not a number")))
}

fn client(options: &mut HashMap<String, String>) -> Outcome<CountingTransport> {
    let proxy = options.remove("http.proxy");
    let timeout = number(options, "http.connect_timeout_ms")?;
    if proxy.is_none() && timeout.is_none() {
        if let Some(shared) = SHARED.get() {
            return Ok(shared.clone());
        }
        let made = build(None, CONNECT_TIMEOUT_MS)?;
        return Ok(SHARED.get_or_init(|| made).clone());
    }
    build(proxy.as_deref(), timeout.unwrap_or(CONNECT_TIMEOUT_MS))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::runtime::run;

    #[test]
    fn paths_are_sent_as_they_are_signed() {
        let uri: Uri = "http://h:1/b/it's%20(a)*!?list=x'".parse().unwrap();
        let sent = signed_path(&uri).unwrap();
        assert_eq!(sent.to_string(), "http://h:1/b/it%27s%20%28a%29%2A%21?list=x'");
        assert!(signed_path(&"http://h/b/plain".parse().unwrap()).is_none());
    }

    /// Answers `refusals` requests with 503, the next with 200; the bodies that came.
    fn busy_server(refusals: usize) -> (u16, std::thread::JoinHandle<Vec<String>>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = std::thread::spawn(move || {
            let mut bodies = Vec::new();
            let (mut stream, _) = listener.accept().unwrap();
            while bodies.len() <= refusals {
                let mut text = Vec::new();
                let mut some = [0; 4096];
                while !text.ends_with(b"data") {
                    let n = stream.read(&mut some).unwrap();
                    if n == 0 {
                        return bodies;
                    }
                    text.extend_from_slice(&some[..n]);
                }
                let status = if bodies.len() < refusals { "503 Slow Down" } else { "200 OK" };
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 4\r\n\r\nslow");
                bodies.push(String::from_utf8(text[text.len() - 4..].to_vec()).unwrap());
                stream.write_all(answer.as_bytes()).unwrap();
            }
            bodies
        });
        (port, served)
    }

    fn put(port: u16, patience_ms: u64) -> StatusCode {
        let mut options =
            HashMap::from([("http.patience_ms".to_string(), patience_ms.to_string())]);
        // A client of its own, whose connections end with it.
        options.insert("http.connect_timeout_ms".to_string(), "1000".to_string());
        let transport = transport(&mut options).unwrap();
        assert!(options.is_empty());
        let request = Request::put(format!("http://127.0.0.1:{port}/b/k"))
            .body(Buffer::from("data"))
            .unwrap();
        run(20_000, async { Ok(transport.fetch(request).await?.status()) }).unwrap()
    }

    #[test]
    fn what_a_busy_store_refused_is_sent_again_on_the_same_connection() {
        let (port, served) = busy_server(2);
        assert_eq!(put(port, 15_000), StatusCode::OK);
        assert_eq!(served.join().unwrap(), ["data", "data", "data"]);
    }

    #[test]
    fn patience_ends_with_the_answer_of_the_store() {
        let (port, served) = busy_server(1000);
        assert_eq!(put(port, 450), StatusCode::SERVICE_UNAVAILABLE);
        let tries = served.join().unwrap().len();
        assert!((2..=4).contains(&tries), "{tries}");
        let (port, served) = busy_server(1000);
        assert_eq!(put(port, 0), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(served.join().unwrap().len(), 1, "none at all");
    }
}
