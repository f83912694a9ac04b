//! How kinds of alarm look: a colour, a shape, a word and a sound of their own, so that nothing hangs on one of them.

use alarm::{Alarm, Kind};

use crate::{
    table::{CellShown, TableShown},
    text::Words,
};

/// A kind as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KindShown {
    /// 1 for the gravest to 4: chooses colour and sound.
    pub(crate) level: u8,
    /// A shape per level.
    pub(crate) shape: &'static str,
    /// The word.
    pub(crate) text: &'static str,
}

impl KindShown {
    /// A kind as it is shown.
    pub(crate) fn of(kind: Kind, words: Words) -> Self {
        let level = match kind {
            Kind::Fire | Kind::Attack => 1,
            Kind::Fall | Kind::Manual | Kind::Unknown => 2,
            Kind::Wandering | Kind::Inactivity | Kind::Environment => 3,
            Kind::Medicine | Kind::Technical => 4,
        };
        let shape = ["▲", "◆", "●", "■"][usize::from(level) - 1];
        KindShown { level, shape, text: words.of(kind.text()) }
    }
}

/// A telephone number as an address that a telephone understands; empty where there is none.
pub(crate) fn telephone(number: &str) -> String {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    if digits.is_empty() { String::new() } else { format!("tel:{digits}") }
}

/// The last alarms of a device or a person.
pub(crate) fn alarm_table(alarms: &[Alarm], words: Words) -> TableShown {
    let row = |alarm: &Alarm| {
        vec![
            CellShown::link(words.moment(alarm.received_at), format!("/alarms/{}", alarm.id)),
            CellShown::text(KindShown::of(alarm.kind, words).text),
            CellShown::text(words.of(alarm.state.text())),
        ]
    };
    TableShown {
        name: words.say("device-alarms"),
        headings: ["history-when", "closed-kind", "alarm-state"].map(|name| words.say(name)).to_vec(),
        rows: alarms.iter().map(row).collect(),
        none: words.say("device-alarms-none"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graver_kind_never_looks_milder() {
        let words = Words::new(base::Language::Swedish);
        let levels: Vec<u8> = Kind::ALL.iter().map(|kind| KindShown::of(*kind, words).level).collect();
        assert!(levels.is_sorted(), "{levels:?}");
    }

    #[test]
    fn telephone_numbers_keep_digits_only() {
        for (number, address) in [("+46 70-174 06 05", "tel:+46701740605"), ("", ""), ("<b>", "")] {
            assert_eq!(telephone(number), address);
        }
    }
}
