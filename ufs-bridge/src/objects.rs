//! Stores that OpenDAL serves. Its services are called directly: `Operator` trims blanks and double
//! slashes off paths, which would make two keys of one store the same.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::BytesMut;
use opendal::raw::oio::{self, Copy, Delete, List, Read, ReadStream, Write};
use opendal::raw::*;
use opendal::{
    Buffer, Builder, BytesRange, Capability, Configurator, HttpTransporter, Metadata,
    OperationContext, services,
};

use crate::entry::{Abilities, Entry, WriteOptions};
use crate::error::{Code, Failure, Outcome};
use crate::transport::{counting_requests, transport};
use crate::uploads::{UploadLister, Uploads};

/// What a store without multipart uploads is given in one piece.
const MAX_SINGLE_WRITE: usize = 64 << 20;
/// Parts grow by their first size each time that so many have been sent.
const PARTS_OF_ONE_SIZE: usize = 500;
const NOTHING_DELETED: &str = "zero successes";
const ABORT_PAUSES: [Duration; 3] =
    [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(4)];
const ABORTED: [opendal::ErrorKind; 2] =
    [opendal::ErrorKind::Unsupported, opendal::ErrorKind::NotFound];

pub struct Objects {
    service: Servicer,
    context: OperationContext,
    capability: Capability,
    etags: Etags,
    /// None where those of others cannot be found.
    uploads: Option<Arc<Uploads>>,
    /// Deletes one object a request: emulators have no batches.
    single_deletes: bool,
}

/// How a service wants its ETags in If-Match.
#[derive(Clone, Copy, PartialEq)]
enum Etags {
    Quoted,
    Bare,
    /// Only compared with what answers say: they may be weak.
    Compared,
}

/// Listings, answers and notes differ in quotes: `"a"`, `a` and `W/"a"` are one version.
fn bare(etag: &str) -> &str {
    let etag = etag.strip_prefix("W/").unwrap_or(etag);
    etag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(etag)
}

fn build<B: Builder>(options: HashMap<String, String>) -> opendal::Result<Servicer> {
    Ok(Arc::new(B::Config::from_iter(options)?.into_builder().build()?))
}

fn service_of(service: &str, options: HashMap<String, String>) -> Outcome<Servicer> {
    let built = match service {
        "s3" => build::<services::S3>(options),
        "gcs" => build::<services::Gcs>(options),
        "azblob" => build::<services::Azblob>(options),
        "azdls" => build::<services::Azdls>(options),
        "oss" => build::<services::Oss>(options),
        "cos" => build::<services::Cos>(options),
        "obs" => build::<services::Obs>(options),
        "http" => build::<services::Http>(options),
        "memory" => build::<services::Memory>(options),
        _ => {
            let text = format!("no service is called {service}");
            return Err(Failure::new(Code::InvalidArgument, text));
        }
    };
    built.map_err(Failure::from)
}

/// What services call the root.
fn on_store(path: &str) -> &str {
    if path.is_empty() { "/" } else { path }
}

fn to_entry(path: String, meta: &Metadata) -> Entry {
    let path = if path == "/" { String::new() } else { path };
    Entry {
        is_directory: path.is_empty() || path.ends_with('/') || meta.is_dir(),
        length: meta.content_length() as i64,
        modified_ms: meta.last_modified().map_or(-1, |time| time.into_inner().as_millisecond()),
        etag: meta.etag().unwrap_or_default().to_string(),
        path,
        ..Default::default()
    }
}

impl Objects {
    pub fn open(service: &str, mut options: HashMap<String, String>) -> Outcome<Self> {
        let mut transport = transport(&mut options)?;
        if service == "s3" {
            transport = transport.with_signed_path();
        }
        // Roles are assumed through the default one.
        HttpTransporter::install_default(transport.clone());
        let emulated = options.remove("emulator").is_some();
        let transport = HttpTransporter::new(transport);
        let uploads =
            (service == "s3").then(|| Arc::new(Uploads::new(&options, transport.clone())));
        let context = OperationContext::new().with_http_transport(transport);
        let built = service_of(service, options)?;
        let mut capability = built.capability_dyn();
        // fake-gcs-server has the multipart uploads of another interface than OpenDAL uses.
        capability.write_can_multi &= !emulated;
        let etags = match service {
            "gcs" => Etags::Bare,
            "http" => Etags::Compared,
            _ => Etags::Quoted,
        };
        Ok(Self {
            service: built,
            context,
            capability,
            etags,
            uploads,
            single_deletes: emulated,
        })
    }

    pub fn abilities(&self) -> Abilities {
        Abilities {
            flat_keys: true,
            write: self.capability.write,
            list: self.capability.list,
            copy: self.capability.copy,
            match_etag: self.capability.read_with_if_match,
            ..Default::default()
        }
    }

    pub async fn stat(&self, path: &str) -> Outcome<Entry> {
        let reply = self.service.stat_dyn(&self.context, on_store(path), OpStat::new()).await?;
        Ok(to_entry(path.to_string(), &reply.into_metadata()))
    }

    pub fn list(
        &self,
        folder: &str,
        recursive: bool,
        start_after: &str,
        page_size: usize,
    ) -> Outcome<ObjectLister> {
        let page_size = page_size.clamp(1, 1000);
        let mut args = OpList::new().with_recursive(recursive).with_limit(page_size);
        if self.capability.list_with_start_after && !start_after.is_empty() {
            args = args.with_start_after(start_after);
        }
        Ok(ObjectLister {
            lister: self.service.list_dyn(&self.context, on_store(folder), args)?,
            start_after: start_after.to_string(),
            page_size,
            emulated: self.single_deletes,
            page: Vec::new(),
            ready: VecDeque::new(),
            ended: false,
        })
    }

    pub fn writer(&self, path: &str, options: WriteOptions) -> Outcome<ObjectWriter> {
        let args = OpWrite::new().with_concurrent(options.concurrent.max(1));
        Ok(ObjectWriter {
            writer: Some(self.service.write_dyn(&self.context, path, args)?),
            multi: self.capability.write_can_multi,
            least_part: self.capability.write_multi_min_size.unwrap_or(1),
            part_size: options.part_size.max(1),
            parts: 0,
            pending: BytesMut::new(),
            written: 0,
            failed: false,
        })
    }

    pub async fn delete(&self, paths: &[&str]) -> Outcome<()> {
        for together in deletable_together(paths) {
            let batch = if self.single_deletes { 1 } else { together.len() };
            for some in together.chunks(batch) {
                self.delete_batch(some).await?;
            }
        }
        Ok(())
    }

    async fn delete_batch(&self, paths: &[&str]) -> Outcome<()> {
        let mut deleter = self.service.delete_dyn(&self.context)?;
        for path in paths {
            ignore_missing(deleter.delete(path, OpDelete::new()).await)?;
        }
        match deleter.close().await {
            // OpenDAL drops the reasons when the store deleted nothing of a batch.
            Err(error) if error.message().contains(NOTHING_DELETED) => {
                let mut deleter = self.service.delete_dyn(&self.context)?;
                ignore_missing(deleter.delete(paths[0], OpDelete::new()).await)?;
                ignore_missing(deleter.close().await)?;
                Err(error.into())
            }
            other => ignore_missing(other),
        }
    }

    /// What the store said of the copy, as far as it did.
    pub async fn copy(&self, from: &str, to: &str, length: i64) -> Outcome<Entry> {
        if !self.capability.copy {
            return self.copy_through(from, to).await;
        }
        let mut options = OpCopier::new();
        if length >= 0 {
            options = options.with_source_content_length_hint(length as u64);
        }
        let mut copier = self.service.copy_dyn(&self.context, from, to, OpCopy::new(), options)?;
        let done = async {
            while copier.next().await?.is_some() {}
            copier.close().await
        }
        .await;
        if done.is_err() {
            // What was begun may cost storage until it is given up; the first error is the news.
            let _ = copier.abort().await;
        }
        Ok(to_entry(to.to_string(), &done?))
    }

    async fn copy_through(&self, from: &str, to: &str) -> Outcome<Entry> {
        let source = self.stat(from).await?;
        if source.length as usize > MAX_SINGLE_WRITE {
            return Err(Failure::unimplemented("copy a large object"));
        }
        let reader = self.service.read_dyn(&self.context, from, OpRead::new())?;
        let (_, data) = reader.read(BytesRange::new(0, Some(source.length as u64))).await?;
        let mut writer = self.service.write_dyn(&self.context, to, OpWrite::new())?;
        writer.write(data).await?;
        Ok(to_entry(to.to_string(), &writer.close().await?))
    }

    fn known_uploads(&self) -> Outcome<&Arc<Uploads>> {
        self.uploads.as_ref().ok_or_else(|| Failure::unimplemented("find unfinished uploads"))
    }

    pub fn list_uploads(&self, folder: &str) -> Outcome<UploadLister> {
        Ok(self.known_uploads()?.list(folder))
    }

    pub async fn abort_upload(&self, path: &str, id: &str) -> Outcome<()> {
        self.known_uploads()?.abort(path, id).await
    }

    pub async fn create_dir(&self, path: &str) -> Outcome<()> {
        if !self.capability.create_dir {
            return Err(Failure::unimplemented("create a folder"));
        }
        self.service.create_dir_dyn(&self.context, path, OpCreateDir::new()).await?;
        Ok(())
    }
}

/// A batch has no order, and some stores keep a folder's marker as long as there is something in the
/// folder: objects first, then markers, the deepest first.
fn deletable_together<'a>(paths: &[&'a str]) -> Vec<Vec<&'a str>> {
    let depth = |path: &str| match path.ends_with('/') {
        true => path.matches('/').count(),
        false => usize::MAX,
    };
    let mut groups: BTreeMap<Reverse<usize>, Vec<&str>> = BTreeMap::new();
    for path in paths {
        groups.entry(Reverse(depth(path))).or_default().push(path);
    }
    groups.into_values().collect()
}

fn ignore_missing(result: opendal::Result<()>) -> Outcome<()> {
    match result {
        Err(error) if error.kind() == opendal::ErrorKind::NotFound => Ok(()),
        other => other.map_err(Failure::from),
    }
}

/// Restores the order of keys: stores answer a page with its folders first. A page is over when
/// another request was sent, or when it has as many entries as were asked for.
pub struct ObjectLister {
    lister: oio::Lister,
    start_after: String,
    page_size: usize,
    /// An emulator's page has the folders of all pages to come.
    emulated: bool,
    page: Vec<Entry>,
    ready: VecDeque<Entry>,
    ended: bool,
}

impl ObjectLister {
    pub async fn next(&mut self, limit: usize) -> Outcome<(Vec<Entry>, bool)> {
        while self.ready.is_empty() && !self.ended {
            self.fetch().await?;
        }
        let count = limit.min(self.ready.len());
        let entries: Vec<Entry> = self.ready.drain(..count).collect();
        Ok((entries, self.ended && self.ready.is_empty()))
    }

    async fn fetch(&mut self) -> Outcome<()> {
        loop {
            let (entry, requests) = counting_requests(self.lister.next()).await;
            match entry? {
                None => {
                    self.ended = true;
                    self.finish_page();
                    return Ok(());
                }
                Some(entry) => {
                    let new_page = requests > 0 && !self.page.is_empty();
                    if new_page {
                        self.finish_page();
                    }
                    let (path, meta) = entry.into_parts();
                    self.page.push(to_entry(path, &meta));
                    if self.page.len() >= self.page_size && !self.emulated {
                        self.finish_page();
                        return Ok(());
                    }
                    if new_page {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn finish_page(&mut self) {
        let mut page = std::mem::take(&mut self.page);
        page.sort_by(|a, b| a.path.cmp(&b.path));
        if self.emulated && !self.ended {
            // Only objects have ETags.
            let objects = page.iter().rposition(|entry| !entry.etag.is_empty());
            page.truncate(objects.map_or(page.len(), |last| last + 1));
        }
        let after = std::mem::take(&mut self.start_after);
        page.retain(|entry| after.is_empty() || entry.path > after);
        self.start_after = after;
        self.ready.extend(page);
    }
}

/// An object bound to one version: by If-Match where the store has it, and by comparing what each
/// answer says of its ETag in any case.
pub struct ObjectReader {
    objects: Arc<Objects>,
    path: String,
    length: i64,
    version: OnceLock<String>,
}

impl ObjectReader {
    pub fn new(objects: Arc<Objects>, path: &str, etag: &str, length: i64) -> Self {
        let version = OnceLock::new();
        if !etag.is_empty() {
            let _ = version.set(bare(etag).to_string());
        }
        Self { objects, path: path.to_string(), length, version }
    }

    pub fn length(&self) -> i64 {
        self.length
    }

    fn changed(&self) -> Failure {
        Failure::new(Code::Aborted, "the object changed since it was opened")
    }

    pub async fn read_at(&self, offset: u64, into: &mut [u8]) -> Outcome<()> {
        if into.is_empty() {
            return Ok(());
        }
        let mut args = OpRead::new();
        let known = self.version.get().filter(|_| self.objects.capability.read_with_if_match);
        args = match (known, self.objects.etags) {
            (Some(etag), Etags::Quoted) => args.with_if_match(&format!("\"{etag}\"")),
            (Some(etag), Etags::Bare) => args.with_if_match(etag),
            _ => args,
        };
        let range = BytesRange::new(offset, Some(into.len() as u64));
        let reader = self.objects.service.read_dyn(&self.objects.context, &self.path, args)?;
        let (reply, mut stream) = match reader.open(range).await {
            Ok(opened) => opened,
            // The range was inside the object that was opened.
            Err(error) if error.kind() == opendal::ErrorKind::RangeNotSatisfied => {
                return Err(self.changed());
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(etag) = reply.metadata().and_then(|meta| meta.etag())
            && self.version.get_or_init(|| bare(etag).to_string()) != bare(etag)
        {
            return Err(self.changed());
        }
        self.copy_stream(&mut stream, into).await
    }

    async fn copy_stream(&self, stream: &mut impl ReadStream, into: &mut [u8]) -> Outcome<()> {
        let mut filled = 0;
        loop {
            let chunk = stream.read().await?;
            if chunk.is_empty() {
                break;
            }
            for piece in chunk {
                let Some(room) = into.get_mut(filled..filled + piece.len()) else {
                    let text = "the store sent more than the range that was asked for";
                    return Err(Failure::new(Code::DataLoss, text));
                };
                room.copy_from_slice(&piece);
                filled += piece.len();
            }
        }
        if filled != into.len() {
            let text = format!("the store sent {filled} of {} bytes", into.len());
            return Err(Failure::new(Code::Unavailable, text));
        }
        Ok(())
    }
}

fn given_up() -> Failure {
    Failure::new(Code::FailedPrecondition, "an earlier write failed")
}

/// A part that was on its way may arrive after its upload was given up, and stay. Nobody waits for
/// this, and what the store says the last time changes nothing.
async fn abort_again(mut writer: oio::Writer) {
    for pause in ABORT_PAUSES {
        tokio::time::sleep(pause).await;
        let _ = writer.abort().await;
    }
}

/// Collects parts and sends them. Nothing is visible before close().
pub struct ObjectWriter {
    /// None once the upload was given up.
    writer: Option<oio::Writer>,
    multi: bool,
    least_part: usize,
    part_size: usize,
    parts: usize,
    pending: BytesMut,
    written: i64,
    failed: bool,
}

impl ObjectWriter {
    fn next_part_size(&self) -> usize {
        self.part_size.max(self.least_part) * (1 + self.parts / PARTS_OF_ONE_SIZE)
    }

    pub async fn write(&mut self, mut data: &[u8]) -> Outcome<()> {
        self.check()?;
        self.written += data.len() as i64;
        if !self.multi {
            if self.pending.len() + data.len() > MAX_SINGLE_WRITE {
                self.failed = true;
                let text = format!("the store takes files up to {MAX_SINGLE_WRITE} bytes only");
                return Err(Failure::new(Code::ResourceExhausted, text));
            }
            self.pending.extend_from_slice(data);
            return Ok(());
        }
        while !data.is_empty() {
            let room = self.next_part_size() - self.pending.len();
            let (now, later) = data.split_at(room.min(data.len()));
            self.pending.extend_from_slice(now);
            data = later;
            if now.len() == room {
                self.send().await?;
            }
        }
        Ok(())
    }

    async fn send(&mut self) -> Outcome<()> {
        let part = Buffer::from(self.pending.split().freeze());
        // Stays set when the caller's patience ends in between.
        self.failed = true;
        self.writer.as_mut().ok_or_else(given_up)?.write(part).await?;
        self.failed = false;
        self.parts += 1;
        Ok(())
    }

    pub async fn close(&mut self) -> Outcome<Entry> {
        self.check()?;
        if !self.pending.is_empty() || self.written == 0 {
            self.send().await?;
        }
        self.failed = true;
        let meta = self.writer.as_mut().ok_or_else(given_up)?.close().await?;
        let mut entry = to_entry("x".to_string(), &meta);
        entry.path.clear();
        entry.length = self.written;
        Ok(entry)
    }

    pub async fn abort(&mut self) -> Outcome<()> {
        self.failed = true;
        self.pending.clear();
        let Some(mut writer) = self.writer.take() else {
            return Ok(());
        };
        let outcome = writer.abort().await;
        if self.parts > 1 {
            tokio::spawn(abort_again(writer));
        }
        match outcome {
            Err(error) if ABORTED.contains(&error.kind()) => Ok(()),
            other => other.map_err(Failure::from),
        }
    }

    fn check(&self) -> Outcome<()> {
        if self.failed {
            return Err(given_up());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::runtime::run;

    #[test]
    fn one_version_however_it_is_quoted() {
        for etag in ["\"a-1\"", "a-1", "W/\"a-1\""] {
            assert_eq!(bare(etag), "a-1");
        }
        assert_eq!(bare("\""), "\"");
    }

    struct Aborts(Arc<AtomicUsize>);

    impl oio::Write for Aborts {
        async fn write(&mut self, _: Buffer) -> opendal::Result<()> {
            Ok(())
        }
        async fn close(&mut self) -> opendal::Result<Metadata> {
            Err(opendal::Error::new(opendal::ErrorKind::Unexpected, "cut off"))
        }
        async fn abort(&mut self) -> opendal::Result<()> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    }

    #[test]
    fn an_upload_in_parts_is_given_up_more_than_once() {
        let count = Arc::new(AtomicUsize::new(0));
        let mut writer = ObjectWriter {
            writer: Some(Box::new(Aborts(count.clone()))),
            multi: true,
            least_part: 1,
            part_size: 4,
            parts: 0,
            pending: BytesMut::new(),
            written: 0,
            failed: false,
        };
        run(10_000, async {
            writer.write(b"twoparts").await?;
            assert_eq!(writer.close().await.unwrap_err().message, "cut off");
            writer.abort().await?;
            assert_eq!(count.load(Ordering::SeqCst), 1);
            assert_eq!(writer.write(b"x").await.unwrap_err().code, Code::FailedPrecondition);
            writer.abort().await?;
            while count.load(Ordering::SeqCst) < 2 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn folders_are_deleted_after_what_is_in_them() {
        let paths = ["a/b/", "a/", "a/x", "c/", "a/b/y", "z"];
        let groups = deletable_together(&paths);
        assert_eq!(groups, [vec!["a/x", "a/b/y", "z"], vec!["a/b/"], vec!["a/", "c/"]]);
        assert!(deletable_together(&[]).is_empty());
    }
}
