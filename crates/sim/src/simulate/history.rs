//! Checks one alarm's history: it folds to the stored row, and every rung that was due is in it, once, in order, in time.

use alarm::{Alarm, Event, What, ladder::Climb};
use anyhow::{Result, bail, ensure};
use base::Timestamp;

/// The times in which the system was down.
pub(super) type Downtimes = [(Timestamp, Timestamp)];

/// Folds the events and compares with the row; `until` is the present.
pub(super) fn check(row: &Alarm, events: &[Event], downtimes: &Downtimes, until: Timestamp) -> Result<()> {
    let Some((first, rest)) = events.split_first() else { bail!("alarm {} has no history", row.id) };
    let What::Received { message, kind } = first.what else {
        bail!("the history of {} does not begin with a message", row.id)
    };
    let climb = Climb::start(row.climb.rungs.clone(), first.at);
    let (mut folded, _) =
        alarm::receive(row.id, message, kind, (row.device, row.person, row.area), climb, first.at);
    let mut before = first.at;
    for event in rest {
        ensure!(before <= event.at, "the history of {} goes back in time", row.id);
        before = event.at;
        match event.what {
            What::Escalated { rung } => rung_in_time(&folded, rung, event.at, downtimes)?,
            _ => nothing_overdue(&folded, event.at, downtimes)?,
        }
        folded.apply(event);
    }
    nothing_overdue(&folded, until, downtimes)?;
    ensure!(folded == *row, "the history of {} folds to\n{folded:?}\nbut the row says\n{row:?}", row.id);
    Ok(())
}

fn rung_in_time(folded: &Alarm, rung: usize, at: Timestamp, downtimes: &Downtimes) -> Result<()> {
    let Some((due, _)) = folded.climb.poll_timeout() else {
        bail!("rung {rung} of {} was reached though nobody more was to be told", folded.id)
    };
    ensure!(
        rung == folded.climb.next,
        "rung {rung} of {} was reached, but {} was next",
        folded.id,
        folded.climb.next
    );
    ensure!(at >= due, "rung {rung} of {} was reached before its time", folded.id);
    ensure!(
        at <= latest(due, downtimes),
        "rung {rung} of {} was due at {due} and reached at {at}",
        folded.id
    );
    Ok(())
}

fn nothing_overdue(folded: &Alarm, now: Timestamp, downtimes: &Downtimes) -> Result<()> {
    match folded.climb.poll_timeout() {
        Some((due, _)) if latest(due, downtimes) < now => {
            bail!(
                "rung {} of {} was due at {due} and nobody saw it until {now}",
                folded.climb.next,
                folded.id
            )
        }
        _ => Ok(()),
    }
}

/// A rung that falls due while the system is down is reached when it is up again.
fn latest(due: Timestamp, downtimes: &Downtimes) -> Timestamp {
    downtimes.iter().find(|(down, up)| *down <= due && due <= *up).map_or(due, |(_, up)| *up)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alarm::{Actor, Kind, ladder::BUILT_IN};
    use base::{AlarmId, MessageId, SignedDuration, id::Uuid};

    #[test]
    fn a_rung_missed_late_or_doubled_is_found() {
        let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let at = |seconds| start + SignedDuration::from_secs(seconds);
        let message = MessageId(Uuid::from_u128(2));
        let climb = Climb::start(BUILT_IN.to_vec(), start);
        let (fresh, first) = alarm::receive(
            AlarmId(Uuid::from_u128(1)),
            message,
            Kind::Manual,
            (None, None, None),
            climb,
            start,
        );
        let rung =
            |rung, seconds| Event { at: at(seconds), actor: Actor::System, what: What::Escalated { rung } };
        let check = |events: &[Event], until: i64, downtimes: &Downtimes| {
            let mut row = fresh.clone();
            events.iter().for_each(|event| row.apply(event));
            let history: Vec<Event> = std::iter::once(first.clone()).chain(events.iter().cloned()).collect();
            super::check(&row, &history, downtimes, at(until)).is_ok()
        };
        assert!(check(&[rung(0, 60), rung(1, 180)], 200, &[]));
        assert!(!check(&[rung(0, 60)], 200, &[]), "missed");
        assert!(!check(&[rung(0, 61)], 70, &[]), "late");
        assert!(check(&[rung(0, 75)], 80, &[(at(50), at(75))]), "late for a reason");
        assert!(!check(&[rung(0, 60), rung(0, 60)], 70, &[]), "twice");
        assert!(!check(&[rung(1, 180)], 190, &[]), "skipped");
    }
}
