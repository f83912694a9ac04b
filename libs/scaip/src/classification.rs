//! What a message is, decided from message type, status and device type together.

use crate::codes::{DeviceType, StatusCode};
use crate::request::{MessageType, Request};

/// What a receiver does with a message. Only [`Class::Alarm`] makes a task for an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// A sign of life; updates supervision.
    Heartbeat,
    /// Reset of an earlier message; belongs to the open alarm.
    Reset,
    /// Information update; belongs to the open alarm, if any.
    Information,
    /// The person took it back; shown on the open alarm, no call.
    Cancel,
    /// Test transmission; gets a test receipt.
    Test,
    /// Event of the equipment; goes to the technical list.
    Technical,
    /// Everything else, including what cannot be classified.
    Alarm,
}

/// Statuses that a municipality or a device profile counts as technical events.
///
/// Status 10 (manual alarm) can never be made technical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TechnicalStatuses([u64; 2]);

impl TechnicalStatuses {
    /// No status at all.
    pub const NONE: Self = Self([0, 0]);

    /// 113 (mobile back) and 123 (radio test missing), which one observed receiver keeps from making a call.
    pub const OBSERVED: Self = Self::NONE.with(StatusCode::MOBILE_BACK).with(StatusCode::RADIO_TEST_MISSING);

    /// [`TechnicalStatuses::OBSERVED`] and all statuses about battery, mains, links, radio and maintenance.
    pub const EQUIPMENT: Self = Self::OBSERVED
        .with(StatusCode::BATTERY_FAILURE)
        .with(StatusCode::BATTERY_OK)
        .with(StatusCode::BATTERY_LOW)
        .with(StatusCode::IP_LOST)
        .with(StatusCode::MOBILE_LOST)
        .with(StatusCode::PSTN_LOST)
        .with(StatusCode::PRIMARY_LINK_LOST)
        .with(StatusCode::REDUNDANT_LINK_LOST)
        .with(StatusCode::MAINTENANCE)
        .with(StatusCode::MAINTENANCE_URGENT)
        .with(StatusCode::MALFUNCTION)
        .with(StatusCode::MAINS_FAILURE)
        .with(StatusCode::MAINS_RESTORED)
        .with(StatusCode::IP_BACK)
        .with(StatusCode::PSTN_BACK)
        .with(StatusCode::PRIMARY_LINK_BACK)
        .with(StatusCode::REDUNDANT_LINK_BACK)
        .with(StatusCode::RADIO_TEST_BACK);

    /// Adds a status; codes of 128 and above and the manual alarm are ignored.
    #[must_use]
    pub const fn with(self, status: StatusCode) -> Self {
        let Self([low, high]) = self;
        match status.0 {
            10 => self,
            code @ 0..64 => Self([low | 1 << code, high]),
            code @ 64..128 => Self([low, high | 1 << (code - 64)]),
            _ => self,
        }
    }

    /// Whether the status is in the set.
    #[must_use]
    pub const fn contains(self, status: StatusCode) -> bool {
        let Self([low, high]) = self;
        match status.0 {
            code @ 0..64 => low >> code & 1 == 1,
            code @ 64..128 => high >> (code - 64) & 1 == 1,
            _ => false,
        }
    }
}

impl Default for TechnicalStatuses {
    fn default() -> Self {
        Self::OBSERVED
    }
}

/// Classifies a request. A doubtful or unknown message type is an alarm, and so is a message with a doubtful status.
/// What says clearly that it is a sign of life, a reset or information is that, whatever its status.
#[must_use]
pub fn classify(request: &Request, technical: TechnicalStatuses) -> Class {
    if request.is_doubtful("mty") {
        return Class::Alarm;
    }
    match request.message_type() {
        MessageType::Heartbeat => Class::Heartbeat,
        MessageType::Reset => Class::Reset,
        MessageType::Information => Class::Information,
        MessageType::Other => Class::Alarm,
        MessageType::Message if request.is_doubtful("stc") => Class::Alarm,
        MessageType::Message => match request.status() {
            StatusCode::CANCEL => Class::Cancel,
            StatusCode::TEST_PRIMARY | StatusCode::TEST_REDUNDANT => Class::Test,
            status if technical.contains(status) => Class::Technical,
            _ => Class::Alarm,
        },
    }
}

/// What the event is about, finer than [`Class`]: decides priority, wording and who is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it; the table in `kind` says which codes give them")]
pub enum Kind {
    Smoke,
    Heat,
    CarbonMonoxide,
    Gas,
    FireSystem,
    Attack,
    Panic,
    Fall,
    ManDown,
    Epilepsy,
    Manual,
    Assistance,
    Flood,
    Bath,
    Intruder,
    Wandering,
    Door,
    Bed,
    Motion,
    Inactivity,
    Enuresis,
    Temperature,
    MedicineNotTaken,
    MedicineReminder,
    MedicineTaken,
    BatteryLow,
    BatteryFailure,
    BatteryOk,
    MainsLost,
    MainsRestored,
    LinkLost,
    LinkBack,
    RadioTestMissing,
    RadioTestBack,
    Fault,
    Tamper,
    Test,
    Other,
}

/// Finds the kind. What the equipment says about itself goes before what it guards: a smoke detector's low battery is no fire.
#[must_use]
pub fn kind(request: &Request) -> Kind {
    kind_of_status(request.status())
        .or_else(|| kind_of_device(request.device_type, request.status()))
        .unwrap_or(match request.status() {
            StatusCode::MANUAL_ALARM => Kind::Manual,
            StatusCode::TEMPERATURE_HIGH | StatusCode::TEMPERATURE_LOW => Kind::Temperature,
            StatusCode::MOVEMENT | StatusCode::PRESENCE_AFTER_ALARM => Kind::Motion,
            StatusCode::LYING_IN_BED => Kind::Bed,
            StatusCode::UNAUTHORISED_ACCESS => Kind::Intruder,
            _ => Kind::Other,
        })
}

fn kind_of_status(status: StatusCode) -> Option<Kind> {
    Some(match status {
        StatusCode::PILL_NOT_TAKEN => Kind::MedicineNotTaken,
        StatusCode::PILL_REMINDER => Kind::MedicineReminder,
        StatusCode::PILL_TAKEN => Kind::MedicineTaken,
        StatusCode::BATTERY_LOW => Kind::BatteryLow,
        StatusCode::BATTERY_FAILURE => Kind::BatteryFailure,
        StatusCode::BATTERY_OK => Kind::BatteryOk,
        StatusCode::MAINS_FAILURE => Kind::MainsLost,
        StatusCode::MAINS_RESTORED => Kind::MainsRestored,
        StatusCode(23..=27) => Kind::LinkLost,
        StatusCode(112..=116) => Kind::LinkBack,
        StatusCode::RADIO_TEST_MISSING => Kind::RadioTestMissing,
        StatusCode::RADIO_TEST_BACK => Kind::RadioTestBack,
        StatusCode::MAINTENANCE | StatusCode::MAINTENANCE_URGENT | StatusCode::MALFUNCTION => Kind::Fault,
        StatusCode::TAMPER => Kind::Tamper,
        StatusCode::ASSISTANCE => Kind::Assistance,
        StatusCode::TEST_PRIMARY | StatusCode::TEST_REDUNDANT => Kind::Test,
        _ => return None,
    })
}

fn kind_of_device(device: DeviceType, status: StatusCode) -> Option<Kind> {
    Some(match device {
        DeviceType::SMOKE => Kind::Smoke,
        DeviceType::HEAT => Kind::Heat,
        DeviceType::CARBON_MONOXIDE => Kind::CarbonMonoxide,
        DeviceType::GAS => Kind::Gas,
        DeviceType::FIRE_SYSTEM | DeviceType::SPRINKLER => Kind::FireSystem,
        DeviceType::PERSONAL_ATTACK => Kind::Attack,
        DeviceType::PANIC => Kind::Panic,
        DeviceType::FALL => Kind::Fall,
        DeviceType::MAN_DOWN => Kind::ManDown,
        DeviceType::EPILEPSY => Kind::Epilepsy,
        DeviceType::FLOOD => Kind::Flood,
        DeviceType::BATH => Kind::Bath,
        DeviceType::INTRUDER | DeviceType::BOGUS_CALLER | DeviceType::PERIMETER => Kind::Intruder,
        DeviceType::WANDERING | DeviceType::BOUNDARY => Kind::Wandering,
        DeviceType::DOOR_SENSOR | DeviceType::ACCESS_CONTROLLER => Kind::Door,
        DeviceType::BED | DeviceType::MAT | DeviceType::CHAIR => Kind::Bed,
        // An activity monitor raises its alarm when activity stays away; movement is told by its own status.
        DeviceType::ACTIVITY if status == StatusCode::MOVEMENT => Kind::Motion,
        DeviceType::ACTIVITY => Kind::Inactivity,
        DeviceType::OCCUPANCY => Kind::Motion,
        DeviceType::ENURESIS => Kind::Enuresis,
        DeviceType::TAMPER => Kind::Tamper,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn check(fields: &str, class: Class, expected: Kind) {
        let xml = format!("<mrq><ref>1</ref><cid>2</cid>{fields}</mrq>");
        let request = Request::parse(xml.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(
            (classify(&request, TechnicalStatuses::OBSERVED), kind(&request)),
            (class, expected),
            "{fields}"
        );
    }

    #[test]
    fn classifies_by_the_table() {
        check("<dty>3</dty><mty>PI</mty><stc>10</stc>", Class::Heartbeat, Kind::Manual);
        check("<dty>3</dty><mty>RE</mty>", Class::Reset, Kind::Manual);
        check("<dty>3</dty><mty>IN</mty>", Class::Information, Kind::Manual);
        check("<dty>3</dty><stc>19</stc>", Class::Cancel, Kind::Other);
        check("<dty>3</dty><mty>ME</mty><stc>102</stc>", Class::Test, Kind::Test);
        check("<dty>3</dty><stc>0103</stc>", Class::Test, Kind::Test);
        check("<dty>3</dty><stc>113</stc>", Class::Technical, Kind::LinkBack);
        check("<dty>3</dty><stc>123</stc>", Class::Technical, Kind::RadioTestMissing);
        check("<dty>3</dty>", Class::Alarm, Kind::Manual);
        check("<dty>9999</dty><stc>9999</stc>", Class::Alarm, Kind::Other);
    }

    #[test]
    fn doubt_is_an_alarm() {
        check("<dty>3</dty><mty>XX</mty><stc>102</stc>", Class::Alarm, Kind::Test);
        check("<dty>3</dty><mty>PI</mty><mty>ME</mty>", Class::Alarm, Kind::Manual);
        check("<dty>3</dty><stc>102</stc><stc>10</stc>", Class::Alarm, Kind::Test);
        check("<dty>3</dty><stc>test</stc>", Class::Alarm, Kind::Manual);
        check("<dty>3</dty><mty>pi</mty>", Class::Heartbeat, Kind::Manual);
    }

    #[test]
    fn finds_the_kind() {
        check("<dty>23</dty><stc>9</stc>", Class::Alarm, Kind::Smoke);
        check("<dty>23</dty><stc>16</stc>", Class::Alarm, Kind::BatteryLow);
        check("<dty>5</dty>", Class::Alarm, Kind::Fall);
        check("<dty>0011</dty><stc>81</stc>", Class::Alarm, Kind::MedicineNotTaken);
        check("<dty>14</dty><stc>77</stc>", Class::Alarm, Kind::Door);
        check("<dty>10</dty><stc>9</stc>", Class::Alarm, Kind::Inactivity);
        check("<dty>2</dty><stc>0085</stc>", Class::Alarm, Kind::MainsLost);
        check("<dty>2</dty><stc>27</stc>", Class::Alarm, Kind::LinkLost);
    }

    #[test]
    fn a_manual_alarm_cannot_be_made_technical() {
        let set = TechnicalStatuses::NONE.with(StatusCode::MANUAL_ALARM).with(StatusCode(500));
        assert_eq!(set, TechnicalStatuses::NONE);
        assert!(TechnicalStatuses::EQUIPMENT.contains(StatusCode::BATTERY_LOW));
        assert!(!TechnicalStatuses::OBSERVED.contains(StatusCode::BATTERY_LOW));
    }
}
