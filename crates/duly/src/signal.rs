//! Being told to stop: Ctrl-C in a terminal, SIGTERM from a service manager.

/// Resolves when either comes. If SIGTERM cannot be listened to, Ctrl-C alone stops.
pub async fn stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            // Nothing to be done about an error here: without either signal only a kill ends it.
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
