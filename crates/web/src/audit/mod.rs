//! The audit log: who looked at or changed what, and why.

pub(crate) mod list;
pub(crate) mod shown;
