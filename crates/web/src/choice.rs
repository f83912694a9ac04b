//! One of several things to choose in a form.

/// One of several things to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// What the form sends.
    pub(crate) value: String,
    /// What people read.
    pub(crate) text: String,
    /// Whether it is chosen.
    pub(crate) chosen: bool,
}

impl Choice {
    /// A choice that is chosen when its value is among these.
    pub(crate) fn among(value: impl ToString, text: impl ToString, chosen: &[String]) -> Self {
        let value = value.to_string();
        let chosen = chosen.contains(&value);
        Choice { value, text: text.to_string(), chosen }
    }
}
