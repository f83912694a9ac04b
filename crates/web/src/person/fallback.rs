//! The list that is printed so that the day's work goes on without Tryggve: everyone with an alarm, area by area.

use app::person::fallback::{Fallback, Holder, fallback};
use askama::Template;
use axum::extract::{Query, State};
use base::Language;

use super::search::Asked;
use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    visit::Visit,
};

/// One person on paper.
pub(crate) struct HolderShown {
    pub(crate) name: String,
    protected: bool,
    pub(crate) address: String,
    pub(crate) phone: String,
    pub(crate) entry: String,
    pub(crate) health: String,
    /// Name, relation, number and key, in call order.
    pub(crate) kin: Vec<String>,
    devices: String,
}

/// One area on its own sheets.
struct AreaShown {
    name: String,
    count: String,
    holders: Vec<HolderShown>,
}

/// The page.
#[derive(Template)]
#[template(path = "person/fallback.html")]
pub(crate) struct FallbackPage {
    words: Words,
    at: String,
    areas: Vec<AreaShown>,
}

/// The list of one area or of all.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let list = fallback(&web.app, visit.actor()?, asked.area()).await?;
    framed(&web, &visit, "fallback-title", Frame::default(), &arrange(list, visit.words))
}

/// The list as a file that needs nothing else to be read: in Swedish, without style or script.
#[derive(Template)]
#[template(path = "person/fallback_file.html")]
struct FallbackFile {
    words: Words,
    /// The rendered list, which has been escaped already.
    list: String,
}

/// The whole list as a page of its own.
pub fn fallback_file(list: Fallback) -> Result<String, FallbackFileError> {
    let words = Words::new(Language::Swedish);
    let list = arrange(list, words).render()?;
    Ok(FallbackFile { words, list }.render()?)
}

/// The list could not be rendered.
#[derive(Debug, thiserror::Error)]
#[error("the fallback list could not be written as a page")]
pub struct FallbackFileError(#[from] askama::Error);

fn arrange(list: Fallback, words: Words) -> FallbackPage {
    let areas = list.areas.into_iter().map(|area| AreaShown {
        name: if area.area.is_empty() { words.say("fallback-no-area") } else { area.area },
        count: words.count("fallback-count", area.holders.len()),
        holders: area.holders.iter().map(|holder| show(holder, words)).collect(),
    });
    FallbackPage { words, at: words.moment(list.at), areas: areas.collect() }
}

pub(crate) fn show(holder: &Holder, words: Words) -> HolderShown {
    let person = &holder.person;
    let address = person.address.reveal();
    let devices: Vec<String> = holder
        .devices
        .iter()
        .map(|device| format!("{} {}", device.serial, device.room).trim().to_owned())
        .collect();
    HolderShown {
        name: person.full_name().into_revealed(),
        protected: person.protected,
        address: format!("{}, {} {}", address.street, address.postal_code, address.town),
        phone: person.phone.reveal().clone(),
        entry: person.entry_note.reveal().clone(),
        health: person.health_note.reveal().clone(),
        kin: holder
            .kin
            .iter()
            .map(|kin| {
                let key = if kin.has_key { format!(", {}", words.say("kin-has-key")) } else { String::new() };
                format!("{} ({}) {}{key}", kin.name.reveal(), kin.relation.reveal(), kin.phone.reveal())
            })
            .collect(),
        devices: devices.join(", "),
    }
}
