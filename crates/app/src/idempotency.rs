//! A request that a system sends twice under one key is done once: the second gets the first one's answer.

use ::login::hash_secret;
use access::Actor;
use base::{SignedDuration, TokenId};
pub use store::idempotency::Answer;
use store::idempotency::{Asked, claim, give_back, keep, load, take_over, weed};

use crate::{App, AppError};

/// How long a key and its answer are kept, in hours.
pub const KEPT_HOURS: i64 = 24;
/// The longest key, in characters.
pub const KEY_CHARACTERS_MAX: usize = 255;
/// After so many seconds a request that never got its answer counts as cut off, and its key may do it again.
pub const CUT_OFF_SECONDS: i64 = 60;

/// How a request under a key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is this request's to do; [`finish`] it.
    Do(Asked),
    /// It was done, with this answer.
    Done(Answer),
    /// The key belongs to another request.
    OtherRequest,
    /// The same request is being done right now.
    UnderWay,
}

/// Takes a key for a request. `request` is everything that makes it what it is: method, address and body.
pub async fn begin(app: &App, actor: &Actor, key: &str, request: &str) -> Result<Standing, AppError> {
    let asked = Asked {
        token: TokenId(actor.user.0),
        key_hash: hash_secret(key),
        request_hash: hash_secret(request),
    };
    let now = app.now();
    let mut transaction = app.store.write().await?;
    let kept_since = now - SignedDuration::from_hours(KEPT_HOURS);
    let cut_off = now - SignedDuration::from_secs(CUT_OFF_SECONDS);
    if claim(&mut transaction, &asked, kept_since, now).await?
        || take_over(&mut transaction, &asked, cut_off, now).await?
    {
        transaction.commit().await?;
        return Ok(Standing::Do(asked));
    }
    Ok(match load(&mut transaction, &asked).await? {
        Some(kept) if kept.request_hash != asked.request_hash => Standing::OtherRequest,
        Some(kept) => kept.answer.map_or(Standing::UnderWay, Standing::Done),
        // Given back in between: the system is told to try again.
        None => Standing::UnderWay,
    })
}

/// Keeps the answer of what was done, or gives the key back when it was refused and nothing changed.
pub async fn finish(app: &App, asked: &Asked, answer: Option<&Answer>) -> Result<(), AppError> {
    let mut transaction = app.store.write().await?;
    match answer {
        Some(answer) => keep(&mut transaction, asked, answer).await?,
        None => give_back(&mut transaction, asked).await?,
    }
    Ok(transaction.commit().await?)
}

/// Forgets keys whose time is out.
pub(crate) async fn forget_old(app: &App) -> Result<u64, AppError> {
    let mut transaction = app.store.write().await?;
    let gone = weed(&mut transaction, app.now() - SignedDuration::from_hours(KEPT_HOURS)).await?;
    transaction.commit().await?;
    Ok(gone)
}
