//! Weeding: what is older than its retention is forgotten, by the municipality's own figures.

use ::alarm::retention::{ALARM_DAYS, DELIVERY_DAYS, MESSAGE_DAYS};
use base::{AuditId, Private, SignedDuration, Timestamp};
use store::audit::Entry;

use crate::{
    App, AppError,
    idempotency::forget_old,
    login::{lock::forgotten_since, session::IDLE_SECONDS_MAX},
    setting::Settings,
};

/// How many alarms one transaction forgets, so that reception never waits long for the writer.
pub const ALARMS_AT_ONCE: i64 = 200;

/// What was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weeded {
    /// Messages.
    pub messages: u64,
    /// Alarms with their history.
    pub alarms: u64,
    /// Deliveries to other systems.
    pub deliveries: u64,
}

/// Forgets everything whose time is out. What is forgotten is counted in the audit log.
pub async fn weed(app: &App) -> Result<Weeded, AppError> {
    let now = app.now();
    let mut transaction = app.store.write().await?;
    let settings = Settings::from_stored(&store::setting::all(&mut transaction).await?);
    let before = |days: u32| -> Timestamp { now - SignedDuration::from_hours(i64::from(days) * 24) };
    let mut weeded = Weeded {
        messages: store::message::weed(&mut transaction, before(settings.whole(&MESSAGE_DAYS))).await?,
        deliveries: store::webhook::weed(&mut transaction, before(settings.whole(&DELIVERY_DAYS))).await?,
        alarms: 0,
    };
    transaction.commit().await?;
    loop {
        let mut transaction = app.store.write().await?;
        let limit = before(settings.whole(&ALARM_DAYS));
        let gone = store::service_level::weed_alarms(&mut transaction, limit, ALARMS_AT_ONCE).await?;
        transaction.commit().await?;
        weeded.alarms += gone;
        if gone == 0 {
            break;
        }
    }
    if weeded != Weeded::default() {
        let entry = Entry {
            id: AuditId::fresh(app.ids.as_ref(), now),
            at: now,
            user: None,
            action: "retention.weeded".to_owned(),
            person: None,
            subject: format!(
                "messages:{} alarms:{} deliveries:{}",
                weeded.messages, weeded.alarms, weeded.deliveries
            ),
            reason: Private::default(),
            address: Private::default(),
        };
        let mut transaction = app.store.write().await?;
        store::audit::add(&mut transaction, &entry).await?;
        transaction.commit().await?;
    }
    Ok(weeded)
}

/// Ends sessions, links, counts of wrong passwords and keys of requests whose time is out.
pub async fn end_expired(app: &App) -> Result<u64, AppError> {
    let now = app.now();
    let mut transaction = app.store.write().await?;
    // In the order in which someone who logs in writes both.
    store::login::forget_old_failures_at(&mut transaction, forgotten_since(now)).await?;
    let expired = store::login::end_expired_sessions(&mut transaction, now).await?;
    let idle = now - SignedDuration::from_secs(IDLE_SECONDS_MAX);
    let ended = expired + store::login::end_idle_sessions(&mut transaction, idle).await?;
    store::login::end_expired_links(&mut transaction, now).await?;
    transaction.commit().await?;
    forget_old(app).await?;
    Ok(ended)
}
