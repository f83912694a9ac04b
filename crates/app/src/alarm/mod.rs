//! What can be done with alarms.

pub mod aside;
pub(crate) mod change;
pub mod copies;
pub mod escalate;
pub mod for_systems;
mod keeper;
pub mod lately;
pub mod load;
pub mod operate;
pub mod queue;
pub mod receive;
pub mod reception;
pub mod respond;
pub mod service_level;
pub(crate) mod silence;
pub mod taken;
pub mod technical;
pub mod unknown_sender;
pub mod view;

pub use change::Outcome;
