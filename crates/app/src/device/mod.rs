//! What can be done with devices.

pub mod supervise;
