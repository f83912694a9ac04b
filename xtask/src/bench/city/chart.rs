//! A drawing of how seconds and cost grow with the city.

use super::Outcome;
use crate::bench::drawing::{BLUE, Drawing, GREEN, Line, RED};

/// Where the drawing is kept.
const FILE: &str = "bench/results/city.svg";
/// Smaller cities lie too close together to be named one by one.
const NAMED_VISITS_MIN: usize = 500;

/// Draws the outcomes into the folder of results.
pub(super) fn keep(outcomes: &[Outcome]) -> anyhow::Result<()> {
    drawing(outcomes).keep(FILE)
}

fn drawing(outcomes: &[Outcome]) -> Drawing {
    let most = |of: fn(&Outcome) -> f64| outcomes.iter().map(of).fold(1.0, f64::max);
    let line = |(name, unit, of, colour): Series| {
        let top = most(of);
        let points = outcomes.iter().map(|outcome| (outcome.visits as f64, of(outcome))).collect();
        Line { name: format!("{name}, up to {top:.0} {unit}"), colour, top, points, dots: true }
    };
    let named = outcomes.iter().map(|outcome| outcome.visits).filter(|visits| *visits >= NAMED_VISITS_MIN);
    Drawing {
        title: "Seconds and cost of a city's plan by visits".to_owned(),
        across: "visits".to_owned(),
        across_most: most(|outcome| outcome.visits as f64),
        across_marks: named.map(|visits| visits as f64).collect(),
        // What is in proportion to the visits lies on this line.
        proportion: true,
        lines: series().map(line).into(),
        ..Drawing::default()
    }
}

/// Name, unit, value and colour of each line.
type Series = (&'static str, &'static str, fn(&Outcome) -> f64, &'static str);

fn series() -> [Series; 3] {
    [
        ("seconds", "s", |outcome| outcome.seconds, BLUE),
        ("cost", "", |outcome| outcome.cost, RED),
        ("memory", "MiB", |outcome| outcome.mebibytes, GREEN),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_city_is_a_point_on_every_line() {
        let outcome = |visits| Outcome { visits, seconds: 12.0, mebibytes: 90.0, cost: visits as f64 };
        let svg = drawing(&[outcome(100), outcome(1000)]).draw().unwrap();
        assert_eq!(svg.matches("<circle").count(), 6);
        assert!(svg.contains("cost, up to 1000"), "{svg}");
    }
}
