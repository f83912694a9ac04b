//! Keeping logins and the tokens of other systems.

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod form;
pub(crate) mod give;
pub(crate) mod list;
pub(crate) mod token;
