//! Which alarm comes first: the gravest, and of those the longest waiting; and none waits for ever.

use std::cmp::Ordering;

use base::{Timestamp, language::Text, rule::Rule};

use crate::{Alarm, Lane, State, follow_up};

/// After so many seconds of waiting an alarm counts as one step graver, so that none is starved.
pub const RAISED_AFTER_SECONDS: Rule = Rule {
    name: "alarm.raised_after_seconds",
    figure: 120.0,
    source: "Tryggve's own choice; the municipality sets it",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Ett larm som väntat så här länge räknas som ett steg allvarligare.",
        "An alarm that has waited this long counts as one step graver.",
    ),
};

/// The gravity after waiting: 0 is the gravest. A withdrawn alarm counts as one step less grave.
pub fn gravity(alarm: &Alarm, raised_after_seconds: u32, now: Timestamp) -> u32 {
    let waited = waiting_seconds(alarm, now);
    let steps = waited / u64::from(raised_after_seconds.max(1));
    let withdrawn = u32::from(alarm.withdrawn_at.is_some());
    (alarm.kind.rank() + withdrawn).saturating_sub(u32::try_from(steps).unwrap_or(u32::MAX))
}

/// How long the alarm has waited for an operator, in whole seconds; never negative, even if the clock jumps.
pub fn waiting_seconds(alarm: &Alarm, now: Timestamp) -> u64 {
    let until = if alarm.state == State::Waiting { now } else { alarm.answered_at.unwrap_or(now) };
    u64::try_from(until.duration_since(alarm.received_at).as_secs()).unwrap_or(0)
}

/// The order of the queue: waiting ones and those whose help is overdue before taken ones, calls for help before technical ones (which have a list of
/// their own and never push a person aside), then gravity, then age.
pub fn compare(left: &Alarm, right: &Alarm, raised_after_seconds: u32, now: Timestamp) -> Ordering {
    let key = |alarm: &Alarm| {
        let technical = alarm.kind.lane() == Lane::Technical;
        (
            alarm.state != State::Waiting && !follow_up::is_overdue(alarm),
            technical,
            gravity(alarm, raised_after_seconds, now),
            alarm.received_at,
            alarm.id,
        )
    };
    key(left).cmp(&key(right))
}
