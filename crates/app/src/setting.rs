//! The figures of rules, as shipped or as the municipality has set them.

use std::collections::BTreeMap;

use ::alarm::{service_level, urgency};
use ::device::supervision;
use base::rule::Rule;

/// Every rule that a municipality may set, in the order of the page.
pub const RULES: [&Rule; 7] = [
    &urgency::RAISED_AFTER_SECONDS,
    &service_level::ANSWERED_WITHIN_60_SECONDS_PERCENT,
    &service_level::ANSWERED_WITHIN_180_SECONDS_PERCENT,
    &service_level::ON_SITE_MINUTES,
    &supervision::SILENT_AFTER_INTERVALS,
    &supervision::OUTAGE_DEVICES,
    &supervision::OUTAGE_WINDOW_SECONDS,
];

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
