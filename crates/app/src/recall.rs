//! What a node writes down beside its journal, so that a start while the database is away knows whom to trust, and
//! shows its alarms to those who were logged in.
//!
//! Bytes in and out; the program owns the files. What was written by another version, was cut off or was changed is
//! not read at all: the database knows it better once it answers.

use std::{collections::HashMap, sync::Arc};

use ::device::{Authentication, Category, Profile, ReplyStyle};
use access::{Actor, Role};
use base::{Language, ProfileId, Timestamp};
use sha2::{Digest as _, Sha256};
use store::device::Secrets;

use crate::{App, fields, login::session::Visitor, registry::Entry};

/// Says how the register is laid out; another word is not read.
const REGISTER: &[u8] = b"tryggve register 1";
/// Says how the visitors are laid out; another word is not read.
const VISITORS: &[u8] = b"tryggve visitors 1";
const CHECKSUM_BYTES: usize = 32;

/// The register as reception knows it, with the realm that passwords were derived for; `None` while it has not been
/// read from the database.
pub fn register(app: &App, realm: &str) -> Option<Vec<u8>> {
    let memory = app.registry.memory();
    memory.version()?;
    let mut profiles: HashMap<ProfileId, &Profile> = HashMap::new();
    let mut devices = Vec::with_capacity(memory.device_count());
    for (controller_id, entry) in memory.devices() {
        profiles.insert(entry.profile.id, &entry.profile);
        devices.push(device_record(controller_id, entry));
    }
    let head = record([REGISTER, realm.as_bytes(), profiles.len().to_string().as_bytes()]);
    let profiles = profiles.into_values().map(profile_record);
    Some(sealed([head].into_iter().chain(profiles).chain(devices)))
}

/// Takes in what [`register`] gave at the last run; gives the realm. `None`, and nothing taken, where it does not read.
pub fn recall_register(app: &App, bytes: &[u8]) -> Option<String> {
    let records = unsealed(bytes)?;
    let (head, rest) = records.split_first()?;
    let head = fields::read(head)?;
    if head.first() != Some(&REGISTER) {
        return None;
    }
    let realm = text(&head, 1)?.to_owned();
    let (profiles, devices) = rest.split_at_checked(text(&head, 2)?.parse().ok()?)?;
    let profiles: HashMap<ProfileId, Arc<Profile>> = profiles
        .iter()
        .map(|record| profile(record).map(|profile| (profile.id, Arc::new(profile))))
        .collect::<Option<_>>()?;
    let devices = devices.iter().map(|record| device(record, &profiles)).collect::<Option<_>>()?;
    app.registry.recall(devices);
    Some(realm)
}

/// Who is logged in on this node: the hashes of their secrets, in a fixed order.
pub fn present(app: &App) -> Vec<String> {
    app.visitors.all().into_iter().map(|(hash, ..)| hash).collect()
}

/// Everyone who is logged in on this node.
pub fn visitors(app: &App) -> Vec<u8> {
    let records = app.visitors.all().into_iter().map(|(hash, at, visitor)| {
        let Visitor { actor, shown_name, language, form_secret, must_change_password, .. } = visitor;
        let roles: Vec<&str> = actor.roles.iter().map(|role| role.name()).collect();
        let teams: Vec<String> = actor.teams.iter().map(ToString::to_string).collect();
        record_of_texts(&[
            &hash,
            &at.as_microsecond().to_string(),
            &actor.user.to_string(),
            &roles.join(" "),
            &teams.join(" "),
            &shown_name,
            language.tag(),
            &form_secret,
            if must_change_password { "must_change" } else { "" },
        ])
    });
    sealed([record([VISITORS])].into_iter().chain(records))
}

/// Takes in what [`visitors`] gave at the last run; gives how many there are. `None`, and nobody taken, where it does
/// not read. Nobody stays longer than an idle session lasts.
pub fn recall_visitors(app: &App, bytes: &[u8]) -> Option<usize> {
    let records = unsealed(bytes)?;
    let (head, rest) = records.split_first()?;
    if fields::read(head)?.first() != Some(&VISITORS) {
        return None;
    }
    let visitors: Vec<_> = rest.iter().map(|record| visitor(record)).collect::<Option<_>>()?;
    for (hash, at, visitor) in &visitors {
        app.visitors.recall(hash, *at, visitor);
    }
    Some(visitors.len())
}

fn visitor(record: &[u8]) -> Option<(String, Timestamp, Visitor)> {
    let found = fields::read(record)?;
    let actor = Actor {
        user: text(&found, 2)?.parse().ok()?,
        roles: text(&found, 3)?.split_whitespace().map(Role::from_name).collect::<Option<_>>()?,
        teams: text(&found, 4)?.split_whitespace().map(|id| id.parse().ok()).collect::<Option<_>>()?,
        scopes: Vec::new(),
    };
    let visitor = Visitor {
        actor,
        shown_name: text(&found, 5)?.to_owned(),
        language: Language::from_tag(text(&found, 6)?)?,
        form_secret: text(&found, 7)?.to_owned(),
        must_change_password: !text(&found, 8)?.is_empty(),
        untold_since: None,
    };
    let at = Timestamp::from_microsecond(text(&found, 1)?.parse().ok()?).ok()?;
    Some((text(&found, 0)?.to_owned(), at, visitor))
}

fn profile_record(profile: &Profile) -> Vec<u8> {
    let codes: Vec<String> = profile.technical_codes.iter().map(ToString::to_string).collect();
    record_of_texts(&[
        &profile.id.to_string(),
        &profile.name,
        profile.reply_style.name(),
        profile.authentication.name(),
        &profile.media_reply.to_string(),
        &profile.call_reply.to_string(),
        &profile.call_number,
        &codes.join(" "),
        &profile.duplicate_window_seconds.to_string(),
    ])
}

fn profile(record: &[u8]) -> Option<Profile> {
    let found = fields::read(record)?;
    Some(Profile {
        id: text(&found, 0)?.parse().ok()?,
        name: text(&found, 1)?.to_owned(),
        reply_style: ReplyStyle::from_name(text(&found, 2)?)?,
        authentication: Authentication::from_name(text(&found, 3)?)?,
        media_reply: text(&found, 4)?.parse().ok()?,
        call_reply: text(&found, 5)?.parse().ok()?,
        call_number: text(&found, 6)?.to_owned(),
        technical_codes: text(&found, 7)?
            .split_whitespace()
            .map(|code| code.parse().ok())
            .collect::<Option<_>>()?,
        duplicate_window_seconds: text(&found, 8)?.parse().ok()?,
    })
}

fn device_record(controller_id: &str, entry: &Entry) -> Vec<u8> {
    let Entry { device, person, area, installed, profile, category, secrets } = entry;
    record_of_texts(&[
        controller_id,
        &device.to_string(),
        &person.map(|id| id.to_string()).unwrap_or_default(),
        &area.map(|id| id.to_string()).unwrap_or_default(),
        if *installed { "installed" } else { "" },
        &profile.id.to_string(),
        category.name(),
        &secrets.md5,
        &secrets.sha256,
    ])
}

fn device(record: &[u8], profiles: &HashMap<ProfileId, Arc<Profile>>) -> Option<(String, Arc<Entry>)> {
    let found = fields::read(record)?;
    let entry = Entry {
        device: text(&found, 1)?.parse().ok()?,
        person: optional(text(&found, 2)?)?,
        area: optional(text(&found, 3)?)?,
        installed: !text(&found, 4)?.is_empty(),
        profile: Arc::clone(profiles.get(&text(&found, 5)?.parse().ok()?)?),
        category: Category::from_name(text(&found, 6)?)?,
        secrets: Secrets { md5: text(&found, 7)?.to_owned(), sha256: text(&found, 8)?.to_owned() },
    };
    Some((text(&found, 0)?.to_owned(), Arc::new(entry)))
}

/// An id, or none where nothing stands; `None` where something else stands.
fn optional<Id: std::str::FromStr>(text: &str) -> Option<Option<Id>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

fn text<'a>(found: &[&'a [u8]], place: usize) -> Option<&'a str> {
    std::str::from_utf8(found.get(place)?).ok()
}

fn record<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut record = Vec::new();
    fields::write(fields, &mut record);
    record
}

fn record_of_texts(texts: &[&str]) -> Vec<u8> {
    record(texts.iter().map(|text| text.as_bytes()))
}

/// Records behind a checksum over all of them.
fn sealed(records: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut bytes = vec![0; CHECKSUM_BYTES];
    for record in records {
        fields::write([record.as_slice()], &mut bytes);
    }
    let checksum = Sha256::digest(&bytes[CHECKSUM_BYTES..]);
    bytes[..CHECKSUM_BYTES].copy_from_slice(&checksum);
    bytes
}

fn unsealed(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let (checksum, records) = bytes.split_at_checked(CHECKSUM_BYTES)?;
    if Sha256::digest(records).as_slice() != checksum {
        return None;
    }
    fields::read(records)
}
