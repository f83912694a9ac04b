//! The operator's console: queue, alarm card, history, and one file per thing that can be done.

pub(crate) mod answer;
pub(crate) mod aside;
pub(crate) mod attend;
pub(crate) mod call;
pub(crate) mod card;
pub(crate) mod close;
pub(crate) mod closed;
pub(crate) mod console;
pub(crate) mod history;
pub(crate) mod note;
pub(crate) mod queue;
pub(crate) mod release;
pub(crate) mod reopen;
pub(crate) mod send;
pub(crate) mod shown;
pub(crate) mod technical;

use base::AlarmId;

use crate::{
    reply::{Reply, lead_to},
    server::Web,
    trouble::Problem,
    visit::Visit,
};

/// Reads an id of an address; an id that does not read is a page that does not exist.
pub(crate) fn read_id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NoSuchPage)
}

/// After a verb: the alarm as it stands now, as a part for htmx or by leading to its page.
pub(crate) async fn after(web: &Web, visit: &Visit, id: AlarmId) -> Reply {
    if visit.partial {
        return console::alarm_part(web, visit, id).await;
    }
    Ok(lead_to(visit, &format!("/alarms/{id}")))
}
