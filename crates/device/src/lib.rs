//! Devices, locks and their profiles: what a device said, whether it is alive, and where it is in its life.
//!
//! Pure: drivers turn bytes into a [`Report`]; supervision turns last contacts into silences and outages.
//!
//! Invariants:
//! - an unknown code is an alarm with its number, never an error (see [`report`]);
//! - the supervision interval belongs to the device's model, not to the system;
//! - the receiver's clock decides; a device's own clock is only recorded.

pub mod drivers;
pub mod life_cycle;
pub mod profile;
pub mod replacement;
pub mod report;
pub mod supervision;
pub mod transport;

pub use life_cycle::{Stage, StageError};
pub use profile::{Authentication, Profile, ReplyStyle};
pub use report::{Report, Signal};

use base::{AreaId, DeviceId, ModelId, PersonId, Position, ProfileId, Timestamp};

/// The longest serial number, controller id or room name, in characters.
pub const NAME_CHARACTERS_MAX: usize = 64;

/// What a device is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// A social alarm unit at home.
    SocialAlarm,
    /// A social alarm that works outdoors.
    MobileAlarm,
    /// A sensor: door, bed, motion, smoke, temperature.
    Sensor,
    /// A camera for digital supervision.
    Camera,
    /// A medicine dispenser.
    Dispenser,
    /// A digital lock.
    Lock,
}

impl Category {
    /// All categories.
    pub const ALL: [Category; 6] = [
        Category::SocialAlarm,
        Category::MobileAlarm,
        Category::Sensor,
        Category::Camera,
        Category::Dispenser,
        Category::Lock,
    ];

    /// The name in files and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Category::SocialAlarm => "social_alarm",
            Category::MobileAlarm => "mobile_alarm",
            Category::Sensor => "sensor",
            Category::Camera => "camera",
            Category::Dispenser => "dispenser",
            Category::Lock => "lock",
        }
    }

    /// Reads [`Category::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Category::ALL.into_iter().find(|category| category.name() == name)
    }

    /// The words on the page.
    pub const fn text(self) -> base::language::Text {
        use base::language::Text;
        match self {
            Category::SocialAlarm => Text::new("Trygghetslarm", "Social alarm"),
            Category::MobileAlarm => Text::new("Mobilt trygghetslarm", "Mobile social alarm"),
            Category::Sensor => Text::new("Sensor", "Sensor"),
            Category::Camera => Text::new("Kamera för digital tillsyn", "Camera for digital supervision"),
            Category::Dispenser => Text::new("Läkemedelsautomat", "Medicine dispenser"),
            Category::Lock => Text::new("Lås", "Lock"),
        }
    }
}

/// How a device reaches us. 2G is the backlog of the replacement view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Generation {
    /// Mobile network of the second generation.
    TwoG,
    /// Mobile network of the third generation.
    ThreeG,
    /// Mobile network of the fourth generation.
    FourG,
    /// Fixed internet.
    Ip,
}

impl Generation {
    /// All generations, the oldest first.
    pub const ALL: [Generation; 4] =
        [Generation::TwoG, Generation::ThreeG, Generation::FourG, Generation::Ip];

    /// The name in files, the database and on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Generation::TwoG => "2G",
            Generation::ThreeG => "3G",
            Generation::FourG => "4G",
            Generation::Ip => "IP",
        }
    }

    /// Reads [`Generation::name`], in either case.
    pub fn from_name(name: &str) -> Option<Self> {
        Generation::ALL.into_iter().find(|generation| generation.name().eq_ignore_ascii_case(name.trim()))
    }
}

/// A device model with the defaults that its devices share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Which model.
    pub id: ModelId,
    /// Its name, such as `Exempel Hemma 4G`.
    pub name: String,
    /// What it is for.
    pub category: Category,
    /// Which driver reads it: `scaip` or `zigbee2mqtt`.
    pub driver: String,
    /// How it reaches us.
    pub generation: Generation,
    /// How often it should be heard of, in seconds; entered by the administrator, 0 for never supervised.
    pub contact_seconds: u32,
    /// How often it should prove a test alarm, in days; 0 for never.
    pub test_days: u32,
    /// How it wants to be answered.
    pub profile: ProfileId,
}

/// A device, wherever it is in its life.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// Which device.
    pub id: DeviceId,
    /// Its model.
    pub model: ModelId,
    /// The serial number on its label.
    pub serial: String,
    /// What it calls itself on the wire: SCAIP `cid`, or the MQTT topic's name.
    pub controller_id: String,
    /// Accessories, as words: pendant, smoke detector.
    pub accessories: String,
    /// The mobile operator of its SIM card, for telling outages apart.
    pub network_operator: String,
    /// Where it is in its life.
    pub stage: Stage,
    /// Whom it helps.
    pub person: Option<PersonId>,
    /// The area it stands in, when it belongs to no person.
    pub area: Option<AreaId>,
    /// The room it stands in.
    pub room: String,
    /// Where it stands, when that is not the person's address.
    pub position: Option<Position>,
    /// How alive it is.
    pub contact: Contact,
}

/// What was last heard of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contact {
    /// The last message of any kind.
    pub last_contact_at: Option<Timestamp>,
    /// The last test alarm that was stored.
    pub last_test_at: Option<Timestamp>,
    /// When it was declared silent; `None` while it is heard.
    pub silent_since: Option<Timestamp>,
    /// When its battery was reported low, until it is reported good.
    pub battery_low_since: Option<Timestamp>,
    /// When mains power was lost, until it is back.
    pub mains_lost_since: Option<Timestamp>,
}
