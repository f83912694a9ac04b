//! Senior housing by a share rule: so many dwellings for each hundred older persons.

use base::language::Text;

use super::register::{PlaceKind, Register};
use crate::group::AgeGroup;
use crate::population::projection::Projection;

/// The share of everyone aged 65 or more that a municipality may aim at, in per cent.
///
/// Stockholm's multi-year plan 2025-27 reaches 15 600 dwellings in 2040 by it; see the checked statements.
pub const WANTED_SHARE_PERCENT: f64 = 8.0;

/// What the share is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareRule {
    /// As large a share as lives in senior housing today.
    Kept,
    /// A share that somebody aims at.
    Wanted,
}

impl ShareRule {
    /// The rule in words.
    pub const fn text(self) -> Text {
        match self {
            ShareRule::Kept => Text::new("samma andel som i dag", "the same share as today"),
            ShareRule::Wanted => Text::new("önskad andel", "wanted share"),
        }
    }
}

/// The need of senior housing by one rule, against the dwellings of the register.
#[derive(Debug, Clone, PartialEq)]
pub struct SeniorHousing {
    /// The rule.
    pub rule: ShareRule,
    /// The share of everyone aged 65 or more, in per cent.
    pub share_percent: f64,
    /// Year by year.
    pub years: Vec<SeniorHousingYear>,
    /// Dwellings that stand or are planned, year by year; empty where no register is known.
    pub dwellings: Vec<u32>,
}

impl SeniorHousing {
    /// Dwellings missing in the year of a place in [`SeniorHousing::years`]; negative where there are too many.
    pub fn missing(&self, index: usize) -> Option<f64> {
        Some(self.years.get(index)?.dwellings_needed - f64::from(*self.dwellings.get(index)?))
    }
}

/// The need from the last known year, by today's share where the register has senior housing, and by a wanted one.
///
/// Supply is read on the day on which the register's other places are; a wanted share of nought leaves its rule out.
pub fn by_rules(
    projection: &Projection,
    register: Option<&Register>,
    (from, until): (i32, i32),
    wanted_percent: f64,
) -> Vec<SeniorHousing> {
    let places = |year| register.map(|register| register.places_in(&[PlaceKind::SeniorHousing], year));
    let kept = places(from)
        .filter(|dwellings| *dwellings > 0)
        .and_then(|dwellings| share_percent_today(projection, from, dwellings))
        .map(|share| (ShareRule::Kept, share));
    let wanted = (wanted_percent > 0.0).then_some((ShareRule::Wanted, wanted_percent));
    let rule = |(rule, share_percent)| {
        let years = need(projection, from, until, share_percent);
        let dwellings = years.iter().filter_map(|row| places(row.year)).collect();
        SeniorHousing { rule, share_percent, years, dwellings }
    };
    kept.into_iter().chain(wanted).map(rule).collect()
}

/// The need of senior housing in one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeniorHousingYear {
    /// The year (31 December).
    pub year: i32,
    /// Persons aged 65 or more.
    pub persons: f64,
    /// Dwellings needed by the rule.
    pub dwellings_needed: f64,
}

/// Dwellings needed each year if `share_percent` of everyone aged 65 or more is to live in senior housing.
pub fn need(projection: &Projection, from: i32, until: i32, share_percent: f64) -> Vec<SeniorHousingYear> {
    (from..=until)
        .filter_map(|year| {
            let persons = projection.count(year, AgeGroup::ALL_ELDERS)?;
            Some(SeniorHousingYear { year, persons, dwellings_needed: persons * share_percent / 100.0 })
        })
        .collect()
}

/// The share that today's stock amounts to, in per cent of everyone aged 65 or more.
pub fn share_percent_today(projection: &Projection, year: i32, dwellings: u32) -> Option<f64> {
    let persons = projection.count(year, AgeGroup::ALL_ELDERS)?;
    (persons > 0.0).then(|| 100.0 * f64::from(dwellings) / persons)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use crate::places::register::{Home, Owner};
    use crate::source::Source;

    #[test]
    fn todays_share_gives_back_todays_stock() {
        let national = Projection::official(&data::sweden_population());
        let share = share_percent_today(&national, 2025, 90_000).unwrap();
        let need = need(&national, 2024, 2025, share);
        assert!((need[1].dwellings_needed - 90_000.0).abs() < 1e-6);
        assert!(need[0].dwellings_needed < need[1].dwellings_needed);
    }

    #[test]
    fn each_rule_is_set_against_the_register() {
        let national = Projection::official(&data::sweden_population());
        let home = |places, opens: Option<&str>| Home {
            name: "Ek".to_owned(),
            kind: PlaceKind::SeniorHousing,
            owner: Owner::OwnRun,
            places,
            opens: opens.map(|day| day.parse().unwrap()),
            closes: None,
            renovations: Vec::new(),
        };
        let register = Register {
            homes: vec![home(90_000, None), home(1_000, Some("2025-05-01"))],
            source: Source::new("Exempel", "t", "2026-01-01", "egen"),
        };
        let rules = by_rules(&national, Some(&register), (2024, 2025), 8.0);
        let shown: Vec<_> = rules.iter().map(|one| (one.rule, one.dwellings.clone())).collect();
        assert_eq!(
            shown,
            [(ShareRule::Kept, vec![90_000, 91_000]), (ShareRule::Wanted, vec![90_000, 91_000])]
        );
        assert!(rules[0].missing(0).unwrap().abs() < 1e-6);
        let missing = 0.08 * rules[1].years[1].persons - 91_000.0;
        assert!((rules[1].missing(1).unwrap() - missing).abs() < 1e-6);
        let without = by_rules(&national, None, (2024, 2025), 8.0);
        assert_eq!((without.len(), without[0].missing(0)), (1, None));
        assert!(by_rules(&national, None, (2024, 2025), 0.0).is_empty());
    }
}
