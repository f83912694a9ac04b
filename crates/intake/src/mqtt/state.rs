//! What is remembered between messages: the states of sensors, recent messages, and who could not log in.
//!
//! All of it is safe to lose: then something is told to an operator once more.

use std::{
    collections::{HashMap, VecDeque, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use device::drivers::zigbee2mqtt::{Reading, State};
use mqtt::Publish;

use super::{LOGIN_TROUBLE_SECONDS, RECENT_MAX, SENT_AGAIN_SECONDS_MAX};

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The states of registered sensors by controller id.
#[derive(Debug, Default)]
pub(crate) struct States(Mutex<HashMap<String, Known>>);

#[derive(Debug, Default)]
struct Known {
    state: State,
    /// How many messages are being stored just now.
    storing: usize,
}

impl States {
    /// Reads a message in the light of the one before it, and counts it as being stored if it must be.
    pub(crate) fn read(&self, controller_id: &str, read: impl FnOnce(State) -> Reading) -> Reading {
        let mut known = locked(&self.0);
        let known = known.entry(controller_id.to_owned()).or_default();
        // While an earlier message is not surely on disk, nothing may be left out because it said so already.
        let before = if known.storing > 0 { State::default() } else { known.state };
        let reading = read(before);
        known.state = reading.state;
        if reading.reports.iter().any(|report| report.signal.is_stored()) {
            known.storing += 1;
        }
        reading
    }

    /// A message is on disk, or could not be stored: then the sensor's next one is read as if it were the first.
    pub(crate) fn stored(&self, controller_id: &str, success: bool) {
        let mut all = locked(&self.0);
        let Some(known) = all.get_mut(controller_id) else { return };
        known.storing = known.storing.saturating_sub(1);
        if !success {
            known.state = State::default();
        }
    }
}

/// Recent messages, so that one that is sent again is known again.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    references: HashMap<u64, (Instant, String)>,
    order: VecDeque<u64>,
}

impl Recent {
    /// The reference of a message: that of its first sending, or a fresh one.
    pub(crate) fn reference(&self, client: &str, publish: &Publish, now: Instant, fresh: String) -> String {
        if publish.id == 0 {
            return fresh;
        }
        let mut hasher = DefaultHasher::new();
        (client, publish.id, &publish.topic, &publish.payload).hash(&mut hasher);
        let key = hasher.finish();
        let mut recent = locked(&self.0);
        let Remembered { references, order } = &mut *recent;
        let window = Duration::from_secs(SENT_AGAIN_SECONDS_MAX);
        if publish.duplicate
            && let Some((at, reference)) = references.get(&key)
            && now.duration_since(*at) <= window
        {
            return reference.clone();
        }
        if references.insert(key, (now, fresh.clone())).is_none() {
            order.push_back(key);
        }
        if order.len() > RECENT_MAX
            && let Some(oldest) = order.pop_front()
        {
            references.remove(&oldest);
        }
        fresh
    }
}

/// Devices that could not log in, with when an operator was told.
#[derive(Debug, Default)]
pub(crate) struct LoginTroubles(Mutex<HashMap<String, Instant>>);

impl LoginTroubles {
    /// Whether an operator is to be told of this registered device now.
    pub(crate) fn is_news(&self, controller_id: &str, now: Instant) -> bool {
        let mut told = locked(&self.0);
        let pause = Duration::from_secs(LOGIN_TROUBLE_SECONDS);
        if told.get(controller_id).is_some_and(|at| now.duration_since(*at) < pause) {
            return false;
        }
        told.insert(controller_id.to_owned(), now);
        true
    }

    /// It could be told to nobody, or the device has logged in since.
    pub(crate) fn forget(&self, controller_id: &str) {
        locked(&self.0).remove(controller_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::drivers::zigbee2mqtt::{Field, Watch, read};
    use mqtt::Quality;

    fn opened(states: &States) -> usize {
        let fields = [("contact".to_owned(), Field::Boolean(false))];
        let reading = states.read("door", |before| read("door", "r", &fields, &Watch::default(), before));
        reading.reports.iter().filter(|report| report.signal.is_stored()).count()
    }

    #[test]
    fn nothing_is_left_out_until_it_is_surely_on_disk() {
        let states = States::default();
        assert_eq!(opened(&states), 1);
        assert_eq!(opened(&states), 1, "the first is still being stored");
        states.stored("door", true);
        states.stored("door", true);
        assert_eq!(opened(&states), 0);
        let failed = States::default();
        assert_eq!(opened(&failed), 1);
        failed.stored("door", false);
        assert_eq!(opened(&failed), 1);
    }

    #[test]
    fn only_a_message_marked_as_sent_again_keeps_its_reference() {
        let (recent, now) = (Recent::default(), Instant::now());
        let publish = |duplicate| Publish {
            topic: "t".to_owned(),
            payload: b"p".to_vec(),
            quality: Quality::AtLeastOnce,
            duplicate,
            retain: false,
            id: 1,
        };
        let reference =
            |duplicate, at, fresh: &str| recent.reference("c", &publish(duplicate), at, fresh.to_owned());
        assert_eq!(reference(false, now, "1"), "1");
        assert_eq!(reference(true, now, "2"), "1");
        assert_eq!(reference(false, now, "3"), "3", "a second press with the same number is a second press");
        assert_eq!(reference(true, now, "4"), "3");
        assert_eq!(reference(true, now + Duration::from_secs(SENT_AGAIN_SECONDS_MAX + 1), "5"), "5");
        for number in 0..2 * RECENT_MAX {
            recent.reference(&number.to_string(), &publish(false), now, String::new());
        }
        assert!(locked(&recent.0).references.len() <= RECENT_MAX);
    }

    #[test]
    fn a_device_that_cannot_log_in_is_told_of_once_an_hour() {
        let (troubles, now) = (LoginTroubles::default(), Instant::now());
        assert!(troubles.is_news("1", now) && !troubles.is_news("1", now) && troubles.is_news("2", now));
        assert!(troubles.is_news("1", now + Duration::from_secs(LOGIN_TROUBLE_SECONDS)));
    }
}
