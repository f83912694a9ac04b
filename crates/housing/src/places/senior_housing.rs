//! Senior housing by a share rule: so many dwellings for each hundred older persons.

use crate::group::AgeGroup;
use crate::population::projection::Projection;

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

    #[test]
    fn todays_share_gives_back_todays_stock() {
        let national = Projection::official(&data::sweden_population());
        let share = share_percent_today(&national, 2025, 90_000).unwrap();
        let need = need(&national, 2024, 2025, share);
        assert!((need[1].dwellings_needed - 90_000.0).abs() < 1e-6);
        assert!(need[0].dwellings_needed < need[1].dwellings_needed);
    }
}
