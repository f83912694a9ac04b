//! Who may use which road, and how fast.
//!
//! A [`Profile`] is a mode of travel and its speeds. The figures are named constants; a municipality that
//! has measured its own sets them in the profile. Signed limits (`maxspeed`) win over the figures here.

mod access;
mod speed;

pub(crate) use access::{Crossing, passage_over};

use crate::pbf::Tags;

/// How a person travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// By car.
    Car,
    /// By bicycle.
    Bicycle,
    /// On foot.
    Foot,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Car, Self::Bicycle, Self::Foot];

    /// The mode's name: `car`, `bicycle` or `foot`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Car => "car",
            Self::Bicycle => "bicycle",
            Self::Foot => "foot",
        }
    }
}

/// Kinds of road, from `highway=*` (and `route=ferry`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of OpenStreetMap's highway tag, explained in its wiki")]
pub enum RoadClass {
    Motorway,
    MotorwayLink,
    Trunk,
    TrunkLink,
    Primary,
    PrimaryLink,
    Secondary,
    SecondaryLink,
    Tertiary,
    TertiaryLink,
    Unclassified,
    Residential,
    LivingStreet,
    Service,
    Track,
    Pedestrian,
    Cycleway,
    Footway,
    Path,
    Bridleway,
    Steps,
    Ferry,
}

impl RoadClass {
    /// Number of classes.
    pub const COUNT: usize = 22;

    /// Every class, in the order of the speed tables.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Motorway,
        Self::MotorwayLink,
        Self::Trunk,
        Self::TrunkLink,
        Self::Primary,
        Self::PrimaryLink,
        Self::Secondary,
        Self::SecondaryLink,
        Self::Tertiary,
        Self::TertiaryLink,
        Self::Unclassified,
        Self::Residential,
        Self::LivingStreet,
        Self::Service,
        Self::Track,
        Self::Pedestrian,
        Self::Cycleway,
        Self::Footway,
        Self::Path,
        Self::Bridleway,
        Self::Steps,
        Self::Ferry,
    ];

    /// The class of a way, `None` if it is no road in use.
    pub(crate) fn of(tags: Tags<'_>) -> Option<Self> {
        let Some(highway) = tags.get("highway") else {
            return tags.is("route", "ferry").then_some(Self::Ferry);
        };
        // A road whose class nobody has found out yet.
        if highway == "road" {
            return Some(Self::Unclassified);
        }
        Self::ALL.into_iter().find(|class| *class != Self::Ferry && class.tag() == highway)
    }

    /// The class as OpenStreetMap writes it, such as `living_street`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Motorway => "motorway",
            Self::MotorwayLink => "motorway_link",
            Self::Trunk => "trunk",
            Self::TrunkLink => "trunk_link",
            Self::Primary => "primary",
            Self::PrimaryLink => "primary_link",
            Self::Secondary => "secondary",
            Self::SecondaryLink => "secondary_link",
            Self::Tertiary => "tertiary",
            Self::TertiaryLink => "tertiary_link",
            Self::Unclassified => "unclassified",
            Self::Residential => "residential",
            Self::LivingStreet => "living_street",
            Self::Service => "service",
            Self::Track => "track",
            Self::Pedestrian => "pedestrian",
            Self::Cycleway => "cycleway",
            Self::Footway => "footway",
            Self::Path => "path",
            Self::Bridleway => "bridleway",
            Self::Steps => "steps",
            Self::Ferry => "ferry",
        }
    }

    /// The class's place in [`RoadClass::ALL`] and in the speed tables.
    pub fn index(self) -> usize {
        self as usize
    }
}

/// Limits by road class for a car where no limit is signed, in km/h, in the order of [`RoadClass::ALL`].
///
/// Swedish: 50 within and 70 outside a densely built-up area, 110 on motorways, walking pace in a pedestrian
/// street (Trafikförordningen 1998:1276, 3 kap. 17 § and 8 kap. 1 §); 30 where most municipalities have
/// lowered their housing streets. Zero: closed unless the way is opened by its own tags.
pub const CAR_LIMIT_KMH: [u16; RoadClass::COUNT] =
    [110, 60, 90, 60, 70, 50, 70, 50, 50, 50, 50, 30, 7, 20, 15, 7, 0, 0, 0, 0, 0, 20];

/// Share of a limit that a car keeps on average over bends, crossings and queues.
pub const CAR_LIMIT_SHARE: f64 = 0.8;

/// Speed of a bicycle on roads and cycleways, in km/h; an everyday rider, not a sportsman.
pub const BICYCLE_KMH: u16 = 16;

/// Speed on foot, in km/h.
pub const FOOT_KMH: u16 = 5;

const BICYCLE_CLASSES_KMH: [u16; RoadClass::COUNT] = [
    0,
    0,
    BICYCLE_KMH,
    BICYCLE_KMH,
    BICYCLE_KMH,
    BICYCLE_KMH,
    BICYCLE_KMH,
    BICYCLE_KMH,
    BICYCLE_KMH,
    BICYCLE_KMH,
    BICYCLE_KMH,
    BICYCLE_KMH,
    10,
    12,
    10,
    8,
    BICYCLE_KMH,
    0,
    10,
    0,
    0,
    20,
];

const FOOT_CLASSES_KMH: [u16; RoadClass::COUNT] = [
    0, 0, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH,
    FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, FOOT_KMH, 3, 20,
];

/// Share of a car's speed that is kept on a road marked private or for those who have business there.
///
/// Staff may drive up to the person they visit, but such a road must not draw traffic through.
pub const PRIVATE_SPEED_SHARE: f64 = 0.5;

/// Speed in km/h where a bicycle must be pushed.
pub const PUSHED_BICYCLE_KMH: u16 = 4;

/// A mode of travel and its speeds: all that decides the graph made from a map.
///
/// ```
/// use roads::profile::{Mode, Profile, RoadClass};
/// let mut profile = Profile::standard(Mode::Car);
/// profile.class_kmh[RoadClass::Residential.index()] = 40;
/// assert_ne!(profile, Profile::standard(Mode::Car));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// How the person travels.
    pub mode: Mode,
    /// Limit (car) or speed (others) by road class where none is signed, in km/h; 0 closes the class.
    pub class_kmh: [u16; RoadClass::COUNT],
    /// Share of a limit kept on average; the others' speeds are taken as they stand.
    pub limit_share: f64,
    /// Share of the speed kept on private roads.
    pub private_speed_share: f64,
}

impl Profile {
    /// The figures of this module for a mode.
    pub fn standard(mode: Mode) -> Self {
        let (class_kmh, limit_share, private_speed_share) = match mode {
            Mode::Car => (CAR_LIMIT_KMH, CAR_LIMIT_SHARE, PRIVATE_SPEED_SHARE),
            Mode::Bicycle => (BICYCLE_CLASSES_KMH, 1.0, 1.0),
            Mode::Foot => (FOOT_CLASSES_KMH, 1.0, 1.0),
        };
        Self { mode, class_kmh, limit_share, private_speed_share }
    }

    /// The profile as bytes, so that a remembered graph made with other figures is told apart.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.mode.name().as_bytes().to_vec();
        bytes.extend(self.class_kmh.iter().flat_map(|kmh| kmh.to_le_bytes()));
        bytes.extend(self.limit_share.to_le_bytes());
        bytes.extend(self.private_speed_share.to_le_bytes());
        bytes
    }

    /// How a way may be used, `None` if not at all.
    pub(crate) fn passage(&self, tags: Tags<'_>) -> Option<Passage> {
        let class = RoadClass::of(tags)?;
        let access = access::of_way(self.mode, class, tags)?;
        let mut kmh = speed::kmh(self, class, tags, access);
        if access == access::Access::Private {
            kmh *= self.private_speed_share;
        }
        // Slower than a crawl is a mistake in the figures or the map, and would overflow the seconds.
        if kmh < KMH_MIN {
            return None;
        }
        let (forward, backward) = access::directions(self.mode, class, tags);
        Some(Passage { kmh: kmh.min(KMH_MAX), forward, backward })
    }
}

/// Lowest speed that opens a road, in km/h.
pub const KMH_MIN: f64 = 1.0;
/// Highest speed that is believed, in km/h.
pub const KMH_MAX: f64 = 140.0;

/// How a way may be used by one mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Passage {
    pub(crate) kmh: f64,
    pub(crate) forward: bool,
    pub(crate) backward: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags as `key=value key=value`, then `kmh` with an arrow, or `closed`.
    fn check(mode: Mode, tags: &str, expected: &str) {
        let pairs: Vec<_> = tags.split(' ').map(|pair| pair.split_once('=').unwrap()).collect();
        let passage = Profile::standard(mode).passage(Tags::new(&pairs));
        let text = match passage {
            None => "closed".to_owned(),
            Some(Passage { kmh, forward, backward }) => {
                let arrow = match (forward, backward) {
                    (true, true) => "<>",
                    (true, false) => ">",
                    (false, true) => "<",
                    (false, false) => "none",
                };
                format!("{kmh:.0} {arrow}")
            }
        };
        assert_eq!(text, expected, "{} {tags}", mode.name());
    }

    #[test]
    fn car() {
        let check = |tags, expected| check(Mode::Car, tags, expected);
        check("highway=residential", "24 <>");
        check("highway=residential maxspeed=50", "40 <>");
        check("highway=tertiary maxspeed=SE:rural", "56 <>");
        check("highway=tertiary maxspeed=30|mph", "39 <>");
        check("highway=tertiary maxspeed=25|mph", "32 <>");
        check("highway=tertiary maxspeed=signals", "40 <>");
        check("highway=motorway", "88 >");
        check("highway=motorway maxspeed=none", "88 >");
        check("highway=primary oneway=-1", "56 <");
        check("highway=primary oneway=yes", "56 >");
        check("highway=tertiary junction=roundabout", "40 >");
        check("highway=tertiary oneway=no junction=roundabout", "40 <>");
        check("highway=living_street", "6 <>");
        check("highway=footway", "closed");
        check("highway=footway motor_vehicle=yes", "4 <>");
        check("highway=pedestrian", "closed");
        check("highway=pedestrian motor_vehicle=destination", "3 <>");
        check("highway=residential access=no", "closed");
        check("highway=residential access=no motor_vehicle=yes", "24 <>");
        check("highway=residential vehicle=no", "closed");
        check("highway=service access=private", "8 <>");
        check("highway=service surface=gravel", "16 <>");
        check("highway=track", "12 <>");
        check("highway=track tracktype=grade5", "closed");
        check("highway=construction", "closed");
        check("highway=residential area=yes", "closed");
        check("route=ferry", "closed");
        check("route=ferry motor_vehicle=yes", "16 <>");
        check("highway=residential maxspeed=9999", "112 <>");
    }

    #[test]
    fn bicycle() {
        let check = |tags, expected| check(Mode::Bicycle, tags, expected);
        check("highway=residential maxspeed=50", "16 <>");
        check("highway=residential oneway=yes", "16 >");
        check("highway=residential oneway=yes oneway:bicycle=no", "16 <>");
        check("highway=residential oneway=yes cycleway=opposite", "16 <>");
        check("highway=cycleway oneway=yes", "16 >");
        check("highway=footway", "4 <>");
        check("highway=footway bicycle=yes", "10 <>");
        check("highway=footway bicycle=no", "closed");
        check("highway=motorway", "closed");
        check("highway=trunk motorroad=yes", "closed");
        check("highway=steps", "closed");
        check("highway=primary bicycle=no", "closed");
        check("route=ferry", "20 <>");
    }

    #[test]
    fn foot() {
        let check = |tags, expected| check(Mode::Foot, tags, expected);
        check("highway=residential oneway=yes", "5 <>");
        check("highway=motorway", "closed");
        check("highway=steps", "3 <>");
        check("highway=cycleway", "5 <>");
        check("highway=cycleway foot=no", "closed");
        check("highway=footway access=no foot=yes", "5 <>");
        check("highway=footway oneway:foot=yes", "5 >");
        check("highway=pedestrian area=yes", "5 <>");
        check("highway=trunk motorroad=yes", "closed");
        check("highway=path access=private", "5 <>");
    }

    #[test]
    fn tables_cover_all_classes() {
        for (position, class) in RoadClass::ALL.into_iter().enumerate() {
            assert_eq!(class.index(), position);
        }
    }
}
