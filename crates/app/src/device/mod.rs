//! What can be done with devices.

pub mod export;
pub mod for_systems;
pub mod form;
pub mod import;
pub mod label;
pub mod list;
pub mod model;
pub mod outage;
pub mod replacement;
pub mod secret;
pub mod step;
pub mod supervise;
pub mod view;
pub mod write;

use base::DeviceId;

/// What something about a device is about, in the audit log and the history.
pub(crate) fn subject(device: DeviceId) -> String {
    format!("device:{device}")
}
