//! The backlog of units to replace before a network closes, and the weekly pace that it takes.

use base::{SignedDuration, language::Text, rule::Rule, time::Date};

/// What one replacement costs.
pub const UNIT_COST: Rule = Rule {
    name: "replacement.unit_kronor",
    figure: 1_815.0,
    source: "Stockholm's multi-year plan 2025-27: 2 400 units for 4 356 000 kr",
    valid_from: "2026-01-01",
    sentence: Text::new("Så mycket kostar det att byta en enhet.", "This is what replacing one unit costs."),
};

/// The year at whose end the old networks are counted as closed.
pub const LAST_YEAR: Rule = Rule {
    name: "replacement.last_year",
    figure: 2_027.0,
    source: "The municipality sets it by what its operators announce; shipped as the last year of Stockholm's plan 2025-27",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Enheter med 2G och 3G ska vara utbytta före detta års slut.",
        "Units with 2G and 3G are to be replaced before the end of this year.",
    ),
};

/// What is left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Units of an old generation that are installed.
    pub units: u64,
    /// Whole weeks left, rounded up; 0 when the day has passed.
    pub weeks_left: u64,
    /// Units per week to be done in time; all of them when no week is left.
    pub units_per_week: u64,
    /// What it costs, in kronor.
    pub cost_kronor: u64,
}

/// Computes the backlog against a deadline.
pub fn backlog(units: u64, unit_cost_kronor: u64, today: Date, deadline: Date) -> Backlog {
    let days = deadline.duration_since(today).as_hours() / 24;
    let weeks_left = u64::try_from(days).unwrap_or(0).div_ceil(7);
    let units_per_week = if weeks_left == 0 { units } else { units.div_ceil(weeks_left) };
    Backlog { units, weeks_left, units_per_week, cost_kronor: units.saturating_mul(unit_cost_kronor) }
}

/// The day on which a backlog is done at a pace; `None` where nothing is being replaced.
pub fn done_on(units: u64, units_per_week: f64, today: Date) -> Option<Date> {
    // No backlog has so many units that a float would lose one.
    let weeks = (units as f64 / units_per_week).ceil();
    let days = weeks * 7.0;
    let in_sight = days.is_finite() && days < 36_500.0;
    in_sight.then(|| today.checked_add(SignedDuration::from_hours(days as i64 * 24)).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_figures_hold() {
        let found = backlog(2_400, 1_815, Date::constant(2025, 1, 1), Date::constant(2025, 12, 31));
        assert_eq!(found.cost_kronor, 4_356_000);
        assert_eq!((found.weeks_left, found.units_per_week), (52, 47));
    }

    #[test]
    fn a_pace_tells_the_day_when_all_is_done() {
        let today = Date::constant(2025, 1, 1);
        assert_eq!(done_on(2_400, 47.0, today), Some(Date::constant(2025, 12, 31)));
        assert_eq!(done_on(0, 1.0, today), Some(today));
        assert_eq!(done_on(10, 0.0, today), None);
        assert_eq!(done_on(0, 0.0, today), None);
    }

    #[test]
    fn a_deadline_that_has_passed_asks_for_all_at_once() {
        let found = backlog(10, 1, Date::constant(2026, 1, 2), Date::constant(2025, 12, 31));
        assert_eq!((found.weeks_left, found.units_per_week), (0, 10));
    }
}
