//! Closing an alarm, with what it turned out to be and what was done.

use base::{Private, language::Text};

use crate::{Alarm, DispatchState, Lane, Refusal, State, TEXT_CHARACTERS_MAX, What, refusal::required_text};

/// What an alarm turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Help was needed and given.
    Helped,
    /// Settled by talking.
    Talked,
    /// Nothing was wrong: pressed by mistake.
    Mistake,
    /// A test or an exercise.
    Test,
    /// A fault of the device.
    DeviceFault,
    /// Handed to 112 or health care.
    HandedOver,
    /// Nobody could be reached, and what was done about it stands in the text.
    NotReached,
}

impl Outcome {
    /// All outcomes, the commonest first.
    pub const ALL: [Outcome; 7] = [
        Outcome::Helped,
        Outcome::Talked,
        Outcome::Mistake,
        Outcome::HandedOver,
        Outcome::DeviceFault,
        Outcome::Test,
        Outcome::NotReached,
    ];

    /// The name in forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Helped => "helped",
            Outcome::Talked => "talked",
            Outcome::Mistake => "mistake",
            Outcome::Test => "test",
            Outcome::DeviceFault => "device_fault",
            Outcome::HandedOver => "handed_over",
            Outcome::NotReached => "not_reached",
        }
    }

    /// Reads [`Outcome::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Outcome::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// The words on the page.
    pub const fn text(self) -> Text {
        match self {
            Outcome::Helped => Text::new("Hjälp på plats", "Helped on site"),
            Outcome::Talked => Text::new("Löst i samtal", "Settled by talking"),
            Outcome::Mistake => Text::new("Larm av misstag", "Pressed by mistake"),
            Outcome::Test => Text::new("Provlarm", "Test alarm"),
            Outcome::DeviceFault => Text::new("Fel på utrustning", "Device fault"),
            Outcome::HandedOver => {
                Text::new("Överlämnat till 112 eller vården", "Handed over to 112 or health care")
            }
            Outcome::NotReached => Text::new("Ingen kontakt", "Not reached"),
        }
    }
}

/// Something that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Helped up after a fall.
    HelpedUp,
    /// Personal care, such as a visit to the toilet.
    PersonalCare,
    /// Calmed and kept company.
    Company,
    /// Medicine or another health care task.
    HealthCareTask,
    /// Called a nurse.
    NurseCalled,
    /// Called 112.
    EmergencyCalled,
    /// Told someone close.
    KinTold,
    /// Mended, charged or changed the device.
    DeviceMended,
}

impl Measure {
    /// All measures.
    pub const ALL: [Measure; 8] = [
        Measure::HelpedUp,
        Measure::PersonalCare,
        Measure::Company,
        Measure::HealthCareTask,
        Measure::NurseCalled,
        Measure::EmergencyCalled,
        Measure::KinTold,
        Measure::DeviceMended,
    ];

    /// The name in forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Measure::HelpedUp => "helped_up",
            Measure::PersonalCare => "personal_care",
            Measure::Company => "company",
            Measure::HealthCareTask => "health_care_task",
            Measure::NurseCalled => "nurse_called",
            Measure::EmergencyCalled => "emergency_called",
            Measure::KinTold => "kin_told",
            Measure::DeviceMended => "device_mended",
        }
    }

    /// Reads [`Measure::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Measure::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// The words on the page.
    pub const fn text(self) -> Text {
        match self {
            Measure::HelpedUp => Text::new("Hjälp upp efter fall", "Helped up after a fall"),
            Measure::PersonalCare => Text::new("Personlig omvårdnad", "Personal care"),
            Measure::Company => Text::new("Lugnat och hållit sällskap", "Calmed and kept company"),
            Measure::HealthCareTask => {
                Text::new("Läkemedel eller HSL-insats", "Medicine or health care task")
            }
            Measure::NurseCalled => Text::new("Sjuksköterska kontaktad", "Nurse called"),
            Measure::EmergencyCalled => Text::new("112 larmat", "112 called"),
            Measure::KinTold => Text::new("Anhörig underrättad", "Relative told"),
            Measure::DeviceMended => Text::new("Utrustning åtgärdad", "Device mended"),
        }
    }
}

/// How an alarm was closed.
#[derive(Debug, Clone, PartialEq)]
pub struct Closing {
    /// What it turned out to be.
    pub outcome: Outcome,
    /// What was done.
    pub measures: Vec<Measure>,
    /// In words; may be empty where the outcome says it all.
    pub text: Private<String>,
}

/// Whoever takes a device away closes what was wrong with the device, and says why. A call for help stays open.
pub fn close_with_device(alarm: &Alarm, reason: &str) -> Result<What, Refusal> {
    if !alarm.is_open() || alarm.kind.lane() != Lane::Technical {
        return Err(Refusal::WrongState { verb: "close with its device", state: alarm.state });
    }
    let text = required_text("reason", reason)?;
    Ok(What::Closed(Closing { outcome: Outcome::DeviceFault, measures: Vec::new(), text }))
}

/// An operator closes an answered alarm. A responder who stands by the person reports first.
pub fn close(alarm: &Alarm, outcome: Outcome, measures: Vec<Measure>, text: &str) -> Result<What, Refusal> {
    match alarm.state {
        State::Waiting | State::Closed => {
            return Err(Refusal::WrongState { verb: "close", state: alarm.state });
        }
        State::Answered | State::Sent | State::OnSite => {}
    }
    let text = text.trim();
    let on_site = alarm.dispatches.iter().any(|dispatch| dispatch.state == DispatchState::OnSite);
    if text.is_empty() && on_site {
        return Err(Refusal::ReportMissing);
    }
    if text.is_empty() && outcome == Outcome::NotReached {
        return Err(Refusal::TextMissing { field: "text" });
    }
    let characters = text.chars().count();
    if characters > TEXT_CHARACTERS_MAX {
        return Err(Refusal::TextTooLong { field: "text", characters });
    }
    Ok(What::Closed(Closing { outcome, measures, text: Private::new(text.to_owned()) }))
}
