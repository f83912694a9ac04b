//! Areas, providers, teams and ladders.

use alarm::{
    Kind, Ladder,
    ladder::{read_rungs, write_rungs},
    team::{Hours, Team},
};
use base::{AreaId, ProviderId, TeamId};

use crate::{Row, StoreError, Transaction, Value, row::inconsistent};

/// A geographic area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Which area.
    pub id: AreaId,
    /// Its name.
    pub name: String,
}

/// An organisation that carries out services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Which provider.
    pub id: ProviderId,
    /// Its name.
    pub name: String,
    /// Run by the municipality itself.
    pub own_run: bool,
}

/// Every area, by name.
pub async fn areas(transaction: &mut Transaction) -> Result<Vec<Area>, StoreError> {
    let rows = transaction.rows("SELECT id, name FROM area ORDER BY name", vec![]).await?;
    rows.iter().map(|row| Ok(Area { id: row.id("id")?, name: row.text("name")? })).collect()
}

/// Writes an area.
pub async fn save_area(transaction: &mut Transaction, area: &Area) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO area (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name";
    transaction.execute(sql, vec![Value::id(area.id), area.name.as_str().into()]).await?;
    Ok(())
}

/// Every provider, by name.
pub async fn providers(transaction: &mut Transaction) -> Result<Vec<Provider>, StoreError> {
    let rows = transaction.rows("SELECT id, name, own_run FROM provider ORDER BY name", vec![]).await?;
    rows.iter()
        .map(|row| {
            Ok(Provider { id: row.id("id")?, name: row.text("name")?, own_run: row.boolean("own_run")? })
        })
        .collect()
}

/// Writes a provider.
pub async fn save_provider(transaction: &mut Transaction, provider: &Provider) -> Result<(), StoreError> {
    let sql = "INSERT INTO provider (id, name, own_run) VALUES ($1, $2, $3) \
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, own_run = excluded.own_run";
    transaction
        .execute(sql, vec![Value::id(provider.id), provider.name.as_str().into(), provider.own_run.into()])
        .await?;
    Ok(())
}

/// Every team, in the order they are asked.
pub async fn teams(transaction: &mut Transaction) -> Result<Vec<Team>, StoreError> {
    let sql = "SELECT id, name, provider_id, areas, from_minute, to_minute, answer_seconds, ask_order, phone \
        FROM team ORDER BY ask_order, name";
    transaction.rows(sql, vec![]).await?.iter().map(read_team).collect()
}

/// Writes a team.
pub async fn save_team(transaction: &mut Transaction, team: &Team) -> Result<(), StoreError> {
    let sql = "INSERT INTO team (id, name, provider_id, areas, from_minute, to_minute, answer_seconds, ask_order, phone) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
        provider_id = excluded.provider_id, areas = excluded.areas, from_minute = excluded.from_minute, \
        to_minute = excluded.to_minute, answer_seconds = excluded.answer_seconds, ask_order = excluded.ask_order, \
        phone = excluded.phone";
    let values = vec![
        Value::id(team.id),
        team.name.as_str().into(),
        Value::optional_id(team.provider),
        join(&team.areas).into(),
        Value::count(team.hours.from_minute),
        Value::count(team.hours.to_minute),
        Value::count(team.answer_seconds),
        Value::count(team.order),
        team.phone.as_str().into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Removes an area that nothing stands in.
pub async fn delete_area(transaction: &mut Transaction, id: AreaId) -> Result<(), StoreError> {
    delete(transaction, "area", Value::id(id)).await
}

/// Removes a provider that runs no team.
pub async fn delete_provider(transaction: &mut Transaction, id: ProviderId) -> Result<(), StoreError> {
    delete(transaction, "provider", Value::id(id)).await
}

/// Removes a team that nobody responds for.
pub async fn delete_team(transaction: &mut Transaction, id: TeamId) -> Result<(), StoreError> {
    delete(transaction, "team", Value::id(id)).await
}

/// Removes a ladder; alarms that already climb it keep their copy.
pub async fn delete_ladder(transaction: &mut Transaction, id: base::LadderId) -> Result<(), StoreError> {
    delete(transaction, "ladder", Value::id(id)).await
}

async fn delete(transaction: &mut Transaction, table: &str, id: Value) -> Result<(), StoreError> {
    transaction.execute(&format!("DELETE FROM {table} WHERE id = $1"), vec![id]).await?;
    Ok(())
}

/// Whether an open alarm is with a team now.
pub async fn is_under_way(transaction: &mut Transaction, team: TeamId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS found FROM dispatch JOIN alarm ON alarm.id = dispatch.alarm_id \
        WHERE dispatch.team_id = $1 AND alarm.closed_at IS NULL LIMIT 1";
    Ok(transaction.row(sql, vec![Value::id(team)]).await?.is_some())
}

/// The teams that a login responds for.
pub async fn teams_of(transaction: &mut Transaction, login: base::UserId) -> Result<Vec<TeamId>, StoreError> {
    let rows = transaction
        .rows("SELECT team_id FROM login_team WHERE login_id = $1", vec![Value::id(login)])
        .await?;
    rows.iter().map(|row| row.id("team_id")).collect()
}

/// Every ladder, in the order they are tried.
pub async fn ladders(transaction: &mut Transaction) -> Result<Vec<Ladder>, StoreError> {
    let sql = "SELECT id, name, kinds, areas, from_minute, to_minute, use_order, rungs FROM ladder ORDER BY use_order, name";
    transaction.rows(sql, vec![]).await?.iter().map(read_ladder).collect()
}

/// Writes a ladder.
pub async fn save_ladder(transaction: &mut Transaction, ladder: &Ladder) -> Result<(), StoreError> {
    let sql = "INSERT INTO ladder (id, name, kinds, areas, from_minute, to_minute, use_order, rungs) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
        kinds = excluded.kinds, areas = excluded.areas, from_minute = excluded.from_minute, \
        to_minute = excluded.to_minute, use_order = excluded.use_order, rungs = excluded.rungs";
    let kinds: Vec<&str> = ladder.kinds.iter().map(|kind| kind.name()).collect();
    let values = vec![
        Value::id(ladder.id),
        ladder.name.as_str().into(),
        kinds.join(" ").into(),
        join(&ladder.areas).into(),
        Value::count(ladder.hours.from_minute),
        Value::count(ladder.hours.to_minute),
        Value::count(ladder.order),
        write_rungs(&ladder.rungs).into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

fn join(ids: &[AreaId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn read_hours(row: &Row) -> Result<Hours, StoreError> {
    Ok(Hours { from_minute: row.count("from_minute")?, to_minute: row.count("to_minute")? })
}

fn read_areas(row: &Row) -> Result<Vec<AreaId>, StoreError> {
    row.list("areas", "ids of areas", |word| word.parse().ok())
}

fn read_team(row: &Row) -> Result<Team, StoreError> {
    Ok(Team {
        id: row.id("id")?,
        name: row.text("name")?,
        provider: row.optional_id("provider_id")?,
        areas: read_areas(row)?,
        hours: read_hours(row)?,
        answer_seconds: row.count("answer_seconds")?,
        order: row.count("ask_order")?,
        phone: row.text("phone")?,
    })
}

fn read_ladder(row: &Row) -> Result<Ladder, StoreError> {
    Ok(Ladder {
        id: row.id("id")?,
        name: row.text("name")?,
        kinds: row.list("kinds", "kinds of alarm", Kind::from_name)?,
        areas: read_areas(row)?,
        hours: read_hours(row)?,
        order: row.count("use_order")?,
        rungs: read_rungs(&row.text("rungs")?).map_err(|_| inconsistent("rungs", "rungs of a ladder"))?,
    })
}
