//! Writes a made-up town into a migrated, empty database.

use std::collections::BTreeMap;

use base::{DeviceId, Timestamp};
use store::{Store, StoreError, Transaction, contact::Noted, device::Secrets, login::Login, team::Area};

use crate::{Town, random::Random};

/// What the town's logins and devices prove themselves with.
#[derive(Debug, Clone, Copy)]
pub struct Proofs<'a> {
    /// The hash of the password that all logins share; hashed once, since a hash takes its time on purpose.
    pub password_hash: &'a str,
    /// The realm of the listeners: digest secrets of devices hold for one realm only.
    pub realm: &'a str,
}

/// Writes the whole town in one transaction, as a town that has been running: devices were heard of lately.
pub async fn load_town(
    store: &Store,
    town: &Town,
    proofs: Proofs<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    people(&mut transaction, town, now).await?;
    devices(&mut transaction, town, proofs.realm, now).await?;
    staff(&mut transaction, town, proofs.password_hash, now).await?;
    housing(&mut transaction, town, now).await?;
    transaction.commit().await
}

async fn people(transaction: &mut Transaction, town: &Town, now: Timestamp) -> Result<(), StoreError> {
    for (id, name) in &town.areas {
        store::team::save_area(transaction, &Area { id: *id, name: name.clone() }).await?;
    }
    let people: Vec<person::Person> = town.people.iter().map(|one| one.person.clone()).collect();
    store::person::save_many(transaction, &people, now).await?;
    for one in town.people.iter().filter(|one| !one.kin.is_empty()) {
        store::person::replace_kin(transaction, one.person.id, &one.kin).await?;
    }
    Ok(())
}

async fn devices(
    transaction: &mut Transaction,
    town: &Town,
    realm: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    for profile in &town.profiles {
        store::device::save_profile(transaction, profile).await?;
    }
    for model in &town.models {
        store::device::save_model(transaction, model).await?;
    }
    let devices: Vec<device::Device> = town.devices.iter().map(|one| one.device.clone()).collect();
    store::device::save_many(transaction, &devices, now).await?;
    let secrets: Vec<(DeviceId, Secrets)> = town
        .devices
        .iter()
        .filter(|one| !one.password.is_empty())
        .map(|one| {
            let ha1 = sip::digest::Ha1::derive(&one.device.controller_id, realm, &one.password);
            (one.device.id, Secrets { md5: ha1.md5, sha256: ha1.sha256 })
        })
        .collect();
    store::device::set_secrets(transaction, &secrets).await?;
    let mut random = Random::new(town.seed, 6);
    let (mut heard, mut noted) = (Vec::new(), BTreeMap::new());
    for one in &town.devices {
        let Some(model) = town.model(&one.device) else { continue };
        let contact = one.lived_in_contact(model, now, &mut random);
        heard.extend(contact.last_contact_at.map(|at| (one.device.id, at)));
        let tested = Noted { tested_at: contact.last_test_at, ..Noted::default() };
        noted.extend(tested.tested_at.map(|_| (one.device.id, tested)));
    }
    store::contact::note(transaction, &noted).await?;
    store::contact::heard(transaction, &heard, now).await?;
    Ok(())
}

async fn staff(
    transaction: &mut Transaction,
    town: &Town,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    for provider in &town.providers {
        store::team::save_provider(transaction, provider).await?;
    }
    for team in &town.teams {
        store::team::save_team(transaction, team).await?;
    }
    for ladder in &town.ladders {
        store::team::save_ladder(transaction, ladder).await?;
    }
    for one in &town.logins {
        let login = Login {
            id: one.id,
            login_name: one.login_name.clone(),
            shown_name: one.shown_name.clone(),
            password_hash: password_hash.to_owned(),
            roles: one.roles.clone(),
            language: one.language,
            active: true,
            failures: 0,
            locked_until: None,
            must_change_password: false,
        };
        store::login::save(transaction, &login, now).await?;
        store::login::set_teams(transaction, one.id, &one.teams).await?;
    }
    store::device::raise_registry_version(transaction).await
}

async fn housing(transaction: &mut Transaction, town: &Town, now: Timestamp) -> Result<(), StoreError> {
    let made = crate::town::housing::housing(town, now);
    for home in &made.homes {
        store::housing::home::save(transaction, home).await?;
    }
    for (person, application) in &made.applications {
        store::housing::queue::save(transaction, *person, application).await?;
    }
    for (file, content) in made.files {
        store::housing::forecast::add_file(transaction, &file, content.into_bytes()).await?;
    }
    Ok(())
}
