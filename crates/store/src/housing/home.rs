//! The register of homes.

use std::collections::BTreeMap;

use housing::places::{
    queue::{HomeId, SpecialProfile},
    register::{Home, Owner, PlaceKind, RegisteredHome, Renovation},
};

use super::{day, optional_day, read_day, read_optional_day};
use crate::{Row, StoreError, Transaction, Value};

/// Every home, by name.
pub async fn all(transaction: &mut Transaction) -> Result<Vec<RegisteredHome>, StoreError> {
    let sql = "SELECT home_id, from_day, until_day, places_evacuated, places_after FROM home_renovation \
        ORDER BY home_id, place";
    let mut renovations: BTreeMap<String, Vec<Renovation>> = BTreeMap::new();
    for row in transaction.rows(sql, vec![]).await? {
        renovations.entry(row.text("home_id")?).or_default().push(read_renovation(&row)?);
    }
    let sql = "SELECT id, name, kind, owner, places, opens, closes, profiles, free_places FROM home ORDER BY name, kind";
    let rows = transaction.rows(sql, vec![]).await?;
    rows.iter()
        .map(|row| {
            let renovations = renovations.remove(&row.text("id")?).unwrap_or_default();
            read_home(row, renovations)
        })
        .collect()
}

/// The version of a home, which a change must name; nought where there is none.
pub async fn version(transaction: &mut Transaction, id: HomeId) -> Result<i64, StoreError> {
    let row = transaction.row("SELECT version FROM home WHERE id = $1", vec![Value::id(id)]).await?;
    row.map_or(Ok(0), |row| row.integer("version"))
}

/// Makes sure that nobody has changed a home since it was read at a version.
pub async fn claim(transaction: &mut Transaction, id: HomeId, read_version: i64) -> Result<(), StoreError> {
    let sql = "UPDATE home SET version = version + 1 WHERE id = $1 AND version = $2";
    match transaction.execute(sql, vec![Value::id(id), read_version.into()]).await? {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Writes a home, new or changed, with its renovations.
pub async fn save(transaction: &mut Transaction, registered: &RegisteredHome) -> Result<(), StoreError> {
    let sql = "INSERT INTO home (id, name, kind, owner, places, opens, closes, profiles, free_places) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
        kind = excluded.kind, owner = excluded.owner, places = excluded.places, opens = excluded.opens, \
        closes = excluded.closes, profiles = excluded.profiles, free_places = excluded.free_places";
    let home = &registered.home;
    let values = vec![
        Value::id(registered.id),
        home.name.as_str().into(),
        home.kind.name().into(),
        home.owner.name().into(),
        Value::count(home.places),
        optional_day(home.opens),
        optional_day(home.closes),
        super::queue::join_profiles(&registered.profiles).into(),
        Value::count(registered.free_places),
    ];
    transaction.execute(sql, values).await?;
    transaction
        .execute("DELETE FROM home_renovation WHERE home_id = $1", vec![Value::id(registered.id)])
        .await?;
    let head =
        "INSERT INTO home_renovation (home_id, place, from_day, until_day, places_evacuated, places_after)";
    let values = home
        .renovations
        .iter()
        .enumerate()
        .flat_map(|(place, renovation)| {
            [
                Value::id(registered.id),
                Value::count(place),
                day(renovation.from),
                day(renovation.until),
                Value::count(renovation.places_evacuated),
                Value::count(renovation.places_after),
            ]
        })
        .collect();
    transaction.values(head, 6, values, "").await?;
    Ok(())
}

/// Removes a home that nothing was offered in.
pub async fn delete(transaction: &mut Transaction, id: HomeId) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM home_renovation WHERE home_id = $1", vec![Value::id(id)]).await?;
    transaction.execute("DELETE FROM home WHERE id = $1", vec![Value::id(id)]).await?;
    Ok(())
}

fn read_renovation(row: &Row) -> Result<Renovation, StoreError> {
    Ok(Renovation {
        from: read_day(row, "from_day")?,
        until: read_day(row, "until_day")?,
        places_evacuated: row.count("places_evacuated")?,
        places_after: row.count("places_after")?,
    })
}

fn read_home(row: &Row, renovations: Vec<Renovation>) -> Result<RegisteredHome, StoreError> {
    Ok(RegisteredHome {
        id: row.id("id")?,
        home: Home {
            name: row.text("name")?,
            kind: row.named("kind", "a kind of place", PlaceKind::from_stored_name)?,
            owner: row.named("owner", "who runs a home", Owner::from_stored_name)?,
            places: row.count("places")?,
            opens: read_optional_day(row, "opens")?,
            closes: read_optional_day(row, "closes")?,
            renovations,
        },
        profiles: row.list("profiles", "special profiles", SpecialProfile::from_name)?,
        free_places: row.count("free_places")?,
    })
}
