//! Uploads in parts that were begun in an S3 bucket and never completed. OpenDAL has no call to find
//! them, so the two requests are made here, signed as OpenDAL signs its own.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use http::{Method, Request, Response, StatusCode};
use opendal::raw::{Timestamp, percent_decode_path, percent_encode_path};
use opendal::{Buffer, HttpTransporter};
use reqsign_aws_v4::{
    Credential, DefaultCredentialProvider, RequestSigner, StaticCredentialProvider,
};
use reqsign_core::{Context, OsEnv, ProvideCredentialChain, Signer};
use reqsign_file_read_tokio::TokioFileRead;

use crate::entry::Entry;
use crate::error::{Code, Failure, Outcome, code_of_http_text};

const PAGE: &str = "1000";
const AMAZON: &str = "https://s3.amazonaws.com";

pub struct Uploads {
    /// With the bucket, without a slash at its end.
    address: String,
    /// What keys of the mount begin with.
    root: String,
    signer: Signer<Credential>,
    transport: HttpTransporter,
}

fn address_of(options: &HashMap<String, String>, region: &str) -> String {
    let option = |name: &str| options.get(name).map_or("", String::as_str);
    let mut endpoint = option("endpoint").trim_end_matches('/').to_string();
    if endpoint.is_empty() || endpoint == AMAZON {
        endpoint = format!("https://s3.{region}.amazonaws.com");
    }
    let bucket = option("bucket");
    if option("enable_virtual_host_style") == "true" {
        return endpoint.replacen("//", &format!("//{bucket}."), 1);
    }
    format!("{endpoint}/{bucket}")
}

fn root_of(options: &HashMap<String, String>) -> String {
    let folder = options.get("root").map_or("", |root| root.trim_matches('/'));
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}

impl Uploads {
    /// `options` are those that the S3 service is built with.
    pub fn new(options: &HashMap<String, String>, transport: HttpTransporter) -> Self {
        let option = |name: &str| options.get(name).filter(|value| !value.is_empty());
        let region = option("region").map_or("us-east-1", String::as_str);
        let mut credentials = ProvideCredentialChain::new();
        credentials = match (option("access_key_id"), option("secret_access_key")) {
            (Some(id), Some(secret)) => {
                let given = StaticCredentialProvider::new(id, secret);
                credentials.push(match option("session_token") {
                    Some(token) => given.with_session_token(token),
                    None => given,
                })
            }
            _ => credentials.push(DefaultCredentialProvider::builder().build()),
        };
        let context = Context::new()
            .with_file_read(TokioFileRead)
            .with_http_send(transport.clone())
            .with_env(OsEnv);
        Self {
            address: address_of(options, region),
            root: root_of(options),
            signer: Signer::new(context, credentials, RequestSigner::new("s3", region)),
            transport,
        }
    }

    async fn send(&self, method: Method, url: &str) -> Outcome<String> {
        let bad = |error: http::Error| Failure::new(Code::Internal, error.to_string());
        let request = Request::builder().method(method).uri(url).body(()).map_err(bad)?;
        let (mut parts, ()) = request.into_parts();
        self.signer.sign(&mut parts, None).await.map_err(|error| {
            Failure::new(Code::PermissionDenied, format!("no credentials: {error}"))
        })?;
        // As OpenDAL does: the client writes it as its version of HTTP has it.
        parts.headers.remove(http::header::HOST);
        let request = Request::from_parts(parts, Buffer::new());
        let response: Response<Buffer> = self.transport.send(request).await?;
        let (parts, body) = response.into_parts();
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        if parts.status.is_success() { Ok(text) } else { Err(refusal(parts.status, &text)) }
    }

    pub fn list(self: &Arc<Self>, folder: &str) -> UploadLister {
        UploadLister {
            uploads: self.clone(),
            folder: folder.to_string(),
            markers: None,
            ready: VecDeque::new(),
            ended: false,
        }
    }

    /// One that is gone by now is no error.
    pub async fn abort(&self, path: &str, id: &str) -> Outcome<()> {
        let key = percent_encode_path(&format!("{}{path}", self.root));
        let url = format!("{}/{key}?uploadId={}", self.address, encoded(id));
        match self.send(Method::DELETE, &url).await {
            Err(failure) if failure.code == Code::NotFound => Ok(()),
            other => other.map(|_| ()),
        }
    }
}

/// A value of a query: a path, and what a path may have as it is.
fn encoded(text: &str) -> String {
    let path = percent_encode_path(text);
    let mut value = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '/' | '!' | '\'' | '(' | ')' | '*' => value.push_str(&format!("%{:02X}", c as u32)),
            _ => value.push(c),
        }
    }
    value
}

fn refusal(status: StatusCode, text: &str) -> Failure {
    let document = roxmltree::Document::parse(text).ok();
    let said = |name: &str| {
        let found = document.as_ref()?.descendants().find(|node| node.has_tag_name(name))?;
        found.text().map(str::to_string)
    };
    let word = said("Code").unwrap_or_default();
    let code = match (status.as_u16(), word.as_str()) {
        (_, "NoSuchBucket") => Code::InvalidArgument,
        (_, "NotImplemented") | (405 | 501, _) => Code::Unimplemented,
        (403, _) => Code::PermissionDenied,
        (404, _) => Code::NotFound,
        (429 | 500 | 502 | 503 | 504, _) => Code::Unavailable,
        _ => code_of_http_text(&word).unwrap_or(Code::Unknown),
    };
    let message = said("Message").unwrap_or_default();
    Failure::new(code, format!("HTTP {status} {word} {message}").trim_end().to_string())
}

/// Each entry is an upload: its key, when it was begun, and as ETag its id.
pub struct UploadLister {
    uploads: Arc<Uploads>,
    folder: String,
    /// Of a key and an id, where the next page begins.
    markers: Option<(String, String)>,
    ready: VecDeque<Entry>,
    ended: bool,
}

impl UploadLister {
    pub async fn next(&mut self, limit: usize) -> Outcome<(Vec<Entry>, bool)> {
        if self.ready.is_empty() && !self.ended {
            self.fetch().await?;
        }
        let count = limit.min(self.ready.len());
        let entries: Vec<Entry> = self.ready.drain(..count).collect();
        Ok((entries, self.ended && self.ready.is_empty()))
    }

    async fn fetch(&mut self) -> Outcome<()> {
        let prefix = format!("{}{}", self.uploads.root, self.folder);
        let mut url = format!("{}?uploads=&encoding-type=url", self.uploads.address);
        url.push_str(&format!("&max-uploads={PAGE}&prefix={}", encoded(&prefix)));
        if let Some((key, id)) = &self.markers {
            url.push_str(&format!("&key-marker={}", encoded(key)));
            url.push_str(&format!("&upload-id-marker={}", encoded(id)));
        }
        let text = self.uploads.send(Method::GET, &url).await?;
        let page = parse(&text)?;
        if page.next.is_some() && page.next == self.markers {
            let text = "the store answers with the same page of uploads again";
            return Err(Failure::new(Code::Internal, text));
        }
        self.ended = page.next.is_none();
        self.markers = page.next;
        let below = page.found.into_iter().filter_map(|mut entry| {
            // A server that knows no prefixes shows those of others too.
            if !entry.path.starts_with(&prefix) {
                return None;
            }
            entry.path = entry.path.split_off(self.uploads.root.len());
            Some(entry)
        });
        self.ready.extend(below);
        Ok(())
    }
}

#[derive(Debug)]
struct UploadPage {
    found: Vec<Entry>,
    next: Option<(String, String)>,
}

fn parse(text: &str) -> Outcome<UploadPage> {
    let strange = |what: &str| {
        Failure::new(Code::Unknown, format!("a list of uploads that {what} came from the store"))
    };
    let document = roxmltree::Document::parse(text).map_err(|_| strange("is no XML"))?;
    let top = document.root_element();
    if top.tag_name().name() != "ListMultipartUploadsResult" {
        return Err(strange("is none"));
    }
    let field = |node: roxmltree::Node, name: &str| {
        let found = node.children().find(|child| child.tag_name().name() == name);
        found.and_then(|child| child.text()).unwrap_or_default().to_string()
    };
    let plain = |text: String| match field(top, "EncodingType") == "url" {
        true => percent_decode_path(&text.replace('+', "%20")),
        false => text,
    };
    let mut found = Vec::new();
    for upload in top.children().filter(|child| child.tag_name().name() == "Upload") {
        let begun: Timestamp =
            field(upload, "Initiated").parse().map_err(|_| strange("has no times"))?;
        found.push(Entry {
            path: plain(field(upload, "Key")),
            modified_ms: begun.into_inner().as_millisecond(),
            etag: field(upload, "UploadId"),
            ..Default::default()
        });
    }
    let more = field(top, "IsTruncated") == "true";
    let markers = (plain(field(top, "NextKeyMarker")), field(top, "NextUploadIdMarker"));
    Ok(UploadPage { found, next: more.then_some(markers) })
}

#[cfg(test)]
#[path = "uploads/tests.rs"]
mod tests;
