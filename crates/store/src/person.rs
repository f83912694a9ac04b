//! People and those close to them.

use base::{AreaId, PersonId, Position, Private, Timestamp};
use person::{Address, Identity, Kin, Person};

use crate::{Row, StoreError, Transaction, Value, row::inconsistent, value::lower};

const COLUMNS: &str = "id, identity_kind, identity, protected, given_name, family_name, spoken_language, phone, street, \
    postal_code, town, latitude, longitude, area_id, entry_note, health_note, note";

/// One person, or `None`.
pub async fn load(transaction: &mut Transaction, id: PersonId) -> Result<Option<Person>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE id = $1");
    transaction.row(&sql, vec![Value::id(id)]).await?.as_ref().map(read).transpose()
}

/// Several people, in no order.
pub async fn load_many(transaction: &mut Transaction, ids: &[PersonId]) -> Result<Vec<Person>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE id IN {{keys}}");
    let rows = transaction.rows_for_keys(&sql, ids.iter().map(Value::id).collect()).await?;
    rows.iter().map(read).collect()
}

/// People whose name, address or number holds every word, by name. Nobody is found by an address that is protected:
/// whoever asks for a street must not learn who hides there.
pub async fn search(
    transaction: &mut Transaction,
    words: &str,
    area: Option<AreaId>,
    limit: i64,
) -> Result<Vec<Person>, StoreError> {
    let words: Vec<String> = words.split_whitespace().take(4).map(str::to_lowercase).collect();
    let word = |place: usize| {
        words.get(place).map_or("%".to_owned(), |word| format!("%{}%", word.replace(['%', '_'], "")))
    };
    let haystack = lower(
        "given_name || ' ' || family_name || ' ' || CASE WHEN protected THEN '' ELSE street END || ' ' || identity",
    );
    let sql = format!(
        "SELECT {COLUMNS} FROM person WHERE {haystack} LIKE $1 AND {haystack} LIKE $2 AND {haystack} LIKE $3 \
         AND {haystack} LIKE $4 AND ($5 = '' OR area_id = $5) ORDER BY family_name, given_name, id LIMIT $6"
    );
    let area = area.map(|area| area.to_string()).unwrap_or_default();
    let values =
        vec![word(0).into(), word(1).into(), word(2).into(), word(3).into(), area.into(), limit.into()];
    transaction.rows(&sql, values).await?.iter().map(read).collect()
}

/// Who has an identity number, if anyone.
pub async fn by_identity(
    transaction: &mut Transaction,
    identity: &Identity,
) -> Result<Option<PersonId>, StoreError> {
    let sql = "SELECT id FROM person WHERE identity = $1";
    transaction.row(sql, vec![identity.as_str().into()]).await?.map(|row| row.id("id")).transpose()
}

/// Who has which of many identity numbers, as stored.
pub async fn by_identities(
    transaction: &mut Transaction,
    identities: Vec<String>,
) -> Result<Vec<(String, PersonId)>, StoreError> {
    let sql = "SELECT identity, id FROM person WHERE identity IN {keys}";
    let rows = transaction.rows_for_keys(sql, identities.into_iter().map(Value::from).collect()).await?;
    rows.iter().map(|row| Ok((row.text("identity")?, row.id("id")?))).collect()
}

/// People after one of them, in the order of their ids: for files of the whole register.
pub async fn page_after(
    transaction: &mut Transaction,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Person>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE id > $1 ORDER BY id LIMIT $2");
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    transaction.rows(&sql, vec![after.into(), limit.into()]).await?.iter().map(read).collect()
}

/// Everyone with an installed device, by area and name: the fallback list.
pub async fn alarm_holders(
    transaction: &mut Transaction,
    area: Option<AreaId>,
) -> Result<Vec<Person>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM person WHERE ($1 = '' OR area_id = $1) AND EXISTS \
         (SELECT 1 FROM device WHERE device.person_id = person.id AND device.stage = 'installed') \
         ORDER BY area_id, street, family_name, given_name, id"
    );
    let area = area.map(|area| area.to_string()).unwrap_or_default();
    transaction.rows(&sql, vec![area.into()]).await?.iter().map(read).collect()
}

/// How often a person was written.
pub async fn version(transaction: &mut Transaction, id: PersonId) -> Result<i64, StoreError> {
    let row = transaction.row("SELECT version FROM person WHERE id = $1", vec![Value::id(id)]).await?;
    row.map_or(Ok(0), |row| row.integer("version"))
}

/// Makes sure that nobody has changed a person since it was read at a version, and that nobody can until the end
/// of the transaction.
pub async fn claim(transaction: &mut Transaction, id: PersonId, read_version: i64) -> Result<(), StoreError> {
    let sql = "UPDATE person SET version = version + 1 WHERE id = $1 AND version = $2";
    match transaction.execute(sql, vec![Value::id(id), read_version.into()]).await? {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Writes a person, new or changed.
pub async fn save(transaction: &mut Transaction, person: &Person, now: Timestamp) -> Result<(), StoreError> {
    save_many(transaction, std::slice::from_ref(person), now).await
}

/// Writes people, new or changed, all together.
pub async fn save_many(
    transaction: &mut Transaction,
    people: &[Person],
    now: Timestamp,
) -> Result<(), StoreError> {
    let head = "INSERT INTO person (id, identity_kind, identity, protected, given_name, family_name, spoken_language, phone, \
        street, postal_code, town, latitude, longitude, area_id, entry_note, health_note, note, created_at, changed_at)";
    let tail = "ON CONFLICT (id) DO UPDATE SET identity_kind = excluded.identity_kind, identity = excluded.identity, \
        protected = excluded.protected, given_name = excluded.given_name, family_name = excluded.family_name, \
        spoken_language = excluded.spoken_language, phone = excluded.phone, street = excluded.street, \
        postal_code = excluded.postal_code, town = excluded.town, latitude = excluded.latitude, \
        longitude = excluded.longitude, area_id = excluded.area_id, entry_note = excluded.entry_note, \
        health_note = excluded.health_note, note = excluded.note, changed_at = excluded.changed_at, \
        version = person.version + 1";
    let values = people.iter().flat_map(|person| row_of(person, now)).collect();
    transaction.values(head, 19, values, tail).await?;
    Ok(())
}

fn row_of(person: &Person, now: Timestamp) -> [Value; 19] {
    let text = |value: &Private<String>| Value::from(value.reveal().as_str());
    let address = person.address.reveal();
    let identity = person.identity.reveal();
    let kind = match identity {
        Identity::PersonNumber(_) => "person",
        Identity::CoordinationNumber(_) => "coordination",
        Identity::ReserveNumber(_) => "reserve",
    };
    [
        Value::id(person.id),
        kind.into(),
        identity.as_str().into(),
        person.protected.into(),
        text(&person.given_name),
        text(&person.family_name),
        text(&person.spoken_language),
        text(&person.phone),
        address.street.as_str().into(),
        address.postal_code.as_str().into(),
        address.town.as_str().into(),
        Value::Real(address.position.map(|position| position.latitude)),
        Value::Real(address.position.map(|position| position.longitude)),
        Value::optional_id(person.area),
        text(&person.entry_note),
        text(&person.health_note),
        text(&person.note),
        now.into(),
        now.into(),
    ]
}

/// The close persons of a person, in call order.
pub async fn kin(transaction: &mut Transaction, id: PersonId) -> Result<Vec<Kin>, StoreError> {
    let sql = "SELECT id, person_id, name, relation, phone, has_key, call_order FROM kin WHERE person_id = $1 ORDER BY call_order, id";
    transaction.rows(sql, vec![Value::id(id)]).await?.iter().map(read_kin).collect()
}

/// The close persons of many, in call order.
pub async fn kin_of_many(transaction: &mut Transaction, ids: &[PersonId]) -> Result<Vec<Kin>, StoreError> {
    let sql = "SELECT id, person_id, name, relation, phone, has_key, call_order FROM kin WHERE person_id IN {keys} \
        ORDER BY person_id, call_order, id";
    transaction.rows_for_keys(sql, ids.iter().map(Value::id).collect()).await?.iter().map(read_kin).collect()
}

/// Replaces the close persons of people.
pub async fn replace_kin(
    transaction: &mut Transaction,
    person: PersonId,
    kin: &[Kin],
) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM kin WHERE person_id = $1", vec![Value::id(person)]).await?;
    let head = "INSERT INTO kin (id, person_id, name, relation, phone, has_key, call_order)";
    let values = kin
        .iter()
        .flat_map(|kin| {
            [
                Value::id(kin.id),
                Value::id(person),
                kin.name.reveal().as_str().into(),
                kin.relation.reveal().as_str().into(),
                kin.phone.reveal().as_str().into(),
                kin.has_key.into(),
                Value::count(kin.order),
            ]
        })
        .collect();
    transaction.values(head, 7, values, "").await?;
    Ok(())
}

fn read_kin(row: &Row) -> Result<Kin, StoreError> {
    Ok(Kin {
        id: row.id("id")?,
        person: row.id("person_id")?,
        name: row.private("name")?,
        relation: row.private("relation")?,
        phone: row.private("phone")?,
        has_key: row.boolean("has_key")?,
        order: row.count("call_order")?,
    })
}

fn read(row: &Row) -> Result<Person, StoreError> {
    let number = row.text("identity")?;
    let identity = match row.text("identity_kind")?.as_str() {
        "person" => Identity::PersonNumber(number),
        "coordination" => Identity::CoordinationNumber(number),
        "reserve" => Identity::ReserveNumber(number),
        _ => return Err(inconsistent("identity_kind", "person, coordination or reserve")),
    };
    let position = match (row.optional_real("latitude")?, row.optional_real("longitude")?) {
        (Some(latitude), Some(longitude)) => Position::new(latitude, longitude),
        _ => None,
    };
    let address = Address {
        street: row.text("street")?,
        postal_code: row.text("postal_code")?,
        town: row.text("town")?,
        position,
    };
    Ok(Person {
        id: row.id("id")?,
        identity: Private::new(identity),
        protected: row.boolean("protected")?,
        given_name: row.private("given_name")?,
        family_name: row.private("family_name")?,
        spoken_language: row.private("spoken_language")?,
        phone: row.private("phone")?,
        address: Private::new(address),
        area: row.optional_id("area_id")?,
        entry_note: row.private("entry_note")?,
        health_note: row.private("health_note")?,
        note: row.private("note")?,
    })
}
