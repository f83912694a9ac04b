//! Threads of its own for reception, so that no page, export or forecast ever holds up an alarm.

use std::{future::Future, io, thread};

use anyhow::Context as _;
use store::Store;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::oneshot,
};

/// The threads of reception.
pub(crate) struct Threads {
    /// Reads what devices send, and answers.
    pub(crate) sockets: Thread,
    storing: Storing,
}

enum Storing {
    /// Talks to a database server, whose answers would otherwise wait behind the sockets.
    Asking(Thread),
    /// Is the database inside this program, and waits for the disk.
    Waiting(WaitingThread),
}

impl Threads {
    /// Starts what this database needs.
    pub(crate) fn start(store: &Store) -> io::Result<Self> {
        let storing = if store.works_here() {
            Storing::Waiting(WaitingThread::start("storing")?)
        } else {
            Storing::Asking(Thread::start("storing")?)
        };
        Ok(Threads { sockets: Thread::start("reception")?, storing })
    }

    /// Where batches are gathered and answered.
    pub(crate) fn gathering(&self) -> &Thread {
        match &self.storing {
            Storing::Asking(thread) => thread,
            Storing::Waiting(_) => &self.sockets,
        }
    }

    /// Where a database inside this program does a batch's work; `None` where there is none.
    pub(crate) fn waiting(&self) -> Option<Handle> {
        match &self.storing {
            Storing::Asking(_) => None,
            Storing::Waiting(thread) => Some(thread.handle.clone()),
        }
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

/// One thread that may stand still while it works.
struct WaitingThread {
    handle: Handle,
    /// Dropped, it ends the thread after the work at hand.
    _end: oneshot::Sender<()>,
}

impl WaitingThread {
    fn start(name: &str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_time().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            // Its other end is only ever dropped.
            let _ = runtime.block_on(ended);
        })?;
        Ok(WaitingThread { handle, _end: end })
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
