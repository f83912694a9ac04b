//! The responder's phone: my alarms, on the way, there, done.

pub(crate) mod accept;
pub(crate) mod arrive;
pub(crate) mod decline;
pub(crate) mod list;
pub(crate) mod report;
pub(crate) mod task;

use base::{AlarmId, DispatchId};

use crate::{
    alarm::read_id,
    reply::{Reply, lead_to},
    trouble::Problem,
    visit::Visit,
};

/// Reads the two ids of a verb's address.
fn read_ids(alarm: &str, dispatch: &str) -> Result<(AlarmId, DispatchId), Problem> {
    Ok((read_id(alarm)?, read_id(dispatch)?))
}

/// After a verb: back to the alarm's own page.
fn after(visit: &Visit, alarm: AlarmId) -> Reply {
    Ok(lead_to(visit, &format!("/respond/{alarm}")))
}
