//! The one tokio runtime: started with the first store, never stopped, bounded in threads.

use std::future::Future;
use std::pin::Pin;
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
    runtime()?.block_on(within(timeout_ms, work))
}

async fn within<T>(timeout_ms: i64, work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let limit = Duration::from_millis(timeout_ms.max(1) as u64);
    match tokio::time::timeout(limit, work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::new(
            Code::DeadlineExceeded,
            format!("no answer within {} ms", limit.as_millis()),
        )),
    }
}

/// The same on the runtime's threads, where the sockets are: the caller is woken once, at the end,
/// and not for every packet that has come. `work` must not block.
pub fn run_beside_sockets<T: Send + 'static>(
    timeout_ms: i64,
    work: impl Future<Output = Outcome<T>> + Send,
) -> Outcome<T> {
    let runtime = runtime()?;
    let work: Pin<Box<dyn Future<Output = Outcome<T>> + Send + '_>> =
        Box::pin(within(timeout_ms, work));
    // SAFETY: only the lifetime changes, and what `work` borrows stays for as long as it lives:
    // nothing below returns or unwinds before the task has ended, and a task drops its work before
    // it tells anybody so. `within` bounds it.
    let work: Pin<Box<dyn Future<Output = Outcome<T>> + Send + 'static>> =
        unsafe { std::mem::transmute(work) };
    let task = runtime.spawn(work);
    match runtime.block_on(task) {
        Ok(outcome) => outcome,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Failure::new(Code::Internal, "the runtime was stopped")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes that it was dropped in what its owner lends it.
    struct Noting<'a>(&'a std::sync::atomic::AtomicBool);

    impl Drop for Noting<'_> {
        fn drop(&mut self) {
            self.0.store(true, std::sync::atomic::Ordering::SeqCst);
        }
    }

    #[test]
    fn work_beside_sockets_borrows_and_answers() {
        let mut into = vec![0_u8; 4];
        let room = &mut into[..];
        let outcome = run_beside_sockets(10_000, async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            room.copy_from_slice(b"data");
            Ok(std::thread::current().name().map(str::to_string))
        });
        assert_eq!(outcome.unwrap().as_deref(), Some("ufs-bridge"));
        assert_eq!(into, b"data");
        let failed: Outcome<()> =
            run_beside_sockets(10_000, async { Err(Failure::new(Code::NotFound, "none")) });
        assert_eq!(failed.unwrap_err().code, Code::NotFound);
    }

    #[test]
    fn what_is_late_is_dropped_before_the_caller_goes_on() {
        let dropped = std::sync::atomic::AtomicBool::new(false);
        let late: Outcome<()> = run_beside_sockets(20, async {
            let _noting = Noting(&dropped);
            std::future::pending().await
        });
        assert_eq!(late.unwrap_err().code, Code::DeadlineExceeded);
        assert!(dropped.load(std::sync::atomic::Ordering::SeqCst));
    }

    #[test]
    fn a_panic_beside_sockets_reaches_the_caller_only() {
        let dropped = std::sync::atomic::AtomicBool::new(false);
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _: Outcome<()> = run_beside_sockets(10_000, async {
                let _noting = Noting(&dropped);
                panic!("a bug")
            });
        }));
        assert!(caught.is_err());
        assert!(dropped.load(std::sync::atomic::Ordering::SeqCst));
        assert_eq!(run_beside_sockets(10_000, async { Ok(7) }).unwrap(), 7);
    }
}
