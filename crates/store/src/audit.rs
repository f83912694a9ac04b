//! The audit log: who looked at or changed what, and why. Only ever added to.

use base::{AuditId, PersonId, Private, Timestamp, UserId};

use crate::{Row, StoreError, Transaction, Value};

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which line.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who; `None` for Tryggve itself.
    pub user: Option<UserId>,
    /// What; see `access::Action::name`.
    pub action: String,
    /// Whose data, when it was someone's.
    pub person: Option<PersonId>,
    /// What else it was about, as `kind:id`.
    pub subject: String,
    /// The stated reason, when one was asked for.
    pub reason: Private<String>,
    /// The address that a login, or a refused one, came from; empty for everything else.
    pub address: Private<String>,
}

const COLUMNS: &str = "id, at, user_id, action, person_id, subject, reason, address";

/// Adds a line.
pub async fn add(transaction: &mut Transaction, entry: &Entry) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO audit ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    let values = vec![
        Value::id(entry.id),
        entry.at.into(),
        Value::optional_id(entry.user),
        entry.action.as_str().into(),
        Value::optional_id(entry.person),
        entry.subject.as_str().into(),
        entry.reason.reveal().as_str().into(),
        entry.address.reveal().as_str().into(),
    ];
    transaction.execute(&sql, values).await?;
    Ok(())
}

/// Whether someone has looked at the same thing since a moment.
pub async fn looked_since(
    transaction: &mut Transaction,
    user: UserId,
    action: &str,
    subject: &str,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS found FROM audit WHERE user_id = $1 AND at >= $2 AND action = $3 AND subject = $4 LIMIT 1";
    let values = vec![Value::id(user), since.into(), action.into(), subject.into()];
    Ok(transaction.row(sql, values).await?.is_some())
}

/// Whether someone has stated a reason for doing a thing to a subject since a moment.
pub async fn reason_stated_since(
    transaction: &mut Transaction,
    user: UserId,
    action: &str,
    subject: &str,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS found FROM audit WHERE user_id = $1 AND at >= $2 AND action = $3 AND subject = $4 \
        AND reason <> '' LIMIT 1";
    let values = vec![Value::id(user), since.into(), action.into(), subject.into()];
    Ok(transaction.row(sql, values).await?.is_some())
}

/// When a login last did a thing before a moment, as far as the log reaches back.
pub async fn last_before(
    transaction: &mut Transaction,
    user: UserId,
    action: &str,
    before: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT at FROM audit WHERE user_id = $1 AND at < $2 AND action = $3 ORDER BY at DESC LIMIT 1";
    let values = vec![Value::id(user), before.into(), action.into()];
    transaction.row(sql, values).await?.map(|row| row.moment("at")).transpose()
}

/// The addresses of the latest times that someone logged in, the last one first, as far as the log reaches back.
pub async fn login_addresses(
    transaction: &mut Transaction,
    user: UserId,
    limit: i64,
) -> Result<Vec<Private<String>>, StoreError> {
    // The action stands in the text, so that the small index of just these lines is used.
    let sql = "SELECT address FROM audit WHERE user_id = $1 AND action = 'login.signed_in' ORDER BY at DESC LIMIT $2";
    let values = vec![Value::id(user), limit.into()];
    transaction.rows(sql, values).await?.iter().map(|row| row.private("address")).collect()
}

/// A stretch of time: after a moment, or from the beginning, and before another one.
pub type Between = (Option<Timestamp>, Timestamp);

/// How many wrong passwords were typed for a login.
pub async fn wrong_passwords(
    transaction: &mut Transaction,
    user: UserId,
    between: Between,
) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS total FROM audit WHERE user_id = $1 AND at > $2 AND at < $3 \
        AND action IN ('login.failed', 'login.locked')";
    let values = vec![Value::id(user), after(between), between.1.into()];
    transaction.row(sql, values).await?.map_or(Ok(0), |row| row.integer("total"))
}

/// What else happened to a login, by its owner or an administrator, newest first: moment, action and, of what an
/// administrator did, the word for it. A password that was set at the very beginning belongs to it.
pub async fn happened_to(
    transaction: &mut Transaction,
    user: UserId,
    between: Between,
    limit: i64,
) -> Result<Vec<(Timestamp, String, String)>, StoreError> {
    let sql = "SELECT at, action, '' AS word FROM audit WHERE user_id = $1 AND at >= $2 AND at < $3 AND action IN \
        ('login.locked', 'login.password_set', 'login.password_changed', 'login.sessions_ended') \
        UNION ALL SELECT at, action, reason AS word FROM audit WHERE action = 'user.write' AND subject = $4 \
        AND at >= $2 AND at < $3 ORDER BY at DESC LIMIT $5";
    let subject = format!("login:{user}");
    let values = vec![Value::id(user), after(between), between.1.into(), subject.into(), limit.into()];
    let rows = transaction.rows(sql, values).await?;
    rows.iter().map(|row| Ok((row.moment("at")?, row.text("action")?, row.text("word")?))).collect()
}

fn after(between: Between) -> Value {
    between.0.map_or(Value::from(i64::MIN), Value::from)
}

/// What to look for. Every field narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only lines before this one, by moment and id: for the next page. Lines of the same moment are not lost.
    pub before: Option<(Timestamp, AuditId)>,
    /// Only lines of this login.
    pub user: Option<UserId>,
    /// Only lines about this person.
    pub person: Option<PersonId>,
    /// Only lines whose action begins so.
    pub action: String,
    /// Only lines about this, as `kind:id`; empty for all.
    pub subject: String,
}

/// Lines of the log, newest first.
pub async fn list(
    transaction: &mut Transaction,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit \
        WHERE at <= $1 AND (at < $1 OR id < $6) AND ($2 = '' OR user_id = $2) AND ($3 = '' OR person_id = $3) \
        AND action LIKE $4 AND ($7 = '' OR subject = $7) ORDER BY at DESC, id DESC LIMIT $5"
    );
    let text = |id: Option<String>| Value::from(id.unwrap_or_default());
    let values = vec![
        filter.before.map_or(Value::from(i64::MAX), |(at, _)| Value::from(at)),
        text(filter.user.map(|id| id.to_string())),
        text(filter.person.map(|id| id.to_string())),
        // An underscore stands for any sign there, and no two actions differ by one.
        format!("{}%", filter.action.replace('%', "")).into(),
        limit.into(),
        text(filter.before.map(|(_, id)| id.to_string())),
        filter.subject.as_str().into(),
    ];
    transaction.rows(&sql, values).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        id: row.id("id")?,
        at: row.moment("at")?,
        user: row.optional_id("user_id")?,
        action: row.text("action")?,
        person: row.optional_id("person_id")?,
        subject: row.text("subject")?,
        reason: row.private("reason")?,
        address: row.private("address")?,
    })
}
