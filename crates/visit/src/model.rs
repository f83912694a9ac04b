//! A day to plan: who is to be visited, who is at work, how far it is, and what each thing costs.

use crate::price::{Price, Prices};

/// A moment or a length of time on the planned day, in ticks since its start.
///
/// [`Day::ticks_per_minute`] of them make a minute. Whole numbers make every sum exact on every machine.
pub type Ticks = i32;

/// No moment of a day is later than this; it leaves room to add a whole day's journeys without overflow.
pub const TICKS_MAX: Ticks = 1 << 28;
/// However late everything is, no start of a day may come to lie beyond this.
const HORIZON_MAX: i64 = 1 << 30;
/// However bad a plan is, no part of its price may exceed this; all parts together then fit in an `i64`.
const PART_PRICE_MAX: i128 = 1 << 58;
/// The most staff one day may hold; a municipality's whole home care is planned in districts below this.
pub const STAFF_MAX: usize = 5_000;
/// The most visits one day may hold.
pub const VISITS_MAX: usize = 20_000;
/// The most breaks one shift may hold.
pub const BREAKS_MAX: usize = 8;
/// The most places one travel table may hold.
pub const PLACES_MAX: usize = 12_000;

/// An index into [`Day::staff`].
pub type StaffIndex = usize;
/// An index into [`Day::visits`].
pub type VisitIndex = usize;
/// An index into the travel tables.
pub type PlaceIndex = usize;
/// An index into [`Day::skills`].
pub type SkillIndex = usize;
/// An index into [`Day::keys`].
pub type KeyIndex = usize;

/// Everything the planner must know about one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// How many ticks make a minute.
    pub ticks_per_minute: Ticks,
    /// The cost shown to people is the summed price divided by this.
    pub cost_divisor: f64,
    /// What each part of the cost is worth.
    pub prices: Prices,
    /// The names of the skills that tasks need: competence, title, delegation, language, driving licence.
    pub skills: Vec<String>,
    /// The names of the keys that open persons' doors: a key, or the right to a digital lock.
    pub keys: Vec<String>,
    /// Travel times, one table per way of getting about.
    pub travel: Vec<TravelTimes>,
    /// The staff at work.
    pub staff: Vec<Staff>,
    /// The visits wanted.
    pub visits: Vec<Visit>,
    /// True where staff leave at the start of their shift instead of just in time for the first visit.
    pub leave_at_shift_start: bool,
    /// Whether a window is kept when the task starts or when it ends within it.
    pub window_kept_at: WindowKeptAt,
}

/// Which moment of a task must lie in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowKeptAt {
    /// The start.
    Start,
    /// The end; the start may not lie before the window all the same.
    End,
}

/// A square table of travel times between places, in ticks. Not necessarily symmetric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TravelTimes {
    places: usize,
    ticks: Vec<Ticks>,
}

impl TravelTimes {
    /// A table from its rows, one after the other; `None` where the length is not a square or a time is negative.
    pub fn new(places: usize, ticks: Vec<Ticks>) -> Option<Self> {
        let valid = ticks.len() == places.checked_mul(places)?
            && places <= PLACES_MAX
            && ticks.iter().all(|&time| (0..=TICKS_MAX).contains(&time));
        valid.then_some(TravelTimes { places, ticks })
    }

    /// A table cut out of one that has been checked.
    pub(crate) fn from_checked(places: usize, ticks: Vec<Ticks>) -> Self {
        debug_assert_eq!(ticks.len(), places * places);
        TravelTimes { places, ticks }
    }

    /// The number of places.
    pub fn places(&self) -> usize {
        self.places
    }

    /// The time from one place to another.
    pub fn between(&self, from: PlaceIndex, to: PlaceIndex) -> Ticks {
        self.ticks[from * self.places + to]
    }

    /// All times, row by row.
    pub fn rows(&self) -> &[Ticks] {
        &self.ticks
    }
}

/// A stretch of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its first tick.
    pub start: Ticks,
    /// Its last tick.
    pub end: Ticks,
}

/// A member of staff at work this day.
#[derive(Debug, Clone, PartialEq)]
pub struct Staff {
    /// The name that files and reports use.
    pub name: String,
    /// What they can do.
    pub skills: Vec<SkillIndex>,
    /// Where the shift begins.
    pub start_place: PlaceIndex,
    /// Where the shift ends.
    pub end_place: PlaceIndex,
    /// The shift; work after its end is overtime.
    pub shift: Window,
    /// The lunch and the pauses they have a right to this day, in order of their windows' start; at most
    /// [`BREAKS_MAX`].
    pub breaks: Vec<Break>,
    /// The keys they carry this day.
    pub keys: Vec<KeyIndex>,
    /// The most work and travel that is asked of them this day; `None` where the shift alone bounds it.
    pub work_max: Option<Ticks>,
    /// True for those from the substitute pool, whose work costs more than that of the unit's own.
    pub is_pool: bool,
    /// The travel table they use: car, bicycle, on foot.
    pub travel: usize,
}

impl Staff {
    /// True where they have every skill that a visit and one of its tasks need.
    pub(crate) fn is_skilled(&self, visit: &Visit, task: usize) -> bool {
        let mut needed = visit.needs.iter().chain([&visit.tasks[task].skill]);
        needed.all(|skill| self.skills.contains(skill))
    }

    /// True where no key is needed or they carry it.
    pub(crate) fn gets_in(&self, visit: &Visit) -> bool {
        visit.key.is_none_or(|key| self.keys.contains(&key))
    }
}

/// What a break in a shift is for. Each kind has a price of its own where it is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakKind {
    /// A meal.
    Lunch,
    /// A short rest.
    Pause,
}

/// A break that belongs in a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// Lunch or pause.
    pub kind: BreakKind,
    /// It begins and ends within this.
    pub window: Window,
    /// How long it lasts.
    pub length: Ticks,
}

/// A visit to one person, by one or two of the staff.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// The name that files and reports use.
    pub name: String,
    /// Where it takes place.
    pub place: PlaceIndex,
    /// What is to be done: one task per member of staff.
    pub tasks: Vec<Task>,
    /// How the two tasks of a visit hang together; without meaning for a single task.
    pub pairing: Pairing,
    /// When it may take place; by start, not overlapping in start. At least one.
    pub windows: Vec<Window>,
    /// Who the person would rather meet; `None` where all are equal.
    pub preferred: Option<Vec<StaffIndex>>,
    /// Who must not come.
    pub excluded: Vec<StaffIndex>,
    /// Who already knows the person; `None` where continuity is not followed.
    pub known: Option<Vec<StaffIndex>>,
    /// True where the visit may be left out at the price of [`crate::price::CostPart::Unserved`].
    pub optional: bool,
    /// What was promised in a plan that already runs.
    pub promised: Option<Promise>,
    /// The only ones who may come, task by task, where a planner has pinned them.
    pub pinned: Vec<Option<StaffIndex>>,
    /// Skills that everyone who comes must have besides the task's own: a language, a driving licence.
    pub needs: Vec<SkillIndex>,
    /// The key without which nobody gets in; `None` where the person opens or the lock knows all staff.
    pub key: Option<KeyIndex>,
    /// When the person would like the first task to begin, within the windows.
    pub wished_start: Option<Ticks>,
    /// The visits that must be done before this one begins.
    pub after: Vec<After>,
}

/// A visit that must be done before another begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// The earlier visit. Where it is left out, nothing is asked.
    pub visit: VisitIndex,
    /// The least time from the end of its last task to the start of the later visit's first.
    pub gap: Ticks,
}

/// What a person was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Who was to come, task by task.
    pub staff: Vec<StaffIndex>,
    /// When the first task was to begin.
    pub start: Ticks,
}

/// One member of staff's share of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The skill it needs.
    pub skill: SkillIndex,
    /// How long it takes.
    pub duration: Ticks,
}

/// How the two tasks of a visit hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairing {
    /// Each may be done at any time, by the same person too.
    Independent,
    /// By two persons, the second starting so long after the first; double staffing is `0..=0`.
    Lag {
        /// The least time from start to start.
        min: Ticks,
        /// The most time from start to start.
        max: Ticks,
    },
}

/// Why a day cannot be planned as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{subject}: {fault}")]
pub struct DayError {
    /// The visit, the member of staff or the table that is wrong.
    pub subject: String,
    /// What is wrong and what was expected.
    pub fault: String,
}

impl Day {
    /// Checks that all indexes, times and sizes fit together, so that nothing later can fail on them.
    pub fn validate(&self) -> Result<(), DayError> {
        let fault = |subject: &str, fault: String| Err(DayError { subject: subject.to_owned(), fault });
        for (count, limit, what) in
            [(self.staff.len(), STAFF_MAX, "staff"), (self.visits.len(), VISITS_MAX, "visits")]
        {
            if count > limit {
                return fault(what, format!("{count} are more than {limit}; plan by district"));
            }
        }
        let Some(places) = self.travel.first().map(TravelTimes::places) else {
            return fault("travel", "there is no table of travel times".into());
        };
        if self.travel.iter().any(|table| table.places() != places) {
            return fault("travel", "the tables differ in size".into());
        }
        if self.ticks_per_minute < 1 || self.cost_divisor.is_nan() || self.cost_divisor <= 0.0 {
            return fault("scale", "ticks per minute and cost divisor must be above 0".into());
        }
        self.staff.iter().try_for_each(|staff| self.validate_staff(staff, places))?;
        for (index, visit) in self.visits.iter().enumerate() {
            self.validate_visit(visit, places)?;
            self.validate_order(index, visit)?;
        }
        self.validate_sums()
    }

    fn validate_order(&self, index: VisitIndex, visit: &Visit) -> Result<(), DayError> {
        let is_sound =
            |after: &After| after.visit != index && after.visit < self.visits.len() && after.gap >= 0;
        let fault = if !visit.after.iter().all(is_sound) {
            "it must come after other visits of the day, by no less than 0"
        } else if visit.after.iter().any(|after| after.gap > TICKS_MAX) {
            "it is to wait longer than a day for another visit"
        } else {
            return Ok(());
        };
        Err(DayError { subject: format!("visit {}", visit.name), fault: fault.to_owned() })
    }

    /// Checks that no sum of times or prices can overflow, however bad a plan is.
    fn validate_sums(&self) -> Result<(), DayError> {
        let horizon = self.horizon();
        if horizon > HORIZON_MAX {
            let fault = format!("all tasks and ways in a row end after {:.0} minutes", self.minutes(horizon));
            return Err(DayError { subject: "times".to_owned(), fault });
        }
        let tasks: usize = self.visits.iter().map(|visit| visit.tasks.len()).sum();
        let orders: usize = self.visits.iter().map(|visit| visit.after.len() * visit.tasks.len()).sum();
        let breaks: usize = self.staff.iter().map(|staff| staff.breaks.len()).sum();
        let events = (tasks + self.staff.len() + breaks + orders + 1) as i128;
        for rule in crate::rules::ALL {
            let Price::Each(each) = self.prices.of(rule.part) else { continue };
            let most =
                if rule.unit == crate::rules::Unit::Time { events * i128::from(horizon) } else { events };
            if i128::from(each) * most > PART_PRICE_MAX {
                let fault = format!("{each} for each is more than can be summed over this day");
                return Err(DayError { subject: format!("price of {}", rule.name), fault });
            }
        }
        Ok(())
    }

    /// A moment after which nothing starts in any plan: everything done in a row, from the last opening on.
    fn horizon(&self) -> i64 {
        let opens = self.visits.iter().flat_map(|visit| &visit.windows).map(|window| window.start);
        let shifts = self.staff.iter().map(|staff| staff.shift.start);
        let promised =
            self.visits.iter().filter_map(|visit| visit.promised.as_ref()).map(|promise| promise.start);
        let wished = self.visits.iter().filter_map(|visit| visit.wished_start);
        let gaps = self.visits.iter().flat_map(|visit| &visit.after).map(|after| after.gap);
        let breaks = self.staff.iter().flat_map(|staff| &staff.breaks);
        let latest = opens
            .chain(shifts)
            .chain(promised)
            .chain(wished)
            .chain(breaks.clone().map(|owed| owed.window.end))
            .max();
        let ways = self.travel.iter().flat_map(TravelTimes::rows).copied().max().unwrap_or(0);
        let tasks = || self.visits.iter().flat_map(|visit| &visit.tasks);
        let lags = self.visits.iter().map(|visit| match visit.pairing {
            Pairing::Independent => 0,
            Pairing::Lag { min, .. } => min,
        });
        let sum = |times: &mut dyn Iterator<Item = Ticks>| times.map(i64::from).sum::<i64>();
        i64::from(latest.unwrap_or(0))
            + i64::from(ways) * (tasks().count() as i64 + 2)
            + sum(&mut tasks().map(|task| task.duration))
            + sum(&mut lags.into_iter())
            + sum(&mut gaps.into_iter())
            + sum(&mut breaks.map(|owed| owed.length))
    }

    fn validate_staff(&self, staff: &Staff, places: usize) -> Result<(), DayError> {
        let mut windows = staff.breaks.iter().map(|owed| owed.window).chain([staff.shift]);
        let fault = if staff.start_place >= places || staff.end_place >= places {
            "a start or end place lies outside the travel table"
        } else if staff.travel >= self.travel.len() {
            "the way of getting about has no travel table"
        } else if staff.skills.iter().any(|&skill| skill >= self.skills.len()) {
            "a skill is not in the list"
        } else if !windows.all(is_sound) {
            "a shift or the window of a lunch or pause ends before it starts, or lies outside the day"
        } else if staff.breaks.iter().any(|owed| !(1..=TICKS_MAX).contains(&owed.length)) {
            "a lunch or pause must last some time"
        } else if !staff.breaks.is_sorted_by_key(|owed| owed.window.start) {
            "its lunch and pauses must be in order of start"
        } else if staff.breaks.len() > BREAKS_MAX {
            "a shift holds at most 8 lunches and pauses"
        } else if staff.keys.iter().any(|&key| key >= self.keys.len()) {
            "a key is not in the list"
        } else if staff.work_max.is_some_and(|most| !(0..=TICKS_MAX).contains(&most)) {
            "the most work must be a time of a day"
        } else {
            return Ok(());
        };
        Err(DayError { subject: format!("staff {}", staff.name), fault: fault.to_owned() })
    }

    fn validate_visit(&self, visit: &Visit, places: usize) -> Result<(), DayError> {
        let named = [Some(&visit.excluded), visit.preferred.as_ref(), visit.known.as_ref()];
        let promised = visit.promised.iter().flat_map(|promise| &promise.staff);
        let mut people =
            named.into_iter().flatten().flatten().chain(promised).chain(visit.pinned.iter().flatten());
        let lag_is_sound = match visit.pairing {
            Pairing::Independent => true,
            Pairing::Lag { min, max } => 0 <= min && min <= max && max <= TICKS_MAX,
        };
        let fault = if visit.place >= places {
            "its place lies outside the travel table"
        } else if !(1..=2).contains(&visit.tasks.len()) {
            "it must have one or two tasks"
        } else if visit.tasks.iter().any(|task| task.skill >= self.skills.len())
            || visit.needs.iter().any(|&skill| skill >= self.skills.len())
        {
            "a skill is not in the list"
        } else if visit.key.is_some_and(|key| key >= self.keys.len()) {
            "its key is not in the list"
        } else if visit.wished_start.is_some_and(|wish| !(0..=TICKS_MAX).contains(&wish)) {
            "its wished start lies outside the day"
        } else if visit.tasks.iter().any(|task| !(1..=TICKS_MAX).contains(&task.duration)) {
            "a task must last some time"
        } else if visit.windows.is_empty() || !visit.windows.iter().copied().all(is_sound) {
            "it must have a window, and none may end before it starts or lie outside the day"
        } else if !visit.windows.is_sorted_by_key(|window| window.start) {
            "its windows must be in order of start"
        } else if people.any(|&staff| staff >= self.staff.len()) {
            "it names someone who is not in the list of staff"
        } else if !lag_is_sound {
            "the lag between its tasks must run from a smaller to a larger time, neither negative"
        } else {
            return Ok(());
        };
        Err(DayError { subject: format!("visit {}", visit.name), fault: fault.to_owned() })
    }

    /// Minutes from ticks, for people.
    pub fn minutes(&self, ticks: i64) -> f64 {
        ticks as f64 / f64::from(self.ticks_per_minute)
    }

    /// The cost shown to people, from a summed price.
    pub fn shown_cost(&self, price: i64) -> f64 {
        price as f64 / self.cost_divisor
    }

    /// The largest summed price that is shown as this cost or less, costs being given to three decimals.
    pub fn price_of_cost(&self, cost: f64) -> i64 {
        ((cost + 0.000_5) * self.cost_divisor).floor() as i64
    }
}

fn is_sound(window: Window) -> bool {
    0 <= window.start && window.start <= window.end && window.end <= TICKS_MAX
}
