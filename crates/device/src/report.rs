//! What a device said, in Tryggve's words, whatever wire it came over.

use alarm::Kind;
use base::{Private, language::Text};

/// One message, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What the sender calls itself; trimmed, never empty.
    pub controller_id: String,
    /// The sender's own reference of this message, echoed in the reply.
    pub reference: String,
    /// What it means.
    pub signal: Signal,
    /// Codes and texts worth showing, already in words; may hold personal texts.
    pub detail: Private<String>,
    /// Where the device says that it is.
    pub position: Option<base::Position>,
}

/// What a message means. The order of the checks is the classification table of the SCAIP reference, 7.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// The device is alive.
    Heartbeat,
    /// A test alarm: stored, receipted, never shown as an alarm.
    Test,
    /// The device takes back what it said, or was reset.
    Reset,
    /// The device tells more about what it said.
    Information,
    /// The device's own state.
    Technical(Technical),
    /// A dose was taken: good news, kept in the history.
    DoseTaken,
    /// A sensor's ordinary state, such as a door that was closed: kept as contact, raises nothing.
    Ordinary,
    /// Someone may need help.
    Alarm(Kind),
}

/// What a device says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Technical {
    /// Battery low or failing.
    BatteryLow,
    /// Battery good again.
    BatteryOk,
    /// Mains power lost.
    MainsLost,
    /// Mains power back.
    MainsBack,
    /// A link lost.
    LinkLost,
    /// A link back.
    LinkBack,
    /// Someone opened or moved the device.
    Tamper,
    /// Anything else that the profile calls technical; the code stands in the detail.
    Other,
}

impl Technical {
    /// Whether it asks for someone's action; good news closes what bad news opened.
    pub const fn is_trouble(self) -> bool {
        !matches!(self, Technical::BatteryOk | Technical::MainsBack | Technical::LinkBack)
    }

    /// The words on the page.
    pub const fn text(self) -> Text {
        match self {
            Technical::BatteryLow => Text::new("Batteriet är svagt", "Battery low"),
            Technical::BatteryOk => Text::new("Batteriet är bra igen", "Battery good again"),
            Technical::MainsLost => Text::new("Strömmen är borta", "Mains lost"),
            Technical::MainsBack => Text::new("Strömmen är tillbaka", "Mains back"),
            Technical::LinkLost => Text::new("Förbindelsen är borta", "Link lost"),
            Technical::LinkBack => Text::new("Förbindelsen är tillbaka", "Link back"),
            Technical::Tamper => Text::new("Enheten är öppnad eller flyttad", "Opened or moved"),
            Technical::Other => Text::new("Tekniskt meddelande", "Technical message"),
        }
    }
}

impl Signal {
    /// Whether the message must be stored before it is acknowledged. Only heartbeats and ordinary states are
    /// kept as a time of last contact.
    pub const fn is_stored(self) -> bool {
        !matches!(self, Signal::Heartbeat | Signal::Ordinary)
    }

    /// Whether it travels in the lane that is shed first.
    pub const fn is_shed_first(self) -> bool {
        matches!(self, Signal::Heartbeat | Signal::Test | Signal::Ordinary)
    }

    /// The words on the page.
    pub const fn text(self) -> Text {
        match self {
            Signal::Heartbeat => Text::new("Livstecken", "Sign of life"),
            Signal::Test => Text::new("Provlarm", "Test alarm"),
            Signal::Reset => Text::new("Återställning", "Reset"),
            Signal::Information => Text::new("Upplysning", "Information"),
            Signal::Technical(technical) => technical.text(),
            Signal::DoseTaken => Text::new("Läkemedlet är taget", "Dose taken"),
            Signal::Ordinary => Text::new("Vanligt tillstånd", "Ordinary state"),
            Signal::Alarm(kind) => kind.text(),
        }
    }

    /// The words on the page for a [`Signal::name`]; `None` for a name that is none of ours.
    pub fn text_of(name: &str) -> Option<Text> {
        Signal::from_name(name).map(Signal::text)
    }

    /// The name in the database, the API and the metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Signal::Heartbeat => "heartbeat",
            Signal::Test => "test",
            Signal::Reset => "reset",
            Signal::Information => "information",
            Signal::Technical(Technical::BatteryLow) => "battery_low",
            Signal::Technical(Technical::BatteryOk) => "battery_ok",
            Signal::Technical(Technical::MainsLost) => "mains_lost",
            Signal::Technical(Technical::MainsBack) => "mains_back",
            Signal::Technical(Technical::LinkLost) => "link_lost",
            Signal::Technical(Technical::LinkBack) => "link_back",
            Signal::Technical(Technical::Tamper) => "tamper",
            Signal::Technical(Technical::Other) => "technical",
            Signal::DoseTaken => "dose_taken",
            Signal::Ordinary => "ordinary",
            Signal::Alarm(kind) => kind.name(),
        }
    }

    /// Reads [`Signal::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        use Technical::{BatteryLow, BatteryOk, LinkBack, LinkLost, MainsBack, MainsLost, Other, Tamper};
        let technical = [BatteryLow, BatteryOk, MainsLost, MainsBack, LinkLost, LinkBack, Tamper, Other];
        let plain = [
            Signal::Heartbeat,
            Signal::Test,
            Signal::Reset,
            Signal::Information,
            Signal::DoseTaken,
            Signal::Ordinary,
        ];
        let mut known = plain
            .into_iter()
            .chain(technical.map(Signal::Technical))
            .chain(Kind::ALL.into_iter().filter(|kind| *kind != Kind::Technical).map(Signal::Alarm));
        known.find(|signal| signal.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signal_is_read_again_by_its_name() {
        let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Technical).map(Signal::Alarm);
        let plain = [Signal::Heartbeat, Signal::Test, Signal::Reset, Signal::Information, Signal::DoseTaken];
        let technical = [Technical::BatteryLow, Technical::MainsBack, Technical::LinkBack, Technical::Other];
        for signal in kinds.chain(plain).chain(technical.map(Signal::Technical)) {
            assert_eq!(Signal::from_name(signal.name()), Some(signal));
        }
        assert_eq!(Signal::from_name("no such"), None);
    }

    #[test]
    fn every_name_has_its_words() {
        use Technical as T;
        let technical = [
            T::BatteryLow,
            T::BatteryOk,
            T::MainsLost,
            T::MainsBack,
            T::LinkLost,
            T::LinkBack,
            T::Tamper,
            T::Other,
        ];
        let others = [
            Signal::Heartbeat,
            Signal::Test,
            Signal::Reset,
            Signal::Information,
            Signal::DoseTaken,
            Signal::Ordinary,
        ];
        let all = others
            .into_iter()
            .chain(technical.map(Signal::Technical))
            .chain(Kind::ALL.iter().map(|kind| Signal::Alarm(*kind)));
        for signal in all {
            assert!(Signal::text_of(signal.name()).is_some(), "{}", signal.name());
        }
        assert_eq!(Signal::text_of("hej"), None);
    }
}
