//! Leases: which node does the work that only one may do. Each new holder gets a higher epoch.

use base::{Timestamp, clock::doubtful_from};

use crate::{StoreError, Transaction, Value};

/// Takes or renews a lease until a moment; returns its epoch, or `None` while another node holds it.
///
/// One statement, so two nodes can never both have it. The epoch rises when the holder changes, and a late
/// writer is told apart by it (see [`fence`]).
pub async fn take(
    transaction: &mut Transaction,
    name: &str,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let sql = "INSERT INTO lease (name, holder, epoch, until) VALUES ($1, $2, 1, $4) \
        ON CONFLICT (name) DO UPDATE SET \
        epoch = CASE WHEN lease.holder = excluded.holder THEN lease.epoch ELSE lease.epoch + 1 END, \
        holder = excluded.holder, until = excluded.until \
        WHERE lease.holder = excluded.holder OR lease.until <= $3 OR lease.until > $5 RETURNING epoch";
    // Every lease is as long as this one. One that ends later was taken by a clock that has been set back since.
    let values = vec![name.into(), holder.into(), now.into(), until.into(), doubtful_from(until).into()];
    transaction.row(sql, values).await?.map(|row| row.integer("epoch")).transpose()
}

/// Fails with [`StoreError::Conflict`] unless the lease still has this holder and epoch.
///
/// Called first in the transaction of the work itself: the row stays locked until that commits, so a new holder
/// waits for it.
pub async fn fence(
    transaction: &mut Transaction,
    name: &str,
    holder: &str,
    epoch: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE lease SET epoch = epoch WHERE name = $1 AND holder = $2 AND epoch = $3";
    let values: Vec<Value> = vec![name.into(), holder.into(), epoch.into()];
    if transaction.execute(sql, values).await? == 0 { Err(StoreError::Conflict) } else { Ok(()) }
}

/// Gives a lease back, so that another node need not wait for its end.
pub async fn release(transaction: &mut Transaction, name: &str, holder: &str) -> Result<(), StoreError> {
    let sql = "UPDATE lease SET until = 0 WHERE name = $1 AND holder = $2";
    transaction.execute(sql, vec![name.into(), holder.into()]).await?;
    Ok(())
}
