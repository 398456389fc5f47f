//! Failures as they cross the ABI: a code of gRPC and a text that names no secret.

use std::error::Error as StdError;

use hdfs_native::HdfsError;
use opendal::ErrorKind;

#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

#[derive(Debug)]
pub struct Failure {
    pub code: Code,
    pub message: String,
}

pub type Outcome<T> = Result<T, Failure>;

/// Stores answer with whole pages of HTML at times.
const MAX_TEXT: usize = 600;

impl Failure {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let mut message: String = message.into();
        if message.len() > MAX_TEXT {
            let end = (0..=MAX_TEXT).rev().find(|at| message.is_char_boundary(*at));
            message.truncate(end.unwrap_or(0));
            message.push_str("...");
        }
        Self { code, message }
    }

    pub fn unimplemented(what: &str) -> Self {
        Self::new(Code::Unimplemented, format!("{what}: the store cannot"))
    }
}

/// The text of an error and of its causes. Request URLs are left out: they may carry tokens.
fn chain(first: String, mut cause: Option<&(dyn StdError + 'static)>) -> String {
    let mut text = first;
    while let Some(error) = cause {
        let part = match error.downcast_ref::<reqwest::Error>() {
            Some(http) if http.is_timeout() => "timed out".to_string(),
            Some(http) if http.is_connect() => "cannot connect".to_string(),
            Some(_) => String::new(),
            None => error.to_string(),
        };
        if !part.is_empty() && !text.contains(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        cause = error.source();
    }
    text
}

/// "HTTP 503 Service Unavailable", from the context that OpenDAL shows with an error.
fn http_status(error: &opendal::Error) -> Option<String> {
    let shown = error.to_string();
    let (_, rest) = shown.split_once("Parts { status: ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let status = http::StatusCode::from_bytes(digits.as_bytes()).ok()?;
    Some(format!("HTTP {status}"))
}

pub fn code_of_http_text(text: &str) -> Option<Code> {
    // What a HEAD or a foreign dialect says outside the table of the service.
    if text.contains("SlowDown") || text.contains("TooManyRequests") {
        return Some(Code::Unavailable);
    }
    let refused = ["InvalidAccessKeyId", "SignatureDoesNotMatch", "XAdminUserNotFound"];
    if refused.iter().any(|code| text.contains(code)) {
        return Some(Code::PermissionDenied);
    }
    None
}

impl From<opendal::Error> for Failure {
    fn from(error: opendal::Error) -> Self {
        let mut text = chain(error.message().to_string(), error.source());
        if text.is_empty() {
            // An answer without a body, as those to HEAD.
            text = http_status(&error).unwrap_or(error.kind().into_static().to_string());
        }
        let code = match error.kind() {
            // A key that is unknown is no object that is missing, whatever the status says.
            ErrorKind::NotFound => code_of_http_text(&text).unwrap_or(Code::NotFound),
            ErrorKind::PermissionDenied => Code::PermissionDenied,
            ErrorKind::AlreadyExists => Code::AlreadyExists,
            ErrorKind::IsADirectory | ErrorKind::NotADirectory => Code::FailedPrecondition,
            ErrorKind::RateLimited => Code::Unavailable,
            ErrorKind::ConditionNotMatch if error.is_temporary() => Code::Unavailable,
            ErrorKind::ConditionNotMatch => Code::Aborted,
            ErrorKind::RangeNotSatisfied => Code::OutOfRange,
            ErrorKind::Unsupported => Code::Unimplemented,
            // "NoSuchBucket" is one of these.
            ErrorKind::ConfigInvalid => Code::InvalidArgument,
            _ if error.is_temporary() => Code::Unavailable,
            _ => code_of_http_text(&text).unwrap_or(Code::Unknown),
        };
        Self::new(code, text)
    }
}

pub fn code_of_java(class: &str) -> Code {
    let name = class.rsplit(['.', '$']).next().unwrap_or(class);
    match name {
        "FileNotFoundException" => Code::NotFound,
        "FileAlreadyExistsException" | "AlreadyBeingCreatedException" => Code::AlreadyExists,
        "AccessControlException" | "AuthorizationException" => Code::PermissionDenied,
        "ParentNotDirectoryException"
        | "PathIsNotEmptyDirectoryException"
        | "PathIsNotDirectoryException" => Code::FailedPrecondition,
        "NSQuotaExceededException"
        | "DSQuotaExceededException"
        | "QuotaExceededException"
        | "QuotaByStorageTypeExceededException" => Code::ResourceExhausted,
        "InvalidPathException"
        | "PathComponentTooLongException"
        | "IllegalArgumentException"
        | "HadoopIllegalArgumentException" => Code::InvalidArgument,
        "SafeModeException"
        | "StandbyException"
        | "RetriableException"
        | "NotReplicatedYetException"
        | "RecoveryInProgressException"
        | "RetryStartFileException" => Code::Unavailable,
        // Somebody took the file away from its writer.
        "LeaseExpiredException" => Code::Aborted,
        "UnsupportedOperationException" => Code::Unimplemented,
        _ => Code::Unknown,
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        // Only what was asked can be wrong before it is sent.
        let code = if error.is_builder() { Code::InvalidArgument } else { Code::Unavailable };
        let first = if error.is_builder() { "not a URL" } else { "HTTP request failed" };
        Self::new(code, chain(first.to_string(), Some(&error)))
    }
}

impl From<HdfsError> for Failure {
    fn from(error: HdfsError) -> Self {
        // The first line is the reason, the rest a stack of the name node.
        let text = chain(error.to_string(), StdError::source(&error));
        let text = text.lines().next().unwrap_or_default().to_string();
        let code = match &error {
            HdfsError::FileNotFound(_) => Code::NotFound,
            HdfsError::AlreadyExists(_) => Code::AlreadyExists,
            HdfsError::IsADirectoryError(_) => Code::FailedPrecondition,
            HdfsError::InvalidPath(_)
            | HdfsError::InvalidArgument(_)
            | HdfsError::UrlParseError(_)
            | HdfsError::XmlParseError(_) => Code::InvalidArgument,
            HdfsError::UnsupportedFeature(_) | HdfsError::UnsupportedErasureCodingPolicy(_) => {
                Code::Unimplemented
            }
            HdfsError::IOError(_) | HdfsError::DataTransferError(_) => Code::Unavailable,
            HdfsError::BlocksNotFound(_) => Code::Unavailable,
            HdfsError::ChecksumError => Code::DataLoss,
            HdfsError::SASLError(_) | HdfsError::NoSASLMechanism | HdfsError::GSSAPIError(..) => {
                Code::Unauthenticated
            }
            // Its data nodes have not reported yet, or all are out of reach.
            HdfsError::RPCError(_, said)
                if said.contains("could only be written to 0 of the ")
                    || said.contains("could only be replicated to 0 nodes") =>
            {
                Code::Unavailable
            }
            HdfsError::RPCError(class, _) | HdfsError::FatalRPCError(class, _) => {
                code_of_java(class)
            }
            _ => Code::Unknown,
        };
        Self::new(code, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttling_is_worth_a_retry() {
        let error = opendal::Error::new(ErrorKind::RateLimited, "SlowDown");
        assert_eq!(Failure::from(error).code, Code::Unavailable);
    }

    #[test]
    fn an_unknown_access_key_is_not_a_missing_object() {
        let code = |text| Failure::from(opendal::Error::new(ErrorKind::NotFound, text)).code;
        assert_eq!(code("S3Error { code: \"XAdminUserNotFound\" }"), Code::PermissionDenied);
        assert_eq!(code("S3Error { code: \"NoSuchKey\" }"), Code::NotFound);
    }

    #[test]
    fn an_answer_without_a_body_is_told_by_its_status() {
        let (parts, ()) = http::Response::builder().status(503).body(()).unwrap().into_parts();
        let error = opendal::Error::new(ErrorKind::Unexpected, "").set_temporary();
        let error = opendal::raw::with_error_response_context(error, parts);
        let failure = Failure::from(error);
        assert_eq!(failure.code, Code::Unavailable);
        assert_eq!(failure.message, "HTTP 503 Service Unavailable");
        let silent = Failure::from(opendal::Error::new(ErrorKind::Unexpected, ""));
        assert_eq!(silent.message, "Unexpected");
    }

    #[test]
    fn a_standby_name_node_is_worth_a_retry_and_a_refusal_is_not() {
        assert_eq!(code_of_java("org.apache.hadoop.ipc.StandbyException"), Code::Unavailable);
        assert_eq!(
            code_of_java("org.apache.hadoop.security.AccessControlException"),
            Code::PermissionDenied
        );
        assert_eq!(
            code_of_java("o.a.h.h.s.namenode.FSLimitException$PathComponentTooLongException"),
            Code::InvalidArgument
        );
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let failure = Failure::new(Code::Unknown, "\u{e9}".repeat(1000));
        assert!(failure.message.len() <= MAX_TEXT + 3);
        assert!(failure.message.ends_with("..."));
    }
}
