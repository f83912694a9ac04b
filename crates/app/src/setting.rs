//! The figures of rules, as shipped or as the municipality has set them.

use std::collections::BTreeMap;

use ::alarm::{follow_up, retention, service_level, urgency};
use ::device::{drivers::zigbee2mqtt, replacement, supervision};
use ::housing::places::queue::REPORT_AFTER_DAYS;
use base::rule::Rule;

/// Every rule that a municipality may set, in the order of the page.
pub const RULES: [&Rule; 22] = [
    &urgency::RAISED_AFTER_SECONDS,
    &follow_up::LEFT_AFTER_SECONDS,
    &follow_up::TECHNICAL_LEFT_AFTER_SECONDS,
    &follow_up::OVERDUE_AFTER_SECONDS,
    &service_level::ANSWERED_WITHIN_60_SECONDS_PERCENT,
    &service_level::ANSWERED_WITHIN_180_SECONDS_PERCENT,
    &service_level::ON_SITE_MINUTES,
    &supervision::SILENT_AFTER_INTERVALS,
    &supervision::OUTAGE_DEVICES,
    &supervision::OUTAGE_WINDOW_SECONDS,
    &supervision::OUTAGE_AFTER_INTERVALS,
    &supervision::OUTAGE_DAMPED_SECONDS,
    &zigbee2mqtt::TEMPERATURE_LOW_CELSIUS,
    &zigbee2mqtt::TEMPERATURE_HIGH_CELSIUS,
    &zigbee2mqtt::BATTERY_LOW_PERCENT,
    &supervision::CHECK_SECONDS,
    &replacement::UNIT_COST,
    &replacement::LAST_YEAR,
    &retention::MESSAGE_DAYS,
    &retention::ALARM_DAYS,
    &retention::DELIVERY_DAYS,
    &REPORT_AFTER_DAYS,
];

/// The lowest and the highest figure that a rule takes.
pub fn bounds(rule: &Rule) -> (i64, i64) {
    match rule.name.rsplit(['.', '_']).next().unwrap_or_default() {
        "percent" => (0, 100),
        "days" => (1, 36_500),
        "minutes" => (1, 1_440),
        "seconds" => (1, 86_400),
        "intervals" => (1, 100),
        "devices" => (2, 10_000),
        "kronor" => (0, 1_000_000),
        "year" => (2_000, 2_100),
        _ => (0, 1_000_000),
    }
}

/// The figures in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings(BTreeMap<&'static str, f64>);

impl Default for Settings {
    fn default() -> Self {
        Settings::from_stored(&BTreeMap::new())
    }
}

impl Settings {
    /// Shipped figures, overridden by stored ones. A stored figure that does not read is ignored in favour of the shipped one.
    pub fn from_stored(stored: &BTreeMap<String, String>) -> Self {
        let figure = |rule: &Rule| {
            stored
                .get(rule.name)
                .and_then(|text| text.parse().ok())
                .filter(|f: &f64| f.is_finite())
                .unwrap_or(rule.figure)
        };
        Settings(RULES.iter().map(|rule| (rule.name, figure(rule))).collect())
    }

    /// The figure of a rule.
    pub fn figure(&self, rule: &Rule) -> f64 {
        self.0.get(rule.name).copied().unwrap_or(rule.figure)
    }

    /// The figure of a rule as a whole number, never negative.
    pub fn whole(&self, rule: &Rule) -> u32 {
        // Clamped first, so the conversion keeps the value.
        self.figure(rule).round().clamp(0.0, f64::from(u32::MAX)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_figure_lies_within_its_bounds() {
        for rule in RULES {
            let (lowest, highest) = bounds(rule);
            let within = (lowest as f64..=highest as f64).contains(&rule.figure);
            assert!(within, "{} is {} and may be {lowest} to {highest}", rule.name, rule.figure);
        }
    }

    #[test]
    fn a_stored_figure_that_does_not_read_leaves_the_shipped_one() {
        let stored =
            |text: &str| BTreeMap::from([(urgency::RAISED_AFTER_SECONDS.name.to_owned(), text.to_owned())]);
        assert_eq!(Settings::from_stored(&stored("90")).whole(&urgency::RAISED_AFTER_SECONDS), 90);
        assert_eq!(Settings::from_stored(&stored("NaN")).whole(&urgency::RAISED_AFTER_SECONDS), 120);
        assert_eq!(Settings::from_stored(&stored("snart")).whole(&urgency::RAISED_AFTER_SECONDS), 120);
    }
}
