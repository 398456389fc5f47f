//! Static large objects: a manifest that names segments, which are objects of "<container>_segments",
//! where Swift's own tools have them too. Each manifest has segments of its own, so that they can
//! go with it; those of manifests that others made of other things are left alone.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::*;

/// For so long a writer believes that there is no container of segments, which costs no more than
/// segments that nobody needs.
const ABSENCE: Duration = Duration::from_secs(2);
/// Segments copied at a time.
const COPIES: usize = 4;
/// After so many, segments grow by their first size again: servers take 1,000 of them.
const SEGMENTS_OF_ONE_SIZE: usize = 100;

#[derive(Clone, Copy)]
enum Presence {
    There,
    Absent(Instant),
}

pub struct SegmentContainer {
    name: String,
    /// As it was seen last. No call is made while it is held.
    seen: Mutex<Option<Presence>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// "/container/name", not escaped.
    pub path: String,
    pub etag: String,
    pub bytes: i64,
}

impl Segment {
    fn target(&self) -> String {
        web::path_text(&self.path)
    }
}

impl SegmentContainer {
    pub fn beside(container: &str) -> Self {
        Self { name: format!("{container}_segments"), seen: Mutex::new(None) }
    }

    fn see(&self, presence: Presence) {
        *self.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(presence);
    }

    fn is_there(&self) -> bool {
        let seen = *self.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        matches!(seen, Some(Presence::There))
    }

    fn was_absent(&self) -> bool {
        let seen = *self.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        matches!(seen, Some(Presence::Absent(since)) if since.elapsed() < ABSENCE)
    }
}

/// Names of segments are used once: nobody reads one version with the segments of another.
fn unique() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:011}.{:09}-{:016x}", since.as_secs(), since.subsec_nanos(), random())
}

fn random() -> u64 {
    // Its keys are random in each process, and counted.
    RandomState::new().build_hasher().finish()
}

impl Swift {
    /// Segments of `number` on have this many bytes.
    pub(super) fn segment_bytes(&self, number: usize) -> i64 {
        let times = 1 + (number / SEGMENTS_OF_ONE_SIZE) as i64;
        self.segment_size.saturating_mul(times).min(MAX_OBJECT)
    }

    /// "/container/root/path/slo/unique", below which the segments of one version of an object are.
    pub(super) fn new_segments(&self, path: &str) -> String {
        format!("/{}/{}{path}/slo/{}", self.segments.name, self.root, unique())
    }

    pub(super) fn manifest_target(&self, path: &str) -> String {
        format!("{}?multipart-manifest=get", self.target(path))
    }

    async fn has_segments(&self) -> Outcome<bool> {
        if self.segments.is_there() {
            return Ok(true);
        }
        let target = format!("/{}", web::query_text(&self.segments.name));
        let response = self.send(Method::HEAD, &target, |request| request).await?;
        match response.status() {
            status if status.is_success() => self.segments.see(Presence::There),
            // Who may not see it has none.
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => {
                self.segments.see(Presence::Absent(Instant::now()));
                return Ok(false);
            }
            status => {
                let text = format!("HTTP {} of the container of segments", status.as_u16());
                return Err(Failure::new(code_of(status), text));
            }
        }
        Ok(true)
    }

    pub(super) async fn make_segment_container(&self) -> Outcome<()> {
        if self.has_segments().await? {
            return Ok(());
        }
        let target = format!("/{}", web::query_text(&self.segments.name));
        let empty = |request: RequestBuilder| request.header("Content-Length", "0");
        let response = self.send(Method::PUT, &target, empty).await?;
        checked(response).await.map_err(|mut failure| {
            failure.message = format!("make {}: {}", self.segments.name, failure.message);
            failure
        })?;
        self.segments.see(Presence::There);
        Ok(())
    }

    /// The segments of a large object, when it has them for itself; None of any other object, and
    /// of what is not there.
    pub(super) async fn manifest_of(&self, path: &str) -> Outcome<Option<Vec<Segment>>> {
        match self.head(path).await {
            Ok(head) if web::header(&head, "x-static-large-object").eq_ignore_ascii_case("true") => {}
            Ok(_) => return Ok(None),
            Err(failure) if failure.code == Code::NotFound => return Ok(None),
            Err(failure) => return Err(failure),
        }
        let target = self.manifest_target(path);
        let response = self.send(Method::GET, &target, |request| request).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let mut response = checked(response).await?;
        // Replaced in between: the body is no manifest then.
        if !web::header(&response, "x-static-large-object").eq_ignore_ascii_case("true") {
            return Err(Failure::new(Code::Unavailable, "the object changes while it is looked at"));
        }
        let manifest = web::json(&mut response).await?;
        Ok(self.own_segments(&manifest))
    }

    fn own_segments(&self, manifest: &Value) -> Option<Vec<Segment>> {
        let beginning = format!("/{}/", self.segments.name);
        let mut segments = Vec::new();
        for one in manifest.as_array()? {
            let path = one["name"].as_str().filter(|path| path.starts_with(&beginning))?;
            if one["sub_slo"] == true || !one["range"].is_null() {
                return None;
            }
            segments.push(Segment {
                path: path.to_string(),
                etag: one["hash"].as_str()?.to_string(),
                bytes: one["bytes"].as_i64()?,
            });
        }
        Some(segments)
    }

    /// Targets of what goes when the object at this path is replaced.
    pub(super) async fn replaced_by(&self, path: &str) -> Outcome<Vec<String>> {
        if self.segments.was_absent() || !self.has_segments().await? {
            return Ok(Vec::new());
        }
        self.segments_of(path).await
    }

    async fn segments_of(&self, path: &str) -> Outcome<Vec<String>> {
        if path.ends_with('/') {
            return Ok(Vec::new());
        }
        let manifest = self.manifest_of(path).await?.unwrap_or_default();
        Ok(manifest.iter().map(Segment::target).collect())
    }

    /// Of what is going to be deleted.
    pub(super) async fn segments_of_all(self: &Arc<Self>, paths: &[&str]) -> Outcome<Vec<String>> {
        let mut segments = Vec::new();
        if !self.has_segments().await? {
            return Ok(segments);
        }
        let mut under_way = JoinSet::new();
        for path in paths {
            if under_way.len() >= SIDE_BY_SIDE {
                segments.extend(joined(under_way.join_next().await)?);
            }
            let (swift, path) = (self.clone(), path.to_string());
            under_way.spawn(async move { swift.segments_of(&path).await });
        }
        while let Some(done) = under_way.join_next().await {
            segments.extend(joined(Some(done))?);
        }
        Ok(segments)
    }

    pub(super) async fn copy_segments(
        self: &Arc<Self>,
        manifest: &[Segment],
        to: &str,
    ) -> Outcome<()> {
        let base = self.new_segments(to);
        let mut copies: Vec<Segment> = manifest.to_vec();
        for (number, copy) in copies.iter_mut().enumerate() {
            copy.path = format!("{base}/{number:08}");
        }
        let done = self.copy_each(manifest, &copies).await;
        if done.is_err() {
            self.drop_segments(&copies).await;
            return done;
        }
        self.put_manifest(to, &copies).await.map(|_| ())
    }

    async fn copy_each(self: &Arc<Self>, from: &[Segment], to: &[Segment]) -> Outcome<()> {
        let mut under_way = JoinSet::new();
        for (from, to) in from.iter().zip(to) {
            if under_way.len() >= COPIES {
                joined(under_way.join_next().await)?;
            }
            let (swift, source, target) = (self.clone(), from.target(), to.target());
            under_way.spawn(async move { swift.copy_object(&source, &target).await });
        }
        while let Some(done) = under_way.join_next().await {
            joined(Some(done))?;
        }
        Ok(())
    }

    /// The server looks at each segment, and refuses when one is not as it is said here; then they
    /// are dropped. Without an answer the manifest may be there, so they stay. The ETag of the whole.
    pub(super) async fn put_manifest(
        self: &Arc<Self>,
        path: &str,
        segments: &[Segment],
    ) -> Outcome<String> {
        let lines: Vec<Value> = segments
            .iter()
            .map(|one| json!({"path": one.path, "etag": one.etag, "size_bytes": one.bytes}))
            .collect();
        let body = Value::from(lines).to_string();
        let target = format!("{}?multipart-manifest=put", self.target(path));
        let response =
            self.send(Method::PUT, &target, |request| Self::put(request).body(body.clone())).await?;
        if response.status().is_client_error() {
            self.drop_segments(segments).await;
        }
        if response.status() == StatusCode::NOT_FOUND {
            return Err(self.no_container());
        }
        let response = checked(response).await?;
        Ok(quoted(web::header(&response, "etag")))
    }

    /// Of a write or copy that failed, whose own error is the one that counts. What stays behind
    /// is in no listing.
    pub(super) async fn drop_segments(self: &Arc<Self>, segments: &[Segment]) {
        let targets: Vec<String> = segments.iter().map(Segment::target).collect();
        let _ = self.delete_targets(&targets).await;
    }
}
