//! What can be done with people.

pub mod export;
pub mod fallback;
pub mod for_systems;
pub mod form;
pub mod import;
pub mod kin;
pub mod relation;
pub mod reveal;
pub mod search;
pub mod view;
pub mod write;
