//! What a stretch of road costs: time first, length to tell equal times apart.

use std::iter::Sum;
use std::ops::Add;

/// Milliseconds and decimetres in one number, so that comparing compares the time first.
///
/// Sums stay right up to 49 days and 429 000 km, far beyond any way through a map. Because equal times are
/// told apart by length, the metres of a fastest way do not depend on the search that found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Cost(pub(crate) u64);

impl Cost {
    pub(crate) const ZERO: Self = Self(0);
    /// No way at all.
    pub(crate) const NEVER: Self = Self(u64::MAX);

    pub(crate) fn new(milliseconds: u32, decimetres: u32) -> Self {
        Self(u64::from(milliseconds) << 32 | u64::from(decimetres))
    }

    pub(crate) fn milliseconds(self) -> u32 {
        (self.0 >> 32) as u32
    }

    pub(crate) fn decimetres(self) -> u32 {
        self.0 as u32
    }

    /// The part of the cost on a share (0 to 1) of a stretch, rounded.
    pub(crate) fn share(self, share: f64) -> Self {
        Self::new(
            (f64::from(self.milliseconds()) * share).round() as u32,
            (f64::from(self.decimetres()) * share).round() as u32,
        )
    }

    pub(crate) fn whole_seconds(self) -> u32 {
        self.milliseconds().saturating_add(500) / 1_000
    }

    pub(crate) fn whole_metres(self) -> u32 {
        self.decimetres().saturating_add(5) / 10
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_counts_first() {
        assert!(Cost::new(1, 900) < Cost::new(2, 0));
        assert!(Cost::new(2, 1) < Cost::new(2, 2));
        assert_eq!(Cost::new(1, 2) + Cost::new(3, 4), Cost::new(4, 6));
        assert_eq!(Cost::NEVER + Cost::new(1, 1), Cost::NEVER);
        assert_eq!(Cost::new(1000, 100).share(0.25), Cost::new(250, 25));
        assert_eq!(Cost::new(1500, 14).whole_seconds(), 2);
        assert_eq!(Cost::new(1500, 14).whole_metres(), 1);
    }
}
