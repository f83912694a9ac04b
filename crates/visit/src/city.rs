//! A whole city's day: planned district by district, then along the borders.
//!
//! A search over five thousand visits at once spends its moves too thinly. Visits and staff are gathered into
//! districts by travel time; each district is planned by itself, several at a time; then neighbouring districts are
//! laid together two by two and improved from the plan at hand, each round with other neighbours.

use std::ops::Range;

use localsearch::budget::{Budget, Meter};
use localsearch::parallel;

use crate::checker::{self, Verdict};
use crate::model::{Day, DayError, PlaceIndex, VisitIndex};
use crate::part::Part;
use crate::plan::{Plan, Route, What};
use crate::search::{self, Report, Settings, Solved};

/// The most districts of one day.
pub const DISTRICTS_MAX: usize = 200;
/// Rounds along the borders.
const BORDER_ROUNDS: usize = 4;
/// The share of the budget that the districts get by themselves; the borders share the rest.
const DISTRICT_SHARE: f64 = 0.6;
/// Times the centres of the districts are moved to the middle of their visits.
const CENTRE_ROUNDS: usize = 8;

/// Who and what belongs to which district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Districts {
    /// The place in the middle of each district.
    pub centres: Vec<PlaceIndex>,
    /// The district of each member of staff.
    pub staff: Vec<usize>,
    /// The district of each visit.
    pub visits: Vec<usize>,
}

/// Plans a day in so many districts.
pub fn solve(
    day: &Day,
    count: usize,
    settings: &Settings,
    report: &mut dyn FnMut(Report),
) -> Result<Solved, DayError> {
    let meter = Meter::start(settings.budget, settings.stop.clone());
    day.validate()?;
    if !(1..=DISTRICTS_MAX).contains(&count) {
        let fault = format!("{count}; expected 1 to {DISTRICTS_MAX}");
        return Err(DayError { subject: "districts".to_owned(), fault });
    }
    let mut districts = divide(day, count);
    let mut work = Work {
        day,
        settings,
        plan: Plan { routes: vec![Route::default(); day.staff.len()] },
        verdict: None,
        iterations: 0,
        meter,
    };
    let parts: Vec<Part> = (0..districts.centres.len()).map(|one| cut(day, &districts, &[one])).collect();
    let budget = work.share(0.0..DISTRICT_SHARE, parts.len());
    let solve = |part: &Part, settings: Settings| search::solve(&part.day, &settings, &mut |_| ());
    work.round(work.plan.clone(), &parts, &solve, budget, report)?;
    let mut joined = Vec::new();
    for round in 0..BORDER_ROUNDS {
        let pairs = neighbours(day, &districts.centres, &mut joined);
        if pairs.is_empty() {
            break;
        }
        let running = release(day, &work.plan, &mut districts, &pairs);
        let parts: Vec<Part> =
            pairs.iter().map(|&(one, other)| cut(day, &districts, &[one, other])).collect();
        let until =
            |rounds: usize| DISTRICT_SHARE + (1.0 - DISTRICT_SHARE) * rounds as f64 / BORDER_ROUNDS as f64;
        let budget = work.share(until(round)..until(round + 1), parts.len());
        let seed = settings.seed.wrapping_add(round as u64 + 1);
        let improve = |part: &Part, settings: Settings| {
            let plan = part.plan_of(&running, day.visits.len());
            search::improve(&part.day, &plan, &Settings { seed, ..settings }, &mut |_| ())
        };
        work.round(running.clone(), &parts, &improve, budget, report)?;
    }
    work.finish()
}

/// The plan as the next pairs of districts may go on from it: a visit belongs where those who make it work.
///
/// A visit by two persons whose districts part ways is taken out; the pair that one of them is in puts it in anew.
fn release(day: &Day, plan: &Plan, districts: &mut Districts, pairs: &[(usize, usize)]) -> Plan {
    let mut pair_of = vec![None; districts.centres.len()];
    for (number, &(one, other)) in pairs.iter().enumerate() {
        (pair_of[one], pair_of[other]) = (Some(number), Some(number));
    }
    let mut released = vec![false; day.visits.len()];
    for (visit, tasks) in plan.by_visit(day).into_iter().enumerate() {
        let homes: Vec<usize> =
            tasks.into_iter().flatten().map(|(staff, _)| districts.staff[staff]).collect();
        // Where only one of the two districts is planned anew, the visit belongs there.
        let Some(home) = homes.iter().copied().max_by_key(|&home| pair_of[home].is_some()) else { continue };
        districts.visits[visit] = home;
        let is_together =
            |other: &usize| *other == home || (pair_of[*other].is_some() && pair_of[*other] == pair_of[home]);
        released[visit] = pair_of[home].is_some() && !homes.iter().all(is_together);
    }
    let mut plan = plan.clone();
    for route in &mut plan.routes {
        route.stops.retain(|stop| !matches!(stop.what, What::Task { visit, .. } if released[visit]));
    }
    plan
}

struct Work<'a> {
    day: &'a Day,
    settings: &'a Settings,
    plan: Plan,
    verdict: Option<Verdict>,
    iterations: u64,
    meter: Meter,
}

impl Work<'_> {
    /// What each of so many jobs gets of a stretch of the budget, the threads shared between them: of seconds, what is
    /// left until the stretch ends.
    fn share(&self, stretch: Range<f64>, jobs: usize) -> Budget {
        let turns = jobs.div_ceil(self.settings.threads.max(1)).max(1) as f64;
        match self.settings.budget {
            Budget::Seconds(seconds) => {
                Budget::Seconds((seconds * stretch.end - self.meter.seconds()).max(0.0) / turns)
            }
            Budget::Iterations(iterations) => {
                Budget::Iterations((iterations as f64 * (stretch.end - stretch.start)) as u64)
            }
        }
    }

    /// Plans every part on a thread of its own and takes over what came out, where the whole is no worse for it.
    fn round(
        &mut self,
        mut whole: Plan,
        parts: &[Part],
        plan: &(dyn Fn(&Part, Settings) -> Result<Solved, DayError> + Sync),
        budget: Budget,
        report: &mut dyn FnMut(Report),
    ) -> Result<(), DayError> {
        let one = Settings { budget, threads: 1, enough: None, ..self.settings.clone() };
        let threads = self.settings.threads.max(1);
        let solved = parallel::map(threads, parts, &|part| plan(part, one.clone()));
        for (part, solved) in parts.iter().zip(solved) {
            let solved = solved?;
            part.put_back(&solved.plan, &mut whole);
            self.iterations += solved.iterations;
        }
        let verdict = checker::check(self.day, &whole);
        let rank = |verdict: &Verdict| (verdict.breaches.len(), verdict.price());
        if self.verdict.as_ref().is_none_or(|before| rank(&verdict) <= rank(before)) {
            self.plan = whole;
            self.verdict = Some(verdict);
        }
        if let Some(best) = &self.verdict {
            let (breach, price) = (best.breaches.len() as i64, best.price());
            report(Report { breach, price, iterations: self.iterations, seconds: self.meter.seconds() });
        }
        Ok(())
    }

    /// The whole plan; what no district could make is put in wherever in the city it costs least.
    fn finish(self) -> Result<Solved, DayError> {
        let verdict = checker::check(self.day, &self.plan);
        let seconds = self.meter.seconds();
        let solved = Solved { plan: self.plan, verdict, iterations: self.iterations, seconds };
        let is_unserved = |breach: &checker::Breach| matches!(breach, checker::Breach::Unserved { .. });
        if !solved.verdict.breaches.iter().any(is_unserved) {
            return Ok(solved);
        }
        let completed = search::complete(self.day, &solved.plan)?;
        Ok(Solved { iterations: solved.iterations, seconds: solved.seconds, ..completed })
    }
}

fn cut(day: &Day, districts: &Districts, wanted: &[usize]) -> Part {
    let is_here = |list: &[usize], index: usize| wanted.contains(&list[index]);
    let staff = (0..day.staff.len()).filter(|&index| is_here(&districts.staff, index)).collect();
    // A visit that is pinned to someone elsewhere cannot be planned here.
    let may =
        |visit: &usize| day.visits[*visit].pinned.iter().flatten().all(|&pin| is_here(&districts.staff, pin));
    let visits =
        (0..day.visits.len()).filter(|&index| is_here(&districts.visits, index)).filter(may).collect();
    Part::cut(day, staff, visits)
}

/// Gathers visits and staff into so many districts by travel time, fewer where there are fewer places or staff.
pub fn divide(day: &Day, count: usize) -> Districts {
    let count = count.min(day.visits.len()).min(day.staff.len()).max(1);
    let mut centres = spread_centres(day, count);
    let mut visits = Vec::new();
    for _ in 0..CENTRE_ROUNDS {
        visits = day.visits.iter().map(|visit| nearest(day, visit.place, &centres)).collect();
        let moved: Vec<PlaceIndex> =
            (0..centres.len()).map(|one| middle(day, &visits, one).unwrap_or(centres[one])).collect();
        if moved == centres {
            break;
        }
        centres = moved;
    }
    let staff = assign_staff(day, &centres, &visits);
    for index in 0..visits.len() {
        // Visits that must follow each other are planned together.
        if let Some(after) = day.visits[index].after.first() {
            visits[index] = visits[after.visit];
        }
    }
    for (visit, district) in day.visits.iter().zip(&mut visits) {
        // A pinned visit belongs where the one it is pinned to works.
        if let Some(pinned) = visit.pinned.iter().flatten().next() {
            *district = staff[*pinned];
        }
    }
    Districts { centres, staff, visits }
}

fn way(day: &Day, from: PlaceIndex, to: PlaceIndex) -> i64 {
    i64::from(day.travel[0].between(from, to)) + i64::from(day.travel[0].between(to, from))
}

fn nearest(day: &Day, place: PlaceIndex, centres: &[PlaceIndex]) -> usize {
    (0..centres.len()).min_by_key(|&one| (way(day, place, centres[one]), one)).unwrap_or(0)
}

/// Places far from one another: each next centre is the visit farthest from all before.
fn spread_centres(day: &Day, count: usize) -> Vec<PlaceIndex> {
    let mut centres = vec![day.visits.first().map_or(0, |visit| visit.place)];
    let mut distance: Vec<i64> = day.visits.iter().map(|visit| way(day, visit.place, centres[0])).collect();
    while centres.len() < count {
        let Some(farthest) = (0..distance.len()).max_by_key(|&visit| (distance[visit], visit)) else { break };
        let centre = day.visits[farthest].place;
        centres.push(centre);
        for (visit, distance) in day.visits.iter().zip(&mut distance) {
            *distance = (*distance).min(way(day, visit.place, centre));
        }
    }
    centres
}

/// The place of a district with the shortest ways to its visits.
fn middle(day: &Day, districts: &[usize], district: usize) -> Option<PlaceIndex> {
    let members: Vec<VisitIndex> =
        (0..districts.len()).filter(|&visit| districts[visit] == district).collect();
    let total = |place: PlaceIndex| -> i64 {
        members.iter().map(|&visit| way(day, place, day.visits[visit].place)).sum()
    };
    members.iter().map(|&visit| day.visits[visit].place).min_by_key(|&place| (total(place), place))
}

/// Gives every district staff by its share of the work, those who start nearest first.
fn assign_staff(day: &Day, centres: &[PlaceIndex], visits: &[usize]) -> Vec<usize> {
    let mut work = vec![0_i64; centres.len()];
    for (visit, &district) in day.visits.iter().zip(visits) {
        work[district] += visit.tasks.iter().map(|task| i64::from(task.duration)).sum::<i64>();
    }
    let total: i64 = work.iter().sum::<i64>().max(1);
    let mut room: Vec<i64> = work.iter().map(|work| work * day.staff.len() as i64 / total).collect();
    let left = day.staff.len() as i64 - room.iter().sum::<i64>();
    let mut by_remainder: Vec<usize> = (0..room.len()).collect();
    by_remainder.sort_by_key(|&one| (-(work[one] * day.staff.len() as i64 % total), one));
    for &one in by_remainder.iter().cycle().take(left.max(0) as usize) {
        room[one] += 1;
    }
    let mut choices: Vec<(i64, usize, usize)> = Vec::with_capacity(day.staff.len() * centres.len());
    for (staff, person) in day.staff.iter().enumerate() {
        choices
            .extend((0..centres.len()).map(|one| (way(day, person.start_place, centres[one]), staff, one)));
    }
    choices.sort_unstable();
    let mut districts = vec![usize::MAX; day.staff.len()];
    for (_, staff, one) in choices {
        if districts[staff] == usize::MAX && room[one] > 0 {
            districts[staff] = one;
            room[one] -= 1;
        }
    }
    for district in &mut districts {
        *district = (*district).min(centres.len() - 1);
    }
    districts
}

/// Pairs of districts near each other that have not been joined before, every district at most once.
fn neighbours(day: &Day, centres: &[PlaceIndex], joined: &mut Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut choices = Vec::new();
    for one in 0..centres.len() {
        for other in one + 1..centres.len() {
            if !joined.contains(&(one, other)) {
                choices.push((way(day, centres[one], centres[other]), one, other));
            }
        }
    }
    choices.sort_unstable();
    let mut taken = vec![false; centres.len()];
    let mut pairs = Vec::new();
    for (_, one, other) in choices {
        if !taken[one] && !taken[other] {
            (taken[one], taken[other]) = (true, true);
            pairs.push((one, other));
        }
    }
    joined.extend(&pairs);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tests::random_day;

    #[test]
    fn everyone_and_everything_belongs_to_a_district() {
        for seed in 0..50 {
            let day = random_day(seed);
            let districts = divide(&day, 3);
            let count = districts.centres.len();
            assert_eq!((districts.staff.len(), districts.visits.len()), (day.staff.len(), day.visits.len()));
            assert!(
                districts.staff.iter().chain(&districts.visits).all(|&district| district < count),
                "{seed}"
            );
        }
    }

    #[test]
    fn a_city_plan_breaks_nothing_that_can_be_kept() {
        for seed in 0..40 {
            let day = random_day(seed);
            let settings = Settings {
                budget: Budget::iterations(2000),
                seed: 1,
                threads: 2,
                stop: Default::default(),
                enough: None,
            };
            let solve = || solve(&day, 4, &settings, &mut |_| ()).unwrap();
            let solved = solve();
            let only_undoable = solved.verdict.breaches.iter().all(|breach| {
                matches!(breach, checker::Breach::Unserved { .. } | checker::Breach::Hard { .. })
            });
            assert!(only_undoable, "day {seed}: {:?}", solved.verdict.breaches);
            assert_eq!(solved.plan, solve().plan, "day {seed}");
        }
    }

    #[test]
    fn too_many_districts_are_refused() {
        let settings = Settings {
            budget: Budget::iterations(1),
            seed: 1,
            threads: 1,
            stop: Default::default(),
            enough: None,
        };
        let error = solve(&random_day(1), DISTRICTS_MAX + 1, &settings, &mut |_| ()).unwrap_err();
        assert_eq!(error.to_string(), "districts: 201; expected 1 to 200");
    }
}
