//! What was said, as it looks on a wire.

use alarm::Kind;
use device::{Signal, report::Technical};
use scaip::{DeviceType, Request, StatusCode};
use serde_json::json;

use super::{Said, Sender, Words};
use crate::{Town, town::ZIGBEE_DRIVER};

impl Said {
    /// What the sender calls itself.
    pub fn controller_id<'a>(&'a self, town: &'a Town) -> &'a str {
        match &self.sender {
            Sender::Device(index) => town.devices.get(*index).map_or("", |one| &one.device.controller_id),
            Sender::Stranger(name) => name,
        }
    }

    /// The reference on the wire.
    pub fn reference(&self) -> String {
        format!("{:08X}", self.number)
    }

    /// What the message means, for those who compare.
    pub fn signal(&self) -> Signal {
        match self.words {
            Words::Heartbeat => Signal::Heartbeat,
            Words::Test => Signal::Test,
            Words::Call(kind) => Signal::Alarm(kind),
            Words::Broken => Signal::Alarm(Kind::Unknown),
            Words::Withdrawal => Signal::Reset,
            Words::Information => Signal::Information,
            Words::Technical(technical) => Signal::Technical(technical),
            Words::DoseTaken => Signal::DoseTaken,
            Words::Ordinary => Signal::Ordinary,
        }
    }

    /// Whether the sender speaks zigbee2mqtt's JSON instead of SCAIP.
    pub fn is_zigbee(&self, town: &Town) -> bool {
        let Sender::Device(index) = self.sender else { return false };
        let model = town.devices.get(index).and_then(|one| town.model(&one.device));
        model.is_some_and(|model| model.driver == ZIGBEE_DRIVER)
    }

    /// The SCAIP request; `None` for a sensor that speaks JSON.
    pub fn scaip_request(&self, town: &Town) -> Option<Request> {
        if self.is_zigbee(town) {
            return None;
        }
        let (device_type, status) = match self.words {
            Words::Heartbeat | Words::Ordinary => (DeviceType::LOCAL_UNIT_AND_CONTROLLER, None),
            Words::Test => (DeviceType::LOCAL_UNIT_AND_CONTROLLER, Some(StatusCode::TEST_PRIMARY)),
            Words::Call(kind) => call(kind),
            Words::Broken => (DeviceType::PERSONAL_TRIGGER, Some(StatusCode::MANUAL_ALARM)),
            Words::Withdrawal => (DeviceType::PERSONAL_TRIGGER, Some(StatusCode::MANUAL_RESET)),
            Words::Information => (DeviceType::TRACKING, None),
            Words::Technical(technical) => (DeviceType::LOCAL_UNIT_AND_CONTROLLER, Some(trouble(technical))),
            Words::DoseTaken => (DeviceType::PILL_DISPENSER, Some(StatusCode::PILL_TAKEN)),
        };
        let mut request = Request::new(&self.reference(), self.controller_id(town), device_type);
        request.status = status;
        request.message_type = Some(match self.words {
            Words::Heartbeat | Words::Ordinary => scaip::MessageType::Heartbeat,
            Words::Withdrawal => scaip::MessageType::Reset,
            Words::Information => scaip::MessageType::Information,
            _ => scaip::MessageType::Message,
        });
        Some(request)
    }

    /// The bytes of the body: SCAIP, or JSON for a sensor; a broken message ends in the middle.
    pub fn bytes(&self, town: &Town) -> Vec<u8> {
        let Some(request) = self.scaip_request(town) else { return self.zigbee_json().into_bytes() };
        let mut bytes = request.to_xml().into_bytes();
        if self.words == Words::Broken {
            bytes.truncate(bytes.len() * 2 / 3);
        }
        bytes
    }

    /// zigbee2mqtt's state of a door or bed sensor, with the time of the message as its `last_seen` option gives it.
    fn zigbee_json(&self) -> String {
        let alarm = matches!(self.words, Words::Call(_));
        json!({
            "battery": 81,
            "contact": !alarm,
            "occupancy": !alarm,
            "linkquality": 60 + self.number % 120,
            "last_seen": self.at.to_string(),
        })
        .to_string()
    }
}

fn call(kind: Kind) -> (DeviceType, Option<StatusCode>) {
    let manual = Some(StatusCode::MANUAL_ALARM);
    match kind {
        Kind::Fire => (DeviceType::SMOKE, Some(StatusCode::AUTOMATIC_ALARM)),
        Kind::Attack => (DeviceType::PERSONAL_ATTACK, manual),
        Kind::Fall => (DeviceType::FALL, Some(StatusCode::AUTOMATIC_ALARM)),
        Kind::Wandering => (DeviceType::WANDERING, Some(StatusCode::AUTOMATIC_ALARM)),
        Kind::Inactivity => (DeviceType::ACTIVITY, Some(StatusCode::AUTOMATIC_ALARM)),
        Kind::Medicine => (DeviceType::PILL_DISPENSER, Some(StatusCode::PILL_NOT_TAKEN)),
        Kind::Environment => (DeviceType::FLOOD, Some(StatusCode::AUTOMATIC_ALARM)),
        Kind::Manual | Kind::Unknown | Kind::Technical => (DeviceType::PERSONAL_TRIGGER, manual),
    }
}

fn trouble(technical: Technical) -> StatusCode {
    match technical {
        Technical::BatteryLow => StatusCode::BATTERY_LOW,
        Technical::BatteryOk => StatusCode::BATTERY_OK,
        Technical::MainsLost => StatusCode::MAINS_FAILURE,
        Technical::MainsBack => StatusCode::MAINS_RESTORED,
        Technical::LinkLost => StatusCode::IP_LOST,
        Technical::LinkBack => StatusCode::IP_BACK,
        Technical::Tamper => StatusCode::TAMPER,
        Technical::Other => StatusCode::MALFUNCTION,
    }
}
