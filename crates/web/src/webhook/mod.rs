//! Receivers of events: other systems that are told of what happens, without personal data.

pub(crate) mod edit;
pub(crate) mod list;
