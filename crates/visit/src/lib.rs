//! The visits of a day: rules, planner, re-planner, explanation.
//!
//! Pure: no IO, no clock, no threads of its own. [`model`] says what a day is, [`rules`] what a plan is measured
//! by, [`checker`] measures a plan without trusting it, [`search`] makes one.

pub mod checker;
pub mod city;
pub mod explain;
pub mod model;
mod part;
pub mod plan;
pub mod price;
pub mod replan;
mod retime;
pub mod rules;
pub mod search;
pub mod slots;
pub mod week;

pub use checker::{Verdict, check};
pub use model::Day;
pub use plan::Plan;
