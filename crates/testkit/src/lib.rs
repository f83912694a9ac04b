//! A small made-up town: two areas, two teams, one login per role, five people with devices.
//!
//! Everything about its people is obviously invented. Edges that may not see the store use it in their tests.

pub mod people;
pub mod town;

pub use town::{PASSWORD, Town};
