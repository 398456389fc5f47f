//! HDFS through the REST interface of its name nodes (WebHDFS) or of an HttpFS gateway. OpenDAL's
//! service has no owners and modes, and its rename replaces nothing.
//!
//! A name node answers what concerns names itself and sends readers and writers on to a data node.
//! Each read asks by path, so a read is bound to its version by looking at the file again after the
//! answer has begun: its length, time and number are those that were opened, or it is ABORTED.

use std::collections::{HashMap, VecDeque};
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;

use crate::entry::{Entry, WriteOptions};
use crate::error::{Code, Failure, Outcome, code_of_java};
use crate::hadoop_conf;
use crate::transport::plain_client;
use crate::web::{self, Upload};

pub struct WebHdfs {
    client: Client,
    /// "http://host:port" of each name node.
    servers: Vec<String>,
    /// Which of them answered last.
    active: AtomicUsize,
    user: Option<String>,
    /// Gateways of Hadoop 2 list a folder in one answer only.
    lists_whole: AtomicBool,
}

struct Status {
    entry: Entry,
    /// Of the file itself: another one under the same name has another.
    file_id: i64,
}

/// The user of this process, as Hadoop's own client finds it.
fn process_user() -> Option<String> {
    if let Ok(user) = std::env::var("HADOOP_USER_NAME") {
        return Some(user).filter(|user| !user.is_empty());
    }
    let uid = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.split(':').nth(2) == Some(&uid))?;
    line.split(':').next().map(str::to_string)
}

/// Where "webhdfs://authority" is: a name service of the configuration, or a host.
fn servers_of(authority: &str, secure: bool, conf: &HashMap<String, String>) -> Vec<String> {
    let (scheme, port) = if secure { ("https", 9871) } else { ("http", 9870) };
    let mut hosts = Vec::new();
    if let Some(nodes) = conf.get(&format!("dfs.ha.namenodes.{authority}")) {
        for node in nodes.split(',').map(str::trim) {
            hosts.extend(conf.get(&format!("dfs.namenode.{scheme}-address.{authority}.{node}")));
        }
    }
    if hosts.is_empty() {
        let port = if authority.contains(':') { String::new() } else { format!(":{port}") };
        return vec![format!("{scheme}://{authority}{port}")];
    }
    hosts.iter().map(|host| format!("{scheme}://{host}")).collect()
}

fn text_of<'a>(status: &'a Value, name: &str) -> &'a str {
    status[name].as_str().unwrap_or_default()
}

fn status_of(path: String, status: &Value) -> Outcome<Status> {
    let (Some(length), Some(modified_ms)) =
        (status["length"].as_i64(), status["modificationTime"].as_i64())
    else {
        return Err(Failure::new(Code::DataLoss, "a file status without length and time"));
    };
    let mode = i32::from_str_radix(text_of(status, "permission"), 8).unwrap_or(0o644) & 0o777;
    let entry = Entry {
        path,
        is_directory: text_of(status, "type") == "DIRECTORY",
        mode,
        length,
        modified_ms,
        owner: text_of(status, "owner").to_string(),
        group: text_of(status, "group").to_string(),
        ..Default::default()
    };
    Ok(Status { entry, file_id: status["fileId"].as_i64().unwrap_or(0) })
}

/// What a refusal means, of its status and body.
fn refusal(status: StatusCode, body: &str) -> Failure {
    let parsed: Value = serde_json::from_str(body).unwrap_or_default();
    let remote = &parsed["RemoteException"];
    let class = text_of(remote, "exception");
    if !class.is_empty() {
        let message = text_of(remote, "message").lines().next().unwrap_or_default();
        let code = match class {
            "SecurityException" | "InvalidToken" => Code::PermissionDenied,
            _ => code_of_java(class),
        };
        return Failure::new(code, format!("{class}: {message}"));
    }
    let code = match status.as_u16() {
        401 => {
            let text = "the server wants a Kerberos ticket, which webhdfs:// has not here: use \
                        hdfs://";
            return Failure::new(Code::PermissionDenied, text);
        }
        403 => Code::PermissionDenied,
        404 => Code::FailedPrecondition,
        429 | 500 | 502 | 503 | 504 => Code::Unavailable,
        _ => Code::Unknown,
    };
    let text = web::without_markup(body);
    Failure::new(code, format!("HTTP {}, not an answer of WebHDFS: {text}", status.as_u16()))
}

async fn checked(mut response: Response) -> Outcome<Response> {
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    Err(refusal(status, &web::reason(&mut response).await))
}

impl WebHdfs {
    pub fn open(mut options: HashMap<String, String>) -> Outcome<Self> {
        let url = options.remove("url").unwrap_or_default();
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(Failure::new(Code::InvalidArgument, "webhdfs: no url"));
        };
        let user = options.remove("user").or_else(process_user);
        let mut conf = match options.remove("conf.files") {
            Some(files) => hadoop_conf::read(&files)?,
            None => HashMap::new(),
        };
        conf.extend(options);
        if conf.get("hadoop.security.authentication").is_some_and(|kind| kind == "kerberos") {
            let text = "Kerberos is available for hdfs:// only, not for webhdfs://";
            return Err(Failure::new(Code::InvalidArgument, text));
        }
        Ok(Self {
            client: plain_client()?,
            servers: servers_of(rest.trim_end_matches('/'), scheme == "swebhdfs", &conf),
            active: AtomicUsize::new(0),
            user,
            lists_whole: AtomicBool::new(false),
        })
    }

    fn target(&self, path: &str, op: &str, query: &[(&str, &str)]) -> String {
        let mut text = format!("/webhdfs/v1{}?op={op}", web::path_text(path));
        let user = self.user.as_deref().map(|user| ("user.name", user));
        for (name, value) in user.iter().chain(query) {
            text.push_str(&format!("&{name}={}", web::query_text(value)));
        }
        text
    }

    /// Asks the name node that answered last, and the others when it is not there or on stand-by:
    /// then nothing was done by it. The answer is a success or a redirection.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        op: &str,
        query: &[(&str, &str)],
    ) -> Outcome<Response> {
        let target = self.target(path, op, query);
        let first = self.active.load(Ordering::Relaxed);
        let mut last = Failure::new(Code::Unavailable, "no name node");
        for turn in 0..self.servers.len() {
            let index = (first + turn) % self.servers.len();
            let url = format!("{}{target}", self.servers[index]);
            match self.client.request(method.clone(), url).send().await {
                Ok(mut response) => {
                    let status = response.status();
                    if status.is_success() || status == StatusCode::TEMPORARY_REDIRECT {
                        self.active.store(index, Ordering::Relaxed);
                        return Ok(response);
                    }
                    last = refusal(status, &web::reason(&mut response).await);
                    if !last.message.starts_with("StandbyException") {
                        return Err(last);
                    }
                }
                Err(error) if error.is_connect() => last = error.into(),
                Err(error) => return Err(error.into()),
            }
        }
        Err(last)
    }

    /// Of a call that answers {"boolean": ...}, or nothing; `false` means that nothing was done.
    async fn done(
        &self,
        method: Method,
        path: &str,
        op: &str,
        query: &[(&str, &str)],
    ) -> Outcome<bool> {
        let mut response = self.ask(method, path, op, query).await?;
        let text = web::body(&mut response, web::MAX_BODY).await?;
        let answer: Value = serde_json::from_slice(&text).unwrap_or_default();
        Ok(answer["boolean"].as_bool().unwrap_or(true))
    }

    async fn status(&self, path: &str) -> Outcome<Status> {
        let mut response = self.ask(Method::GET, path, "GETFILESTATUS", &[]).await?;
        let answer = web::json(&mut response).await?;
        status_of(path.to_string(), &answer["FileStatus"])
    }

    pub async fn stat(&self, path: &str) -> Outcome<Entry> {
        Ok(self.status(path).await?.entry)
    }

    /// The answer of a data node whose address the name node said.
    fn redirected(response: &Response) -> Option<String> {
        let address = web::header(response, "location");
        let known = response.status() == StatusCode::TEMPORARY_REDIRECT && !address.is_empty();
        known.then(|| address.to_string())
    }

    async fn open_at(&self, path: &str, offset: u64, length: usize) -> Outcome<Response> {
        let (offset, length) = (offset.to_string(), length.to_string());
        let query = [("offset", offset.as_str()), ("length", length.as_str())];
        let response = self.ask(Method::GET, path, "OPEN", &query).await?;
        match Self::redirected(&response) {
            Some(address) => checked(self.client.get(address).send().await?).await,
            // A gateway sends the bytes itself.
            None => checked(response).await,
        }
    }

    pub async fn writer(&self, path: &str, options: WriteOptions) -> Outcome<WebHdfsWriter> {
        let mode = format!("{:o}", options.mode & 0o777);
        let query =
            [("permission", mode.as_str()), ("overwrite", "false"), ("createparent", "false")];
        let response = self.ask(Method::PUT, path, "CREATE", &query).await?;
        let Some(address) = Self::redirected(&response) else {
            let text = "the server names no data node to write to";
            return Err(Failure::new(Code::Unimplemented, text));
        };
        let request = self.client.put(address).header("Content-Type", "application/octet-stream");
        Ok(WebHdfsWriter { upload: Some(Upload::start(request)), written: 0 })
    }

    pub async fn delete(&self, paths: &[&str], recursive: bool) -> Outcome<()> {
        let recursive = if recursive { "true" } else { "false" };
        for path in paths {
            match self.done(Method::DELETE, path, "DELETE", &[("recursive", recursive)]).await {
                // `false`: it is not there.
                Ok(_) => {}
                Err(failure) if failure.code == Code::NotFound => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    pub async fn rename(&self, from: &str, to: &str, overwrite: bool) -> Outcome<()> {
        let options = if overwrite { "OVERWRITE" } else { "NONE" };
        let query = [("destination", to), ("renameoptions", options)];
        if self.done(Method::PUT, from, "RENAME", &query).await? {
            return Ok(());
        }
        // Gateways know nothing of renameoptions.
        let text = "the server did not rename, and does not say why: the target may be there";
        Err(Failure::new(Code::FailedPrecondition, text))
    }

    /// The interface makes parents always, so they are looked for before.
    pub async fn create_dir(&self, path: &str, mode: u32, parents: bool) -> Outcome<()> {
        if !parents
            && let Some((parent, _)) = path.rsplit_once('/')
            && !parent.is_empty()
        {
            self.status(parent).await?;
        }
        let mode = format!("{:o}", mode & 0o777);
        if self.done(Method::PUT, path, "MKDIRS", &[("permission", &mode)]).await? {
            return Ok(());
        }
        Err(Failure::new(Code::FailedPrecondition, "the server did not make the folder"))
    }

    pub async fn set_owner(&self, path: &str, owner: &str, group: &str) -> Outcome<()> {
        let mut query = vec![("owner", owner), ("group", group)];
        query.retain(|(_, value)| !value.is_empty());
        if query.is_empty() {
            return Ok(());
        }
        self.done(Method::PUT, path, "SETOWNER", &query).await.map(|_| ())
    }

    pub async fn set_mode(&self, path: &str, mode: u32) -> Outcome<()> {
        let mode = format!("{:o}", mode & 0o777);
        let query = [("permission", mode.as_str())];
        self.done(Method::PUT, path, "SETPERMISSION", &query).await.map(|_| ())
    }
}

/// A folder in the order of names, which is the server's.
pub struct WebHdfsLister {
    hdfs: Arc<WebHdfs>,
    folder: String,
    start_after: String,
    /// The last name of the page before.
    after: String,
    ready: VecDeque<Entry>,
    ended: bool,
}

impl WebHdfsLister {
    pub fn new(hdfs: Arc<WebHdfs>, folder: &str, start_after: &str) -> Self {
        let folder = folder.trim_end_matches('/').to_string();
        // Names up to the one that the start is in, or is, need not be sent.
        let after = start_after
            .strip_prefix(folder.as_str())
            .and_then(|rest| rest.strip_prefix('/'))
            .and_then(|rest| rest.split('/').next())
            .unwrap_or_default();
        Self {
            hdfs,
            after: after.to_string(),
            folder,
            start_after: start_after.to_string(),
            ready: VecDeque::new(),
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
        let (statuses, more) = self.page().await?;
        if more && statuses.is_empty() {
            return Err(Failure::new(Code::DataLoss, "an empty page, and more to come"));
        }
        self.ended = !more;
        for status in &statuses {
            let name = text_of(status, "pathSuffix");
            // A file is "listed" as itself.
            if name.is_empty() {
                return Err(Failure::new(Code::FailedPrecondition, "not a directory"));
            }
            let entry = status_of(format!("{}/{name}", self.folder), status)?.entry;
            self.after = name.to_string();
            if self.start_after.is_empty() || entry.path > self.start_after {
                self.ready.push_back(entry);
            }
        }
        Ok(())
    }

    /// Statuses, and whether there are more.
    async fn page(&self) -> Outcome<(Vec<Value>, bool)> {
        let path = if self.folder.is_empty() { "/" } else { &self.folder };
        if !self.hdfs.lists_whole.load(Ordering::Relaxed) {
            let mut query = vec![("startAfter", self.after.as_str())];
            query.retain(|(_, value)| !value.is_empty());
            match self.hdfs.ask(Method::GET, path, "LISTSTATUS_BATCH", &query).await {
                Ok(mut response) => {
                    let mut answer = web::json(&mut response).await?;
                    let listing = &mut answer["DirectoryListing"];
                    let more = listing["remainingEntries"].as_i64();
                    let statuses = statuses_of(&mut listing["partialListing"]);
                    return match (statuses, more) {
                        (Some(statuses), Some(more)) => Ok((statuses, more > 0)),
                        _ => Err(Failure::new(Code::DataLoss, "an answer without a listing")),
                    };
                }
                // An operation that the server does not know is an illegal argument to it.
                Err(failure) if failure.message.contains("LISTSTATUS_BATCH") => {
                    self.hdfs.lists_whole.store(true, Ordering::Relaxed);
                }
                Err(failure) => return Err(failure),
            }
        }
        let mut response = self.hdfs.ask(Method::GET, path, "LISTSTATUS", &[]).await?;
        let mut answer = web::json(&mut response).await?;
        let Some(mut statuses) = statuses_of(&mut answer) else {
            return Err(Failure::new(Code::DataLoss, "an answer without a listing"));
        };
        statuses.sort_by(|a, b| text_of(a, "pathSuffix").cmp(text_of(b, "pathSuffix")));
        Ok((statuses, false))
    }
}

fn statuses_of(answer: &mut Value) -> Option<Vec<Value>> {
    match answer["FileStatuses"]["FileStatus"].take() {
        Value::Array(statuses) => Some(statuses),
        _ => None,
    }
}

pub struct WebHdfsReader {
    hdfs: Arc<WebHdfs>,
    path: String,
    length: i64,
    /// "(len:n, modtime:ms)", or "" when the first read decides.
    version: String,
    /// What the first read met.
    bound: OnceLock<(String, i64)>,
}

impl WebHdfsReader {
    pub fn new(hdfs: Arc<WebHdfs>, path: &str, version: &str, length: i64) -> Self {
        Self {
            hdfs,
            path: path.to_string(),
            length,
            version: version.to_string(),
            bound: OnceLock::new(),
        }
    }

    pub fn length(&self) -> i64 {
        self.length
    }

    pub async fn read_at(&self, offset: u64, into: &mut [u8]) -> Outcome<()> {
        if into.is_empty() {
            return Ok(());
        }
        let mut response = self.hdfs.open_at(&self.path, offset, into.len()).await?;
        // From here on the data node reads the blocks of one file, or fails.
        self.check().await?;
        web::fill(&mut response, into).await
    }

    async fn check(&self) -> Outcome<()> {
        let changed = || Failure::new(Code::Aborted, "the file changed since it was opened");
        let now = match self.hdfs.status(&self.path).await {
            Ok(now) => now,
            Err(failure) if failure.code == Code::NotFound => return Err(changed()),
            Err(failure) => return Err(failure),
        };
        let version = format!("(len:{}, modtime:{})", now.entry.length, now.entry.modified_ms);
        if !self.version.is_empty() && version != self.version {
            return Err(changed());
        }
        let bound = self.bound.get_or_init(|| (version.clone(), now.file_id));
        if bound.0 != version || bound.1 != now.file_id {
            return Err(changed());
        }
        Ok(())
    }
}

pub struct WebHdfsWriter {
    /// None when the upload has failed or is over.
    upload: Option<Upload>,
    written: i64,
}

impl WebHdfsWriter {
    fn earlier() -> Failure {
        Failure::new(Code::FailedPrecondition, "an earlier write failed")
    }

    pub async fn write(&mut self, data: &[u8]) -> Outcome<()> {
        // Stays out when the caller's patience ends in between.
        let mut upload = self.upload.take().ok_or_else(Self::earlier)?;
        if let Some(answer) = upload.send(Bytes::copy_from_slice(data)).await? {
            checked(answer).await?;
            return Err(Failure::new(Code::Unknown, "the server ended the upload"));
        }
        self.upload = Some(upload);
        self.written += data.len() as i64;
        Ok(())
    }

    pub async fn close(&mut self) -> Outcome<Entry> {
        let upload = self.upload.take().ok_or_else(Self::earlier)?;
        checked(upload.finish().await?).await?;
        Ok(Entry { length: self.written, ..Default::default() })
    }

    /// The file stays, with what reached it: the caller deletes it. It is ended in order, so that
    /// no data node makes it after that.
    pub async fn abort(&mut self) -> Outcome<()> {
        if let Some(upload) = self.upload.take() {
            checked(upload.finish().await?).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
