//! Devices, models, profiles and outages.

use base::{AreaId, DeviceId, ModelId, PersonId, Position, ProfileId, Timestamp, UserId};
use device::{Authentication, Category, Contact, Device, Generation, Model, Profile, ReplyStyle, Stage};

use crate::{Row, StoreError, Transaction, Value, value::lower};

pub(crate) const COLUMNS: &str = "device.id, device.model_id, device.serial, device.controller_id, device.accessories, \
    device.network_operator, device.stage, device.person_id, device.area_id, device.room, device.latitude, \
    device.longitude, device.last_contact_at, device.last_test_at, device.silent_since, device.battery_low_since, \
    device.mains_lost_since";

/// The digest secrets of a device, HA1 per algorithm; empty where it has none.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secrets {
    /// HA1 by MD5.
    pub md5: String,
    /// HA1 by SHA-256.
    pub sha256: String,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(***)")
    }
}

/// Every profile, by name.
pub async fn profiles(transaction: &mut Transaction) -> Result<Vec<Profile>, StoreError> {
    let sql = "SELECT id, name, reply_style, authentication, media_reply, call_reply, call_number, technical_codes, \
        duplicate_window_seconds FROM profile ORDER BY name";
    transaction.rows(sql, vec![]).await?.iter().map(read_profile).collect()
}

/// Writes a profile.
pub async fn save_profile(transaction: &mut Transaction, profile: &Profile) -> Result<(), StoreError> {
    let sql = "INSERT INTO profile (id, name, reply_style, authentication, media_reply, call_reply, call_number, \
        technical_codes, duplicate_window_seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, reply_style = excluded.reply_style, \
        authentication = excluded.authentication, media_reply = excluded.media_reply, call_reply = excluded.call_reply, \
        call_number = excluded.call_number, technical_codes = excluded.technical_codes, \
        duplicate_window_seconds = excluded.duplicate_window_seconds";
    let codes: Vec<String> = profile.technical_codes.iter().map(ToString::to_string).collect();
    let values = vec![
        Value::id(profile.id),
        profile.name.as_str().into(),
        profile.reply_style.name().into(),
        profile.authentication.name().into(),
        Value::count(profile.media_reply),
        Value::count(profile.call_reply),
        profile.call_number.as_str().into(),
        codes.join(" ").into(),
        Value::count(profile.duplicate_window_seconds),
    ];
    transaction.execute(sql, values).await?;
    raise_registry_version(transaction).await
}

/// Every model, by name.
pub async fn models(transaction: &mut Transaction) -> Result<Vec<Model>, StoreError> {
    let sql = "SELECT id, name, category, driver, generation, contact_seconds, test_days, profile_id FROM model ORDER BY name";
    transaction.rows(sql, vec![]).await?.iter().map(read_model).collect()
}

/// Writes a model.
pub async fn save_model(transaction: &mut Transaction, model: &Model) -> Result<(), StoreError> {
    let sql = "INSERT INTO model (id, name, category, driver, generation, contact_seconds, test_days, profile_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
        category = excluded.category, driver = excluded.driver, generation = excluded.generation, \
        contact_seconds = excluded.contact_seconds, test_days = excluded.test_days, profile_id = excluded.profile_id";
    let values = vec![
        Value::id(model.id),
        model.name.as_str().into(),
        model.category.name().into(),
        model.driver.as_str().into(),
        model.generation.name().into(),
        Value::count(model.contact_seconds),
        Value::count(model.test_days),
        Value::id(model.profile),
    ];
    transaction.execute(sql, values).await?;
    raise_registry_version(transaction).await
}

/// One device, or `None`.
pub async fn load(transaction: &mut Transaction, id: DeviceId) -> Result<Option<Device>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM device WHERE id = $1");
    transaction.row(&sql, vec![Value::id(id)]).await?.as_ref().map(read).transpose()
}

/// The devices of a person.
pub async fn of_person(transaction: &mut Transaction, person: PersonId) -> Result<Vec<Device>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM device WHERE person_id = $1 ORDER BY serial");
    transaction.rows(&sql, vec![Value::id(person)]).await?.iter().map(read).collect()
}

/// The devices of many people.
pub async fn of_people(
    transaction: &mut Transaction,
    people: &[PersonId],
) -> Result<Vec<Device>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM device WHERE person_id IN {{keys}} ORDER BY serial");
    transaction.rows_for_keys(&sql, people.iter().map(Value::id).collect()).await?.iter().map(read).collect()
}

/// Devices with any of some serial numbers or controller ids.
pub async fn by_names(
    transaction: &mut Transaction,
    serials: Vec<String>,
    controller_ids: Vec<String>,
) -> Result<Vec<Device>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM device WHERE serial IN {{keys}}");
    let mut rows = transaction.rows_for_keys(&sql, serials.into_iter().map(Value::from).collect()).await?;
    let sql = format!("SELECT {COLUMNS} FROM device WHERE controller_id IN {{keys}}");
    rows.extend(
        transaction.rows_for_keys(&sql, controller_ids.into_iter().map(Value::from).collect()).await?,
    );
    let mut devices: Vec<Device> = rows.iter().map(read).collect::<Result<_, _>>()?;
    devices.sort_by_key(|device| device.id);
    devices.dedup_by_key(|device| device.id);
    Ok(devices)
}

/// Devices by id, in no order.
pub async fn load_many(transaction: &mut Transaction, ids: &[DeviceId]) -> Result<Vec<Device>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM device WHERE id IN {{keys}}");
    transaction.rows_for_keys(&sql, ids.iter().map(Value::id).collect()).await?.iter().map(read).collect()
}

/// Installed devices whose last stored test alarm is older than their model asks, the oldest first.
pub async fn tests_overdue(
    transaction: &mut Transaction,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Device>, StoreError> {
    // A day is 86 400 000 000 microseconds.
    let sql = format!(
        "SELECT {COLUMNS} FROM device JOIN model ON model.id = device.model_id WHERE device.stage = 'installed' \
         AND model.test_days > 0 AND COALESCE(device.last_test_at, 0) < $1 - model.test_days * 86400000000 \
         ORDER BY COALESCE(device.last_test_at, 0), device.serial LIMIT $2"
    );
    transaction.rows(&sql, vec![now.into(), limit.into()]).await?.iter().map(read).collect()
}

/// How many devices there are of each generation and stage.
pub async fn count_generations(
    transaction: &mut Transaction,
) -> Result<Vec<(Generation, Stage, i64)>, StoreError> {
    let sql = "SELECT model.generation, device.stage, COUNT(*) AS total FROM device \
        JOIN model ON model.id = device.model_id GROUP BY model.generation, device.stage \
        ORDER BY model.generation, device.stage";
    let rows = transaction.rows(sql, vec![]).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.named("generation", "a generation", Generation::from_name)?,
                row.named("stage", "a stage", Stage::from_name)?,
                row.integer("total")?,
            ))
        })
        .collect()
}

/// Installations of each generation in each week since a moment; the first week is 0.
pub async fn installed_by_week(
    transaction: &mut Transaction,
    since: Timestamp,
) -> Result<Vec<(Generation, i64, i64)>, StoreError> {
    // A week is 604 800 000 000 microseconds; whole numbers divide to whole numbers in both engines.
    let sql = "SELECT generation, week, COUNT(*) AS total FROM (SELECT model.generation AS generation, \
        (device_step.at - $1) / 604800000000 AS week FROM device_step \
        JOIN device ON device.id = device_step.device_id JOIN model ON model.id = device.model_id \
        WHERE device_step.to_stage = 'installed' AND device_step.at >= $1) AS step \
        GROUP BY generation, week ORDER BY week, generation";
    let rows = transaction.rows(sql, vec![since.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.named("generation", "a generation", Generation::from_name)?,
                row.integer("week")?,
                row.integer("total")?,
            ))
        })
        .collect()
}

/// How often a device was written.
pub async fn version(transaction: &mut Transaction, id: DeviceId) -> Result<i64, StoreError> {
    let row = transaction.row("SELECT version FROM device WHERE id = $1", vec![Value::id(id)]).await?;
    row.map_or(Ok(0), |row| row.integer("version"))
}

/// Makes sure that nobody has changed a device since it was read at a version, and that nobody can until the end
/// of the transaction.
pub async fn claim(transaction: &mut Transaction, id: DeviceId, read_version: i64) -> Result<(), StoreError> {
    let sql = "UPDATE device SET version = version + 1 WHERE id = $1 AND version = $2";
    match transaction.execute(sql, vec![Value::id(id), read_version.into()]).await? {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Forgets what was last heard of a device: it begins anew with its next person.
pub async fn forget_contact(transaction: &mut Transaction, id: DeviceId) -> Result<(), StoreError> {
    let sql = "UPDATE device SET silent_since = NULL, outage_id = NULL, last_contact_at = NULL, last_test_at = NULL, \
        battery_low_since = NULL, mains_lost_since = NULL WHERE id = $1";
    transaction.execute(sql, vec![Value::id(id)]).await?;
    Ok(())
}

/// Removes a model that no device has.
pub async fn delete_model(transaction: &mut Transaction, id: ModelId) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM model WHERE id = $1", vec![Value::id(id)]).await?;
    raise_registry_version(transaction).await
}

/// Removes a profile that no model has.
pub async fn delete_profile(transaction: &mut Transaction, id: ProfileId) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM profile WHERE id = $1", vec![Value::id(id)]).await?;
    raise_registry_version(transaction).await
}

/// The last time any device was heard.
pub async fn last_heard(transaction: &mut Transaction) -> Result<Option<Timestamp>, StoreError> {
    let row = transaction.row("SELECT MAX(last_contact_at) AS heard_at FROM device", vec![]).await?;
    row.map_or(Ok(None), |row| row.optional_moment("heard_at"))
}

/// What to look for among devices. Every field narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words in serial number, controller id or room.
    pub words: String,
    /// Only this stage.
    pub stage: Option<Stage>,
    /// Only this model.
    pub model: Option<ModelId>,
    /// Only this generation.
    pub generation: Option<Generation>,
    /// Only silent ones.
    pub silent: bool,
    /// How the list is sorted.
    pub order: Order,
}

/// How a list of devices is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By serial number.
    #[default]
    Serial,
    /// Those that have not been heard for the longest time first; never heard before all.
    LastContact,
    /// By the model's name.
    Model,
    /// By the step of their lives.
    Stage,
}

impl Order {
    /// Every order.
    pub const ALL: [Order; 4] = [Order::Serial, Order::LastContact, Order::Model, Order::Stage];

    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Order::Serial => "serial",
            Order::LastContact => "last_contact",
            Order::Model => "model",
            Order::Stage => "stage",
        }
    }

    /// Reads [`Order::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Order::ALL.into_iter().find(|order| order.name() == name)
    }

    /// The columns, with the serial number last so that pages never overlap.
    const fn columns(self) -> &'static str {
        match self {
            Order::Serial => "device.serial",
            Order::LastContact => "COALESCE(device.last_contact_at, 0), device.serial",
            Order::Model => "model.name, device.serial",
            Order::Stage => "device.stage, device.serial",
        }
    }
}

/// A page of devices, by serial number, and how many there are in all.
pub async fn list(
    transaction: &mut Transaction,
    filter: &Filter,
    offset: i64,
    limit: i64,
) -> Result<(Vec<Device>, i64), StoreError> {
    let haystack = lower("device.serial || ' ' || device.controller_id || ' ' || device.room");
    let condition = format!(
        "FROM device JOIN model ON model.id = device.model_id \
        WHERE {haystack} LIKE $1 \
        AND ($2 = '' OR device.stage = $2) AND ($3 = '' OR device.model_id = $3) AND ($4 = '' OR model.generation = $4) \
        AND ($5 = 0 OR device.silent_since IS NOT NULL)"
    );
    let values = vec![
        Value::from(format!("%{}%", filter.words.trim().to_lowercase().replace(['%', '_'], ""))),
        filter.stage.map_or("", Stage::name).into(),
        filter.model.map(|id| id.to_string()).unwrap_or_default().into(),
        filter.generation.map_or("", Generation::name).into(),
        i64::from(filter.silent).into(),
    ];
    let row = transaction.row(&format!("SELECT COUNT(*) AS total {condition}"), values.clone()).await?;
    let total = row.map_or(Ok(0), |row| row.integer("total"))?;
    let sql = format!("SELECT {COLUMNS} {condition} ORDER BY {} LIMIT $6 OFFSET $7", filter.order.columns());
    let values = [values, vec![limit.into(), offset.into()]].concat();
    let devices = transaction.rows(&sql, values).await?.iter().map(read).collect::<Result<_, _>>()?;
    Ok((devices, total))
}

/// Writes devices, new or changed, all together. Secrets are written by [`set_secrets`].
pub async fn save_many(
    transaction: &mut Transaction,
    devices: &[Device],
    now: Timestamp,
) -> Result<(), StoreError> {
    let head = "INSERT INTO device (id, model_id, serial, controller_id, accessories, network_operator, stage, person_id, \
        area_id, room, latitude, longitude, created_at)";
    let tail = "ON CONFLICT (id) DO UPDATE SET model_id = excluded.model_id, serial = excluded.serial, \
        controller_id = excluded.controller_id, accessories = excluded.accessories, \
        network_operator = excluded.network_operator, stage = excluded.stage, person_id = excluded.person_id, \
        area_id = excluded.area_id, room = excluded.room, latitude = excluded.latitude, longitude = excluded.longitude, \
        version = device.version + 1";
    let values = devices
        .iter()
        .flat_map(|device| {
            [
                Value::id(device.id),
                Value::id(device.model),
                device.serial.as_str().into(),
                device.controller_id.as_str().into(),
                device.accessories.as_str().into(),
                device.network_operator.as_str().into(),
                device.stage.name().into(),
                Value::optional_id(device.person),
                Value::optional_id(device.area),
                device.room.as_str().into(),
                Value::Real(device.position.map(|position| position.latitude)),
                Value::Real(device.position.map(|position| position.longitude)),
                now.into(),
            ]
        })
        .collect();
    transaction.values(head, 13, values, tail).await?;
    raise_registry_version(transaction).await
}

/// Sets the digest secrets of devices.
pub async fn set_secrets(
    transaction: &mut Transaction,
    secrets: &[(DeviceId, Secrets)],
) -> Result<(), StoreError> {
    for (device, secrets) in secrets {
        let sql = "UPDATE device SET secret_md5 = $2, secret_sha256 = $3 WHERE id = $1";
        let values = vec![Value::id(device), secrets.md5.as_str().into(), secrets.sha256.as_str().into()];
        transaction.execute(sql, values).await?;
    }
    raise_registry_version(transaction).await
}

/// Whether any device has a password.
pub async fn any_secret(transaction: &mut Transaction) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS found FROM device WHERE secret_md5 <> '' LIMIT 1";
    Ok(transaction.row(sql, vec![]).await?.is_some())
}

/// One step of a device's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which device.
    pub device: DeviceId,
    /// Where it was.
    pub from: Stage,
    /// Where it went.
    pub to: Stage,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub user: Option<UserId>,
    /// Why, in words.
    pub note: String,
}

/// Adds a step to a device's history.
pub async fn add_step(
    transaction: &mut Transaction,
    id: base::id::Uuid,
    step: &Step,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO device_step (id, device_id, from_stage, to_stage, at, user_id, note) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = vec![
        Value::id(id),
        Value::id(step.device),
        step.from.name().into(),
        step.to.name().into(),
        step.at.into(),
        Value::optional_id(step.user),
        step.note.as_str().into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// The steps of a device's life, oldest first.
pub async fn steps(transaction: &mut Transaction, device: DeviceId) -> Result<Vec<Step>, StoreError> {
    let sql = "SELECT from_stage, to_stage, at, user_id, note FROM device_step WHERE device_id = $1 ORDER BY at, id";
    let rows = transaction.rows(sql, vec![Value::id(device)]).await?;
    rows.iter()
        .map(|row| {
            Ok(Step {
                device,
                from: row.named("from_stage", "a stage", Stage::from_name)?,
                to: row.named("to_stage", "a stage", Stage::from_name)?,
                at: row.moment("at")?,
                user: row.optional_id("user_id")?,
                note: row.text("note")?,
            })
        })
        .collect()
}

/// What reception must know of a device the moment its message comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Registered {
    /// Which device.
    pub device: DeviceId,
    /// What it calls itself.
    pub controller_id: String,
    /// Its model.
    pub model: ModelId,
    /// What its model is for.
    pub category: Category,
    /// Its profile.
    pub profile: ProfileId,
    /// Where it is in its life.
    pub stage: Stage,
    /// Whom it helps.
    pub person: Option<PersonId>,
    /// The area: the person's, or its own.
    pub area: Option<AreaId>,
    /// Its digest secrets.
    pub secrets: Secrets,
}

/// Every device that may speak, for the memory of reception.
pub async fn registered(transaction: &mut Transaction) -> Result<Vec<Registered>, StoreError> {
    let sql = "SELECT device.id, device.controller_id, device.model_id, model.category, model.profile_id, device.stage, device.person_id, \
        COALESCE(person.area_id, device.area_id) AS area_id, device.secret_md5, device.secret_sha256 \
        FROM device JOIN model ON model.id = device.model_id LEFT JOIN person ON person.id = device.person_id";
    let rows = transaction.rows(sql, vec![]).await?;
    rows.iter()
        .map(|row| {
            Ok(Registered {
                device: row.id("id")?,
                controller_id: row.text("controller_id")?,
                model: row.id("model_id")?,
                category: row.named("category", "a category", Category::from_name)?,
                profile: row.id("profile_id")?,
                stage: row.named("stage", "a stage", Stage::from_name)?,
                person: row.optional_id("person_id")?,
                area: row.optional_id("area_id")?,
                secrets: Secrets { md5: row.text("secret_md5")?, sha256: row.text("secret_sha256")? },
            })
        })
        .collect()
}

/// The version of the register: raised by every change that reception must know of.
pub async fn registry_version(transaction: &mut Transaction) -> Result<i64, StoreError> {
    let row = transaction.row("SELECT version FROM registry_version WHERE id = 1", vec![]).await?;
    row.map_or(Ok(0), |row| row.integer("version"))
}

/// Tells every node that its memory of the register is stale.
pub async fn raise_registry_version(transaction: &mut Transaction) -> Result<(), StoreError> {
    transaction.execute("UPDATE registry_version SET version = version + 1 WHERE id = 1", vec![]).await?;
    Ok(())
}

pub(crate) fn read(row: &Row) -> Result<Device, StoreError> {
    let position = match (row.optional_real("latitude")?, row.optional_real("longitude")?) {
        (Some(latitude), Some(longitude)) => Position::new(latitude, longitude),
        _ => None,
    };
    Ok(Device {
        id: row.id("id")?,
        model: row.id("model_id")?,
        serial: row.text("serial")?,
        controller_id: row.text("controller_id")?,
        accessories: row.text("accessories")?,
        network_operator: row.text("network_operator")?,
        stage: row.named("stage", "a stage", Stage::from_name)?,
        person: row.optional_id("person_id")?,
        area: row.optional_id("area_id")?,
        room: row.text("room")?,
        position,
        contact: Contact {
            last_contact_at: row.optional_moment("last_contact_at")?,
            last_test_at: row.optional_moment("last_test_at")?,
            silent_since: row.optional_moment("silent_since")?,
            battery_low_since: row.optional_moment("battery_low_since")?,
            mains_lost_since: row.optional_moment("mains_lost_since")?,
        },
    })
}

fn read_profile(row: &Row) -> Result<Profile, StoreError> {
    Ok(Profile {
        id: row.id("id")?,
        name: row.text("name")?,
        reply_style: row.named("reply_style", "a reply style", ReplyStyle::from_name)?,
        authentication: row.named("authentication", "a way to authenticate", Authentication::from_name)?,
        media_reply: row.count("media_reply")?,
        call_reply: row.count("call_reply")?,
        call_number: row.text("call_number")?,
        technical_codes: row.list("technical_codes", "numbers", |word| word.parse().ok())?,
        duplicate_window_seconds: row.count("duplicate_window_seconds")?,
    })
}

fn read_model(row: &Row) -> Result<Model, StoreError> {
    Ok(Model {
        id: row.id("id")?,
        name: row.text("name")?,
        category: row.named("category", "a category", Category::from_name)?,
        driver: row.text("driver")?,
        generation: row.named("generation", "a generation", Generation::from_name)?,
        contact_seconds: row.count("contact_seconds")?,
        test_days: row.count("test_days")?,
        profile: row.id("profile_id")?,
    })
}
