//! How fast alarms were answered and reached, and how heavy the work at the console was.

pub(crate) mod file;
pub(crate) mod page;
