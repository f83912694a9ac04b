//! Bredström and Rönnqvist 2008: Swedish home care with pairs of visits that start together. Text in Latin-1.
//!
//! Objective: travel in minutes. Windows and the return by the horizon are hard. Two visits of a pair lie at the
//! same place, so that they are read as one visit with two tasks.

use visit::Day;
use visit::model::{
    PLACES_MAX, Pairing, STAFF_MAX, Staff, Task, Ticks, TravelTimes, Visit, Window, WindowKeptAt,
};
use visit::price::{CostPart, Price, Prices};

use crate::error::FileError;
use crate::{DayFile, Format, Label};

/// Numbers of the file, read one after the other; `section` is told to the author of a faulty file.
struct Numbers {
    values: Vec<(usize, Ticks)>,
    next: usize,
}

impl Numbers {
    fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let mut values = Vec::new();
        for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
            // Comments run from // to the end of the line and are the only text that is not plain ASCII.
            let end = line.windows(2).position(|pair| pair == b"//").unwrap_or(line.len());
            let text = String::from_utf8_lossy(&line[..end]);
            for word in text.split_whitespace() {
                let fault = || {
                    FileError::new(format!("line {}", index + 1), format!("{word}; expected a whole number"))
                };
                let value: Ticks = word.parse().map_err(|_| fault())?;
                values.push((index + 1, value));
            }
        }
        Ok(Numbers { values, next: 0 })
    }

    fn take(&mut self, what: &str) -> Result<Ticks, FileError> {
        let &(_, value) = self
            .values
            .get(self.next)
            .ok_or_else(|| FileError::new(what, "the file ends before it; expected a number".to_owned()))?;
        self.next += 1;
        Ok(value)
    }

    fn count(&mut self, what: &str, max: usize) -> Result<usize, FileError> {
        let value = self.take(what)?;
        let fault = || FileError::new(what, format!("{value}; expected 1 to {max}"));
        usize::try_from(value).ok().filter(|count| (1..=max).contains(count)).ok_or_else(fault)
    }

    /// A list of `id value` lines, in any order of ids.
    fn by_id(&mut self, what: &str, visits: usize) -> Result<Vec<(usize, Ticks)>, FileError> {
        let mut list = Vec::with_capacity(visits);
        let mut seen = vec![false; visits];
        for _ in 0..visits {
            let id = self.count(what, visits)? - 1;
            if std::mem::replace(&mut seen[id], true) {
                return Err(FileError::new(what, format!("visit {} stands twice", id + 1)));
            }
            list.push((id, self.take(what)?));
        }
        Ok(list)
    }
}

/// The file's sections as they stand.
struct Sections {
    staff: usize,
    /// Visit ids in the order in which the file lists them, from 0.
    order: Vec<usize>,
    durations: Vec<Ticks>,
    horizon: Window,
    windows: Vec<Window>,
    between: Vec<Ticks>,
    from_depot: Vec<Ticks>,
    pairs: Vec<(usize, usize)>,
}

impl Sections {
    fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let mut numbers = Numbers::read(bytes)?;
        let staff = numbers.count("number of staff", STAFF_MAX)?;
        let visits = numbers.count("number of visits", PLACES_MAX - 1)?;
        // Nothing is reserved before the file has shown to hold what it promises.
        if numbers.values.len() < visits * visits {
            return Err(FileError::new("travel times", format!("too few numbers for {visits} visits")));
        }
        numbers.take("capacity")?;
        let durations = numbers.by_id("durations", visits)?;
        let horizon = Window { start: numbers.take("horizon")?, end: numbers.take("horizon")? };
        let mut windows = Vec::with_capacity(visits);
        for _ in 0..visits {
            windows.push(Window { start: numbers.take("windows")?, end: numbers.take("windows")? });
        }
        numbers.by_id("demands", visits)?;
        let between = (0..visits * visits).map(|_| numbers.take("travel times")).collect::<Result<_, _>>()?;
        let from_depot = sorted(numbers.by_id("travel times from the depot", visits)?);
        let count = numbers.take("number of pairs")?;
        let mut pairs = Vec::new();
        for _ in 0..count {
            pairs.push((numbers.count("pairs", visits)? - 1, numbers.count("pairs", visits)? - 1));
        }
        let order = durations.iter().map(|&(id, _)| id).collect();
        let durations = sorted(durations);
        Ok(Sections { staff, order, durations, horizon, windows, between, from_depot, pairs })
    }

    fn visits(&self) -> usize {
        self.durations.len()
    }

    /// True where both visits of every pair lie at the same place.
    fn places_agree(&self) -> bool {
        let visits = self.visits();
        let row = |visit: usize| &self.between[visit * visits..(visit + 1) * visits];
        self.pairs.iter().all(|&(first, second)| row(first) == row(second))
    }

    /// True where both visits of every pair share a place and a window.
    fn pairs_agree(&self) -> bool {
        self.places_agree()
            && self.pairs.iter().all(|&(first, second)| self.windows[first] == self.windows[second])
    }

    /// The time in which a visit, or both of a pair, may start.
    fn common_window(&self, ids: &[usize]) -> Window {
        let windows = || ids.iter().map(|&id| self.windows[id]);
        let start = windows().map(|window| window.start).max().unwrap_or(0);
        Window { start, end: windows().map(|window| window.end).min().unwrap_or(start) }
    }

    /// The sections without ids, read as standing in the order of the ids that the file lists.
    fn in_listed_order(&self) -> (Vec<Window>, Vec<Ticks>) {
        let visits = self.visits();
        let mut windows = self.windows.clone();
        let mut between = self.between.clone();
        for (line, &id) in self.order.iter().enumerate() {
            windows[id] = self.windows[line];
            for (column, &other) in self.order.iter().enumerate() {
                between[id * visits + other] = self.between[line * visits + column];
            }
        }
        (windows, between)
    }
}

fn sorted(mut list: Vec<(usize, Ticks)>) -> Vec<Ticks> {
    list.sort_unstable();
    list.into_iter().map(|(_, value)| value).collect()
}

pub(crate) fn read(bytes: &[u8]) -> Result<DayFile, FileError> {
    let mut sections = Sections::read(bytes)?;
    if !sections.pairs_agree() {
        // Some files list ids out of order, and then the lines without ids may follow that list.
        let as_numbered = (sections.windows.clone(), sections.between.clone());
        (sections.windows, sections.between) = sections.in_listed_order();
        if !sections.pairs_agree() {
            (sections.windows, sections.between) = as_numbered;
        }
    }
    // Windows of a pair may differ: both start together, so that what they have in common counts.
    if !sections.places_agree() {
        return Err(FileError::new("pairs", "the two visits of a pair lie at different places"));
    }
    let mut visits = Vec::new();
    let mut labels = Vec::new();
    let mut is_second = vec![false; sections.visits()];
    for &(first, second) in &sections.pairs {
        if first == second || std::mem::replace(&mut is_second[second], true) {
            return Err(FileError::new("pairs", format!("visit {} is in two pairs", second + 1)));
        }
    }
    for first in (0..sections.visits()).filter(|&visit| !is_second[visit]) {
        let second = sections.pairs.iter().find(|pair| pair.0 == first).map(|pair| pair.1);
        let ids: Vec<usize> = std::iter::once(first).chain(second).collect();
        let label = |id: &usize| Label { patient: (id + 1).to_string(), service: "visit".to_owned() };
        labels.push(ids.iter().map(label).collect::<Vec<_>>());
        visits.push(visit(&sections, &ids));
    }
    let day = Day {
        ticks_per_minute: 1,
        cost_divisor: 1.0,
        prices: Prices::default()
            .with(CostPart::Travel, Price::Each(1))
            .with(CostPart::Tardiness, Price::Hard)
            .with(CostPart::Overtime, Price::Hard),
        skills: vec!["visit".to_owned()],
        keys: Vec::new(),
        travel: vec![travel(&sections)?],
        staff: (1..=sections.staff).map(|id| staff(id, sections.horizon)).collect(),
        visits,
        leave_at_shift_start: false,
        window_kept_at: WindowKeptAt::Start,
    };
    let start_labels = vec!["depot".to_owned(); day.staff.len()];
    let persons = day.visits.iter().map(|visit| visit.name.clone()).collect();
    Ok(DayFile { format: Format::Bredstrom, day, labels, start_labels, persons, locations: Vec::new() })
}

fn staff(id: usize, horizon: Window) -> Staff {
    Staff {
        name: id.to_string(),
        skills: vec![0],
        start_place: 0,
        end_place: 0,
        shift: horizon,
        breaks: Vec::new(),
        keys: Vec::new(),
        work_max: None,
        is_pool: false,
        travel: 0,
    }
}

fn visit(sections: &Sections, ids: &[usize]) -> Visit {
    Visit {
        name: (ids[0] + 1).to_string(),
        place: ids[0] + 1,
        tasks: ids.iter().map(|&id| Task { skill: 0, duration: sections.durations[id] }).collect(),
        pairing: if ids.len() == 2 { Pairing::Lag { min: 0, max: 0 } } else { Pairing::Independent },
        windows: vec![sections.common_window(ids)],
        preferred: None,
        excluded: Vec::new(),
        known: None,
        optional: false,
        promised: None,
        pinned: Vec::new(),
        needs: Vec::new(),
        key: None,
        wished_start: None,
        after: Vec::new(),
    }
}

/// The depot is place 0; its time to a visit counts both ways.
fn travel(sections: &Sections) -> Result<TravelTimes, FileError> {
    let places = sections.visits() + 1;
    let mut cells = vec![0; places * places];
    for from in 0..sections.visits() {
        cells[from + 1] = sections.from_depot[from];
        cells[(from + 1) * places] = sections.from_depot[from];
        for to in 0..sections.visits() {
            cells[(from + 1) * places + to + 1] = sections.between[from * sections.visits() + to];
        }
    }
    TravelTimes::new(places, cells)
        .ok_or_else(|| FileError::new("travel times", "a time is below 0 or too large"))
}
