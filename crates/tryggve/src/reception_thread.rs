//! A thread of its own for reception, so that no page, export or forecast ever holds up an alarm.
//!
//! One thread is also quicker than several: a message goes from socket to batch to answer without waking another core.

use std::{future::Future, io};

use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};

/// The thread, and the sockets and timers that it serves.
pub(crate) struct ReceptionThread(Option<Runtime>);

impl ReceptionThread {
    /// Starts the thread.
    pub(crate) fn start() -> io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("reception").enable_all().build()?;
        Ok(ReceptionThread(Some(runtime)))
    }

    /// Does something there: what it spawns stays there.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let runtime = self.0.as_ref().context("reception has ended")?;
        runtime.spawn(work).await.context("reception broke while it started")
    }
}

impl Drop for ReceptionThread {
    fn drop(&mut self) {
        // All that was received has been written by then; waiting for idle sockets would hold up the end.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
