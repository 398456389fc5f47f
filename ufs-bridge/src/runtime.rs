//! The one tokio runtime: started with the first store, never stopped, bounded in threads.

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Code, Failure, Outcome};

pub const WORKER_THREADS: usize = 4;
pub const BLOCKING_THREADS: usize = 8;

static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();

fn runtime() -> Outcome<&'static Runtime> {
    let started = RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(WORKER_THREADS)
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_keep_alive(Duration::from_secs(10))
            .thread_name("ufs-bridge")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())
    });
    started.as_ref().map_err(|text| {
        Failure::new(Code::ResourceExhausted, format!("no threads for remote stores: {text}"))
    })
}

pub fn handle() -> Outcome<Handle> {
    Ok(runtime()?.handle().clone())
}

/// Runs `work` on the calling thread, with the runtime's threads for sockets and timers.
pub fn run<T>(timeout_ms: i64, work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let limit = Duration::from_millis(timeout_ms.max(1) as u64);
    runtime()?.block_on(async {
        match tokio::time::timeout(limit, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::new(
                Code::DeadlineExceeded,
                format!("no answer within {} ms", limit.as_millis()),
            )),
        }
    })
}
