//! HDFS through hdfs-native itself: OpenDAL's service has no owners, modes and hsync, and its rename
//! deletes the target first.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use hdfs_native::client::{FileStatus, ListStatusIterator, WriteOptions as CreateOptions};
use hdfs_native::file::{FileReader, FileWriter};
use hdfs_native::{Client, ClientBuilder, HdfsError};

use crate::copies::Copies;
use crate::entry::{Entry, WriteOptions};
use crate::error::{Code, Failure, Outcome};
use crate::hadoop_conf;
use crate::patience::Patience;
use crate::runtime;

/// hdfs-native waits longer and longer before it asks a name node again that was away, up to 15 s.
const LONGEST_SLEEP: (&str, &str) = ("dfs.client.failover.sleep.max.millis", "2000");
/// How often it asks again by default is for name services, whose name nodes take over from each other.
const ATTEMPTS: (&str, &str) = ("dfs.client.failover.max.attempts", "1");
/// hdfs-native does not look at what a data node answers when it is given a block, and waits for
/// ever when a pipeline has broken in some ways. So nothing is waited for longer than this, or than
/// `Patience` says, when no more than SMALL bytes are on their way.
const SMALL: i64 = 64 << 10;
const FIND_NODES: Duration = Duration::from_secs(20);

/// While a file is closed it is looked at after this time, then after twice as long.
const CLOSE_LOOK: Duration = Duration::from_millis(15);

/// What `work` gave, or None when `other` ended before it.
async fn unless<T>(work: impl Future<Output = T>, other: impl Future<Output = ()>) -> Option<T> {
    let (mut work, mut other) = (pin!(work), pin!(other));
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        other.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// Ends when all `length` bytes of a file are in blocks that are finished.
async fn finished(client: &Client, path: &str, length: i64) {
    let mut pause = CLOSE_LOOK;
    loop {
        tokio::time::sleep(pause).await;
        if let Ok(reader) = client.read(path).await
            && reader.file_length() as i64 == length
        {
            return;
        }
        pause *= 2;
    }
}

/// The name node completes a file when it has heard of its last block from a data node, which tells
/// it at about the time of our request. When that comes first, hdfs-native sleeps for half a second
/// before it asks again, and longer after that. So the file is looked at meanwhile: when its last
/// block is finished, nothing but that request is left, and it is sent now.
async fn close_soon(
    writer: &mut FileWriter,
    client: &Client,
    path: &str,
    length: i64,
) -> hdfs_native::Result<()> {
    if let Some(closed) = unless(writer.close(), finished(client, path, length)).await {
        return closed;
    }
    match writer.close().await {
        // The first request was granted after all, or somebody took the file: nothing is written
        // to it any more, and its blocks are finished.
        Err(HdfsError::RPCError(class, _)) if class.ends_with(".LeaseExpiredException") => Ok(()),
        closed => closed,
    }
}

async fn within<T>(
    limit: Option<Duration>,
    work: impl Future<Output = hdfs_native::Result<T>>,
) -> Outcome<T> {
    let Some(limit) = limit else { return Ok(work.await?) };
    match tokio::time::timeout(limit, work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(Failure::new(
            Code::DeadlineExceeded,
            format!("the data nodes did not answer within {} s", limit.as_secs()),
        )),
    }
}

pub struct Hdfs {
    client: Client,
    copies: Arc<Copies>,
    patience: Arc<Patiences>,
}

/// A file is begun with data nodes that may be dead, and goes on with those that were not.
#[derive(Default)]
struct Patiences {
    first: Patience,
    later: Patience,
}

fn to_entry(status: FileStatus) -> Entry {
    Entry {
        path: status.path,
        is_directory: status.isdir,
        mode: i32::from(status.permission & 0o777),
        length: status.length as i64,
        modified_ms: status.modification_time as i64,
        etag: String::new(),
        owner: status.owner,
        group: status.group,
    }
}

/// What the operator set stays.
fn wait_less(properties: &mut HashMap<String, String>, url: &str, impatient: bool) {
    let authority = url.split('/').nth(2).unwrap_or_default();
    let is_service = properties.contains_key(&format!("dfs.ha.namenodes.{authority}"));
    let attempts = (impatient && !is_service).then_some(ATTEMPTS);
    for (name, value) in [LONGEST_SLEEP].into_iter().chain(attempts) {
        properties.entry(name.to_string()).or_insert_with(|| value.to_string());
    }
}

impl Hdfs {
    pub fn open(mut options: HashMap<String, String>) -> Outcome<Self> {
        let url = options
            .remove("url")
            .ok_or_else(|| Failure::new(Code::InvalidArgument, "hdfs: no url"))?;
        let mut builder = ClientBuilder::new().with_url(&url).with_io_runtime(runtime::handle()?);
        if let Some(user) = options.remove("user") {
            builder = builder.with_user(user);
        }
        if let Some(principal) = options.remove("kerberos.principal") {
            builder = builder.with_kerberos_principal(principal);
        }
        if let Some(keytab) = options.remove("kerberos.keytab") {
            builder = builder.with_kerberos_keytab(keytab);
        }
        let mut properties = match options.remove("conf.files") {
            Some(files) => hadoop_conf::read(&files)?,
            None => HashMap::new(),
        };
        let impatient = options.remove("impatient").is_some();
        properties.extend(options);
        wait_less(&mut properties, &url, impatient);
        let client = builder.with_config(properties).build()?;
        Ok(Self { client, copies: Arc::default(), patience: Arc::default() })
    }

    pub async fn stat(&self, path: &str) -> Outcome<Entry> {
        Ok(to_entry(self.client.get_file_info(path).await?))
    }

    pub fn list(&self, folder: &str, start_after: &str) -> HdfsLister {
        HdfsLister {
            inner: self.client.list_status_iter(folder, false),
            folder: folder.to_string(),
            start_after: start_after.to_string(),
        }
    }

    pub async fn reader(&self, path: &str) -> Outcome<HdfsReader> {
        Ok(HdfsReader { inner: self.client.read(path).await? })
    }

    pub async fn writer(&self, path: &str, options: WriteOptions) -> Outcome<HdfsWriter> {
        let mut begin = None;
        let mut before = 0;
        let inner = if options.append {
            let writer = self.client.append(path).await?;
            before = self.client.get_file_info(path).await?.length as i64;
            writer
        } else {
            let wanted = self.copies.wanted();
            let mut create = CreateOptions::default()
                .permission(options.mode)
                .create_parent(false)
                .overwrite(false);
            if let Some(count) = wanted {
                create = create.replication(count);
            }
            let writer = self.client.create(path, create).await.inspect_err(|error| {
                if wanted.is_some() && matches!(error, HdfsError::RPCError(..)) {
                    self.copies.forget();
                }
            })?;
            if wanted.is_none() && self.copies.asks() {
                self.copies.tell(self.client.get_file_info(path).await?.replication);
            }
            begin = Some(Beginning {
                client: self.client.clone(),
                path: path.to_string(),
                copies: self.copies.clone(),
                wanted,
            });
            writer
        };
        Ok(HdfsWriter {
            client: self.client.clone(),
            path: path.to_string(),
            patience: self.patience.clone(),
            inner: Some(inner),
            begin,
            before,
            written: 0,
            synced: 0,
            failed: false,
            shortage: Shortage::None,
        })
    }

    /// Takes the file away from whoever writes it. True when it is closed by now.
    pub async fn recover(&self, path: &str) -> Outcome<bool> {
        Ok(self.client.recover_lease(path).await?)
    }

    pub async fn delete(&self, paths: &[&str], recursive: bool) -> Outcome<()> {
        for path in paths {
            match self.client.delete(path, recursive).await {
                Ok(_) | Err(hdfs_native::HdfsError::FileNotFound(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    pub async fn rename(&self, from: &str, to: &str, overwrite: bool) -> Outcome<()> {
        Ok(self.client.rename(from, to, overwrite).await?)
    }

    pub async fn create_dir(&self, path: &str, mode: u32, parents: bool) -> Outcome<()> {
        Ok(self.client.mkdirs(path, mode, parents).await?)
    }

    pub async fn set_owner(&self, path: &str, owner: &str, group: &str) -> Outcome<()> {
        let given = |text: &str| if text.is_empty() { None } else { Some(text.to_string()) };
        let (owner, group) = (given(owner), given(group));
        Ok(self.client.set_owner(path, owner.as_deref(), group.as_deref()).await?)
    }

    pub async fn set_mode(&self, path: &str, mode: u32) -> Outcome<()> {
        Ok(self.client.set_permission(path, mode).await?)
    }
}

/// The name node lists a folder in the order of names.
pub struct HdfsLister {
    inner: ListStatusIterator,
    folder: String,
    start_after: String,
}

impl HdfsLister {
    pub async fn next(&mut self, limit: usize) -> Outcome<(Vec<Entry>, bool)> {
        let mut entries = Vec::new();
        while entries.len() < limit {
            let Some(status) = self.inner.next().await else {
                return Ok((entries, true));
            };
            let entry = to_entry(status?);
            // A file is "listed" as itself.
            if entry.path.trim_end_matches('/') == self.folder.trim_end_matches('/') {
                return Err(Failure::new(Code::FailedPrecondition, "not a directory"));
            }
            if self.start_after.is_empty() || entry.path > self.start_after {
                entries.push(entry);
            }
        }
        Ok((entries, false))
    }
}

pub struct HdfsReader {
    inner: FileReader,
}

impl HdfsReader {
    pub fn length(&self) -> i64 {
        self.inner.file_length() as i64
    }

    pub async fn read_at(&self, offset: u64, into: &mut [u8]) -> Outcome<()> {
        let end = (offset as usize).checked_add(into.len());
        if end.is_none_or(|end| end > self.inner.file_length()) {
            return Err(Failure::new(Code::OutOfRange, "behind the end of the file"));
        }
        if into.is_empty() {
            return Ok(());
        }
        Ok(self.inner.read_range_buf(into, offset as usize).await?)
    }
}

/// Of a new file, until its data nodes have said that they have something of it.
struct Beginning {
    client: Client,
    path: String,
    copies: Arc<Copies>,
    wanted: Option<u32>,
}

impl Beginning {
    /// One step of the beginning; `last`: after it the file is there.
    async fn step<T>(&self, last: bool, work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
        let attempt = self.copies.begin(self.wanted);
        let done = work.await;
        match &done {
            Ok(_) if last => attempt.succeeded(),
            Ok(_) => attempt.does_not_count(),
            Err(failure) => match failure.code {
                Code::Unavailable | Code::DeadlineExceeded => drop(attempt),
                _ => attempt.does_not_count(),
            },
        }
        done
    }

    /// Of a file that was begun with fewer copies than the cluster wants: asks for the others. It
    /// stays with fewer when that fails, which is no reason to give it up.
    async fn ask_for_all(&self) -> Shortage {
        let (Some(_), Some(usual)) = (self.wanted, self.copies.usual()) else {
            return Shortage::None;
        };
        match self.client.set_replication(&self.path, usual).await {
            Ok(true) => Shortage::UntilClosed,
            Ok(false) => Shortage::ForGood("the name node refused".to_string()),
            Err(error) => Shortage::ForGood(Failure::from(error).message),
        }
    }
}

/// Has a file fewer copies than the cluster wants?
pub enum Shortage {
    None,
    /// The name node makes the others when it is closed.
    UntilClosed,
    ForGood(String),
}

pub struct HdfsWriter {
    client: Client,
    path: String,
    patience: Arc<Patiences>,
    inner: Option<FileWriter>,
    begin: Option<Beginning>,
    before: i64, // of a file that goes on
    written: i64,
    synced: i64,
    failed: bool,
    shortage: Shortage,
}

impl HdfsWriter {
    /// The call that begins is a failed one until it says otherwise: the caller's patience may end
    /// before it does, and what reached the data nodes is not known then.
    fn begin(failed: &mut bool, inner: &mut Option<FileWriter>) -> Outcome<()> {
        let before = std::mem::replace(failed, true);
        match inner {
            Some(_) if !before => Ok(()),
            _ => Err(Failure::new(Code::FailedPrecondition, "an earlier write failed")),
        }
    }

    /// Runs one call, `limit` at most when little is on its way.
    async fn run<T>(
        &mut self,
        limit: Option<Duration>,
        last: bool,
        work: impl AsyncFnOnce(&mut FileWriter) -> hdfs_native::Result<T>,
    ) -> Outcome<T> {
        Self::begin(&mut self.failed, &mut self.inner)?;
        let limit = limit.filter(|_| self.written - self.synced <= SMALL);
        let Some(writer) = self.inner.as_mut() else {
            return Err(Failure::new(Code::FailedPrecondition, "the file was given up"));
        };
        let work = within(limit, work(writer));
        let done = match &self.begin {
            Some(beginning) => beginning.step(last, work).await,
            None => work.await,
        };
        self.failed = done.is_err();
        if last && done.is_ok() {
            if let Some(beginning) = self.begin.take() {
                self.shortage = beginning.ask_for_all().await;
            }
            self.synced = self.written;
        }
        done
    }

    pub async fn write(&mut self, data: &[u8]) -> Outcome<()> {
        if data.is_empty() {
            return Ok(());
        }
        let bytes = Bytes::copy_from_slice(data);
        let first = self.begin.is_some() && self.written == 0;
        self.written += data.len() as i64;
        let limit = first.then_some(FIND_NODES);
        self.run(limit, false, async |writer| writer.write_bytes(bytes).await.map(|_| ())).await
    }

    pub async fn sync(&mut self) -> Outcome<()> {
        let patiences = self.patience.clone();
        let patience = if self.begin.is_some() { &patiences.first } else { &patiences.later };
        let done =
            self.run(Some(patience.limit()), true, async |writer| writer.hsync().await).await;
        if done.as_ref().is_err_and(|failure| failure.code == Code::DeadlineExceeded) {
            patience.late();
        }
        done
    }

    pub async fn close(&mut self) -> Outcome<Entry> {
        let limit = self.begin.as_ref().map(|_| FIND_NODES);
        let (client, path) = (self.client.clone(), self.path.clone());
        let length = self.before + self.written;
        self.run(limit, true, async |writer| close_soon(writer, &client, &path, length).await)
            .await?;
        Ok(Entry { length: self.written, ..Default::default() })
    }

    pub fn shortage(&self) -> &Shortage {
        &self.shortage
    }

    /// The file stays, with what reached it: the caller deletes it.
    pub async fn abort(&mut self) -> Outcome<()> {
        self.inner = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_node_that_is_away_is_not_asked_for_half_a_minute() {
        let attempts = |settings: &[(&str, &str)], impatient| {
            let mut properties: HashMap<String, String> = settings
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect();
            wait_less(&mut properties, "hdfs://ns/", impatient);
            assert_eq!(properties[LONGEST_SLEEP.0], LONGEST_SLEEP.1);
            properties.get(ATTEMPTS.0).cloned().unwrap_or_default()
        };
        assert_eq!(attempts(&[], true), "1");
        assert_eq!(attempts(&[], false), "");
        assert_eq!(attempts(&[("dfs.ha.namenodes.ns", "nn1,nn2")], true), "");
        assert_eq!(attempts(&[("dfs.ha.namenodes.other", "nn1,nn2")], true), "1");
        assert_eq!(attempts(&[(ATTEMPTS.0, "7")], true), "7");
    }
}
