//! Sensors behind Zigbee2MQTT: door, bed, presence, smoke, water, temperature, buttons.
//!
//! The bridge sends a sensor's whole state again and again. What must never be missed (smoke, gas, water, a pressed
//! button) is reported every time; what merely is so (an open door, a low battery) is reported when it becomes so
//! and when it ends. Names of fields as observed in Zigbee2MQTT's own list of exposes.

use alarm::Kind;
use base::{Private, language::Text, rule::Rule};

use crate::{Category, Report, Signal, report::Technical};

/// The most fields of one message that are read; the rest is left out of the detail.
pub const FIELDS_MAX: usize = 64;
/// The longest detail, in characters.
pub const DETAIL_CHARACTERS_MAX: usize = 1_000;

/// Below this a home is dangerously cold.
pub const TEMPERATURE_LOW_CELSIUS: Rule = Rule {
    name: "device.temperature_low_celsius",
    figure: 15.0,
    source: "Start value of Tryggve; the municipality decides",
    valid_from: "2026-11-01",
    sentence: Text::new(
        "En bostad som är kallare än så här många grader larmar.",
        "A home colder than this many degrees raises an alarm.",
    ),
};
/// Above this a home is dangerously hot.
pub const TEMPERATURE_HIGH_CELSIUS: Rule = Rule {
    name: "device.temperature_high_celsius",
    figure: 32.0,
    source: "Start value of Tryggve; the municipality decides",
    valid_from: "2026-11-01",
    sentence: Text::new(
        "En bostad som är varmare än så här många grader larmar.",
        "A home hotter than this many degrees raises an alarm.",
    ),
};
/// At or below this a sensor's battery is to be changed.
pub const BATTERY_LOW_PERCENT: Rule = Rule {
    name: "device.battery_low_percent",
    figure: 10.0,
    source: "Start value of Tryggve; the municipality decides",
    valid_from: "2026-11-01",
    sentence: Text::new(
        "En sensor med så här många procent kvar i batteriet ger ett tekniskt larm.",
        "A sensor with this many per cent left in its battery raises a technical alarm.",
    ),
};

/// One value of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// Yes or no.
    Boolean(bool),
    /// A figure.
    Number(f64),
    /// Words.
    Text(String),
}

/// What someone's presence means at a sensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Presence {
    /// Life as usual.
    #[default]
    Ordinary,
    /// Someone should not be here.
    AlarmsWhenPresent,
    /// Someone should be here: a bed, a chair.
    AlarmsWhenAbsent,
}

/// Which states of a sensor call for help.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watch {
    /// An opened door or window.
    pub door_opened: bool,
    /// A bed that was left.
    pub bed_left: bool,
    /// Any press of a button; an emergency button always does.
    pub button_pressed: bool,
    /// Motion, occupancy, presence.
    pub presence: Presence,
    /// See [`TEMPERATURE_LOW_CELSIUS`].
    pub temperature_low_celsius: f64,
    /// See [`TEMPERATURE_HIGH_CELSIUS`].
    pub temperature_high_celsius: f64,
    /// See [`BATTERY_LOW_PERCENT`].
    pub battery_low_percent: f64,
}

impl Default for Watch {
    /// Doors, beds and buttons call for help, motion does not: a registered sensor is there for a reason.
    fn default() -> Self {
        Watch {
            door_opened: true,
            bed_left: true,
            button_pressed: true,
            presence: Presence::Ordinary,
            temperature_low_celsius: TEMPERATURE_LOW_CELSIUS.figure,
            temperature_high_celsius: TEMPERATURE_HIGH_CELSIUS.figure,
            battery_low_percent: BATTERY_LOW_PERCENT.figure,
        }
    }
}

impl Watch {
    /// What calls for help in a device of this category, whatever its topic says: the button of an alarm is always
    /// pressed in earnest, and a lock that opens does its work.
    pub fn of(self, category: Category) -> Self {
        match category {
            Category::SocialAlarm | Category::MobileAlarm => Watch { button_pressed: true, ..self },
            Category::Lock => Watch { door_opened: false, ..self },
            Category::Sensor | Category::Camera | Category::Dispenser => self,
        }
    }
}

/// Something that is so until it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Smoke,
    CarbonMonoxide,
    Gas,
    Fall,
    Water,
    Temperature,
    Door,
    Bed,
    Presence,
    BatteryLow,
    Tamper,
    LinkLost,
}

impl Condition {
    const fn bit(self) -> u16 {
        1 << self as u16
    }

    const fn signal(self) -> Signal {
        match self {
            Condition::Smoke | Condition::CarbonMonoxide | Condition::Gas => Signal::Alarm(Kind::Fire),
            Condition::Fall => Signal::Alarm(Kind::Fall),
            Condition::Water | Condition::Temperature => Signal::Alarm(Kind::Environment),
            Condition::Door => Signal::Alarm(Kind::Wandering),
            Condition::Bed | Condition::Presence => Signal::Alarm(Kind::Inactivity),
            Condition::BatteryLow => Signal::Technical(Technical::BatteryLow),
            Condition::Tamper => Signal::Technical(Technical::Tamper),
            Condition::LinkLost => Signal::Technical(Technical::LinkLost),
        }
    }

    /// Whether every message that says so is passed on, and not only the first.
    const fn is_acute(self) -> bool {
        matches!(
            self,
            Condition::Smoke
                | Condition::CarbonMonoxide
                | Condition::Gas
                | Condition::Fall
                | Condition::Water
        )
    }
}

/// What was so at a sensor after its last message. Empty at first, and safe to lose: it is then reported again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State(u16);

/// What a message says.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// At least one report, the gravest first. Each has a reference of its own.
    pub reports: Vec<Report>,
    /// What is so now.
    pub state: State,
}

/// Reads the state of a sensor. `reference` tells this message from others of the same sensor.
pub fn read(
    controller_id: &str,
    reference: &str,
    fields: &[(String, Field)],
    watch: &Watch,
    before: State,
) -> Reading {
    let fields = fields.get(..FIELDS_MAX).unwrap_or(fields);
    let mut seen = Seen::default();
    for (name, field) in fields {
        seen.take(name, field, watch);
    }
    let state = State((before.0 & !seen.mentioned) | seen.active);
    let detail = detail(fields, watch);
    let reports = signals(&seen, before, state)
        .into_iter()
        .map(|signal| Report {
            controller_id: controller_id.to_owned(),
            reference: format!("{reference}/{}", signal.name()),
            signal,
            detail: Private::new(detail.clone()),
            position: None,
        })
        .collect();
    Reading { reports, state }
}

/// Reads the bridge's word on whether it reaches a sensor: `online` or `offline`.
pub fn read_availability(controller_id: &str, reference: &str, word: &str, before: State) -> Reading {
    let field = [("availability".to_owned(), Field::Text(word.to_owned()))];
    read(controller_id, reference, &field, &Watch::default(), before)
}

fn signals(seen: &Seen, before: State, now: State) -> Vec<Signal> {
    let mut signals: Vec<Signal> = seen
        .conditions
        .iter()
        .filter(|condition| condition.is_acute() || before.0 & condition.bit() == 0)
        .map(|condition| condition.signal())
        .chain(seen.momentary)
        .collect();
    let ended = before.0 & !now.0;
    if ended & HELP != 0 && now.0 & HELP == 0 {
        signals.push(Signal::Reset);
    }
    if ended & Condition::BatteryLow.bit() != 0 {
        signals.push(Signal::Technical(Technical::BatteryOk));
    }
    if ended & Condition::LinkLost.bit() != 0 {
        signals.push(Signal::Technical(Technical::LinkBack));
    }
    signals.sort_by_key(|signal| match signal {
        Signal::Alarm(kind) => kind.rank(),
        _ => u32::MAX,
    });
    signals.dedup();
    if signals.is_empty() {
        signals.push(if seen.is_state { Signal::Ordinary } else { Signal::Heartbeat });
    }
    signals
}

/// The conditions whose end takes back a call for help.
const HELP: u16 = Condition::Smoke.bit()
    | Condition::CarbonMonoxide.bit()
    | Condition::Gas.bit()
    | Condition::Fall.bit()
    | Condition::Water.bit()
    | Condition::Temperature.bit()
    | Condition::Door.bit()
    | Condition::Bed.bit()
    | Condition::Presence.bit();

#[derive(Default)]
struct Seen {
    conditions: Vec<Condition>,
    momentary: Option<Signal>,
    active: u16,
    mentioned: u16,
    is_state: bool,
}

impl Seen {
    fn set(&mut self, condition: Condition, active: bool) {
        self.is_state = true;
        self.mentioned |= condition.bit();
        // Two fields may speak of the same thing, such as battery and battery_low: one yes is enough.
        if active && self.active & condition.bit() == 0 {
            self.active |= condition.bit();
            self.conditions.push(condition);
        }
    }

    fn take(&mut self, name: &str, field: &Field, watch: &Watch) {
        let acute = match name {
            "smoke" => Some(Condition::Smoke),
            "carbon_monoxide" => Some(Condition::CarbonMonoxide),
            "gas" => Some(Condition::Gas),
            "fall" | "fall_down_status" => Some(Condition::Fall),
            "water_leak" => Some(Condition::Water),
            _ => None,
        };
        if let Some(condition) = acute {
            // A word nobody knows about smoke may well be smoke.
            return self.set(condition, truth(field).unwrap_or(true));
        }
        match (name, field) {
            ("temperature", Field::Number(celsius)) => {
                let outside =
                    *celsius < watch.temperature_low_celsius || *celsius > watch.temperature_high_celsius;
                self.set(Condition::Temperature, outside);
            }
            ("battery", Field::Number(percent)) => {
                self.set(Condition::BatteryLow, *percent <= watch.battery_low_percent);
            }
            ("action", Field::Text(action)) => self.button(action, watch),
            ("availability", Field::Text(word)) => match word.as_str() {
                "offline" => self.set(Condition::LinkLost, true),
                "online" => {
                    self.mentioned |= Condition::LinkLost.bit();
                }
                _ => self.is_state = true,
            },
            _ => self.take_truth(name, field, watch),
        }
    }

    fn take_truth(&mut self, name: &str, field: &Field, watch: &Watch) {
        let Some(truth) = truth(field) else { return };
        match name {
            "contact" => self.set(Condition::Door, !truth && watch.door_opened),
            "bed_occupancy" | "in_bed" => self.set(Condition::Bed, !truth && watch.bed_left),
            "occupancy" | "presence" | "motion" => {
                let active = match watch.presence {
                    Presence::Ordinary => false,
                    Presence::AlarmsWhenPresent => truth,
                    Presence::AlarmsWhenAbsent => !truth,
                };
                self.set(Condition::Presence, active);
            }
            "sos" | "emergency" if truth => self.momentary = Some(Signal::Alarm(Kind::Manual)),
            "battery_low" => self.set(Condition::BatteryLow, truth),
            "tamper" => self.set(Condition::Tamper, truth),
            _ => {}
        }
    }

    fn button(&mut self, action: &str, watch: &Watch) {
        self.is_state = true;
        let help = ["emergency", "sos", "panic", "help"].iter().any(|word| action.contains(word));
        if help || (watch.button_pressed && !action.is_empty() && !action.ends_with("release")) {
            self.momentary = Some(Signal::Alarm(Kind::Manual));
        }
    }
}

fn truth(field: &Field) -> Option<bool> {
    match field {
        Field::Boolean(truth) => Some(*truth),
        Field::Number(number) => Some(*number != 0.0),
        Field::Text(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" | "alarm" | "detected" | "fall" | "maybe_fall" => Some(true),
            "false" | "off" | "no" | "0" | "clear" | "normal" | "none" | "" => Some(false),
            _ => None,
        },
    }
}

/// The fields in words; those that Tryggve does not know stand as they came.
fn detail(fields: &[(String, Field)], watch: &Watch) -> String {
    let parts: Vec<String> = fields.iter().map(|(name, field)| in_words(name, field, watch)).collect();
    parts.join(" · ").chars().take(DETAIL_CHARACTERS_MAX).collect()
}

fn in_words(name: &str, field: &Field, watch: &Watch) -> String {
    let either = |yes: &str, no: &str| match truth(field) {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => as_it_came(name, field),
    };
    match (name, field) {
        ("smoke", _) => either("Rök", "Ingen rök"),
        ("carbon_monoxide", _) => either("Kolmonoxid", "Ingen kolmonoxid"),
        ("gas", _) => either("Gas", "Ingen gas"),
        ("fall" | "fall_down_status", _) => either("Fall", "Inget fall"),
        ("water_leak", _) => either("Vattenläcka", "Ingen vattenläcka"),
        ("contact", _) => either("Dörr stängd", "Dörr öppen"),
        ("bed_occupancy" | "in_bed", _) => either("I sängen", "Inte i sängen"),
        ("occupancy" | "presence" | "motion", _) => either("Någon är där", "Ingen är där"),
        ("tamper", _) => either("Sensorn är öppnad eller flyttad", "Sensorn är orörd"),
        ("battery_low", _) => either("Batteriet är lågt", "Batteriet är bra"),
        ("battery", Field::Number(percent)) => format!("Batteri {percent} %"),
        ("temperature", Field::Number(celsius)) if *celsius < watch.temperature_low_celsius => {
            format!("För kallt: {} °C", decimal(*celsius))
        }
        ("temperature", Field::Number(celsius)) if *celsius > watch.temperature_high_celsius => {
            format!("För varmt: {} °C", decimal(*celsius))
        }
        ("temperature", Field::Number(celsius)) => format!("{} °C", decimal(*celsius)),
        ("humidity", Field::Number(percent)) => format!("Luftfuktighet {} %", decimal(*percent)),
        ("action", Field::Text(action)) => format!("Knapp: {action}"),
        ("availability", Field::Text(word)) if word == "offline" => "Sensorn nås inte".to_owned(),
        ("availability", Field::Text(word)) if word == "online" => "Sensorn nås".to_owned(),
        _ => as_it_came(name, field),
    }
}

fn as_it_came(name: &str, field: &Field) -> String {
    match field {
        Field::Boolean(truth) => format!("{name}: {truth}"),
        Field::Number(number) => format!("{name}: {}", decimal(*number)),
        Field::Text(text) => format!("{name}: {text}"),
    }
}

/// A figure as Swedish writes it.
fn decimal(number: f64) -> String {
    number.to_string().replace('.', ",")
}

#[cfg(test)]
mod tests;
