//! Demand: how many persons will need each care form, in alternatives, with bands and a back-test.

pub mod alternative;
pub mod back_test;
pub mod care_use;
pub mod forecast;
pub mod history;
pub mod method;
pub mod plain;
pub mod profile;
pub mod shares;
pub mod simulation;
