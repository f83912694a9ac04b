//! Sexes, one-year ages and age groups: how every table of persons is divided.

use std::fmt;
use std::ops::{Index, IndexMut};

use base::language::{Language, Text};

/// The number of one-year ages: 0 to 99, and one for everyone aged 100 or more.
pub const AGES: usize = 101;
/// The last age; it holds everyone aged 100 or more.
pub const AGE_LAST: usize = AGES - 1;
/// The first age of elder care in the national statistics.
pub const ELDER_AGE: usize = 65;

/// Persons, deaths or rates by one-year age, 0 to 100 and more.
pub type ByAge = [f64; AGES];

/// A sex, as the national registers divide people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// Kvinnor.
    Women,
    /// Män.
    Men,
}

impl Sex {
    /// Both, women first as in Swedish tables.
    pub const ALL: [Sex; 2] = [Sex::Women, Sex::Men];

    /// The word in a table heading.
    pub const fn text(self) -> Text {
        match self {
            Sex::Women => Text::new("kvinnor", "women"),
            Sex::Men => Text::new("män", "men"),
        }
    }

    /// The other sex.
    pub const fn other(self) -> Sex {
        match self {
            Sex::Women => Sex::Men,
            Sex::Men => Sex::Women,
        }
    }
}

/// One value for each sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BySex<T> {
    /// The value for women.
    pub women: T,
    /// The value for men.
    pub men: T,
}

impl<T> BySex<T> {
    /// Makes one value for each sex.
    pub fn from_fn(mut make: impl FnMut(Sex) -> T) -> Self {
        BySex { women: make(Sex::Women), men: make(Sex::Men) }
    }
}

impl<T> Index<Sex> for BySex<T> {
    type Output = T;
    fn index(&self, sex: Sex) -> &T {
        match sex {
            Sex::Women => &self.women,
            Sex::Men => &self.men,
        }
    }
}

impl<T> IndexMut<Sex> for BySex<T> {
    fn index_mut(&mut self, sex: Sex) -> &mut T {
        match sex {
            Sex::Women => &mut self.women,
            Sex::Men => &mut self.men,
        }
    }
}

/// A span of whole ages, both ends included; open upwards when it reaches 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeGroup {
    /// The first age.
    pub from: u8,
    /// The last age; 100 stands for everyone aged 100 or more.
    pub to: u8,
}

impl AgeGroup {
    /// Ages 65 to 79, the younger group of the national care statistics.
    pub const ELDER: AgeGroup = AgeGroup { from: 65, to: 79 };
    /// Ages 80 and more, the older group of the national care statistics.
    pub const OLDER: AgeGroup = AgeGroup { from: 80, to: 100 };
    /// Ages 90 and more.
    pub const OLDEST: AgeGroup = AgeGroup { from: 90, to: 100 };
    /// Ages 65 and more.
    pub const ALL_ELDERS: AgeGroup = AgeGroup { from: 65, to: 100 };

    /// A group of ages; `None` where the ends are reversed or above 100.
    pub fn new(from: u8, to: u8) -> Option<Self> {
        (from <= to && usize::from(to) <= AGE_LAST).then_some(AgeGroup { from, to })
    }

    /// The ages as indices into a [`ByAge`].
    pub fn ages(self) -> std::ops::RangeInclusive<usize> {
        usize::from(self.from)..=usize::from(self.to)
    }

    /// The sum of a table over the group.
    pub fn sum(self, table: &ByAge) -> f64 {
        table[self.ages()].iter().sum()
    }

    /// The sum over the group and both sexes.
    pub fn sum_both(self, table: &BySex<ByAge>) -> f64 {
        self.sum(&table.women) + self.sum(&table.men)
    }

    /// Whether the two groups share an age.
    pub fn overlaps(self, other: AgeGroup) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

impl fmt::Display for AgeGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if usize::from(self.to) == AGE_LAST {
            write!(f, "{}+", self.from)
        } else {
            write!(f, "{}–{}", self.from, self.to)
        }
    }
}

/// A whole number with Swedish spaces or English commas between thousands.
pub fn show_count(value: f64, language: Language) -> String {
    let separator = if language == Language::Swedish { '\u{a0}' } else { ',' };
    let rounded = value.round();
    let digits = format!("{:.0}", rounded.abs());
    let mut shown = String::new();
    if rounded < 0.0 {
        shown.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(separator);
        }
        shown.push(digit);
    }
    shown
}

/// A decimal number with a comma in Swedish and a point in English.
pub fn show_decimal(value: f64, decimals: usize, language: Language) -> String {
    let shown = format!("{value:.decimals$}").replace('-', "−");
    if language == Language::Swedish { shown.replace('.', ",") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_name_and_sum_themselves() {
        assert_eq!(AgeGroup::ELDER.to_string(), "65–79");
        assert_eq!(AgeGroup::OLDER.to_string(), "80+");
        let ones = [1.0; AGES];
        assert_eq!(AgeGroup::OLDER.sum(&ones), 21.0);
        assert!(AgeGroup::new(80, 65).is_none());
        assert!(AgeGroup::new(80, 101).is_none());
    }

    #[test]
    fn counts_and_decimals_follow_the_language() {
        assert_eq!(show_count(1_234_567.4, Language::English), "1,234,567");
        assert_eq!(show_count(-999.6, Language::Swedish), "−1\u{a0}000");
        assert_eq!(show_decimal(-13.24, 1, Language::Swedish), "−13,2");
    }
}
