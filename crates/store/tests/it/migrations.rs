//! Migrations run once, in order, and are never edited.

use store::{Store, StoreError, Value, migrate};

use crate::{both_engines, moment};

both_engines!(
    a_fresh_database_gets_all_of_them_once,
    an_edited_one_is_refused,
    a_newer_database_is_refused,
    two_nodes_may_start_together,
);

async fn a_fresh_database_gets_all_of_them_once(store: Store) {
    let ran = migrate::migrate(&store, moment(0)).await.unwrap();
    assert_eq!(ran.len(), migrate::ALL.len());
    assert!(migrate::migrate(&store, moment(1)).await.unwrap().is_empty());
    let versions: Vec<i64> = migrate::ALL.iter().map(|migration| migration.version).collect();
    assert_eq!(versions, (1..=versions.len() as i64).collect::<Vec<_>>());
}

async fn an_edited_one_is_refused(store: Store) {
    migrate::migrate(&store, moment(0)).await.unwrap();
    let mut transaction = store.write().await.unwrap();
    transaction
        .execute(
            "UPDATE migration SET fingerprint = fingerprint + 1 WHERE version = $1",
            vec![Value::from(2)],
        )
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let refused = migrate::migrate(&store, moment(1)).await;
    assert!(matches!(refused, Err(StoreError::Migration { version: 2, .. })), "{refused:?}");
}

async fn a_newer_database_is_refused(store: Store) {
    migrate::migrate(&store, moment(0)).await.unwrap();
    let mut transaction = store.write().await.unwrap();
    let sql = "INSERT INTO migration (version, name, fingerprint, at) VALUES ($1, $2, $3, $4)";
    let values = vec![Value::from(9_999), "from_tomorrow".into(), Value::from(1), moment(1).into()];
    transaction.execute(sql, values).await.unwrap();
    transaction.commit().await.unwrap();
    let refused = migrate::migrate(&store, moment(1)).await;
    assert!(matches!(refused, Err(StoreError::Migration { version: 9_999, .. })), "{refused:?}");
}

/// Two nodes that start together on an empty database: each finds it ready, and every migration ran once.
async fn two_nodes_may_start_together(store: Store) {
    let (one, other) = tokio::join!(migrate::migrate(&store, moment(0)), migrate::migrate(&store, moment(0)));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.len() + other.len(), migrate::ALL.len(), "{one:?} {other:?}");
    assert_eq!(migrate::pending(&store).await.unwrap(), 0);
}
