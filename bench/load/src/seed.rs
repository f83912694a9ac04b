//! Registers devices for a load: one profile, one model, many units.

use base::{Clock as _, DeviceId, ModelId, ProfileId, clock::SystemClock, id::RandomIds};
use clap::Args;
use device::{Authentication, Category, Contact, Device, Generation, Model, Profile, ReplyStyle, Stage};
use store::Store;

/// How many devices are written in one transaction.
const BATCH_DEVICES: usize = 5_000;

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
}

/// Registers them.
pub(crate) async fn run(seed: &Seed) -> anyhow::Result<()> {
    let store = Store::open(&seed.database).await?;
    let now = SystemClock.now();
    store::migrate::migrate(&store, now).await?;
    let profile = Profile {
        id: ProfileId::fresh(&RandomIds, now),
        name: "Last".to_owned(),
        reply_style: if seed.inside_ok { ReplyStyle::InsideOk } else { ReplyStyle::SeparateMessage },
        authentication: Authentication::Network,
        ..Profile::of_unknown_sender(ProfileId::fresh(&RandomIds, now))
    };
    let model = Model {
        id: ModelId::fresh(&RandomIds, now),
        name: "Last".to_owned(),
        category: Category::SocialAlarm,
        driver: "scaip".to_owned(),
        generation: Generation::Ip,
        contact_seconds: 0,
        test_days: 0,
        profile: profile.id,
    };
    let mut transaction = store.write().await?;
    store::device::save_profile(&mut transaction, &profile).await?;
    store::device::save_model(&mut transaction, &model).await?;
    transaction.commit().await?;
    let numbers: Vec<usize> = (0..seed.devices).collect();
    for batch in numbers.chunks(BATCH_DEVICES) {
        let devices: Vec<Device> = batch.iter().map(|number| unit(*number, model.id)).collect();
        let mut transaction = store.write().await?;
        store::device::save_many(&mut transaction, &devices, now).await?;
        transaction.commit().await?;
    }
    store.close().await;
    println!("{} devices registered", seed.devices);
    Ok(())
}

fn unit(number: usize, model: ModelId) -> Device {
    Device {
        id: DeviceId::fresh(&RandomIds, SystemClock.now()),
        model,
        serial: format!("LAST-{number}"),
        controller_id: controller_id(number),
        accessories: String::new(),
        network_operator: String::new(),
        stage: Stage::Installed,
        person: None,
        area: None,
        room: String::new(),
        position: None,
        contact: Contact::default(),
    }
}

/// What the device with a number calls itself.
pub(crate) fn controller_id(number: usize) -> String {
    format!("{}", 10_000_000 + number)
}
