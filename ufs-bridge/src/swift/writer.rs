//! Writing an object: a small one is one request; a larger one is sent while it is written, as one
//! object when it is known to be short enough, else in segments. Nothing is visible before the store
//! has all of it.

use bytes::BytesMut;

use super::segments::Segment;
use super::*;
use crate::web::Upload;

pub struct SwiftWriter {
    swift: Arc<Swift>,
    path: String,
    /// What is held before it is sent.
    piece: usize,
    /// What the caller is going to write, -1 = unknown.
    expected: i64,
    pending: BytesMut,
    upload: Option<Upload>,
    /// "/container/name" of the segments, when it is written in segments.
    base: Option<String>,
    segments: Vec<Segment>,
    /// Targets of the segments of what is replaced.
    replaced: Vec<String>,
    /// Bytes of the segment that is under way.
    inside: i64,
    written: i64,
    failed: bool,
}

impl SwiftWriter {
    pub fn new(swift: Arc<Swift>, path: &str, options: WriteOptions) -> Self {
        Self {
            swift,
            path: path.to_string(),
            piece: options.part_size.max(1),
            expected: options.length,
            pending: BytesMut::new(),
            upload: None,
            base: None,
            segments: Vec::new(),
            replaced: Vec::new(),
            inside: 0,
            written: 0,
            failed: false,
        }
    }

    pub async fn write(&mut self, data: &[u8]) -> Outcome<()> {
        self.begin()?;
        self.written += data.len() as i64;
        self.pending.extend_from_slice(data);
        if self.pending.len() > self.piece {
            self.send().await?;
        }
        self.failed = false;
        Ok(())
    }

    /// Stays failed when the caller's patience ends in between.
    fn begin(&mut self) -> Outcome<()> {
        if self.failed {
            return Err(Failure::new(Code::FailedPrecondition, "an earlier write failed"));
        }
        self.failed = true;
        Ok(())
    }

    /// All that is pending.
    async fn send(&mut self) -> Outcome<()> {
        if self.upload.is_none() && self.segments.is_empty() {
            let whole = (0..=self.swift.segment_size).contains(&self.expected);
            if !whole && self.base.is_none() {
                self.swift.make_segment_container().await?;
                self.base = Some(self.swift.new_segments(&self.path));
            }
        }
        if self.base.is_some() {
            return self.send_segments().await;
        }
        if self.written > MAX_OBJECT {
            let text = "more than 5 GiB of an object that was said to be shorter";
            return Err(Failure::new(Code::ResourceExhausted, text));
        }
        if self.upload.is_none() {
            self.replaced = self.swift.replaced_by(&self.path).await?;
        }
        let target = self.swift.target(&self.path);
        let piece = self.pending.split();
        self.push(&target, piece).await
    }

    async fn push(&mut self, target: &str, piece: BytesMut) -> Outcome<()> {
        if self.upload.is_none() {
            self.upload = Some(self.start(target).await?);
        }
        if let Some(upload) = self.upload.as_mut()
            && let Some(answer) = upload.send(piece.freeze()).await?
        {
            return Err(refusal(answer).await);
        }
        Ok(())
    }

    async fn send_segments(&mut self) -> Outcome<()> {
        while !self.pending.is_empty() {
            let left = self.swift.segment_bytes(self.segments.len()) - self.inside;
            let piece = self.pending.split_to(self.pending.len().min(left as usize));
            let (count, target) = (piece.len() as i64, web::path_text(&self.segment_path()));
            self.push(&target, piece).await?;
            self.inside += count;
            if count == left {
                self.finish_segment().await?;
            }
        }
        Ok(())
    }

    fn segment_path(&self) -> String {
        let base = self.base.as_deref().unwrap_or_default();
        format!("{base}/{:08}", self.segments.len())
    }

    async fn finish_segment(&mut self) -> Outcome<()> {
        let Some(upload) = self.upload.take() else { return Ok(()) };
        let answer = checked(upload.finish().await?).await?;
        self.segments.push(Segment {
            path: self.segment_path(),
            etag: web::header(&answer, "etag").trim_matches('"').to_string(),
            bytes: self.inside,
        });
        self.inside = 0;
        Ok(())
    }

    /// An upload cannot be sent again, so its token is tried before.
    async fn start(&self, target: &str) -> Outcome<Upload> {
        let container = format!("/{}", web::query_text(&self.swift.container));
        let answer = self.swift.send(Method::HEAD, &container, |request| request).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Err(self.swift.no_container());
        }
        checked(answer).await?;
        let access = self.swift.auth.access().await?;
        Ok(Upload::start(Swift::put(self.swift.request(&access, &Method::PUT, target))))
    }

    pub async fn close(&mut self) -> Outcome<Entry> {
        self.begin()?;
        if self.base.is_some() {
            self.send().await?;
            self.finish_segment().await?;
        }
        if self.upload.is_none() {
            self.replaced = self.swift.replaced_by(&self.path).await?;
        }
        let etag = match self.base {
            Some(_) => {
                // Not for abort() any more: they may have become the object.
                let segments = std::mem::take(&mut self.segments);
                self.swift.put_manifest(&self.path, &segments).await?
            }
            None => self.close_whole().await?,
        };
        // They are nobody's now; a caller would take an error for one of the new object.
        let _ = self.swift.delete_targets(&self.replaced).await;
        Ok(Entry { length: self.written, etag, ..Default::default() })
    }

    async fn close_whole(&mut self) -> Outcome<String> {
        let answer = if self.upload.is_some() {
            self.send().await?;
            match self.upload.take() {
                Some(upload) => upload.finish().await?,
                None => return Err(Failure::new(Code::Internal, "no upload")),
            }
        } else {
            let body = self.pending.split().freeze();
            let target = self.swift.target(&self.path);
            // Said even when it is 0, which the client would leave out and Swift refuses.
            let length = body.len();
            let whole =
                |request| Swift::put(request).header("Content-Length", length).body(body.clone());
            self.swift.send(Method::PUT, &target, whole).await?
        };
        if answer.status() == StatusCode::NOT_FOUND {
            return Err(self.swift.no_container());
        }
        let answer = checked(answer).await?;
        Ok(quoted(web::header(&answer, "etag")))
    }

    /// The connection breaks off, and the store keeps nothing of what it was sent by it.
    pub async fn abort(&mut self) -> Outcome<()> {
        self.failed = true;
        self.pending.clear();
        self.upload = None;
        let segments = std::mem::take(&mut self.segments);
        self.swift.drop_segments(&segments).await;
        Ok(())
    }
}
