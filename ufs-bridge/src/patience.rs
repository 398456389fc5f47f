//! How long the data nodes of HDFS are waited for.
//!
//! When a data node dies, hdfs-native often waits for ever: its pipeline's end waits for a sender
//! that waits for packets. Only time tells that from a data node that is slow. A sync takes
//! milliseconds, so the first limit is short; one that was late makes the next limits longer, so
//! that a cluster which really is that slow is waited for.

use std::sync::Mutex;
use std::time::{Duration, Instant};

const SHORTEST: Duration = Duration::from_secs(3);
const MOST_LATE: u32 = 3; // 24 s
/// So long after the last late one everything is as it was.
const MEMORY: Duration = Duration::from_secs(120);

#[derive(Debug, Default)]
struct State {
    late: u32,
    last: Option<Instant>,
}

#[derive(Debug, Default)]
pub struct Patience(Mutex<State>);

impl Patience {
    pub fn limit(&self) -> Duration {
        self.limit_at(Instant::now())
    }

    /// Something did not come within the limit.
    pub fn late(&self) {
        self.late_at(Instant::now());
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Plain numbers are as good after a panic as before.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn limit_at(&self, now: Instant) -> Duration {
        let mut state = self.state();
        if state.last.is_some_and(|last| now >= last + MEMORY) {
            *state = State::default();
        }
        SHORTEST * (1 << state.late)
    }

    fn late_at(&self, now: Instant) {
        let mut state = self.state();
        state.late = (state.late + 1).min(MOST_LATE);
        state.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_late_again_and_again_gets_more_time() {
        let patience = Patience::default();
        let now = Instant::now();
        let mut limits = Vec::new();
        for _ in 0..6 {
            limits.push(patience.limit_at(now).as_secs());
            patience.late_at(now);
        }
        assert_eq!(limits, [3, 6, 12, 24, 24, 24]);
        assert_eq!(patience.limit_at(now + MEMORY - Duration::from_secs(1)).as_secs(), 24);
        assert_eq!(patience.limit_at(now + MEMORY), SHORTEST);
    }
}
