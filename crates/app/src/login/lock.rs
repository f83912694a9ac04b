//! Wrong passwords in a row lock a login.
//!
//! Whoever knows a name can type five from anywhere, again and again. So that this keeps nobody from answering alarms,
//! wrong ones from each of the places where that login is proven most often are counted for themselves, and lock it for
//! that place alone; all others are counted together, and lock it for everywhere else. Decision 20 tells why.
//!
//! Whether someone may log in at all is no lock: a login that is stopped is let in from nowhere.

use std::cmp::Reverse;

use base::{SignedDuration, Timestamp, UserId};
use store::{Transaction, login::Login};

use super::{
    guesses::Source,
    origin::Origin,
    sign_in::{FAILURES_MAX, LOCKED_SECONDS, SignedIn, audit_from},
};
use crate::{App, AppError};

/// How many of a login's latest times are looked at for the source it comes from now; a year of them.
const LOGINS_LOOKED_AT_MAX: i64 = 500;

/// How many places are usual for a login. With everywhere else they make five, and five wrong passwords at each in a
/// quarter of an hour are 100 an hour: no more of them are asked for one login (ASVS 4.0.3, 2.2.1).
const USUAL_SOURCES_MAX: usize = 4;

/// What an attempt at a login meets.
#[derive(Clone, Copy)]
pub(crate) struct Lock {
    /// Whether the login has been proven from there before.
    pub(crate) is_known: bool,
    /// The source it comes from, when that is a usual one of the login.
    pub(crate) usual: Option<Source>,
    /// Until when no password is tried from there; `None` when one may be tried now.
    pub(crate) until: Option<Timestamp>,
}

/// What an attempt meets. It is asked before a password is compared, so it tells nothing of whether that is right.
pub(crate) async fn look(
    transaction: &mut Transaction,
    login: &Login,
    origin: &Origin,
    now: Timestamp,
) -> Result<Lock, AppError> {
    let addresses = store::audit::login_addresses(transaction, login.id, LOGINS_LOOKED_AT_MAX).await?;
    let known = by_use(addresses.iter().filter_map(|address| Source::at(address.reveal().parse().ok()?)));
    let source = Source::of(origin);
    let is_here = |known: &Source| Some(*known) == source;
    let usual = known.iter().take(USUAL_SOURCES_MAX).find(|known| is_here(known)).copied();
    let until = locked_until(transaction, login, usual, now).await?;
    Ok(Lock { is_known: known.iter().any(is_here), usual, until })
}

/// Each source once, the one used most first; of those used as much, the one that came first.
fn by_use(sources: impl Iterator<Item = Source>) -> Vec<Source> {
    let mut times: Vec<(Source, usize)> = Vec::new();
    for source in sources {
        match times.iter_mut().find(|(known, _)| *known == source) {
            Some((_, count)) => *count += 1,
            None => times.push((source, 1)),
        }
    }
    times.sort_by_key(|(_, count)| Reverse(*count));
    times.into_iter().map(|(source, _)| source).collect()
}

/// Until when no password of a login is tried from one of its usual sources, or from anywhere else.
pub(crate) async fn locked_until(
    transaction: &mut Transaction,
    login: &Login,
    usual: Option<Source>,
    now: Timestamp,
) -> Result<Option<Timestamp>, AppError> {
    let until = match usual {
        None => login.locked_until,
        Some(source) => {
            let source = source.kept();
            let last =
                store::login::last_of_failures_at(transaction, login.id, &source, FAILURES_MAX).await?;
            last.map(|last| last + SignedDuration::from_secs(LOCKED_SECONDS))
        }
    };
    Ok(until.filter(|until| *until > now))
}

/// Wrong passwords at a usual source that were counted at this moment or before count no more.
pub(crate) fn forgotten_since(now: Timestamp) -> Timestamp {
    now - SignedDuration::from_secs(LOCKED_SECONDS)
}

/// Counts a wrong password. Many are compared side by side, so what stood before says nothing: the count is raised in
/// the database, and the login read anew.
pub(crate) async fn count_failure(
    app: &App,
    id: UserId,
    usual: Option<Source>,
    origin: &Origin,
    now: Timestamp,
) -> Result<SignedIn, AppError> {
    let mut transaction = app.store.write().await?;
    let failures = match usual {
        None => store::login::count_failure(&mut transaction, id).await?,
        Some(source) => {
            let (source, since) = (source.kept(), forgotten_since(now));
            store::login::count_failure_at(&mut transaction, id, &source, (now, since), FAILURES_MAX).await?
        }
    };
    let Some(mut login) = store::login::load(&mut transaction, id).await? else { return Ok(SignedIn::Wrong) };
    // At a usual source none is counted within a lock, and the fifth has just locked it.
    let counted = usual.is_some() && failures.is_some();
    if !counted && let Some(until) = locked_until(&mut transaction, &login, usual, now).await? {
        return Ok(SignedIn::Locked(until));
    }
    let locks = failures.is_some_and(|failures| failures >= i64::from(FAILURES_MAX));
    if locks && usual.is_none() {
        login.failures = 0;
        login.locked_until = Some(now + SignedDuration::from_secs(LOCKED_SECONDS));
        store::login::save(&mut transaction, &login, now).await?;
    }
    let action = if locks { "login.locked" } else { "login.failed" };
    audit_from(app, &mut transaction, &login, action, origin, now).await?;
    transaction.commit().await?;
    let until = locks.then(|| now + SignedDuration::from_secs(LOCKED_SECONDS));
    Ok(until.map_or(SignedIn::Wrong, SignedIn::Locked))
}

/// Lets a login pass that has proven itself: its wrong passwords are forgotten, where they are counted. Those from
/// elsewhere still count there, or whoever guesses would gain five more by each colleague who logs in. `false` when it
/// may not go on after all: it was locked or stopped, or given another password, while its password was compared.
pub(crate) async fn pass(
    transaction: &mut Transaction,
    login: &Login,
    usual: Option<Source>,
    now: Timestamp,
) -> Result<bool, AppError> {
    let Some(source) = usual else {
        return Ok(store::login::forget_failures(transaction, login, now).await?);
    };
    let (source, since) = (source.kept(), forgotten_since(now));
    Ok(store::login::forget_failures_at(transaction, login, &source, since, FAILURES_MAX).await?)
}
