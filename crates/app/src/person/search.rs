//! Finding people: name and area, no more than it takes to choose the right one.

use access::{Action, Actor, Relation};
use base::{AreaId, PersonId, Private};

use crate::{
    App, AppError,
    audit::{About, record_look},
    error::require,
};

/// The most people that one search shows.
pub const FOUND_MAX: i64 = 50;

/// One person found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Who.
    pub id: PersonId,
    /// First and family name.
    pub name: Private<String>,
    /// The identity number with its last four hidden.
    pub masked_identity: Private<String>,
    /// The street; `None` for a protected person.
    pub street: Option<Private<String>>,
    /// The area's name.
    pub area: String,
    /// Protected identity.
    pub protected: bool,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The people, by name.
    pub people: Vec<Found>,
    /// Whether there are more than are shown.
    pub more: bool,
}

/// Searches by words in name, street and number. An empty search lists an area, or everyone, by name.
pub async fn search(app: &App, actor: &Actor, words: &str, area: Option<AreaId>) -> Result<Search, AppError> {
    require(actor, Action::PersonSearch, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    // People write a number with its dash and the register keeps digits.
    let words: Vec<String> = words
        .split_whitespace()
        .map(|word| {
            let bare = word.replace(['-', '+'], "");
            if bare.chars().all(|c| c.is_ascii_digit()) { bare } else { word.to_owned() }
        })
        .collect();
    let mut found = store::person::search(&mut transaction, &words.join(" "), area, FOUND_MAX + 1).await?;
    let areas = store::team::areas(&mut transaction).await?;
    drop(transaction);
    let more = found.len() > FOUND_MAX as usize;
    found.truncate(FOUND_MAX as usize);
    let people = found
        .into_iter()
        .map(|person| Found {
            id: person.id,
            name: person.full_name(),
            masked_identity: person.identity.clone().map(|identity| identity.masked()),
            street: (!person.protected).then(|| person.address.clone().map(|address| address.street)),
            area: areas
                .iter()
                .find(|area| Some(area.id) == person.area)
                .map(|area| area.name.clone())
                .unwrap_or_default(),
            protected: person.protected,
        })
        .collect();
    // The words may name someone, so they are not kept; that a search was made is.
    record_look(app, actor, Action::PersonSearch, About::default()).await?;
    Ok(Search { people, more })
}
