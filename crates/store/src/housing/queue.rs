//! Applications for places, with their offers.

use std::collections::BTreeMap;

use base::PersonId;
use housing::places::{
    queue::{Answer, Application, ApplicationId, Offer, SpecialProfile, Stay},
    register::PlaceKind,
};

use super::{day, optional_day, read_day, read_optional_day};
use crate::{Row, StoreError, Transaction, Value};

/// An application with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Whose.
    pub person: PersonId,
    /// The application.
    pub application: Application,
    /// The version that a change must name.
    pub version: i64,
}

/// Every application, closed ones too, by the day they came in.
pub async fn all(transaction: &mut Transaction) -> Result<Vec<Filed>, StoreError> {
    let offers = offers(transaction, "", vec![]).await?;
    let sql = format!("SELECT {COLUMNS} FROM place_application ORDER BY applied, id");
    read_all(&transaction.rows(&sql, vec![]).await?, offers)
}

/// One application.
pub async fn load(transaction: &mut Transaction, id: ApplicationId) -> Result<Option<Filed>, StoreError> {
    let offers = offers(transaction, "WHERE application_id = $1", vec![Value::id(id)]).await?;
    let sql = format!("SELECT {COLUMNS} FROM place_application WHERE id = $1");
    Ok(read_all(&transaction.rows(&sql, vec![Value::id(id)]).await?, offers)?.pop())
}

/// Makes sure that nobody has changed an application since it was read at a version.
pub async fn claim(
    transaction: &mut Transaction,
    id: ApplicationId,
    read_version: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE place_application SET version = version + 1 WHERE id = $1 AND version = $2";
    match transaction.execute(sql, vec![Value::id(id), read_version.into()]).await? {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Writes an application, new or changed, with its offers.
pub async fn save(
    transaction: &mut Transaction,
    person: PersonId,
    application: &Application,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO place_application (id, person_id, kind, applied, granted, refused, moved_in, withdrawn, \
        wishes, profiles, stay_from, stay_until, urgent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, applied = excluded.applied, granted = excluded.granted, \
        refused = excluded.refused, moved_in = excluded.moved_in, withdrawn = excluded.withdrawn, \
        wishes = excluded.wishes, profiles = excluded.profiles, stay_from = excluded.stay_from, \
        stay_until = excluded.stay_until, urgent = excluded.urgent";
    let wishes: Vec<String> = application.wishes.iter().map(ToString::to_string).collect();
    let stay = application.stay;
    let values = vec![
        Value::id(application.id),
        Value::id(person),
        application.kind.name().into(),
        day(application.applied),
        optional_day(application.granted),
        optional_day(application.refused),
        optional_day(application.moved_in),
        optional_day(application.withdrawn),
        wishes.join(" ").into(),
        join_profiles(&application.profiles).into(),
        optional_day(stay.map(|stay| stay.from)),
        optional_day(stay.map(|stay| stay.until)),
        stay.is_some_and(|stay| stay.urgent).into(),
    ];
    transaction.execute(sql, values).await?;
    let head = "INSERT INTO place_offer (application_id, place, home_id, offered, answered, answer)";
    let values = application
        .offers
        .iter()
        .enumerate()
        .flat_map(|(place, offer)| {
            [
                Value::id(application.id),
                Value::count(place),
                Value::id(offer.home),
                day(offer.offered),
                optional_day(offer.answer.map(|(day, _)| day)),
                Value::from(offer.answer.map(|(_, answer)| answer.name().to_owned())),
            ]
        })
        .collect();
    let tail = "ON CONFLICT (application_id, place) DO UPDATE SET home_id = excluded.home_id, \
        offered = excluded.offered, answered = excluded.answered, answer = excluded.answer";
    transaction.values(head, 6, values, tail).await?;
    Ok(())
}

const COLUMNS: &str = "id, person_id, kind, applied, granted, refused, moved_in, withdrawn, wishes, profiles, \
    stay_from, stay_until, urgent, version";

type Offers = BTreeMap<String, Vec<Offer>>;

async fn offers(
    transaction: &mut Transaction,
    which: &str,
    values: Vec<Value>,
) -> Result<Offers, StoreError> {
    let sql = format!(
        "SELECT application_id, home_id, offered, answered, answer FROM place_offer {which} ORDER BY application_id, place"
    );
    let mut offers = Offers::new();
    for row in transaction.rows(&sql, values).await? {
        let answer = match (read_optional_day(&row, "answered")?, row.optional_text("answer")?) {
            (Some(day), Some(_)) => Some((day, row.named("answer", "an answer", Answer::from_name)?)),
            _ => None,
        };
        let offer = Offer { home: row.id("home_id")?, offered: read_day(&row, "offered")?, answer };
        offers.entry(row.text("application_id")?).or_default().push(offer);
    }
    Ok(offers)
}

fn read_all(rows: &[Row], mut offers: Offers) -> Result<Vec<Filed>, StoreError> {
    rows.iter()
        .map(|row| {
            let offers = offers.remove(&row.text("id")?).unwrap_or_default();
            read(row, offers)
        })
        .collect()
}

fn read(row: &Row, offers: Vec<Offer>) -> Result<Filed, StoreError> {
    let stay = match (read_optional_day(row, "stay_from")?, read_optional_day(row, "stay_until")?) {
        (Some(from), Some(until)) => Some(Stay { from, until, urgent: row.boolean("urgent")? }),
        _ => None,
    };
    Ok(Filed {
        person: row.id("person_id")?,
        application: Application {
            id: row.id("id")?,
            kind: row.named("kind", "a kind of place", PlaceKind::from_stored_name)?,
            applied: read_day(row, "applied")?,
            granted: read_optional_day(row, "granted")?,
            refused: read_optional_day(row, "refused")?,
            wishes: row.list("wishes", "ids of homes", |word| word.parse().ok())?,
            profiles: row.list("profiles", "special profiles", SpecialProfile::from_name)?,
            stay,
            offers,
            moved_in: read_optional_day(row, "moved_in")?,
            withdrawn: read_optional_day(row, "withdrawn")?,
        },
        version: row.integer("version")?,
    })
}

pub(super) fn join_profiles(profiles: &[SpecialProfile]) -> String {
    profiles.iter().map(SpecialProfile::name).collect::<Vec<_>>().join(" ")
}
