//! The ladder at work: reaching rungs, asking the next team when one does not answer, and following up what someone
//! has taken.

use ::alarm::{
    Actor, Alarm, DispatchState, Event, What,
    follow_up::{self, Limits},
    ladder::Tell,
    team::next_teams,
};
use base::{AlarmId, DispatchId, SignedDuration, TeamId, Timestamp};
use store::Transaction;

use super::change::{apply, tell_name};
use crate::{App, AppError, live::Change};

/// Does everything that is due now, on every alarm; returns how many steps were taken.
pub async fn escalate_due(app: &App) -> Result<usize, AppError> {
    let due = {
        let mut transaction = app.store.read().await?;
        let mut due = store::alarm::due(&mut transaction, app.now()).await?;
        due.extend(store::follow_up::due(&mut transaction, limits(app), app.now()).await?);
        due.sort_unstable();
        due.dedup();
        due
    };
    let mut steps = 0;
    for id in due {
        match escalate(app, id).await {
            Ok(taken) => steps += taken,
            // An operator answered in the very same moment: what is still due is found on the next turn.
            Err(AppError::Conflict) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(steps)
}

/// When the next step is due anywhere; `None` when nothing waits.
pub async fn next_due(app: &App) -> Result<Option<Timestamp>, AppError> {
    let mut transaction = app.store.read().await?;
    let ladders = store::alarm::next_due(&mut transaction).await?;
    let followed = store::follow_up::next_due(&mut transaction, limits(app)).await?;
    Ok(ladders.into_iter().chain(followed).min())
}

/// The limits of following up that are in force.
pub(crate) fn limits(app: &App) -> Limits {
    let memory = app.registry.memory();
    Limits {
        left_seconds: memory.settings.whole(&follow_up::LEFT_AFTER_SECONDS),
        technical_left_seconds: memory.settings.whole(&follow_up::TECHNICAL_LEFT_AFTER_SECONDS),
        overdue_seconds: memory.settings.whole(&follow_up::OVERDUE_AFTER_SECONDS),
    }
}

/// Everything of one alarm that is due, each once, in order: rungs, missed answers, what was left or is overdue.
async fn escalate(app: &App, id: AlarmId) -> Result<usize, AppError> {
    let mut transaction = app.store.write().await?;
    let Some(mut alarm) = store::alarm::load(&mut transaction, id).await? else { return Ok(0) };
    let now = app.now();
    let mut steps = 0;
    while let Some((rung, found)) = alarm.climb.due(now) {
        let told = system(now, What::Escalated { rung });
        alarm = apply(&mut transaction, alarm, &told).await?;
        steps += 1;
        metrics::counter!("tryggve_ladder_rungs_total", "tell" => tell_name(found.tell)).increment(1);
        match found.tell {
            Tell::Operators | Tell::Supervisor => {}
            Tell::NextTeam => alarm = send_to_next(app, &mut transaction, alarm, now).await?,
            Tell::Team(team) => alarm = send_to(app, &mut transaction, alarm, team, now).await?,
        }
    }
    let late: Vec<DispatchId> = alarm
        .dispatches
        .iter()
        .filter(|dispatch| dispatch.state == DispatchState::Waiting && dispatch.is_late(now))
        .map(|dispatch| dispatch.id)
        .collect();
    for dispatch in late {
        let Ok(what) = ::alarm::expire(&alarm, dispatch, now) else { continue };
        alarm = apply(&mut transaction, alarm, &system(now, what)).await?;
        alarm = send_to_next(app, &mut transaction, alarm, now).await?;
        steps += 1;
    }
    while let Some(what) = follow_up::due(&alarm, limits(app), now) {
        metrics::counter!("tryggve_followed_up_total", "what" => what.name()).increment(1);
        alarm = apply(&mut transaction, alarm, &system(now, what)).await?;
        steps += 1;
    }
    if steps > 0 {
        transaction.commit().await?;
        app.live.publish(Change::AlarmChanged(id));
    }
    Ok(steps)
}

/// After a team has said no: asks the next one at once.
pub(crate) async fn ask_next_team(app: &App, alarm: Alarm) -> Result<Alarm, AppError> {
    let mut transaction = app.store.write().await?;
    let id = alarm.id;
    let Some(alarm) = store::alarm::load(&mut transaction, id).await? else {
        return Err(AppError::NotFound("alarm"));
    };
    let alarm = send_to_next(app, &mut transaction, alarm, app.now()).await?;
    transaction.commit().await?;
    app.live.publish(Change::AlarmChanged(id));
    Ok(alarm)
}

/// Sends to the first team that serves the area now and has not been asked, unless one is under way.
async fn send_to_next(
    app: &App,
    transaction: &mut Transaction,
    alarm: Alarm,
    now: Timestamp,
) -> Result<Alarm, AppError> {
    if alarm.current_dispatch().is_some() {
        return Ok(alarm);
    }
    let memory = app.registry.memory();
    match next_teams(&memory.teams, &alarm, now).first().map(|team| team.id) {
        Some(team) => send_to(app, transaction, alarm, team, now).await,
        // No team is left: the ladder goes on telling people, and the page says that nobody was left to ask.
        None => Ok(alarm),
    }
}

async fn send_to(
    app: &App,
    transaction: &mut Transaction,
    alarm: Alarm,
    team: TeamId,
    now: Timestamp,
) -> Result<Alarm, AppError> {
    let memory = app.registry.memory();
    let Some(answer_seconds) =
        memory.teams.iter().find(|known| known.id == team).map(|team| team.answer_seconds)
    else {
        return Ok(alarm);
    };
    let dispatch = DispatchId::fresh(app.ids.as_ref(), now);
    let answer_due = now + SignedDuration::from_secs(i64::from(answer_seconds));
    match ::alarm::send(&alarm, dispatch, team, answer_due) {
        Ok(what) => apply(transaction, alarm, &system(now, what)).await,
        // The team is under way already, or the alarm is closed: nothing to add.
        Err(_) => Ok(alarm),
    }
}

fn system(at: Timestamp, what: What) -> Event {
    Event { at, actor: Actor::System, what }
}
