//! OpenStack Swift by its own interface. OpenDAL's service takes a token and never renews it, drops
//! the slash of a folder's marker when it copies, lists no ETags and keeps the segments of uploads
//! beside the objects.

mod auth;
mod segments;
mod writer;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::entry::{Entry, WriteOptions};
use crate::error::{Code, Failure, Outcome};
use crate::transport::plain_client;
use crate::web;
use auth::{Access, Auth};
use segments::SegmentContainer;
pub use writer::SwiftWriter;

/// Swift's own limit of one object that is not made of segments.
const MAX_OBJECT: i64 = 5 << 30;
const SEGMENT_SIZE: i64 = 1 << 30;
/// The copy of so little asks first for nothing.
const SHORT: i64 = 8 << 20;
/// Requests at a time where many are sent for one call.
const SIDE_BY_SIDE: usize = 16;
/// Empty objects that are remembered as such.
const KNOWN_EMPTY: usize = 20_000;
/// So few are deleted one by one.
const FEW: usize = 3;
const MOST_IN_BULK: usize = 1000;

pub struct Swift {
    client: Client,
    auth: Auth,
    container: String,
    /// "" or "folder/".
    root: String,
    /// Paths with their times, as they were listed. No call is made while it is held.
    known_empty: Mutex<HashMap<String, i64>>,
    /// The server has no bulk deletes.
    single_deletes: AtomicBool,
    /// Where the segments of large objects are.
    segments: SegmentContainer,
    /// Of the first of them; the later ones of a very large object are longer.
    segment_size: i64,
}

/// ETags come with and without quotes; one form for all, so that a listing and an answer agree.
fn quoted(etag: &str) -> String {
    match etag.trim_matches('"') {
        "" => String::new(),
        bare => format!("\"{bare}\""),
    }
}

/// "1764284668.12345" in milliseconds.
fn timestamp_ms(text: &str) -> i64 {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = format!("{fraction:0<3}").chars().take(3).collect();
    match (seconds.parse::<i64>(), digits.parse::<i64>()) {
        (Ok(seconds), Ok(millis)) => seconds * 1000 + millis,
        _ => -1,
    }
}

fn code_of(status: StatusCode) -> Code {
    match status.as_u16() {
        400 => Code::InvalidArgument,
        401 | 403 => Code::PermissionDenied,
        404 => Code::NotFound,
        412 => Code::Aborted,
        413 | 507 => Code::ResourceExhausted,
        416 => Code::OutOfRange,
        422 => Code::DataLoss,
        408 | 409 | 429 | 498 | 499 | 500 | 502 | 503 | 504 => Code::Unavailable,
        _ => Code::Unknown,
    }
}

async fn refusal(mut response: Response) -> Failure {
    let status = response.status();
    let reason = web::without_markup(&web::reason(&mut response).await);
    Failure::new(code_of(status), format!("HTTP {}: {reason}", status.as_u16()))
}

async fn checked(response: Response) -> Outcome<Response> {
    if response.status().is_success() { Ok(response) } else { Err(refusal(response).await) }
}

impl Swift {
    pub fn open(mut options: HashMap<String, String>) -> Outcome<Self> {
        let client = plain_client()?;
        let auth = Auth::of(client.clone(), &mut options)?;
        let root = options.remove("root").unwrap_or_default();
        let root = root.trim_matches('/');
        let container = options.remove("container").unwrap_or_default();
        let segment_size = match options.remove("segment_size").map(|text| text.parse()) {
            None => SEGMENT_SIZE,
            Some(Ok(size)) if (1..=MAX_OBJECT).contains(&size) => size,
            Some(_) => {
                let text = "segment_size: no size between 1 byte and 5 GiB";
                return Err(Failure::new(Code::InvalidArgument, text));
            }
        };
        Ok(Self {
            client,
            auth,
            segments: SegmentContainer::beside(&container),
            segment_size,
            container,
            root: if root.is_empty() { String::new() } else { format!("{root}/") },
            known_empty: Mutex::new(HashMap::new()),
            single_deletes: AtomicBool::new(false),
        })
    }

    /// "/container/root/path", escaped.
    fn target(&self, path: &str) -> String {
        let object = format!("{}{path}", self.root);
        let container = web::query_text(&self.container);
        if object.is_empty() {
            return format!("/{container}");
        }
        format!("/{container}/{}", web::path_text(&object))
    }

    fn request(&self, access: &Access, method: &Method, target: &str) -> RequestBuilder {
        let url = format!("{}{target}", access.storage_url);
        self.client.request(method.clone(), url).header("X-Auth-Token", &access.token)
    }

    /// Sends what `more` makes of a request; once more with a new token when that one is refused.
    async fn send(
        &self,
        method: Method,
        target: &str,
        more: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Outcome<Response> {
        let access = self.auth.access().await?;
        let response = more(self.request(&access, &method, target)).send().await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        self.auth.renew(&access).await;
        let access = self.auth.access().await?;
        Ok(more(self.request(&access, &method, target)).send().await?)
    }

    fn is_known_empty(&self, entry: &Entry) -> bool {
        let known = self.known_empty.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.get(&entry.path) == Some(&entry.modified_ms)
    }

    fn know_empty(&self, entry: &Entry) {
        let mut known = self.known_empty.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if known.len() >= KNOWN_EMPTY {
            known.clear();
        }
        known.insert(entry.path.clone(), entry.modified_ms);
    }

    fn no_container(&self) -> Failure {
        let text = format!("no container \"{}\" in this account", self.container);
        Failure::new(Code::InvalidArgument, text)
    }

    async fn head(&self, path: &str) -> Outcome<Response> {
        let response = self.send(Method::HEAD, &self.target(path), |request| request).await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let text =
            format!("HTTP {}: {}", status.as_u16(), status.canonical_reason().unwrap_or("?"));
        Err(Failure::new(code_of(status), text))
    }

    pub async fn stat(&self, path: &str) -> Outcome<Entry> {
        let response = self.head(path).await?;
        let Ok(length) = web::header(&response, "content-length").parse::<i64>() else {
            return Err(Failure::new(Code::DataLoss, "the answer has no length"));
        };
        Ok(Entry {
            path: path.to_string(),
            is_directory: path.ends_with('/'),
            length,
            modified_ms: timestamp_ms(web::header(&response, "x-timestamp")),
            etag: quoted(web::header(&response, "etag")),
            ..Default::default()
        })
    }

    pub fn writer(self: &Arc<Self>, path: &str, options: WriteOptions) -> SwiftWriter {
        SwiftWriter::new(self.clone(), path, options)
    }

    fn put(request: RequestBuilder) -> RequestBuilder {
        request.header("Content-Type", "application/octet-stream")
    }

    /// A large object is copied with its segments, so that each has its own: those of the source
    /// go with it. One whose segments are elsewhere is copied by its manifest: they then serve both.
    /// What is short becomes one object, whatever it was.
    pub async fn copy(self: &Arc<Self>, from: &str, to: &str, length: i64) -> Outcome<()> {
        let replaced = self.replaced_by(to).await?;
        let source = self.target(from);
        if (0..=SHORT).contains(&length) {
            self.copy_object(&source, &self.target(to)).await?;
        } else if let Some(manifest) = self.manifest_of(from).await? {
            self.copy_segments(&manifest, to).await?;
        } else {
            // The copy of any other object is the same with it.
            self.copy_object(&source, &self.manifest_target(to)).await?;
        }
        // They are nobody's now; a caller would take an error for one of the copy.
        let _ = self.delete_targets(&replaced).await;
        Ok(())
    }

    async fn copy_object(&self, source: &str, target: &str) -> Outcome<()> {
        let response = self
            .send(Method::PUT, target, |request| {
                request.header("X-Copy-From", source).header("Content-Length", "0")
            })
            .await?;
        checked(response).await.map(|_| ())
    }

    /// Large objects go before their segments: what is there can always be read.
    pub async fn delete(self: &Arc<Self>, paths: &[&str]) -> Outcome<()> {
        let segments = self.segments_of_all(paths).await?;
        let targets: Vec<String> = paths.iter().map(|path| self.target(path)).collect();
        self.delete_targets(&targets).await?;
        self.delete_targets(&segments).await
    }

    async fn delete_targets(self: &Arc<Self>, targets: &[String]) -> Outcome<()> {
        for many in targets.chunks(MOST_IN_BULK) {
            self.delete_some(many).await?;
        }
        Ok(())
    }

    async fn delete_some(self: &Arc<Self>, targets: &[String]) -> Outcome<()> {
        if targets.len() > FEW
            && !self.single_deletes.load(Ordering::Relaxed)
            && self.delete_in_bulk(targets).await?
        {
            return Ok(());
        }
        let mut under_way = JoinSet::new();
        for target in targets {
            if under_way.len() >= SIDE_BY_SIDE {
                joined(under_way.join_next().await)?;
            }
            let (swift, target) = (self.clone(), target.clone());
            under_way.spawn(async move {
                let response = swift.send(Method::DELETE, &target, |request| request).await?;
                if response.status() == StatusCode::NOT_FOUND {
                    return Ok(());
                }
                checked(response).await.map(|_| ())
            });
        }
        while let Some(done) = under_way.join_next().await {
            joined(Some(done))?;
        }
        Ok(())
    }

    /// False when the server cannot; it takes the request for a change of the account then, which
    /// changes nothing.
    async fn delete_in_bulk(&self, targets: &[String]) -> Outcome<bool> {
        let lines = Bytes::from(targets.join("\n"));
        let response = self
            .send(Method::POST, "?bulk-delete", |request| {
                let request = request.header("Content-Type", "text/plain");
                request.header("Accept", "application/json").body(lines.clone())
            })
            .await?;
        let without = [
            StatusCode::NO_CONTENT,
            StatusCode::BAD_REQUEST,
            StatusCode::METHOD_NOT_ALLOWED,
            StatusCode::NOT_IMPLEMENTED,
        ];
        if without.contains(&response.status()) {
            self.single_deletes.store(true, Ordering::Relaxed);
            return Ok(false);
        }
        let answer = web::json(&mut checked(response).await?).await?;
        let failed = answer["Errors"].as_array().and_then(|errors| errors.first());
        let status = match failed {
            Some(error) => error[1].as_str(),
            None => answer["Response Status"].as_str(),
        };
        let status = status.unwrap_or("without a status");
        if failed.is_none() && status.starts_with('2') {
            return Ok(true);
        }
        let number = status.split(' ').next().and_then(|text| text.parse::<u16>().ok());
        let code = number
            .and_then(|number| StatusCode::from_u16(number).ok())
            .map_or(Code::Unknown, code_of);
        // What is not there is counted, not reported.
        Err(Failure::new(code, format!("HTTP {status}, of one object at least")))
    }
}

fn joined<T>(done: Option<Result<Outcome<T>, tokio::task::JoinError>>) -> Outcome<T> {
    match done {
        Some(Ok(outcome)) => outcome,
        Some(Err(error)) => Err(Failure::new(Code::Internal, format!("a task: {error}"))),
        None => Err(Failure::new(Code::Internal, "no task")),
    }
}

/// Objects and prefixes in the order of their names, which is the server's.
pub struct SwiftLister {
    swift: Arc<Swift>,
    folder: String,
    recursive: bool,
    /// The last name of the page before, relative to the root.
    marker: String,
    page_size: usize,
    ready: std::collections::VecDeque<Entry>,
    ended: bool,
}

impl SwiftLister {
    pub fn new(
        swift: Arc<Swift>,
        folder: &str,
        recursive: bool,
        start_after: &str,
        page_size: usize,
    ) -> Self {
        Self {
            swift,
            folder: folder.to_string(),
            recursive,
            marker: start_after.to_string(),
            page_size: page_size.clamp(1, 1000),
            ready: Default::default(),
            ended: false,
        }
    }

    pub async fn next(&mut self, limit: usize) -> Outcome<(Vec<Entry>, bool)> {
        while self.ready.is_empty() && !self.ended {
            self.fetch().await?;
        }
        let count = limit.min(self.ready.len());
        let entries = self.ready.drain(..count).collect();
        Ok((entries, self.ended && self.ready.is_empty()))
    }

    async fn fetch(&mut self) -> Outcome<()> {
        let root = &self.swift.root;
        let mut target = format!(
            "/{}?format=json&limit={}&prefix={}",
            web::query_text(&self.swift.container),
            self.page_size,
            web::query_text(&format!("{root}{}", self.folder))
        );
        if !self.recursive {
            target.push_str("&delimiter=%2F");
        }
        if !self.marker.is_empty() {
            let marker = web::query_text(&format!("{root}{}", self.marker));
            target.push_str(&format!("&marker={marker}"));
        }
        let response = self.swift.send(Method::GET, &target, |request| request).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Err(self.swift.no_container());
        }
        let mut response = checked(response).await?;
        let Value::Array(listed) = web::json(&mut response).await? else {
            return Err(Failure::new(Code::DataLoss, "the answer is no listing"));
        };
        // A server that has more fills the page.
        self.ended = listed.len() < self.page_size;
        let mut page = Vec::with_capacity(listed.len());
        for one in &listed {
            let entry = self.entry(one)?;
            // A prefix that the start lies in is listed again.
            if entry.path > self.marker {
                page.push(entry);
            }
        }
        if let Some(last) = page.last() {
            self.marker = last.path.clone();
        } else {
            self.ended = true;
        }
        self.ready.extend(self.with_lengths(page).await?);
        Ok(())
    }

    fn entry(&self, one: &Value) -> Outcome<Entry> {
        let wrong = || Failure::new(Code::DataLoss, "a listing with an entry of another kind");
        let relative = |name: &str| name.strip_prefix(self.swift.root.as_str()).map(str::to_string);
        if let Some(prefix) = one["subdir"].as_str() {
            let path = relative(prefix).ok_or_else(wrong)?;
            return Ok(Entry { path, is_directory: true, ..Default::default() });
        }
        let path = one["name"].as_str().and_then(relative).ok_or_else(wrong)?;
        let etag = one["slo_etag"].as_str().or(one["hash"].as_str()).unwrap_or_default();
        Ok(Entry {
            is_directory: path.ends_with('/'),
            path,
            length: one["bytes"].as_i64().ok_or_else(wrong)?,
            modified_ms: one["last_modified"].as_str().and_then(web::utc_ms).unwrap_or(-1),
            etag: quoted(etag),
            ..Default::default()
        })
    }

    /// A dynamic large object is listed with no bytes and the ETag of nothing, so empty objects are
    /// asked for themselves, once for each time of theirs. One that is gone by now is left out.
    async fn with_lengths(&self, mut page: Vec<Entry>) -> Outcome<Vec<Entry>> {
        let unsure = |entry: &Entry| {
            entry.length == 0 && !entry.is_directory && !self.swift.is_known_empty(entry)
        };
        let mut under_way = JoinSet::new();
        let mut gone = Vec::new();
        let mut next = 0;
        loop {
            while next < page.len() && under_way.len() < SIDE_BY_SIDE {
                if unsure(&page[next]) {
                    let (swift, path) = (self.swift.clone(), page[next].path.clone());
                    under_way.spawn(async move { Ok((next, swift.stat(&path).await)) });
                }
                next += 1;
            }
            if under_way.is_empty() {
                break;
            }
            match joined(under_way.join_next().await)? {
                (index, Ok(entry)) => {
                    if entry.length == 0 {
                        self.swift.know_empty(&page[index]);
                    }
                    page[index] = entry;
                }
                (index, Err(failure)) if failure.code == Code::NotFound => gone.push(index),
                (_, Err(failure)) => return Err(failure),
            }
        }
        gone.sort_unstable();
        for index in gone.into_iter().rev() {
            page.remove(index);
        }
        Ok(page)
    }
}

/// An object bound to one version, by If-Match.
pub struct SwiftReader {
    swift: Arc<Swift>,
    target: String,
    length: i64,
    version: OnceLock<String>,
}

impl SwiftReader {
    pub fn new(swift: Arc<Swift>, path: &str, etag: &str, length: i64) -> Self {
        let version = OnceLock::new();
        if !etag.is_empty() {
            let _ = version.set(quoted(etag));
        }
        Self { target: swift.target(path), swift, length, version }
    }

    pub fn length(&self) -> i64 {
        self.length
    }

    pub async fn read_at(&self, offset: u64, into: &mut [u8]) -> Outcome<()> {
        if into.is_empty() {
            return Ok(());
        }
        let changed = || Failure::new(Code::Aborted, "the object changed since it was opened");
        let range = format!("bytes={offset}-{}", offset + into.len() as u64 - 1);
        let response = self
            .swift
            .send(Method::GET, &self.target, |request| {
                let request = request.header("Range", &range);
                match self.version.get() {
                    Some(etag) => request.header("If-Match", etag),
                    None => request,
                }
            })
            .await?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT => {}
            // The range was inside the object that was opened.
            StatusCode::PRECONDITION_FAILED | StatusCode::RANGE_NOT_SATISFIABLE => {
                return Err(changed());
            }
            // The whole object is what was asked for.
            StatusCode::OK if offset == 0 => {}
            _ => return Err(refusal(response).await),
        }
        let etag = quoted(web::header(&response, "etag"));
        if !etag.is_empty() && *self.version.get_or_init(|| etag.clone()) != etag {
            return Err(changed());
        }
        let mut response = response;
        web::fill(&mut response, into).await
    }
}

#[cfg(test)]
mod tests;
