//! What staff do: operators answer after a drawn time or are absent, responders accept, decline, arrive, report.

use access::{Actor, Role};
use alarm::{Alarm, DispatchState, Kind, Measure, Outcome, State, team::next_teams};
use base::{DispatchId, TeamId, Timestamp, UserId};

use super::after;
use crate::{Town, random::Random};

/// How patient and how present the staff are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Habits {
    /// The median time until an operator answers, in seconds.
    pub answer_seconds_median: f64,
    /// The share of alarms at which nobody sits by the screen for a long while.
    pub absent: f64,
    /// The share of sendings that a responder takes.
    pub accept: f64,
    /// The share of sendings that a responder declines; the rest is not answered at all.
    pub decline: f64,
    /// The share of answered alarms that the operator leaves without a word.
    pub leave: f64,
    /// The share of those on the way who never come.
    pub never_come: f64,
}

impl Default for Habits {
    fn default() -> Self {
        Habits {
            answer_seconds_median: 20.0,
            absent: 0.03,
            accept: 0.80,
            decline: 0.08,
            leave: 0.01,
            never_come: 0.01,
        }
    }
}

/// One thing that someone does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// An operator takes the alarm.
    Answer,
    /// The operator gives it back.
    Release,
    /// The operator notes a call.
    CallPerson,
    /// The operator sends it to a team.
    Send(TeamId),
    /// The operator closes it.
    Close(Outcome, Vec<Measure>),
    /// The operator opens it again.
    Reopen,
    /// A responder takes it.
    Accept(DispatchId),
    /// A responder cannot.
    Decline(DispatchId),
    /// The responder stands by the person.
    Arrive(DispatchId),
    /// The responder writes what was done.
    Report(DispatchId),
}

/// A deed to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// What.
    pub deed: Deed,
}

/// What in an alarm makes staff think again. Equal situations change no plans, so that a repeated press does not
/// make an operator who is on the way to the phone start over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    state: State,
    answered_by: Option<UserId>,
    rungs_told: usize,
    dispatches: Vec<(DispatchId, DispatchState)>,
    overdue: bool,
}

impl Situation {
    /// The situation of an alarm.
    pub fn of(alarm: &Alarm) -> Self {
        Situation {
            state: alarm.state,
            answered_by: alarm.answered_by,
            rungs_told: alarm.climb.next,
            dispatches: alarm.dispatches.iter().map(|dispatch| (dispatch.id, dispatch.state)).collect(),
            overdue: alarm::follow_up::is_overdue(alarm),
        }
    }
}

/// The staff of a town.
#[derive(Debug)]
pub struct Staff {
    operators: Vec<Actor>,
    responders: Vec<Actor>,
    teams: Vec<alarm::team::Team>,
    habits: Habits,
    random: Random,
}

impl Staff {
    /// The staff of a town, under a seed.
    pub fn new(town: &Town, seed: u64, habits: Habits) -> Self {
        let with = |role: Role| {
            town.logins
                .iter()
                .filter(|login| login.roles.contains(&role))
                .map(|login| login.actor())
                .collect()
        };
        Staff {
            operators: with(Role::Operator),
            responders: with(Role::Responder),
            teams: town.teams.clone(),
            habits,
            random: Random::new(seed, 22),
        }
    }

    /// What staff will do about an alarm as it stands; asked again when its [`Situation`] changes.
    pub fn plans(&mut self, alarm: &Alarm, now: Timestamp) -> Vec<Plan> {
        let operator = self.operator_plan(alarm, now);
        let responder = self.responder_plan(alarm, now);
        operator.into_iter().chain(responder).collect()
    }

    /// A closed alarm that someone opens again after all; rare.
    pub fn second_thought(&mut self, now: Timestamp) -> Option<Plan> {
        if !self.random.chance(0.01) {
            return None;
        }
        let seconds = self.random.between(60.0, 1_200.0);
        self.operator_does(now, seconds, Deed::Reopen)
    }

    fn operator_does(&mut self, now: Timestamp, seconds: f64, deed: Deed) -> Option<Plan> {
        let by = self.random.pick(&self.operators)?.clone();
        Some(Plan { at: after(now, seconds), by, deed })
    }

    fn operator_plan(&mut self, alarm: &Alarm, now: Timestamp) -> Option<Plan> {
        let technical = alarm.kind == Kind::Technical;
        match alarm.state {
            State::Waiting => {
                let seconds = self.answer_seconds(alarm, technical);
                self.operator_does(now, seconds, Deed::Answer)
            }
            State::Answered if self.random.chance(self.habits.leave) => None,
            State::Answered => self.talk(alarm, technical, now),
            // Nobody has come: someone else is sent, or the alarm is handed over.
            State::Sent if alarm::follow_up::is_overdue(alarm) => {
                let seconds = self.random.between(20.0, 300.0);
                let deed = match next_teams(&self.teams, alarm, now).first() {
                    Some(team) => Deed::Send(team.id),
                    None => Deed::Close(Outcome::HandedOver, vec![Measure::EmergencyCalled]),
                };
                self.operator_does(now, seconds, deed)
            }
            // Sent by the ladder and not yet seen by an operator: someone takes it on.
            State::Sent if alarm.answered_by.is_none() => {
                let seconds = self.answer_seconds(alarm, technical);
                self.operator_does(now, seconds, Deed::Answer)
            }
            State::Sent | State::OnSite if alarm.current_dispatch().is_none() => {
                let seconds = self.random.between(20.0, 240.0);
                let measures = vec![Measure::ALL[self.random.below(Measure::ALL.len())]];
                self.operator_does(now, seconds, Deed::Close(Outcome::Helped, measures))
            }
            // Rarely an operator calls the responders off, since the person rang and all is well.
            State::Sent if self.random.chance(0.02) => {
                self.operator_does(now, 90.0, Deed::Close(Outcome::Mistake, vec![]))
            }
            State::Sent | State::OnSite | State::Closed => None,
        }
    }

    fn answer_seconds(&mut self, alarm: &Alarm, technical: bool) -> f64 {
        let absent = alarm.climb.next == 0 && self.random.chance(self.habits.absent);
        match (technical, absent) {
            (true, _) => self.random.long_tailed(1_200.0, 1.0),
            (false, true) => self.random.between(200.0, 2_400.0),
            (false, false) => self.random.long_tailed(self.habits.answer_seconds_median, 0.5),
        }
    }

    fn talk(&mut self, alarm: &Alarm, technical: bool, now: Timestamp) -> Option<Plan> {
        let seconds = self.random.long_tailed(75.0, 0.6);
        let share = self.random.unit();
        let deed = match share {
            _ if technical => Deed::Close(Outcome::DeviceFault, vec![Measure::DeviceMended]),
            share if share < 0.02 => Deed::Release,
            share if share < 0.50 => Deed::Close(Outcome::Talked, vec![Measure::Company]),
            share if share < 0.58 => Deed::Close(Outcome::Mistake, vec![]),
            share if share < 0.62 => Deed::CallPerson,
            _ => match next_teams(&self.teams, alarm, now).first() {
                Some(team) => Deed::Send(team.id),
                None => Deed::Close(Outcome::HandedOver, vec![Measure::EmergencyCalled]),
            },
        };
        self.operator_does(now, seconds, deed)
    }

    fn responder_plan(&mut self, alarm: &Alarm, now: Timestamp) -> Option<Plan> {
        let dispatch = alarm.current_dispatch()?;
        let (id, team) = (dispatch.id, dispatch.team);
        let share = self.random.unit();
        let (seconds, deed) = match dispatch.state {
            DispatchState::Waiting if share < self.habits.accept => {
                (self.random.long_tailed(35.0, 0.6), Deed::Accept(id))
            }
            DispatchState::Waiting if share < self.habits.accept + self.habits.decline => {
                (self.random.between(15.0, 80.0), Deed::Decline(id))
            }
            DispatchState::Accepted if share < 0.02 => (self.random.between(60.0, 600.0), Deed::Decline(id)),
            DispatchState::Accepted if share < 0.02 + self.habits.never_come => return None,
            DispatchState::Accepted => (self.random.long_tailed(840.0, 0.4), Deed::Arrive(id)),
            DispatchState::OnSite => (self.random.long_tailed(900.0, 0.5), Deed::Report(id)),
            _ => return None,
        };
        let of_team: Vec<&Actor> =
            self.responders.iter().filter(|actor| actor.teams.contains(&team)).collect();
        let by = match dispatch.responder {
            Some(user) => of_team.into_iter().find(|actor| actor.user == user)?.clone(),
            None => (*self.random.pick(&of_team)?).clone(),
        };
        Some(Plan { at: after(now, seconds), by, deed })
    }
}
