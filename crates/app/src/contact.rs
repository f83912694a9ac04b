//! The last contacts of devices: kept in memory for a moment, then written together.
//!
//! A heartbeat is not worth a row and a commit of its own: only the time of the last one matters.

use std::{collections::HashMap, sync::Mutex};

use base::{DeviceId, Timestamp};

/// Contacts that are not yet written.
#[derive(Debug, Default)]
pub struct Contacts(Mutex<HashMap<DeviceId, Timestamp>>);

impl Contacts {
    /// A device was heard of.
    pub fn heard(&self, device: DeviceId, at: Timestamp) {
        let mut waiting = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let kept = waiting.entry(device).or_insert(at);
        *kept = (*kept).max(at);
    }

    /// Takes everything that waits, in a fixed order.
    pub fn take(&self) -> Vec<(DeviceId, Timestamp)> {
        let mut waiting = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut taken: Vec<_> = waiting.drain().collect();
        taken.sort_unstable();
        taken
    }
}
