//! What a device's message does to alarms: a first one, a repeat, a withdrawal, more to tell.

use base::{AlarmId, AreaId, DeviceId, MessageId, PersonId, Timestamp};

use crate::{Actor, Alarm, Event, Kind, State, What, ladder::Climb};

/// The first message: a new alarm that waits.
pub fn receive(
    id: AlarmId,
    message: MessageId,
    kind: Kind,
    (device, person, area): (Option<DeviceId>, Option<PersonId>, Option<AreaId>),
    climb: Climb,
    now: Timestamp,
) -> (Alarm, Event) {
    let mut alarm = Alarm {
        id,
        device,
        person,
        area,
        kind,
        state: State::Waiting,
        received_at: now,
        repeats: 0,
        last_message_at: now,
        withdrawn_at: None,
        answered_at: None,
        answered_by: None,
        attended_at: None,
        arrived_at: None,
        closed: None,
        dispatches: Vec::new(),
        climb,
        version: 0,
    };
    let event = Event { at: now, actor: Actor::Device, what: What::Received { message, kind } };
    alarm.apply(&event);
    (alarm, event)
}

/// Another message while the alarm is open: counted on it, and it may raise the kind.
pub fn repeat(message: MessageId, kind: Kind) -> What {
    What::Repeated { message, kind }
}

/// The device takes the alarm back. The alarm stays open: a person may have been made to press.
pub fn withdraw(message: MessageId) -> What {
    What::Withdrawn { message }
}

/// The device tells more about an open alarm.
pub fn inform(message: MessageId) -> What {
    What::Informed { message }
}
