//! Demand: how many persons will need each care form, in alternatives, with bands and a back-test.

pub mod back_test;
pub mod care_use;
pub mod history;
pub mod method;
pub mod plain;
pub mod profile;
pub mod shares;
