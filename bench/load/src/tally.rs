//! What came of very many messages, in a room that does not grow with them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::flow::Ended;

/// How finely times are told apart.
const STEP: Duration = Duration::from_micros(100);
/// Up to ten seconds; whatever took longer stands in the last place.
const STEPS: usize = 100_000;

/// Counts, and how many took how long.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    sent: u64,
    acknowledged: u64,
    refused: u64,
    lost: u64,
    repeated: u64,
    /// How many took so many steps.
    took: Vec<u64>,
    slowest: Duration,
}

impl Tally {
    /// Counts one message.
    pub(crate) fn add(&mut self, one: &Ended) {
        self.sent += 1;
        self.refused += u64::from(one.status >= 300);
        self.lost += u64::from(one.took.is_none());
        self.repeated += u64::from(one.repeated);
        let Some(took) = one.took.filter(|_| one.status == 200) else { return };
        self.acknowledged += 1;
        self.slowest = self.slowest.max(took);
        let place = usize::try_from(took.as_nanos() / STEP.as_nanos()).unwrap_or(STEPS).min(STEPS - 1);
        if self.took.is_empty() {
            self.took = vec![0; STEPS];
        }
        self.took.get_mut(place).into_iter().for_each(|count| *count += 1);
    }

    /// Adds what another one counted.
    pub(crate) fn join(&mut self, other: &Tally) {
        self.sent += other.sent;
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        self.lost += other.lost;
        self.repeated += other.repeated;
        self.slowest = self.slowest.max(other.slowest);
        self.took.resize(self.took.len().max(other.took.len()), 0);
        self.took.iter_mut().zip(&other.took).for_each(|(count, more)| *count += more);
    }

    /// The figures, named as those of a flow whose messages are kept.
    pub(crate) fn figures(&self) -> Value {
        json!({
            "sent": self.sent, "acknowledged": self.acknowledged, "refused": self.refused, "lost": self.lost,
            "repeated": self.repeated, "p50_ms": self.milliseconds(0.5), "p99_ms": self.milliseconds(0.99),
            "max_ms": self.slowest.as_secs_f64() * 1_000.0,
        })
    }

    /// What such a share took at most.
    fn milliseconds(&self, share: f64) -> f64 {
        let wanted = (self.acknowledged as f64 * share).ceil() as u64;
        let mut passed = 0;
        let place = self.took.iter().position(|count| {
            passed += count;
            passed >= wanted && wanted > 0
        });
        place.map_or(0.0, |place| (place + 1) as f64 * STEP.as_secs_f64() * 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(milliseconds: Option<u64>, status: u16) -> Ended {
        Ended {
            name: String::new(),
            sent: std::time::Instant::now(),
            took: milliseconds.map(Duration::from_millis),
            status,
            repeated: false,
        }
    }

    #[test]
    fn shares_are_told_to_a_tenth_of_a_millisecond() {
        let (mut one, mut other) = (Tally::default(), Tally::default());
        (0..99).for_each(|_| one.add(&ended(Some(2), 200)));
        other.add(&ended(Some(60_000), 200));
        other.add(&ended(Some(1), 503));
        other.add(&ended(None, 0));
        one.join(&other);
        let said = one.figures();
        let figure = |name: &str| said[name].as_f64().unwrap();
        assert_eq!((figure("sent"), figure("acknowledged")), (102.0, 100.0));
        assert_eq!((figure("refused"), figure("lost")), (1.0, 1.0));
        assert!((figure("p99_ms") - 2.1).abs() < 1e-9, "{said}");
        assert_eq!(figure("max_ms"), 60_000.0);
        assert_eq!(Tally::default().figures()["p99_ms"], 0.0);
    }
}
