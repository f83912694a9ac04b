//! Work that only one node may do at a time: the node that holds the lease does it, the others wait for it to end.

use base::SignedDuration;

use crate::{App, AppError};

/// How long a lease lasts without being renewed, in seconds. A node that dies is replaced after this.
pub const LEASE_SECONDS: i64 = 10;

/// A lease that this node holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What it is for.
    pub name: &'static str,
    /// Which node holds it.
    pub holder: String,
    /// Rises with every new holder.
    pub epoch: i64,
}

/// Takes or renews a lease; `None` while another node holds it.
pub async fn take(app: &App, name: &'static str, holder: &str) -> Result<Option<Lease>, AppError> {
    let now = app.now();
    let until = now + SignedDuration::from_secs(LEASE_SECONDS);
    let mut transaction = app.store.write().await?;
    let epoch = store::lease::take(&mut transaction, name, holder, now, until).await?;
    transaction.commit().await?;
    Ok(epoch.map(|epoch| Lease { name, holder: holder.to_owned(), epoch }))
}

/// Fails with [`AppError::Conflict`] when another node has the lease by now; called first in the work's own
/// transaction, it keeps others out until that ends.
pub async fn fence(transaction: &mut store::Transaction, lease: &Lease) -> Result<(), AppError> {
    Ok(store::lease::fence(transaction, lease.name, &lease.holder, lease.epoch).await?)
}

/// Gives a lease back at a clean stop.
pub async fn release(app: &App, lease: &Lease) -> Result<(), AppError> {
    let mut transaction = app.store.write().await?;
    store::lease::release(&mut transaction, lease.name, &lease.holder).await?;
    Ok(transaction.commit().await?)
}
