//! How many copies new files of HDFS are begun with.
//!
//! hdfs-native gives a file up when one data node of its first block cannot be reached, and the
//! name node goes on naming one that has died until it counts as dead: ten minutes by default.
//! Hadoop's client asks for the same block without that node; we can ask for fewer nodes only, of
//! which all may be alive. The name node makes the missing copies once the file is closed.
//!
//! Now and then a file is begun with all again. While the node stays away that costs whoever waits
//! for the file some seconds, so it is tried less and less often.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Tries with as many copies as the cluster wants, before fewer.
const WHOLE_TRIES: u32 = 2;
/// Tries with one copy fewer each time: which nodes are named is left to chance.
const TRIES_EACH: u32 = 4;
/// So long after the last trouble all copies are asked for again; twice as long when that fails.
const MEMORY: Duration = Duration::from_secs(60);
const LONGEST_MEMORY: Duration = Duration::from_secs(480);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    usual: Option<u32>,
    until: Option<Instant>,
    /// Of the times that all were asked for again, how many were in vain.
    in_vain: u32,
}

#[derive(Debug, Default)]
pub struct Copies(Mutex<State>);

/// One file that is begun; it failed unless it says otherwise, also when nobody waits for it any
/// more.
pub struct Attempt<'a> {
    copies: &'a Copies,
    wanted: Option<u32>,
    over: bool,
}

impl Copies {
    /// None: as many as the cluster wants.
    pub fn wanted(&self) -> Option<u32> {
        self.wanted_at(Instant::now())
    }

    /// A failure has come before, and nobody has told how many the cluster wants.
    pub fn asks(&self) -> bool {
        let state = self.state();
        state.failures > 0 && state.usual.is_none()
    }

    pub fn tell(&self, usual: Option<u32>) {
        self.state().usual = usual;
    }

    pub fn usual(&self) -> Option<u32> {
        self.state().usual
    }

    /// The cluster does not take that few.
    pub fn forget(&self) {
        *self.state() = State::default();
    }

    pub fn begin(&self, wanted: Option<u32>) -> Attempt<'_> {
        Attempt { copies: self, wanted, over: false }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Plain numbers are as good after a panic as before.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn wanted_at(&self, now: Instant) -> Option<u32> {
        let mut state = self.state();
        if state.until.is_some_and(|until| now >= until) {
            let in_vain = state.in_vain + u32::from(state.failures >= WHOLE_TRIES);
            *state = State { in_vain, ..State::default() };
        }
        let fewer = state.failures.checked_sub(WHOLE_TRIES)? / TRIES_EACH + 1;
        let usual = state.usual.filter(|usual| *usual > 1)?;
        Some(usual.saturating_sub(fewer).max(1))
    }

    fn failed_at(&self, now: Instant) {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        let memory = MEMORY.saturating_mul(1 << state.in_vain.min(10));
        state.until = Some(now + memory.min(LONGEST_MEMORY));
    }
}

impl Attempt<'_> {
    pub fn succeeded(mut self) {
        self.over = true;
        if self.wanted.is_none() {
            self.copies.forget();
        }
    }

    /// It ended for another reason.
    pub fn does_not_count(mut self) {
        self.over = true;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.over {
            self.copies.failed_at(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(copies: &Copies, times: usize) {
        for _ in 0..times {
            drop(copies.begin(copies.wanted()));
        }
    }

    #[test]
    fn fewer_and_fewer_but_never_none() {
        let copies = Copies::default();
        assert_eq!(copies.wanted(), None);
        fail(&copies, 1);
        assert!(copies.asks());
        copies.tell(Some(3));
        assert!(!copies.asks());
        assert_eq!(copies.wanted(), None);
        fail(&copies, 1);
        assert_eq!(copies.wanted(), Some(2));
        fail(&copies, 4);
        assert_eq!(copies.wanted(), Some(1));
        fail(&copies, 100);
        assert_eq!(copies.wanted(), Some(1));
    }

    #[test]
    fn what_works_with_fewer_is_kept_for_a_minute() {
        let copies = Copies::default();
        copies.tell(Some(3));
        fail(&copies, 2);
        copies.begin(copies.wanted()).succeeded();
        assert_eq!(copies.wanted(), Some(2));
        let now = Instant::now();
        assert_eq!(copies.wanted_at(now + MEMORY + Duration::from_secs(1)), None);
        assert_eq!(copies.usual(), None, "the cluster may have changed meanwhile");
    }

    #[test]
    fn a_node_that_stays_away_is_asked_for_less_and_less_often() {
        let copies = Copies::default();
        let mut now = Instant::now();
        let mut pauses = Vec::new();
        for _ in 0..6 {
            copies.tell(Some(2));
            copies.failed_at(now);
            copies.failed_at(now);
            let begun = now;
            while copies.wanted_at(now).is_some() {
                now += Duration::from_secs(1);
            }
            pauses.push((now - begun).as_secs());
        }
        assert_eq!(pauses, [60, 120, 240, 480, 480, 480]);
        copies.begin(None).succeeded();
        copies.tell(Some(2));
        fail(&copies, 2);
        assert_eq!(copies.wanted_at(Instant::now() + MEMORY), None, "as if it were the first time");
    }

    #[test]
    fn success_with_all_ends_it() {
        let copies = Copies::default();
        copies.tell(Some(3));
        fail(&copies, 1);
        copies.begin(None).succeeded();
        fail(&copies, 1);
        copies.tell(Some(3));
        assert_eq!(copies.wanted(), None, "the first failure is forgotten");
    }

    #[test]
    fn files_without_copies_and_other_reasons_change_nothing() {
        let copies = Copies::default();
        for _ in 0..10 {
            copies.begin(None).does_not_count();
        }
        assert_eq!(copies.wanted(), None);
        fail(&copies, 10);
        assert_eq!(copies.wanted(), None, "how many the cluster wants is not known");
        copies.tell(Some(1));
        assert_eq!(copies.wanted(), None);
    }
}
