//! Threads of its own for reception, so that no page, export or forecast ever holds up an alarm.

use std::{future::Future, io};

use anyhow::Context as _;
use store::Store;
use tokio::runtime::{Builder, Runtime};

/// The threads of reception.
pub(crate) struct Threads {
    /// Reads what devices send, and answers.
    pub(crate) sockets: Thread,
    /// Talks to a database server, whose answers would otherwise wait behind the sockets. A database inside this
    /// program brings its own thread, see `app::alarm::reception`.
    storing: Option<Thread>,
}

impl Threads {
    /// Starts what this database needs.
    pub(crate) fn start(store: &Store) -> io::Result<Self> {
        let storing = if store.works_here() { None } else { Some(Thread::start("storing")?) };
        Ok(Threads { sockets: Thread::start("reception")?, storing })
    }

    /// Where batches are stored.
    pub(crate) fn storing(&self) -> &Thread {
        self.storing.as_ref().unwrap_or(&self.sockets)
    }
}

/// One thread, and the sockets and timers that it serves.
pub(crate) struct Thread(Option<Runtime>);

impl Thread {
    fn start(name: &str) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build()?;
        Ok(Thread(Some(runtime)))
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

impl Drop for Thread {
    fn drop(&mut self) {
        // All that was received has been written by then; waiting for idle sockets would hold up the end.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
