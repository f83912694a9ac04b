//! What reception remembers of devices, profiles, ladders and teams, so that an alarm needs no look-up.
//!
//! The memory carries the register's version; every batch checks the version as it writes, so that a change on any node
//! is seen by the very next batch on every node.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use ::alarm::{Ladder, ladder::Rung, team::Team};
use ::device::{Category, Profile};
use base::{AreaId, DeviceId, PersonId, ProfileId, Timestamp};
use store::{StoreError, Transaction, device::Secrets};

/// The version of a picture that was recalled and not read: the database's own is never this one.
const RECALLED: i64 = -1;

/// A device as reception knows it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which device.
    pub device: DeviceId,
    /// Whom it helps.
    pub person: Option<PersonId>,
    /// The area it stands in.
    pub area: Option<AreaId>,
    /// Whether it is out at someone's home.
    pub installed: bool,
    /// How it talks and wants to be answered.
    pub profile: Arc<Profile>,
    /// What its model is for, which tells how some of its states are meant.
    pub category: Category,
    /// Its digest secrets.
    pub secrets: Secrets,
}

/// The memory of reception.
#[derive(Debug, Default)]
pub struct Registry(RwLock<Arc<Memory>>);

/// One picture of the register.
#[derive(Debug, Default)]
pub struct Memory {
    version: i64,
    devices: HashMap<String, Arc<Entry>>,
    /// Every ladder, in the order they are tried.
    pub ladders: Vec<Ladder>,
    /// Every team, in the order they are asked.
    pub teams: Vec<Team>,
    /// The figures of rules.
    pub settings: crate::setting::Settings,
}

impl Memory {
    /// The device that calls itself so.
    pub fn device(&self, controller_id: &str) -> Option<&Arc<Entry>> {
        self.devices.get(controller_id)
    }

    /// The rungs for a new alarm.
    pub fn rungs(&self, kind: ::alarm::Kind, area: Option<AreaId>, now: Timestamp) -> Vec<Rung> {
        ::alarm::ladder::rungs_for(&self.ladders, kind, area, now)
    }

    /// The version of the register that it was read from; `None` when it was not read from the database.
    pub fn version(&self) -> Option<i64> {
        (self.version > 0).then_some(self.version)
    }

    /// What the writing of a batch compares with the register's version. One that was recalled fits no version.
    pub(crate) fn decided_by(&self) -> i64 {
        self.version
    }

    /// Every device, with what it calls itself.
    pub(crate) fn devices(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.devices.iter().map(|(controller_id, entry)| (controller_id.as_str(), entry.as_ref()))
    }

    /// How many devices are known.
    pub fn device_count(&self) -> usize {
        self.devices.len()
    }
}

impl Registry {
    /// The latest picture.
    pub fn memory(&self) -> Arc<Memory> {
        Arc::clone(&self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Takes devices as they were known at the last run, until the database answers. They come without ladders and
    /// teams, since no alarm is stored from this picture.
    pub(crate) fn recall(&self, devices: HashMap<String, Arc<Entry>>) {
        let picture = Memory { version: RECALLED, devices, ..Memory::default() };
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(picture);
    }

    /// Fetches a new picture if the register has changed since the last one.
    pub async fn refresh(&self, transaction: &mut Transaction) -> Result<Arc<Memory>, StoreError> {
        let version = store::device::registry_version(transaction).await?;
        let known = self.memory();
        if known.version == version {
            return Ok(known);
        }
        let profiles: HashMap<ProfileId, Arc<Profile>> = store::device::profiles(transaction)
            .await?
            .into_iter()
            .map(|profile| (profile.id, Arc::new(profile)))
            .collect();
        let mut devices = HashMap::new();

        for found in store::device::registered(transaction).await? {
            // A profile is a foreign key, so a miss cannot happen; a device without one is answered as unknown.
            let Some(profile) = profiles.get(&found.profile) else { continue };
            let entry = Entry {
                device: found.device,
                person: found.person,
                area: found.area,
                installed: found.stage == ::device::Stage::Installed,
                profile: Arc::clone(profile),
                category: found.category,
                secrets: found.secrets,
            };
            devices.insert(found.controller_id, Arc::new(entry));
        }
        let fresh = Arc::new(Memory {
            version,
            devices,
            ladders: store::team::ladders(transaction).await?,
            teams: store::team::teams(transaction).await?,
            settings: crate::setting::Settings::from_stored(&store::setting::all(transaction).await?),
        });
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::clone(&fresh);
        Ok(fresh)
    }
}
