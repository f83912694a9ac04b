//! What an error tells: the cause, and nothing of what was bound.

use store::Store;

use crate::{both_engines, migrated};

both_engines!(a_failure_tells_its_cause_and_no_value);

const BOUND: &str = "Påhittad Hemlighet";

/// The error with all its sources, as a log prints it.
fn printed(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(|error| format!("{error} {error:?}\n")).take(1).collect::<String>()
        + &std::iter::successors(error.source(), |error| error.source())
            .map(|error| format!("{error}\n"))
            .collect::<String>()
}

async fn a_failure_tells_its_cause_and_no_value(store: Store) {
    migrated(&store).await;
    for (sql, told) in [
        ("INSERT INTO provider (id, name, own_run) VALUES ('1', $1, TRUE), ('2', $1, TRUE)", "unique"),
        ("INSERT INTO no_such_table (name) VALUES ($1)", "code"),
        ("INSERT INTO provider (id, name, own_run) VALUES (NULL, $1, NULL)", "missing"),
        // SQLite takes any text for a number; PostgreSQL refuses it and quotes it.
        (
            "INSERT INTO provider (id, name, own_run) VALUES ('3', $1, CAST($1 AS BOOLEAN)), ('3', $1, FALSE)",
            "code",
        ),
    ] {
        let mut transaction = store.write().await.unwrap();
        let error = transaction.execute(sql, vec![BOUND.into()]).await.unwrap_err();
        let said = printed(&error);
        assert!(said.contains(told), "{sql}: {said}");
        assert!(!said.contains("Hemlighet"), "{sql}: {said}");
    }
}
