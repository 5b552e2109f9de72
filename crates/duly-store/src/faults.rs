//! Places where a test breaks the store on purpose. Without the feature `faults`, which only tests
//! switch on, nothing here can do anything.

use crate::database::connection::Connection;
use crate::error::Error;

#[cfg(not(feature = "faults"))]
mod off {
    use super::{Connection, Error};

    /// No faults.
    #[derive(Clone, Debug, Default)]
    pub(crate) struct Faults(());

    impl Faults {
        #[inline]
        pub(crate) fn step(&self, _name: &'static str) {
            let Self(()) = self;
        }

        pub(crate) async fn commit(&self, connection: Connection) -> Result<(), Error> {
            let Self(()) = self;
            connection.commit().await
        }
    }
}

#[cfg(not(feature = "faults"))]
pub(crate) use off::Faults;

#[cfg(feature = "faults")]
pub use on::{Faults, Loss, statements_of};

/// A statement goes to the database.
#[inline]
pub(crate) fn count_statement() {
    #[cfg(feature = "faults")]
    on::count_statement();
}

#[cfg(feature = "faults")]
mod on {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::{Connection, Error};

    tokio::task_local! {
        /// Statements of the task that counts them.
        static STATEMENTS: Arc<AtomicU64>;
    }

    /// Does something, and says how many statements its own task sent to a database meanwhile; what
    /// the writer's task does for it is not counted.
    pub async fn statements_of<T>(doing: impl Future<Output = T>) -> (T, u64) {
        let count = Arc::new(AtomicU64::new(0));
        let done = STATEMENTS.scope(Arc::clone(&count), doing).await;
        (done, count.load(Ordering::SeqCst))
    }

    pub(super) fn count_statement() {
        // Outside of a task that counts, nothing is counted.
        let _ = STATEMENTS.try_with(|count| count.fetch_add(1, Ordering::SeqCst));
    }

    /// How a write is broken.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Loss {
        /// It does not happen, and is reported as failed.
        Lost,
        /// It happens, and is reported as failed all the same.
        KeptButReported,
    }

    /// What is to go wrong, shared by a store and the test that breaks it.
    #[derive(Clone, Debug, Default)]
    pub struct Faults(Arc<State>);

    #[derive(Debug, Default)]
    struct State {
        /// Steps passed so far.
        steps: AtomicU64,
        /// The step at which the process dies; 0 for none.
        die_at: AtomicU64,
        /// Commits passed so far.
        commits: AtomicU64,
        /// The commit that breaks; 0 for none.
        break_at: AtomicU64,
        /// Whether that commit is kept.
        kept: AtomicU64,
    }

    impl Faults {
        /// The process dies, as by `kill -9`, at the `step`th step from now (1 is the next).
        pub fn die_at(&self, step: u64) {
            self.0.steps.store(0, Ordering::SeqCst);
            self.0.die_at.store(step, Ordering::SeqCst);
        }

        /// The `commit`th commit from now breaks (1 is the next).
        pub fn break_commit(&self, commit: u64, loss: Loss) {
            self.0.commits.store(0, Ordering::SeqCst);
            let kept = u64::from(loss == Loss::KeptButReported);
            self.0.kept.store(kept, Ordering::SeqCst);
            self.0.break_at.store(commit, Ordering::SeqCst);
        }

        /// Whether the commit that was to break has been reached.
        #[must_use]
        pub fn is_broken(&self) -> bool {
            let at = self.0.break_at.load(Ordering::SeqCst);
            at > 0 && self.0.commits.load(Ordering::SeqCst) >= at
        }

        pub(crate) fn step(&self, _name: &'static str) {
            let step = self.0.steps.fetch_add(1, Ordering::SeqCst) + 1;
            if step == self.0.die_at.load(Ordering::SeqCst) {
                // No destructor, no flush, no reply: what a kill -9 leaves.
                std::process::abort();
            }
        }

        pub(crate) async fn commit(&self, connection: Connection) -> Result<(), Error> {
            let commit = self.0.commits.fetch_add(1, Ordering::SeqCst) + 1;
            if commit != self.0.break_at.load(Ordering::SeqCst) {
                return connection.commit().await;
            }
            if self.0.kept.load(Ordering::SeqCst) == 1 {
                connection.commit().await?;
            } else {
                connection.rollback().await?;
            }
            Err(Error::CommitUnknown("broken on purpose".to_owned()))
        }
    }
}
