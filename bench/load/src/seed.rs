//! Registers devices: for a load one profile, one model, many units; for scenarios a few of each way to talk.

use base::{
    Clock as _, DeviceId, Language, ModelId, ProfileId, SignedDuration, UserId, clock::SystemClock,
    id::RandomIds,
};
use clap::Args;
use device::{Authentication, Category, Contact, Device, Generation, Model, Profile, ReplyStyle, Stage};
use sip::digest::Ha1;
use store::{
    Store,
    device::Secrets,
    login::{Login, Session},
};

/// How many devices are written in one transaction.
const BATCH_DEVICES: usize = 5_000;
/// What the first device of a load calls itself.
const FIRST_OF_LOAD: usize = 10_000_000;

/// Registers devices in a database that is brought up to date first.
#[derive(Debug, Args)]
pub(crate) struct Seed {
    /// `sqlite:PATH` or `postgres://...`.
    #[arg(long)]
    database: String,
    /// How many.
    #[arg(long, default_value_t = 20_000)]
    devices: usize,
    /// Whether replies ride inside the 200 instead of in a MESSAGE of their own.
    #[arg(long)]
    inside_ok: bool,
    /// Registers the devices of the scenarios instead: some of each family, see `FAMILIES`.
    #[arg(long)]
    scenario: bool,
    /// How often each device should be heard of, in seconds; 0 is never supervised.
    #[arg(long, default_value_t = 0)]
    contact_seconds: u32,
    /// How many of the devices hold a SIM card of one and the same operator.
    #[arg(long, default_value_t = 0)]
    of_one_operator: usize,
    /// Sets a figure of a rule, such as `supervision.check_seconds=2`.
    #[arg(long, value_parser = rule)]
    rule: Vec<(String, String)>,
    /// Adds an operator who is logged in; the secret of the session is printed last.
    #[arg(long)]
    session: bool,
}

/// The mobile operator of those that share one; made up.
pub(crate) const NETWORK_OPERATOR: &str = "Provnät";
/// How long the operator's session lasts.
const SESSION_HOURS: i64 = 12;

/// One way in which scenario devices talk.
struct Family {
    name: &'static str,
    /// What its first device calls itself; the others count up from it.
    first: usize,
    authentication: Authentication,
    reply_style: ReplyStyle,
    /// The call instruction's number, empty for none.
    call_number: &'static str,
}

/// What the devices of the scenarios call themselves, and how they talk.
const FAMILIES: [Family; 4] = [
    Family {
        name: "Digest",
        first: 20_000_000,
        authentication: Authentication::Digest,
        reply_style: ReplyStyle::SeparateMessage,
        call_number: "",
    },
    Family {
        name: "Nät",
        first: 30_000_000,
        authentication: Authentication::Network,
        reply_style: ReplyStyle::SeparateMessage,
        call_number: "",
    },
    Family {
        name: "Svar i 200",
        first: 40_000_000,
        authentication: Authentication::Network,
        reply_style: ReplyStyle::InsideOk,
        call_number: "",
    },
    Family {
        name: "Ring upp",
        first: 50_000_000,
        authentication: Authentication::Network,
        reply_style: ReplyStyle::SeparateMessage,
        call_number: "sip:larm@example.invalid",
    },
];
/// How many devices each family has.
const FAMILY_DEVICES: usize = 40;
/// The realm and the password of every digest device of the scenarios; made up.
const REALM: &str = "tryggve";
const PASSWORD: &str = "hemligt-prov";

/// Registers them.
pub(crate) async fn run(seed: &Seed) -> anyhow::Result<()> {
    let store = Store::open(&seed.database).await?;
    store::migrate::migrate(&store, SystemClock.now()).await?;
    let registered = if seed.scenario { families(&store).await? } else { many(&store, seed).await? };
    let mut transaction = store.write().await?;
    for (name, figure) in &seed.rule {
        store::setting::set(&mut transaction, name, figure, None, SystemClock.now()).await?;
    }
    transaction.commit().await?;
    let session = if seed.session { Some(operator(&store).await?) } else { None };
    store.close().await;
    println!("{registered} devices registered");
    if let Some(session) = session {
        println!("{session}");
    }
    Ok(())
}

fn rule(text: &str) -> Result<(String, String), String> {
    let (name, figure) = text.split_once('=').ok_or("expected name=figure")?;
    Ok((name.to_owned(), figure.to_owned()))
}

/// An operator who is logged in; returns the secret that their browser holds.
async fn operator(store: &Store) -> anyhow::Result<String> {
    let now = SystemClock.now();
    let secret = login::new_secret()?.reveal().clone();
    let operator = Login {
        id: UserId::fresh(&RandomIds, now),
        login_name: "prov".to_owned(),
        shown_name: "Prov".to_owned(),
        password_hash: String::new(),
        roles: vec![access::Role::Operator, access::Role::Administrator],
        language: Language::Swedish,
        active: true,
        failures: 0,
        locked_until: None,
        must_change_password: false,
    };
    let session = Session {
        secret_hash: login::hash_secret(&secret),
        login: operator.id,
        form_secret: login::new_secret()?.reveal().clone(),
        created_at: now,
        seen_at: now,
        expires_at: now + SignedDuration::from_hours(SESSION_HOURS),
        browser: String::new(),
        told: true,
    };
    let mut transaction = store.write().await?;
    store::login::save(&mut transaction, &operator, now).await?;
    store::login::add_session(&mut transaction, &session).await?;
    transaction.commit().await?;
    Ok(secret)
}

/// The devices of a load.
async fn many(store: &Store, seed: &Seed) -> anyhow::Result<usize> {
    let fresh = ProfileId::fresh(&RandomIds, SystemClock.now());
    let profile = Profile {
        name: "Last".to_owned(),
        reply_style: if seed.inside_ok { ReplyStyle::InsideOk } else { ReplyStyle::SeparateMessage },
        authentication: Authentication::Network,
        ..Profile::of_unknown_sender(fresh)
    };
    let model = save_model(store, &profile, seed.contact_seconds).await?;
    let numbers: Vec<usize> = (FIRST_OF_LOAD..FIRST_OF_LOAD + seed.devices).collect();
    for batch in numbers.chunks(BATCH_DEVICES) {
        let shared = FIRST_OF_LOAD + seed.of_one_operator;
        let devices = batch.iter().map(|number| unit(*number, model, *number < shared)).collect();
        save_devices(store, devices).await?;
    }
    Ok(seed.devices)
}

/// The devices of the scenarios.
async fn families(store: &Store) -> anyhow::Result<usize> {
    for family in &FAMILIES {
        let fresh = ProfileId::fresh(&RandomIds, SystemClock.now());
        let calls = !family.call_number.is_empty();
        let profile = Profile {
            name: family.name.to_owned(),
            reply_style: family.reply_style,
            authentication: family.authentication,
            media_reply: u8::from(calls),
            call_reply: if calls { 62 } else { 61 },
            call_number: family.call_number.to_owned(),
            ..Profile::of_unknown_sender(fresh)
        };
        let model = save_model(store, &profile, 0).await?;
        let numbers = family.first..family.first + FAMILY_DEVICES;
        let devices = save_devices(store, numbers.map(|number| unit(number, model, false)).collect()).await?;
        if family.authentication == Authentication::Digest {
            let secrets: Vec<(DeviceId, Secrets)> = devices
                .iter()
                .map(|device| {
                    let known = Ha1::derive(&device.controller_id, REALM, PASSWORD);
                    // SIPp 3.6 answers MD5 only, like many devices; with no SHA-256 secret it is not offered.
                    (device.id, Secrets { md5: known.md5, sha256: String::new() })
                })
                .collect();
            let mut transaction = store.write().await?;
            store::device::set_secrets(&mut transaction, &secrets).await?;
            transaction.commit().await?;
        }
    }
    Ok(FAMILIES.len() * FAMILY_DEVICES)
}

async fn save_model(store: &Store, profile: &Profile, contact_seconds: u32) -> anyhow::Result<ModelId> {
    let model = Model {
        id: ModelId::fresh(&RandomIds, SystemClock.now()),
        name: profile.name.clone(),
        category: Category::SocialAlarm,
        driver: "scaip".to_owned(),
        generation: Generation::Ip,
        contact_seconds,
        test_days: 0,
        profile: profile.id,
    };
    let mut transaction = store.write().await?;
    store::device::save_profile(&mut transaction, profile).await?;
    store::device::save_model(&mut transaction, &model).await?;
    transaction.commit().await?;
    Ok(model.id)
}

async fn save_devices(store: &Store, devices: Vec<Device>) -> anyhow::Result<Vec<Device>> {
    let mut transaction = store.write().await?;
    store::device::save_many(&mut transaction, &devices, SystemClock.now()).await?;
    transaction.commit().await?;
    Ok(devices)
}

fn unit(number: usize, model: ModelId, of_one_operator: bool) -> Device {
    Device {
        id: DeviceId::fresh(&RandomIds, SystemClock.now()),
        model,
        serial: format!("PROV-{number}"),
        controller_id: number.to_string(),
        accessories: String::new(),
        network_operator: if of_one_operator { NETWORK_OPERATOR.to_owned() } else { String::new() },
        stage: Stage::Installed,
        person: None,
        area: None,
        room: String::new(),
        position: None,
        contact: Contact::default(),
    }
}

/// What the device with a number in a load calls itself.
pub(crate) fn controller_id(number: usize) -> String {
    (FIRST_OF_LOAD + number).to_string()
}
