//! What an alarm is about, and how grave that is.

use base::language::Text;

/// What an alarm is about. The order is the order of gravity, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Smoke, heat, carbon monoxide, gas.
    Fire,
    /// Personal attack or panic.
    Attack,
    /// A fall, by sensor.
    Fall,
    /// The person pressed the button.
    Manual,
    /// A message that could not be read, or from a sender nobody knows: it may be anyone in need.
    Unknown,
    /// Someone left, or a door stands open, who should not be out alone.
    Wandering,
    /// No sign of life where one was expected, or a long stay out of bed.
    Inactivity,
    /// Water, bath, cold: the home itself is in danger.
    Environment,
    /// A dose not taken.
    Medicine,
    /// Battery, mains, link, tamper: the device needs help, not the person.
    Technical,
}

/// Which queue an alarm stands in: a technical alarm never hides a call for help from the same device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// A person may need help.
    Help,
    /// A device needs help.
    Technical,
}

impl Lane {
    /// Both lanes.
    pub const ALL: [Lane; 2] = [Lane::Help, Lane::Technical];

    /// The name in keys and towards other systems.
    pub const fn name(self) -> &'static str {
        match self {
            Lane::Help => "help",
            Lane::Technical => "technical",
        }
    }

    /// Reads [`Lane::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Lane::ALL.into_iter().find(|lane| lane.name() == name)
    }
}

impl Kind {
    /// All kinds, gravest first.
    pub const ALL: [Kind; 10] = [
        Kind::Fire,
        Kind::Attack,
        Kind::Fall,
        Kind::Manual,
        Kind::Unknown,
        Kind::Wandering,
        Kind::Inactivity,
        Kind::Environment,
        Kind::Medicine,
        Kind::Technical,
    ];

    /// 0 for the gravest.
    pub const fn rank(self) -> u32 {
        self as u32
    }

    /// The name in settings, URLs and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Fire => "fire",
            Kind::Attack => "attack",
            Kind::Fall => "fall",
            Kind::Manual => "manual",
            Kind::Unknown => "unknown",
            Kind::Wandering => "wandering",
            Kind::Inactivity => "inactivity",
            Kind::Environment => "environment",
            Kind::Medicine => "medicine",
            Kind::Technical => "technical",
        }
    }

    /// Reads [`Kind::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The word on the page.
    pub const fn text(self) -> Text {
        match self {
            Kind::Fire => Text::new("Brand", "Fire"),
            Kind::Attack => Text::new("Överfall", "Attack"),
            Kind::Fall => Text::new("Fall", "Fall"),
            Kind::Manual => Text::new("Trygghetslarm", "Social alarm"),
            Kind::Unknown => Text::new("Okänd avsändare", "Unknown sender"),
            Kind::Wandering => Text::new("Dörr eller vandring", "Door or wandering"),
            Kind::Inactivity => Text::new("Inaktivitet", "Inactivity"),
            Kind::Environment => Text::new("Vatten eller bostad", "Water or home"),
            Kind::Medicine => Text::new("Medicin", "Medicine"),
            Kind::Technical => Text::new("Tekniskt", "Technical"),
        }
    }

    /// Which queue it stands in.
    pub const fn lane(self) -> Lane {
        match self {
            Kind::Technical => Lane::Technical,
            _ => Lane::Help,
        }
    }
}
