//! Messages in the shape of the bridge, as made-up fixtures: `field=value` words, and the signals they must become.

use super::*;

const fn alarm(kind: Kind) -> Signal {
    Signal::Alarm(kind)
}

fn fields(text: &str) -> Vec<(String, Field)> {
    text.split_whitespace()
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            let field = match (value, value.parse::<f64>()) {
                ("true", _) => Field::Boolean(true),
                ("false", _) => Field::Boolean(false),
                (_, Ok(number)) => Field::Number(number),
                (text, _) => Field::Text(text.to_owned()),
            };
            (name.to_owned(), field)
        })
        .collect()
}

fn signals_of(reading: &Reading) -> Vec<Signal> {
    reading.reports.iter().map(|report| report.signal).collect()
}

/// A row of messages from one sensor, each with the signals it must become.
fn check(watch: &Watch, messages: &[(&str, &[Signal])]) {
    let mut state = State::default();
    for (text, expected) in messages {
        let reading = read("sensor-1", "r", &fields(text), watch, state);
        assert_eq!(signals_of(&reading), *expected, "{text} in {messages:?}");
        state = reading.state;
    }
}

#[test]
fn what_a_device_is_for_tells_how_its_states_are_meant() {
    let quiet = Watch { button_pressed: false, ..Watch::default() };
    check(&quiet, &[("action=single", &[Signal::Ordinary])]);
    check(&quiet.of(Category::SocialAlarm), &[("action=single", &[alarm(Kind::Manual)])]);
    check(&Watch::default().of(Category::Lock), &[("contact=false battery=80", &[Signal::Ordinary])]);
    check(&Watch::default().of(Category::Sensor), &[("contact=false", &[alarm(Kind::Wandering)])]);
}

#[test]
fn each_kind_of_sensor_calls_for_the_right_help() {
    let watch = Watch::default();
    for (text, signal) in [
        ("smoke=true battery=100 linkquality=80", alarm(Kind::Fire)),
        ("carbon_monoxide=true", alarm(Kind::Fire)),
        ("gas=true", alarm(Kind::Fire)),
        ("smoke=strange", alarm(Kind::Fire)),
        ("smoke=1", alarm(Kind::Fire)),
        ("fall_down_status=maybe_fall", alarm(Kind::Fall)),
        ("water_leak=true", alarm(Kind::Environment)),
        ("temperature=9.5", alarm(Kind::Environment)),
        ("temperature=35", alarm(Kind::Environment)),
        ("contact=false", alarm(Kind::Wandering)),
        ("in_bed=false", alarm(Kind::Inactivity)),
        ("action=emergency", alarm(Kind::Manual)),
        ("action=single", alarm(Kind::Manual)),
        ("battery=4", Signal::Technical(Technical::BatteryLow)),
        ("battery_low=true", Signal::Technical(Technical::BatteryLow)),
        ("tamper=true", Signal::Technical(Technical::Tamper)),
        ("availability=offline", Signal::Technical(Technical::LinkLost)),
    ] {
        check(&watch, &[(text, &[signal])]);
    }
}

#[test]
fn an_ordinary_state_raises_nothing() {
    for (text, signal) in [
        ("contact=true battery=97", Signal::Ordinary),
        ("occupancy=true illuminance=30", Signal::Ordinary),
        ("motion=false", Signal::Ordinary),
        ("temperature=21.5 humidity=40", Signal::Ordinary),
        ("smoke=false tamper=false", Signal::Ordinary),
        ("action=hold_release", Signal::Ordinary),
        ("device_temperature=60", Signal::Heartbeat),
        ("availability=online", Signal::Heartbeat),
        ("linkquality=120", Signal::Heartbeat),
        ("", Signal::Heartbeat),
    ] {
        check(&Watch::default(), &[(text, &[signal])]);
    }
}

#[test]
fn a_lasting_state_is_told_once_and_its_end_too() {
    let watch = Watch::default();
    check(
        &watch,
        &[
            ("contact=false", &[alarm(Kind::Wandering)]),
            ("contact=false", &[Signal::Ordinary]),
            ("battery=50", &[Signal::Ordinary]),
            ("contact=true", &[Signal::Reset]),
            ("contact=true", &[Signal::Ordinary]),
            ("contact=false", &[alarm(Kind::Wandering)]),
        ],
    );
    check(
        &watch,
        &[
            ("battery=5", &[Signal::Technical(Technical::BatteryLow)]),
            ("battery=5", &[Signal::Ordinary]),
            ("battery=100", &[Signal::Technical(Technical::BatteryOk)]),
            ("availability=offline", &[Signal::Technical(Technical::LinkLost)]),
            ("availability=online", &[Signal::Technical(Technical::LinkBack)]),
        ],
    );
}

#[test]
fn smoke_and_a_pressed_button_are_told_every_time() {
    let fire: &[Signal] = &[alarm(Kind::Fire)];
    check(
        &Watch::default(),
        &[("smoke=true", fire), ("smoke=true", fire), ("smoke=false", &[Signal::Reset])],
    );
    let press: &[Signal] = &[alarm(Kind::Manual)];
    check(&Watch::default(), &[("action=emergency", press), ("action=emergency", press)]);
}

#[test]
fn one_message_may_say_several_things_the_gravest_first() {
    let low = Signal::Technical(Technical::BatteryLow);
    check(
        &Watch::default(),
        &[("battery_low=true contact=false smoke=true", &[alarm(Kind::Fire), alarm(Kind::Wandering), low])],
    );
    let reading = read("s", "r", &fields("battery_low=true smoke=true"), &Watch::default(), State::default());
    assert_ne!(reading.reports[0].reference, reading.reports[1].reference);
}

#[test]
fn the_watch_decides_what_calls_for_help() {
    let none = Watch { door_opened: false, bed_left: false, button_pressed: false, ..Watch::default() };
    check(&none, &[("contact=false", &[Signal::Ordinary])]);
    check(&none, &[("in_bed=false", &[Signal::Ordinary])]);
    check(&none, &[("action=single", &[Signal::Ordinary])]);
    check(&none, &[("action=sos", &[alarm(Kind::Manual)])]);
    let bed = Watch { presence: Presence::AlarmsWhenAbsent, ..Watch::default() };
    check(&bed, &[("presence=false", &[alarm(Kind::Inactivity)])]);
    let stairs = Watch { presence: Presence::AlarmsWhenPresent, ..Watch::default() };
    check(&stairs, &[("occupancy=true", &[alarm(Kind::Inactivity)])]);
}

#[test]
fn the_detail_is_swedish_and_keeps_what_is_unknown() {
    let watch = Watch::default();
    let text = "contact=false temperature=9.5 battery=97 linkquality=120 soil=wet";
    let reading = read("s", "r", &fields(text), &watch, State::default());
    assert_eq!(
        reading.reports[0].detail.reveal(),
        "Dörr öppen · För kallt: 9,5 °C · Batteri 97 % · linkquality: 120 · soil: wet"
    );
    let many: String = (0..1_000).map(|number| format!("field{number}=1 ")).collect();
    let reading = read("s", "r", &fields(&many), &watch, State::default());
    assert!(reading.reports[0].detail.reveal().chars().count() <= DETAIL_CHARACTERS_MAX);
}
