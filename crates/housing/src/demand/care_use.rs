//! Who had which care in October each year, as counted.

use base::language::Text;

use crate::group::{AgeGroup, BySex, Sex};
use crate::source::Source;

/// A form of elder care in the national statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CareForm {
    /// Hemtjänst.
    HomeCare,
    /// Särskilt boende.
    CareHome,
    /// Korttidsplats.
    ShortTerm,
    /// Dagverksamhet.
    DayActivity,
}

impl CareForm {
    /// All forms, in the order of every table.
    pub const ALL: [CareForm; 4] =
        [CareForm::HomeCare, CareForm::CareHome, CareForm::ShortTerm, CareForm::DayActivity];

    /// The name in files and options.
    pub const fn name(self) -> &'static str {
        match self {
            CareForm::HomeCare => "home_care",
            CareForm::CareHome => "care_home",
            CareForm::ShortTerm => "short_term",
            CareForm::DayActivity => "day_activity",
        }
    }

    /// The words in a heading.
    pub const fn text(self) -> Text {
        match self {
            CareForm::HomeCare => Text::new("hemtjänst", "home care"),
            CareForm::CareHome => Text::new("särskilt boende", "care home"),
            CareForm::ShortTerm => Text::new("korttidsplats", "short-term place"),
            CareForm::DayActivity => Text::new("dagverksamhet", "day activity"),
        }
    }

    /// Reads a form by our name or a usual Swedish or English word.
    pub fn from_name(word: &str) -> Option<CareForm> {
        match word.trim().to_lowercase().as_str() {
            "home_care" | "home care" | "hemtjänst" | "hemtjanst" => Some(CareForm::HomeCare),
            "care_home" | "care home" | "särskilt boende" | "säbo" | "sabo" => Some(CareForm::CareHome),
            "short_term" | "short-term place" | "korttid" | "korttidsplats" | "korttidsboende" => {
                Some(CareForm::ShortTerm)
            }
            "day_activity" | "day activity" | "dagverksamhet" => Some(CareForm::DayActivity),
            _ => None,
        }
    }

    /// The place of the form in [`CareForm::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Persons with one care form in one age group in October of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CareUseRow {
    /// The year of the October count.
    pub year: i32,
    /// The care form.
    pub form: CareForm,
    /// The ages counted.
    pub group: AgeGroup,
    /// Persons.
    pub persons: BySex<u32>,
}

/// A table of care use of one area.
#[derive(Debug, Clone, PartialEq)]
pub struct CareUse {
    /// The area's name.
    pub area: String,
    /// Where the counts come from.
    pub source: Source,
    /// One row per year, form and age group.
    pub rows: Vec<CareUseRow>,
}

impl CareUse {
    /// The rows of one form and year, by age.
    pub fn rows_of(&self, form: CareForm, year: i32) -> Vec<CareUseRow> {
        let mut rows: Vec<_> =
            self.rows.iter().filter(|row| row.form == form && row.year == year).copied().collect();
        rows.sort_by_key(|row| row.group);
        rows
    }

    /// All persons of one form and year: the sum of its parts.
    pub fn total(&self, form: CareForm, year: i32) -> u64 {
        self.rows
            .iter()
            .filter(|row| row.form == form && row.year == year)
            .flat_map(|row| Sex::ALL.map(|sex| u64::from(row.persons[sex])))
            .sum()
    }

    /// The years counted, in order.
    pub fn years(&self) -> Vec<i32> {
        let mut years: Vec<i32> = self.rows.iter().map(|row| row.year).collect();
        years.sort_unstable();
        years.dedup();
        years
    }

    /// The table as it was known after the count of `last_year`.
    pub fn until(&self, last_year: i32) -> CareUse {
        CareUse {
            rows: self.rows.iter().filter(|row| row.year <= last_year).copied().collect(),
            area: self.area.clone(),
            source: self.source.clone(),
        }
    }
}
