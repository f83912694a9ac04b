//! Who is told that something changed. Only ids travel: a reader fetches what it may see.

use base::{AlarmId, DeviceId, OutageId};
use tokio::sync::broadcast;

/// How many changes a slow reader may fall behind before it is told to fetch everything anew.
pub const CHANGES_KEPT_MAX: usize = 1_024;

/// Something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A new alarm waits.
    AlarmNew(AlarmId),
    /// An alarm moved on in its life.
    AlarmChanged(AlarmId),
    /// A device changed, fell silent or came back.
    Device(DeviceId),
    /// An outage began, grew or ended.
    Outage(OutageId),
    /// More than can be told: a change on another node, or a database that went away or came back. Everything is
    /// fetched anew.
    Everything,
}

/// The channel of changes within one node.
#[derive(Debug, Clone)]
pub struct Live {
    sender: broadcast::Sender<Change>,
}

impl Default for Live {
    fn default() -> Self {
        Live { sender: broadcast::channel(CHANGES_KEPT_MAX).0 }
    }
}

impl Live {
    /// Tells everyone who listens.
    pub fn publish(&self, change: Change) {
        // Nobody listening is no error: a page that opens later reads the database.
        let _ = self.sender.send(change);
    }

    /// Begins to listen.
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }
}
