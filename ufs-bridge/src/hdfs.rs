//! HDFS through hdfs-native itself: OpenDAL's service has no owners, modes and hsync, and its rename
//! deletes the target first.

use std::collections::HashMap;

use bytes::Bytes;
use hdfs_native::client::{FileStatus, ListStatusIterator, WriteOptions as CreateOptions};
use hdfs_native::file::{FileReader, FileWriter};
use hdfs_native::{Client, ClientBuilder};

use crate::error::{Code, Failure, Outcome};
use crate::hadoop_conf;
use crate::runtime;
use crate::store::{Entry, WriteOptions};

pub struct Hdfs {
    client: Client,
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

impl Hdfs {
    pub fn open(mut options: HashMap<String, String>) -> Outcome<Self> {
        let url = options
            .remove("url")
            .ok_or_else(|| Failure::new(Code::InvalidArgument, "hdfs: no url"))?;
        let mut builder = ClientBuilder::new().with_url(url).with_io_runtime(runtime::handle()?);
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
        properties.extend(options);
        Ok(Self { client: builder.with_config(properties).build()? })
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
        let inner = if options.append {
            self.client.append(path).await?
        } else {
            let create = CreateOptions::default()
                .permission(options.mode)
                .create_parent(false)
                .overwrite(false);
            self.client.create(path, create).await?
        };
        Ok(HdfsWriter { inner: Some(inner), written: 0, failed: false })
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

pub struct HdfsWriter {
    inner: Option<FileWriter>,
    written: i64,
    failed: bool,
}

impl HdfsWriter {
    /// The call that begins is a failed one until it says otherwise: the caller's patience may end
    /// before it does, and what reached the data nodes is not known then.
    fn begin(&mut self) -> Outcome<&mut FileWriter> {
        let failed = std::mem::replace(&mut self.failed, true);
        match self.inner.as_mut() {
            Some(writer) if !failed => Ok(writer),
            _ => Err(Failure::new(Code::FailedPrecondition, "an earlier write failed")),
        }
    }

    pub async fn write(&mut self, data: &[u8]) -> Outcome<()> {
        let bytes = Bytes::copy_from_slice(data);
        let written = self.begin()?.write_bytes(bytes).await;
        self.failed = written.is_err();
        self.written += data.len() as i64;
        written?;
        Ok(())
    }

    pub async fn sync(&mut self) -> Outcome<()> {
        let synced = self.begin()?.hsync().await;
        self.failed = synced.is_err();
        Ok(synced?)
    }

    pub async fn close(&mut self) -> Outcome<Entry> {
        let closed = self.begin()?.close().await;
        self.failed = closed.is_err();
        closed?;
        Ok(Entry { length: self.written, ..Default::default() })
    }

    /// The file stays, with what reached it: the caller deletes it.
    pub async fn abort(&mut self) -> Outcome<()> {
        self.inner = None;
        Ok(())
    }
}
