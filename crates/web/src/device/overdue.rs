//! Devices whose last proven test alarm is older than their model asks.

use app::device::{
    list::{OVERDUE_SHOWN_MAX, tests_overdue},
    model::models,
};
use axum::extract::State;

use super::{condition, model::Kept, moment};
use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, TableShown},
    visit::Visit,
};

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let devices = tests_overdue(&web.app, visit.actor()?).await?;
    let (models, _) = models(&web.app, visit.actor()?).await?;
    let total = devices.len();
    let row = |device: &device::Device| {
        let model = models.iter().find(|model| model.id == device.model);
        let days = model.map(|model| words.count("model-days", model.test_days)).unwrap_or_default();
        vec![
            CellShown::link(device.serial.clone(), format!("/devices/{}", device.id)),
            CellShown::text(model.map(|model| model.name.clone()).unwrap_or_default()),
            match device.contact.last_test_at {
                Some(at) => CellShown::text(words.moment(at)),
                None => CellShown::flag(words.say("overdue-never")),
            },
            CellShown::text(days),
            CellShown::text(moment(device.contact.last_contact_at, words)),
            condition(&device.contact, words),
        ]
    };
    let table = TableShown {
        name: words.say("overdue-title"),
        headings: [
            "devices-serial",
            "devices-model",
            "device-tested-at",
            "overdue-wanted",
            "devices-last-contact",
            "devices-condition",
        ]
        .map(|name| words.say(name))
        .to_vec(),
        rows: devices.iter().map(row).collect(),
        none: words.say("overdue-none"),
    };
    let more = usize::try_from(OVERDUE_SHOWN_MAX).is_ok_and(|most| total >= most);
    let intro = words.count(if more { "overdue-total-first" } else { "overdue-total" }, total);
    let part = Kept { words, title: words.say("overdue-title"), intro, table, new: None };
    framed(&web, &visit, "overdue-title", Frame::default(), &part)
}
