//! Following up what someone has taken: an answered alarm that is left, and a responder who never comes.
//!
//! A sans-IO machine like the ladder, whose whole state is kept with the alarm: [`poll_timeout`] says when to look
//! again, [`due`] what has come to pass. Applied, an event is no longer due, so each comes to pass once.

use base::{SignedDuration, Timestamp, language::Text, rule::Rule};

use crate::{Alarm, Dispatch, DispatchState, Lane, State, What};

/// After so many seconds without anything being done, an answered call for help waits again.
pub const LEFT_AFTER_SECONDS: Rule = Rule {
    name: "alarm.left_after_seconds",
    figure: 300.0,
    source: "Tryggve's own choice; the municipality sets it",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Ett besvarat larm som ingen gör något mer åt så här länge läggs tillbaka i kön.",
        "An answered alarm about which nothing more is done for this long goes back to the queue.",
    ),
};
/// The same for an alarm about a device, which may wait for a part or a visit.
pub const TECHNICAL_LEFT_AFTER_SECONDS: Rule = Rule {
    name: "alarm.technical_left_after_seconds",
    figure: 86_400.0,
    source: "Tryggve's own choice; the municipality sets it",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Ett besvarat tekniskt larm som ingen gör något mer åt så här länge läggs tillbaka i kön.",
        "An answered technical alarm about which nothing more is done for this long goes back to the queue.",
    ),
};
/// After so many seconds on the way, a responder who has not come is overdue.
pub const OVERDUE_AFTER_SECONDS: Rule = Rule {
    name: "alarm.overdue_after_seconds",
    figure: 1_800.0,
    source: "Tryggve's own choice; the municipality sets it",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Den som tackat ja men inte är på plats så här lång tid efteråt visas som försenad för operatörerna.",
        "Whoever accepted and is not on site this long afterwards is shown to the operators as overdue.",
    ),
};

/// The limits in force, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// See [`LEFT_AFTER_SECONDS`].
    pub left_seconds: u32,
    /// See [`TECHNICAL_LEFT_AFTER_SECONDS`].
    pub technical_left_seconds: u32,
    /// See [`OVERDUE_AFTER_SECONDS`].
    pub overdue_seconds: u32,
}

impl Default for Limits {
    /// As shipped.
    fn default() -> Self {
        let shipped = |rule: &Rule| rule.figure as u32;
        Limits {
            left_seconds: shipped(&LEFT_AFTER_SECONDS),
            technical_left_seconds: shipped(&TECHNICAL_LEFT_AFTER_SECONDS),
            overdue_seconds: shipped(&OVERDUE_AFTER_SECONDS),
        }
    }
}

/// When an answered alarm counts as left, unless something is done before; `None` when nobody alone has it.
pub fn left_due(alarm: &Alarm, limits: Limits) -> Option<Timestamp> {
    let seconds = match alarm.kind.lane() {
        Lane::Help => limits.left_seconds,
        Lane::Technical => limits.technical_left_seconds,
    };
    let attended_at = alarm.attended_at.filter(|_| alarm.state == State::Answered)?;
    Some(after(attended_at, seconds))
}

/// When something is to be told next, and why; `None` when nothing is.
pub fn poll_timeout(alarm: &Alarm, limits: Limits) -> Option<(Timestamp, &'static str)> {
    let left = left_due(alarm, limits).map(|at| (at, "left"));
    let overdue = on_the_way(alarm)
        .filter(|dispatch| dispatch.overdue_at.is_none())
        .filter_map(|dispatch| overdue_due(dispatch, limits))
        .min()
        .map(|at| (at, "overdue"));
    left.into_iter().chain(overdue).min()
}

/// What has come to pass by now, one at a time: apply it, and ask again.
pub fn due(alarm: &Alarm, limits: Limits, now: Timestamp) -> Option<What> {
    if left_due(alarm, limits).is_some_and(|due| due <= now) {
        return Some(What::Left);
    }
    on_the_way(alarm)
        .filter(|dispatch| dispatch.overdue_at.is_none())
        .find(|dispatch| overdue_due(dispatch, limits).is_some_and(|due| due <= now))
        .map(|dispatch| What::Overdue { dispatch: dispatch.id })
}

/// Whether nobody is with the person though someone on the way should have been.
pub fn is_overdue(alarm: &Alarm) -> bool {
    on_the_way(alarm).any(|dispatch| dispatch.overdue_at.is_some())
}

/// The sendings that someone has taken, while nobody is on site.
fn on_the_way(alarm: &Alarm) -> impl Iterator<Item = &Dispatch> {
    let sent = alarm.state == State::Sent;
    alarm.dispatches.iter().filter(move |dispatch| sent && dispatch.state == DispatchState::Accepted)
}

fn overdue_due(dispatch: &Dispatch, limits: Limits) -> Option<Timestamp> {
    dispatch.accepted_at.map(|at| after(at, limits.overdue_seconds))
}

/// A time beyond the calendar can only come from a broken clock; telling someone at once is the safe side.
fn after(at: Timestamp, seconds: u32) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(at)
}
