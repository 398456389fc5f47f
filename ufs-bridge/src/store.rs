//! What the ABI calls: object stores (and their like), HDFS and WebHDFS behind one set of methods.

use std::collections::HashMap;
use std::sync::Arc;

use crate::entry::{Abilities, Entry, WriteOptions};
use crate::error::{Code, Failure, Outcome};
use crate::hdfs::{Hdfs, HdfsLister, HdfsReader, HdfsWriter, Shortage};
use crate::objects::{ObjectLister, ObjectReader, ObjectWriter, Objects};
use crate::swift::{Swift, SwiftLister, SwiftReader, SwiftWriter};
use crate::uploads::UploadLister;
use crate::webhdfs::{WebHdfs, WebHdfsLister, WebHdfsReader, WebHdfsWriter};

/// Values of options that no message may repeat.
#[derive(Debug, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    const WORDS: [&'static str; 6] =
        ["secret", "key", "token", "password", "credential", "delegation"];

    pub fn of(options: &HashMap<String, String>) -> Self {
        let secret = |name: &str| {
            let name = name.to_ascii_lowercase();
            Self::WORDS.iter().any(|word| name.contains(word))
        };
        let mut values: Vec<String> = options
            .iter()
            .filter(|(name, value)| secret(name) && value.len() >= 4)
            .map(|(_, value)| value.clone())
            .collect();
        // The longest first, so that no rest of one stays behind.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self(values)
    }

    pub fn hide(&self, mut failure: Failure) -> Failure {
        for value in &self.0 {
            if failure.message.contains(value.as_str()) {
                failure.message = failure.message.replace(value.as_str(), "***");
            }
        }
        failure
    }
}

#[derive(Clone)]
pub enum Store {
    Objects(Arc<Objects>),
    Hdfs(Arc<Hdfs>),
    Swift(Arc<Swift>),
    WebHdfs(Arc<WebHdfs>),
}

pub enum Reader {
    Objects(ObjectReader),
    Hdfs(Box<HdfsReader>),
    Swift(Box<SwiftReader>),
    WebHdfs(Box<WebHdfsReader>),
}

pub enum Writer {
    Objects(ObjectWriter),
    Hdfs(Box<HdfsWriter>),
    Swift(Box<SwiftWriter>),
    WebHdfs(Box<WebHdfsWriter>),
}

pub enum Lister {
    Objects(Box<ObjectLister>),
    Hdfs(Box<HdfsLister>),
    Swift(Box<SwiftLister>),
    WebHdfs(Box<WebHdfsLister>),
    Uploads(Box<UploadLister>),
}

impl Store {
    pub fn open(service: &str, options: HashMap<String, String>) -> Outcome<Self> {
        match service {
            "hdfs" => Ok(Self::Hdfs(Arc::new(Hdfs::open(options)?))),
            "swift" => Ok(Self::Swift(Arc::new(Swift::open(options)?))),
            "webhdfs" => Ok(Self::WebHdfs(Arc::new(WebHdfs::open(options)?))),
            _ => Ok(Self::Objects(Arc::new(Objects::open(service, options)?))),
        }
    }

    pub fn abilities(&self) -> Abilities {
        match self {
            Self::Objects(objects) => objects.abilities(),
            Self::Hdfs(_) => Abilities {
                write: true,
                list: true,
                rename: true,
                attributes: true,
                ..Default::default()
            },
            Self::Swift(_) => Abilities {
                flat_keys: true,
                write: true,
                list: true,
                copy: true,
                match_etag: true,
                ..Default::default()
            },
            Self::WebHdfs(_) => Abilities {
                write: true,
                list: true,
                rename: true,
                attributes: true,
                match_etag: true,
                ..Default::default()
            },
        }
    }

    pub async fn stat(&self, path: &str) -> Outcome<Entry> {
        match self {
            Self::Objects(objects) => objects.stat(path).await,
            Self::Hdfs(hdfs) => hdfs.stat(path).await,
            Self::Swift(swift) => swift.stat(path).await,
            Self::WebHdfs(hdfs) => hdfs.stat(path).await,
        }
    }

    pub fn list(
        &self,
        folder: &str,
        recursive: bool,
        start_after: &str,
        page_size: usize,
    ) -> Outcome<Lister> {
        match self {
            Self::Objects(objects) => {
                let lister = objects.list(folder, recursive, start_after, page_size)?;
                Ok(Lister::Objects(Box::new(lister)))
            }
            Self::Swift(swift) => {
                let (swift, after) = (swift.clone(), start_after);
                let lister = SwiftLister::new(swift, folder, recursive, after, page_size);
                Ok(Lister::Swift(Box::new(lister)))
            }
            Self::Hdfs(_) | Self::WebHdfs(_) if recursive => {
                Err(Failure::unimplemented("list recursively"))
            }
            Self::WebHdfs(hdfs) => {
                let lister = WebHdfsLister::new(hdfs.clone(), folder, start_after);
                Ok(Lister::WebHdfs(Box::new(lister)))
            }
            Self::Hdfs(hdfs) => Ok(Lister::Hdfs(Box::new(hdfs.list(folder, start_after)))),
        }
    }

    /// Uploads in parts that were begun below `folder` and never ended.
    pub fn list_uploads(&self, folder: &str) -> Outcome<Lister> {
        match self {
            Self::Objects(objects) => Ok(Lister::Uploads(Box::new(objects.list_uploads(folder)?))),
            _ => Err(Failure::unimplemented("find unfinished uploads")),
        }
    }

    pub async fn abort_upload(&self, path: &str, id: &str) -> Outcome<()> {
        match self {
            Self::Objects(objects) => objects.abort_upload(path, id).await,
            _ => Err(Failure::unimplemented("give up an upload")),
        }
    }

    pub async fn reader(&self, path: &str, etag: &str, length: i64) -> Outcome<Reader> {
        match self {
            Self::Objects(objects) => {
                Ok(Reader::Objects(ObjectReader::new(objects.clone(), path, etag, length)))
            }
            Self::Hdfs(hdfs) => Ok(Reader::Hdfs(Box::new(hdfs.reader(path).await?))),
            Self::Swift(swift) => {
                let reader = SwiftReader::new(swift.clone(), path, etag, length);
                Ok(Reader::Swift(Box::new(reader)))
            }
            Self::WebHdfs(hdfs) => {
                let reader = WebHdfsReader::new(hdfs.clone(), path, etag, length);
                Ok(Reader::WebHdfs(Box::new(reader)))
            }
        }
    }

    pub async fn writer(&self, path: &str, options: WriteOptions) -> Outcome<Writer> {
        if options.append && !matches!(self, Self::Hdfs(_)) {
            return Err(Failure::unimplemented("append"));
        }
        match self {
            Self::Objects(objects) => Ok(Writer::Objects(objects.writer(path, options)?)),
            Self::Hdfs(hdfs) => Ok(Writer::Hdfs(Box::new(hdfs.writer(path, options).await?))),
            Self::Swift(swift) => Ok(Writer::Swift(Box::new(swift.writer(path, options)))),
            Self::WebHdfs(hdfs) => Ok(Writer::WebHdfs(Box::new(hdfs.writer(path, options).await?))),
        }
    }

    pub async fn delete(&self, paths: &[&str], recursive: bool) -> Outcome<()> {
        match self {
            Self::Objects(objects) => objects.delete(paths).await,
            Self::Hdfs(hdfs) => hdfs.delete(paths, recursive).await,
            Self::Swift(swift) => swift.delete(paths).await,
            Self::WebHdfs(hdfs) => hdfs.delete(paths, recursive).await,
        }
    }

    pub async fn copy(&self, from: &str, to: &str, length: i64) -> Outcome<Entry> {
        match self {
            Self::Objects(objects) => objects.copy(from, to, length).await,
            // The answer's ETag is not that of the object where a manifest was copied.
            Self::Swift(swift) => {
                swift.copy(from, to, length).await?;
                Ok(Entry { path: to.to_string(), ..Default::default() })
            }
            Self::Hdfs(_) | Self::WebHdfs(_) => Err(Failure::unimplemented("copy")),
        }
    }

    pub async fn recover(&self, path: &str) -> Outcome<bool> {
        match self {
            Self::Hdfs(hdfs) => hdfs.recover(path).await,
            _ => Err(Failure::unimplemented("take a file from its writer")),
        }
    }

    pub async fn rename(&self, from: &str, to: &str, overwrite: bool) -> Outcome<()> {
        match self {
            Self::Hdfs(hdfs) => hdfs.rename(from, to, overwrite).await,
            Self::WebHdfs(hdfs) => hdfs.rename(from, to, overwrite).await,
            Self::Objects(_) | Self::Swift(_) => Err(Failure::unimplemented("rename")),
        }
    }

    pub async fn set_owner(&self, path: &str, owner: &str, group: &str) -> Outcome<()> {
        match self {
            Self::Hdfs(hdfs) => hdfs.set_owner(path, owner, group).await,
            Self::WebHdfs(hdfs) => hdfs.set_owner(path, owner, group).await,
            Self::Objects(_) | Self::Swift(_) => Err(Failure::unimplemented("set the owner")),
        }
    }

    pub async fn set_mode(&self, path: &str, mode: u32) -> Outcome<()> {
        match self {
            Self::Hdfs(hdfs) => hdfs.set_mode(path, mode).await,
            Self::WebHdfs(hdfs) => hdfs.set_mode(path, mode).await,
            Self::Objects(_) | Self::Swift(_) => Err(Failure::unimplemented("set the mode")),
        }
    }

    pub async fn create_dir(&self, path: &str, mode: u32, parents: bool) -> Outcome<()> {
        match self {
            Self::Objects(objects) => objects.create_dir(path).await,
            Self::Hdfs(hdfs) => hdfs.create_dir(path, mode, parents).await,
            Self::Swift(_) => Err(Failure::unimplemented("create a folder")),
            Self::WebHdfs(hdfs) => hdfs.create_dir(path, mode, parents).await,
        }
    }
}

impl Reader {
    pub fn length(&self) -> i64 {
        match self {
            Self::Objects(reader) => reader.length(),
            Self::Hdfs(reader) => reader.length(),
            Self::Swift(reader) => reader.length(),
            Self::WebHdfs(reader) => reader.length(),
        }
    }

    pub async fn read_at(&self, offset: u64, into: &mut [u8]) -> Outcome<()> {
        match self {
            Self::Objects(reader) => reader.read_at(offset, into).await,
            Self::Hdfs(reader) => reader.read_at(offset, into).await,
            Self::Swift(reader) => reader.read_at(offset, into).await,
            Self::WebHdfs(reader) => reader.read_at(offset, into).await,
        }
    }
}

impl Writer {
    pub async fn write(&mut self, data: &[u8]) -> Outcome<()> {
        match self {
            Self::Objects(writer) => writer.write(data).await,
            Self::Hdfs(writer) => writer.write(data).await,
            Self::Swift(writer) => writer.write(data).await,
            Self::WebHdfs(writer) => writer.write(data).await,
        }
    }

    pub async fn sync(&mut self) -> Outcome<()> {
        match self {
            Self::Hdfs(writer) => writer.sync().await,
            _ => Err(Failure::unimplemented("sync an open file")),
        }
    }

    pub fn shortage(&self) -> &Shortage {
        match self {
            Self::Hdfs(writer) => writer.shortage(),
            _ => &Shortage::None,
        }
    }

    pub async fn close(&mut self) -> Outcome<Entry> {
        match self {
            Self::Objects(writer) => writer.close().await,
            Self::Hdfs(writer) => writer.close().await,
            Self::Swift(writer) => writer.close().await,
            Self::WebHdfs(writer) => writer.close().await,
        }
    }

    pub async fn abort(&mut self) -> Outcome<()> {
        match self {
            Self::Objects(writer) => writer.abort().await,
            Self::Hdfs(writer) => writer.abort().await,
            Self::Swift(writer) => writer.abort().await,
            Self::WebHdfs(writer) => writer.abort().await,
        }
    }
}

impl Lister {
    /// Up to `limit` entries, and whether the listing is over.
    pub async fn next(&mut self, limit: usize) -> Outcome<(Vec<Entry>, bool)> {
        if limit == 0 {
            return Err(Failure::new(Code::InvalidArgument, "a page of no entries"));
        }
        match self {
            Self::Objects(lister) => lister.next(limit).await,
            Self::Hdfs(lister) => lister.next(limit).await,
            Self::Swift(lister) => lister.next(limit).await,
            Self::WebHdfs(lister) => lister.next(limit).await,
            Self::Uploads(lister) => lister.next(limit).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_reach_messages() {
        let mut options = HashMap::new();
        options.insert("secret_access_key".to_string(), "hunter2hunter2".to_string());
        options.insert("bucket".to_string(), "data".to_string());
        let secrets = Secrets::of(&options);
        let failure = Failure::new(Code::Unknown, "bad hunter2hunter2 for data");
        assert_eq!(secrets.hide(failure).message, "bad *** for data");
    }
}
