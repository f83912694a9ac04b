//! Checks one alarm's history: it folds to the stored row, and every rung that was due is in it, once, in order, in time;
//! so is every answered alarm that was left and every responder who did not come.

use alarm::{Actor, Alarm, Event, Kind, State, What, follow_up::Limits, ladder::Climb};
use anyhow::{Result, bail, ensure};
use base::{DispatchId, SignedDuration, Timestamp};

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
    let mut followed = Followed::default();
    for event in rest {
        ensure!(before <= event.at, "the history of {} goes back in time", row.id);
        before = event.at;
        match event.what {
            What::Escalated { rung } => {
                nothing_forgotten(&folded, &followed, event.at, downtimes)?;
                rung_in_time(&folded, rung, event.at, downtimes)?;
            }
            What::Left | What::Overdue { .. } => followed.in_time(&event.what, event.at, downtimes)?,
            _ => {
                nothing_overdue(&folded, event.at, downtimes)?;
                nothing_forgotten(&folded, &followed, event.at, downtimes)?;
            }
        }
        followed.note(event, &folded);
        folded.apply(event);
    }
    nothing_overdue(&folded, until, downtimes)?;
    nothing_forgotten(&folded, &followed, until, downtimes)?;
    ensure!(folded == *row, "the history of {} folds to\n{folded:?}\nbut the row says\n{row:?}", row.id);
    Ok(())
}

/// What must be followed up, told only from the history: nothing of the alarm's own reckoning is used.
#[derive(Debug, Default)]
struct Followed {
    /// When the last thing was done by the one who has it, while nobody else is sent.
    done_at: Option<Timestamp>,
    technical: bool,
    /// Who took it, when, and has neither come nor said no.
    coming: Vec<(DispatchId, Timestamp)>,
    told: Vec<DispatchId>,
}

impl Followed {
    /// Takes in an event; `before` is the alarm as it stood until then.
    fn note(&mut self, event: &Event, before: &Alarm) {
        let mut after = before.clone();
        after.apply(event);
        self.technical = after.kind == Kind::Technical;
        let deed = matches!(event.actor, Actor::User(_)) || before.state != State::Answered;
        match after.state {
            State::Answered if deed => self.done_at = Some(event.at),
            State::Answered => {}
            _ => self.done_at = None,
        }
        match event.what {
            What::Accepted { dispatch } => self.coming.push((dispatch, event.at)),
            What::Overdue { dispatch } => self.told.push(dispatch),
            What::Declined { dispatch, .. } | What::Reported { dispatch, .. } => {
                self.coming.retain(|(coming, _)| *coming != dispatch);
            }
            _ => {}
        }
        // Somebody is with the person, whoever it is; and whoever was on the way to a closed alarm is called off.
        if matches!(after.state, State::OnSite | State::Closed) {
            self.coming.clear();
        }
    }

    fn left_due(&self) -> Option<Timestamp> {
        let limits = Limits::default();
        let seconds = if self.technical { limits.technical_left_seconds } else { limits.left_seconds };
        self.done_at.map(|at| at + SignedDuration::from_secs(i64::from(seconds)))
    }

    fn overdue_due(&self) -> impl Iterator<Item = (DispatchId, Timestamp)> {
        let seconds = i64::from(Limits::default().overdue_seconds);
        let untold = self.coming.iter().filter(|(coming, _)| !self.told.contains(coming));
        untold.map(move |(dispatch, at)| (*dispatch, *at + SignedDuration::from_secs(seconds)))
    }

    fn in_time(&self, what: &What, at: Timestamp, downtimes: &Downtimes) -> Result<()> {
        let due = match what {
            What::Overdue { dispatch } => {
                self.overdue_due().find(|(coming, _)| coming == dispatch).map(|(_, due)| due)
            }
            _ => self.left_due(),
        };
        let Some(due) = due else { bail!("{what:?} was told at {at} though nothing was due") };
        ensure!(at >= due, "{what:?} was told at {at}, before {due}");
        ensure!(at <= latest(due, downtimes), "{what:?} was due at {due} and told at {at}");
        Ok(())
    }
}

fn nothing_forgotten(
    folded: &Alarm,
    followed: &Followed,
    now: Timestamp,
    downtimes: &Downtimes,
) -> Result<()> {
    let late = |due: Timestamp| latest(due, downtimes) < now;
    if let Some(due) = followed.left_due().filter(|due| late(*due)) {
        bail!("alarm {} counted as left at {due} and nobody saw it until {now}", folded.id)
    }
    if let Some((dispatch, due)) = followed.overdue_due().find(|(_, due)| late(*due)) {
        bail!("sending {dispatch} of {} was overdue at {due} and nobody saw it until {now}", folded.id)
    }
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
    use alarm::ladder::BUILT_IN;
    use base::{AlarmId, MessageId, TeamId, UserId, id::Uuid};

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
        let by = Actor::User(UserId(Uuid::from_u128(3)));
        let event = |seconds, actor, what| Event { at: at(seconds), actor, what };
        let answered = event(10, by, What::Answered);
        let left = |seconds| event(seconds, Actor::System, What::Left);
        assert!(check(&[answered.clone(), left(310)], 320, &[]));
        assert!(!check(std::slice::from_ref(&answered), 320, &[]), "left and forgotten");
        assert!(!check(&[answered.clone(), left(200)], 210, &[]), "left too soon");
        assert!(!check(&[answered.clone(), event(300, by, What::Attended), left(310)], 320, &[]), "not left");
        let dispatch = DispatchId(Uuid::from_u128(4));
        let sent = What::Sent { dispatch, team: TeamId(Uuid::from_u128(5)), answer_due: at(80) };
        let coming = [answered, event(20, by, sent), event(30, by, What::Accepted { dispatch })];
        let overdue = |seconds| event(seconds, Actor::System, What::Overdue { dispatch });
        let with = |more: &[Event]| [&coming[..], more].concat();
        assert!(check(&with(&[overdue(1_830)]), 2_000, &[]));
        assert!(check(&with(&[event(900, by, What::Arrived { dispatch })]), 2_000, &[]));
        assert!(!check(&coming, 2_000, &[]), "overdue and untold");
        assert!(!check(&with(&[overdue(1_830), overdue(1_830)]), 2_000, &[]), "told twice");
    }
}
