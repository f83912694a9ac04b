//! A made-up city's day in Tryggve's own format: districts on a grid, each with an office, staff and persons.

use serde_json::{Value, json};

/// Visits in a district, and staff.
pub(super) const VISITS_PER_DISTRICT: usize = 200;
pub(super) const STAFF_PER_DISTRICT: usize = 20;

/// Degrees of latitude and longitude between the offices of neighbouring districts, about 2.5 km.
const GRID: (f64, f64) = (0.0225, 0.043);
/// How far from its office a district reaches, as a share of the grid.
const REACH: f64 = 0.7;
/// Where the city lies: the plain around Linköping.
const CORNER: (f64, f64) = (58.36, 15.50);

/// Numbers that are the same on every machine.
struct Chance(u64);

impl Chance {
    /// From 0 up to but not including `count`.
    fn below(&mut self, count: u64) -> u64 {
        // Knuth's linear congruential generator; its upper bits are good enough to scatter houses.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    /// From -1 to 1, the middle likelier.
    fn scatter(&mut self) -> f64 {
        (self.below(1000) + self.below(1000)) as f64 / 1000.0 - 1.0
    }
}

fn clock(minutes: u64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// A day with so many visits and a tenth as many staff.
pub(super) fn city(visits: usize) -> Value {
    let districts = visits.div_ceil(VISITS_PER_DISTRICT);
    let columns = (districts as f64).sqrt().ceil() as usize;
    let mut chance = Chance(visits as u64);
    let (mut places, mut staff, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    for district in 0..districts {
        let (row, column) = (district / columns, district % columns);
        let office = (CORNER.1 + GRID.1 * column as f64, CORNER.0 + GRID.0 * row as f64);
        places.push(json!({ "name": format!("office {district}"), "location": office }));
        let count = VISITS_PER_DISTRICT.min(visits - district * VISITS_PER_DISTRICT);
        let people = count * STAFF_PER_DISTRICT / VISITS_PER_DISTRICT;
        staff.extend((0..people).map(|number| person(district, number)));
        for number in 0..count {
            let name = format!("{district}-{number}");
            let home =
                (office.0 + REACH * GRID.1 * chance.scatter(), office.1 + REACH * GRID.0 * chance.scatter());
            places.push(json!({ "name": name, "location": home }));
            calls.push(visit(&name, district, people, &mut chance));
        }
    }
    json!({
        "tryggve": 1,
        "places": places,
        "travel_straight": { "car": { "kilometres_per_hour": 30, "detour": 1.3 } },
        "staff": staff,
        "visits": calls,
    })
}

fn person(district: usize, number: usize) -> Value {
    let skills: &[&str] = match number % 3 {
        0 => &["care", "medication", "insulin"],
        1 => &["care", "medication"],
        _ => &["care"],
    };
    let (shift, lunch) = if number % 5 < 3 {
        (["07:00", "15:30"], ["11:00", "13:30"])
    } else {
        (["13:30", "22:00"], ["17:00", "19:30"])
    };
    json!({
        "name": format!("staff {district}-{number}"),
        "skills": skills,
        "start_place": format!("office {district}"),
        "shift": shift,
        "lunch": { "between": lunch, "minutes": 30 },
    })
}

fn visit(name: &str, district: usize, people: usize, chance: &mut Chance) -> Value {
    // Mornings, noons and evenings are the rush hours of home care.
    let (from, spread) = match chance.below(10) {
        0..4 => (7 * 60, 150),
        4..6 => (11 * 60, 120),
        6..9 => (16 * 60, 240),
        _ => (9 * 60, 540),
    };
    let opens = from + 15 * chance.below(spread / 15);
    let window = 60 + 30 * chance.below(3);
    let minutes = 10 + 5 * chance.below(7);
    let skill = match chance.below(10) {
        0..6 => "care",
        6..9 => "medication",
        _ => "insulin",
    };
    let mut tasks = vec![json!({ "skill": skill, "minutes": minutes })];
    if chance.below(12) == 0 {
        tasks.push(json!({ "skill": "care", "minutes": minutes }));
    }
    let mut visit = json!({
        "name": name,
        "place": name,
        "tasks": tasks,
        "windows": [[clock(opens), clock((opens + window).min(21 * 60))]],
    });
    if people > 0 && chance.below(2) == 0 {
        let known: Vec<String> =
            (0..4).map(|_| format!("staff {district}-{}", chance.below(people as u64))).collect();
        visit["known"] = json!(known);
    }
    visit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_has_the_size_that_was_asked_for() {
        for (visits, staff) in [(100, 10), (250, 25), (1000, 100)] {
            let city = city(visits);
            let count = |what: &str| city[what].as_array().map_or(0, Vec::len);
            assert_eq!((count("visits"), count("staff")), (visits, staff));
        }
        assert_eq!(city(300), city(300));
    }
}
