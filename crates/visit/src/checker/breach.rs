//! What makes a plan invalid, and the sentence that says so.

use base::Language;

use crate::model::{BreakKind, Day, StaffIndex, Ticks, VisitIndex};
use crate::plan::What;
use crate::price::CostPart;
use crate::rules;

/// One thing that makes a plan invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is named in the sentence of its breach")]
pub enum Breach {
    /// There is not one route per member of staff.
    RouteCount { routes: usize, staff: usize },
    /// A stop names a visit or task that is not on the day.
    UnknownStop { staff: StaffIndex },
    /// A stop begins before its staff can be there.
    OutOfReach { staff: StaffIndex, what: What, start: Ticks, arrival: Ticks },
    /// A task is shorter or longer than it should be.
    TaskLength { visit: VisitIndex, task: usize, length: i64, expected: Ticks },
    /// A task begins before its first window opens.
    TooEarly { visit: VisitIndex, task: usize, start: Ticks, opens: Ticks },
    /// A task is done by someone other than the one it is pinned to.
    NotPinned { visit: VisitIndex, task: usize, staff: StaffIndex, pinned: StaffIndex },
    /// A lunch or pause lies outside its window, has the wrong length, or is nobody's right.
    Break { staff: StaffIndex, number: usize, start: Ticks, end: Ticks },
    /// Someone has a lunch or pause twice.
    SecondBreak { staff: StaffIndex, number: usize },
    /// A visit that must be made is not.
    Unserved { visit: VisitIndex },
    /// A task of a visit that is made is missing or done more than once.
    TaskCount { visit: VisitIndex, task: usize, times: usize },
    /// Both tasks of a pair are done by the same person.
    SamePerson { visit: VisitIndex, staff: StaffIndex },
    /// The tasks of a pair do not start so long after one another as they should.
    Lag { visit: VisitIndex, lag: i64, min: Ticks, max: Ticks },
    /// A part of the cost that this day forbids.
    Hard { part: CostPart, amount: i64 },
}

impl Breach {
    /// The breach in one sentence.
    pub fn sentence(&self, day: &Day, language: Language) -> String {
        match language {
            Language::Swedish => self.swedish(day),
            Language::English => self.english(day),
        }
    }

    fn swedish(&self, day: &Day) -> String {
        let visit = |index: &VisitIndex| name(day.visits.get(*index).map(|visit| &visit.name));
        let staff = |index: &StaffIndex| name(day.staff.get(*index).map(|staff| &staff.name));
        let minutes = |ticks: &Ticks| day.minutes(i64::from(*ticks));
        match self {
            Breach::RouteCount { routes, staff } => {
                format!("Planen har {routes} turer men {staff} i tjänst.")
            }
            Breach::UnknownStop { staff: at } => {
                format!("Turen för {} nämner ett besök som inte finns.", staff(at))
            }
            Breach::OutOfReach { staff: at, start, arrival, .. } => format!(
                "{} ska börja vid {} min men hinner fram först vid {} min.",
                staff(at),
                minutes(start),
                minutes(arrival)
            ),
            Breach::TaskLength { visit: at, length, expected, .. } => format!(
                "Besök {} varar {} min i stället för {} min.",
                visit(at),
                day.minutes(*length),
                minutes(expected)
            ),
            Breach::TooEarly { visit: at, start, opens, .. } => format!(
                "Besök {} börjar vid {} min, före sin tid {} min.",
                visit(at),
                minutes(start),
                minutes(opens)
            ),
            Breach::NotPinned { visit: at, staff: by, pinned, .. } => {
                format!("Besök {} görs av {} men är låst till {}.", visit(at), staff(by), staff(pinned))
            }
            Breach::Break { staff: at, number, start, .. } => {
                let what = if is_lunch(day, *at, *number) { "Lunchen" } else { "Pausen" };
                format!("{what} för {} vid {} min följer inte reglerna.", staff(at), minutes(start))
            }
            Breach::SecondBreak { staff: at, number } => {
                let what = if is_lunch(day, *at, *number) { "lunch" } else { "samma paus" };
                format!("{} har {what} två gånger.", staff(at))
            }
            Breach::Unserved { visit: at } => {
                format!("Besök {} måste göras men är inte planerat.", visit(at))
            }
            Breach::TaskCount { visit: at, task, times } => {
                format!("Besök {}: insats {} görs {times} gånger i stället för en.", visit(at), task + 1)
            }
            Breach::SamePerson { visit: at, staff: by } => {
                format!("Besök {} behöver två personer men {} gör båda delarna.", visit(at), staff(by))
            }
            Breach::Lag { visit: at, lag, min, max } => format!(
                "Besök {}: andra delen börjar {} min efter den första; det ska vara {} till {} min.",
                visit(at),
                day.minutes(*lag),
                minutes(min),
                minutes(max)
            ),
            Breach::Hard { part, amount } => {
                format!("Förbjudet denna dag: {}", rules::of(*part).sentence(day, *amount, Language::Swedish))
            }
        }
    }

    fn english(&self, day: &Day) -> String {
        let visit = |index: &VisitIndex| name(day.visits.get(*index).map(|visit| &visit.name));
        let staff = |index: &StaffIndex| name(day.staff.get(*index).map(|staff| &staff.name));
        let minutes = |ticks: &Ticks| day.minutes(i64::from(*ticks));
        match self {
            Breach::RouteCount { routes, staff } => {
                format!("The plan has {routes} routes but {staff} staff.")
            }
            Breach::UnknownStop { staff: at } => {
                format!("The route of {} names a visit that does not exist.", staff(at))
            }
            Breach::OutOfReach { staff: at, start, arrival, .. } => format!(
                "{} is to begin at {} min but arrives at {} min at the earliest.",
                staff(at),
                minutes(start),
                minutes(arrival)
            ),
            Breach::TaskLength { visit: at, length, expected, .. } => format!(
                "Visit {} lasts {} min instead of {} min.",
                visit(at),
                day.minutes(*length),
                minutes(expected)
            ),
            Breach::TooEarly { visit: at, start, opens, .. } => format!(
                "Visit {} begins at {} min, before its time {} min.",
                visit(at),
                minutes(start),
                minutes(opens)
            ),
            Breach::NotPinned { visit: at, staff: by, pinned, .. } => {
                format!("Visit {} is made by {} but pinned to {}.", visit(at), staff(by), staff(pinned))
            }
            Breach::Break { staff: at, number, start, .. } => {
                let what = if is_lunch(day, *at, *number) { "lunch" } else { "pause" };
                format!("The {what} of {} at {} min does not follow the rules.", staff(at), minutes(start))
            }
            Breach::SecondBreak { staff: at, number } => {
                let what = if is_lunch(day, *at, *number) { "lunch" } else { "the same pause" };
                format!("{} has {what} twice.", staff(at))
            }
            Breach::Unserved { visit: at } => format!("Visit {} must be made but is not planned.", visit(at)),
            Breach::TaskCount { visit: at, task, times } => {
                format!("Visit {}: task {} is done {times} times instead of once.", visit(at), task + 1)
            }
            Breach::SamePerson { visit: at, staff: by } => {
                format!("Visit {} needs two persons but {} does both tasks.", visit(at), staff(by))
            }
            Breach::Lag { visit: at, lag, min, max } => format!(
                "Visit {}: the second task begins {} min after the first; it should be {} to {} min.",
                visit(at),
                day.minutes(*lag),
                minutes(min),
                minutes(max)
            ),
            Breach::Hard { part, amount } => {
                format!("Forbidden this day: {}", rules::of(*part).sentence(day, *amount, Language::English))
            }
        }
    }
}

fn is_lunch(day: &Day, staff: StaffIndex, number: usize) -> bool {
    let owed = day.staff.get(staff).and_then(|staff| staff.breaks.get(number));
    owed.is_some_and(|owed| owed.kind == BreakKind::Lunch)
}

fn name(found: Option<&String>) -> &str {
    found.map_or("?", String::as_str)
}
