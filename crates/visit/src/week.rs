//! Days together: plans a week so that each person meets few and known staff.
//!
//! Each day is planned by itself with the staff of all other days as known; the days are gone through more than
//! once, so that the first day learns from the last as well.

use std::collections::BTreeSet;

use localsearch::budget::Budget;

use crate::model::{Day, DayError, StaffIndex};
use crate::plan::{Plan, What};
use crate::search::{self, Settings, Solved};

/// The most days that are planned together.
pub const DAYS_MAX: usize = 31;

/// A day of the week and whose each visit is.
#[derive(Debug, Clone, PartialEq)]
pub struct WeekDay {
    /// The day. Staff of the same name are the same on every day.
    pub day: Day,
    /// For each visit the person it is made to; the same on every day.
    pub persons: Vec<String>,
}

/// What a week's plans amount to.
#[derive(Debug, Clone, PartialEq)]
pub struct Week {
    /// One plan per day, measured with the staff of the other days as known.
    pub days: Vec<Solved>,
    /// How many different staff each person meets, in order of the persons' names.
    pub staff_met: Vec<(String, usize)>,
}

impl Week {
    /// The mean number of different staff that a person meets; 0 without persons.
    pub fn mean_staff_met(&self) -> f64 {
        let total: usize = self.staff_met.iter().map(|(_, count)| count).sum();
        total as f64 / self.staff_met.len().max(1) as f64
    }
}

/// Plans the days of a week together. The budget is shared by all days and rounds.
pub fn plan_week(days: &[WeekDay], rounds: usize, settings: &Settings) -> Result<Week, DayError> {
    if days.len() > DAYS_MAX {
        return Err(DayError { subject: "week".into(), fault: format!("more than {DAYS_MAX} days") });
    }
    let parts = (days.len() * rounds.max(1)).max(1);
    let budget = match settings.budget {
        Budget::Seconds(seconds) => Budget::Seconds(seconds / parts as f64),
        Budget::Iterations(iterations) => Budget::Iterations(iterations / parts as u64),
    };
    let settings = Settings { budget, ..settings.clone() };
    let mut solved: Vec<Option<Solved>> = vec![None; days.len()];
    for _ in 0..rounds.max(1) {
        for index in 0..days.len() {
            let day = with_known(days, &solved, index);
            let plan = match &solved[index] {
                Some(before) => search::improve(&day, &before.plan, &settings, &mut |_| ())?,
                None => search::solve(&day, &settings, &mut |_| ())?,
            };
            solved[index] = Some(plan);
        }
    }
    let plans: Vec<Solved> = solved.into_iter().flatten().collect();
    let staff_met = staff_met(days, &plans);
    Ok(Week { days: plans, staff_met })
}

/// The day with everyone as known whom its persons meet on other days.
fn with_known(days: &[WeekDay], solved: &[Option<Solved>], index: usize) -> Day {
    let mut day = days[index].day.clone();
    let others = (0..days.len()).filter(|&other| other != index);
    let met: Vec<(&String, &String)> = others
        .filter_map(|other| Some((&days[other], &solved[other].as_ref()?.plan)))
        .flat_map(|(other, plan)| meetings(other, plan))
        .collect();
    for (visit, person) in day.visits.iter_mut().zip(&days[index].persons) {
        let names: BTreeSet<&String> =
            met.iter().filter(|(whom, _)| *whom == person).map(|(_, staff)| *staff).collect();
        let here = days[index].day.staff.iter().enumerate();
        let known: Vec<StaffIndex> =
            here.filter(|(_, staff)| names.contains(&staff.name)).map(|(staff, _)| staff).collect();
        if !known.is_empty() {
            visit.known.get_or_insert_default().extend(known);
        }
    }
    day
}

/// Every person and member of staff who meet in a plan.
fn meetings<'a>(day: &'a WeekDay, plan: &'a Plan) -> impl Iterator<Item = (&'a String, &'a String)> {
    plan.routes.iter().enumerate().flat_map(move |(staff, route)| {
        route.stops.iter().filter_map(move |stop| match stop.what {
            What::Task { visit, .. } => Some((&day.persons[visit], &day.day.staff[staff].name)),
            What::Break { .. } => None,
        })
    })
}

fn staff_met(days: &[WeekDay], plans: &[Solved]) -> Vec<(String, usize)> {
    let met: BTreeSet<(&String, &String)> =
        days.iter().zip(plans).flat_map(|(day, solved)| meetings(day, &solved.plan)).collect();
    let mut counts: Vec<(String, usize)> = Vec::new();
    for (person, _) in met {
        match counts.last_mut().filter(|(last, _)| last == person) {
            Some((_, count)) => *count += 1,
            None => counts.push((person.clone(), 1)),
        }
    }
    counts
}
