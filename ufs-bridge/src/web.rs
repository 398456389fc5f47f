//! HTTP for the services that are written here and not in OpenDAL: Swift and WebHDFS.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::{Body, RequestBuilder, Response};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::error::{Code, Failure, Outcome};

/// A page of a listing at most; what is longer is no answer of a store.
pub const MAX_BODY: usize = 64 << 20;
/// Of a refusal: its reason comes first.
const MAX_REASON: usize = 8 << 10;
/// Pieces of an upload that wait for the network, beside the one that is sent.
const WAITING_PIECES: usize = 2;

fn percent(text: &str, keep: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        let c = byte as char;
        if c.is_ascii_alphanumeric() || "-_.~".contains(c) || keep.contains(c) {
            encoded.push(c);
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A path of a URL: everything but what RFC 3986 calls unreserved is escaped, and slashes stay.
pub fn path_text(path: &str) -> String {
    percent(path, "/")
}

/// A value of a query.
pub fn query_text(value: &str) -> String {
    percent(value, "")
}

pub fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The whole body; DATA_LOSS when it is longer than `limit`.
pub async fn body(response: &mut Response, limit: usize) -> Outcome<Vec<u8>> {
    let mut whole = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if whole.len() + chunk.len() > limit {
            return Err(Failure::new(Code::DataLoss, "the answer is too long"));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

pub async fn json(response: &mut Response) -> Outcome<serde_json::Value> {
    let text = body(response, MAX_BODY).await?;
    serde_json::from_slice(&text)
        .map_err(|error| Failure::new(Code::DataLoss, format!("the answer is no JSON: {error}")))
}

/// What the server says of a refusal, as far as it can be read; markup is left out.
pub async fn reason(response: &mut Response) -> String {
    let mut text = Vec::new();
    while text.len() < MAX_REASON {
        match response.chunk().await {
            Ok(Some(chunk)) => text.extend_from_slice(&chunk),
            // The status alone is told then.
            Ok(None) | Err(_) => break,
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

pub fn without_markup(text: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                plain.push(' ');
            }
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Fills all of `into` from the body.
pub async fn fill(response: &mut Response, into: &mut [u8]) -> Outcome<()> {
    let mut filled = 0;
    while let Some(chunk) = response.chunk().await? {
        let Some(room) = into.get_mut(filled..filled + chunk.len()) else {
            let text = "the store sent more than the range that was asked for";
            return Err(Failure::new(Code::DataLoss, text));
        };
        room.copy_from_slice(&chunk);
        filled += chunk.len();
    }
    if filled != into.len() {
        let text = format!("the store sent {filled} of {} bytes", into.len());
        return Err(Failure::new(Code::Unavailable, text));
    }
    Ok(())
}

/// Milliseconds of "2026-11-27T19:18:11.682610", UTC, with or without a "Z".
pub fn utc_ms(text: &str) -> Option<i64> {
    let (date, time) = text.trim_end_matches('Z').split_once('T')?;
    let number = |text: &str| text.parse::<i64>().ok();
    let mut days = date.splitn(3, '-');
    let (year, month, day) = (number(days.next()?)?, number(days.next()?)?, number(days.next()?)?);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut clock = time.splitn(3, ':');
    let (hour, minute, second) =
        (number(clock.next()?)?, number(clock.next()?)?, number(clock.next()?)?);
    let millis = number(&format!("{fraction:0<3}").get(..3)?.replace(' ', "0"))?;
    // Days since 1970 of the proleptic Gregorian calendar, with years that begin in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millis)
}

/// The body of an upload. Only a `None` ends it: without one the connection breaks off, and no
/// server takes what it has for the whole.
struct Pieces(mpsc::Receiver<Option<Bytes>>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|received| match received {
            Some(Some(piece)) => Some(Ok(piece)),
            Some(None) => None,
            None => Some(Err(io::Error::other("the upload was given up"))),
        })
    }
}

/// A request whose body is sent while it is made.
pub struct Upload {
    pieces: mpsc::Sender<Option<Bytes>>,
    answer: JoinHandle<reqwest::Result<Response>>,
}

impl Upload {
    pub fn start(request: RequestBuilder) -> Self {
        let (pieces, receiver) = mpsc::channel(WAITING_PIECES);
        let request = request.body(Body::wrap_stream(Pieces(receiver)));
        Self { pieces, answer: tokio::spawn(request.send()) }
    }

    /// Some(answer) when the server has answered before it had everything: a refusal.
    pub async fn send(&mut self, piece: Bytes) -> Outcome<Option<Response>> {
        if piece.is_empty() || self.pieces.send(Some(piece)).await.is_ok() {
            return Ok(None);
        }
        self.answered().await.map(Some)
    }

    pub async fn finish(mut self) -> Outcome<Response> {
        // It cannot be sent when the server has answered already.
        let _ = self.pieces.send(None).await;
        self.answered().await
    }

    async fn answered(&mut self) -> Outcome<Response> {
        match (&mut self.answer).await {
            Ok(answer) => Ok(answer?),
            Err(error) => Err(Failure::new(Code::Internal, format!("upload: {error}"))),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.answer.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_byte_by_byte() {
        assert_eq!(path_text("a b/%2F+;é"), "a%20b/%252F%2B%3B%C3%A9");
        assert_eq!(query_text("a/b&c"), "a%2Fb%26c");
    }

    #[test]
    fn times_are_read_to_the_millisecond() {
        assert_eq!(utc_ms("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(utc_ms("2000-02-29T12:30:15.5"), Some(951_827_415_500));
        assert_eq!(utc_ms("2026-11-27T19:18:11.682610"), Some(1_795_807_091_682));
        assert_eq!(utc_ms("yesterday"), None);
    }

    #[test]
    fn markup_is_left_out() {
        let page = "<html><h1>Forbidden</h1><p>Access was\n denied.</p></html>";
        assert_eq!(without_markup(page), "Forbidden Access was denied.");
    }
}
