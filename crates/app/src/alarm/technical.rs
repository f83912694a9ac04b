//! The technical list: devices that need help. Good news from the device marks an alarm as over; a person, or this
//! use case for all that are over, closes it.

use ::alarm::{Alarm, Lane, Measure, Outcome as Found};
use access::{Action, Actor, Relation};
use base::AlarmId;

use super::operate::{Close, close};
use crate::{App, AppError, error::require};

/// Open technical alarms, those that the device itself says are over last.
pub async fn technical(app: &App, actor: &Actor) -> Result<Vec<Alarm>, AppError> {
    require(actor, Action::AlarmList, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let mut alarms = store::alarm::open(&mut transaction).await?;
    alarms.retain(|alarm| alarm.kind.lane() == Lane::Technical);
    alarms.sort_by_key(|alarm| (alarm.withdrawn_at.is_some(), alarm.received_at, alarm.id));
    Ok(alarms)
}

/// Closes every technical alarm whose device says that the trouble is over; returns which.
///
/// The rule that only a person closes an alarm holds: an operator does this, once for all, and stands in each
/// alarm's history.
pub async fn close_recovered(app: &App, actor: &Actor, text: &str) -> Result<Vec<AlarmId>, AppError> {
    require(actor, Action::AlarmClose, Relation::NoPerson)?;
    let mut closed = Vec::new();
    for alarm in technical(app, actor).await?.into_iter().filter(|alarm| alarm.withdrawn_at.is_some()) {
        let answered = if alarm.state == ::alarm::State::Waiting {
            super::operate::answer(app, actor, alarm.id).await
        } else {
            Ok(alarm.clone())
        };
        match answered {
            Ok(_) => {}
            // Someone else took it in the same moment: it is theirs now.
            Err(AppError::Conflict | AppError::Refused(_)) => continue,
            Err(other) => return Err(other),
        }
        let command = Close {
            alarm: alarm.id,
            outcome: Found::DeviceFault,
            measures: Vec::<Measure>::new(),
            text: text.to_owned(),
        };
        match close(app, actor, command).await {
            Ok(_) => closed.push(alarm.id),
            Err(AppError::Conflict | AppError::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(closed)
}
