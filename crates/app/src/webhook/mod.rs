//! Telling other systems what happens: receivers, their queues, and the sending.

pub mod deliver;
pub mod keep;
