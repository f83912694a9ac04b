//! Tryggve's own format of days: JSON with clock times, minutes and words.
//!
//! ```json
//! {
//!   "tryggve": 1,
//!   "places": [{ "name": "office", "location": [15.62, 58.41] }, { "name": "Storgatan 1" }],
//!   "travel_minutes": { "car": [[0, 7], [8, 0]] },
//!   "staff": [{ "name": "Ada", "skills": ["care"], "start_place": "office", "shift": ["07:00", "16:00"],
//!               "lunch": { "between": ["11:00", "13:30"], "minutes": 30 }, "travel": "car" }],
//!   "visits": [{ "name": "morning 1", "person": "p1", "place": "Storgatan 1",
//!                "tasks": [{ "skill": "care", "minutes": 30 }], "windows": [["07:30", "08:30"]] }],
//!   "prices": { "travel": 2, "unqualified": "hard" }
//! }
//! ```
//!
//! A visit may also have `together` ("same time", "independent" or `{"second_after_minutes": [from, to]}`),
//! `preferred`, `excluded`, `known`, `optional`, `promised` (`{"staff": [..], "start": ".."}`), `pinned`, `needs`
//! (skills of everyone who comes), `key`, `wished_start` and `after` (`[{"visit": "..", "minutes": 30}]`); a member of
//! staff `keys`, `work_minutes_max`, `pool` (true for the substitute pool) and `breaks`, besides or in place of `lunch`
//! (`[{"kind": "pause", "between": ["09:00", "10:30"], "minutes": 15}]`, the kind being `lunch` or `pause`).
//! In place of `travel_minutes`, `"travel_straight": { "car": { "kilometres_per_hour": 35, "detour": 1.3 } }` estimates
//! every way from the places' locations, longitude first, for want of a road map.
//! Prices are per minute or per event; those that are not given are [`visit::price::Prices::everyday`]'s.

use std::collections::BTreeMap;

use roads::fallback::Fallback;
use roads::geo::Coordinate;
use serde::Deserialize;
use visit::Day;
use visit::model::{
    After, Break, BreakKind, PLACES_MAX, Pairing, Promise, Staff, Task, Ticks, TravelTimes, Visit, Window,
    WindowKeptAt,
};
use visit::price::{Price, Prices};
use visit::rules::{self, Unit};

use crate::error::FileError;
use crate::{DayFile, Format, Label, number};

/// The version of the format that is read.
const VERSION: u32 = 1;
/// Clock times may run into the next day for nights: up to 48 hours.
const HOURS_MAX: u32 = 48;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tryggve: u32,
    places: Vec<Place>,
    #[serde(default)]
    travel_minutes: BTreeMap<String, Vec<Vec<f64>>>,
    #[serde(default)]
    travel_straight: BTreeMap<String, Straight>,
    staff: Vec<StaffFile>,
    visits: Vec<VisitFile>,
    #[serde(default)]
    prices: BTreeMap<String, Weight>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Weight {
    Number(f64),
    Word(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    name: String,
    #[serde(default)]
    location: Option<(f64, f64)>,
}

/// Travel along the straight line, made longer by a detour.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Straight {
    kilometres_per_hour: f64,
    detour: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StaffFile {
    name: String,
    skills: Vec<String>,
    start_place: String,
    #[serde(default)]
    end_place: Option<String>,
    shift: (String, String),
    #[serde(default)]
    lunch: Option<LunchFile>,
    #[serde(default)]
    breaks: Vec<BreakFile>,
    #[serde(default)]
    travel: Option<String>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    work_minutes_max: Option<f64>,
    #[serde(default)]
    pool: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LunchFile {
    between: (String, String),
    minutes: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BreakFile {
    kind: KindFile,
    between: (String, String),
    minutes: f64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindFile {
    Lunch,
    Pause,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VisitFile {
    name: String,
    #[serde(default)]
    person: Option<String>,
    place: String,
    tasks: Vec<TaskFile>,
    windows: Vec<(String, String)>,
    #[serde(default)]
    together: Option<Together>,
    #[serde(default)]
    preferred: Option<Vec<String>>,
    #[serde(default)]
    excluded: Vec<String>,
    #[serde(default)]
    known: Option<Vec<String>>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    promised: Option<PromiseFile>,
    #[serde(default)]
    pinned: Vec<Option<String>>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    wished_start: Option<String>,
    #[serde(default)]
    after: Vec<AfterFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AfterFile {
    visit: String,
    #[serde(default)]
    minutes: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskFile {
    skill: String,
    minutes: f64,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Together {
    Word(String),
    After { second_after_minutes: (f64, f64) },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PromiseFile {
    staff: Vec<String>,
    start: String,
}

pub(crate) fn read(bytes: &[u8]) -> Result<DayFile, FileError> {
    let file: File = serde_json::from_slice(bytes)?;
    if file.tryggve != VERSION {
        return Err(FileError::new("tryggve", format!("version {}; expected {VERSION}", file.tryggve)));
    }
    let scale = number::ticks_per_minute(numbers(&file));
    let (prices, factor) = prices(&file, scale)?;
    let mut reader = Reader { file: &file, scale, skills: Vec::new(), keys: Vec::new() };
    let staff = file.staff.iter().map(|staff| reader.staff(staff)).collect::<Result<Vec<_>, _>>()?;
    let visits = file.visits.iter().map(|visit| reader.visit(visit)).collect::<Result<Vec<_>, _>>()?;
    let travel = reader.travel()?;
    let (skills, keys) = (std::mem::take(&mut reader.skills), std::mem::take(&mut reader.keys));
    Ok(DayFile {
        format: Format::Tryggve,
        labels: file.visits.iter().map(labels).collect(),
        start_labels: file.staff.iter().map(|staff| staff.start_place.clone()).collect(),
        locations: file.places.iter().map(|place| place.location).collect::<Option<_>>().unwrap_or_default(),
        persons: file
            .visits
            .iter()
            .map(|visit| visit.person.clone().unwrap_or_else(|| visit.name.clone()))
            .collect(),
        day: Day {
            ticks_per_minute: scale,
            cost_divisor: factor * f64::from(scale),
            prices,
            skills,
            keys,
            travel,
            staff,
            visits,
            leave_at_shift_start: false,
            window_kept_at: WindowKeptAt::Start,
        },
    })
}

fn numbers(file: &File) -> impl Iterator<Item = f64> {
    let travel = file.travel_minutes.values().flatten().flatten().copied();
    let tasks = file.visits.iter().flat_map(|visit| &visit.tasks).map(|task| task.minutes);
    let lags = file.visits.iter().filter_map(|visit| match visit.together {
        Some(Together::After { second_after_minutes: (from, to) }) => Some([from, to]),
        Some(Together::Word(_)) | None => None,
    });
    let lunches = file.staff.iter().filter_map(|staff| staff.lunch.as_ref()).map(|lunch| lunch.minutes);
    let breaks = file.staff.iter().flat_map(|staff| &staff.breaks).map(|owed| owed.minutes);
    let gaps = file.visits.iter().flat_map(|visit| &visit.after).map(|after| after.minutes);
    let work = file.staff.iter().filter_map(|staff| staff.work_minutes_max);
    travel.chain(tasks).chain(lags.flatten()).chain(lunches).chain(breaks).chain(gaps).chain(work)
}

/// Tasks are named by the visit and their number: a person may have several visits a day, all with the same skill.
fn labels(visit: &VisitFile) -> Vec<Label> {
    (1..=visit.tasks.len())
        .map(|task| Label { patient: visit.name.clone(), service: format!("task {task}") })
        .collect()
}

fn prices(file: &File, scale: Ticks) -> Result<(Prices, f64), FileError> {
    let numbers = file.prices.values().filter_map(|weight| match weight {
        Weight::Number(number) => Some(*number),
        Weight::Word(_) => None,
    });
    let factor = number::weight_factor(numbers);
    let mut prices = Prices::everyday(factor as i64, i64::from(scale));
    for (name, weight) in &file.prices {
        let place = format!("prices.{name}");
        let rule = rules::ALL.iter().find(|rule| rule.name == name);
        let rule = rule.ok_or_else(|| FileError::new(&place, "no rule has that name"))?;
        let per_unit = if rule.unit == Unit::Count { f64::from(scale) } else { 1.0 };
        let price = match weight {
            Weight::Number(number) => number::price(&place, *number, factor * per_unit)?,
            Weight::Word(word) if word == "hard" => Price::Hard,
            Weight::Word(word) => {
                return Err(FileError::new(place, format!("{word}; expected a number or hard")));
            }
        };
        prices = prices.with(rule.part, price);
    }
    Ok((prices, factor))
}

/// Minutes since midnight from `07:30`.
pub(crate) fn clock(place: &str, text: &str) -> Result<f64, FileError> {
    let fault = || FileError::new(place, format!("{text} is not a clock time; expected one like 07:30"));
    let (hours, minutes) = text.split_once(':').ok_or_else(fault)?;
    let (hours, minutes): (u32, u32) =
        (hours.parse().map_err(|_| fault())?, minutes.parse().map_err(|_| fault())?);
    if hours > HOURS_MAX || minutes > 59 {
        return Err(fault());
    }
    Ok(f64::from(60 * hours + minutes))
}

struct Reader<'a> {
    file: &'a File,
    scale: Ticks,
    skills: Vec<String>,
    keys: Vec<String>,
}

/// The number of a name in a list that grows with every new name.
fn number_of(list: &mut Vec<String>, name: &str) -> usize {
    list.iter().position(|known| known == name).unwrap_or_else(|| {
        list.push(name.to_owned());
        list.len() - 1
    })
}

impl Reader<'_> {
    /// The ways of getting about: tables first, then those along the straight line, each by name.
    fn ways(&self) -> impl Iterator<Item = &String> {
        self.file.travel_minutes.keys().chain(self.file.travel_straight.keys())
    }

    fn travel(&self) -> Result<Vec<TravelTimes>, FileError> {
        let tables = self.file.travel_minutes.values().map(|rows| number::travel(rows, self.scale));
        let straight = self.file.travel_straight.iter().map(|(name, way)| self.straight(name, way));
        tables.chain(straight).collect()
    }

    /// Whole minutes, rounded up, so that an estimate is never too short for its own figures.
    fn straight(&self, name: &str, way: &Straight) -> Result<TravelTimes, FileError> {
        let at = format!("travel_straight.{name}");
        if self.file.places.len() > PLACES_MAX {
            return Err(FileError::new(
                at,
                format!("{} places; at most {PLACES_MAX}", self.file.places.len()),
            ));
        }
        let fallback = Fallback::new(way.kilometres_per_hour, way.detour)
            .map_err(|error| FileError::new(&at, error.to_string()))?;
        let locate = |place: &Place| {
            let (longitude, latitude) = place
                .location
                .ok_or_else(|| FileError::new(format!("place {}", place.name), "has no location"))?;
            Coordinate::new(latitude, longitude)
                .map_err(|error| FileError::new(format!("place {}", place.name), error.to_string()))
        };
        let located = self.file.places.iter().map(locate).collect::<Result<Vec<_>, _>>()?;
        let mut ticks = Vec::with_capacity(located.len() * located.len());
        for &from in &located {
            for &to in &located {
                let (seconds, _) = fallback.seconds_and_metres(from, to);
                ticks.push((seconds.div_ceil(60) as Ticks).saturating_mul(self.scale));
            }
        }
        TravelTimes::new(located.len(), ticks)
            .ok_or_else(|| FileError::new(at, "some places lie further apart than a day's journey"))
    }

    fn skill(&mut self, name: &str) -> usize {
        number_of(&mut self.skills, name)
    }

    fn key(&mut self, name: &str) -> usize {
        number_of(&mut self.keys, name)
    }

    fn after(&self, at: &str, after: &AfterFile) -> Result<After, FileError> {
        let found = self.file.visits.iter().position(|visit| visit.name == after.visit);
        let visit = found.ok_or_else(|| FileError::new(at, format!("{} is not in visits", after.visit)))?;
        Ok(After { visit, gap: number::ticks(at, after.minutes, self.scale)? })
    }

    fn place(&self, at: &str, name: &str) -> Result<usize, FileError> {
        let found = self.file.places.iter().position(|place| place.name == name);
        found.ok_or_else(|| FileError::new(at, format!("{name} is not in places")))
    }

    fn people(&self, at: &str, names: &[String]) -> Result<Vec<usize>, FileError> {
        let find = |name: &String| {
            let found = self.file.staff.iter().position(|staff| staff.name == *name);
            found.ok_or_else(|| FileError::new(at, format!("{name} is not in staff")))
        };
        names.iter().map(find).collect()
    }

    fn time(&self, at: &str, text: &str) -> Result<Ticks, FileError> {
        number::ticks(at, clock(at, text)?, self.scale)
    }

    fn window(&self, at: &str, (start, end): &(String, String)) -> Result<Window, FileError> {
        Ok(Window { start: self.time(at, start)?, end: self.time(at, end)? })
    }

    fn staff(&mut self, staff: &StaffFile) -> Result<Staff, FileError> {
        let at = format!("staff {}", staff.name);
        let start_place = self.place(&at, &staff.start_place)?;
        let end_place = staff.end_place.as_ref().map_or(Ok(start_place), |name| self.place(&at, name))?;
        let mut ways = self.ways();
        let travel = match &staff.travel {
            None => 0,
            Some(name) => ways
                .position(|way| way == name)
                .ok_or_else(|| FileError::new(&at, format!("{name} is no way of getting about here")))?,
        };
        drop(ways);
        Ok(Staff {
            name: staff.name.clone(),
            start_place,
            end_place,
            shift: self.window(&at, &staff.shift)?,
            breaks: self.breaks(&at, staff)?,
            travel,
            work_max: (staff.work_minutes_max)
                .map(|minutes| number::ticks(&at, minutes, self.scale))
                .transpose()?,
            is_pool: staff.pool,
            skills: staff.skills.iter().map(|name| self.skill(name)).collect(),
            keys: staff.keys.iter().map(|name| self.key(name)).collect(),
        })
    }

    /// The lunch and the other breaks, in order of their windows' start.
    fn breaks(&self, at: &str, staff: &StaffFile) -> Result<Vec<Break>, FileError> {
        let lunch = staff.lunch.iter().map(|lunch| (BreakKind::Lunch, &lunch.between, lunch.minutes));
        let others = staff.breaks.iter().map(|other| {
            let kind = match other.kind {
                KindFile::Lunch => BreakKind::Lunch,
                KindFile::Pause => BreakKind::Pause,
            };
            (kind, &other.between, other.minutes)
        });
        let read = |(kind, between, minutes): (BreakKind, &(String, String), f64)| {
            let length = number::ticks(at, minutes, self.scale)?;
            Ok(Break { kind, window: self.window(at, between)?, length })
        };
        let mut breaks = lunch.chain(others).map(read).collect::<Result<Vec<_>, FileError>>()?;
        breaks.sort_by_key(|owed| owed.window.start);
        Ok(breaks)
    }

    fn visit(&mut self, visit: &VisitFile) -> Result<Visit, FileError> {
        let at = format!("visit {}", visit.name);
        let mut tasks = Vec::with_capacity(visit.tasks.len());
        for task in &visit.tasks {
            let duration = number::ticks(&at, task.minutes, self.scale)?;
            tasks.push(Task { skill: self.skill(&task.skill), duration });
        }
        let needs = visit.needs.iter().map(|name| self.skill(name)).collect();
        let key = visit.key.as_ref().map(|name| self.key(name));
        let people =
            |names: &Option<Vec<String>>| names.as_ref().map(|names| self.people(&at, names)).transpose();
        let promise = |promise: &PromiseFile| {
            Ok::<_, FileError>(Promise {
                staff: self.people(&at, &promise.staff)?,
                start: self.time(&at, &promise.start)?,
            })
        };
        let pin = |pin: &Option<String>| {
            let found = pin.as_ref().map(|name| self.people(&at, std::slice::from_ref(name))).transpose()?;
            Ok::<_, FileError>(found.map(|found| found[0]))
        };
        Ok(Visit {
            name: visit.name.clone(),
            place: self.place(&at, &visit.place)?,
            pairing: self.pairing(&at, visit.together.as_ref())?,
            windows: visit.windows.iter().map(|window| self.window(&at, window)).collect::<Result<_, _>>()?,
            preferred: people(&visit.preferred)?,
            excluded: self.people(&at, &visit.excluded)?,
            known: people(&visit.known)?,
            optional: visit.optional,
            promised: visit.promised.as_ref().map(promise).transpose()?,
            pinned: visit.pinned.iter().map(pin).collect::<Result<_, _>>()?,
            tasks,
            needs,
            key,
            wished_start: (visit.wished_start.as_ref()).map(|text| self.time(&at, text)).transpose()?,
            after: visit.after.iter().map(|after| self.after(&at, after)).collect::<Result<_, _>>()?,
        })
    }

    fn pairing(&self, at: &str, together: Option<&Together>) -> Result<Pairing, FileError> {
        match together {
            None => Ok(Pairing::Lag { min: 0, max: 0 }),
            Some(Together::Word(word)) if word == "same time" => Ok(Pairing::Lag { min: 0, max: 0 }),
            Some(Together::Word(word)) if word == "independent" => Ok(Pairing::Independent),
            Some(Together::Word(word)) => {
                let expected =
                    "expected \"same time\", \"independent\" or {\"second_after_minutes\": [from, to]}";
                Err(FileError::new(at, format!("together {word}; {expected}")))
            }
            Some(Together::After { second_after_minutes: (from, to) }) => Ok(Pairing::Lag {
                min: number::ticks(at, *from, self.scale)?,
                max: number::ticks(at, *to, self.scale)?,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use visit::plan::{Plan, Route, Stop, What};

    const SAMPLE: &str = include_str!("own_sample.json");

    #[test]
    fn the_sample_is_read_and_planned() {
        let file = crate::read_day(None, SAMPLE.as_bytes()).unwrap();
        assert_eq!((file.format, file.day.staff.len(), file.day.visits.len()), (Format::Tryggve, 2, 4));
        let breaks: Vec<_> =
            file.day.staff[0].breaks.iter().map(|owed| (owed.kind, owed.window.start, owed.length)).collect();
        let pauses = [(BreakKind::Pause, 540, 15), (BreakKind::Lunch, 660, 30), (BreakKind::Pause, 840, 15)];
        assert_eq!(breaks, pauses);
        assert_eq!(file.day.visits[1].pairing, Pairing::Lag { min: 0, max: 0 });
        let known = file.day.visits[0].known.as_deref();
        assert_eq!(known, Some(&[0][..]));
        assert_eq!((file.day.visits[0].key, file.day.visits[0].wished_start), (Some(0), Some(470)));
        assert_eq!(file.day.visits[2].after, [After { visit: 0, gap: 180 }]);
        assert_eq!((file.day.staff[0].work_max, file.day.staff[1].is_pool), (Some(420), true));
        assert_eq!(file.day.staff[1].keys, [0, 1]);
    }

    #[test]
    fn a_plan_with_pauses_is_read_as_it_was_written() {
        let file = crate::read_day(None, SAMPLE.as_bytes()).unwrap();
        let at = |number, start, end| Stop { what: What::Break { number, at: Some(0) }, start, end };
        let stops = vec![at(0, 600, 615), at(1, 660, 690), at(2, 840, 855)];
        let plan = Plan { routes: vec![Route { stops }, Route::default()] };
        let text = crate::solution::write(&file, &plan, &visit::check(&file.day, &plan));
        assert_eq!(crate::solution::read(&file, text.as_bytes()).unwrap(), plan, "{text}");
        for service in ["break 1", "lunch_break", "break 3"] {
            assert!(text.contains(&format!("\"{service}\"")), "{text}");
        }
    }

    fn check(from: &str, to: &str, expected: &Expect) {
        assert!(SAMPLE.contains(from), "{from} is not in the sample");
        let error = crate::read_day(None, SAMPLE.replacen(from, to, 1).as_bytes()).unwrap_err();
        expected.assert_eq(&error.to_string());
    }

    #[test]
    fn ways_are_estimated_where_there_is_no_table() {
        let tables = SAMPLE.find("  \"travel_minutes\"").unwrap()..SAMPLE.find("  \"staff\"").unwrap();
        let straight = |speed: &str| {
            let ways = ["car", "bicycle"]
                .map(|name| format!("\"{name}\": {{ \"kilometres_per_hour\": {speed}, \"detour\": 1.3 }}"));
            let mut text = SAMPLE.to_owned();
            text.replace_range(tables.clone(), &format!("\"travel_straight\": {{ {} }},", ways.join(", ")));
            crate::read_day(None, text.as_bytes())
        };
        let file = straight("30").unwrap();
        // 0.77 km in a straight line are 1.0 km by road: two minutes and a bit, rounded up.
        assert_eq!(file.day.travel[0].between(0, 1), 3);
        let error = straight("0").unwrap_err().to_string();
        assert_eq!(error, "travel_straight.bicycle: fallback speed: 0 km/h, expected 1 to 200");
    }

    #[test]
    fn one_name_stands_for_one_person() {
        let error = crate::read_day(None, SAMPLE.replace("\"Bo\"", "\"Ada\"").as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "staff: Ada stands twice");
    }

    #[test]
    fn faults_say_where_and_what_was_expected() {
        check(
            "\"07:00\"",
            "\"7 am\"",
            &expect!["staff Ada: 7 am is not a clock time; expected one like 07:30"],
        );
        check("\"care\"", "7", &expect!["line 16 column 18: invalid type: integer `7`, expected a string"]);
        check(
            "\"place\": \"Storgatan 1\"",
            "\"place\": \"Mars\"",
            &expect!["visit morning, Storgatan: Mars is not in places"],
        );
        check("\"tryggve\": 1", "\"tryggve\": 9", &expect!["tryggve: version 9; expected 1"]);
        check("\"unqualified\"", "\"sympathy\"", &expect!["prices.sympathy: no rule has that name"]);
        check("\"hard\"", "\"soft\"", &expect!["prices.unqualified: soft; expected a number or hard"]);
        check(
            "\"minutes\": 30",
            "\"minutes\": -30",
            &expect!["staff Ada: -30 is not a time of a day; expected 0 or more minutes"],
        );
        check(
            "\"name\": \"lunch, Storgatan\"",
            "\"name\": \"morning, Storgatan\"",
            &expect!["visits: morning, Storgatan with task 1 stands twice"],
        );
        check(
            "\"same time\"",
            "\"later\"",
            &expect![[
                r#"visit transfer, Parkvägen: together later; expected "same time", "independent" or {"second_after_minutes": [from, to]}"#
            ]],
        );
        check(
            "\"kind\": \"pause\"",
            "\"kind\": \"nap\"",
            &expect!["line 21 column 23: unknown variant `nap`, expected `lunch` or `pause`"],
        );
        check(
            "\"optional\"",
            "\"voluntary\"",
            &expect![
                "line 73 column 17: unknown field `voluntary`, expected one of `name`, `person`, `place`, `tasks`, `windows`, `together`, `preferred`, `excluded`, `known`, `optional`, `promised`, `pinned`, `needs`, `key`, `wished_start`, `after`"
            ],
        );
    }
}
