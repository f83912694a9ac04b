//! Logins, sessions and links that work once.

use std::collections::BTreeMap;

use access::Role;
use base::{Language, Private, TeamId, Timestamp, UserId};

use crate::{Row, StoreError, Transaction, Value};

/// Someone who may log in.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Which login.
    pub id: UserId,
    /// What they type.
    pub login_name: String,
    /// What others see.
    pub shown_name: String,
    /// The hash of the password; empty until one is set.
    pub password_hash: String,
    /// What they work as.
    pub roles: Vec<Role>,
    /// The language of their pages.
    pub language: Language,
    /// Whether they may log in at all.
    pub active: bool,
    /// Wrong passwords in a row, without those from its usual sources.
    pub failures: u32,
    /// Until when no password is tried, from anywhere but its usual sources.
    pub locked_until: Option<Timestamp>,
    /// Whether they must choose a new password first.
    pub must_change_password: bool,
}

const COLUMNS: &str = "id, login_name, shown_name, password_hash, roles, language, active, failures, locked_until, must_change_password";

/// The login with a name.
pub async fn by_name(transaction: &mut Transaction, name: &str) -> Result<Option<Login>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM login WHERE login_name = $1");
    transaction.row(&sql, vec![name.trim().to_lowercase().into()]).await?.as_ref().map(read).transpose()
}

/// One login, or `None`.
pub async fn load(transaction: &mut Transaction, id: UserId) -> Result<Option<Login>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM login WHERE id = $1");
    transaction.row(&sql, vec![Value::id(id)]).await?.as_ref().map(read).transpose()
}

/// Every login, by name.
pub async fn all(transaction: &mut Transaction) -> Result<Vec<Login>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM login ORDER BY login_name");
    transaction.rows(&sql, vec![]).await?.iter().map(read).collect()
}

/// How many administrators can log in.
pub async fn administrators(transaction: &mut Transaction) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS total FROM login WHERE active AND roles LIKE '%administrator%'";
    transaction.row(sql, vec![]).await?.map_or(Ok(0), |row| row.integer("total"))
}

/// Writes a login, new or changed.
pub async fn save(transaction: &mut Transaction, login: &Login, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO login (id, login_name, shown_name, password_hash, roles, language, active, failures, \
        locked_until, must_change_password, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
        ON CONFLICT (id) DO UPDATE SET login_name = excluded.login_name, shown_name = excluded.shown_name, \
        password_hash = excluded.password_hash, roles = excluded.roles, language = excluded.language, \
        active = excluded.active, failures = excluded.failures, locked_until = excluded.locked_until, \
        must_change_password = excluded.must_change_password";
    let roles: Vec<&str> = login.roles.iter().map(|role| role.name()).collect();
    let values = vec![
        Value::id(login.id),
        login.login_name.trim().to_lowercase().into(),
        login.shown_name.as_str().into(),
        login.password_hash.as_str().into(),
        roles.join(" ").into(),
        login.language.tag().into(),
        login.active.into(),
        Value::count(login.failures),
        Value::optional_moment(login.locked_until),
        login.must_change_password.into(),
        now.into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Replaces the teams that a login responds for.
pub async fn set_teams(
    transaction: &mut Transaction,
    login: UserId,
    teams: &[TeamId],
) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM login_team WHERE login_id = $1", vec![Value::id(login)]).await?;
    let values = teams.iter().flat_map(|team| [Value::id(login), Value::id(team)]).collect();
    transaction.values("INSERT INTO login_team (login_id, team_id)", 2, values, "").await?;
    Ok(())
}

/// Counts a wrong password; returns how many there have been in a row, or `None` without such a login.
///
/// The count is raised where it stands: guesses that come side by side are counted one by one.
pub async fn count_failure(transaction: &mut Transaction, login: UserId) -> Result<Option<i64>, StoreError> {
    let sql = "UPDATE login SET failures = failures + 1 WHERE id = $1 RETURNING failures";
    transaction.row(sql, vec![Value::id(login)]).await?.map(|row| row.integer("failures")).transpose()
}

/// Forgets the wrong passwords of a login that has proven itself with the password of this hash; `false` when it may
/// not go on after all: it was locked or stopped, or given another password, while its password was compared.
pub async fn forget_failures(
    transaction: &mut Transaction,
    login: &Login,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE login SET failures = 0, locked_until = NULL WHERE id = $1 AND active \
        AND password_hash = $2 AND (locked_until IS NULL OR locked_until <= $3)";
    let values = vec![Value::id(login.id), login.password_hash.as_str().into(), now.into()];
    Ok(transaction.execute(sql, values).await? == 1)
}

/// Counts a wrong password from a usual source of the login, for itself: at this moment, in a row with those
/// after the other one. Returns how many there have been in a row, or `None` when there were so many already: none is
/// counted then.
pub async fn count_failure_at(
    transaction: &mut Transaction,
    login: UserId,
    source: &Private<String>,
    (now, after): (Timestamp, Timestamp),
    failures_max: u32,
) -> Result<Option<i64>, StoreError> {
    let sql = "INSERT INTO login_failure (login_id, source, failures, failed_at) VALUES ($1, $2, 1, $3) \
        ON CONFLICT (login_id, source) DO UPDATE SET failed_at = excluded.failed_at, failures = \
        CASE WHEN login_failure.failed_at > $4 THEN login_failure.failures + 1 ELSE 1 END \
        WHERE login_failure.failures < $5 OR login_failure.failed_at <= $4 RETURNING failures";
    let values = vec![
        Value::id(login),
        source.reveal().as_str().into(),
        now.into(),
        after.into(),
        Value::count(failures_max),
    ];
    transaction.row(sql, values).await?.map(|row| row.integer("failures")).transpose()
}

/// When the last of so many wrong passwords in a row was typed at a source; `None` when there were fewer.
pub async fn last_of_failures_at(
    transaction: &mut Transaction,
    login: UserId,
    source: &Private<String>,
    failures: u32,
) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT failed_at FROM login_failure WHERE login_id = $1 AND source = $2 AND failures >= $3";
    let values = vec![Value::id(login), source.reveal().as_str().into(), Value::count(failures)];
    transaction.row(sql, values).await?.map(|row| row.moment("failed_at")).transpose()
}

/// The same for every login that has had so many at any source, after a moment.
pub async fn last_of_failures(
    transaction: &mut Transaction,
    after: Timestamp,
    failures: u32,
) -> Result<BTreeMap<UserId, Timestamp>, StoreError> {
    let sql = "SELECT login_id, MAX(failed_at) AS last FROM login_failure \
        WHERE failed_at > $1 AND failures >= $2 GROUP BY login_id";
    let rows = transaction.rows(sql, vec![after.into(), Value::count(failures)]).await?;
    rows.iter().map(|row| Ok((row.id("login_id")?, row.moment("last")?))).collect()
}

/// Forgets the wrong passwords of a login at a source, when it has proven itself with the password of this hash;
/// `false` when it may not go on after all: so many came from there after this moment, or it was stopped or given
/// another password, while its password was compared.
pub async fn forget_failures_at(
    transaction: &mut Transaction,
    login: &Login,
    source: &Private<String>,
    after: Timestamp,
    failures_max: u32,
) -> Result<bool, StoreError> {
    // It changes nothing and is written all the same: it waits for whoever is just stopping the login.
    let sql = "UPDATE login SET active = active WHERE id = $1 AND active AND password_hash = $2";
    let values = vec![Value::id(login.id), login.password_hash.as_str().into()];
    if transaction.execute(sql, values).await? == 0 {
        return Ok(false);
    }
    let sql = "DELETE FROM login_failure WHERE login_id = $1 AND source = $2 \
        AND (failures < $3 OR failed_at <= $4)";
    let values =
        vec![Value::id(login.id), source.reveal().as_str().into(), Value::count(failures_max), after.into()];
    transaction.execute(sql, values).await?;
    Ok(last_of_failures_at(transaction, login.id, source, failures_max).await?.is_none())
}

/// Forgets the wrong passwords of a login at every usual source.
pub async fn forget_all_failures_at(transaction: &mut Transaction, login: UserId) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM login_failure WHERE login_id = $1", vec![Value::id(login)]).await?;
    Ok(())
}

/// Forgets wrong passwords at such sources that were counted up to a moment; returns at how many.
pub async fn forget_old_failures_at(
    transaction: &mut Transaction,
    up_to: Timestamp,
) -> Result<u64, StoreError> {
    transaction.execute("DELETE FROM login_failure WHERE failed_at <= $1", vec![up_to.into()]).await
}

/// A browser that is logged in. The secret itself is never stored, only its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The hash of the browser's secret.
    pub secret_hash: String,
    /// Who.
    pub login: UserId,
    /// The secret that forms must carry.
    pub form_secret: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The kind of browser, such as `Firefox/Windows`; empty for what nobody knows.
    pub browser: String,
    /// Whether its owner has been told what happened to the login since the one before.
    pub told: bool,
}

const SESSION_COLUMNS: &str =
    "secret_hash, login_id, form_secret, created_at, seen_at, expires_at, browser, told";

/// Begins a session.
pub async fn add_session(transaction: &mut Transaction, session: &Session) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO session ({SESSION_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    let values = vec![
        session.secret_hash.as_str().into(),
        Value::id(session.login),
        session.form_secret.as_str().into(),
        session.created_at.into(),
        session.seen_at.into(),
        session.expires_at.into(),
        session.browser.as_str().into(),
        session.told.into(),
    ];
    transaction.execute(&sql, values).await?;
    Ok(())
}

/// The session with a secret's hash.
pub async fn session(
    transaction: &mut Transaction,
    secret_hash: &str,
) -> Result<Option<Session>, StoreError> {
    let sql = format!("SELECT {SESSION_COLUMNS} FROM session WHERE secret_hash = $1");
    transaction.row(&sql, vec![secret_hash.into()]).await?.as_ref().map(read_session).transpose()
}

/// The sessions of a login that have not ended by themselves, the one used last first.
pub async fn sessions_of(
    transaction: &mut Transaction,
    login: UserId,
    now: Timestamp,
    seen_after: Timestamp,
    limit: i64,
) -> Result<Vec<Session>, StoreError> {
    let sql = format!(
        "SELECT {SESSION_COLUMNS} FROM session WHERE login_id = $1 AND expires_at > $2 AND seen_at >= $3 \
         ORDER BY seen_at DESC, created_at DESC, secret_hash LIMIT $4"
    );
    let values = vec![Value::id(login), now.into(), seen_after.into(), limit.into()];
    transaction.rows(&sql, values).await?.iter().map(read_session).collect()
}

/// Notes that the owner of a login has been told, in the session that began at a moment.
pub async fn note_told(
    transaction: &mut Transaction,
    login: UserId,
    created_at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE session SET told = TRUE WHERE login_id = $1 AND created_at = $2";
    transaction.execute(sql, vec![Value::id(login), created_at.into()]).await?;
    Ok(())
}

/// Notes that a session was used.
pub async fn touch_session(
    transaction: &mut Transaction,
    secret_hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction
        .execute(
            "UPDATE session SET seen_at = $2 WHERE secret_hash = $1",
            vec![secret_hash.into(), now.into()],
        )
        .await?;
    Ok(())
}

/// Ends one session.
pub async fn end_session(transaction: &mut Transaction, secret_hash: &str) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM session WHERE secret_hash = $1", vec![secret_hash.into()]).await?;
    Ok(())
}

/// Ends every session of a login but one, or all; returns how many.
pub async fn end_other_sessions(
    transaction: &mut Transaction,
    login: UserId,
    kept: &str,
) -> Result<u64, StoreError> {
    let sql = "DELETE FROM session WHERE login_id = $1 AND secret_hash <> $2";
    transaction.execute(sql, vec![Value::id(login), kept.into()]).await
}

/// Ends every session whose time is out; returns how many.
pub async fn end_expired_sessions(transaction: &mut Transaction, now: Timestamp) -> Result<u64, StoreError> {
    transaction.execute("DELETE FROM session WHERE expires_at <= $1", vec![now.into()]).await
}

/// Forgets links of a purpose for a login: a new one replaces the old.
pub async fn forget_links(
    transaction: &mut Transaction,
    purpose: &str,
    login: UserId,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM one_time_link WHERE purpose = $1 AND login_id = $2";
    transaction.execute(sql, vec![purpose.into(), Value::id(login)]).await?;
    Ok(())
}

/// Forgets links whose time is out; returns how many.
pub async fn end_expired_links(transaction: &mut Transaction, now: Timestamp) -> Result<u64, StoreError> {
    transaction.execute("DELETE FROM one_time_link WHERE expires_at <= $1", vec![now.into()]).await
}

/// Ends every session that was not used since a moment; returns how many.
pub async fn end_idle_sessions(
    transaction: &mut Transaction,
    seen_before: Timestamp,
) -> Result<u64, StoreError> {
    transaction.execute("DELETE FROM session WHERE seen_at <= $1", vec![seen_before.into()]).await
}

/// The teams that each login responds for.
pub async fn teams_of_all(transaction: &mut Transaction) -> Result<Vec<(UserId, TeamId)>, StoreError> {
    let rows = transaction
        .rows("SELECT login_id, team_id FROM login_team ORDER BY login_id, team_id", vec![])
        .await?;
    rows.iter().map(|row| Ok((row.id("login_id")?, row.id("team_id")?))).collect()
}

/// Keeps a link that works once.
pub async fn add_link(
    transaction: &mut Transaction,
    secret_hash: &str,
    purpose: &str,
    login: Option<UserId>,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO one_time_link (secret_hash, purpose, login_id, expires_at) VALUES ($1, $2, $3, $4)";
    let values = vec![secret_hash.into(), purpose.into(), Value::optional_id(login), expires_at.into()];
    transaction.execute(sql, values).await?;
    Ok(())
}

/// Looks a link up without using it: its login, if it is for one.
pub async fn link(
    transaction: &mut Transaction,
    secret_hash: &str,
    purpose: &str,
    now: Timestamp,
) -> Result<Option<Option<UserId>>, StoreError> {
    let sql =
        "SELECT login_id FROM one_time_link WHERE secret_hash = $1 AND purpose = $2 AND expires_at > $3";
    let row = transaction.row(sql, vec![secret_hash.into(), purpose.into(), now.into()]).await?;
    row.map(|row| row.optional_id("login_id")).transpose()
}

/// Uses a link up. Returns whether it was still there.
pub async fn use_link(transaction: &mut Transaction, secret_hash: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM one_time_link WHERE secret_hash = $1";
    Ok(transaction.execute(sql, vec![secret_hash.into()]).await? > 0)
}

fn read_session(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        secret_hash: row.text("secret_hash")?,
        login: row.id("login_id")?,
        form_secret: row.text("form_secret")?,
        created_at: row.moment("created_at")?,
        seen_at: row.moment("seen_at")?,
        expires_at: row.moment("expires_at")?,
        browser: row.text("browser")?,
        told: row.boolean("told")?,
    })
}

fn read(row: &Row) -> Result<Login, StoreError> {
    Ok(Login {
        id: row.id("id")?,
        login_name: row.text("login_name")?,
        shown_name: row.text("shown_name")?,
        password_hash: row.text("password_hash")?,
        roles: row.list("roles", "roles", Role::from_name)?,
        language: row.named("language", "sv or en", Language::from_tag)?,
        active: row.boolean("active")?,
        failures: row.count("failures")?,
        locked_until: row.optional_moment("locked_until")?,
        must_change_password: row.boolean("must_change_password")?,
    })
}
