//! Service levels: how fast alarms are answered and reached, against the goals.
//!
//! Definition: the answer time runs from the stored receipt of the first message until an operator answers;
//! test alarms and technical alarms are not counted. Goals as cited for the UK TSA code: 97.5 % within 60 s
//! and 99 % within 180 s; the on-site limit is the municipality's own.

use base::{SignedDuration, Timestamp, language::Text, rule::Rule};

/// Share of alarms to be answered within 60 seconds, in per cent.
pub const ANSWERED_WITHIN_60_SECONDS_PERCENT: Rule = Rule {
    name: "service_level.answered_within_60_seconds_percent",
    figure: 97.5,
    source: "UK TSA code as cited by telecareaware and the MASCOT report",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Minst så stor andel av larmen besvaras inom 60 sekunder.",
        "At least this share of alarms is answered within 60 seconds.",
    ),
};
/// Share of alarms to be answered within 180 seconds, in per cent.
pub const ANSWERED_WITHIN_180_SECONDS_PERCENT: Rule = Rule {
    name: "service_level.answered_within_180_seconds_percent",
    figure: 99.0,
    source: "UK TSA code as cited by telecareaware and the MASCOT report",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Minst så stor andel av larmen besvaras inom 180 sekunder.",
        "At least this share of alarms is answered within 180 seconds.",
    ),
};
/// The municipality's limit from sent to on site, in minutes.
pub const ON_SITE_MINUTES: Rule = Rule {
    name: "service_level.on_site_minutes",
    figure: 45.0,
    source: "Municipal guarantees range over 20, 30, 45 and 60 minutes (senioren.se 2017); the municipality sets its own",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Hjälp ska vara på plats inom så här många minuter.",
        "Help is to be on site within this many minutes.",
    ),
};

/// The three moments of one alarm that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    /// Stored receipt.
    pub received_at: Timestamp,
    /// First answer, if any yet.
    pub answered_at: Option<Timestamp>,
    /// First sending to a team, if any.
    pub sent_at: Option<Timestamp>,
    /// First arrival, if any.
    pub arrived_at: Option<Timestamp>,
}

/// The level over a set of alarms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Level {
    /// Alarms counted.
    pub alarms: u64,
    /// Answered within 60 s.
    pub answered_within_60_seconds: u64,
    /// Answered within 180 s.
    pub answered_within_180_seconds: u64,
    /// Not answered yet.
    pub unanswered: u64,
    /// Sent to a team.
    pub sent: u64,
    /// On site within the limit.
    pub on_site_in_time: u64,
}

impl Level {
    /// Counts one alarm. An alarm that still waits counts against a limit as soon as the limit has passed.
    pub fn count(&mut self, moments: Moments, on_site_minutes: i64, now: Timestamp) {
        self.alarms += 1;
        let answer = moments.answered_at.map(|at| at.duration_since(moments.received_at));
        let within = |limit: i64| {
            let limit = SignedDuration::from_secs(limit);
            answer.map_or(now.duration_since(moments.received_at) <= limit, |answer| answer <= limit)
        };
        self.answered_within_60_seconds += u64::from(within(60));
        self.answered_within_180_seconds += u64::from(within(180));
        self.unanswered += u64::from(moments.answered_at.is_none());
        if let Some(sent) = moments.sent_at {
            self.sent += 1;
            let until = moments.arrived_at.unwrap_or(now);
            self.on_site_in_time +=
                u64::from(until.duration_since(sent) <= SignedDuration::from_mins(on_site_minutes));
        }
    }

    /// Adds another level: parts make the total exactly.
    pub fn add(&mut self, other: &Level) {
        self.alarms += other.alarms;
        self.answered_within_60_seconds += other.answered_within_60_seconds;
        self.answered_within_180_seconds += other.answered_within_180_seconds;
        self.unanswered += other.unanswered;
        self.sent += other.sent;
        self.on_site_in_time += other.on_site_in_time;
    }
}

/// A share in per cent; `None` where there is nothing to share.
pub fn percent(part: u64, whole: u64) -> Option<f64> {
    // Counts stay far below 2^52, so the conversion is exact.
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
}
