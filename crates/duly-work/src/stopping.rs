//! Being told to stop: asked for between two clients and two probes, so that a restart never waits
//! for a round to end. What is under way is finished, never cut off.

use tokio::sync::watch;

/// Whether somebody asked for an end; shared by whoever works on a round.
#[derive(Clone, Debug)]
pub struct Stopping(watch::Sender<bool>);

impl Default for Stopping {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stopping {
    /// Asks for it.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was asked for.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves when it is.
    pub async fn asked(&self) {
        // The sender is this value itself; it cannot be gone.
        let _ = self.0.subscribe().wait_for(|asked| *asked).await;
    }
}
