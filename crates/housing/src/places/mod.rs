//! Places: what stands and is planned, what is needed, what is missing, and the queue for it.

pub mod brokerage;
pub mod gap;
pub mod queue;
pub mod register;
pub mod senior_housing;
pub mod spoken_language;
