//! Population, demand forecast, places and queue: how many will need care, and is what we build enough?
//!
//! Invariant: pure. Randomness is a seed, dates are arguments, files arrive as text; totals are sums of parts.

pub mod apportion;
pub mod claims;
pub mod data;
pub mod demand;
pub mod group;
pub mod import;
pub mod municipality;
pub mod outlook;
pub mod places;
pub mod population;
pub mod random;
mod sentence;
pub mod source;
pub mod study;
pub mod suspicion;
