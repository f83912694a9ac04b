//! Personal data that must never reach a log.

use std::fmt;

/// A value about a person. Its `Debug` and `Display` print `***`, so a log line can never leak it.
///
/// Reading it takes the deliberate word [`Private::reveal`], which is easy to find in a review.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps a personal value.
    pub const fn new(value: T) -> Self {
        Private(value)
    }

    /// The value itself, for a page, a file or a database row that the reader may see.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, taken out.
    pub fn into_revealed(self) -> T {
        self.0
    }

    /// Another private value made from this one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Private<U> {
        Private(change(self.0))
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> fmt::Display for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Private(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_debug_nor_display_shows_the_value() {
        let name = Private::new("Exempel Exempelsson".to_owned());
        assert_eq!(format!("{name:?} {name}"), "*** ***");
        assert_eq!(name.reveal(), "Exempel Exempelsson");
    }
}
