//! A part of a day cut out as a day of its own, and its plan put back.

use crate::model::{After, Day, PlaceIndex, Staff, StaffIndex, Ticks, TravelTimes, Visit, VisitIndex};
use crate::plan::{Plan, Route, Stop, What};

/// A part of a day: some of the staff and some of the visits, with the places they need and no more.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// The part as a day.
    pub(crate) day: Day,
    /// The whole day's number of each member of staff of the part.
    staff: Vec<StaffIndex>,
    /// The whole day's number of each visit of the part.
    visits: Vec<VisitIndex>,
}

impl Part {
    /// Cuts out these staff and visits. A pin to someone who is not there, and an order after a visit that is not, are
    /// dropped.
    pub(crate) fn cut(day: &Day, staff: Vec<StaffIndex>, visits: Vec<VisitIndex>) -> Part {
        let mut places = Places { numbers: vec![None; day.travel[0].places()], kept: Vec::new() };
        let here = numbers(day.staff.len(), &staff);
        let there = numbers(day.visits.len(), &visits);
        let part_staff = staff.iter().map(|&index| {
            let person = &day.staff[index];
            let (start_place, end_place) =
                (places.number(person.start_place), places.number(person.end_place));
            Staff { start_place, end_place, ..person.clone() }
        });
        let part_staff = part_staff.collect();
        let part_visits =
            visits.iter().map(|&index| cut_visit(&day.visits[index], &here, &there, &mut places)).collect();
        let travel = day.travel.iter().map(|table| places.cut(table)).collect();
        Part {
            day: Day {
                staff: part_staff,
                visits: part_visits,
                travel,
                skills: day.skills.clone(),
                keys: day.keys.clone(),
                ..*day
            },
            staff,
            visits,
        }
    }

    /// What a plan of the whole day has for this part.
    pub(crate) fn plan_of(&self, whole: &Plan, visit_count: usize) -> Plan {
        let here = numbers(visit_count, &self.visits);
        let routes = self.staff.iter().map(|&staff| {
            let stops = whole.routes[staff].stops.iter().filter_map(|stop| {
                let what = match stop.what {
                    What::Task { visit, task } => What::Task { visit: here[visit]?, task },
                    What::Break { number, at } => {
                        What::Break { number, at: at.and_then(|visit| here[visit]) }
                    }
                };
                Some(Stop { what, ..*stop })
            });
            Route { stops: stops.collect() }
        });
        Plan { routes: routes.collect() }
    }

    /// Writes a plan of the part into a plan of the whole day, in place of what its staff had.
    pub(crate) fn put_back(&self, plan: &Plan, whole: &mut Plan) {
        for (&staff, route) in self.staff.iter().zip(&plan.routes) {
            let stops = route.stops.iter().map(|stop| {
                let what = match stop.what {
                    What::Task { visit, task } => What::Task { visit: self.visits[visit], task },
                    What::Break { number, at } => {
                        What::Break { number, at: at.map(|visit| self.visits[visit]) }
                    }
                };
                Stop { what, ..*stop }
            });
            whole.routes[staff] = Route { stops: stops.collect() };
        }
    }
}

/// The number that each kept thing has among the kept, by its number among all.
fn numbers(count: usize, kept: &[usize]) -> Vec<Option<usize>> {
    let mut numbers = vec![None; count];
    for (number, &index) in kept.iter().enumerate() {
        numbers[index] = Some(number);
    }
    numbers
}

struct Places {
    numbers: Vec<Option<PlaceIndex>>,
    kept: Vec<PlaceIndex>,
}

impl Places {
    fn number(&mut self, place: PlaceIndex) -> PlaceIndex {
        *self.numbers[place].get_or_insert_with(|| {
            self.kept.push(place);
            self.kept.len() - 1
        })
    }

    fn cut(&self, table: &TravelTimes) -> TravelTimes {
        let ticks: Vec<Ticks> = self
            .kept
            .iter()
            .flat_map(|&from| self.kept.iter().map(move |&to| table.between(from, to)))
            .collect();
        TravelTimes::from_checked(self.kept.len(), ticks)
    }
}

fn cut_visit(
    visit: &Visit,
    here: &[Option<StaffIndex>],
    there: &[Option<VisitIndex>],
    places: &mut Places,
) -> Visit {
    let mut visit = visit.clone();
    let keep = |list: &[StaffIndex]| list.iter().filter_map(|&staff| here[staff]).collect::<Vec<_>>();
    for list in [&mut visit.preferred, &mut visit.known].into_iter().flatten() {
        *list = keep(list);
    }
    visit.excluded = keep(&visit.excluded);
    if let Some(promise) = &mut visit.promised {
        promise.staff = keep(&promise.staff);
    }
    for pin in &mut visit.pinned {
        *pin = pin.and_then(|staff| here[staff]);
    }
    visit.after = (visit.after.iter())
        .filter_map(|after| Some(After { visit: there[after.visit]?, ..*after }))
        .collect();
    visit.place = places.number(visit.place);
    visit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample;

    #[test]
    fn a_part_is_a_day_and_its_plan_goes_back_where_it_came_from() {
        let (day, whole) = (sample::day(), sample::plan());
        let part = Part::cut(&day, vec![1, 0], vec![1, 2, 0]);
        part.day.validate().unwrap();
        assert_eq!(part.day.visits[0].name, "double");
        assert_eq!(part.day.visits[2].excluded, [1], "Ada has become number 1");
        let travel = |day: &Day, one: usize, other: usize| {
            day.travel[0].between(day.visits[one].place, day.visits[other].place)
        };
        assert_eq!(travel(&part.day, 0, 2), travel(&day, 1, 0));
        let plan = part.plan_of(&whole, day.visits.len());
        let mut again = Plan { routes: vec![Route::default(); 2] };
        part.put_back(&plan, &mut again);
        assert_eq!(again, whole);
    }
}
