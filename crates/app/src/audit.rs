//! Writing and reading the audit log.

use std::collections::HashMap;

use access::{Action, Actor, Relation};
use base::{AuditId, PersonId, Private, SignedDuration, UserId};
use store::Transaction;
pub use store::audit::{Entry, Filter};

use crate::{App, AppError, error::require};

/// The most lines that one page of the log shows.
pub const LINES_SHOWN_MAX: i64 = 200;

/// The most lines that one file holds; the newest are kept.
pub const LINES_EXPORTED_MAX: usize = 50_000;

/// Within so many seconds another look by the same actor at the same thing is the same look.
pub const LOOK_REPEATED_SECONDS: i64 = 900;

/// What an entry is about.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Whose data.
    pub person: Option<PersonId>,
    /// What else, as `kind:id`.
    pub subject: String,
    /// The stated reason.
    pub reason: String,
}

/// Adds an entry in the transaction of the change or look itself.
pub(crate) async fn record(
    app: &App,
    transaction: &mut Transaction,
    actor: &Actor,
    action: Action,
    about: About,
) -> Result<(), AppError> {
    let now = app.now();
    let entry = Entry {
        id: AuditId::fresh(app.ids.as_ref(), now),
        at: now,
        user: Some(actor.user),
        action: action.name().to_owned(),
        person: about.person,
        subject: about.subject,
        reason: Private::new(about.reason),
        address: Private::default(),
    };
    Ok(store::audit::add(transaction, &entry).await?)
}

/// Logs a look at something, unless the same actor looked at it lately: a page that refreshes itself is one look.
pub(crate) async fn record_look(
    app: &App,
    actor: &Actor,
    action: Action,
    about: About,
) -> Result<(), AppError> {
    let since = app.now() - SignedDuration::from_secs(LOOK_REPEATED_SECONDS);
    let seen = {
        let mut transaction = app.store.read().await?;
        store::audit::looked_since(&mut transaction, actor.user, action.name(), &about.subject, since).await?
    };
    if seen {
        return Ok(());
    }
    let mut transaction = app.store.write().await?;
    record(app, &mut transaction, actor, action, about).await?;
    transaction.commit().await?;
    Ok(())
}

/// Lines of the log, newest first. Reading the log is itself logged.
pub async fn list(app: &App, actor: &Actor, filter: &Filter) -> Result<Vec<Entry>, AppError> {
    require(actor, Action::AuditRead, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    let entries = store::audit::list(&mut transaction, filter, LINES_SHOWN_MAX).await?;
    let about = About { person: filter.person, ..About::default() };
    record(app, &mut transaction, actor, Action::AuditRead, about).await?;
    transaction.commit().await?;
    Ok(entries)
}

/// Lines of the log for a file, newest first, up to [`LINES_EXPORTED_MAX`]. Taking the file is itself logged.
pub async fn export(app: &App, actor: &Actor, filter: &Filter) -> Result<Vec<Entry>, AppError> {
    require(actor, Action::AuditRead, Relation::NoPerson)?;
    let mut filter = filter.clone();
    let mut transaction = app.store.write().await?;
    let about = About { person: filter.person, subject: "audit:export".to_owned(), ..About::default() };
    record(app, &mut transaction, actor, Action::AuditRead, about).await?;
    transaction.commit().await?;
    let mut transaction = app.store.read().await?;
    let mut entries: Vec<Entry> = Vec::new();
    while entries.len() < LINES_EXPORTED_MAX {
        let page = store::audit::list(&mut transaction, &filter, LINES_SHOWN_MAX).await?;
        let Some(last) = page.last() else { break };
        filter.before = Some((last.at, last.id));
        entries.extend(page);
    }
    entries.truncate(LINES_EXPORTED_MAX);
    Ok(entries)
}

/// The names of everyone who can stand in the log: logins by their shown name, systems by the name of their token.
pub async fn names(app: &App, actor: &Actor) -> Result<HashMap<UserId, String>, AppError> {
    require(actor, Action::AuditRead, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let mut names = crate::login::names(&mut transaction).await?;
    let tokens = store::token::all(&mut transaction).await?;
    names.extend(tokens.into_iter().map(|token| (UserId(token.id.0), token.name)));
    Ok(names)
}
