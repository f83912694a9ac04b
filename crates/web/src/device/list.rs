//! The list of devices. Filter, order and page stand in the address, so that a view can be kept and sent.

use access::Action;
use app::device::list::{Filter, Order, Page, list};
use askama::Template;
use axum::extract::{Query, State};
use device::{Generation, Stage};
use serde::Deserialize;

use super::{condition, moment};
use crate::{
    form::FieldShown,
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    text::Words,
    visit::Visit,
};

/// What the address asks for. A value that does not read is no filter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    words: String,
    stage: String,
    model: String,
    generation: String,
    silent: String,
    order: String,
    page: i64,
}

impl Asked {
    /// The filter.
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            words: self.words.clone(),
            stage: Stage::from_name(&self.stage),
            model: self.model.parse().ok(),
            generation: Generation::from_name(&self.generation),
            silent: self.silent == "yes",
            order: Order::from_name(&self.order).unwrap_or_default(),
        }
    }

    /// What of the filter was understood and says anything, for a form that carries it on.
    pub(crate) fn hidden(&self) -> Vec<(&'static str, String)> {
        let filter = self.filter();
        let all = [
            ("words", self.words.clone()),
            ("stage", filter.stage.map_or("", Stage::name).to_owned()),
            ("model", filter.model.map(|model| model.to_string()).unwrap_or_default()),
            ("generation", filter.generation.map_or("", Generation::name).to_owned()),
            ("silent", if filter.silent { "yes" } else { "" }.to_owned()),
            ("order", filter.order.name().to_owned()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The filter as a part of an address: each value is one of ours or encoded.
    fn query(&self) -> String {
        self.hidden().iter().map(|(name, value)| format!("&{name}={}", encode(value))).collect()
    }
}

/// A text as it may stand in an address.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The page.
#[derive(Template)]
#[template(path = "device/list.html")]
pub(crate) struct List {
    words: Words,
    fields: Vec<FieldShown>,
    total: String,
    table: TableShown,
    /// The filter as a part of an address.
    query: String,
    page: i64,
    pages: i64,
    can_write: bool,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let found = list(&web.app, visit.actor()?, &asked.filter(), asked.page).await?;
    let words = visit.words;
    let part = List {
        words,
        fields: fields(&asked, &found, words),
        total: words.count("devices-total", found.total),
        table: table(&found, words),
        query: asked.query(),
        page: found.page,
        pages: found.pages,
        can_write: visit.may(Action::DeviceWrite),
    };
    framed(&web, &visit, "devices-title", Frame::default(), &part)
}

fn fields(asked: &Asked, found: &Page, words: Words) -> Vec<FieldShown> {
    let all = || (String::new(), words.say("devices-all"));
    let options = |choices: Vec<(String, String)>| [vec![all()], choices].concat();
    let stages = Stage::ALL.map(|stage| (stage.name().to_owned(), words.of(stage.text()).to_owned()));
    let models = found.models.iter().map(|model| (model.id.to_string(), model.name.clone()));
    let generations =
        Generation::ALL.map(|generation| (generation.name().to_owned(), generation.name().to_owned()));
    let orders = Order::ALL
        .map(|order| (order.name().to_owned(), words.say(format!("devices-order-{}", order.name()))));
    let stage =
        FieldShown::one_of("stage", words.say("devices-stage"), &asked.stage, options(stages.to_vec()));
    let model =
        FieldShown::one_of("model", words.say("devices-model"), &asked.model, options(models.collect()));
    vec![
        FieldShown::line("words", words.say("devices-words"), &asked.words),
        stage,
        model,
        FieldShown::one_of(
            "generation",
            words.say("devices-generation"),
            &asked.generation,
            options(generations.to_vec()),
        ),
        FieldShown::one_of("order", words.say("devices-order"), &asked.order, orders.to_vec()),
        FieldShown::mark("silent", words.say("devices-silent"), asked.silent == "yes"),
    ]
}

fn table(found: &Page, words: Words) -> TableShown {
    let row = |device: &device::Device| {
        let model = found.models.iter().find(|model| model.id == device.model);
        vec![
            CellShown::link(device.serial.clone(), format!("/devices/{}", device.id)),
            CellShown::text(device.controller_id.clone()),
            CellShown::text(model.map(|model| model.name.clone()).unwrap_or_default()),
            CellShown::text(words.of(device.stage.text())),
            CellShown::text(moment(device.contact.last_contact_at, words)),
            condition(&device.contact, words),
        ]
    };
    TableShown {
        name: words.say("devices-title"),
        headings: vec![
            words.say("devices-serial"),
            words.say("devices-controller-id"),
            words.say("devices-model"),
            words.say("devices-stage"),
            words.say("devices-last-contact"),
            words.say("devices-condition"),
        ],
        rows: found.devices.iter().map(row).collect(),
        none: words.say("devices-none"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_the_filter_and_nothing_unread() {
        let asked = Asked {
            words: "hall & <b>".to_owned(),
            stage: "stock".to_owned(),
            model: "nothing".to_owned(),
            silent: "yes".to_owned(),
            ..Asked::default()
        };
        assert_eq!(asked.query(), "&words=hall%20%26%20%3Cb%3E&stage=stock&silent=yes&order=serial");
    }
}
