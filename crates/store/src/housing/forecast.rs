//! Files that forecasts are made from, and the municipality's own alternatives.

use base::{Timestamp, UserId, id::Uuid};
use housing::demand::alternative::OwnAlternative;

use crate::{Row, StoreError, Transaction, Value};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Population by year, sex and age.
    Population,
    /// Persons with care by year, form, age group and sex.
    CareUse,
    /// An official population forecast, used instead of our own.
    Official,
}

impl FileKind {
    /// All kinds, in the order they are asked for.
    pub const ALL: [FileKind; 3] = [FileKind::Population, FileKind::CareUse, FileKind::Official];

    /// The name that is stored.
    pub const fn name(self) -> &'static str {
        match self {
            FileKind::Population => "population",
            FileKind::CareUse => "care_use",
            FileKind::Official => "official",
        }
    }

    /// Reads [`FileKind::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        FileKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A file without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastFile {
    /// Which file.
    pub id: Uuid,
    /// The municipality that it is about.
    pub area: String,
    /// What it holds.
    pub kind: FileKind,
    /// Its name where it came from.
    pub file_name: String,
    /// Who published the figures.
    pub publisher: String,
    /// The date that the figures describe.
    pub as_of: String,
    /// Whether forecasts are made from it; otherwise it is only looked at.
    pub in_use: bool,
    /// When it came.
    pub added_at: Timestamp,
    /// Who brought it.
    pub added_by: Option<UserId>,
}

/// An own alternative as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptAlternative {
    /// Which alternative.
    pub id: Uuid,
    /// Its name and figures.
    pub own: OwnAlternative,
    /// Why it is assumed so.
    pub reason: String,
}

const COLUMNS: &str = "id, area, kind, file_name, publisher, as_of, in_use, added_at, added_by";

/// Every file without its content, by area and kind.
pub async fn files(transaction: &mut Transaction) -> Result<Vec<ForecastFile>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM forecast_file ORDER BY area, kind, added_at");
    transaction.rows(&sql, vec![]).await?.iter().map(read).collect()
}

/// The content of a file.
pub async fn content(transaction: &mut Transaction, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT content FROM forecast_file WHERE id = $1";
    transaction.row(sql, vec![Value::id(id)]).await?.map(|row| row.bytes("content")).transpose()
}

/// Adds a file.
pub async fn add_file(
    transaction: &mut Transaction,
    file: &ForecastFile,
    content: Vec<u8>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO forecast_file (id, area, kind, file_name, publisher, as_of, content, in_use, added_at, added_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = vec![
        Value::id(file.id),
        file.area.as_str().into(),
        file.kind.name().into(),
        file.file_name.as_str().into(),
        file.publisher.as_str().into(),
        file.as_of.as_str().into(),
        Value::Bytes(content),
        file.in_use.into(),
        file.added_at.into(),
        Value::optional_id(file.added_by),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Takes a file into use; the one that was used for the same before is removed.
pub async fn use_file(transaction: &mut Transaction, file: &ForecastFile) -> Result<(), StoreError> {
    let sql = "DELETE FROM forecast_file WHERE area = $1 AND kind = $2 AND in_use AND id <> $3";
    let values = vec![file.area.as_str().into(), file.kind.name().into(), Value::id(file.id)];
    transaction.execute(sql, values).await?;
    let sql = "UPDATE forecast_file SET in_use = TRUE WHERE id = $1";
    transaction.execute(sql, vec![Value::id(file.id)]).await?;
    Ok(())
}

/// Removes a file.
pub async fn delete_file(transaction: &mut Transaction, id: Uuid) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM forecast_file WHERE id = $1", vec![Value::id(id)]).await?;
    Ok(())
}

/// Removes files that were looked at before a moment and never taken into use.
pub async fn delete_unused(transaction: &mut Transaction, before: Timestamp) -> Result<(), StoreError> {
    let sql = "DELETE FROM forecast_file WHERE NOT in_use AND added_at < $1";
    transaction.execute(sql, vec![before.into()]).await?;
    Ok(())
}

/// Every own alternative, by name.
pub async fn alternatives(transaction: &mut Transaction) -> Result<Vec<KeptAlternative>, StoreError> {
    let sql = "SELECT id, name, home_care_percent, care_home_percent, short_term_percent, day_activity_percent, \
        damping, moved_home_percent, reason FROM forecast_alternative ORDER BY name";
    let rows = transaction.rows(sql, vec![]).await?;
    rows.iter()
        .map(|row| {
            Ok(KeptAlternative {
                id: row.id("id")?,
                own: OwnAlternative {
                    name: row.text("name")?,
                    yearly_change_percent: [
                        row.real("home_care_percent")?,
                        row.real("care_home_percent")?,
                        row.real("short_term_percent")?,
                        row.real("day_activity_percent")?,
                    ],
                    damping: row.real("damping")?,
                    moved_home_percent: row.real("moved_home_percent")?,
                },
                reason: row.text("reason")?,
            })
        })
        .collect()
}

/// Writes an own alternative, new or changed.
pub async fn save_alternative(
    transaction: &mut Transaction,
    kept: &KeptAlternative,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO forecast_alternative (id, name, home_care_percent, care_home_percent, short_term_percent, \
        day_activity_percent, damping, moved_home_percent, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, home_care_percent = excluded.home_care_percent, \
        care_home_percent = excluded.care_home_percent, short_term_percent = excluded.short_term_percent, \
        day_activity_percent = excluded.day_activity_percent, damping = excluded.damping, \
        moved_home_percent = excluded.moved_home_percent, reason = excluded.reason";
    let own = &kept.own;
    let mut values = vec![Value::id(kept.id), own.name.as_str().into()];
    values.extend(own.yearly_change_percent.map(Value::from));
    values.extend([own.damping.into(), own.moved_home_percent.into(), kept.reason.as_str().into()]);
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Removes an own alternative.
pub async fn delete_alternative(transaction: &mut Transaction, id: Uuid) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM forecast_alternative WHERE id = $1", vec![Value::id(id)]).await?;
    Ok(())
}

fn read(row: &Row) -> Result<ForecastFile, StoreError> {
    Ok(ForecastFile {
        id: row.id("id")?,
        area: row.text("area")?,
        kind: row.named("kind", "a kind of file", FileKind::from_name)?,
        file_name: row.text("file_name")?,
        publisher: row.text("publisher")?,
        as_of: row.text("as_of")?,
        in_use: row.boolean("in_use")?,
        added_at: row.moment("added_at")?,
        added_by: row.optional_id("added_by")?,
    })
}
