//! What the devices of a made-up town say over time: an endless stream under a seed, in order of time.
//!
//! Pure: the stream knows nothing of sockets or databases. The demo sends what it says over real ones; the
//! simulator puts a bad network in between.

pub mod faults;
pub mod network;
pub mod staff;
mod wire;

pub use faults::{Fault, Faults, Hit};

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use alarm::Kind;
use base::{SignedDuration, Timestamp, time::TimeZone};
use device::{Category, Stage, report::Technical};

use crate::{Town, random::Random};

/// Who sends a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sender {
    /// A device of the town, by its place in [`Town::devices`].
    Device(usize),
    /// Someone whom nobody has registered, by the name it gives itself.
    Stranger(String),
}

/// What a message says, before it is written for a wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// The device is alive.
    Heartbeat,
    /// A test alarm.
    Test,
    /// A call for help.
    Call(Kind),
    /// A call for help that arrives cut in the middle.
    Broken,
    /// The device takes the call back.
    Withdrawal,
    /// More to tell about a call, such as a position.
    Information,
    /// The device's own state.
    Technical(Technical),
    /// A dose was taken.
    DoseTaken,
    /// A sensor's ordinary state.
    Ordinary,
}

/// One message that a device sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Counts the messages of the whole town from 1; also the reference on the wire.
    pub number: u64,
    /// When it is sent.
    pub at: Timestamp,
    /// By whom.
    pub sender: Sender,
    /// What it says.
    pub words: Words,
}

/// The share of calls in each hour of the day by the wall clock, against an even day.
const DAY_CURVE: [f64; 24] = [
    0.45, 0.40, 0.35, 0.35, 0.45, 0.70, 1.10, 1.50, 1.55, 1.30, 1.15, 1.10, 1.15, 1.10, 1.05, 1.05, 1.15,
    1.30, 1.45, 1.50, 1.40, 1.20, 0.85, 0.60,
];
const DAY_CURVE_MAX: f64 = 1.55;
const DAY_SECONDS: f64 = 86_400.0;
/// A month of 30 days.
const MONTH_SECONDS: f64 = 30.0 * DAY_SECONDS;
/// Days between low batteries, mains losses and lost links of one device.
const BATTERY_DAYS: f64 = 180.0;
const MAINS_DAYS: f64 = 60.0;
const LINK_DAYS: f64 = 120.0;
/// Days between calls of a sensor.
const SMOKE_DAYS: f64 = 120.0;
const SENSOR_DAYS: f64 = 15.0;
const DOSE_MISSED_DAYS: f64 = 10.0;
/// Hours between ordinary states of a door or bed, and between doses.
const ORDINARY_HOURS: f64 = 4.0;
const DOSE_HOURS: f64 = 8.0;
/// Messages of strangers and broken ones, per day in the whole town.
const STRANGERS_PER_DAY: f64 = 1.0;
const BROKEN_PER_DAY: f64 = 0.7;
/// How long after its link is back a device waits at most before it speaks, in seconds.
const RECONNECT_SECONDS_MAX: f64 = 20.0;

/// Something that will happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coming {
    Beat,
    Test,
    /// A call may come; the day curve decides.
    PerhapsCall,
    Say(Words),
    BatteryLow,
    MainsLost,
    LinkLost,
    Dose,
    DoseMissed,
    State,
    Stranger,
    Broken,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Slot(Timestamp, u64);

/// The endless stream of what devices say.
#[derive(Debug)]
pub struct Behaviour {
    random: Random,
    devices: Vec<Speaker>,
    faults: Faults,
    queue: BinaryHeap<Reverse<(Slot, usize, u8)>>,
    /// What the queue's small numbers stand for, so that the queue stays light.
    coming: Vec<Coming>,
    order: u64,
    number: u64,
    ready: VecDeque<Said>,
    zone: TimeZone,
}

/// What the stream must know of one device.
#[derive(Debug, Clone)]
struct Speaker {
    contact_seconds: u32,
    test_days: u32,
    category: Category,
    zigbee: bool,
    room_is_bed: bool,
    calls_per_month: f64,
}

/// The place of those that are no device of the town.
const NOBODY: usize = usize::MAX;

impl Behaviour {
    /// The stream from a moment on; faults are drawn for so many days ahead.
    pub fn new(town: &Town, seed: u64, start: Timestamp, days: u32) -> Self {
        let faults = Faults::draw(town, seed, start, days);
        let mut behaviour = Behaviour {
            random: Random::new(seed, 20),
            devices: Vec::with_capacity(town.devices.len()),
            faults,
            queue: BinaryHeap::new(),
            coming: Vec::new(),
            order: 0,
            number: 0,
            ready: VecDeque::new(),
            zone: base::time::stockholm(),
        };
        for (index, one) in town.devices.iter().enumerate() {
            let Some(model) = town.model(&one.device) else { continue };
            let calls_per_month = behaviour.random.between(4.0, 10.0);
            behaviour.devices.push(Speaker {
                contact_seconds: model.contact_seconds,
                test_days: model.test_days,
                category: model.category,
                zigbee: model.driver == crate::town::ZIGBEE_DRIVER,
                room_is_bed: one.device.room == "sovrum",
                calls_per_month,
            });
            if one.device.stage == Stage::Installed {
                behaviour.begin(index, start);
            }
        }
        behaviour.later(start, NOBODY, Coming::Stranger, DAY_SECONDS / STRANGERS_PER_DAY);
        behaviour.later(start, NOBODY, Coming::Broken, DAY_SECONDS / BROKEN_PER_DAY);
        behaviour
    }

    /// The faults that the stream follows: what a checker compares with.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// When the next message is sent, without taking it.
    pub fn peek_at(&mut self) -> Timestamp {
        self.fill();
        self.ready.front().map_or(Timestamp::MAX, |said| said.at)
    }

    fn begin(&mut self, index: usize, start: Timestamp) {
        let speaker = self.devices[index].clone();
        if speaker.contact_seconds > 0 {
            let first = self.random.between(0.0, f64::from(speaker.contact_seconds));
            self.push(start, first, index, Coming::Beat);
        }
        if speaker.test_days > 0 {
            let first = self.random.between(0.0, f64::from(speaker.test_days) * DAY_SECONDS);
            self.push(start, first, index, Coming::Test);
        }
        match speaker.category {
            Category::SocialAlarm | Category::MobileAlarm => {
                self.later(start, index, Coming::PerhapsCall, self.call_mean(index));
                self.later(start, index, Coming::LinkLost, LINK_DAYS * DAY_SECONDS);
                if speaker.category == Category::SocialAlarm {
                    self.later(start, index, Coming::MainsLost, MAINS_DAYS * DAY_SECONDS);
                }
            }
            Category::Sensor => {
                self.later(start, index, Coming::PerhapsCall, self.call_mean(index));
                if speaker.zigbee {
                    self.later(start, index, Coming::State, ORDINARY_HOURS * 3_600.0);
                }
            }
            Category::Dispenser => {
                self.later(start, index, Coming::Dose, DOSE_HOURS * 3_600.0);
                self.later(start, index, Coming::DoseMissed, DOSE_MISSED_DAYS * DAY_SECONDS);
            }
            Category::Lock | Category::Camera => {}
        }
        if !speaker.zigbee {
            self.later(start, index, Coming::BatteryLow, BATTERY_DAYS * DAY_SECONDS);
        }
    }

    /// Seconds between possible calls of a device; the day curve takes some of them away again.
    fn call_mean(&self, index: usize) -> f64 {
        let speaker = &self.devices[index];
        let even = match (speaker.category, speaker.zigbee) {
            (Category::SocialAlarm | Category::MobileAlarm, _) => MONTH_SECONDS / speaker.calls_per_month,
            (_, true) => SENSOR_DAYS * DAY_SECONDS,
            (_, false) => SMOKE_DAYS * DAY_SECONDS,
        };
        even / DAY_CURVE_MAX
    }

    /// Something comes after an exponentially distributed time.
    fn later(&mut self, now: Timestamp, index: usize, coming: Coming, mean_seconds: f64) {
        let seconds = self.random.waiting(mean_seconds);
        self.push(now, seconds, index, coming);
    }

    fn push(&mut self, now: Timestamp, seconds: f64, index: usize, coming: Coming) {
        let at = after(now, seconds);
        let kind = match self.coming.iter().position(|known| *known == coming) {
            Some(kind) => kind,
            None => {
                self.coming.push(coming);
                self.coming.len() - 1
            }
        };
        self.order += 1;
        // There are some forty kinds of things that may come.
        self.queue.push(Reverse((Slot(at, self.order), index, kind as u8)));
    }

    fn fill(&mut self) {
        while self.ready.is_empty() {
            let Some(Reverse((Slot(at, _), index, kind))) = self.queue.pop() else { return };
            let coming = self.coming[usize::from(kind)];
            self.happen(at, index, coming);
        }
    }

    fn happen(&mut self, at: Timestamp, index: usize, coming: Coming) {
        if let Some(until) = self.faults.offline_until(index, at) {
            // A heartbeat is not kept; everything else waits in the device and is sent when the link is back.
            let seconds = self.random.between(0.5, RECONNECT_SECONDS_MAX);
            self.push(until, seconds, index, coming);
            return;
        }
        match coming {
            Coming::Beat => {
                self.say(at, Sender::Device(index), Words::Heartbeat);
                let seconds = f64::from(self.devices[index].contact_seconds);
                // Devices drift a little; a whole second of 60 would march all of them in step.
                let seconds = seconds + self.random.between(-0.5, 0.5);
                self.push(at, seconds, index, Coming::Beat);
            }
            Coming::Test => {
                self.say(at, Sender::Device(index), Words::Test);
                let seconds = f64::from(self.devices[index].test_days) * DAY_SECONDS;
                self.push(at, seconds, index, Coming::Test);
            }
            Coming::PerhapsCall => self.perhaps_call(at, index),
            Coming::Say(words) => self.say(at, Sender::Device(index), words),
            Coming::BatteryLow => self.trouble(
                at,
                index,
                coming,
                (Technical::BatteryLow, Technical::BatteryOk),
                (BATTERY_DAYS, 36.0),
            ),
            Coming::MainsLost => self.trouble(
                at,
                index,
                coming,
                (Technical::MainsLost, Technical::MainsBack),
                (MAINS_DAYS, 2.0),
            ),
            Coming::LinkLost => {
                self.trouble(at, index, coming, (Technical::LinkLost, Technical::LinkBack), (LINK_DAYS, 0.5))
            }
            Coming::Dose => {
                self.say(at, Sender::Device(index), Words::DoseTaken);
                self.push(at, DOSE_HOURS * 3_600.0, index, Coming::Dose);
            }
            Coming::DoseMissed => {
                self.say(at, Sender::Device(index), Words::Call(Kind::Medicine));
                self.later(at, index, Coming::DoseMissed, DOSE_MISSED_DAYS * DAY_SECONDS);
            }
            Coming::State => {
                self.say(at, Sender::Device(index), Words::Ordinary);
                self.later(at, index, Coming::State, ORDINARY_HOURS * 3_600.0);
            }
            Coming::Stranger => {
                let name = format!("8000{:06}", self.random.below(40));
                let words = if self.random.chance(0.5) { Words::Call(Kind::Manual) } else { Words::Test };
                self.say(at, Sender::Stranger(name), words);
                self.later(at, NOBODY, Coming::Stranger, DAY_SECONDS / STRANGERS_PER_DAY);
            }
            Coming::Broken => {
                let name = format!("7000{:06}", self.random.below(40));
                self.say(at, Sender::Stranger(name), Words::Broken);
                self.later(at, NOBODY, Coming::Broken, DAY_SECONDS / BROKEN_PER_DAY);
            }
        }
    }

    /// Bad news about the equipment, and good news some hours later.
    fn trouble(
        &mut self,
        at: Timestamp,
        index: usize,
        again: Coming,
        (bad, good): (Technical, Technical),
        (days, hours): (f64, f64),
    ) {
        self.say(at, Sender::Device(index), Words::Technical(bad));
        self.later(at, index, Coming::Say(Words::Technical(good)), hours * 3_600.0);
        self.later(at, index, again, days * DAY_SECONDS);
    }

    fn perhaps_call(&mut self, at: Timestamp, index: usize) {
        self.later(at, index, Coming::PerhapsCall, self.call_mean(index));
        let hour = usize::from(at.to_zoned(self.zone.clone()).hour().unsigned_abs());
        if !self.random.chance(DAY_CURVE[hour % 24] / DAY_CURVE_MAX) {
            return;
        }
        let kind = self.kind_of_call(index);
        self.say(at, Sender::Device(index), Words::Call(kind));
        if kind == Kind::Manual && self.random.chance(0.25) {
            let presses = 1 + self.random.below(7);
            let mut seconds = 0.0;
            for _ in 0..presses {
                seconds += self.random.between(4.0, 60.0);
                self.push(at, seconds, index, Coming::Say(Words::Call(Kind::Manual)));
            }
        }
        if self.devices[index].category == Category::MobileAlarm {
            let seconds = self.random.between(3.0, 20.0);
            self.push(at, seconds, index, Coming::Say(Words::Information));
        }
        if self.random.chance(0.12) {
            let seconds = self.random.between(20.0, 300.0);
            self.push(at, seconds, index, Coming::Say(Words::Withdrawal));
        }
    }

    fn kind_of_call(&mut self, index: usize) -> Kind {
        let speaker = &self.devices[index];
        match (speaker.category, speaker.zigbee, speaker.room_is_bed) {
            (Category::Sensor, true, true) => Kind::Inactivity,
            (Category::Sensor, true, false) => Kind::Wandering,
            (Category::Sensor, false, _) => Kind::Fire,
            _ => match self.random.unit() {
                share if share < 0.92 => Kind::Manual,
                share if share < 0.98 => Kind::Fall,
                share if share < 0.99 => Kind::Fire,
                _ => Kind::Attack,
            },
        }
    }

    fn say(&mut self, at: Timestamp, sender: Sender, words: Words) {
        self.number += 1;
        self.ready.push_back(Said { number: self.number, at, sender, words });
    }
}

impl Iterator for Behaviour {
    type Item = Said;

    fn next(&mut self) -> Option<Said> {
        self.fill();
        self.ready.pop_front()
    }
}

/// A moment so many seconds later.
pub(crate) fn after(now: Timestamp, seconds: f64) -> Timestamp {
    // Whole microseconds: the database keeps no finer time.
    let microseconds = (seconds.max(0.0) * 1e6) as i64;
    now.checked_add(SignedDuration::from_micros(microseconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TownSettings;
    use base::time::Date;

    fn stream(seed: u64) -> (Town, Behaviour) {
        let town = Town::generate(&TownSettings::demo(seed, Date::constant(2026, 11, 22)));
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let behaviour = Behaviour::new(&town, seed, start, 30);
        (town, behaviour)
    }

    #[test]
    fn the_stream_repeats_under_its_seed_and_never_goes_back_in_time() {
        let take = |seed| stream(seed).1.take(20_000).collect::<Vec<_>>();
        let first = take(5);
        assert_eq!(first, take(5));
        assert_ne!(first, take(6));
        assert!(first.windows(2).all(|pair| pair[0].at <= pair[1].at));
    }

    #[test]
    fn people_call_as_often_as_people_do() {
        let (town, behaviour) = stream(5);
        let until: Timestamp = "2026-11-08T00:00:00Z".parse().unwrap();
        let calls = behaviour
            .take_while(|said| said.at < until)
            .filter(|said| matches!((&said.sender, said.words), (Sender::Device(_), Words::Call(_))))
            .count();
        let per_month = calls as f64 / 7.0 * 30.0 / town.people.len() as f64;
        assert!((5.0..18.0).contains(&per_month), "{per_month} calls per person and month, repeats included");
    }

    #[test]
    fn what_is_said_reads_as_it_was_meant() {
        use device::drivers::scaip::report;
        let (town, behaviour) = stream(5);
        let mut read = 0;
        for said in behaviour.filter(|said| said.words != Words::Heartbeat).take(700) {
            let Sender::Device(index) = said.sender else { continue };
            let Some(request) = said.scaip_request(&town) else { continue };
            let written =
                scaip::Request::parse(request.to_xml().as_bytes(), &scaip::Limits::default()).unwrap();
            let profile = town.profile(&town.devices[index].device).unwrap();
            assert_eq!(report(&written, profile).signal, said.signal(), "{}", request.to_xml());
            read += 1;
        }
        assert!(read > 300, "{read}");
    }
}
